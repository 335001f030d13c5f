//! The standard library's source, as far as the type inference of a notebook reads it.
//!
//! rust-analyzer reads whatever lies in the directory of the library, and keeps it: half of that are the instructions
//! of every processor (`core::arch`), which no cell of a notebook names. Three crates without them take a third less
//! memory and time at every kernel's start.
//!
//! The type of a call is in the function's signature, so the functions' bodies are left out as well: integers alone
//! have theirs twelve times, by macros that are expanded at every start. What remains keeps its documentation
//! (`library/lean.rs`).

mod lean;

use crate::{Error, Result, Toolchain, crate_sources};
use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};
use std::ops::Range;
use std::path::Path;

/// The crates whose source is copied.
const CRATES: [&str; 3] = ["core", "alloc", "std"];

/// Modules that are copied with their functions' bodies: the lengths of arrays in signatures are computed by them.
const WHOLE: [&str; 2] = ["mem", "intrinsics"];

/// The types of a crate outside the toolchain's source which lie inside `HashMap` and `HashSet`.
pub(crate) const HASHBROWN: &str = include_str!("../assets/hashbrown.rs");

/// Copies the crates of the toolchain's standard library.
///
/// # Errors
/// The toolchain has no source of its library (`rustup component add rust-src`), or the disk is full.
pub(crate) fn copy(toolchain: &Toolchain, to: &Path) -> Result<()> {
    let library = toolchain.sysroot.join("lib/rustlib/src/rust/library");
    for name in CRATES {
        let (from, to) = (library.join(name).join("src"), to.join(name).join("src"));
        for path in crate_sources::files(&from)? {
            let (from, to) = (from.join(&path), to.join(&path));
            if path.extension().is_none_or(|ending| ending != "rs") {
                crate_sources::copy(&from, &to)?;
                continue;
            }
            let mut text =
                std::fs::read_to_string(&from).map_err(Error::io("cannot read", &from))?;
            if !WHOLE.iter().any(|module| path.starts_with(module)) {
                text = without_bodies(&text).replace("use hashbrown::", "use crate::hashbrown::");
            }
            if name == "std" && path == Path::new("lib.rs") {
                text += "\nmod hashbrown;\n";
            }
            crate_sources::write(&to, &lean::lean(&text))?;
        }
    }
    crate_sources::write(&to.join("std/src/hashbrown.rs"), HASHBROWN)
}

/// The code with `{}` for the body of each function.
///
/// A function that returns an `impl Trait` keeps its body, which has its type; and a macro keeps its patterns.
fn without_bodies(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut end = 0;
    for body in bodies(code) {
        kept += &code[end..body.start];
        kept += "{}";
        end = body.end;
    }
    kept + &code[end..]
}

/// What is open at a place of the code: a parenthesis, a bracket, a brace, or the file.
#[derive(Default)]
struct Open {
    start: usize,
    signature: Signature,
    /// How many bodies there were before it.
    bodies: usize,
    /// Whether it is the brace of `${concat(..)}`, which makes a name.
    names: bool,
}

/// How much of a function's signature has been read.
#[derive(Clone, Copy, Default, PartialEq)]
enum Signature {
    #[default]
    None,
    /// The word `fn`, which a type may begin with, too.
    Word,
    Name,
    Arrow,
    /// It returns an `impl Trait`.
    Hidden,
}

/// The places of the functions' bodies, in order.
fn bodies(code: &str) -> Vec<Range<usize>> {
    use Signature::{Arrow, Hidden, Name, None, Word};
    let mut bodies: Vec<Range<usize>> = Vec::new();
    let mut open = vec![Open::default()];
    let mut place = 0;
    // The last two tokens that are neither space nor comment, and what the last one closed.
    let mut last = [TokenKind::Semi; 2];
    let mut closed = Open::default();
    for token in tokenize(code, FrontmatterAllowed::No) {
        let (start, end) = (place, place + token.len as usize);
        place = end;
        if matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }
        ) {
            continue;
        }
        let here = open.last_mut().expect("the file stays open");
        match token.kind {
            TokenKind::Ident if &code[start..end] == "fn" => here.signature = Word,
            TokenKind::Ident if &code[start..end] == "impl" && here.signature == Arrow => {
                here.signature = Hidden;
            }
            TokenKind::Ident | TokenKind::RawIdent | TokenKind::Dollar
                if here.signature == Word =>
            {
                here.signature = Name;
            }
            TokenKind::Gt if here.signature == Name && last[1] == TokenKind::Minus => {
                here.signature = Arrow;
            }
            // A pattern of a macro.
            TokenKind::Gt
                if last == [TokenKind::CloseParen, TokenKind::Eq]
                    || last == [TokenKind::CloseBrace, TokenKind::Eq] =>
            {
                bodies.truncate(closed.bodies);
            }
            TokenKind::Semi => here.signature = None,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                if here.signature == Word {
                    here.signature = None;
                }
                open.push(Open {
                    start,
                    bodies: bodies.len(),
                    names: last[1] == TokenKind::Dollar,
                    ..Open::default()
                });
            }
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace
                if open.len() > 1 =>
            {
                closed = open.pop().expect("more than the file is open");
                let around = open.last_mut().expect("the file stays open");
                if token.kind == TokenKind::CloseBrace && !closed.names {
                    if matches!(around.signature, Name | Arrow) {
                        bodies.truncate(closed.bodies);
                        bodies.push(closed.start..end);
                    }
                    around.signature = None;
                }
            }
            _ => {}
        }
        last = [last[1], token.kind];
    }
    bodies
}

#[cfg(test)]
mod tests {
    use super::without_bodies;

    #[test]
    fn bodies_go_and_signatures_stay() {
        for (code, kept) in [
            ("fn a() { 1 }\nfn b();", "fn a() {}\nfn b();"),
            (
                "/// {\npub const fn a<T: Fn() -> u8>(b: [u8; { 2 }], f: fn(u8) -> u8) -> Option<T>\nwhere T: Copy, // {\n{ if x { y } else { '{' } }",
                "/// {\npub const fn a<T: Fn() -> u8>(b: [u8; { 2 }], f: fn(u8) -> u8) -> Option<T>\nwhere T: Copy, // {\n{}",
            ),
            (
                "impl A { const B: u8 = { 1 }; fn c(&self) { fn d() { \"}\" } } }",
                "impl A { const B: u8 = { 1 }; fn c(&self) {} }",
            ),
            (
                "trait A { fn b() -> u8; fn c() { 1 } }",
                "trait A { fn b() -> u8; fn c() {} }",
            ),
            (
                "static A: fn() = { b }; struct C { d: fn() }",
                "static A: fn() = { b }; struct C { d: fn() }",
            ),
            ("fn a(b: impl C) { 1 }", "fn a(b: impl C) {}"),
            ("fn a() -> impl B { 1 }", "fn a() -> impl B { 1 }"),
        ] {
            assert_eq!(without_bodies(code), kept);
        }
    }

    #[test]
    fn macros_keep_their_patterns() {
        let named = "macro_rules! a { ($a:ident) => { fn ${concat($a, _b)}(x: u8) {} }; }";
        assert_eq!(without_bodies(&named.replace("{} }", "{ x } }")), named);
        let code = "macro_rules! a { (fn $a:ident() { $($b:tt)* }) => { fn $a() { $($b)* } }; }\na! { fn b() { 1 } }";
        let kept =
            "macro_rules! a { (fn $a:ident() { $($b:tt)* }) => { fn $a() {} }; }\na! { fn b() {} }";
        assert_eq!(without_bodies(code), kept);
    }
}
