//! What is known about a cell when it has ended.

use crate::messages::Exit;
use serde::Deserialize;
use std::fmt;

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
    /// The source file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The thread; cells run on `main`.
    pub thread: String,
}

impl fmt::Display for Panic {
    /// A panic as the standard library tells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.rsplit('/').next().unwrap_or_default();
        writeln!(
            f,
            "thread '{}' panicked at {file}:{}:{}:\n{}",
            self.thread, self.line, self.column, self.message
        )
    }
}
