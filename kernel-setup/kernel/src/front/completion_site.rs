//! Where a completion is asked for, and the code in which rust-analyzer is asked.
//!
//! Where an expression of a known type is expected, rust-analyzer not only lists the names that begin alike, but also
//! searches for expressions of that type. The search fails by a panic in one place of seven, and what it finds
//! (`with_capacity(capacity)`) is nothing that a reader has begun to type. So the name is asked for as a statement of
//! its own, where no type is expected:
//!
//! ```text
//! let total: i32 = kep        let total: i32 = { (kep); loop {} }
//!                     ^                             ^
//! ```

use ra_ap_syntax::{Edition, SourceFile, SyntaxKind, SyntaxNode, SyntaxToken, TextRange};

/// Code and the byte of the cursor in it.
#[derive(Debug, PartialEq)]
pub struct Site {
    /// The code in which the name is completed.
    pub code: String,
    /// The byte after the part of the name that is there.
    pub position: usize,
    /// How many bytes further the name lies than in the reader's code.
    pub shift: usize,
}

/// The name that the cursor is in or after, as bytes of the code; an empty range where there is none.
pub fn name_at(code: &str, position: usize) -> (usize, usize) {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let start = code[..position].rfind(|c| !is_name(c)).map_or(0, |at| {
        at + code[at..].chars().next().map_or(1, char::len_utf8)
    });
    let end = code[position..]
        .find(|c| !is_name(c))
        .map_or(code.len(), |at| position + at);
    (start, end)
}

/// The code with the name as a statement of its own, if it is an expression; without one the name is no expression,
/// or follows a dot or a path.
pub fn apart(code: &str, position: usize) -> Option<Site> {
    const FUNCTION: &str = "fn f(){";
    let (start, end) = name_at(code, position);
    let name = if start < end { &code[start..end] } else { "x" };
    let text = format!(
        "{FUNCTION}{}{name}{}\n}}",
        without_commands(&code[..start]),
        without_commands(&code[end..])
    );
    let parsed = SourceFile::parse(&text, Edition::Edition2024);
    let at = u32::try_from(FUNCTION.len() + start).ok()?;
    let token = parsed
        .syntax_node()
        .token_at_offset(at.into())
        .find(|token| usize::from(token.text_range().start()) == FUNCTION.len() + start)?;
    let (around, is_statement) = expression(&token)?;
    let in_code = |at: usize| {
        // The name that was put in where there is none is not in the reader's code.
        let added = if start < end { 0 } else { name.len() };
        let at = at - FUNCTION.len();
        if at > start { at - added } else { at }
    };
    let before = in_code(around.start().into());
    let after = in_code(around.end().into()).max(end).min(code.len());
    let (open, close) = match (start < end, is_statement) {
        (true, true) => ("{ ", "; loop {} }"),
        (true, false) => ("{ (", "); loop {} }"),
        // Nothing is expected of what follows a statement.
        (false, _) => ("{ (); ", "; loop {} }"),
    };
    let head = &code[..before.min(start)];
    Some(Site {
        code: format!("{head}{open}{}{close}{}", &code[start..end], &code[after..]),
        position: head.len() + open.len() + (position - start),
        shift: head.len() + open.len() - start,
    })
}

/// The range of the expression whose first name this is, and whether it is a statement.
fn expression(token: &SyntaxToken) -> Option<(TextRange, bool)> {
    let parent = token.parent()?;
    if parent.kind() == SyntaxKind::TOKEN_TREE {
        return begins_argument(token).then(|| (token.text_range(), false));
    }
    let segment = parent.parent()?;
    if parent.kind() != SyntaxKind::NAME_REF || segment.kind() != SyntaxKind::PATH_SEGMENT {
        return None;
    }
    let path = segment.parent()?;
    let owner = path.parent()?;
    let whole = |node: &SyntaxNode| {
        use SyntaxKind::{EXPR_STMT, STMT_LIST};
        let outside = node.parent().map(|parent| parent.kind());
        (
            node.text_range(),
            matches!(outside, Some(EXPR_STMT | STMT_LIST)),
        )
    };
    match owner.kind() {
        SyntaxKind::PATH_EXPR | SyntaxKind::RECORD_EXPR => Some(whole(&owner)),
        // A macro's call is a node in an expression or a statement.
        SyntaxKind::MACRO_CALL => {
            let call = owner.parent()?;
            (call.kind() == SyntaxKind::MACRO_EXPR).then(|| whole(&call))
        }
        _ => None,
    }
}

/// Whether a name among a macro's arguments is where an expression can begin.
fn begins_argument(token: &SyntaxToken) -> bool {
    let mut before = token.prev_token();
    while before
        .as_ref()
        .is_some_and(|token| token.kind().is_trivia())
    {
        before = before.and_then(|token| token.prev_token());
    }
    before.is_some_and(|before| {
        let text = before.text();
        text.ends_with([
            '(', '[', ',', ';', '+', '-', '*', '/', '%', '&', '|', '=', '<', '>', '!',
        ])
    })
}

/// The code with spaces for the engine's own commands, which are no Rust.
fn without_commands(code: &str) -> String {
    let mut rust = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        match line.trim_start().starts_with(':') {
            true => rust.extend(line.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' })),
            false => rust += line,
        }
    }
    rust
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that rust-analyzer is asked in; `|` is the cursor.
    fn asked(code: &str) -> Option<String> {
        let position = code.find('|').unwrap();
        let code = code.replacen('|', "", 1);
        let site = apart(&code, position)?;
        let (start, _) = name_at(&code, position);
        let (there, _) = name_at(&site.code, site.position);
        assert_eq!(there - site.shift, start, "{site:?}");
        let mut asked = site.code;
        asked.insert(site.position, '|');
        Some(asked)
    }

    #[test]
    fn a_name_in_an_expression_becomes_a_statement() {
        for (code, wanted) in [
            ("let n: i32 = tra|", "let n: i32 = { (tra|); loop {} }"),
            ("f(a, Act|)", "f(a, { (Act|); loop {} })"),
            ("f(a, |)", "f(a, { (); |; loop {} })"),
            ("f(a, A|ct, b)", "f(a, { (A|ct); loop {} }, b)"),
            ("mod|", "{ mod|; loop {} }"),
            ("모|델.fit(x)", "{ (모|델); loop {} }.fit(x)"),
            (
                ":dep csv = \"1\"\nlet y = x| + 1;",
                ":dep csv = \"1\"\nlet y = { (x|); loop {} } + 1;",
            ),
            (
                "m.fit(&x, Fit| { epochs: 2, ..d })",
                "m.fit(&x, { (Fit|); loop {} })",
            ),
            (
                "println!(\"{}\", to|)",
                "println!(\"{}\", { (to|); loop {} })",
            ),
            ("let v = ve|![1, 2];", "let v = { (ve|); loop {} };"),
        ] {
            assert_eq!(asked(code).as_deref(), Some(wanted), "{code}");
        }
    }

    #[test]
    fn a_name_that_is_no_expression_stays_where_it_is() {
        for code in [
            "let n: Vec<i3|> = v;",
            "model.fi|",
            "Activation::Re|",
            "use std::coll|",
            "Fit { epo| }",
            "println!(\"{}\", model.fi|)",
            "let na|",
        ] {
            assert_eq!(asked(code), None, "{code}");
        }
    }
}
