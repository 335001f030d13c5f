//! Whether a cell is complete, for front ends in which Enter either runs or continues it.

use super::origin::{BEFORE, without_commands};
use ra_ap_syntax::{Edition, SourceFile, SyntaxKind};
use serde_json::{Value, json};

/// The content of an `is_complete_reply`.
pub fn reply(code: &str) -> Value {
    let indent = " ".repeat(4 * depth(code));
    match state(code) {
        State::Complete => json!({ "status": "complete" }),
        State::Invalid => json!({ "status": "invalid" }),
        State::Incomplete => json!({ "status": "incomplete", "indent": indent }),
    }
}

#[derive(Debug, PartialEq)]
enum State {
    Complete,
    Incomplete,
    Invalid,
}

fn state(code: &str) -> State {
    // `?name` asks for help.
    if code.trim_start().starts_with('?') {
        return State::Complete;
    }
    let rust = without_commands(code);
    let (open, wrong) = brackets(&rust);
    if wrong {
        return State::Invalid;
    }
    if !open.is_empty() || unterminated(&rust) {
        return State::Incomplete;
    }
    let parse = SourceFile::parse(&format!("{BEFORE}{rust}\n}}"), Edition::Edition2024);
    let end = BEFORE.len() + rust.trim_end().len();
    let errors = parse.errors();
    if errors.is_empty() {
        State::Complete
    } else if errors
        .iter()
        .all(|error| usize::from(error.range().start()) >= end)
    {
        State::Incomplete
    } else {
        State::Invalid
    }
}

/// The brackets that are open at the end, and whether one is closed that was not open.
fn brackets(code: &str) -> (Vec<SyntaxKind>, bool) {
    use SyntaxKind::{L_BRACK, L_CURLY, L_PAREN, R_BRACK, R_CURLY, R_PAREN};
    let mut open = Vec::new();
    for kind in tokens(code) {
        match kind {
            L_PAREN | L_BRACK | L_CURLY => open.push(kind),
            R_PAREN | R_BRACK | R_CURLY => {
                let partner = match kind {
                    R_PAREN => L_PAREN,
                    R_BRACK => L_BRACK,
                    _ => L_CURLY,
                };
                if open.pop() != Some(partner) {
                    return (open, true);
                }
            }
            _ => {}
        }
    }
    (open, false)
}

/// What closes the brackets that are open at the end, on a line of its own; nothing where none is.
pub fn closing(code: &str) -> String {
    let open = brackets(&without_commands(code)).0;
    let close = open.iter().rev().map(|kind| match kind {
        SyntaxKind::L_PAREN => ')',
        SyntaxKind::L_BRACK => ']',
        _ => '}',
    });
    let new_line = (!open.is_empty()).then_some('\n');
    new_line.into_iter().chain(close).collect()
}

fn depth(code: &str) -> usize {
    brackets(code).0.len()
}

/// Whether a string or a comment is open at the end.
fn unterminated(code: &str) -> bool {
    let parse = SourceFile::parse(code, Edition::Edition2024);
    parse.errors().iter().any(|error| {
        let text = error.to_string().to_lowercase();
        text.contains("unterminated") || text.contains("missing trailing")
    })
}

fn tokens(code: &str) -> Vec<SyntaxKind> {
    SourceFile::parse(code, Edition::Edition2024)
        .syntax_node()
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .map(|token| token.kind())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_statements_are_complete() {
        for code in [
            "",
            "1 + 1",
            "let a = 1;",
            "fn f() {}\nf()",
            ":dep x",
            "?x",
            ":vars\nlet b = 2;",
        ] {
            assert_eq!(state(code), State::Complete, "{code}");
        }
    }

    #[test]
    fn open_brackets_strings_and_assignments_are_incomplete() {
        for code in [
            "fn f() {",
            "vec![1,",
            "let s = \"a",
            "/* x",
            "let a =",
            "f(",
        ] {
            assert_eq!(state(code), State::Incomplete, "{code}");
        }
    }

    #[test]
    fn what_no_further_line_can_mend_is_invalid() {
        for code in ["let = 1;", "f(]", ")"] {
            assert_eq!(state(code), State::Invalid, "{code}");
        }
    }

    #[test]
    fn open_brackets_are_closed_from_the_inside_out() {
        assert_eq!(closing("f(a, vec![g(1), {"), "\n}])");
        assert_eq!(closing("f(\"(\") // ("), "");
    }

    #[test]
    fn the_next_line_is_indented_by_the_open_brackets() {
        assert_eq!(depth("fn f() {\n    g("), 2);
        assert_eq!(depth("let s = \"{\";"), 0);
    }
}
