//! A key for things that are built once: the same inputs give the same key.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::failure::{Failure, Result};

/// Collects inputs.
#[derive(Debug, Default)]
pub struct Fingerprint {
    hash: Sha256,
}

impl Fingerprint {
    /// Adds a text, such as a version.
    pub fn text(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    /// Adds the name and content of a file, or of every file below a directory, in order.
    ///
    /// # Errors
    /// `File` when something cannot be read.
    pub fn tree(mut self, path: &Path) -> Result<Self> {
        self.add_tree(path)?;
        Ok(self)
    }

    /// Sixteen hexadecimal digits.
    pub fn key(self) -> String {
        self.hash
            .finalize()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn add_tree(&mut self, path: &Path) -> Result<()> {
        self.add(path.file_name().unwrap_or_default().as_encoded_bytes());
        if path.is_dir() {
            let entries = fs::read_dir(path).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
            let mut entries: Vec<_> = entries
                .map_err(Failure::file("read", path))?
                .iter()
                .map(fs::DirEntry::path)
                .collect();
            entries.sort();
            return entries.iter().try_for_each(|entry| self.add_tree(entry));
        }
        let content = fs::read(path).map_err(Failure::file("read", path))?;
        self.add(&content);
        Ok(())
    }

    /// The length goes first, so that no two lists of inputs run together into the same bytes.
    fn add(&mut self, bytes: &[u8]) {
        self.hash.update((bytes.len() as u64).to_le_bytes());
        self.hash.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_depends_on_every_file_and_name() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let key = || {
            Fingerprint::default()
                .tree(directory.path())
                .expect("readable")
                .key()
        };
        fs::write(directory.path().join("a"), "1").expect("writable");
        let first = key();
        assert_eq!(first, key());
        fs::write(directory.path().join("a"), "2").expect("writable");
        let second = key();
        fs::rename(directory.path().join("a"), directory.path().join("b")).expect("renamable");
        assert!(first != second && second != key());
    }
}
