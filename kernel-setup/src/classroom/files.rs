//! Copying files and trees.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// Copies a file with its permissions, and makes the directories above the copy.
///
/// # Errors
/// `File` when it cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    make_parent(to)?;
    fs::copy(from, to).map_err(Failure::file("copy", from))?;
    Ok(())
}

/// Writes a file, and makes the directories above it.
///
/// # Errors
/// `File` when it cannot be written.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    make_parent(path)?;
    fs::write(path, content).map_err(Failure::file("write", path))
}

/// Copies a directory without the entries of these names.
///
/// # Errors
/// `File` when something cannot be read or written.
pub fn copy_tree(from: &Path, to: &Path, left_out: &[&str]) -> Result<()> {
    for file in tree(from, left_out)? {
        let below = file.strip_prefix(from).expect("it was found below");
        copy(&file, &to.join(below))?;
    }
    Ok(())
}

/// The files below a directory, sorted, without the entries of these names.
///
/// # Errors
/// `File` when a directory cannot be read.
pub fn tree(directory: &Path, left_out: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        let entries = fs::read_dir(&directory).map_err(Failure::file("read", &directory))?;
        for entry in entries {
            let entry = entry.map_err(Failure::file("read", &directory))?;
            if left_out.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

pub fn make_parent(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(Failure::file("create", parent))
}
