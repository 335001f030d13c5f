//! Variables that change, values that are given away, structs that are not complete.

use super::calls::has_default;
use super::{Hint, HintSource, Mistake};
use crate::front::cell::Cell;
use ra_ap_syntax::ast::{self, HasArgList, HasName};

/// The hint for a variable or a struct.
pub fn hint(cell: &Cell, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    let name = mistake.message.split('`').nth(1).unwrap_or_default();
    match mistake.number {
        "E0384" | "E0594" | "E0596" if is_name(name) => changed(name, cell),
        "E0382" if is_name(name) => given_away(name, cell, mistake),
        "E0308" if is_called(&["slider", "log_slider", "range"], cell, mistake) => {
            let (first, last) = cell.part(&mistake.at).split_once("..")?;
            if last.is_empty() || last.starts_with('=') {
                return None;
            }
            Hint::new(
                "the range of a control has its last number in it, and is written with `..=`",
                cell.line_with(mistake.at.clone(), &format!("{first}..={last}")),
            )
        }
        "E0308" if is_result_of_explore(cell, mistake) => Hint::new(
            "the closure of `explore` gives its result with `Ok(..)`",
            cell.line_with(
                mistake.at.clone(),
                &format!("Ok({})", cell.part(&mistake.at)),
            ),
        ),
        "E0373" if is_called(&["explore"], cell, mistake) => {
            let borrowed = mistake
                .message
                .split('`')
                .nth(1)
                .filter(|name| is_name(name));
            let name = borrowed.unwrap_or("x");
            Hint::sentence(&format!(
                "the closure stays when the cell has ended: a variable that it needs is given to it as a reference among \
                 the controls, as in `(slider(\"units\", 1..=64), &{name})`, and the closure takes it as `|(units, {name})|`"
            ))
        }
        "E0599" if name == "format" => {
            let call = cell.around::<ast::MethodCallExpr>(&mistake.at)?;
            let text = cell.text(&call.receiver()?);
            let values = cell.text(&call.arg_list()?).trim_matches(['(', ')']);
            Hint::new(
                "`format!` is a macro, and the text stands first in it",
                cell.line_with(cell.range(&call), &format!("format!({text}, {values})")),
            )
        }
        "E0609" | "E0615" | "E0616" => method(cell, mistake, source),
        "E0277"
            if mistake
                .message
                .starts_with("`?` couldn't convert the error") =>
        {
            let bound = mistake.message.split('`').nth(3)?;
            let name = bound.strip_suffix(": std::fmt::Display")?;
            Hint::sentence(&format!(
                "`?` in a cell needs an error that can be printed: give `{name}` an `impl std::fmt::Display`, or end the \
                 line with `.unwrap()` in its place"
            ))
        }
        "E0063" => incomplete(cell, mistake, source),
        "E0308" if cell.part(&mistake.at) == "None" => Hint::sentence(
            "`None` is a missing value of an `Option`; any other value is always there",
        ),
        _ => None,
    }
}

/// Whether the mistake is in a call of one of these functions.
fn is_called(names: &[&str], cell: &Cell, mistake: &Mistake) -> bool {
    let mut calls = cell.all_around::<ast::CallExpr>(&mistake.at);
    calls.any(|call| {
        call.expr()
            .is_some_and(|name| names.contains(&cell.text(&name)))
    })
}

/// Whether the mistake is the value at the end of the closure of an `explore`.
fn is_result_of_explore(cell: &Cell, mistake: &Mistake) -> bool {
    let closure = cell.around::<ast::ClosureExpr>(&mistake.at);
    let value = closure.and_then(|closure| match closure.body()? {
        ast::Expr::BlockExpr(block) => block.tail_expr(),
        value => Some(value),
    });
    value.is_some_and(|value| cell.range(&value) == mistake.at)
        && is_called(&["explore"], cell, mistake)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A variable that was not declared as one that changes.
fn changed(name: &str, cell: &Cell) -> Option<Hint> {
    let here = cell
        .all::<ast::IdentPat>()
        .any(|pattern| pattern.name().is_some_and(|found| found.text() == name));
    match here {
        // The compiler shows the line.
        true => Hint::explaining("a variable that changes is declared with `let mut`"),
        false => Hint::new(
            &format!(
                "`{name}` was declared without `mut` in an earlier cell; this line, put first, lets it change"
            ),
            format!("let mut {name} = {name};"),
        ),
    }
}

/// A value that is used after another variable or a function has got it.
fn given_away(name: &str, cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let given = mistake
        .others
        .iter()
        .find(|part| cell.part(part) == name && part.start < mistake.at.start);
    let place = match given {
        Some(part) => {
            let line = cell.code[..part.start].matches('\n').count() + 1;
            format!("in line {line}")
        }
        None => "before".to_owned(),
    };
    Hint::explaining(&format!(
        "`{name}` was given away {place}; there, lend it (`&{name}`) or give away a copy (`{name}.clone()`)"
    ))
}

/// A method that is written as a field.
fn method(cell: &Cell, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    let name = cell.part(&mistake.at);
    let call = format!("{}(", &cell.code[..mistake.at.end]);
    let known = source.describe(&call)?;
    if !known.contains(&format!("fn {name}")) {
        return None;
    }
    Hint::new(
        &format!("`{name}` is a method, which has parentheses"),
        cell.line_with(mistake.at.clone(), &format!("{name}()")),
    )
}

/// A struct with some of its fields.
fn incomplete(cell: &Cell, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    let literal = cell.around::<ast::RecordExpr>(&mistake.at)?;
    let path = cell.text(&literal.path()?);
    if !has_default(path, source) {
        return None;
    }
    let fields = literal.record_expr_field_list()?;
    let mut inside: Vec<&str> = fields.fields().map(|field| cell.text(&field)).collect();
    let rest = format!("..{path}::default()");
    inside.push(&rest);
    let text = format!("{path} {{ {} }}", inside.join(", "));
    Hint::new(
        "the other fields have defaults",
        cell.line_with(cell.range(&literal), &text),
    )
}

#[cfg(test)]
mod tests {
    use crate::front::hints::tests::{given, line};

    #[test]
    fn a_closure_of_explore_that_borrows_is_told_how_it_gets_its_variables() {
        let code = "explore(\"A\", slider(\"n\", 1..=9), |n| Ok(x.mean()))";
        let message =
            "closure may outlive the current function, but it borrows `x`, which is owned by it";
        let (says, _) = given(code, "E0373", message, "|n|").unwrap();
        assert!(says.contains("`(slider(\"units\", 1..=64), &x)`"), "{says}");
        assert_eq!(given("spawn(|| x.mean())", "E0373", message, "||"), None);
    }

    #[test]
    fn the_closure_of_explore_gives_its_result_with_ok() {
        for (code, at, shown) in [
            (
                "explore(\"A\", slider(\"n\", 1..=9), |n| { let m = n; format!(\"{m}\") })",
                "format!(\"{m}\")",
                "explore(\"A\", slider(\"n\", 1..=9), |n| { let m = n; Ok(format!(\"{m}\")) })",
            ),
            (
                "explore(\"A\", slider(\"n\", 1..=9), |n| n + 1)",
                "n + 1",
                "explore(\"A\", slider(\"n\", 1..=9), |n| Ok(n + 1))",
            ),
        ] {
            assert_eq!(line(code, "E0308", "mismatched types", at), shown);
        }
        let elsewhere = "explore(\"A\", checkbox(\"n\"), |n| { let m: i32 = \"1\"; Ok(m) })";
        assert_eq!(given(elsewhere, "E0308", "mismatched types", "\"1\""), None);
    }

    #[test]
    fn the_range_of_a_slider_has_its_last_number_in_it() {
        let code = "explore(\"A\", slider(\"n\", 0..10), |n| Ok(n))";
        assert_eq!(
            line(code, "E0308", "mismatched types", "0..10"),
            "explore(\"A\", slider(\"n\", 0..=10), |n| Ok(n))"
        );
        let mixed = "slider(\"n\", 0..=1.0)";
        assert_eq!(given(mixed, "E0308", "mismatched types", "0..=1.0"), None);
    }

    #[test]
    fn a_struct_of_options_takes_the_rest_from_its_defaults() {
        let message =
            "missing fields `shuffle`, `verbose` and 3 other fields in initializer of `Fit`";
        assert_eq!(
            line(
                "m.fit(&x, &y, Fit { epochs: 2, batch_size: 4 })?;",
                "E0063",
                message,
                "Fit"
            ),
            "m.fit(&x, &y, Fit { epochs: 2, batch_size: 4, ..Fit::default() })?;"
        );
        assert_eq!(
            line("let f = Fit {};", "E0063", message, "Fit"),
            "let f = Fit { ..Fit::default() };"
        );
        assert_eq!(
            given(
                "let p = Point { x: 1 };",
                "E0063",
                "missing field `y` in initializer of `Point`",
                "Point"
            ),
            None
        );
    }

    #[test]
    fn a_variable_of_an_earlier_cell_is_declared_again_to_change() {
        let message = "cannot assign twice to immutable variable `a`";
        assert_eq!(line("a = 6;", "E0384", message, "a = 6"), "let mut a = a;");
        let (says, line) = given("let a = 5;\na = 6;", "E0384", message, "a = 6").unwrap();
        assert_eq!(
            (says.as_str(), line.as_str()),
            ("a variable that changes is declared with `let mut`", "")
        );
    }

    #[test]
    fn a_method_has_parentheses_and_format_is_a_macro() {
        let private = "field `fit` of struct `Model` is private";
        assert_eq!(line("m.fit", "E0616", private, "fit"), "m.fit()");
        assert_eq!(given("m.width", "E0609", "no field `width`", "width"), None);
        let message = "no method named `format` found for reference `&'static str`";
        assert_eq!(
            line("\"{}\".format(n)", "E0599", message, "format"),
            "format!(\"{}\", n)"
        );
    }

    #[test]
    fn an_error_that_cannot_be_printed_is_told_what_it_lacks() {
        let message = "`?` couldn't convert the error: `Own: std::fmt::Display` is not satisfied";
        let (says, _) = given("read()?", "E0277", message, "?").unwrap();
        assert!(says.contains("give `Own` an"), "{says}");
    }

    #[test]
    fn a_value_that_was_given_away_can_be_lent_or_copied() {
        let (says, _) = given(
            "take(x);\ntake(x)",
            "E0382",
            "use of moved value: `x`",
            "x)",
        )
        .unwrap();
        assert!(
            says.contains("(`&x`)") && says.contains("`x.clone()`"),
            "{says}"
        );
    }
}
