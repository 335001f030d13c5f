//! An item of the notebook: a function, a type, an `impl`, an import.

use super::cell::{self, names_in, words};
use super::impls::Block;
use super::statics;
use ra_ap_syntax::ast;
use ra_ap_syntax::{AstNode, Edition, SourceFile, SyntaxKind, SyntaxNode};
use std::collections::HashSet;

/// What the names of items without a name begin with, in the engine's table.
pub const UNNAMED: &str = "rust_nn_item_";

/// What the line begins with that stands for an item which is no more.
pub const LEFT_OUT: &str = "#[cfg(any())] mod ";

/// An item as it stands in the engine's table.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its name there. What has none in Rust follows an empty module of this name.
    pub key: String,
    /// What the reader calls it.
    pub title: String,
    /// Its text as the reader wrote it.
    pub text: String,
    /// Its text as the engine was given it.
    pub given: String,
    /// The number of its cell.
    pub cell: usize,
    /// What an `impl` is for.
    pub block: Option<Block>,
    /// All names in it.
    pub mentions: HashSet<String>,
    /// What a type consists of.
    pub shape: Option<String>,
    /// The name of its statics' text, and the names in their types.
    pub statics: Option<(String, HashSet<String>)>,
}

impl Item {
    /// The items of a statement: several names for a `use`, none for what is no item.
    pub fn of(statement: &SyntaxNode, number: usize) -> Vec<Item> {
        let Some(item) = ast::Item::cast(statement.clone()) else {
            return Vec::new();
        };
        let text = statement.text().to_string();
        let whole = |key: String, title: String| Item {
            key,
            title,
            given: text.clone(),
            text: text.clone(),
            cell: number,
            block: None,
            mentions: names_in(&words(statement)),
            shape: shape(&item),
            statics: None,
        };
        match &item {
            ast::Item::ExternCrate(_) => Vec::new(),
            ast::Item::Use(item) => super::uses::names(item)
                .into_iter()
                .map(|(name, line)| Item {
                    mentions: line
                        .split(|c: char| !c.is_alphanumeric() && c != '_')
                        .map(str::to_owned)
                        .collect(),
                    text: line.clone(),
                    given: line.clone(),
                    ..whole(name, line)
                })
                .collect(),
            ast::Item::Impl(of) => {
                let block = Block::of(of);
                let key = format!("{UNNAMED}{}", block.key());
                let title = block.title.clone();
                vec![Item {
                    block: Some(block),
                    ..whole(key, title)
                }]
            }
            item => match cell::name(item) {
                Some(name) => vec![whole(name.clone(), name)],
                None => {
                    let key = format!("{UNNAMED}{}", cell::digest(&words(statement).join(" ")));
                    let title = text.lines().next().unwrap_or_default().to_owned();
                    vec![whole(key, title)]
                }
            },
        }
    }

    /// What stands in a type for this one.
    pub fn type_name(&self) -> String {
        match self.mentions.contains("trait") && self.block.is_none() {
            true => format!("dyn {}", self.key),
            false => self.key.clone(),
        }
    }

    /// Whether it has no name in Rust.
    pub fn is_unnamed(&self) -> bool {
        self.key.starts_with(UNNAMED)
    }

    /// Whether it is a function, a constant or a static: what has its name among values.
    pub fn is_value(&self) -> bool {
        let file = SourceFile::parse(&self.text, Edition::Edition2024).syntax_node();
        let mut items = file.children();
        items.any(|node| {
            matches!(
                node.kind(),
                SyntaxKind::FN | SyntaxKind::CONST | SyntaxKind::STATIC
            )
        })
    }

    /// Notes the statics in it.
    pub fn note_statics(&mut self, node: &SyntaxNode, hash: Option<String>) {
        self.statics = hash.map(|hash| (hash, statics::names_in_types(node)));
    }

    /// The lines that put it into the engine's table.
    pub fn put(&self) -> String {
        match self.is_unnamed() {
            true => format!("{}\n{}\n", self.remove(), self.given),
            false => format!("{}\n", self.given),
        }
    }

    /// The line that leaves nothing of it in the engine's table: an item of its name that no compiler sees.
    pub fn remove(&self) -> String {
        format!("{LEFT_OUT}{} {{}}", self.key)
    }
}

/// What makes a type another one: everything but attributes, comments, and the bodies of functions. For a module it is
/// that of its types; for a trait, of which a `dyn` has a table of functions, that of its methods.
fn shape(item: &ast::Item) -> Option<String> {
    match item {
        ast::Item::Struct(_)
        | ast::Item::Enum(_)
        | ast::Item::Union(_)
        | ast::Item::TypeAlias(_)
        | ast::Item::Const(_)
        | ast::Item::Trait(_)
        | ast::Item::Use(_) => Some(outline(item.syntax())),
        ast::Item::Module(module) => {
            let items = module.item_list()?.syntax().children();
            let shapes = items.filter_map(|node| shape(&ast::Item::cast(node)?));
            Some(shapes.collect::<Vec<_>>().join("\n")).filter(|shapes| !shapes.is_empty())
        }
        _ => None,
    }
}

/// The words of an item without attributes, comments and bodies.
fn outline(item: &SyntaxNode) -> String {
    let left_out = |node: &SyntaxNode| match node.kind() {
        // `repr` decides where the fields lie.
        SyntaxKind::ATTR => !node.text().to_string().contains("repr"),
        SyntaxKind::BLOCK_EXPR => node
            .parent()
            .is_some_and(|node| ast::Fn::can_cast(node.kind())),
        _ => false,
    };
    let tokens = item
        .descendants_with_tokens()
        .filter_map(|element| element.into_token());
    let words = tokens.filter(|token| {
        let mut around = token.parent_ancestors().take_while(|node| node != item);
        !token.kind().is_trivia() && !around.any(|node| left_out(&node))
    });
    words
        .map(|token| token.text().to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ra_ap_syntax::{Edition, SourceFile};

    fn item(text: &str) -> Item {
        let file = SourceFile::parse(text, Edition::Edition2024).syntax_node();
        Item::of(&file.children().next().unwrap(), 1).remove(0)
    }

    #[test]
    fn a_type_is_another_one_with_other_fields_and_not_with_other_words_about_it() {
        let shape = |text| item(text).shape;
        assert_eq!(
            shape("/// A.\n#[derive(Debug)] struct A { a: u8 }"),
            shape("#[derive(Clone)]\nstruct A {\n    a: u8 // one\n}")
        );
        for (one, other) in [
            ("struct A { a: u8 }", "struct A { a: i8 }"),
            ("#[repr(C)] struct A { a: u8 }", "struct A { a: u8 }"),
            ("trait T { fn a(); }", "trait T { fn a(); fn b(); }"),
            ("const N: usize = 1;", "const N: usize = 2;"),
            (
                "mod m { pub struct A(u8); }",
                "mod m { pub struct A(u16); }",
            ),
        ] {
            assert_ne!(shape(one), shape(other));
        }
        for (one, other) in [
            ("trait T { fn a() { 1; } }", "trait T { fn a() { 2; } }"),
            (
                "mod m { pub struct A(u8); fn f() {} }",
                "mod m { pub struct A(u8); fn g() {} }",
            ),
        ] {
            assert_eq!(shape(one), shape(other));
        }
        assert_eq!(shape("fn f() {}"), None);
    }

    #[test]
    fn a_trait_is_mentioned_where_it_is_a_type() {
        let names = item("struct A { of: Box<dyn Greet>, b: PhantomData<B> }").mentions;
        assert!(names.contains("dyn Greet") && names.contains("B") && !names.contains("dyn B"));
        assert_eq!(item("trait Greet { fn a(); }").type_name(), "dyn Greet");
    }
}
