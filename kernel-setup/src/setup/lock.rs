//! One set-up at a time: a file lock that the system releases with the process, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::failure::{Failure, Result};

/// Held while set-up or uninstall changes the cache.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the cache's lock; says so where it has to wait for another set-up.
    ///
    /// # Errors
    /// `File` when the lock file cannot be written.
    pub fn acquire(cache: &Path) -> Result<Self> {
        let path = cache.join("set-up.lock");
        let file = open(&path)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            eprintln!(
                "Waiting for another set-up to finish ({}) ...",
                path.display()
            );
            file.lock().map_err(Failure::file("lock", &path))?;
        }
        Ok(Lock { _file: file })
    }

    /// Says that `path`'s directory is in use, for as long as the value lives; any number of
    /// processes can say so at once.
    ///
    /// # Errors
    /// `File` when the lock file cannot be written.
    pub fn shared(path: &Path) -> Result<Self> {
        let file = open(path)?;
        file.lock_shared().map_err(Failure::file("lock", path))?;
        Ok(Lock { _file: file })
    }

    /// The lock, unless somebody holds it.
    pub fn try_exclusive(path: &Path) -> Option<Self> {
        let file = open(path).ok()?;
        file.try_lock().ok()?;
        Some(Lock { _file: file })
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .read(true)
        .open(path)
        .map_err(Failure::file("open", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_in_use_is_not_given_away() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("venv.lock");
        let first = Lock::shared(&path).expect("nobody holds it");
        let second = Lock::shared(&path).expect("sharing is allowed");
        assert!(Lock::try_exclusive(&path).is_none());
        drop((first, second));
        assert!(Lock::try_exclusive(&path).is_some());
    }
}
