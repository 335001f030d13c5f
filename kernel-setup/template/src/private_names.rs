//! The names of methods and fields that no cell can use, because they are private.
//!
//! rust-analyzer offers them after a dot all the same: to it, every crate that a notebook reads is one that is being
//! written. So they are collected here, once, and the kernel leaves them out. A name that is private in one type and
//! public in another is not among them: which of the two a cell means is not looked at.

use crate::{Error, Result, crate_sources};
use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};
use std::collections::BTreeSet;
use std::path::Path;

/// The file with the names in a template: one on each line.
pub const FILE: &str = "private-names";

/// Collects the names from all Rust files below the directories, and writes them into the template.
///
/// # Errors
/// A file cannot be read, or the disk is full.
pub(crate) fn write(template: &Path, directories: &[&str]) -> Result<()> {
    let mut names = Names::default();
    for directory in directories {
        let directory = template.join(directory);
        for path in crate_sources::files(&directory)? {
            let path = directory.join(path);
            if path.extension().is_some_and(|ending| ending == "rs") {
                let code = std::fs::read_to_string(&path);
                names.add(&code.map_err(Error::io("cannot read", &path))?);
            }
        }
    }
    crate_sources::write(&template.join(FILE), &names.private().join("\n"))
}

#[derive(Default)]
struct Names {
    public: BTreeSet<String>,
    private: BTreeSet<String>,
}

/// What a brace of the code encloses.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// The methods of a type.
    Impl,
    /// The fields of a type.
    Fields,
    /// Anything else, such as a trait or the body of a function.
    Other,
}

/// What the words so far say about the next brace.
#[derive(Clone, Copy, PartialEq)]
enum Head {
    None,
    Impl,
    Struct,
}

/// Whether the item or field that begins is `pub`.
#[derive(Clone, Copy, PartialEq)]
enum Visibility {
    Private,
    Public,
    /// `pub(crate)` and the like.
    Restricted,
}

impl Names {
    /// The names that are nowhere public.
    fn private(&self) -> Vec<&str> {
        let names = self.private.difference(&self.public);
        names.map(String::as_str).collect()
    }

    fn add(&mut self, code: &str) {
        let mut place = 0;
        let mut inside = vec![Inside::Other];
        let mut head = Head::None;
        let mut visibility = Visibility::Private;
        // The word before, if there is nothing but space between.
        let mut word = "";
        let mut last = TokenKind::Semi;
        let tokens: Vec<(TokenKind, &str)> = tokenize(code, FrontmatterAllowed::No)
            .map(|token| {
                let start = place;
                place += token.len as usize;
                (token.kind, &code[start..place])
            })
            .filter(|(kind, _)| {
                !matches!(
                    kind,
                    TokenKind::Whitespace
                        | TokenKind::LineComment { .. }
                        | TokenKind::BlockComment { .. }
                )
            })
            .collect();
        for (at, &(kind, text)) in tokens.iter().enumerate() {
            let follows = |more: usize, wanted| {
                tokens
                    .get(at + more)
                    .is_some_and(|(kind, _)| *kind == wanted)
            };
            let here = *inside.last().expect("the file stays open");
            match kind {
                TokenKind::Ident => match text {
                    "pub" => visibility = Visibility::Public,
                    "impl"
                        if matches!(
                            last,
                            TokenKind::Semi
                                | TokenKind::CloseBrace
                                | TokenKind::OpenBrace
                                | TokenKind::CloseBracket
                        ) || word == "unsafe" =>
                    {
                        head = Head::Impl;
                    }
                    // `impl Trait for Type`; but a bound may begin with `for<'a>`.
                    "for" if head == Head::Impl && !follows(1, TokenKind::Lt) => {
                        head = Head::None;
                    }
                    "struct" | "union" => head = Head::Struct,
                    "fn" => head = Head::None,
                    _ if word == "fn" => {
                        let hidden = here == Inside::Impl && visibility != Visibility::Public;
                        self.note(text, hidden);
                    }
                    _ if here == Inside::Fields
                        && matches!(
                            last,
                            TokenKind::OpenBrace
                                | TokenKind::Comma
                                | TokenKind::CloseBracket
                                | TokenKind::CloseParen
                                | TokenKind::Ident
                        )
                        && follows(1, TokenKind::Colon)
                        && !follows(2, TokenKind::Colon) =>
                    {
                        self.note(text, visibility != Visibility::Public);
                    }
                    _ => {}
                },
                TokenKind::OpenParen if word == "pub" => {
                    visibility = Visibility::Restricted;
                    inside.push(Inside::Other);
                }
                TokenKind::OpenBrace => {
                    inside.push(match std::mem::replace(&mut head, Head::None) {
                        Head::Impl => Inside::Impl,
                        Head::Struct => Inside::Fields,
                        Head::None => Inside::Other,
                    });
                    visibility = Visibility::Private;
                }
                TokenKind::OpenParen | TokenKind::OpenBracket => inside.push(Inside::Other),
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace
                    if inside.len() > 1 =>
                {
                    inside.pop();
                    if kind == TokenKind::CloseBrace {
                        visibility = Visibility::Private;
                        head = Head::None;
                    }
                }
                TokenKind::Semi => {
                    visibility = Visibility::Private;
                    head = Head::None;
                }
                TokenKind::Comma if here == Inside::Fields => visibility = Visibility::Private,
                _ => {}
            }
            word = if kind == TokenKind::Ident { text } else { "" };
            last = kind;
        }
    }

    fn note(&mut self, name: &str, hidden: bool) {
        match hidden {
            true => self.private.insert(name.to_owned()),
            false => self.public.insert(name.to_owned()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_methods_and_fields_are_found_and_nothing_else() {
        let code = "
            pub struct A<T: Fn(u8) -> u8> { pub a: u8, b: Map<u8, x::Y>, #[doc = \"x\"] pub(crate) c: fn(u8) -> u8, pub d: (u8, u8) }
            impl<T: for<'a> Fn(&'a u8)> A<T> {
                /// x
                pub fn e(&self) { fn inner() {} }
                #[inline]
                const fn f(&self) -> [u8; { 1 }] { let g: u8 = 1; [g; 1] }
                pub(super) unsafe fn h(&self) {}
                pub const fn i(&self) {}
                fn j() -> impl Iterator<Item = u8> {}
                fn k(self) {}
            }
            unsafe impl Trait for A { fn l(&self) {} }
            pub trait Trait { fn m(&self); fn n() {} }
            fn o(p: u8) {}
            struct Q(u8);
            impl Q { fn r() {} pub fn k() {} }
            macro_rules! s { ($t:ident) => { fn u(&self) {} pub fn v() {} }; }
        ";
        let mut names = Names::default();
        names.add(code);
        assert_eq!(names.private(), ["b", "c", "f", "h", "j", "r"]);
    }
}
