//! Numbers and texts: what Rust does not convert by itself.

use super::{Hint, Mistake};
use crate::front::cell::{Cell, bracketed};
use ra_ap_syntax::ast;

/// The hint for an operator between types that do not fit.
pub fn hint(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    match mistake.number {
        "E0277" if mistake.message.contains("cannot be indexed by") => index(cell, mistake),
        "E0277" | "E0308" | "E0369" => {
            operation(cell, mistake).or_else(|| condition(cell, mistake))
        }
        "E0614" => power(cell, mistake),
        "E0600"
            if mistake
                .message
                .starts_with("cannot apply unary operator `-` to type `u") =>
        {
            Hint::sentence("a number of this type is never below 0; `i32` and `i64` can be")
        }
        "" if mistake
            .message
            .starts_with("negative integers cannot be used to index") =>
        {
            Hint::explaining("an index counts from the front: the last element is at `len() - 1`")
        }
        _ => None,
    }
}

/// A kind of number.
#[derive(Clone, Copy, PartialEq)]
enum Kind<'a> {
    Whole(&'a str),
    Point(&'a str),
}

fn kind(name: &str) -> Option<Kind<'_>> {
    let name = name.trim_start_matches('&');
    match name {
        "{integer}" | "integer" | "usize" | "isize" | "i8" | "i16" | "i32" | "i64" | "i128"
        | "u8" | "u16" | "u32" | "u64" | "u128" => Some(Kind::Whole(name)),
        "{float}" | "floating-point number" | "f32" | "f64" => Some(Kind::Point(name)),
        _ => None,
    }
}

/// `3 * 0.5`, `n + 1.5`, `"a" + "b"`
fn operation(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let operation = cell
        .all_around::<ast::BinExpr>(&mistake.at)
        .find(|operation| {
            let operator = operation.op_token().map(|token| token.text().to_owned());
            let sides = [operation.lhs(), operation.rhs()].into_iter().flatten();
            operator.is_some_and(|text| text == cell.part(&mistake.at))
                || sides
                    .into_iter()
                    .any(|side| cell.range(&side) == mistake.at)
        })?;
    let operator = operation.op_token()?.text().to_owned();
    let (left, right) = (operation.lhs()?, operation.rhs()?);
    let (first, second) = (cell.text(&left), cell.text(&right));
    let whole = cell.range(&operation);
    let types: Vec<&str> = mistake.message.split('`').skip(1).step_by(2).collect();
    if mistake.number == "E0369"
        && types
            .iter()
            .any(|name| name.ends_with("&str") || ["String", "char"].contains(name))
    {
        return match operator.as_str() {
            "+" => Hint::new(
                "texts are joined by `format!`",
                cell.line_with(whole, &format!("format!(\"{{}}{{}}\", {first}, {second})")),
            ),
            "*" => Hint::new(
                "a text is repeated by a method",
                cell.line_with(whole, &format!("{first}.repeat({second})")),
            ),
            _ => None,
        };
    }
    let (from, to) = sides(mistake, &types, &operator)?;
    if let Some(at) = [from, to].iter().position(|name| is_tensor(name)) {
        let line = match at {
            0 => format!("{first} {operator} {}", beside_tensor(to, &right, second)?),
            _ => format!("{} {operator} {second}", beside_tensor(from, &left, first)?),
        };
        let says = "the numbers of a tensor are of the type `f32`: write `3.0` for `3`, or convert by `as`";
        return Hint::new(says, cell.line_with(whole, &line));
    }
    let (from, to) = (kind(from)?, kind(to)?);
    let converted = |side: &ast::Expr, text: &str, to: Kind| convert(side, text, to);
    let (says, changed) = match (from, to) {
        (Kind::Whole(_), Kind::Point(_)) => {
            (MIXED, (converted(&left, first, to), second.to_owned()))
        }
        (Kind::Point(_), Kind::Whole(_)) => {
            (MIXED, (first.to_owned(), converted(&right, second, from)))
        }
        (from, to) if from != to => (
            "numbers of two types do not mix: one is converted by `as`",
            (first.to_owned(), converted(&right, second, from)),
        ),
        _ => return None,
    };
    let text = format!("{} {operator} {}", changed.0, changed.1);
    Hint::new(says, cell.line_with(whole, &text))
}

const MIXED: &str =
    "a whole number and a number with a point do not mix: write `3.0` for `3`, or convert by `as`";

fn is_tensor(name: &str) -> bool {
    name.trim_start_matches('&').rsplit("::").next() == Some("Tensor")
}

/// What stands beside a tensor as a number of the type that it has.
fn beside_tensor(name: &str, side: &ast::Expr, text: &str) -> Option<String> {
    kind(name)?;
    Some(convert(side, text, Kind::Point("f32")))
}

/// The types on the left and on the right, from the compiler's message about an operator.
fn sides<'a>(mistake: &Mistake, types: &[&'a str], operator: &str) -> Option<(&'a str, &'a str)> {
    let message = mistake.message;
    // Where the types have no names in the message.
    for (start, left) in [
        ("cannot add an integer to a float", true),
        ("cannot add a float to an integer", false),
        ("cannot subtract an integer from a float", true),
        ("cannot subtract a float from an integer", false),
        ("cannot multiply an integer by a float", false),
        ("cannot multiply a float by an integer", true),
        ("cannot divide an integer by a float", false),
        ("cannot divide a float by an integer", true),
    ] {
        if message.starts_with(start) {
            let (point, whole) = ("{float}", "{integer}");
            return Some(if left { (point, whole) } else { (whole, point) });
        }
    }
    let [first, second, ..] = *types else {
        return None;
    };
    // "cannot add `right` to `left`"
    let turned = ["+", "-", "+=", "-="].contains(&operator) && message.starts_with("cannot ");
    Some(if turned {
        (second, first)
    } else {
        (first, second)
    })
}

/// A side of an operation as a number of another kind.
fn convert(side: &ast::Expr, text: &str, to: Kind) -> String {
    let digits = text.chars().all(|c| c.is_ascii_digit() || c == '_');
    match to {
        Kind::Point(_) if digits => format!("{text}.0"),
        Kind::Point("{float}") => format!("{} as f64", bracketed(side, text)),
        Kind::Whole("{integer}") => text.to_owned(),
        Kind::Point(name) | Kind::Whole(name) => format!("{} as {name}", bracketed(side, text)),
    }
}

/// `v[1.0]` and `v[i]` with an `i32`
fn index(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let index = cell.part(&mistake.at);
    let mut types = mistake.message.split('`').skip(1).step_by(2);
    let of = types.next()?;
    kind(types.next()?)?;
    if ["str", "String"].contains(&of) {
        let whole = cell.around::<ast::IndexExpr>(&mistake.at)?;
        let text = cell.text(&whole.base()?);
        return Hint::new(
            "the characters of a text are an iterator, counted from 0",
            cell.line_with(
                cell.range(&whole),
                &format!("{text}.chars().nth({index}).unwrap()"),
            ),
        );
    }
    let rust = match index.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => {
            let expression = cell.around::<ast::Expr>(&mistake.at)?;
            format!("{} as usize", bracketed(&expression, index))
        }
    };
    Hint::new(
        "an index is a whole number of the type `usize`",
        cell.line_with(mistake.at.clone(), &rust),
    )
}

/// `if n { … }`
fn condition(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let is_condition = |condition: Option<ast::Expr>| {
        condition.is_some_and(|condition| cell.range(&condition) == mistake.at)
    };
    let of_if = cell
        .around::<ast::IfExpr>(&mistake.at)
        .is_some_and(|expression| is_condition(expression.condition()));
    let of_while = cell
        .around::<ast::WhileExpr>(&mistake.at)
        .is_some_and(|expression| is_condition(expression.condition()));
    if mistake.number != "E0308" || !(of_if || of_while) {
        return None;
    }
    let value = cell.part(&mistake.at);
    // `if a = 1`
    if let Some(assignment) = cell.around::<ast::BinExpr>(&mistake.at)
        && assignment
            .op_token()
            .is_some_and(|token| token.text() == "=")
    {
        return Hint::explaining("`==` compares; `=` gives a variable a value");
    }
    Hint::new(
        "a condition is true or false: a number is compared, a list asked by `is_empty()`",
        cell.line_with(mistake.at.clone(), &format!("{value} != 0")),
    )
}

/// `x ** 2`
fn power(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let before = &cell.code[..mistake.at.start];
    if !before.ends_with('*') {
        return None;
    }
    let operation = cell
        .all_around::<ast::BinExpr>(&mistake.at)
        .find(|operation| {
            operation
                .rhs()
                .is_some_and(|right| cell.range(&right) == mistake.at)
        })?;
    let (left, exponent) = (
        operation.lhs()?,
        cell.part(&mistake.at).trim_start_matches('*').trim(),
    );
    let base = bracketed(&left, cell.text(&left));
    let whole = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let rust = match &left {
        ast::Expr::Literal(literal) if whole(cell.text(literal)) && whole(exponent) => {
            format!("{base}_i32.pow({exponent})")
        }
        ast::Expr::Literal(_) if whole(exponent) => format!("{base}_f64.powi({exponent})"),
        _ if whole(exponent) => format!("{base}.pow({exponent})"),
        _ => format!("{base}.powf({exponent})"),
    };
    Hint::new(
        "Rust has no `**`: whole numbers have `pow`, numbers with a point `powi` and `powf`",
        cell.line_with(cell.range(&operation), &rust),
    )
}

#[cfg(test)]
mod tests {
    use crate::front::hints::tests::{given, line};

    #[test]
    fn a_whole_number_beside_one_with_a_point_gets_a_point() {
        for (code, message, rust) in [
            (
                "3 * 0.5",
                "cannot multiply `{integer}` by `{float}`",
                "3.0 * 0.5",
            ),
            (
                "let b = a * 0.5;",
                "cannot multiply `i32` by `{float}`",
                "let b = a as f64 * 0.5;",
            ),
            (
                "(1 + 2) * 2.5",
                "cannot multiply `{integer}` by `{float}`",
                "(1 + 2) as f64 * 2.5",
            ),
            (
                "n as f32 * k",
                "cannot multiply `f32` by `i32`",
                "n as f32 * k as f32",
            ),
        ] {
            assert_eq!(line(code, "E0277", message, "*"), rust, "{code}");
        }
        assert_eq!(
            line("z + 1", "E0277", "cannot add an integer to a float", "+"),
            "z + 1.0"
        );
        assert_eq!(
            line("z + i", "E0277", "cannot add `i32` to `f32`", "+"),
            "z + i as f32"
        );
    }

    #[test]
    fn a_whole_number_beside_a_tensor_gets_a_point() {
        for (code, message, rust) in [
            (
                "x * 2",
                "cannot multiply `Tensor` by `{integer}`",
                "x * 2.0",
            ),
            (
                "&x + 1",
                "cannot add `{integer}` to `&nn_lib::prelude::Tensor`",
                "&x + 1.0",
            ),
            ("x / n", "cannot divide `Tensor` by `usize`", "x / n as f32"),
            ("n * x", "cannot multiply `f64` by `Tensor`", "n as f32 * x"),
        ] {
            let operator = code.split(' ').nth(1).unwrap();
            assert_eq!(line(code, "E0277", message, operator), rust, "{code}");
        }
    }

    #[test]
    fn powers_indices_texts_and_conditions_are_shown() {
        let not_a_reference = "type `{integer}` cannot be dereferenced";
        assert_eq!(
            line("3 ** 2", "E0614", not_a_reference, "* 2"),
            "3_i32.pow(2)"
        );
        assert_eq!(line("n ** 2", "E0614", not_a_reference, "* 2"), "n.pow(2)");
        assert_eq!(
            line(
                "v[1.0]",
                "E0277",
                "the type `[i32]` cannot be indexed by `{float}`",
                "1.0"
            ),
            "v[1]"
        );
        assert_eq!(
            line(
                "v[i]",
                "E0277",
                "the type `[i32]` cannot be indexed by `i32`",
                "i"
            ),
            "v[i as usize]"
        );
        assert_eq!(
            line("\"a\" + \"b\"", "E0369", "cannot add `&str` to `&str`", "+"),
            "format!(\"{}{}\", \"a\", \"b\")"
        );
        assert_eq!(
            line("if n { 1 } else { 2 }", "E0308", "mismatched types", "n"),
            "if n != 0 { 1 } else { 2 }"
        );
    }

    #[test]
    fn an_operation_on_other_types_gets_no_hint() {
        let message = "cannot add `Tensor` to `Vec<f32>`";
        assert_eq!(given("v + t", "E0277", message, "+"), None);
        assert_eq!(
            given("*n", "E0614", "type `i32` cannot be dereferenced", "*n"),
            None
        );
    }
}
