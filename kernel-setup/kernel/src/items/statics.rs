//! `static`s that keep their value from cell to cell.
//!
//! The engine compiles every item again in every cell, and so every cell would have a static of its own. Here each static
//! gets a name for the linker. The cell that defines it exports the static under that name; the cells after it, whose
//! code the stand-in for cargo changes (`standin/statics.rs`), declare it and are linked with the first one's object.

use super::cell::{digest, names_in, words};
use super::edits::Edits;
use ra_ap_syntax::ast::{self, HasAttrs, HasName, HasVisibility};
use ra_ap_syntax::{AstNode, AstToken, Edition, SourceFile, SyntaxNode};
use std::collections::{HashMap, HashSet};

/// What the names for the linker begin with.
pub const SYMBOL: &str = "rust_nn_static_";

/// Types whose values never change: each cell may have its own.
const PLAIN: [&str; 16] = [
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32",
];

/// How often a static has been defined, by its text: each time it is another one.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    defined: HashMap<String, usize>,
}

impl Symbols {
    /// Names the statics in an item for the linker; `place` is the byte of a node in the text that is edited. Returns
    /// what to count once the cell has run.
    pub fn mark(
        &self,
        item: &SyntaxNode,
        place: impl Fn(&SyntaxNode) -> usize,
        edits: &mut Edits,
    ) -> Option<String> {
        let statics: Vec<ast::Static> = item
            .descendants()
            .filter_map(ast::Static::cast)
            .filter(lasts)
            .collect();
        if statics.is_empty() {
            return None;
        }
        let hash = digest(&words(item).join(" "));
        let number = self.defined.get(&hash).copied().unwrap_or_default();
        for (nth, item) in statics.iter().enumerate() {
            let start = match item.visibility() {
                Some(visibility) => place(visibility.syntax()),
                None => {
                    let Some(token) = item.static_token() else {
                        continue;
                    };
                    let inside = token.text_range().start() - item.syntax().text_range().start();
                    place(item.syntax()) + usize::from(inside)
                }
            };
            let name = item.name().map(|name| name.to_string()).unwrap_or_default();
            let symbol = format!("{SYMBOL}{hash}_{number}_{nth}_{name}");
            edits.insert(start, format!("#[unsafe(export_name = \"{symbol}\")]\n"));
        }
        Some(hash)
    }

    /// Notes that the statics of an item have been defined: those of the same text are others from now on.
    pub fn count(&mut self, hash: &str) {
        *self.defined.entry(hash.to_owned()).or_default() += 1;
    }
}

/// Whether a static must be the same in all cells.
fn lasts(item: &ast::Static) -> bool {
    let plain = item.mut_token().is_none() && item.ty().is_some_and(|kind| is_plain(&kind));
    // The value of a constant cannot refer to what another object defines.
    let within = item.syntax().ancestors().skip(1).any(|node| {
        ast::ExternBlock::can_cast(node.kind())
            || ast::Const::can_cast(node.kind())
            || ast::Static::can_cast(node.kind())
    });
    let named = item.attrs().any(|attribute| {
        let text = attribute.syntax().text().to_string();
        text.contains("_name") || text.contains("no_mangle")
    });
    !within && !plain && !named && item.eq_token().is_some()
}

/// Whether values of a type cannot change in a static: numbers, texts, and lists of them.
fn is_plain(kind: &ast::Type) -> bool {
    let tokens = kind.syntax().descendants_with_tokens();
    tokens
        .filter_map(|element| element.into_token())
        .filter_map(ast::Ident::cast)
        .all(|word| PLAIN.contains(&word.text()) || word.text() == "f64")
}

/// `thread_local!` as statics: the keys, which are what lasts.
pub fn of_thread_local(inside: &str) -> Option<String> {
    others(inside, |kind, value| {
        let local = format!("std::thread_local! {{ static LOCAL: {kind} = {value}; }}");
        format!("std::thread::LocalKey<{kind}> = {{ {local} LOCAL }}")
    })
}

/// `lazy_static!` as statics of the standard library.
pub fn of_lazy_static(inside: &str) -> Option<String> {
    others(&inside.replace("static ref ", "static "), |kind, value| {
        format!("std::sync::LazyLock<{kind}> = std::sync::LazyLock::new(|| {value})")
    })
}

/// Statics of another type, made of their type and value.
fn others(inside: &str, make: impl Fn(&ast::Type, &ast::Expr) -> String) -> Option<String> {
    let file = SourceFile::parse(inside, Edition::Edition2024);
    let mut text = String::new();
    for node in file.syntax_node().children() {
        let item = ast::Static::cast(node)?;
        let (name, kind, value) = (item.name()?, item.ty()?, item.body()?);
        let visible = item
            .visibility()
            .map_or_else(String::new, |visible| format!("{visible} "));
        let attributes: String = item
            .attrs()
            .map(|attribute| format!("{attribute} "))
            .collect();
        let rest = make(&kind, &value);
        text += &format!("{attributes}{visible}static {name}: {rest};");
    }
    Some(text).filter(|text| !text.is_empty())
}

/// The names in the types of the statics of an item.
pub fn names_in_types(item: &SyntaxNode) -> HashSet<String> {
    let statics = item
        .descendants()
        .filter_map(ast::Static::cast)
        .filter(lasts);
    statics
        .filter_map(|item| item.ty())
        .flat_map(|kind| names_in(&words(kind.syntax())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(symbols: &Symbols, text: &str) -> (String, Option<String>) {
        let file = SourceFile::parse(text, Edition::Edition2024).syntax_node();
        let item = file.children().next().unwrap();
        let mut edits = Edits::default();
        let place = |node: &SyntaxNode| usize::from(node.text_range().start());
        let hash = symbols.mark(&item, place, &mut edits);
        (edits.apply(text), hash)
    }

    #[test]
    fn a_static_gets_a_name_which_is_another_one_when_it_is_defined_again() {
        let mut symbols = Symbols::default();
        let text =
            "/// Calls.\n#[allow(unused)] pub static CALLS: AtomicUsize = AtomicUsize::new(0);";
        let (first, hash) = marked(&symbols, text);
        let hash = hash.unwrap();
        let attribute = |number| {
            format!("#[unsafe(export_name = \"{SYMBOL}{hash}_{number}_0_CALLS\")]\npub static")
        };
        assert!(first.contains(&attribute(0)), "{first}");
        symbols.count(&hash);
        assert!(marked(&symbols, text).0.contains(&attribute(1)));
    }

    #[test]
    fn statics_within_functions_last_and_constants_need_not() {
        let symbols = Symbols::default();
        let (text, _) = marked(
            &symbols,
            "fn f() { static mut N: u8 = 0; static M: Mutex<u8> = m(); }",
        );
        assert!(
            text.contains("_0_N\")]\nstatic mut N") && text.contains("_1_M\")]\nstatic M"),
            "{text}"
        );
        for text in [
            "static NAMES: [&'static str; 2] = [\"a\", \"b\"];",
            "static RATE: f64 = 0.1;",
            "const N: AtomicUsize = AtomicUsize::new(0);",
            "unsafe extern \"C\" { static environ: Pointer; }",
            "const N: &Mutex<u8> = { static M: Mutex<u8> = m(); &M };",
            "#[unsafe(no_mangle)] static N: Mutex<u8> = m();",
        ] {
            assert_eq!(marked(&symbols, text), (text.to_owned(), None));
        }
    }

    #[test]
    fn the_keys_of_thread_local_values_are_statics() {
        let text = of_thread_local(
            "/// A.\npub static A: Cell<u8> = const { Cell::new(1) };\nstatic B: X = x()",
        )
        .unwrap();
        let file = SourceFile::parse(&text, Edition::Edition2024);
        assert!(file.errors().is_empty(), "{text}");
        assert!(text.contains("pub static A: std::thread::LocalKey<Cell<u8>> = { std::thread_local! { static LOCAL: Cell<u8> = const { Cell::new(1) }; } LOCAL };"));
        assert_eq!(of_thread_local("fn a() {}"), None);
    }
}
