//! Names that are not known here, and well known elsewhere.

use super::cell::Cell;
use super::{Hint, Knowledge, Mistake};
use ra_ap_syntax::ast::{self, AstNode, HasArgList};

/// The hint for a name that cannot be found, or is something else than it is taken for.
pub fn hint(cell: &Cell, mistake: &Mistake, knowledge: &mut dyn Knowledge) -> Option<Hint> {
    match mistake.number {
        "E0425" | "E0433" | "E0432" | "E0423" | "E0412" | "E0574" | "E0618" => {}
        _ => return None,
    }
    let name = cell.part(&mistake.at);
    constant(name, cell, mistake)
        .or_else(|| of_a_library(cell, mistake, knowledge))
        .or_else(|| function(name, cell, mistake))
        .or_else(|| made_by_new(name, cell, mistake, knowledge))
        .or_else(|| new_variable(cell, mistake, knowledge))
        .or_else(|| missing_variable(name, cell, mistake, knowledge))
}

/// A variable that no cell has made, or that a function does not see.
fn missing_variable(
    name: &str,
    cell: &Cell,
    mistake: &Mistake,
    knowledge: &mut dyn Knowledge,
) -> Option<Hint> {
    if !mistake.message.starts_with("cannot find value") {
        return None;
    }
    // One is the function around the cell.
    if cell.all_around::<ast::Fn>(&mistake.at).count() > 1 {
        knowledge.describe(name)?;
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
fn of_a_library(cell: &Cell, mistake: &Mistake, knowledge: &dyn Knowledge) -> Option<Hint> {
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
        if let Some(line) = knowledge
            .instead_of(&name)
            .or_else(|| knowledge.instead_of(&last_two))
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

/// `print("x")`, `len(v)`, `range(10)`
fn function(name: &str, cell: &Cell, mistake: &Mistake) -> Option<Hint> {
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
        Some(argument) => super::cell::bracketed(argument, first),
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

/// `Dense(16)`
fn made_by_new(
    name: &str,
    cell: &Cell,
    mistake: &Mistake,
    knowledge: &mut dyn Knowledge,
) -> Option<Hint> {
    let call = cell.around::<ast::CallExpr>(&mistake.at)?;
    let callee = cell.range(&call.expr()?);
    let called = callee == mistake.at || cell.range(&call) == mistake.at;
    let name = name.split('(').next().unwrap_or(name);
    let is_type = name.starts_with(char::is_uppercase);
    if !called || !is_type || knowledge.describe(&format!("{name}::new")).is_none() {
        return None;
    }
    Hint::new(
        &format!("a `{name}` is made by its function `new`"),
        cell.line_with(callee, &format!("{name}::new")),
    )
}

/// `x = 5` and `x += 5`
fn new_variable(cell: &Cell, mistake: &Mistake, knowledge: &mut dyn Knowledge) -> Option<Hint> {
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
                        && knowledge.describe(&format!("{first}::new")).is_some() =>
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
