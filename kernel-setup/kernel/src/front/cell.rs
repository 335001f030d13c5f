//! A cell as hints and inspection look at it: as lines, and as a tree.

use crate::front::origin::{BEFORE, without_commands};
use ra_ap_syntax::ast::{self, AstNode, HasName};
use ra_ap_syntax::{Edition, SourceFile, SyntaxNode, SyntaxToken, TextRange, TextSize};
use std::ops::Range;

/// A cell and its tree.
pub struct Cell<'a> {
    /// What the reader has written.
    pub code: &'a str,
    root: SyntaxNode,
}

impl<'a> Cell<'a> {
    /// Parses a cell.
    pub fn new(code: &'a str) -> Cell<'a> {
        let text = format!("{BEFORE}{}\n}}", without_commands(code));
        let root = SourceFile::parse(&text, Edition::Edition2024).syntax_node();
        Cell { code, root }
    }

    /// The smallest node of a kind that covers a part of the cell.
    pub fn around<N: AstNode>(&self, part: &Range<usize>) -> Option<N> {
        self.all_around(part).next()
    }

    /// The nodes of a kind that cover a part of the cell, the smallest first.
    pub fn all_around<N: AstNode>(&self, part: &Range<usize>) -> impl Iterator<Item = N> + use<N> {
        let size = |at: usize| TextSize::new(u32::try_from(at + BEFORE.len()).unwrap_or_default());
        let range = TextRange::new(size(part.start), size(part.end.max(part.start)));
        let whole = self.root.text_range();
        let element = whole
            .contains_range(range)
            .then(|| self.root.covering_element(range));
        let nodes = element.into_iter().flat_map(|element| element.ancestors());
        nodes.filter_map(N::cast)
    }

    /// The nodes of a kind in the whole cell.
    pub fn all<N: AstNode>(&self) -> impl Iterator<Item = N> {
        self.root.descendants().filter_map(N::cast)
    }

    /// The last statement that declares a variable of this name, and nothing else.
    pub fn declaration(&self, name: &str) -> Option<ast::LetStmt> {
        let is_it = |own: &ast::LetStmt| match own.pat() {
            Some(ast::Pat::IdentPat(pattern)) => {
                pattern.name().is_some_and(|own| own.text() == name)
            }
            _ => false,
        };
        self.all::<ast::LetStmt>().filter(is_it).last()
    }

    /// The tokens, each with the part of the cell that it is.
    pub fn tokens(&self) -> impl Iterator<Item = (SyntaxToken, Range<usize>)> {
        let tokens = self.root.descendants_with_tokens();
        let tokens = tokens.filter_map(|element| element.into_token());
        tokens
            .map(|token| (token.clone(), self.part_of(token.text_range())))
            .filter(|(_, part)| !part.is_empty())
    }

    /// The part of the cell that a node was parsed from.
    pub fn range(&self, node: &impl AstNode) -> Range<usize> {
        self.part_of(node.syntax().text_range())
    }

    /// The part of the cell that a part of the parsed text is.
    pub fn part_of(&self, range: TextRange) -> Range<usize> {
        let at = |size: TextSize| usize::from(size).saturating_sub(BEFORE.len());
        at(range.start())..at(range.end()).min(self.code.len())
    }

    /// The text of a node.
    pub fn text(&self, node: &impl AstNode) -> &'a str {
        self.code.get(self.range(node)).unwrap_or_default()
    }

    /// The text of a part.
    pub fn part(&self, part: &Range<usize>) -> &'a str {
        self.code.get(part.clone()).unwrap_or_default()
    }

    /// The line around a byte, without the space around it.
    pub fn line(&self, at: usize) -> &'a str {
        self.code[self.line_range(at..at)].trim()
    }

    /// The lines around a part, with something else in its place; without the space around them.
    pub fn line_with(&self, part: Range<usize>, text: &str) -> String {
        let line = self.line_range(part.clone());
        let (before, after) = (
            &self.code[line.start..part.start],
            &self.code[part.end..line.end],
        );
        format!("{before}{text}{after}").trim().to_owned()
    }

    fn line_range(&self, part: Range<usize>) -> Range<usize> {
        let start = self.code[..part.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.code[part.end..].find('\n');
        start..end.map_or(self.code.len(), |at| part.end + at)
    }
}

/// An expression in parentheses, if an operator or `as` behind it would take only a part of it.
pub fn bracketed(expression: &ast::Expr, text: &str) -> String {
    match expression {
        ast::Expr::BinExpr(_) | ast::Expr::CastExpr(_) | ast::Expr::PrefixExpr(_) => {
            format!("({text})")
        }
        _ => text.to_owned(),
    }
}
