//! The notebooks as a student has them in front of him: cells of code, and the names in them.

use std::path::PathBuf;

use crate::kernel::repository;
use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};
use serde_json::Value;

/// The chapter's notebooks, in its order.
pub const CHAPTER: [&str; 7] = [
    "3.1-anatomy-of-a-neural-network",
    "3.2-introduction-to-nn-lib",
    "3.3-the-workstation",
    "3.4-classifying-movie-reviews",
    "3.5-classifying-newswires",
    "3.6-predicting-house-prices",
    "4.4-overfitting",
];

/// The notebooks for those who have done the chapter, in their order.
pub const FURTHER: &[&str] = &[
    "4.5-how-far-do-bags-of-words-go",
    "5.1-convolutions",
    "6.1-words-in-order",
    "6.2-your-own-texts",
];

/// The file of a notebook of the chapter or beyond it.
pub fn file(name: &str) -> PathBuf {
    let notebooks = repository().join("notebooks");
    let below = match FURTHER.contains(&name) {
        true => notebooks.join("going-further"),
        false => notebooks,
    };
    below.join(format!("{name}.ipynb"))
}

/// Text that a notebook holds as one string or as a list of lines.
pub fn joined(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// The cells of code of a notebook.
pub fn code_cells(name: &str) -> Vec<String> {
    let file = file(name);
    let text = std::fs::read_to_string(&file).unwrap();
    let notebook: Value = serde_json::from_str(&text).unwrap();
    let cells = notebook["cells"].as_array().unwrap().iter();
    cells
        .filter(|cell| cell["cell_type"] == "code")
        .map(|cell| joined(&cell["source"]))
        .collect()
}

/// A name in a cell.
#[derive(Debug)]
pub struct Name<'a> {
    /// As it is written.
    pub text: &'a str,
    /// The character after it.
    pub end: usize,
    /// Whether it is declared here, so that it need not exist yet.
    pub declared: bool,
}

/// The names in a cell, without Rust's keywords and what stands in texts and comments.
pub fn names(code: &str) -> Vec<Name<'_>> {
    const KEYWORDS: [&str; 26] = [
        "let", "mut", "fn", "for", "in", "if", "else", "match", "loop", "while", "use", "pub",
        "struct", "enum", "impl", "trait", "type", "const", "static", "move", "return", "as",
        "true", "false", "where", "_",
    ];
    const DECLARE: [&str; 7] = ["fn", "struct", "enum", "trait", "type", "const", "static"];
    let mut names = Vec::new();
    let mut place = 0;
    // The last token that is neither space nor comment, the brackets that are open, and whether a pattern is, after
    // `let`, `for` or a bar.
    let (mut before, mut open, mut pattern) = ("", Vec::new(), false);
    // Whether the next brace is that of a struct's fields.
    let mut structure = false;
    for token in tokenize(code, FrontmatterAllowed::No) {
        let text = &code[place..place + token.len as usize];
        place += token.len as usize;
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. } => continue,
            TokenKind::Ident if !KEYWORDS.contains(&text) => {
                let rest = code[place..].trim_start();
                let has_type = rest.starts_with(':') && !rest.starts_with("::");
                let in_arm = rest.trim_start_matches([')', ' ']).starts_with("=>");
                names.push(Name {
                    text,
                    end: code[..place].chars().count(),
                    declared: pattern
                        || DECLARE.contains(&before)
                        || in_arm && before == "("
                        || has_type && matches!(open.last(), Some(&"(" | &"struct")),
                });
            }
            TokenKind::Ident => {
                pattern = text != "in" && (pattern || text == "let" || text == "for");
                structure |= text == "struct";
            }
            TokenKind::Eq | TokenKind::Semi => (pattern, structure) = (false, false),
            TokenKind::OpenBrace if structure => {
                open.push("struct");
                structure = false;
            }
            TokenKind::Or => pattern = !pattern && ["(", ",", "=", "move"].contains(&before),
            TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => open.push(text),
            TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                open.pop();
            }
            _ => {}
        }
        before = text;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_found_and_declared_ones_told_apart() {
        let code = "let (훈련, x) = f(\"text\", |a| a.b + c); // comment\nfor n in v { println!(\"{n}\", n) }\nfn g(p: i32) {}\nstruct S { units: u8 }\nS { units: n }";
        let found: Vec<(&str, bool)> = names(code)
            .iter()
            .map(|name| (name.text, name.declared))
            .collect();
        let wanted = [
            ("훈련", true),
            ("x", true),
            ("f", false),
            ("a", true),
            ("a", false),
            ("b", false),
            ("c", false),
            ("n", true),
            ("v", false),
            ("println", false),
            ("n", false),
            ("g", true),
            ("p", true),
            ("i32", false),
            ("S", true),
            ("units", true),
            ("u8", false),
            ("S", false),
            ("units", false),
            ("n", false),
        ];
        assert_eq!(found, wanted);
        assert_eq!(names(code)[1].end, 10);
    }
}
