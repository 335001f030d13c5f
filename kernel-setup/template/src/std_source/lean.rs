//! Code without what type inference, completion and documentation have no use for.
//!
//! rust-analyzer keeps each attribute and each line of documentation as some pieces of a tree, and in a macro it copies
//! them into every expansion: those of the integers are expanded twelve times. So attributes that only the compiler reads
//! go, as do comments, and the lines of a documentation become one piece. Its text stays as it is.

use ra_ap_rustc_lexer::{DocStyle, FrontmatterAllowed, TokenKind, tokenize};
use std::ops::Range;

/// Attributes that say nothing about a type, and that no completion looks at.
const LEFT_OUT: [&str; 20] = [
    "allow",
    "cold",
    "deny",
    "diagnostic",
    "expect",
    "inline",
    "must_use",
    "optimize",
    "rustc_as_ptr",
    "rustc_confusables",
    "rustc_const_stable",
    "rustc_const_unstable",
    "rustc_diagnostic_item",
    "rustc_inherit_overflow_checks",
    "rustc_never_returns_null_ptr",
    "rustc_no_implicit_autorefs",
    "rustc_on_unimplemented",
    "stable",
    "track_caller",
    "warn",
];

struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

/// The code with fewer attributes, without comments, and with each documentation in one piece.
pub(super) fn lean(code: &str) -> String {
    let mut end = 0;
    let tokens: Vec<Token> = tokenize(code, FrontmatterAllowed::No)
        .map(|token| {
            let start = end;
            end += token.len as usize;
            Token {
                kind: token.kind,
                range: start..end,
            }
        })
        .collect();
    let is_call = calls(code, &tokens);
    let mut kept = String::with_capacity(code.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let text = &code[token.range.clone()];
        match token.kind {
            TokenKind::LineComment { doc_style: None }
            | TokenKind::BlockComment {
                doc_style: None, ..
            } => at += 1,
            TokenKind::LineComment {
                doc_style: Some(DocStyle::Outer),
            } => {
                let (lines, next) = documentation(code, &tokens, at);
                kept += &joined(&lines);
                at = next;
            }
            TokenKind::Pound if !is_call[at] => match attribute(code, &tokens, at) {
                Some(after) => at = after,
                None => {
                    kept += text;
                    at += 1;
                }
            },
            TokenKind::Whitespace => {
                // Lines stay lines; what stands before them, and empty ones, go.
                match text.contains('\n') {
                    true if kept.ends_with('\n') => {}
                    true => kept.push('\n'),
                    false if kept.ends_with(['\n', ' ']) => {}
                    false => kept.push(' '),
                }
                at += 1;
            }
            _ => {
                kept += text;
                at += 1;
            }
        }
    }
    kept
}

/// The lines of documentation that follow each other from the token `at`, and the token behind them.
fn documentation<'a>(code: &'a str, tokens: &[Token], at: usize) -> (Vec<&'a str>, usize) {
    let mut lines = Vec::new();
    let mut next = at;
    let mut end = at;
    while let Some(token) = tokens.get(next) {
        match token.kind {
            TokenKind::LineComment {
                doc_style: Some(DocStyle::Outer),
            } => {
                lines.push(&code[token.range.clone()]);
                end = next + 1;
            }
            TokenKind::Whitespace => {}
            _ => break,
        }
        next += 1;
    }
    (lines, end)
}

/// Lines of documentation in one piece, where that is possible.
fn joined(lines: &[&str]) -> String {
    let texts: Vec<&str> = lines.iter().map(|line| &line[3..]).collect();
    let text = texts.join("\n");
    // A slash at the end would make another beginning of what is the end.
    let closes = text.contains("*/") || text.contains("/*") || text.ends_with('/');
    match lines {
        [line] => format!("{line}\n"),
        _ if text.starts_with(' ') && !closes => format!("/**{text}*/"),
        _ => lines.join("\n") + "\n",
    }
}

/// The token behind an attribute that is left out, and that begins with the token `at`.
fn attribute(code: &str, tokens: &[Token], at: usize) -> Option<usize> {
    let [open, name, ..] = tokens.get(at + 1..)? else {
        return None;
    };
    let is_left_out =
        open.kind == TokenKind::OpenBracket && LEFT_OUT.contains(&&code[name.range.clone()]);
    if !is_left_out {
        return None;
    }
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(at + 1) {
        match token.kind {
            TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseBracket if depth == 1 => return Some(place + 1),
            TokenKind::CloseBracket => depth -= 1,
            _ => {}
        }
    }
    None
}

/// For each token, whether it is given to a macro: a pattern of that macro may ask for any attribute. What a macro of
/// `macro_rules` makes is not.
fn calls(code: &str, tokens: &[Token]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Place {
        Code,
        Call,
        /// Between the rules of a macro.
        Rules,
    }
    let mut places = vec![Place::Code];
    let mut last = [const { ("", TokenKind::Semi) }; 3];
    let mut is_call = Vec::with_capacity(tokens.len());
    // A declaration of the other kind begins with `macro` and a name.
    let mut is_macro_item = false;
    for token in tokens {
        let text = &code[token.range.clone()];
        let here = *places.last().expect("the file stays open");
        is_call.push(here != Place::Code);
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. } => continue,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                let is_rules = last[0].0 == "macro_rules" && last[1].1 == TokenKind::Bang;
                let is_given = last[2].1 == TokenKind::Bang && last[1].1 == TokenKind::Ident;
                let makes = last[1].1 == TokenKind::Eq && last[2].1 == TokenKind::Gt;
                places.push(match here {
                    Place::Rules if makes => Place::Code,
                    Place::Rules | Place::Call => Place::Call,
                    Place::Code if is_rules => Place::Rules,
                    Place::Code if is_given || is_macro_item => Place::Call,
                    Place::Code => Place::Code,
                });
                if token.kind == TokenKind::OpenBrace {
                    is_macro_item = false;
                }
            }
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace
                if places.len() > 1 =>
            {
                places.pop();
            }
            TokenKind::Ident if last[2].0 == "macro" && here == Place::Code => is_macro_item = true,
            TokenKind::Semi => is_macro_item = false,
            _ => {}
        }
        last = [last[1], last[2], (text, token.kind)];
    }
    is_call
}

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn attributes_for_the_compiler_and_comments_go() {
        let code = "#[stable(feature = \"a\", since = \"1[\")]\n#[derive(Copy)]\n// why\nstruct A; /* what */\n#[inline]\nfn b() {}\n";
        assert_eq!(lean(code), "\n#[derive(Copy)]\nstruct A; \nfn b() {}\n");
        let inner = "#![allow(a)]\n#![no_std]\n";
        assert_eq!(lean(inner), inner);
    }

    #[test]
    fn the_lines_of_a_documentation_become_one_piece_with_the_same_text() {
        let code = "    /// One.\n    ///\n    /// ```\n    ///   two\n    /// ```\n    fn a();\n";
        assert_eq!(lean(code), " /** One.\n\n ```\n   two\n ```*/\nfn a();\n");
        for code in [
            "/// One.\nfn a();\n",
            "/// A /* b\n/// c\nfn a();\n",
            "/// A\n/// //\nfn a();\n",
            "///A\n/// b\nfn a();\n",
        ] {
            assert_eq!(lean(code), code);
        }
    }

    #[test]
    fn what_a_macro_is_given_stays_and_what_it_makes_does_not() {
        let code = "a! {\n#[stable(b)]\nstruct C;\n}\n#[stable(d)]\nstruct E;\n";
        assert_eq!(lean(code), "a! {\n#[stable(b)]\nstruct C;\n}\nstruct E;\n");
        let code = "macro_rules! a { (#[stable($b:tt)]) => {\n#[stable($b)]\nfn c() {}\nd! { #[inline] } }; }\n#[inline]\nfn e() {}";
        assert_eq!(
            lean(code),
            "macro_rules! a { (#[stable($b:tt)]) => {\nfn c() {}\nd! { #[inline] } }; }\nfn e() {}"
        );
        let code = "pub macro a($b:expr) {\n#[allow(c)]\n{ $b } }\n";
        assert_eq!(lean(code), code);
    }
}
