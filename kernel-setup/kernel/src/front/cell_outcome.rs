//! What is known about a cell when it has ended.

use crate::messages::Exit;
use serde::Deserialize;

/// What is known about a cell at its end.
#[derive(Default, Debug)]
pub struct CellOutcome {
    /// The panic that left the cell.
    pub panic: Option<Panic>,
    /// The text of the error that a failed `?` met.
    pub error: Option<String>,
    /// How the process ended, if it did.
    pub exit: Option<Exit>,
    /// The texts of the results.
    pub results: Vec<String>,
    /// Whether the cell wanted a line of text that nobody could type.
    pub input_refused: bool,
}

/// A panic, as the runtime tells it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Panic {
    /// The message.
    pub message: String,
    /// Where it happened.
    #[serde(flatten)]
    pub place: Place,
    /// The thread; cells run on `main`.
    pub thread: String,
}

/// What `dbg!` has printed, as the runtime tells it.
#[derive(Debug, Deserialize)]
pub struct Printed {
    /// The expression and its value.
    pub text: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
}

/// A place in a source file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}
