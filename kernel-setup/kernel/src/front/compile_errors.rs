//! The compiler's errors, drawn as the compiler draws them, with places in the reader's cell.

use super::failure::Failure;
use annotate_snippets::renderer::{AnsiColor, DecorStyle, Style};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use evcxr::CompilationError;
use std::ops::Range;

/// The most errors that are shown; the first ones are usually the cause of the others.
const MOST: usize = 5;

/// The failure of a cell that does not compile.
pub fn failure(errors: &[CompilationError], code: &str, count: usize) -> Failure {
    let real = |error: &&CompilationError| error.level() == "error" || error.level().is_empty();
    let mut chosen: Vec<&CompilationError> = errors.iter().filter(real).collect();
    if chosen.is_empty() {
        chosen = errors.iter().collect();
    }
    let mut traceback: Vec<String> = Vec::new();
    for error in &chosen {
        let text = draw(error, code, count);
        if !traceback.contains(&text) {
            traceback.push(text);
        }
    }
    if traceback.len() > MOST {
        let more = traceback.len() - MOST;
        traceback.truncate(MOST);
        traceback.push(format!("… and {more} more errors"));
    }
    let first = chosen.first().map_or_else(String::new, |error| {
        let message = without_internals(&error.message());
        match error.code() {
            Some(code) => format!("{message} [{code}]"),
            None => message,
        }
    });
    Failure {
        name: "CompileError".to_owned(),
        value: first.lines().next().unwrap_or_default().to_owned(),
        traceback: traceback
            .iter()
            .flat_map(|text| text.lines().map(str::to_owned).chain([String::new()]))
            .collect(),
    }
}

/// Draws one error with its notes.
fn draw(error: &CompilationError, code: &str, count: usize) -> String {
    let message = without_internals(&error.message());
    let mut title = Level::ERROR.primary_title(message.clone());
    if let Some(code) = error.code() {
        title = title.id(code.to_owned());
    }
    let mut snippet = Snippet::source(code.to_owned())
        .path(format!("cell [{count}]"))
        .fold(true);
    let mut any = false;
    for spanned in error.spanned_messages() {
        let Some(span) = &spanned.span else { continue };
        let start = offset(code, span.start_line, span.start_column);
        let end = offset(code, span.end_line, span.end_column);
        let (Some(start), Some(end)) = (start, end) else {
            continue;
        };
        let kind = if spanned.is_primary {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let label = without_internals(&spanned.label);
        // Without a label of its own a span repeats the message.
        let label = Some(label).filter(|label| !label.ends_with(&message));
        snippet = snippet.annotation(kind.span(widened(start..end, code)).label(label));
        any = true;
    }
    let mut group = if any {
        title.element(snippet)
    } else {
        annotate_snippets::Group::with_title(title)
    };
    for note in notes(error) {
        group = group.element(Level::HELP.message(note));
    }
    renderer().render(&[group])
}

/// The compiler's advice and the engine's.
fn notes(error: &CompilationError) -> Vec<String> {
    let mut notes: Vec<String> = error
        .help()
        .iter()
        .map(|help| for_cells(&without_internals(help)))
        .collect();
    match error.code() {
        Some("E0384" | "E0596") => notes.push(
            "a variable of an earlier cell becomes mutable by `let mut name = name;`".to_owned(),
        ),
        Some("E0597" | "E0505" | "E0716") => notes.push(
            "a variable that lasts from cell to cell cannot borrow from another one: clone the \
             value, or put braces around the lines that belong together"
                .to_owned(),
        ),
        Some("E0283") if is_about_an_empty_list(error) => notes.push(
            "an empty list does not say what it is a list of; `compile` takes `()` for no metrics"
                .to_owned(),
        ),
        _ => {}
    }
    notes
}

fn is_about_an_empty_list(error: &CompilationError) -> bool {
    let mut spans = error.spanned_messages().iter();
    spans.any(|spanned| spanned.label.contains("`[_; 0]`"))
}

/// The compiler's advice about a package, for a cell: it has no manifest, and shows no place for a change.
fn for_cells(help: &str) -> String {
    const ADD: &str = "use `cargo add ";
    if let Some((before, rest)) = help.split_once(ADD)
        && let Some((name, _)) = rest.split_once('`')
    {
        return format!("{before}write `:dep {name} = \"*\"` above it");
    }
    // What stands after an empty line is the text to insert, of use only where it is code as it is.
    match help.split_once("\n\n") {
        Some((advice, text)) if text.contains("/*") => advice.to_owned(),
        _ => help.to_owned(),
    }
}

/// The byte at a line and a column, both from 1, the column in characters.
fn offset(code: &str, line: usize, column: usize) -> Option<usize> {
    let start = line_start(code, line)?;
    let text = code[start..].lines().next().unwrap_or_default();
    let within = text
        .char_indices()
        .map(|(at, _)| at)
        .nth(column.checked_sub(1)?)
        .unwrap_or(text.len());
    Some(start + within)
}

fn line_start(code: &str, line: usize) -> Option<usize> {
    match line.checked_sub(2) {
        None => Some(0),
        Some(newlines) => code.match_indices('\n').nth(newlines).map(|(at, _)| at + 1),
    }
}

/// A span has at least a character, and does not end before it begins.
fn widened(span: Range<usize>, code: &str) -> Range<usize> {
    let end = span.end.max(span.start);
    if end > span.start {
        return span.start..end;
    }
    let next = code[span.start..].chars().next().map_or(0, char::len_utf8);
    span.start..span.start + next
}

/// The renderer, in colours that are readable on white and on black.
fn renderer() -> Renderer {
    let bold = |color: AnsiColor| Style::new().fg_color(Some(color.into())).bold();
    Renderer::styled()
        .decor_style(DecorStyle::Ascii)
        .term_width(100)
        .error(bold(AnsiColor::Red))
        .warning(bold(AnsiColor::Yellow))
        .info(bold(AnsiColor::Green))
        .note(bold(AnsiColor::Green))
        .help(bold(AnsiColor::Cyan))
        .line_num(Style::new().fg_color(Some(AnsiColor::Blue.into())))
        .context(Style::new().fg_color(Some(AnsiColor::Blue.into())))
        .emphasis(Style::new().bold())
}

/// A text without the names of the generated code.
pub fn without_internals(text: &str) -> String {
    text.replace("`EvcxrUserCodeError`", "the cell's error type")
        .replace("EvcxrUserCodeError", "the cell's error type")
        .replace("`evcxr_variable_store`", "the end of the cell")
        .replace("`evcxr_analysis_wrapper`", "the cell")
        .replace("`rust_nn_runtime::Show`", "`Debug`")
        .replace("evcxr", "the kernel")
        .replace("Evcxr", "the kernel")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let code = "let é = 1;\nlet b = é;";
        assert_eq!(offset(code, 1, 5), Some(4));
        assert_eq!(offset(code, 1, 7), Some(7));
        assert_eq!(offset(code, 2, 9), Some(20));
        assert_eq!(&code[20..], "é;");
        assert_eq!(offset(code, 3, 1), None);
    }

    #[test]
    fn advice_about_a_package_fits_a_notebook() {
        assert_eq!(
            for_cells(
                "if you wanted to use a crate named `a`, use `cargo add a` to add it to your `Cargo.toml`"
            ),
            "if you wanted to use a crate named `a`, write `:dep a = \"*\"` above it"
        );
        assert_eq!(for_cells("use a path\n\n</* self type */ as"), "use a path");
        assert_eq!(for_cells("borrow it\n\n&"), "borrow it\n\n&");
    }

    #[test]
    fn a_column_after_the_end_of_a_line_is_its_end() {
        assert_eq!(offset("ab\ncd", 1, 9), Some(2));
    }

    #[test]
    fn an_empty_span_covers_a_character() {
        assert_eq!(widened(1..1, "aéb"), 1..3);
        assert_eq!(widened(1..1, "a"), 1..1);
    }
}
