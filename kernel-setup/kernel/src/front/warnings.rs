//! The compiler's warnings that are shown, in the notebook's words: drawn as errors are, but yellow, and the cell runs.

use super::compile_errors::renderer;
use super::origin::{BEFORE, Origin};
use crate::items::source::widened;
use annotate_snippets::{AnnotationKind, Level, Patch, Snippet};
use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, SourceFile, TextSize};
use serde_json::{Map, Value};
use std::ops::Range;

/// The warnings about a cell among the compiler's (one a line of JSON), each as a text.
pub fn about(cell: &str, count: usize, generated: &str, said: &str) -> Vec<String> {
    if said.is_empty() {
        return Vec::new();
    }
    let origin = Origin::new(cell, generated);
    let mut texts = Vec::new();
    for warning in said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
    {
        if let Some(text) = draw(&warning, &origin, cell, count)
            && !texts.contains(&text)
        {
            texts.push(text);
        }
    }
    texts
}

/// A warning as Jupyter shows it. A stream on standard error would be as red as an error.
pub fn bundle(text: &str) -> Map<String, Value> {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let (title, rest) = escaped.split_once('\n').unwrap_or((&escaped, ""));
    let html = format!(
        "<div style=\"border-left: 4px solid #f0a500; background: rgba(255, 193, 7, 0.14); padding: 0.3em 0.8em;\">\
         <pre style=\"margin: 0; background: none; white-space: pre;\"><b>{title}</b>\n{rest}</pre></div>"
    );
    Map::from_iter([
        ("text/plain".to_owned(), text.into()),
        ("text/html".to_owned(), html.into()),
    ])
}

fn draw(warning: &Value, origin: &Origin, cell: &str, count: usize) -> Option<String> {
    let spans = warning["spans"].as_array()?;
    let mut snippet = Snippet::source(cell).path(format!("cell [{count}]"));
    let mut at = None;
    for span in spans {
        let Some(range) = origin.span(span) else {
            continue;
        };
        let primary = span["is_primary"] == true;
        if primary {
            at.get_or_insert(range.clone());
        }
        let kind = match primary {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        let label = span["label"]
            .as_str()
            .filter(|label| !label.contains("evcxr"));
        snippet = snippet.annotation(kind.span(widened(range, cell)).label(label));
    }
    // What has no place in this cell is about the engine's code, or was told in an earlier cell.
    let at = at?;
    let advice = Advice::new(warning, at, cell);
    let mut group = Level::WARNING.primary_title(advice.title).element(snippet);
    for note in advice.notes {
        group = group.element(Level::HELP.message(note));
    }
    let mut groups = vec![group];
    if let Some((title, patch)) = advice.line {
        let line = Snippet::source(cell).patch(patch);
        groups.push(Level::HELP.secondary_title(title).element(line));
    }
    let text = renderer(false).render(&groups);
    Some(text.trim_end().to_owned())
}

/// What `?` does.
const WITH_IT: &str = "with it, a failure stops the cell and shows what is wrong";

/// What a warning says to its reader.
struct Advice<'a> {
    title: String,
    notes: Vec<String>,
    line: Option<(&'static str, Patch<'a>)>,
}

impl<'a> Advice<'a> {
    fn new(warning: &Value, at: Range<usize>, cell: &str) -> Advice<'a> {
        let message = warning["message"].as_str().unwrap_or_default();
        let code = warning["code"]["code"].as_str().unwrap_or_default();
        let question_mark = || Some((WITH_IT, Patch::new(at.end..at.end, "?")));
        let mut notes = Vec::new();
        let mut line = None;
        let title = match code {
            "unused_must_use" if message.starts_with("unused `Result`") => {
                if in_a_function(cell, at.start) {
                    notes.push(
                        "write `?` at its end in a function that returns a `Result`, else `.expect(\"why it cannot fail\")`"
                            .to_owned(),
                    );
                    "this may have failed, and nothing was said".to_owned()
                } else {
                    line = question_mark();
                    "this may have failed, and nothing was said: write `?` at its end".to_owned()
                }
            }
            "unused_must_use" => {
                notes = notes_of(warning);
                unused(message, &mut notes)
            }
            "for_loops_over_fallibles" if message.contains("`Result`") => {
                line = question_mark();
                "this loop goes over a `Result`: if that failed, the loop is passed over without a word".to_owned()
            }
            "for_loops_over_fallibles" => {
                "this loop runs once or not at all: what it goes over holds one value or none"
                    .to_owned()
            }
            "unconditional_recursion" => "this function calls itself without an end".to_owned(),
            "unreachable_code" => "this is never reached".to_owned(),
            "unreachable_patterns" => {
                "this case is never reached: one above it takes everything that it would".to_owned()
            }
            "unused_comparisons" => {
                "this comparison has always the same answer: the type has no other values"
                    .to_owned()
            }
            _ => message.to_owned(),
        };
        Advice { title, notes, line }
    }
}

/// What to say about a value that is not used, other than a `Result`.
fn unused(message: &str, notes: &mut Vec<String>) -> String {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if notes
        .iter()
        .any(|note| note.starts_with("iterators are lazy"))
    {
        *notes = vec!["write a `for` loop, or end it with `.collect::<Vec<_>>()`".to_owned()];
        return "an iterator does nothing until something takes its values".to_owned();
    }
    if message.contains("comparison") {
        *notes = vec!["`==` compares; `=` gives a variable a value".to_owned()];
        return "this comparison does nothing: nobody looks at its result".to_owned();
    }
    if message.starts_with("unused return value of") {
        return format!("`{quoted}` returns something, and it is not used");
    }
    if quoted.is_empty() {
        return "this is computed, and not used".to_owned();
    }
    format!("this makes a `{quoted}`, and it is not used")
}

/// What the author of a type or function says about a value that is not used.
fn notes_of(warning: &Value) -> Vec<String> {
    let children = warning["children"].as_array();
    children
        .into_iter()
        .flatten()
        .filter(|child| child["level"] == "note")
        .filter_map(|child| child["message"].as_str())
        .filter(|note| !note.starts_with("requested on the command line") && !note.starts_with('`'))
        .map(str::to_owned)
        .collect()
}

/// Whether a byte of a cell lies in a function or closure, where `?` leaves that one.
fn in_a_function(cell: &str, at: usize) -> bool {
    let file = SourceFile::parse(&format!("{BEFORE}{cell}\n}}"), Edition::Edition2024);
    let at = TextSize::new(u32::try_from(at + BEFORE.len()).unwrap_or_default());
    let Some(token) = file.syntax_node().token_at_offset(at).right_biased() else {
        return false;
    };
    let inner = |node: &ra_ap_syntax::SyntaxNode| {
        ast::Fn::can_cast(node.kind()) || ast::ClosureExpr::can_cast(node.kind())
    };
    // One is the function around the cell.
    token.parent_ancestors().filter(inner).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CELL: &str = "let a = 1; m.fit(a);";
    const GENERATED: &str =
        "fn old() {\n    m.fit(a);\n}\nfn run_user_code_2(\n) {\nlet a = 1; \nm.fit(a);\n}\n";

    fn warning(code: &str, message: &str, text: &str, from: usize) -> String {
        let start = from + GENERATED[from..].find(text).unwrap();
        let span = json!({
            "file_name": "/k/cell/src/lib.rs", "byte_start": start, "byte_end": start + text.len(),
            "is_primary": true, "label": null
        });
        json!({ "level": "warning", "code": { "code": code }, "message": message, "spans": [span], "children": [] })
            .to_string()
    }

    #[test]
    fn a_dropped_result_is_told_at_its_place_with_the_line_that_works() {
        let message = "unused `Result` that must be used";
        let said = warning("unused_must_use", message, "m.fit(a)", 40);
        let texts = about(CELL, 3, GENERATED, &said);
        assert_eq!(texts.len(), 1);
        for part in [
            "warning: this may have failed, and nothing was said: write `?` at its end\n",
            "cell [3]:1:12\n",
            "            ^^^^^^^^\n",
            "let a = 1; m.fit(a)?;\n",
        ] {
            assert!(texts[0].contains(part), "{part}\n{}", texts[0]);
        }
    }

    #[test]
    fn a_warning_about_an_earlier_cell_is_not_told_again() {
        let message = "unused `Result` that must be used";
        let said = warning("unused_must_use", message, "m.fit(a)", 0);
        assert_eq!(about(CELL, 3, GENERATED, &said), Vec::<String>::new());
    }

    #[test]
    fn in_a_function_the_question_mark_needs_a_result() {
        assert!(in_a_function("fn f() { g(); }", 9));
        assert!(in_a_function("let f = || { g(); };", 13));
        assert!(!in_a_function("if a { g(); }", 7));
    }

    #[test]
    fn the_page_shows_the_text_and_no_tags_of_it() {
        let bundle = bundle("warning: a `Vec<i32>`\n1 | b < c");
        let html = bundle["text/html"].as_str().unwrap();
        assert!(html.contains("<b>warning: a `Vec&lt;i32&gt;`</b>\n1 | b &lt; c</pre>"));
    }
}
