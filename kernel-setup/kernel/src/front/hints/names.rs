//! Names that are not known here, and well known elsewhere.

use super::functions::function;
use super::{Hint, HintSource, Mistake};
use crate::front::cell::Cell;
use ra_ap_syntax::ast::{self, AstNode};

/// The hint for a name that cannot be found, or is something else than it is taken for.
pub fn hint(cell: &Cell, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    match mistake.number {
        "E0425" | "E0433" | "E0432" | "E0423" | "E0412" | "E0574" | "E0618" => {}
        _ => return None,
    }
    let name = cell.part(&mistake.at);
    missing_crate(cell, mistake, source)
        .or_else(|| constant(name, cell, mistake))
        .or_else(|| of_a_library(cell, mistake, source))
        .or_else(|| function(name, cell, mistake))
        .or_else(|| made_by_new(name, cell, mistake, source))
        .or_else(|| new_variable(cell, mistake, source))
        .or_else(|| missing_variable(name, cell, mistake, source))
}

/// A crate that the notebook has not asked for.
fn missing_crate(cell: &Cell, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    let known = ["unresolved import `", "cannot find module or crate `"];
    let rest = known
        .iter()
        .find_map(|start| mistake.message.strip_prefix(start));
    let name = rest?.split('`').next()?;
    let is_name = |c: char| c.is_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.chars().all(is_name) || LIBRARIES.contains(&name) {
        return None;
    }
    // `tensor::zeros` is a type in small letters.
    let (first, rest) = name.split_at_checked(1)?;
    if source.describe(&(first.to_uppercase() + rest)).is_some() {
        return None;
    }
    if OWN.contains(&name) && cell.part(&mistake.at) == name {
        return Hint::new(
            &format!("nn-lib hands `{name}` on"),
            cell.line_with(mistake.at.clone(), &format!("nn_lib::{name}")),
        );
    }
    Hint::new(
        "a crate is brought in by `:dep`, above the first use",
        format!(":dep {name} = \"*\""),
    )
}

/// The crates that nn-lib hands on.
const OWN: [&str; 2] = ["ndarray", "serde_json"];

/// A variable that no cell has made, or that a function does not see.
fn missing_variable(
    name: &str,
    cell: &Cell,
    mistake: &Mistake,
    source: &mut dyn HintSource,
) -> Option<Hint> {
    if !mistake.message.starts_with("cannot find value") {
        return None;
    }
    // One is the function around the cell.
    if cell.all_around::<ast::Fn>(&mistake.at).count() > 1 {
        source.describe(name)?;
        return Hint::sentence(&format!(
            "a function does not see the notebook's variables: hand `{name}` over as an argument"
        ));
    }
    Hint::explaining(&format!(
        "there is no variable `{name}` now: the cell that makes it has not run, its value was given away, or the name is misspelt"
    ))
}

/// The names by which Python's libraries are known.
const LIBRARIES: [&str; 12] = [
    "np",
    "numpy",
    "tf",
    "tensorflow",
    "keras",
    "layers",
    "plt",
    "pd",
    "torch",
    "math",
    "random",
    "sklearn",
];

/// `True`, `None`, `null`
fn constant(name: &str, cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let says = match name {
        "True" | "False" => "the truth values are `true` and `false`",
        "null" | "nil" | "NULL" | "undefined" => {
            "a value that may be missing is an `Option`: `Some(value)` or `None`"
        }
        _ => return None,
    };
    let rust = match name {
        "True" => "true",
        "False" => "false",
        _ => "None",
    };
    Hint::new(says, cell.line_with(mistake.at.clone(), rust))
}

/// `np.array(…)`, `layers.Dense(…)`
fn of_a_library(cell: &Cell, mistake: &Mistake, source: &dyn HintSource) -> Option<Hint> {
    let from = mistake.at.start;
    let rest = &cell.code[from..];
    let dotted = rest
        .split(|c: char| !c.is_alphanumeric() && !"_.:".contains(c))
        .next()?
        .replace("::", ".");
    // The longest name that is known: what stands before it is where Python keeps it.
    let mut parts: Vec<&str> = dotted.split('.').filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return None;
    }
    while parts.len() >= 2 {
        let name = parts.join(".");
        let last_two = parts[parts.len() - 2..].join(".");
        if let Some(line) = source
            .instead_of(&name)
            .or_else(|| source.instead_of(&last_two))
        {
            return Hint::new(&format!("`{name}` is Python's; here it is"), line);
        }
        parts.pop();
    }
    if !LIBRARIES.contains(&parts[0]) {
        return None;
    }
    Hint::sentence(&format!(
        "`{}` is a library of Python's; what nn-lib has in its place is told by `?`, as in `?Tensor`",
        parts[0]
    ))
}

/// `Dense(16)`
fn made_by_new(
    name: &str,
    cell: &Cell,
    mistake: &Mistake,
    source: &mut dyn HintSource,
) -> Option<Hint> {
    let call = cell.around::<ast::CallExpr>(&mistake.at)?;
    let callee = cell.range(&call.expr()?);
    let called = callee == mistake.at || cell.range(&call) == mistake.at;
    let name = name.split('(').next().unwrap_or(name);
    let is_type = name.starts_with(char::is_uppercase);
    if !called || !is_type || source.describe(&format!("{name}::new")).is_none() {
        return None;
    }
    Hint::new(
        &format!("a `{name}` is made by its function `new`"),
        cell.line_with(callee, &format!("{name}::new")),
    )
}

/// `x = 5` and `x += 5`
fn new_variable(cell: &Cell, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    let assignment = cell.around::<ast::BinExpr>(&mistake.at)?;
    let name = cell.part(&mistake.at);
    let operator = assignment.op_token()?;
    if cell.range(&assignment.lhs()?) != mistake.at {
        return None;
    }
    let parent = assignment.syntax().parent()?;
    if !ast::ExprStmt::can_cast(parent.kind()) && !ast::StmtList::can_cast(parent.kind()) {
        return None;
    }
    match operator.text() {
        "=" => {
            let whole = cell.range(&assignment);
            let end = match cell.code[whole.end..].trim_start().starts_with(';') {
                true => "",
                false => ";",
            };
            let right = assignment.rhs()?;
            let value = cell.text(&right);
            // What is Python's on the right has a hint of its own.
            let first = value.split(['.', '(']).next().unwrap_or_default();
            if LIBRARIES.contains(&first) {
                return None;
            }
            let made = match value.strip_prefix(&format!("{first}(")) {
                Some(rest)
                    if first.starts_with(char::is_uppercase)
                        && source.describe(&format!("{first}::new")).is_some() =>
                {
                    format!("{first}::new({rest}")
                }
                _ => value.to_owned(),
            };
            let text = format!("let {name} = {made}{end}");
            Hint::new(
                "a new variable begins with `let`",
                cell.line_with(whole, &text),
            )
        }
        "+=" | "-=" | "*=" | "/=" => Hint::new(
            "a variable that changes is first declared, with `let mut`",
            format!("let mut {name} = 0;"),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::front::hints::tests::{given, line};

    #[test]
    fn a_missing_variable_is_one_whose_cell_has_not_run_or_that_a_function_does_not_see() {
        let unknown = "cannot find value `a` in this scope";
        let (says, _) = given("f(a)", "E0425", unknown, "a").unwrap();
        assert!(says.starts_with("there is no variable `a`"), "{says}");
        let (says, _) = given("fn f() -> u8 { known }", "E0425", unknown, "known").unwrap();
        assert!(says.starts_with("a function does not see"), "{says}");
        assert_eq!(given("fn f() -> u8 { a }", "E0425", unknown, "a }"), None);
    }

    #[test]
    fn a_crate_that_is_not_there_is_brought_in_by_dep() {
        let (says, rust) = given(
            "use rand::Rng;",
            "E0432",
            "unresolved import `rand`",
            "rand",
        )
        .unwrap();
        assert!(says.contains("`:dep`"), "{says}");
        assert_eq!(rust, ":dep rand = \"*\"");
        let message = "cannot find module or crate `ndarray` in this scope";
        assert_eq!(
            line("ndarray::arr1(&[1.0])", "E0433", message, "ndarray"),
            "nn_lib::ndarray::arr1(&[1.0])"
        );
        let message = "unresolved import `std::collections::HasMap`";
        let code = "use std::collections::HasMap;";
        assert_eq!(
            given(code, "E0432", message, "std::collections::HasMap"),
            None
        );
    }

    #[test]
    fn a_new_variable_begins_with_let() {
        let unknown = "cannot find value `q` in this scope";
        assert_eq!(line("q = 5", "E0425", unknown, "q"), "let q = 5;");
        assert_eq!(
            line("q = Dense(16)", "E0425", unknown, "q"),
            "let q = Dense::new(16);"
        );
        assert_eq!(line("q = 5; q", "E0425", unknown, "q"), "let q = 5; q");
        assert_eq!(line("q += 5;", "E0425", unknown, "q"), "let mut q = 0;");
    }

    #[test]
    fn names_of_pythons_libraries_are_told_in_the_librarys_words() {
        let unknown = "cannot find value in this scope";
        assert_eq!(
            line("np.array([1, 2])", "E0425", unknown, "np"),
            "Tensor::from([1.0, 2.0])"
        );
        let (says, line_) = given("let a = np.linspace(0, 1);", "E0425", unknown, "np").unwrap();
        assert!(says.starts_with("`np` is a library of Python's"), "{says}");
        assert_eq!(line_, "");
        assert_eq!(
            line("Dense(16)", "E0423", "expected function", "Dense"),
            "Dense::new(16)"
        );
        assert_eq!(
            line("let a = True;", "E0425", unknown, "True"),
            "let a = true;"
        );
    }

    #[test]
    fn a_name_that_is_only_misspelt_is_taken_for_nothing_else() {
        let unknown = "cannot find function or module in this scope";
        for (code, at) in [
            ("modle.fit(x)", "modle"),
            ("f(eposh)", "eposh"),
            ("if q == 1 {}", "q"),
            ("lenght(v)", "lenght"),
        ] {
            assert_eq!(given(code, "E0425", unknown, at), None, "{code}");
        }
    }
}
