//! The notebooks as a student has them in front of him: cells of code, and the names in them.

use crate::kernel::repository;
use ra_ap_syntax::{Edition, SourceFile, SyntaxKind};
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

/// The cells of code of a notebook.
pub fn code_cells(name: &str) -> Vec<String> {
    let file = repository().join("notebooks").join(format!("{name}.ipynb"));
    let text = std::fs::read_to_string(&file).unwrap();
    let notebook: Value = serde_json::from_str(&text).unwrap();
    let cells = notebook["cells"].as_array().unwrap().iter();
    cells
        .filter(|cell| cell["cell_type"] == "code")
        .map(|cell| match &cell["source"] {
            Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
            source => source.as_str().unwrap_or_default().to_owned(),
        })
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
    const START: &str = "fn f(){";
    // The engine's own commands are no Rust.
    let rust: String = code
        .split_inclusive('\n')
        .map(|line| match line.trim_start().starts_with(':') {
            true => " ".repeat(line.len() - 1) + "\n",
            false => line.to_owned(),
        })
        .collect();
    let parsed = SourceFile::parse(&format!("{START}{rust}\n}}"), Edition::Edition2024);
    let tokens = parsed.syntax_node().descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    let idents = tokens.filter(|token| token.kind() == SyntaxKind::IDENT);
    idents
        .filter_map(|token| {
            let range = token.text_range();
            let start = usize::from(range.start()).checked_sub(START.len())?;
            let end = usize::from(range.end()) - START.len();
            Some(Name {
                text: &code[start..end],
                end: code[..end].chars().count(),
                declared: token.parent()?.kind() == SyntaxKind::NAME,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_found_and_declared_ones_told_apart() {
        let code = "let (훈련, x) = f(\"text\", |a| a.b + c); // comment\nfor n in v { println!(\"{n}\", n) }";
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
        ];
        assert_eq!(found, wanted);
        assert_eq!(names(code)[1].end, 10);
    }
}
