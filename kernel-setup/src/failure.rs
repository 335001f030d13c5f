//! What can go wrong, told so that a newcomer knows the next command to type.

use std::io;
use std::path::{Path, PathBuf};

/// The result of everything that can fail here.
pub type Result<T> = std::result::Result<T, Failure>;

/// A reason to stop.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something that the classroom needs is not there; `mend` is what to do about it.
    #[error("{problem}")]
    Missing {
        /// What is missing or too old.
        problem: String,
        /// The command or step that mends it.
        mend: String,
    },
    /// A file or directory could not be read, written or removed.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// `read`, `write`, `remove`, ...
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A program that was started ended with an error.
    #[error("{program} failed ({status})\n{output}")]
    Program {
        /// What was started.
        program: String,
        /// How it ended.
        status: String,
        /// The end of what it printed.
        output: String,
    },
    /// A notebook's cell failed; everything about it has been printed already.
    #[error("{0}")]
    Notebook(String),
    /// Several steps of set-up failed; each has been printed already.
    #[error("set-up is not complete: {0}")]
    SetUp(String),
    /// Several things are wrong at once, each with its own remedy.
    #[error("{} things are wrong", .0.len())]
    Several(Vec<Failure>),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Failure {
    /// Something is missing, and there is a way to get it.
    pub fn missing(problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Failure::Missing {
            problem: problem.into(),
            mend: mend.into(),
        }
    }

    /// Adds the path and the attempted action to a system error; for `map_err`.
    pub fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Failure {
        let path = path.to_owned();
        move |source| Failure::File {
            action,
            path,
            source,
        }
    }

    /// What to do about it, where that is known.
    pub fn mend(&self) -> Option<&str> {
        match self {
            Failure::Missing { mend, .. } => Some(mend),
            Failure::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some disk space, or set RUST_NN_CACHE to a directory on a larger disk")
            }
            _ => None,
        }
    }

    /// The exit code of the process: 130 after Ctrl-C, as shells have it, else 1.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Failure::Interrupted) {
            130
        } else {
            1
        }
    }
}
