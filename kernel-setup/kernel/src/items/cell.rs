//! The statements of a cell, cut as the engine cuts them.

use ra_ap_syntax::ast::{self, HasName};
use ra_ap_syntax::{AstNode, Edition, SourceFile, SyntaxNode};
use std::collections::HashSet;
use std::ops::Range;

/// What the engine puts before a cell to parse it.
const BEFORE: &str = "fn f(){";

/// A parsed cell.
pub struct Cell {
    /// The byte at which the engine's commands end and Rust begins.
    pub rust: usize,
    /// The statements and items.
    pub statements: Vec<SyntaxNode>,
    /// Whether the parser has found an error.
    pub is_wrong: bool,
}

impl Cell {
    /// Parses a cell.
    pub fn parse(code: &str) -> Cell {
        let rust = code.len() - without_commands(code).len();
        let text = format!("{BEFORE}{}\n}}", &code[rust..]);
        let file = SourceFile::parse(&text, Edition::Edition2024);
        let function = file.syntax_node().children().next().and_then(ast::Fn::cast);
        let body = function
            .and_then(|function| function.body())
            .and_then(|body| body.stmt_list());
        Cell {
            rust,
            statements: body.map_or_else(Vec::new, |body| body.syntax().children().collect()),
            is_wrong: !file.errors().is_empty(),
        }
    }

    /// The bytes of a part of the cell.
    pub fn range(&self, node: &SyntaxNode) -> Range<usize> {
        let range = node.text_range();
        self.place(range.start())..self.place(range.end())
    }

    /// The byte of a place in the parsed text.
    pub fn place(&self, at: ra_ap_syntax::TextSize) -> usize {
        (usize::from(at) + self.rust).saturating_sub(BEFORE.len())
    }
}

/// The lines from the first one that is Rust: commands stand before it.
pub fn without_commands(code: &str) -> &str {
    let mut rest = code;
    for line in code.split_inclusive('\n') {
        let text = line.trim();
        let command = line.starts_with('!') || line.trim_start_matches(' ').starts_with(':');
        if !command && !text.is_empty() && !line.starts_with("//") {
            break;
        }
        rest = &rest[line.len()..];
    }
    rest
}

/// Whether one of the commands before the Rust code of a cell is one of these.
pub fn has_command(code: &str, names: &[&str]) -> bool {
    let commands = &code[..code.len() - without_commands(code).len()];
    let mut words = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    words.any(|word| names.contains(&word))
}

/// The name under which the engine keeps an item.
pub fn name(item: &ast::Item) -> Option<String> {
    let name = match item {
        ast::Item::Const(item) => item.name(),
        ast::Item::Enum(item) => item.name(),
        ast::Item::Fn(item) => item.name(),
        ast::Item::MacroRules(item) => item.name(),
        ast::Item::MacroDef(item) => item.name(),
        ast::Item::Module(item) => item.name(),
        ast::Item::Static(item) => item.name(),
        ast::Item::Struct(item) => item.name(),
        ast::Item::Trait(item) => item.name(),
        ast::Item::TypeAlias(item) => item.name(),
        ast::Item::Union(item) => item.name(),
        _ => None,
    };
    name.map(|name| name.to_string())
}

/// The code without spaces and comments: what it says, however it is laid out.
pub fn words(node: &SyntaxNode) -> Vec<String> {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
        .map(|token| token.text().to_owned())
        .collect()
}

/// The names in some words; a trait is `dyn Name` where it is one of those.
pub fn names_in(words: &[String]) -> HashSet<String> {
    let traits = words.windows(2).filter(|pair| pair[0] == "dyn");
    let traits = traits.map(|pair| format!("dyn {}", pair[1]));
    words.iter().cloned().chain(traits).collect()
}

/// A short name for a text that is the same in every kernel.
pub fn digest(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(text);
    hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_end_where_rust_begins() {
        for (code, rust) in [
            (":dep a\n\n// b\n!ls\nlet c = 1;", "let c = 1;"),
            ("let c = 1;\n:vars", "let c = 1;\n:vars"),
            ("  // d\nc", "  // d\nc"),
            ("", ""),
        ] {
            assert_eq!(without_commands(code), rust);
        }
        assert!(has_command("//\n:clear\n1", &[":clear"]));
        assert!(!has_command("1\n:clear", &[":clear"]));
    }

    #[test]
    fn the_place_of_a_statement_is_its_place_in_the_cell() {
        let code = ":dep a\nlet é = 1; f(é)";
        let cell = Cell::parse(code);
        assert_eq!(&code[cell.range(&cell.statements[1])], "f(é)");
        assert!(!cell.is_wrong);
    }
}
