//! What the reader asks about, and the code in which rust-analyzer is asked.
//!
//! The engine describes only the name at the end of the code that it is given, so brackets around the name are still open
//! there. Within a macro or a function rust-analyzer then understands nothing, and the name is asked for without them.

use super::cell::Cell;
use super::complete_code::closing;
use super::completion_site::{follows_dot_or_path, name_at};
use ra_ap_syntax::SyntaxKind;
use ra_ap_syntax::ast::{self, AstNode};
use std::ops::Range;

/// The name that the cursor is in or after; where it is in none, or in a number or text, the function, macro or struct
/// between whose brackets it is: `model.fit(&x, ¦)`, `activation("re¦lu")`.
pub fn name_to_describe(code: &str, position: usize) -> Option<Range<usize>> {
    let cell = Cell::new(code);
    let mut tokens = cell.tokens();
    let at = tokens.find(|(_, part)| part.start < position && position <= part.end);
    let kind = at.map(|(token, _)| token.kind());
    if kind == Some(SyntaxKind::COMMENT) {
        return None;
    }
    let (start, end) = name_at(code, position);
    match start < end && !kind.is_some_and(SyntaxKind::is_literal) {
        true => Some(start..end),
        false => called(&cell, position),
    }
}

/// The name before the innermost bracket that is open at a byte and that a name stands before.
fn called(cell: &Cell, position: usize) -> Option<Range<usize>> {
    use SyntaxKind::{BANG, IDENT, L_BRACK, L_CURLY, L_PAREN, R_BRACK, R_CURLY, R_PAREN};
    let before = cell.tokens().filter(|(_, part)| part.end <= position);
    let before: Vec<_> = before
        .filter(|(token, _)| !token.kind().is_trivia())
        .collect();
    let kind = |nth: usize| before[nth].0.kind();
    let mut open = Vec::new();
    for nth in 0..before.len() {
        match kind(nth) {
            L_PAREN | L_BRACK | L_CURLY => open.push(nth),
            R_PAREN | R_BRACK | R_CURLY => drop(open.pop()),
            _ => {}
        }
    }
    for bracket in open.into_iter().rev() {
        let last = bracket.checked_sub(1);
        let is_macro = last.is_some_and(|last| kind(last) == BANG);
        let name = bracket.checked_sub(1 + usize::from(is_macro));
        let name = name.filter(|name| kind(*name) == IDENT);
        let part = name.map(|name| before[name].1.clone());
        let is_struct = |part: &Range<usize>| cell.part(part).starts_with(char::is_uppercase);
        match (part, kind(bracket)) {
            (Some(part), L_PAREN) => return Some(part),
            (Some(part), _) if is_macro => return Some(part),
            (Some(part), L_CURLY) if is_struct(&part) => return Some(part),
            // Inside a block no call is open.
            (_, L_CURLY) => return None,
            _ => {}
        }
    }
    None
}

/// The code up to the end of a name, in the ways in which rust-analyzer may understand it, the likeliest first.
pub fn questions(code: &str, name: &Range<usize>) -> Vec<String> {
    let mut questions = Vec::from_iter(without_surroundings(code, name));
    questions.push(code[..name.end].to_owned());
    // A path means the same anywhere.
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let before = &code[..name.start];
    let start = before.trim_end_matches(is_path).len();
    let path = code[start..name.end].trim_start_matches(':');
    if !follows_dot_or_path(before) || path.contains("::") {
        questions.push(path.to_owned());
    }
    questions.dedup();
    questions
}

/// The code up to the end of a name without the functions and macros that the name is in: their parameters are variables, and
/// a macro's argument is an expression by itself.
fn without_surroundings(code: &str, name: &Range<usize>) -> Option<String> {
    let closed = format!("{code}{}", closing(code));
    let cell = Cell::new(&closed);
    // From the inside out; `from` is where the part begins that is written already.
    let (mut from, mut inside) = (name.end, String::new());
    for item in cell.all_around::<ast::Item>(name) {
        let begin = cell.range(&item).start;
        match item {
            ast::Item::MacroCall(call) => {
                let argument = begin_of_argument(&cell, &call, name)?;
                inside.insert_str(0, &code[argument..from]);
                from = begin;
            }
            ast::Item::Fn(function) if !is_wrapper(&function) => {
                let body = cell.range(&function.body()?).start;
                if body >= from {
                    return None;
                }
                inside.insert_str(0, &code[body + 1..from]);
                let owner = function.syntax().ancestors().find_map(ast::Impl::cast);
                let parameters = function.param_list()?;
                let mut variables = "{ ".to_owned();
                if let (Some(_), Some(owner)) = (parameters.self_param(), &owner) {
                    let kind = owner.self_ty()?;
                    variables += &format!("let own: {} = todo!(); ", cell.text(&kind));
                    inside = inside.replace("self.", "own.");
                }
                for parameter in parameters.params() {
                    variables += &format!("let {} = todo!(); ", cell.text(&parameter));
                }
                inside.insert_str(0, &variables);
                from = owner.map_or(begin, |owner| cell.range(&owner).start);
            }
            _ => {}
        }
    }
    (from < name.end).then(|| format!("{}{inside}", &code[..from]))
}

/// Whether it is the function that the whole cell is parsed in.
fn is_wrapper(function: &ast::Fn) -> bool {
    let outside = function.syntax().parent();
    outside.is_some_and(|outside| outside.kind() == SyntaxKind::SOURCE_FILE)
}

/// Where the argument of a macro begins in which a name is.
fn begin_of_argument(cell: &Cell, call: &ast::MacroCall, name: &Range<usize>) -> Option<usize> {
    use SyntaxKind::{COMMA, L_BRACK, L_CURLY, L_PAREN, SEMICOLON};
    let begins = [L_PAREN, L_BRACK, L_CURLY, COMMA, SEMICOLON];
    let parts = call.token_tree()?.syntax().children_with_tokens();
    let parts = parts.map(|part| (part.kind(), cell.part_of(part.text_range()).end));
    let before = parts.take_while(|(_, end)| *end <= name.start);
    let last = before.filter(|(kind, _)| begins.contains(kind)).last()?;
    Some(last.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is described at the cursor `¦`.
    fn described(code: &str) -> Option<String> {
        let position = code.find('¦').unwrap();
        let code = code.replacen('¦', "", 1);
        let name = name_to_describe(&code, position)?;
        Some(code[name].to_owned())
    }

    #[test]
    fn a_name_is_described_and_between_brackets_what_is_called() {
        for (code, name) in [
            ("a + model.fi¦t(x)", Some("fit")),
            ("a + model.fit¦(x)", Some("fit")),
            ("é_¦x", Some("é_x")),
            ("model.fit(¦", Some("fit")),
            ("model.fit(&x, ¦)", Some("fit")),
            ("model.fit(&x, &y, Fit { ¦ })", Some("Fit")),
            ("model.fit(&x, &y, Fit { epochs: 2, ¦ })", Some("Fit")),
            (
                "model.add(Dense::new(1¦6).activation(\"relu\"))",
                Some("new"),
            ),
            (
                "model.add(Dense::new(16).activation(\"re¦lu\"))",
                Some("activation"),
            ),
            ("model.add(Dense::new(16)¦)", Some("add")),
            ("model.compile(\"rmsprop\", \"mse\", [¦", Some("compile")),
            ("println!(¦", Some("println")),
            ("vec![1, ¦", Some("vec")),
            ("f((1 + ¦", Some("f")),
            ("f(1); ¦", None),
            ("for i in 0..n { ¦", None),
            ("f(|x| { ¦", None),
            ("// mod¦el", None),
            ("let a = \"mod¦el\";", None),
            (":dep csv = { version = ¦", None),
            ("¦", None),
            ("+ ¦", None),
        ] {
            assert_eq!(described(code).as_deref(), name, "{code}");
        }
    }

    /// In which code the name that ends at the cursor is asked for besides as it stands.
    fn asked(code: &str) -> Vec<String> {
        let end = code.find('¦').unwrap();
        let code = code.replacen('¦', "", 1);
        let (start, _) = name_at(&code, end);
        let as_it_stands = &code[..end];
        let mut questions = questions(&code, &(start..end));
        questions.retain(|question| question != as_it_stands);
        questions
    }

    #[test]
    fn functions_and_macros_around_a_name_are_left_out() {
        for (code, wanted) in [
            ("model.fit¦(&x)", &[][..]),
            (
                "let s = format!(\"{}\", x.shape¦());",
                &["let s =  x.shape"][..],
            ),
            ("vec![x.shape¦", &["x.shape"]),
            ("println!(\"{}\", f(x, y.shape¦", &[" f(x, y.shape"]),
            (
                "let a = 1;\nfn f(t: &Tensor, n: usize) {\n    t.shape¦()\n}",
                &["let a = 1;\n{ let t: &Tensor = todo!(); let n: usize = todo!(); \n    t.shape"],
            ),
            (
                "impl Layer for P { fn f(&self) { print!(\"{}\", self.b.sqrt¦()) } }",
                &["{ let own: P = todo!();   own.b.sqrt"],
            ),
            ("struct P { a: Tensor¦ }", &["Tensor"]),
            (
                "use std::collections::HashMap¦;",
                &["std::collections::HashMap"],
            ),
        ] {
            assert_eq!(asked(code), wanted, "{code}");
        }
    }
}
