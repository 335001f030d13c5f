//! What can go wrong, said so that a student knows what to do next.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The result of every operation of this library that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong: the operation, what it expects, what it received and, where there is one, the way out.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument, a shape or a value that does not fit the operation.
    #[error(
        "{operation} expects {expected}, received {received}{}",
        hint_line(hint)
    )]
    #[non_exhaustive]
    Invalid {
        /// The operation that was asked for, such as `Dense` or `fit`.
        operation: String,
        /// What it needs, with numbers: `10000 features`.
        expected: String,
        /// What it was given, in the same terms: `1000`.
        received: String,
        /// The way out, as an advice; empty where there is none.
        hint: String,
    },
    /// The operating system refused to read or write a file.
    #[error("cannot {action} {}: {source}{}", path.display(), where_looked(path, source))]
    #[non_exhaustive]
    Io {
        /// What was tried, as a verb: `read`, `create`, `rename`.
        action: &'static str,
        /// The file or directory concerned.
        path: PathBuf,
        /// What the operating system said.
        source: Arc<std::io::Error>,
    },
    /// A file whose content is not what its format promises.
    #[error("{} is not a readable {format}: {problem}{}", path.display(), hint_line(hint))]
    #[non_exhaustive]
    Format {
        /// The file concerned.
        path: PathBuf,
        /// The format expected, such as `NumPy archive (.npz)`.
        format: &'static str,
        /// What is wrong with it.
        problem: String,
        /// The way out, as an advice; empty where there is none.
        hint: String,
    },
    /// A file that could not be downloaded.
    #[error("cannot download {url}: {problem}{}", hint_line(hint))]
    #[non_exhaustive]
    Download {
        /// Where the file should have come from.
        url: String,
        /// What went wrong.
        problem: String,
        /// The way out, as an advice; empty where there is none.
        hint: String,
    },
    /// The operation was stopped by the user.
    #[error("{operation} was interrupted")]
    #[non_exhaustive]
    Interrupted {
        /// What was stopped.
        operation: String,
    },
}

/// The same words: a notebook shows a result that nobody has looked at, and `unwrap` its error, as `Debug` writes it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// For a name without a folder that is not there: the folder in which it was looked for, which a beginner takes for another one.
fn where_looked(path: &Path, source: &std::io::Error) -> String {
    match std::env::current_dir() {
        Ok(folder) if path.is_relative() && source.kind() == ErrorKind::NotFound => {
            format!("; the current folder is {}", folder.display())
        }
        _ => String::new(),
    }
}

fn hint_line(hint: &str) -> String {
    if hint.is_empty() {
        String::new()
    } else {
        format!("\nhint: {hint}")
    }
}

/// `1 input`, `2 inputs`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

impl Error {
    /// A mistake in the use of `operation`: what it expects and what it received.
    pub fn invalid(
        operation: impl Into<String>,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Error {
        Error::Invalid {
            operation: operation.into(),
            expected: expected.into(),
            received: received.into(),
            hint: String::new(),
        }
    }

    /// The same error with the way out added.
    #[must_use]
    pub fn with_hint(mut self, advice: impl Into<String>) -> Error {
        match &mut self {
            Error::Invalid { hint, .. }
            | Error::Format { hint, .. }
            | Error::Download { hint, .. } => *hint = advice.into(),
            Error::Io { .. } | Error::Interrupted { .. } => {}
        }
        self
    }

    /// Whether the way out is said.
    pub(crate) fn has_hint(&self) -> bool {
        match self {
            Error::Invalid { hint, .. }
            | Error::Format { hint, .. }
            | Error::Download { hint, .. } => !hint.is_empty(),
            Error::Io { .. } | Error::Interrupted { .. } => false,
        }
    }

    /// An error of the operating system about the file at `path`.
    pub fn io(action: &'static str, path: impl Into<PathBuf>, source: std::io::Error) -> Error {
        Error::Io {
            action,
            path: path.into(),
            source: Arc::new(source),
        }
    }
}
