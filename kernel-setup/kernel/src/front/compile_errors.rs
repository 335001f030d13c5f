//! The compiler's errors, drawn as the compiler draws them, with places in the reader's cell.

use super::failure::Failure;
use super::hints::{Hint, borrowed};
use super::origin::{self, Origin};
use super::suggestions::{self, Suggestion};
use crate::items::source::widened;
use crate::run::Run;
use annotate_snippets::renderer::{AnsiColor, DecorStyle, Style};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use evcxr::CompilationError;
use serde_json::Value;
use std::ops::Range;

/// The most errors that are shown; the first ones are usually the cause of the others.
const MOST: usize = 5;

/// The most hints.
const MOST_HINTS: usize = 2;

const CYAN: &str = "\x1b[1;36m";
const PLAIN: &str = "\x1b[0m";

/// A cell that did not compile.
#[derive(Default)]
pub struct Cell<'a> {
    /// What the reader has written.
    pub code: &'a str,
    /// Its number.
    pub count: usize,
    /// What the engine has made of it.
    pub generated: &'a str,
    /// How it was run.
    pub run: Option<&'a Run>,
}

/// The failure of a cell that does not compile; each error comes with the hint for it, if there is one.
pub fn failure(errors: &[(CompilationError, Option<Hint>)], cell: &Cell) -> Failure {
    let real = |error: &CompilationError| error.level() == "error" || error.level().is_empty();
    let mut chosen: Vec<_> = errors.iter().filter(|(error, _)| real(error)).collect();
    if chosen.is_empty() {
        chosen = errors.iter().collect();
    }
    // Behind a line of another language the compiler guesses; what it misses there are no mistakes of their own.
    let is_syntax = |error: &CompilationError| error.code().is_none();
    if chosen
        .iter()
        .any(|(error, hint)| is_syntax(error) && hint.is_some())
    {
        let mut lines = Vec::new();
        chosen.retain(|(error, hint)| {
            let line = line_of(error, cell);
            let first = is_syntax(error) && hint.is_some() && !lines.contains(&line);
            lines.push(line);
            first
        });
    }
    // What a closure borrows is moved at the end of the cell, to last: the compiler's second error is the same mistake.
    let borrowing: Vec<usize> = chosen
        .iter()
        .filter(|(error, hint)| error.code() == Some("E0373") && hint.is_some())
        .map(|(error, _)| line_of(error, cell))
        .collect();
    // Its main place is not in the cell, the others are.
    chosen.retain(|(error, _)| {
        let is_about = |line: usize| borrowing.contains(&line);
        let places = places(error, cell);
        let mut lines = places
            .iter()
            .map(|place| line_number(cell.code, place.range.start));
        error.code() != Some("E0505") || !lines.any(is_about)
    });
    let origin = Origin::new(cell.code, cell.generated);
    let mut hints: Vec<(usize, &Hint)> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for (error, hint) in &chosen {
        if let Some(hint) = hint {
            let line = line_of(error, cell);
            // A line of another language has several errors and one cause: the hint that shows a line tells it.
            let same = hints
                .iter_mut()
                .find(|(known, other)| *known == line || *other == hint);
            match same {
                Some((_, other)) if other.compiler_shows && !hint.compiler_shows => *other = hint,
                Some(_) => {}
                None => hints.push((line, hint)),
            }
        }
        let mut text = draw(error, hint.as_ref(), cell, &origin);
        let at = errors
            .iter()
            .position(|(other, _)| std::ptr::eq(other, error));
        if let Some((title, number)) = at.and_then(|at| cell.run?.owners.get(at)?.as_ref()) {
            text += &format!("\n  in `{title}` of cell [{number}]");
        }
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    if texts.len() > MOST {
        let more = texts.len() - MOST;
        texts.truncate(MOST);
        texts.push(format!("… and {more} more errors"));
    }
    let first = chosen.first().map_or_else(String::new, |(error, _)| {
        let message = in_the_readers_words(&error.message());
        match error.code() {
            Some(code) => format!("{message} [{code}]"),
            None => message,
        }
    });
    Failure {
        name: "CompileError".to_owned(),
        value: first.lines().next().unwrap_or_default().to_owned(),
        traceback: hints
            .iter()
            .take(MOST_HINTS)
            .map(|(_, hint)| told(hint))
            .chain(texts)
            .flat_map(|text| {
                let lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines.into_iter().chain([String::new()])
            })
            .collect(),
    }
}

/// The number of the line that an error is about; 0 if it is not known.
fn line_of(error: &CompilationError, cell: &Cell) -> usize {
    let code = cell.code;
    let places = places(error, cell);
    let primary = places.iter().find(|place| place.primary);
    primary.map_or(0, |place| line_number(code, place.range.start))
}

/// A hint as a text.
pub fn told(hint: &Hint) -> String {
    let mut text = format!("{CYAN}hint{PLAIN}: {}", hint.says);
    if let Some(line) = &hint.instead {
        text.push_str(":\n");
        for line in line.lines() {
            text.push_str(&format!("\n    {line}"));
        }
    }
    text
}

/// Draws one error with its notes.
fn draw(error: &CompilationError, hint: Option<&Hint>, cell: &Cell, origin: &Origin) -> String {
    let code = cell.code;
    let message = in_the_readers_words(&error.message());
    let mut title = Level::ERROR.primary_title(message.clone());
    if let Some(code) = error.code() {
        title = title.id(code.to_owned());
    }
    let mut snippet = Snippet::source(code)
        .path(format!("cell [{}]", cell.count))
        .fold(true);
    let mut any = false;
    for place in places(error, cell) {
        let kind = match place.primary {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        let label = in_the_readers_words(place.label);
        // Without a label of its own a span repeats the message.
        let repeats = place.label.ends_with(&error.message())
            || label.ends_with(&message)
            || is_about_showing(place.label);
        let label = Some(label).filter(|_| !repeats);
        snippet = snippet.annotation(kind.span(place.range).label(label));
        any = true;
    }
    if !any && is_refused_showing(error) {
        let last = origin::last_statement(code);
        snippet = snippet.annotation(AnnotationKind::Primary.span(widened(last, code)));
        any = true;
    }
    let mut group = if any {
        title.element(snippet)
    } else {
        Group::with_title(title)
    };
    let mut changes = Vec::new();
    for suggestion in advice(error, hint, origin) {
        let message = for_cells(&without_internals(&suggestion.message));
        if suggestion.ways.is_empty() {
            group = group.element(Level::HELP.message(message));
            continue;
        }
        let mut change = Group::with_title(Level::HELP.secondary_title(message));
        for way in suggestion.ways {
            let patches = way.into_iter().map(|(range, text)| Patch::new(range, text));
            change = change.element(Snippet::source(code).patches(patches));
        }
        changes.push(change);
    }
    for note in notes(error) {
        group = group.element(Level::HELP.message(note));
    }
    let mut groups = vec![group];
    groups.extend(changes);
    renderer(true).render(&groups)
}

/// A part of the cell that an error is about.
pub struct Place<'a> {
    /// The part, in bytes.
    pub range: Range<usize>,
    /// What is to be said about it.
    pub label: &'a str,
    /// Whether the error is here; other places explain it.
    pub primary: bool,
}

/// The places of an error in the cell.
pub fn places<'a>(error: &'a CompilationError, cell: &Cell) -> Vec<Place<'a>> {
    let spanned = error.spanned_messages().iter();
    let places: Vec<Place> = spanned
        .filter_map(|spanned| {
            let span = spanned.span.as_ref()?;
            let start = (span.start_line, span.start_column);
            let end = (span.end_line, span.end_column);
            Some(Place {
                range: cell.run?.source.range(start, end)?,
                label: &spanned.label,
                primary: spanned.is_primary,
            })
        })
        .collect();
    if !places.is_empty() {
        return places;
    }
    // The engine knows no place in some items, and for what it has put around the cell's last expression.
    let origin = Origin::new(cell.code, cell.generated);
    let spans = error.json["spans"].as_array().into_iter().flatten();
    spans
        .filter(|span| span["is_primary"] == true)
        .filter_map(|span| {
            let range = origin.span(span).or_else(|| around_last(span, cell))?;
            Some(Place {
                range: widened(range, cell.code),
                label: span["label"].as_str().unwrap_or_default(),
                primary: true,
            })
        })
        .collect()
}

/// The last expression of the cell, if a span is that expression in brackets.
fn around_last(span: &Value, cell: &Cell) -> Option<Range<usize>> {
    let byte = |name: &str| usize::try_from(span[name].as_u64()?).ok();
    let text = cell.generated.get(byte("byte_start")?..byte("byte_end")?)?;
    let inner = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    let last = origin::last_statement(cell.code);
    (cell.code[last.clone()] == *inner).then_some(last)
}

/// The compiler's advice, as far as the hint does not say it better.
fn advice(error: &CompilationError, hint: Option<&Hint>, origin: &Origin) -> Vec<Suggestion> {
    if hint.is_some_and(|hint| !hint.compiler_shows) {
        return Vec::new();
    }
    let message = error.message();
    let repeats = |help: &str| {
        // The label says so already, or nn-lib's own words do.
        let missing = help.starts_with("the trait `") && help.contains("is not implemented for");
        let list = help.starts_with("the following other types implement");
        missing || list && (!message.starts_with("the trait bound") || help.contains("`f128`"))
    };
    let mut advice = suggestions::of(&error.json, origin);
    advice.retain(|suggestion| !suggestion.ways.is_empty() || !repeats(&suggestion.message));
    advice
}

/// What the engine's ways make necessary to know.
fn notes(error: &CompilationError) -> Vec<String> {
    let note = match error.code() {
        Some("E0597" | "E0505" | "E0716") => {
            "a variable that lasts from cell to cell cannot borrow from another one: clone the \
             value, or put braces around the lines that belong together"
        }
        Some("E0283") if is_about_an_empty_list(error) => {
            "an empty list does not say what it is a list of; `compile` takes `()` for no metrics"
        }
        _ if is_refused_showing(error) => {
            "end the line with `;` to show nothing; a type of your own can be shown with \
             `#[derive(Debug)]` above it"
        }
        _ => return Vec::new(),
    };
    vec![note.to_owned()]
}

/// Whether a message is about the method that shows the last value of a cell.
fn is_about_showing(message: &str) -> bool {
    message.contains("`evcxr_display`")
}

/// Whether an error is that the last value of a cell cannot be shown.
fn is_refused_showing(error: &CompilationError) -> bool {
    let message = error.message();
    let of_method =
        error.code() == Some("E0599") && message.ends_with("` doesn't implement `Debug`");
    of_method || is_about_showing(&message)
}

/// A message without the names of the generated code.
fn in_the_readers_words(message: &str) -> String {
    if let Some(name) = borrowed::variable(message) {
        return format!("`{name}` cannot last from cell to cell: it borrows from another variable");
    }
    if is_about_showing(message) {
        let of = message.split('`').nth(3).unwrap_or_default();
        let of = match of.starts_with("{closure@") {
            true => "a closure",
            false => &format!("`{of}`"),
        };
        return format!("{of} cannot be shown: it does not implement `Debug`");
    }
    if message == "expected `;`, found keyword `fn`" {
        return "expected `;`".to_owned();
    }
    // "doesn't satisfy `A: Debug` or `A: Show`"
    let message = match message.split_once(" or `") {
        Some((before, other)) if other.ends_with(": Show`") => before,
        _ => message,
    };
    without_internals(message)
}

fn is_about_an_empty_list(error: &CompilationError) -> bool {
    let mut spans = error.spanned_messages().iter();
    spans.any(|spanned| spanned.label.contains("`[_; 0]`"))
}

/// The compiler's advice about a package, for a cell: it has no manifest.
fn for_cells(help: &str) -> String {
    const ADD: &str = "use `cargo add ";
    if let Some((before, rest)) = help.split_once(ADD)
        && let Some((name, _)) = rest.split_once('`')
    {
        return format!("{before}write `:dep {name} = \"*\"` above it");
    }
    help.to_owned()
}

/// The number of the line around a byte, from 1.
fn line_number(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// The renderer, in colours that are readable on white and on black, or without colours.
pub fn renderer(coloured: bool) -> Renderer {
    let renderer = Renderer::plain()
        .decor_style(DecorStyle::Ascii)
        .term_width(100);
    if !coloured {
        return renderer;
    }
    let bold = |color: AnsiColor| Style::new().fg_color(Some(color.into())).bold();
    let thin = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    renderer
        .error(bold(AnsiColor::Red))
        .warning(bold(AnsiColor::Yellow))
        .info(bold(AnsiColor::Green))
        .note(bold(AnsiColor::Green))
        .help(bold(AnsiColor::Cyan))
        .line_num(thin(AnsiColor::Blue))
        .context(thin(AnsiColor::Blue))
        .addition(thin(AnsiColor::Green))
        .removal(thin(AnsiColor::Red))
        .emphasis(Style::new().bold())
}

/// A text without the names of the generated code.
pub fn without_internals(text: &str) -> String {
    short_names(text)
        .replace("`EvcxrUserCodeError`", "the cell's error type")
        .replace("EvcxrUserCodeError", "the cell's error type")
        .replace("`evcxr_variable_store`", "the end of the cell")
        .replace("<end of input>", "the end of the cell")
        .replace("`evcxr_analysis_wrapper`", "the cell")
        .replace("`rust_nn_runtime::Show`", "`Debug`")
        .replace("rust_nn_runtime::", "")
        .replace("evcxr", "the kernel")
        .replace("Evcxr", "the kernel")
}

/// nn-lib's types without the modules that they lie in: the prelude has brought in the names. A `use` line needs the
/// modules.
fn short_names(text: &str) -> String {
    let mut short = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("nn_lib::") {
        let (before, path) = rest.split_at(at);
        let end = path.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        let (path, after) = path.split_at(end.unwrap_or(path.len()));
        let name = path.rsplit("::").next().unwrap_or(path);
        let keep = before.ends_with("use ") || !name.starts_with(char::is_uppercase);
        short.push_str(before);
        short.push_str(if keep { path } else { name });
        rest = after;
    }
    short + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_about_a_package_fits_a_notebook() {
        assert_eq!(
            for_cells(
                "if you wanted to use a crate named `a`, use `cargo add a` to add it to your `Cargo.toml`"
            ),
            "if you wanted to use a crate named `a`, write `:dep a = \"*\"` above it"
        );
        assert_eq!(for_cells("borrow it"), "borrow it");
    }

    #[test]
    fn a_type_of_the_library_has_its_name_and_an_import_its_path() {
        assert_eq!(
            without_internals("`&nn_lib::prelude::Tensor`, `nn_lib::training::Fit`"),
            "`&Tensor`, `Fit`"
        );
        assert_eq!(
            without_internals("`use nn_lib::plot::Axis;`"),
            "`use nn_lib::plot::Axis;`"
        );
        assert_eq!(
            without_internals("`nn_lib::datasets::imdb`"),
            "`nn_lib::datasets::imdb`"
        );
    }
}
