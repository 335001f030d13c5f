//! Variables that cannot last from cell to cell: what the engine says about them, with a way out.

use super::cell::Cell;
use super::failure::Failure;
use super::hints::{HintSource, type_of};

const BRACES: &str = "Or put braces { } around the lines, if no other cell needs the variable.";

/// The failure that a message of the engine about a cell stands for, if it is about a variable.
pub fn failure(message: &str, code: &str, source: &mut dyn HintSource) -> Option<Failure> {
    if let Some(rest) = message.strip_prefix("Couldn't automatically determine type of variable `")
    {
        let name = rest.split('`').next()?;
        return Some(Failure::new(
            "TypeError",
            &format!("the type of the variable `{name}` cannot be found out"),
            &[&format!("Write it down: `let {name}: Type = …;`"), BRACES],
        ));
    }
    let (name, rest) = message.strip_prefix("The variable `")?.split_once('`')?;
    if rest.starts_with(" is a closure") {
        return Some(Failure::new(
            "TypeError",
            &format!("the closure `{name}` cannot last from cell to cell: its type has no name"),
            &[
                &format!(
                    "Put it into a box: `{}`, or write a `fn`.",
                    in_a_box(name, code, source)
                ),
                BRACES,
            ],
        ));
    }
    let kind = rest.strip_prefix(" has type `")?.split('`').next()?;
    let value = value(name, code);
    let way = match kind.strip_prefix("impl ") {
        Some(kind) if kind.starts_with("Fn") => {
            format!("Put it into a box: `{}`.", boxed(name, kind, value))
        }
        _ if kind.contains("iter::") || kind.contains("Iterator") => {
            let value = value.unwrap_or_else(|| "…".to_owned());
            format!("Make it a list: `let {name} = {value}.collect::<Vec<_>>();`")
        }
        _ => "Put it into a box: `Box<dyn Trait>`.".to_owned(),
    };
    Some(Failure::new(
        "TypeError",
        &format!("the variable `{name}` cannot last from cell to cell: its type has no name"),
        &[&format!("It is {kind}."), &way, BRACES],
    ))
}

/// The line that puts a closure into a box, as far as it is known.
fn in_a_box(name: &str, code: &str, source: &mut dyn HintSource) -> String {
    let kind = type_of(name, code, source);
    let kind = kind.as_deref().and_then(|kind| kind.strip_prefix("impl "));
    boxed(name, kind.unwrap_or("Fn(…) -> …"), value(name, code))
}

/// The line that puts something that is called into a box.
fn boxed(name: &str, kind: &str, value: Option<String>) -> String {
    let value = value.unwrap_or_else(|| "…".to_owned());
    let mutable = match kind.starts_with("FnMut") {
        true => "mut ",
        false => "",
    };
    format!("let {mutable}{name}: Box<dyn {kind}> = Box::new({value});")
}

/// What a cell gives a name, if it is short.
fn value(name: &str, code: &str) -> Option<String> {
    let cell = Cell::new(code);
    let value = cell.declaration(name)?.initializer()?;
    let text = cell.text(&value);
    (!text.contains('\n') && text.len() < 80).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Type inference that says the same of everything.
    struct Says(Option<&'static str>);

    impl HintSource for Says {
        fn describe(&mut self, _: &str) -> Option<String> {
            self.0.map(str::to_owned)
        }
        fn instead_of(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn failure(message: &str) -> Option<Failure> {
        super::failure(message, "", &mut Says(None))
    }

    #[test]
    fn a_variable_of_unknown_type_comes_with_the_line_to_write() {
        let failure = failure(
            "Couldn't automatically determine type of variable `x`.\nPlease give it an explicit type.",
        )
        .unwrap();
        assert_eq!(
            failure.value,
            "the type of the variable `x` cannot be found out"
        );
        assert!(failure.traceback[1].contains("`let x: Type = …;`"));
    }

    #[test]
    fn an_iterator_is_to_be_collected_and_a_closure_put_into_a_box() {
        let iterator =
            failure("The variable `i` has type `impl Iterator` which cannot be persisted.\n…")
                .unwrap();
        assert!(iterator.traceback.concat().contains(".collect::<Vec<_>>()"));
        let told = |kind: &str, code: &str| {
            let message = format!("The variable `i` has type `{kind}` which cannot be persisted.");
            let failure = super::failure(&message, code, &mut Says(None)).unwrap();
            failure.traceback[2].clone()
        };
        assert_eq!(
            told(
                "std::iter::Map<std::ops::Range<i32>, impl FnMut(i32) -> i32>",
                "let i = (0..3).map(|x| x * 2);"
            ),
            "Make it a list: `let i = (0..3).map(|x| x * 2).collect::<Vec<_>>();`"
        );
        assert_eq!(
            told("impl Fn(i32) -> i32", "let i = adder(5);"),
            "Put it into a box: `let i: Box<dyn Fn(i32) -> i32> = Box::new(adder(5));`."
        );
        const CLOSURE: &str = "The variable `f` is a closure, which cannot be persisted.\n…";
        let told = |code: &str, kind| {
            let failure = super::failure(CLOSURE, code, &mut Says(kind)).unwrap();
            failure.traceback[1].clone()
        };
        assert_eq!(
            told(
                "let f = |x: f32| x / 2.0;",
                Some("let f: impl Fn(f32) -> f32\nmore")
            ),
            "Put it into a box: `let f: Box<dyn Fn(f32) -> f32> = Box::new(|x: f32| x / 2.0);`, or write a `fn`."
        );
        assert_eq!(
            told(
                "let mut f = move || n += 1;",
                Some("let mut f: impl FnMut()")
            ),
            "Put it into a box: `let mut f: Box<dyn FnMut()> = Box::new(move || n += 1);`, or write a `fn`."
        );
        assert_eq!(
            told("let f = |x| {\n    x\n};", None),
            "Put it into a box: `let f: Box<dyn Fn(…) -> …> = Box::new(…);`, or write a `fn`."
        );
    }

    #[test]
    fn other_messages_are_none_of_a_variable() {
        assert_eq!(failure("Looks like you're missing a semicolon"), None);
    }
}
