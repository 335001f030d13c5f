//! Variables that cannot last from cell to cell: what the engine says about them, with a way out.

use super::failure::Failure;

const BRACES: &str = "Or put braces { } around the lines, if no other cell needs the variable.";

/// The failure that a message of the engine stands for, if it is about a variable.
pub fn failure(message: &str) -> Option<Failure> {
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
                    "Put it into a box: `let {name}: Box<dyn Fn(i32) -> i32> = Box::new(…);`, or write a `fn`."
                ),
                BRACES,
            ],
        ));
    }
    let kind = rest.strip_prefix(" has type `")?.split('`').next()?;
    Some(Failure::new(
        "TypeError",
        &format!("the variable `{name}` cannot last from cell to cell: its type has no name"),
        &[
            &format!("It is {kind}."),
            "End an iterator with `.collect::<Vec<_>>()`; put other values into a box: `Box<dyn Trait>`.",
            BRACES,
        ],
    ))
}

#[cfg(test)]
mod tests {
    use super::failure;

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
        let closure =
            failure("The variable `f` is a closure, which cannot be persisted.\n…").unwrap();
        assert!(closure.traceback.concat().contains("Box<dyn Fn"));
    }

    #[test]
    fn other_messages_are_none_of_a_variable() {
        assert_eq!(failure("Looks like you're missing a semicolon"), None);
    }
}
