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

use super::origin::{BEFORE, without_commands};
use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, SourceFile, SyntaxKind, SyntaxNode, SyntaxToken, TextRange};

/// Code and the byte of the cursor in it.
#[derive(Debug, PartialEq)]
pub struct Site {
    /// The code in which the name is completed.
    pub code: String,
    /// The byte after the part of the name that is there.
    pub position: usize,
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

/// Whether what follows is part of something: behind a dot that is none of a range, or behind a path's colons.
pub fn follows_dot_or_path(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with("::") || before.ends_with('.') && !before.ends_with("..")
}

/// The code with the name as a statement of its own, if it is an expression; without one the name is no expression,
/// or follows a dot or a path.
pub fn apart(code: &str, position: usize) -> Option<Site> {
    if let Some(site) = in_attribute(code, position) {
        return Some(site);
    }
    let place = Place::of(code, position)?;
    let name = &code[place.start..position];
    if place.is_field() {
        return Some(place.site(code, place.token.text_range(), "", shorter(name), ""));
    }
    let (around, is_statement) = expression(&place.token)?;
    let (open, close) = match (name.is_empty(), is_statement) {
        (false, true) => ("{ ", "; loop {} }"),
        (false, false) => ("{ (", "); loop {} }"),
        // Nothing is expected right behind a statement. After a space it would be what the function returns.
        (true, _) => ("{ ();", "; loop {} }"),
    };
    let open = match follows_a_value(&place.token) {
        true => format!("; {open}"),
        false => open.to_owned(),
    };
    Some(place.site(code, around, &open, name, close))
}

/// Whether the line before ends in a value without a semicolon. A block behind it would be read as the fields of a struct.
fn follows_a_value(token: &SyntaxToken) -> bool {
    use SyntaxKind::{IDENT, QUESTION, R_BRACK, R_CURLY, R_PAREN};
    let (before, between) = before(token);
    between.contains('\n')
        && before.is_some_and(|token| {
            let kind = token.kind();
            kind.is_literal() || matches!(kind, IDENT | QUESTION | R_BRACK | R_CURLY | R_PAREN)
        })
}

/// The token before another one, and the space and comments between them.
fn before(token: &SyntaxToken) -> (Option<SyntaxToken>, String) {
    let mut between = String::new();
    let mut before = token.prev_token();
    while let Some(trivia) = before.as_ref().filter(|token| token.kind().is_trivia()) {
        between.insert_str(0, trivia.text());
        before = trivia.prev_token();
    }
    (before, between)
}

/// A name without its last letter: a field or trait that is there is not offered again, and one that is a letter shorter
/// is not there.
fn shorter(name: &str) -> &str {
    let last = name.chars().next_back().map_or(0, char::len_utf8);
    &name[..name.len() - last]
}

/// A name in an attribute such as `#[derive(Deb`, which rust-analyzer understands once it is closed and an item follows.
fn in_attribute(code: &str, position: usize) -> Option<Site> {
    let (start, _) = name_at(code, position);
    let attribute = code[..start].rfind("#[")?;
    let before = &code[attribute..start];
    if before.contains([']', ';', '"']) {
        return None;
    }
    let mut close = String::new();
    for bracket in before.chars() {
        match bracket {
            '[' => close.insert(0, ']'),
            '(' => close.insert(0, ')'),
            ')' if close.starts_with(')') => drop(close.remove(0)),
            _ => {}
        }
    }
    let asked = format!("{}{}", &code[..start], shorter(&code[start..position]));
    Some(Site {
        position: asked.len(),
        code: asked + &close + " struct S;",
    })
}

/// The code with the name after a receiver that is known to be an iterator: rust-analyzer finds no methods of one
/// that a closure is part of the type of (`v.iter().map(|x| 2 * x).su`).
pub fn after_iterator(code: &str, position: usize) -> Option<Site> {
    const ADAPTERS: [&str; 22] = [
        "map",
        "filter",
        "filter_map",
        "flat_map",
        "take_while",
        "skip_while",
        "map_while",
        "inspect",
        "scan",
        "enumerate",
        "zip",
        "rev",
        "skip",
        "take",
        "peekable",
        "chain",
        "cloned",
        "copied",
        "step_by",
        "fuse",
        "flatten",
        "cycle",
    ];
    let place = Place::of(code, position)?;
    let call = place.token.parent()?.parent()?;
    let receiver = match_receiver(&call)?;
    let method = ast::MethodCallExpr::cast(receiver.clone())?.name_ref()?;
    if !ADAPTERS.contains(&method.text()) {
        return None;
    }
    let open = format!(
        "{{ fn iterator<I: Iterator>(i: I) -> impl Iterator<Item = I::Item> {{ i }} iterator({}).",
        receiver.text()
    );
    let name = &code[place.start..position];
    Some(place.site(code, call.text_range(), &open, name, "; loop {} }"))
}

/// The code with a name behind the cursor where there is none: a macro such as `vec![x.]` takes only what is whole.
pub fn before_a_name(code: &str, position: usize) -> Option<Site> {
    let (before, after) = code.split_at(position);
    (name_at(code, position) == (position, position)).then(|| Site {
        code: format!("{before}x{after}"),
        position,
    })
}

/// What stands before the dot of a method's call or a field.
fn match_receiver(node: &SyntaxNode) -> Option<SyntaxNode> {
    let receiver = match node.kind() {
        SyntaxKind::METHOD_CALL_EXPR => ast::MethodCallExpr::cast(node.clone())?.receiver()?,
        SyntaxKind::FIELD_EXPR => ast::FieldExpr::cast(node.clone())?.expr()?,
        _ => return None,
    };
    Some(receiver.syntax().clone())
}

/// The name at the cursor in the parsed code; where there is none, one is put in.
struct Place {
    token: SyntaxToken,
    start: usize,
    end: usize,
    /// How many bytes were put in.
    added: usize,
}

impl Place {
    fn of(code: &str, position: usize) -> Option<Place> {
        let (start, end) = name_at(code, position);
        let name = if start < end { &code[start..end] } else { "x" };
        let rust = without_commands(code);
        let (before, after) = (&rust[..start], &rust[end..]);
        let text = format!("{}{before}{name}{after}\n}}", BEFORE);
        let parsed = SourceFile::parse(&text, Edition::Edition2024);
        let at = u32::try_from(BEFORE.len() + start).ok()?;
        let mut tokens = parsed.syntax_node().token_at_offset(at.into());
        Some(Place {
            token: tokens.find(|token| token.text_range().start() == at.into())?,
            start,
            end,
            added: name.len() - (end - start),
        })
    }

    /// Whether it is the name of a field of a struct's value.
    fn is_field(&self) -> bool {
        let field = self.token.parent().and_then(|name| name.parent());
        field.is_some_and(|field| field.kind() == SyntaxKind::RECORD_EXPR_FIELD)
    }

    /// The code with a name, and what stands before and after it, in the place of a node.
    fn site(&self, code: &str, node: TextRange, open: &str, name: &str, close: &str) -> Site {
        let in_code = |at: usize| {
            let at = at - BEFORE.len();
            if at > self.start { at - self.added } else { at }
        };
        let before = in_code(node.start().into()).min(self.start);
        let after = in_code(node.end().into()).max(self.end).min(code.len());
        Site {
            code: format!("{}{open}{name}{close}{}", &code[..before], &code[after..]),
            position: before + open.len() + name.len(),
        }
    }
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
    let path = ast::Path::cast(segment.parent()?)?;
    if path.qualifier().is_some() {
        return None;
    }
    // `Tensor` in `Tensor::from`: the whole path is the expression.
    let mut whole_path = path;
    while let Some(longer) = whole_path.parent_path() {
        whole_path = longer;
    }
    let owner = whole_path.syntax().parent()?;
    let whole = |node: &SyntaxNode| {
        use SyntaxKind::{EXPR_STMT, STMT_LIST};
        let outside = node.parent().map(|parent| parent.kind());
        (
            node.text_range(),
            matches!(outside, Some(EXPR_STMT | STMT_LIST)),
        )
    };
    let outside = owner.parent().map(|parent| parent.kind());
    match owner.kind() {
        // A field's name without a value.
        SyntaxKind::PATH_EXPR
            if outside == Some(SyntaxKind::RECORD_EXPR_FIELD) && is_first_child(&owner) =>
        {
            None
        }
        SyntaxKind::PATH_EXPR | SyntaxKind::RECORD_EXPR => Some(whole(&owner)),
        // A macro's call is a node in an expression or a statement.
        SyntaxKind::MACRO_CALL => {
            let call = owner.parent()?;
            (call.kind() == SyntaxKind::MACRO_EXPR).then(|| whole(&call))
        }
        _ => None,
    }
}

/// Whether nothing of its parent stands before a node.
fn is_first_child(node: &SyntaxNode) -> bool {
    node.prev_sibling_or_token().is_none()
}

/// Whether a name among a macro's arguments is where an expression can begin.
fn begins_argument(token: &SyntaxToken) -> bool {
    before(token).0.is_some_and(|before| {
        use SyntaxKind::{ELSE_KW, IF_KW, IN_KW, MATCH_KW, MOVE_KW, RETURN_KW, WHILE_KW};
        let keywords = [
            ELSE_KW, IF_KW, IN_KW, MATCH_KW, MOVE_KW, RETURN_KW, WHILE_KW,
        ];
        let signs = [
            '(', '[', '{', '}', ',', ';', '+', '-', '*', '/', '%', '&', '|', '=', '<', '>', '!',
        ];
        keywords.contains(&before.kind()) || before.text().ends_with(signs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that rust-analyzer is asked in; `¦` is the cursor.
    fn asked(code: &str) -> Option<String> {
        let position = code.find('¦').unwrap();
        let code = code.replacen('¦', "", 1);
        let site = apart(&code, position).or_else(|| after_iterator(&code, position))?;
        let mut asked = site.code;
        asked.insert(site.position, '¦');
        Some(asked)
    }

    #[test]
    fn a_name_in_an_expression_becomes_a_statement() {
        for (code, wanted) in [
            ("let n: i32 = tra¦", "let n: i32 = { (tra¦); loop {} }"),
            ("f(a, Act¦)", "f(a, { (Act¦); loop {} })"),
            ("f(a, ¦)", "f(a, { ();¦; loop {} })"),
            ("f(a, A¦ct, b)", "f(a, { (A¦); loop {} }, b)"),
            ("mode¦", "{ mode¦; loop {} }"),
            ("모¦델.fit(x)", "{ (모¦); loop {} }.fit(x)"),
            (
                ":dep csv = \"1\"\nlet y = x¦ + 1;",
                ":dep csv = \"1\"\nlet y = { (x¦); loop {} } + 1;",
            ),
            (
                "m.fit(&x, Fit¦ { epochs: 2, ..d })",
                "m.fit(&x, { (Fit¦); loop {} })",
            ),
            (
                "println!(\"{}\", to¦)",
                "println!(\"{}\", { (to¦); loop {} })",
            ),
            (
                "let t = Tens¦or::from(1);",
                "let t = { (Tens¦); loop {} }(1);",
            ),
            ("let v = ve¦![1, 2];", "let v = { (ve¦); loop {} };"),
            ("n\n¦", "n\n; { ();¦; loop {} }"),
            ("f(n) // six\n\nmo¦", "f(n) // six\n\n; { mo¦; loop {} }"),
            (
                "let a = 6\nmo¦.fit(x)",
                "let a = 6\n; { (mo¦); loop {} }.fit(x)",
            ),
            ("let a =\n ¦", "let a =\n { ();¦; loop {} }"),
            ("Fit { epochs¦: 2, ..d }", "Fit { epoch¦: 2, ..d }"),
        ] {
            assert_eq!(asked(code).as_deref(), Some(wanted), "{code}");
        }
    }

    #[test]
    fn a_range_and_a_type_are_no_members() {
        for before in ["x.", "x\n  .", "std::", "f(x).\n"] {
            assert!(follows_dot_or_path(before), "{before}");
        }
        for before in ["", "0..", "0..=", "let t: ", "Fit { epochs:", "x"] {
            assert!(!follows_dot_or_path(before), "{before}");
        }
    }

    #[test]
    fn an_attribute_is_closed_and_has_an_item() {
        for (code, wanted) in [
            ("#[derive(Deb¦", "#[derive(De¦)] struct S;"),
            ("#[derive(¦", "#[derive(¦)] struct S;"),
            ("#[de¦", "#[d¦] struct S;"),
            (
                "let x = 1;\n#[derive(Clone, Debug¦)]\nstruct A;",
                "let x = 1;\n#[derive(Clone, Debu¦)] struct S;",
            ),
            ("#[cfg(any(unix), te¦", "#[cfg(any(unix), t¦)] struct S;"),
        ] {
            assert_eq!(asked(code).as_deref(), Some(wanted), "{code}");
        }
        for code in ["#[derive(Debug)]\nstruct Na¦", "let a = \"#[\"; let na¦"] {
            assert_eq!(asked(code), None, "{code}");
        }
    }

    #[test]
    fn the_receiver_of_a_method_is_told_to_be_an_iterator() {
        let iterator =
            "fn iterator<I: Iterator>(i: I) -> impl Iterator<Item = I::Item> { i } iterator";
        assert_eq!(
            asked("let s: i32 = v.iter().map(|x| x * 2).sum¦();"),
            Some(format!(
                "let s: i32 = {{ {iterator}(v.iter().map(|x| x * 2)).sum¦; loop {{}} }};"
            ))
        );
        assert_eq!(
            asked("v.iter().filter(f).¦"),
            Some(format!("{{ {iterator}(v.iter().filter(f)).¦; loop {{}} }}"))
        );
        assert_eq!(asked("v.iter().sum::<i32>().po¦"), None);
    }

    #[test]
    fn a_name_that_is_no_expression_stays_where_it_is() {
        for code in [
            "let n: Vec<i3¦> = v;",
            "model.fi¦",
            "Activation::Re¦",
            "use std::coll¦",
            "println!(\"{}\", model.fi¦)",
            "Fit { epo¦ }",
            "let na¦",
        ] {
            assert_eq!(asked(code), None, "{code}");
        }
    }
}
