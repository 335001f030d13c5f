//! Calls of macros that make items: they become the items.
//!
//! The engine takes a call for a statement, and what the macro defines would end with the cell.

use super::cell::{Cell, name};
use super::edits::Edits;
use super::source::Source;
use super::statics;
use mbe::{DeclarativeMacro, MacroCallStyle};
use ra_ap_syntax::ast::{self, HasName};
use ra_ap_syntax::{AstNode, Edition, SourceFile, SyntaxKind, SyntaxNode, TextRange, TextSize};
use span::{EditionedFileId, FileId, ROOT_ERASED_FILE_AST_ID, Span, SpanAnchor, SyntaxContext};
use std::collections::HashMap;

/// How deep macros may call macros.
const DEEPEST: usize = 32;

const EDITION: Edition = Edition::Edition2024;

/// The notebook's macros: the text between the braces, by name.
pub type Macros = HashMap<String, String>;

/// Puts items in the place of the calls that make them. Returns what the reader is to be told.
pub fn expand(source: &mut Source, known: &Macros) -> Vec<String> {
    let mut notes = Vec::new();
    for _ in 0..DEEPEST {
        let cell = Cell::parse(&source.given);
        let mut macros = known.clone();
        let mut edits = Edits::default();
        notes.clear();
        for statement in &cell.statements {
            if let Some(definition) = ast::MacroRules::cast(statement.clone()) {
                macros.extend(definition_of(&definition));
            }
            if let Some(call) = call_of(statement) {
                match items_of(&call, &macros) {
                    Made::Items(text) => edits.replace(cell.range(statement), text),
                    Made::Mixed(told) => notes.push(told),
                    Made::None => {}
                }
            }
            if ast::Item::can_cast(statement.kind()) {
                for call in statement.descendants().filter_map(ast::MacroCall::cast) {
                    // Within functions and modules the keys of `thread_local!` are what has to last.
                    if is_thread_local(&call)
                        && let (Some(text), Some(range)) = (thread_local(&call), whole(&call))
                    {
                        edits.replace(cell.place(range.start())..cell.place(range.end()), text);
                    }
                    notes.extend(hidden_static(&call, &macros));
                }
            }
        }
        if edits.is_empty() {
            break;
        }
        source.change(edits);
    }
    notes
}

/// What is to be told of a call within an item whose macro makes a static there: that one is not seen here.
fn hidden_static(call: &ast::MacroCall, macros: &Macros) -> Option<String> {
    let name = call.path()?.syntax().text().to_string();
    let file = SourceFile::parse(macros.get(&name)?, EDITION).syntax_node();
    let mut tokens = file.descendants_with_tokens();
    let makes = tokens.any(|element| element.kind() == SyntaxKind::STATIC_KW);
    makes.then(|| {
        format!(
            "the `static` that `{name}!` makes within a function is a new one in every cell: write it outside of the macro"
        )
    })
}

/// The name of a macro and what stands between its braces.
pub fn definition_of(item: &ast::MacroRules) -> Option<(String, String)> {
    Some((item.name()?.to_string(), inside(&item.token_tree()?)))
}

/// What a call makes.
enum Made {
    /// Items and nothing else: their text.
    Items(String),
    /// Items that end with the cell: what to tell.
    Mixed(String),
    /// No items, or it is not known.
    None,
}

fn items_of(call: &ast::MacroCall, macros: &Macros) -> Made {
    if is_thread_local(call) {
        return thread_local(call).map_or(Made::None, Made::Items);
    }
    let (Some(path), Some(tokens)) = (call.path(), call.token_tree()) else {
        return Made::None;
    };
    let path = path.syntax().text().to_string();
    if path == "lazy_static" || path.ends_with("::lazy_static") {
        return statics::of_lazy_static(&inside(&tokens)).map_or(Made::None, Made::Items);
    }
    let called = path.strip_prefix("crate::").unwrap_or(&path);
    let Some(definition) = macros.get(called) else {
        return foreign(&path, &inside(&tokens));
    };
    let Some(text) = expansion(definition, &inside(&tokens)) else {
        return Made::None;
    };
    let statements = Cell::parse(&text);
    if statements.is_wrong {
        return Made::None;
    }
    let makes = |node: &SyntaxNode| {
        let call = call_of(node);
        let nested = call.map(|call| items_of(&call, macros));
        ast::Item::can_cast(node.kind()) || matches!(nested, Some(Made::Items(_)))
    };
    let items = statements
        .statements
        .iter()
        .filter(|node| makes(node))
        .count();
    match items {
        0 => Made::None,
        all if all == statements.statements.len() => Made::Items(text),
        _ => Made::Mixed(format!(
            "`{path}!` makes statements and items: the items exist in this cell only. For items that last, give them a macro of their own."
        )),
    }
}

/// What is known about a macro of a crate: it makes items where it is given some.
fn foreign(path: &str, inside: &str) -> Made {
    const STANDARD: [&str; 6] = ["stringify", "concat", "quote", "println", "format", "vec"];
    let called = path.rsplit("::").next().unwrap_or(path);
    let items = Cell::parse(inside);
    let first = items.statements.iter().find(|node| {
        let item = ast::Item::cast((*node).clone());
        item.is_some_and(|item| name(&item).is_some())
    });
    if STANDARD.contains(&called) || first.is_none() {
        return Made::None;
    }
    Made::Mixed(format!(
        "what `{called}!` defines exists in this cell only. To keep it, put it into a module: \
         `mod {called}_items {{ use super::*; {called}! {{ … }} }}`, make it `pub` there, and write `use {called}_items::*;`."
    ))
}

/// The text that a macro makes of the text that it is given.
fn expansion(definition: &str, given: &str) -> Option<String> {
    let anchor = |file| SpanAnchor {
        file_id: EditionedFileId::new(FileId::from_raw(file), EDITION),
        ast_id: ROOT_ERASED_FILE_AST_ID,
    };
    let context = SyntaxContext::root(EDITION);
    let read =
        |file, text| syntax_bridge::parse_to_token_tree(EDITION, anchor(file), context, text);
    let rules = DeclarativeMacro::parse_macro_rules(&read(0, definition)?, |_| EDITION);
    if rules.err().is_some() {
        return None;
    }
    let call = Span {
        range: TextRange::up_to(TextSize::of(given)),
        anchor: anchor(1),
        ctx: context,
    };
    let database = salsa::DatabaseImpl::default();
    let made = rules.expand(
        &database,
        &read(1, given)?,
        |_| (),
        MacroCallStyle::FnLike,
        call,
    );
    if made.err.is_some() {
        return None;
    }
    let entry = parser::TopEntryPoint::MacroItems;
    let (parsed, _) =
        syntax_bridge::token_tree_to_syntax_node(&made.value.0, entry, &mut |_| EDITION);
    let words = super::cell::words(&parsed.syntax_node());
    let words = words.iter().map(|word| match word.as_str() {
        "$crate" => "crate",
        word => word,
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// The call that a statement consists of.
fn call_of(statement: &SyntaxNode) -> Option<ast::MacroCall> {
    let expression = match statement.kind() {
        SyntaxKind::EXPR_STMT => ast::ExprStmt::cast(statement.clone())?.expr()?,
        _ => ast::Expr::cast(statement.clone())?,
    };
    match expression {
        ast::Expr::MacroExpr(expression) => expression.macro_call(),
        _ => None,
    }
}

fn is_thread_local(call: &ast::MacroCall) -> bool {
    let path = call.path().map(|path| path.syntax().text().to_string());
    let inner = call
        .syntax()
        .ancestors()
        .skip(1)
        .any(|node| ast::MacroCall::can_cast(node.kind()));
    // The one that stands for it has a static of this name.
    let done = call
        .token_tree()
        .is_some_and(|tokens| inside(&tokens).trim_start().starts_with("static LOCAL:"));
    !inner
        && !done
        && path.is_some_and(|path| path == "thread_local" || path.ends_with("::thread_local"))
}

fn thread_local(call: &ast::MacroCall) -> Option<String> {
    statics::of_thread_local(&inside(&call.token_tree()?))
}

/// The bytes of a call within a function or module, with its semicolon.
fn whole(call: &ast::MacroCall) -> Option<TextRange> {
    let node = call.syntax();
    let statement = node
        .parent()?
        .parent()
        .filter(|node| node.kind() == SyntaxKind::EXPR_STMT);
    Some(statement.map_or(node.text_range(), |node| node.text_range()))
}

/// The text between the outer brackets.
fn inside(tokens: &ast::TokenTree) -> String {
    let text = tokens.syntax().text().to_string();
    let mut inner = text.chars();
    inner.next();
    inner.next_back();
    inner.as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(cell: &str) -> (String, Vec<String>) {
        let mut source = Source::new(cell);
        let notes = expand(&mut source, &Macros::new());
        (source.given, notes)
    }

    #[test]
    fn a_call_that_makes_items_becomes_the_items() {
        let (text, notes) = expanded(
            "macro_rules! unit { ($($name:ident),*) => { $(#[derive(Debug)] pub struct $name; impl $name { fn a(&'static self) -> $crate::B<u8> { 0..1 } })* }; }\n\
             unit!(Meter, Second); let a = 1;",
        );
        assert!(
            text.contains("pub struct Meter ;") && text.contains("pub struct Second ;"),
            "{text}"
        );
        assert!(
            text.contains("crate :: B") && text.ends_with(" let a = 1;"),
            "{text}"
        );
        assert!(!text.contains("unit!(Meter") && notes.is_empty());
    }

    #[test]
    fn macros_that_call_macros_are_followed() {
        let (text, _) = expanded(
            "macro_rules! one { ($n:ident) => { struct $n; } }\nmacro_rules! two { ($a:ident $b:ident) => { one! { $a } one!($b); } }\ntwo! { A B }",
        );
        assert!(
            text.contains("struct A ;")
                && text.contains("struct B ;")
                && !text.contains("two! { A"),
            "{text}"
        );
    }

    #[test]
    fn other_calls_stay_as_they_are() {
        for cell in [
            "println!(\"a\");",
            "macro_rules! sq { ($x:expr) => { $x * $x } }\nsq!(3)",
            "macro_rules! let_it { ($x:ident) => { let $x = 1; } }\nlet_it!(a);",
            "vec![1]",
            "assert_eq!(1, 1);",
            "stringify!(struct A;)",
        ] {
            assert_eq!(expanded(cell), (cell.to_owned(), vec![]));
        }
    }

    #[test]
    fn items_that_end_with_the_cell_are_told() {
        let mixed = "macro_rules! both { () => { let a = 1; fn f() {} } }\nboth!();";
        assert!(expanded(mixed).1[0].contains("exist in this cell only"));
        let foreign = "bitflags! { pub struct Flags: u8 { const A = 1; } }";
        assert!(
            expanded(foreign)
                .1
                .iter()
                .all(|note| note.contains("use bitflags_items::*;"))
        );
        assert!(!expanded("lazy! { static A: u8 = 1; }").1.is_empty());
        assert_eq!(
            expanded("lazy_static! { static ref A: u8 = 1; }").1.len(),
            0
        );
    }

    #[test]
    fn a_static_that_a_macro_makes_within_a_function_is_told() {
        let counter = "macro_rules! count { () => {{ static N: A = A::new(0); N.add(1) }} }\n";
        let notes = |rest: &str| expanded(&format!("{counter}{rest}")).1;
        assert!(notes("fn f() -> u8 { count!() }")[0].contains("`count!` makes within a function"));
        assert!(notes("count!()").is_empty());
        let texts = "macro_rules! text { () => { fn_of::<&'static str>() } }\nfn f() { text!() }";
        assert!(expanded(texts).1.is_empty());
    }

    #[test]
    fn thread_local_values_are_found_within_functions() {
        let (text, _) = expanded(
            "fn f() -> u8 { thread_local! { static N: Cell<u8> = Cell::new(0); } N.get() }\nstd::thread_local!(static A: Cell<u8> = Cell::new(1););",
        );
        assert!(
            text.contains("{ static N: std::thread::LocalKey<Cell<u8>> = "),
            "{text}"
        );
        assert!(
            text.contains("\nstatic A: std::thread::LocalKey<Cell<u8>> = "),
            "{text}"
        );
    }
}
