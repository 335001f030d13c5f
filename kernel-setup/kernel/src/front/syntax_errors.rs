//! Code that is no Rust: said at its place, before the engine sees it.
//!
//! The engine leaves out what it cannot parse, and says nothing. What its parser does not like is shown to the compiler,
//! which has the last word: only what the compiler does not parse either is refused.

use super::compile_errors::{renderer, told};
use super::failure::Failure;
use super::hints::{self, Hint, HintSource, Mistake};
use crate::directory::KernelDirectory;
use crate::items::{Cell, Edits};
use annotate_snippets::{AnnotationKind, Level, Patch, Snippet};
use ra_ap_syntax::{Edition, SourceFile, SyntaxKind};
use serde_json::Value;
use std::fs;
use std::ops::Range;
use std::process::{Command, Stdio};

/// What is put before and after a cell: code that is parsed and then left out.
const BEFORE: &str = "#![no_std]\n#[cfg(any())]\nasync fn cell() {\n";
const AFTER: &str = "\n}\n";

/// The errors of a cell that is no Rust; `None` if it is Rust.
pub fn find(kernel: &KernelDirectory, code: &str) -> Option<Vec<Error>> {
    let cell = Cell::parse(code);
    if !cell.is_wrong {
        return None;
    }
    let rust = &code[cell.rust..];
    let lines = in_lines(&cell, rust);
    let said = compile(kernel, &lines.apply(rust))?;
    let mut errors = match unbalanced(rust) {
        Some(error) => vec![error],
        None => said
            .iter()
            .filter_map(|error| Error::of(error, rust, &lines))
            .collect(),
    };
    for error in &mut errors {
        let changes = error
            .advice
            .iter_mut()
            .flat_map(|advice| &mut advice.changes);
        for (range, _) in error.places.iter_mut().chain(changes) {
            *range = range.start + cell.rust..range.end + cell.rust;
        }
    }
    Some(errors).filter(|errors| !errors.is_empty())
}

/// The failure of a cell that is no Rust.
pub fn failure(errors: &[Error], code: &str, count: usize, source: &mut dyn HintSource) -> Failure {
    let mut texts: Vec<String> = Vec::new();
    for error in errors {
        let hint = error.hint(code, source);
        // Behind a line of another language the compiler guesses.
        let last = hint.is_some();
        if let Some(hint) = &hint {
            texts.insert(0, told(hint));
        }
        let advises = hint.as_ref().is_none_or(|hint| hint.compiler_shows);
        texts.push(error.draw(code, count, advises));
        if last {
            break;
        }
    }
    let lines = texts.iter().flat_map(|text| {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.into_iter().chain([String::new()])
    });
    Failure {
        name: "SyntaxError".to_owned(),
        value: errors
            .first()
            .map_or_else(String::new, |error| error.title.clone()),
        traceback: lines.collect(),
    }
}

/// Each statement in lines of its own, as the engine gives them to the compiler.
fn in_lines(cell: &Cell, rust: &str) -> Edits {
    let mut edits = Edits::default();
    for statement in cell.statements.iter().skip(1) {
        let start = cell.range(statement).start - cell.rust;
        if start <= rust.len() && !rust[..start].ends_with('\n') {
            edits.insert(start, "\n");
        }
    }
    edits
}

/// What the compiler says about the syntax of the code; `None` if it is right, or nothing is known.
fn compile(kernel: &KernelDirectory, rust: &str) -> Option<Vec<Value>> {
    let recipe = kernel.recipe().ok()?;
    let directory = kernel.path.join("syntax");
    fs::create_dir_all(&directory).ok()?;
    let file = directory.join("cell.rs");
    fs::write(&file, format!("{BEFORE}{rust}{AFTER}")).ok()?;
    let output = Command::new(&recipe.toolchain.rustc)
        .args([
            "--crate-type=lib",
            "--edition=2024",
            "--emit=metadata",
            "--error-format=json",
            "-Awarnings",
        ])
        .arg("--out-dir")
        .arg(&directory)
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    if output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let messages = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Some(
        messages
            .filter(|message| message["level"] == "error")
            .collect(),
    )
}

/// An error of syntax.
#[derive(Debug, PartialEq)]
pub struct Error {
    title: String,
    /// Parts of the cell, the first one where the error is, with what is to be said there.
    places: Vec<(Range<usize>, String)>,
    advice: Option<Advice>,
}

/// What to do about an error.
#[derive(Debug, PartialEq)]
struct Advice {
    says: String,
    /// Parts of the cell, with what to write there.
    changes: Vec<(Range<usize>, String)>,
}

impl Advice {
    fn sentence(says: String) -> Advice {
        Advice {
            says,
            changes: Vec::new(),
        }
    }

    /// The compiler's advice, if it is about the reader's code.
    fn of(message: &Value, rust: &str, lines: &Edits) -> Option<Advice> {
        let children = message["children"].as_array()?;
        let child = children.iter().find(|child| child["level"] == "help")?;
        let change = |span: &Value| {
            let byte = |name: &str| usize::try_from(span[name].as_u64()?).ok();
            let place = |at: usize| Some(lines.before(at.checked_sub(BEFORE.len())?));
            let range = place(byte("byte_start")?)?..place(byte("byte_end")?)?;
            let text = span["suggested_replacement"].as_str()?;
            (range.end <= rust.trim_end().len()).then(|| (range, text.to_owned()))
        };
        let spans = child["spans"].as_array().into_iter().flatten();
        Some(Advice {
            says: child["message"].as_str()?.to_owned(),
            changes: spans.map(change).collect::<Option<_>>()?,
        })
    }
}

impl Error {
    /// Reads an error of the compiler's.
    fn of(message: &Value, rust: &str, lines: &Edits) -> Option<Error> {
        const END: &str = "the end of the cell";
        let text = message["message"].as_str()?;
        if text.starts_with("aborting due to") {
            return None;
        }
        let end = rust.trim_end().len();
        let mut places = Vec::new();
        let mut at_end = false;
        for span in message["spans"].as_array()? {
            let byte = |name: &str| usize::try_from(span[name].as_u64()?).ok();
            let (from, to) = (byte("byte_start")?, byte("byte_end")?);
            let label = span["label"].as_str().unwrap_or_default().to_owned();
            let primary = span["is_primary"] == true;
            let place = |at: usize| lines.before(at.saturating_sub(BEFORE.len()));
            let range = place(from)..place(to);
            if from < BEFORE.len() {
                continue;
            }
            let beyond = range.start >= end;
            at_end |= beyond && primary;
            let range = match beyond {
                true => end.saturating_sub(1)..end,
                false => range.start..range.end.min(end),
            };
            match primary {
                true => places.insert(0, (range, label)),
                false if !beyond => places.push((range, label)),
                false => {}
            }
        }
        let mut title = text.to_owned();
        if at_end {
            for brace in ["found `}`", "unexpected token: `}`", "found `<eof>`"] {
                let new = if brace.starts_with("found") {
                    format!("found {END}")
                } else {
                    "unexpected end of the cell".to_owned()
                };
                title = title.replace(brace, &new);
            }
            for (_, label) in &mut places {
                *label = String::new();
            }
        }
        let help = help(
            &title,
            at_end,
            places.first().map(|(range, _)| &rust[range.clone()]),
        );
        let advice = Advice::of(message, rust, lines);
        let advice = help.map(Advice::sentence).or(advice);
        Some(Error {
            title,
            places,
            advice,
        })
    }

    /// The hint for what beginners type.
    fn hint(&self, code: &str, source: &mut dyn HintSource) -> Option<Hint> {
        let (at, _) = self.places.first()?;
        let mistake = Mistake {
            number: "",
            message: &self.title,
            at: at.clone(),
            others: Vec::new(),
        };
        hints::hint(code, &mistake, source)
    }

    fn draw(&self, code: &str, count: usize, advises: bool) -> String {
        let mut snippet = Snippet::source(code.to_owned())
            .path(format!("cell [{count}]"))
            .fold(true);
        for (nth, (range, label)) in self.places.iter().enumerate() {
            let kind = if nth == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let label = Some(label.clone()).filter(|label| !label.is_empty());
            let from = code.floor_char_boundary(range.start);
            let to = code.ceil_char_boundary(range.end.min(code.len()));
            snippet = snippet.annotation(kind.span(from..to.max(from)).label(label));
        }
        let mut group = Level::ERROR
            .primary_title(self.title.clone())
            .element(snippet);
        let mut groups = Vec::new();
        if let Some(advice) = self.advice.as_ref().filter(|_| advises) {
            if advice.changes.is_empty() {
                group = group.element(Level::HELP.message(advice.says.clone()));
            } else {
                let changes = advice.changes.iter();
                let patches = changes.map(|(range, text)| Patch::new(range.clone(), text.clone()));
                let lines = Snippet::source(code.to_owned()).patches(patches);
                let title = Level::HELP.secondary_title(advice.says.clone());
                groups.push(title.element(lines));
            }
        }
        groups.insert(0, group);
        renderer(true).render(&groups)
    }
}

/// What to do about an error, in plain words.
fn help(title: &str, at_end: bool, found: Option<&str>) -> Option<String> {
    if at_end {
        return Some("the cell ends in the middle of a statement: write the rest of it".to_owned());
    }
    if title.starts_with("expected pattern, found `=`") {
        return Some("`let` needs a name: `let name = …;`".to_owned());
    }
    if title.contains("keyword") && title.starts_with("expected identifier") {
        let word = found.unwrap_or_default();
        return Some(format!(
            "`{word}` is a word of Rust's own: choose another name"
        ));
    }
    None
}

/// A bracket that is closed without being open, or open without being closed.
fn unbalanced(rust: &str) -> Option<Error> {
    use SyntaxKind::{L_BRACK, L_CURLY, L_PAREN, R_BRACK, R_CURLY, R_PAREN};
    let mut open: Vec<(SyntaxKind, Range<usize>)> = Vec::new();
    let file = SourceFile::parse(rust, Edition::Edition2024).syntax_node();
    let tokens = file
        .descendants_with_tokens()
        .filter_map(|element| element.into_token());
    for token in tokens {
        let range = token.text_range();
        let range = usize::from(range.start())..usize::from(range.end());
        let partner = match token.kind() {
            L_PAREN | L_BRACK | L_CURLY => {
                open.push((token.kind(), range));
                continue;
            }
            R_PAREN => L_PAREN,
            R_BRACK => L_BRACK,
            R_CURLY => L_CURLY,
            _ => continue,
        };
        let text = token.text();
        match open.pop() {
            Some((kind, _)) if kind == partner => {}
            Some((_, start)) => {
                let bracket = &rust[start.clone()];
                return Some(Error {
                    title: format!("`{bracket}` is closed by `{text}`"),
                    advice: Some(Advice::sentence(format!(
                        "every `{bracket}` needs its own closing bracket before that"
                    ))),
                    places: vec![
                        (range, String::new()),
                        (start, format!("this `{bracket}` is still open")),
                    ],
                });
            }
            None => {
                return Some(Error {
                    title: format!("`{text}` closes nothing"),
                    places: vec![(range, "no bracket is open here".to_owned())],
                    advice: None,
                });
            }
        }
    }
    let (_, start) = open.pop()?;
    let bracket = rust[start.clone()].to_owned();
    Some(Error {
        title: format!("`{bracket}` is not closed"),
        places: vec![(start, "the cell ends before it is closed".to_owned())],
        advice: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn no_cell_of_the_chapter_is_shown_to_the_compiler_twice() {
        let notebooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../notebooks");
        let mut cells = 0;
        for entry in fs::read_dir(notebooks).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "ipynb") {
                continue;
            }
            let notebook: Value =
                serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            for cell in notebook["cells"].as_array().unwrap() {
                let lines = cell["source"].as_array().unwrap().iter();
                let code: String = lines.filter_map(Value::as_str).collect();
                if cell["cell_type"] == "code" {
                    assert!(!Cell::parse(&code).is_wrong, "{}: {code}", path.display());
                    cells += 1;
                }
            }
        }
        assert!(cells > 50, "{cells} cells");
    }

    #[test]
    fn brackets_that_do_not_fit_are_named() {
        for (code, title, at) in [
            ("}", "`}` closes nothing", 0),
            ("f(1, 2", "`(` is not closed", 1),
            ("vec![1, 2)", "`[` is closed by `)`", 9),
            ("fn f() {\n  g();", "`{` is not closed", 7),
        ] {
            let error = unbalanced(code).unwrap();
            assert_eq!((error.title.as_str(), error.places[0].0.start), (title, at));
        }
        for code in ["f(\"(\")", "/* ( */ 1", "'('", "r#\"}\"#"] {
            assert_eq!(unbalanced(code), None, "{code}");
        }
    }

    #[test]
    fn the_end_of_the_cell_is_where_the_compiler_sees_its_own_brace() {
        let rust = "let b = ";
        let at = BEFORE.len() + rust.len() + 1;
        let message = serde_json::json!({
            "message": "expected expression, found `}`", "children": [],
            "spans": [{ "byte_start": at, "byte_end": at + 1, "is_primary": true, "label": "expected expression" }]
        });
        let error = Error::of(&message, rust, &Edits::default()).unwrap();
        assert_eq!(
            error.title,
            "expected expression, found the end of the cell"
        );
        assert_eq!(error.places, [(6..7, String::new())]);
        assert!(error.advice.unwrap().says.contains("write the rest"));
    }
}
