//! Methods that Python has and Rust calls otherwise.

use super::{Hint, Mistake};
use crate::front::cell::Cell;
use ra_ap_syntax::ast::{self, HasArgList};

/// The hint for a method that there is not.
pub fn hint(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    if mistake.number != "E0599" || !mistake.message.starts_with("no method named ") {
        return None;
    }
    let call = cell.around::<ast::MethodCallExpr>(&mistake.at)?;
    let name = cell.part(&mistake.at);
    let receiver = cell.text(&call.receiver()?);
    let arguments: Vec<&str> = call
        .arg_list()?
        .args()
        .map(|argument| cell.text(&argument))
        .collect();
    let of = mistake.message.split('`').nth(3).unwrap_or_default();
    let of = of.trim_start_matches('&');
    if of.starts_with("fn(") && receiver.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Hint::sentence(&format!(
            "there is no variable `{receiver}` now, and a function has this name: the cell that makes the variable has not \
             run, or its value was given away"
        ));
    }
    let (says, rust) = match kind(of)? {
        Kind::Tensor => of_tensor(name, receiver, &arguments)?,
        Kind::List => of_list(name, receiver, &arguments, of)?,
        Kind::Text => of_text(name, receiver, &arguments)?,
        Kind::Map => of_map(name, receiver, &arguments)?,
    };
    match rust {
        Some(rust) => Hint::new(says, cell.line_with(cell.range(&call), &rust)),
        None => Hint::sentence(says),
    }
}

/// What a method is asked of.
enum Kind {
    Tensor,
    List,
    Text,
    Map,
}

fn kind(name: &str) -> Option<Kind> {
    let name = name.trim_start_matches("mut ");
    let plain = name.split('<').next().unwrap_or_default();
    Some(match plain.rsplit("::").next()? {
        "Tensor" => Kind::Tensor,
        "Vec" => Kind::List,
        "str" | "'static str" | "String" => Kind::Text,
        "HashMap" | "BTreeMap" => Kind::Map,
        _ if plain.starts_with('[') => Kind::List,
        _ => return None,
    })
}

type Line = (&'static str, Option<String>);

fn of_tensor(name: &str, x: &str, arguments: &[&str]) -> Option<Line> {
    Some(match (name, arguments) {
        ("matmul", [other]) => (
            "the product of matrices is `dot`",
            Some(format!("{x}.dot({other})?")),
        ),
        ("transpose", []) => ("the transposed matrix is `t`", Some(format!("{x}.t()"))),
        ("numpy" | "tolist" | "flatten" | "ravel", []) => {
            ("the numbers come as a list", Some(format!("{x}.to_vec()")))
        }
        ("astype", _) => (
            "the numbers of a tensor are always of the type `f32`",
            Some(x.to_owned()),
        ),
        ("size", []) => (
            "the number of numbers is the length",
            Some(format!("{x}.len()")),
        ),
        ("ndim" | "rank", []) => (
            "the number of axes is the length of the shape",
            Some(format!("{x}.shape().len()")),
        ),
        (
            "exp" | "sqrt" | "abs" | "ln" | "tanh" | "powi" | "powf" | "max" | "min" | "round"
            | "floor" | "ceil",
            _,
        ) => (
            "a function of each number is applied by `map`",
            Some(format!("{x}.map(|x| x.{name}({}))", arguments.join(", "))),
        ),
        ("log", []) => (
            "a function of each number is applied by `map`",
            Some(format!("{x}.map(|x| x.ln())")),
        ),
        _ => return None,
    })
}

fn of_list(name: &str, list: &str, arguments: &[&str], of: &str) -> Option<Line> {
    Some(match (name, arguments) {
        ("append", [_]) => (
            "an array keeps its length; a list that grows is a `vec![…]`, and `push` makes it longer",
            None,
        ),
        ("index", [value]) => (
            "the place of a value is found by `position`",
            Some(format!("{list}.iter().position(|x| *x == {value})")),
        ),
        ("sum", []) => (
            "the sum is a method of an iterator, and its type is written down",
            Some(format!("{list}.iter().sum::<{}>()", element(of))),
        ),
        ("mean" | "std", []) => (
            "a tensor has it",
            Some(format!("Tensor::from({list}.clone()).{name}()")),
        ),
        ("count", [value]) => (
            "what fits is counted behind a filter",
            Some(format!("{list}.iter().filter(|x| **x == {value}).count()")),
        ),
        ("copy", []) => ("a copy is a clone", Some(format!("{list}.clone()"))),
        ("shape", []) => (
            "a list has a length; a tensor has a shape",
            Some(format!("{list}.len()")),
        ),
        _ => return None,
    })
}

/// The type of the numbers in a list; where the compiler has not chosen it yet, what it chooses.
fn element(of: &str) -> &str {
    let inside = of.trim_start_matches("Vec<").trim_start_matches('[');
    match inside.split(['>', ']', ';']).next().unwrap_or_default() {
        "{integer}" => "i32",
        "{float}" => "f64",
        name => name,
    }
}

fn of_text(name: &str, text: &str, arguments: &[&str]) -> Option<Line> {
    const NAME: &str = "the method has another name";
    let other = match name {
        "upper" => "to_uppercase",
        "lower" => "to_lowercase",
        "strip" => "trim",
        "lstrip" => "trim_start",
        "rstrip" => "trim_end",
        "startswith" => "starts_with",
        "endswith" => "ends_with",
        _ => "",
    };
    Some(match (name, arguments) {
        ("join", [list]) => (
            "the list is asked, and gets what stands between",
            Some(format!("{list}.join({text})")),
        ),
        _ if !other.is_empty() => (
            NAME,
            Some(format!("{text}.{other}({})", arguments.join(", "))),
        ),
        _ => return None,
    })
}

fn of_map(name: &str, map: &str, arguments: &[&str]) -> Option<Line> {
    Some(match (name, arguments) {
        ("items", []) => (
            "the pairs come from its iterator",
            Some(format!("{map}.iter()")),
        ),
        ("has_key", [key]) => (
            "the method has another name",
            Some(format!("{map}.contains_key(&{key})")),
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::front::hints::tests::{given, line};

    #[test]
    fn pythons_methods_are_shown_in_rust() {
        for (code, of, name, rust) in [
            (
                "let c = a.matmul(&b);",
                "struct `Tensor`",
                "matmul",
                "let c = a.dot(&b)?;",
            ),
            ("a.transpose()", "reference `&Tensor`", "transpose", "a.t()"),
            (
                "(a + 1.0).exp()",
                "struct `Tensor`",
                "exp",
                "(a + 1.0).map(|x| x.exp())",
            ),
            (
                "v.sum()",
                "struct `Vec<{float}>`",
                "sum",
                "v.iter().sum::<f64>()",
            ),
            (
                "name.upper()",
                "reference `&'static str`",
                "upper",
                "name.to_uppercase()",
            ),
            (
                "name.startswith(\"a\")",
                "struct `std::string::String`",
                "startswith",
                "name.starts_with(\"a\")",
            ),
            (
                "\", \".join(v)",
                "reference `&'static str`",
                "join",
                "v.join(\", \")",
            ),
            (
                "for (k, v) in ages.items() {}",
                "struct `HashMap<&str, i32>`",
                "items",
                "for (k, v) in ages.iter() {}",
            ),
        ] {
            let message = format!("no method named `{name}` found for {of} in the current scope");
            assert_eq!(line(code, "E0599", &message, name), rust, "{code}");
        }
    }

    #[test]
    fn a_function_in_the_place_of_a_variable_is_told() {
        let message = "no method named `split` found for fn item `fn(_, _) -> Text {nn_lib::text}` in the current scope";
        let (says, _) = given("text.split(' ')", "E0599", message, "split").unwrap();
        assert!(
            says.starts_with("there is no variable `text` now"),
            "{says}"
        );
    }

    #[test]
    fn other_methods_and_types_get_no_hint() {
        for (code, of, name) in [
            ("a.foo()", "struct `Tensor`", "foo"),
            ("model.sum()", "struct `Sequential`", "sum"),
        ] {
            let message = format!("no method named `{name}` found for {of} in the current scope");
            assert_eq!(given(code, "E0599", &message, name), None, "{code}");
        }
    }
}
