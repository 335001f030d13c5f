//! Functions that Python has and Rust writes otherwise.

use super::{Hint, Mistake};
use crate::front::cell::{Cell, bracketed};
use ra_ap_syntax::ast::{self, HasArgList};

/// `range(10)`, which is no error of an unknown name here: a control has it.
pub fn range(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    if !["E0061", "E0277", "E0308"].contains(&mistake.number) {
        return None;
    }
    let call = cell
        .all_around::<ast::CallExpr>(&mistake.at)
        .find(|call| call.expr().is_some_and(|name| cell.text(&name) == "range"))?;
    let of_control = |argument: ast::Expr| cell.text(&argument).contains(['"', '.']);
    if call.arg_list()?.args().any(of_control) {
        return None;
    }
    let at = cell.range(&call.expr()?);
    let others = Vec::new();
    let (number, message) = (mistake.number, mistake.message);
    let mistake = Mistake {
        number,
        message,
        at,
        others,
    };
    function("range", cell, &mistake)
}

/// `print("x")`, `len(v)`, `range(10)`
pub fn function(name: &str, cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let call = cell.around::<ast::CallExpr>(&mistake.at)?;
    if cell.range(&call.expr()?) != mistake.at {
        return None;
    }
    let arguments: Vec<ast::Expr> = call.arg_list()?.args().collect();
    let texts: Vec<&str> = arguments
        .iter()
        .map(|argument| cell.text(argument))
        .collect();
    let first = texts.first().copied().unwrap_or_default();
    let receiver = match arguments.first() {
        Some(argument) => bracketed(argument, first),
        None => String::new(),
    };
    // A number without a type has no methods.
    let number = match float(first) {
        typed if typed != first => typed,
        _ => receiver.clone(),
    };
    let is_text = first.starts_with('"');
    let (says, rust) = match (name, texts.len()) {
        ("print" | "println", _) => {
            let says = "`println` is a macro, with `!`; it prints what stands in its braces";
            let rust = match &texts[..] {
                [] => "println!()".to_owned(),
                [text] if is_text => format!("println!({text})"),
                [value] if is_plain(value) => format!("println!(\"{{{value}:?}}\")"),
                _ => {
                    let braces = vec!["{:?}"; texts.len()].join(" ");
                    format!("println!(\"{braces}\", {})", texts.join(", "))
                }
            };
            (says, rust)
        }
        ("len", 1) => ("the length is a method", format!("{receiver}.len()")),
        ("abs" | "round" | "sqrt" | "exp" | "log", 1) => {
            let method = if name == "log" { "ln" } else { name };
            (
                "mathematical functions are methods",
                format!("{number}.{method}()"),
            )
        }
        ("pow", 2) => (
            "a power is a method: `pow` of a whole number, `powf` of one with a point",
            format!("{number}.powf({})", float(texts[1])),
        ),
        ("max" | "min", 2) => (
            "the larger of two is a method, as the smaller is",
            format!("{receiver}.{name}({})", texts[1]),
        ),
        ("max" | "min", 1) => (
            "the largest of a list is a method of its iterator, as the smallest is",
            format!("{receiver}.iter().{name}()"),
        ),
        ("sum", 1) => (
            "the sum is a method of an iterator, and its type is written down",
            format!("{receiver}.iter().sum::<f32>()"),
        ),
        ("range", 1) => (
            "a range is written with two points",
            format!("(0..{first})"),
        ),
        ("range", 2) => (
            "a range is written with two points",
            format!("({first}..{})", texts[1]),
        ),
        ("range", 3) => (
            "a range is written with two points",
            format!("({first}..{}).step_by({})", texts[1], texts[2]),
        ),
        ("str", 1) => (
            "a text is made by a method",
            format!("{receiver}.to_string()"),
        ),
        ("int", 1) if is_text => (
            "a number is read from a text by `parse`",
            format!("{first}.parse::<i64>()?"),
        ),
        ("float", 1) if is_text => (
            "a number is read from a text by `parse`",
            format!("{first}.parse::<f64>()?"),
        ),
        ("int", 1) => (
            "numbers are converted by `as`",
            format!("{receiver} as i64"),
        ),
        ("float", 1) => (
            "numbers are converted by `as`",
            format!("{receiver} as f64"),
        ),
        ("sorted", 1) => (
            "a list is sorted in its place",
            format!("{receiver}.sort()"),
        ),
        ("list", 1) => (
            "an iterator becomes a list by `collect`",
            format!("{receiver}.into_iter().collect::<Vec<_>>()"),
        ),
        ("enumerate", 1) => (
            "an iterator has a method for it",
            format!("{receiver}.iter().enumerate()"),
        ),
        ("zip", 2) => (
            "an iterator has a method for it",
            format!("{receiver}.iter().zip(&{})", texts[1]),
        ),
        ("help", 1) => ("help is asked for by `?`", format!("?{first}")),
        ("open", 1 | 2) => (
            "a file is read by a function of the standard library",
            format!("std::fs::read_to_string({first})?"),
        ),
        _ => return None,
    };
    let mut whole = cell.range(&call);
    // `for i in range(3)` needs no parentheses.
    let loops = cell
        .around::<ast::ForExpr>(&whole)
        .and_then(|each| each.iterable());
    let is_loop = loops.is_some_and(|source| cell.range(&source) == whole);
    let rust = match rust
        .strip_prefix('(')
        .and_then(|rust| rust.strip_suffix(')'))
    {
        Some(inner) if name == "range" && is_loop => inner.to_owned(),
        _ => rust,
    };
    // `print(…)!` has been tried as well.
    if cell.code[whole.end..].starts_with('!') {
        whole.end += 1;
    }
    Hint::new(says, cell.line_with(whole, &rust))
}

/// `3` as `3.0_f64`: a number without a type has no methods.
fn float(number: &str) -> String {
    let plain = number.trim_start_matches('-');
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let rust = match plain.split_once('.') {
        None if digits(plain) => format!("{number}.0_f64"),
        Some((whole, part)) if digits(whole) && digits(part) => format!("{number}_f64"),
        _ => return number.to_owned(),
    };
    // A minus would be applied after the method.
    match number.starts_with('-') {
        true => format!("({rust})"),
        false => rust,
    }
}

fn is_plain(value: &str) -> bool {
    value.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !value.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::front::hints::tests::{given, line};

    #[test]
    fn pythons_range_is_told_apart_from_the_control_of_that_name() {
        for (code, number, at) in [
            ("for i in range(3) { }", "E0061", "range"),
            ("for i in range(0, 3) { }", "E0308", "3"),
            ("for i in range(0, 3) { }", "E0277", "0"),
        ] {
            let rust = line(code, number, "mismatched types", at);
            assert_eq!(rust, "for i in 0..3 { }", "{code}");
        }
        for code in ["range(\"words\", 3)", "range(name, 0..3)"] {
            assert_eq!(given(code, "E0308", "mismatched types", "3"), None);
        }
    }

    #[test]
    fn pythons_functions_are_shown_as_the_reader_would_write_them_here() {
        let unknown = "cannot find function in this scope";
        for (code, at, rust) in [
            ("print(\"x\")", "print", "println!(\"x\")"),
            ("print(n)", "print", "println!(\"{n:?}\")"),
            (
                "print(\"n =\", n);",
                "print",
                "println!(\"{:?} {:?}\", \"n =\", n);",
            ),
            ("let l = len(v) + 1;", "len", "let l = v.len() + 1;"),
            ("abs(-5)", "abs", "(-5.0_f64).abs()"),
            ("abs(a - b)", "abs", "(a - b).abs()"),
            ("max(a, 2)", "max", "a.max(2)"),
            ("for i in range(3) { }", "range", "for i in 0..3 { }"),
            ("range(1, 3)", "range", "(1..3)"),
            ("int(\"5\")", "int", "\"5\".parse::<i64>()?"),
            ("str(5)", "str", "5.to_string()"),
        ] {
            let number = if code.starts_with("print") || code.starts_with("str") {
                "E0423"
            } else {
                "E0425"
            };
            assert_eq!(line(code, number, unknown, at), rust, "{code}");
        }
    }
}
