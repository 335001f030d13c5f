//! A variable that borrows from another one: it cannot last from cell to cell, and a value of its own can.

use super::{Hint, HintSource, Mistake, type_of};
use crate::front::cell::{Cell, bracketed};
use ra_ap_syntax::ast;

/// The variable that a message of the engine is about, if it is this one.
pub fn variable(message: &str) -> Option<&str> {
    let (name, rest) = message.strip_prefix("The variable `")?.split_once('`')?;
    rest.contains("non-static lifetime").then_some(name)
}

/// The hint for such a variable: the line that gives it a value of its own.
pub fn hint(cell: &Cell, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    let name = variable(mistake.message)?;
    let line = cell.declaration(name).and_then(|own| {
        let value = own.initializer()?;
        // A type that is written down would have to change as well.
        let kind = match own.ty() {
            Some(_) => None,
            None => type_of(name, cell.code, source),
        };
        let own = owned(&kind?, &value, cell)?;
        Some(cell.line_with(cell.range(&value), &own))
    });
    match line {
        Some(line) => Hint::new("a value of its own lasts", line),
        None => Hint::sentence(
            "a value of its own lasts, such as a copy made by `.clone()`; or put braces { } around the lines that belong \
             together",
        ),
    }
}

/// An expression of a type that borrows, as one whose value is its own.
fn owned(kind: &str, value: &ast::Expr, cell: &Cell) -> Option<String> {
    let text = cell.text(value);
    let (inner, borrowed) = match value {
        ast::Expr::RefExpr(of) => {
            let of = of.expr()?;
            (bracketed(&of, cell.text(&of)), true)
        }
        _ => (bracketed(value, text), false),
    };
    let whole = bracketed(value, text);
    let arguments = |of: &str| {
        let rest = kind.rsplit_once(of)?.1.strip_prefix('<')?;
        Some(rest.strip_suffix('>')?.to_owned())
    };
    Some(match kind {
        "&str" => format!("{inner}.to_string()"),
        _ if kind.starts_with("&[") && !kind.contains("; ") => format!("{inner}.to_vec()"),
        _ if kind.starts_with("&mut ") => return None,
        _ if kind.starts_with('&') && borrowed => format!("{inner}.clone()"),
        _ if kind.starts_with('&') => format!("{whole}.clone()"),
        _ if arguments("Option")? == "&str" => format!("{whole}.map(str::to_string)"),
        _ if arguments("Option")?.starts_with('&') => format!("{whole}.cloned()"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::front::hints::{Hint, HintSource, Mistake, hint};

    /// Type inference that says the same of everything.
    struct Says(&'static str);

    impl HintSource for Says {
        fn describe(&mut self, _: &str) -> Option<String> {
            Some(format!("let a: {}\nmore", self.0))
        }
        fn instead_of(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn told(code: &str, kind: &'static str) -> Hint {
        let at = code.find("a").unwrap();
        let mistake = Mistake {
            number: "",
            message: "The variable `a` contains a reference with a non-static lifetime so\ncan't be persisted.",
            at: at..at + 1,
            others: Vec::new(),
        };
        hint(code, &mistake, &mut Says(kind)).unwrap()
    }

    #[test]
    fn the_line_that_gives_a_variable_its_own_value_is_shown() {
        for (code, kind, line) in [
            ("let a = &v;", "&Vec<i32>", "let a = v.clone();"),
            ("let a = &v[0..2];", "&[i32]", "let a = v[0..2].to_vec();"),
            (
                "let a = v.first();",
                "Option<&i32>",
                "let a = v.first().cloned();",
            ),
            (
                "let a = text.as_str();",
                "&str",
                "let a = text.as_str().to_string();",
            ),
            (
                "let a = &text[..2];",
                "&str",
                "let a = text[..2].to_string();",
            ),
            (
                "let a = t.split(' ').next();",
                "Option<&str>",
                "let a = t.split(' ').next().map(str::to_string);",
            ),
            (
                "let a = v.iter().max().unwrap();",
                "&i32",
                "let a = v.iter().max().unwrap().clone();",
            ),
        ] {
            assert_eq!(told(code, kind).instead.as_deref(), Some(line), "{code}");
        }
    }

    #[test]
    fn where_no_line_is_known_a_sentence_is_said() {
        for (code, kind) in [
            ("let a: &Vec<i32> = &v;", "&Vec<i32>"),
            ("let (a, b) = (&v, 1);", "&Vec<i32>"),
            ("let a = v.iter();", "std::slice::Iter<'_, i32>"),
            ("let a = &mut v;", "&mut Vec<i32>"),
        ] {
            let hint = told(code, kind);
            assert_eq!(hint.instead, None, "{code}");
            assert!(hint.says.contains("braces"), "{code}");
        }
    }
}
