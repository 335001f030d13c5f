//! What the reader asks about, and the code in which rust-analyzer is asked.
//!
//! The engine describes only the name at the end of the code that it is given, so brackets around the name are still open
//! there. Within a macro or a function rust-analyzer then understands nothing, and the name is asked for without them.

use super::complete_code::closing;
use super::completion_site::{follows_dot_or_path, name_at, without_commands};
use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, SourceFile, SyntaxKind, SyntaxToken, TextSize};

/// What the code is wrapped in to be parsed.
const FUNCTION: &str = "fn f(){";

/// A name in the code, as bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Name {
    /// Where it begins.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
}

impl Name {
    /// Whether it belongs to what stands before it, as a method does.
    pub fn is_member(self, code: &str) -> bool {
        follows_dot_or_path(&code[..self.start])
    }
}

/// The name that the cursor is in or after; where it is in none, or in a number or text, the function, macro or struct
/// between whose brackets it is: `model.fit(&x, ¦)`, `activation("re¦lu")`.
pub fn name_to_describe(code: &str, position: usize) -> Option<Name> {
    let tokens = tokens(code);
    let within = |token: &&SyntaxToken| {
        let range = token.text_range();
        let at = |offset: TextSize| usize::from(offset) - FUNCTION.len();
        at(range.start()) < position && position <= at(range.end())
    };
    let kind = tokens.iter().rfind(within).map(SyntaxToken::kind);
    if kind == Some(SyntaxKind::COMMENT) {
        return None;
    }
    let (start, end) = name_at(code, position);
    match start < end && !kind.is_some_and(SyntaxKind::is_literal) {
        true => Some(Name { start, end }),
        false => called(&tokens, position),
    }
}

/// The tokens of some code, in a function of [`FUNCTION`].
fn tokens(code: &str) -> Vec<SyntaxToken> {
    let text = format!("{FUNCTION}{}", without_commands(code));
    let parsed = SourceFile::parse(&text, Edition::Edition2024).syntax_node();
    let tokens = parsed.descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    tokens
        .filter(|token| usize::from(token.text_range().end()) > FUNCTION.len())
        .collect()
}

/// The name before the innermost bracket that is open at a byte and that a name stands before.
fn called(tokens: &[SyntaxToken], position: usize) -> Option<Name> {
    use SyntaxKind::{
        BANG, IDENT, L_BRACK, L_CURLY, L_PAREN, R_BRACK, R_CURLY, R_PAREN, WHITESPACE,
    };
    let at = |offset: TextSize| usize::from(offset) - FUNCTION.len();
    let before = tokens
        .iter()
        .filter(|token| at(token.text_range().end()) <= position && token.kind() != WHITESPACE);
    let before: Vec<&SyntaxToken> = before.collect();
    let mut open = Vec::new();
    for (nth, token) in before.iter().enumerate() {
        match token.kind() {
            L_PAREN | L_BRACK | L_CURLY => open.push(nth),
            R_PAREN | R_BRACK | R_CURLY => drop(open.pop()),
            _ => {}
        }
    }
    for nth in open.into_iter().rev() {
        let bracket = before[nth].kind();
        let mut name = nth.checked_sub(1);
        let is_macro = name.is_some_and(|name| before[name].kind() == BANG);
        if is_macro {
            name = name.and_then(|name| name.checked_sub(1));
        }
        let name = name.map(|name| before[name]);
        let name = name.filter(|name| name.kind() == IDENT);
        let begins_upper = name.is_some_and(|name| name.text().starts_with(char::is_uppercase));
        match (name, bracket) {
            (Some(name), L_PAREN) => return Some(range(name)),
            (Some(name), _) if is_macro => return Some(range(name)),
            (Some(name), L_CURLY) if begins_upper => return Some(range(name)),
            // Inside a block no call is open.
            (_, L_CURLY) => return None,
            _ => {}
        }
    }
    None
}

fn range(token: &SyntaxToken) -> Name {
    let range = token.text_range();
    Name {
        start: usize::from(range.start()) - FUNCTION.len(),
        end: usize::from(range.end()) - FUNCTION.len(),
    }
}

/// The code up to the end of a name, in the ways in which rust-analyzer may understand it, the likeliest first.
pub fn questions(code: &str, name: Name) -> Vec<String> {
    let mut questions = Vec::from_iter(without_surroundings(code, name));
    questions.push(code[..name.end].to_owned());
    // A path means the same anywhere.
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let before = &code[..name.start];
    let start = before.trim_end_matches(is_path).len();
    let path = code[start..name.end].trim_start_matches(':');
    if !name.is_member(code) || path.contains("::") {
        questions.push(path.to_owned());
    }
    questions.dedup();
    questions
}

/// The code up to the end of a name without the functions and macros that the name is in: their parameters are variables, and
/// a macro's argument is an expression by itself.
fn without_surroundings(code: &str, name: Name) -> Option<String> {
    let rust = without_commands(code);
    let text = format!("{FUNCTION}{rust}{}\n}}", closing(&rust));
    let parsed = SourceFile::parse(&text, Edition::Edition2024).syntax_node();
    let at = u32::try_from(FUNCTION.len() + name.start).ok()?;
    let token = parsed.token_at_offset(at.into()).right_biased()?;
    let in_code = |offset: TextSize| usize::from(offset).checked_sub(FUNCTION.len());
    // From the inside out; `from` is where the part begins that is written already.
    let (mut from, mut inside) = (name.end, String::new());
    for node in token.parent_ancestors() {
        if let Some(call) = ast::MacroCall::cast(node.clone()) {
            let argument = in_code(argument_of(&call, &token)?)?;
            inside.insert_str(0, &code[argument..from]);
            from = in_code(node.text_range().start())?;
        } else if let Some(function) = ast::Fn::cast(node.clone()) {
            let body = function.body()?.syntax().text_range().start();
            // The function that all is wrapped in begins before the code.
            let Some(body) = in_code(body) else { break };
            if body >= from {
                return None;
            }
            inside.insert_str(0, &code[body + 1..from]);
            let owner = node.ancestors().find_map(ast::Impl::cast);
            let parameters = function.param_list()?;
            let mut variables = "{ ".to_owned();
            if let (Some(_), Some(owner)) = (parameters.self_param(), &owner) {
                variables += &format!("let own: {} = todo!(); ", owner.self_ty()?.syntax().text());
                inside = inside.replace("self.", "own.");
            }
            for parameter in parameters.params() {
                variables += &format!("let {} = todo!(); ", parameter.syntax().text());
            }
            inside.insert_str(0, &variables);
            let outside = owner.as_ref().map_or(&node, AstNode::syntax);
            from = in_code(outside.text_range().start())?;
        }
    }
    (from < name.end).then(|| format!("{}{inside}", &code[..from]))
}

/// Where the argument of a macro begins in which a token is.
fn argument_of(call: &ast::MacroCall, token: &SyntaxToken) -> Option<TextSize> {
    use SyntaxKind::{COMMA, L_BRACK, L_CURLY, L_PAREN, SEMICOLON};
    let begins = [L_PAREN, L_BRACK, L_CURLY, COMMA, SEMICOLON];
    let parts = call.token_tree()?.syntax().children_with_tokens();
    let before = parts.take_while(|part| part.text_range().end() <= token.text_range().start());
    let last = before.filter(|part| begins.contains(&part.kind())).last()?;
    Some(last.text_range().end())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is described at the cursor `¦`.
    fn described(code: &str) -> Option<String> {
        let position = code.find('¦').unwrap();
        let code = code.replacen('¦', "", 1);
        let name = name_to_describe(&code, position)?;
        Some(code[name.start..name.end].to_owned())
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
        questions(&code, Name { start, end })[1..].to_vec()
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
