//! Who may do what with an installation: everybody may read and run it, and nobody but its owner may change it. That does
//! not depend on the umask of whoever installs.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, lchown};
use std::path::Path;

use crate::failure::{Failure, Result};
use crate::user;

/// Opens a file, or everything below a directory, to all for reading.
///
/// # Errors
/// `File` when a permission cannot be set.
pub fn open_to_all(path: &Path) -> Result<()> {
    let metadata = fs::symlink_metadata(path).map_err(Failure::file("read", path))?;
    if user::is_root() {
        // What was copied may have belonged to somebody else.
        lchown(path, Some(0), Some(0)).map_err(Failure::file("change the owner of", path))?;
    }
    if metadata.is_symlink() {
        return Ok(());
    }
    let runs = metadata.is_dir() || metadata.permissions().mode() & 0o111 != 0;
    let mode = if runs { 0o755 } else { 0o644 };
    set(path, mode)?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path).map_err(Failure::file("read", path))? {
            open_to_all(&entry.map_err(Failure::file("read", path))?.path())?;
        }
    }
    Ok(())
}

/// Makes a directory and those above it that are missing, each open to all.
///
/// # Errors
/// `File` when one cannot be made.
pub fn create_open(directory: &Path) -> Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    if let Some(parent) = directory.parent() {
        create_open(parent)?;
    }
    fs::create_dir(directory).map_err(Failure::file("create", directory))?;
    set(directory, 0o755)
}

/// Sets the permissions of one file or directory.
///
/// # Errors
/// `File` when that is not allowed.
pub fn set(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(Failure::file("set the permissions of", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_may_read_and_run_and_nobody_else_may_write() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let directory = root.path().join("closed");
        fs::create_dir(&directory).expect("writable");
        for (name, before) in [("program", 0o700), ("text", 0o600), ("open", 0o666)] {
            fs::write(directory.join(name), "").expect("writable");
            set(&directory.join(name), before).expect("it is ours");
        }
        std::os::unix::fs::symlink("/nowhere", directory.join("link")).expect("writable");
        set(&directory, 0o700).expect("it is ours");
        open_to_all(&directory).expect("it is ours");
        let mode = |path: &Path| {
            fs::metadata(path)
                .expect("it is there")
                .permissions()
                .mode()
                & 0o7777
        };
        assert_eq!(mode(&directory), 0o755);
        for (name, after) in [("program", 0o755), ("text", 0o644), ("open", 0o644)] {
            assert_eq!(mode(&directory.join(name)), after, "{name}");
        }
    }
}
