//! What can go wrong while a template is made.

use std::path::{Path, PathBuf};

/// The result of making or using a template.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a template could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory could not be read or written.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was tried, as in `cannot read`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A manifest or a recipe is not what it should be.
    #[error("{}: {reason}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The compiler is missing or does not answer.
    #[error("{0}")]
    Toolchain(String),
    /// nn-lib does not compile; the text ends with cargo's own words.
    #[error("nn-lib could not be compiled for notebooks:\n{0}")]
    Build(String),
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io {
            action,
            path,
            source,
        }
    }

    pub(crate) fn format(path: &Path, reason: impl ToString) -> Error {
        Error::Format {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
