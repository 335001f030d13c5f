//! One plain sentence for what beginners type, above the compiler's own message: what it is in Rust, and the line that
//! works.
//!
//! A hint looks at the place of the error in the reader's code, so that it is only given where that is the cause.
//! Python's syntax is in `python.rs` and `expressions.rs`, unknown names in `names.rs` and `functions.rs`, calls in
//! `calls.rs`, Python's methods in `methods.rs`, numbers and texts in `numbers.rs`, variables and structs in `values.rs`,
//! variables that borrow in `borrowed.rs`.

pub mod borrowed;
mod calls;
mod expressions;
mod functions;
mod methods;
mod names;
mod numbers;
mod python;
mod values;

use super::cell::Cell;
use super::compile_errors::{Place, places};
use evcxr::CompilationError;
use std::ops::Range;

/// What is said to the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// One sentence, without a stop.
    pub says: String,
    /// The line that works.
    pub instead: Option<String>,
    /// Whether the compiler's own advice shows the line that works.
    pub compiler_shows: bool,
}

impl Hint {
    /// A sentence and the line that works.
    fn new(says: &str, instead: impl Into<String>) -> Option<Hint> {
        Some(Hint {
            says: says.to_owned(),
            instead: Some(instead.into()),
            compiler_shows: false,
        })
    }

    /// A sentence alone.
    fn sentence(says: &str) -> Option<Hint> {
        Some(Hint {
            says: says.to_owned(),
            instead: None,
            compiler_shows: false,
        })
    }

    /// A sentence before the compiler's advice.
    fn explaining(says: &str) -> Option<Hint> {
        Some(Hint {
            says: says.to_owned(),
            instead: None,
            compiler_shows: true,
        })
    }
}

/// An error of the compiler or of a parser.
pub struct Mistake<'a> {
    /// Its number, such as `E0425`; empty for an error of syntax.
    pub number: &'a str,
    /// What is wrong.
    pub message: &'a str,
    /// The part of the cell that it is about.
    pub at: Range<usize>,
    /// Other parts of the cell that it names.
    pub others: Vec<Range<usize>>,
}

/// What is known beside the cell.
pub trait HintSource {
    /// The description of what stands at the end of some code.
    fn describe(&mut self, code: &str) -> Option<String>;
    /// The line that does here what a name of Python's libraries does there.
    fn instead_of(&self, name: &str) -> Option<String>;
}

/// The type of a variable that a cell declares.
pub fn type_of(name: &str, code: &str, source: &mut dyn HintSource) -> Option<String> {
    // Behind its own statement the name stands for the variable.
    let told = source.describe(&format!("{code}\n;{name}"))?;
    let (_, kind) = told.split_once(&format!("{name}: "))?;
    Some(kind.lines().next()?.trim().to_owned())
}

/// The hints for errors of the compiler, each beside its error.
pub fn with_hints(
    errors: &[CompilationError],
    cell: &super::compile_errors::Cell,
    source: &mut dyn HintSource,
) -> Vec<(CompilationError, Option<Hint>)> {
    let pair = |error: &CompilationError| {
        let places = places(error, cell);
        let (primary, others): (Vec<Place>, Vec<Place>) =
            places.into_iter().partition(|place| place.primary);
        let message = error.message();
        let hint = primary.into_iter().next().and_then(|place| {
            let mistake = Mistake {
                number: error.code().unwrap_or_default(),
                message: &message,
                at: place.range,
                others: others.into_iter().map(|place| place.range).collect(),
            };
            hint(cell.code, &mistake, source)
        });
        (error.clone(), hint)
    };
    errors.iter().map(pair).collect()
}

/// The hint for one error, if its cause is one that beginners meet.
pub fn hint(code: &str, mistake: &Mistake, source: &mut dyn HintSource) -> Option<Hint> {
    let cell = Cell::new(code);
    // E0762 is a text in single quotes that has no end.
    if ["", "E0762"].contains(&mistake.number)
        && let Some(hint) = python::hint(&cell, mistake)
    {
        return Some(hint);
    }
    calls::named_arguments(&cell, mistake, source)
        .or_else(|| borrowed::hint(&cell, mistake, source))
        .or_else(|| functions::range(&cell, mistake))
        .or_else(|| names::hint(&cell, mistake, source))
        .or_else(|| numbers::hint(&cell, mistake))
        .or_else(|| values::hint(&cell, mistake, source))
        .or_else(|| methods::hint(&cell, mistake))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows one library.
    pub struct Library;

    impl HintSource for Library {
        fn describe(&mut self, code: &str) -> Option<String> {
            let known = [
                (
                    "m.fit(",
                    "nn_lib::Model\n\npub fn fit(&mut self, x: impl Tensors, y: &Tensor, options: Fit) -> Result<History>",
                ),
                ("Fit::default", "fn default() -> Fit"),
                ("known", "let known: u8"),
                ("Dense::new", "fn new(units: usize) -> Dense"),
            ];
            let found = known.iter().find(|(name, _)| code.ends_with(name))?;
            Some(found.1.to_owned())
        }

        fn instead_of(&self, name: &str) -> Option<String> {
            (name == "np.array").then(|| "Tensor::from([1.0, 2.0])".to_owned())
        }
    }

    /// The hint for an error at the first place of `text` in `code`.
    pub fn given(code: &str, number: &str, message: &str, text: &str) -> Option<(String, String)> {
        let start = code.find(text).unwrap();
        let mistake = Mistake {
            number,
            message,
            at: start..start + text.len(),
            others: Vec::new(),
        };
        let hint = hint(code, &mistake, &mut Library)?;
        Some((hint.says, hint.instead.unwrap_or_default()))
    }

    /// The line that is shown instead.
    pub fn line(code: &str, number: &str, message: &str, text: &str) -> String {
        given(code, number, message, text).unwrap_or_default().1
    }
}
