//! Another name of a directory, short and without spaces, for what takes no other: a symbolic link in a private place.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The other name; it is removed when this is dropped.
pub struct Alias {
    /// The name.
    pub path: PathBuf,
    _place: TempDir,
}

impl Alias {
    /// Another name of `directory`.
    pub fn of(directory: &Path) -> io::Result<Alias> {
        let temporary = std::env::temp_dir();
        let text = temporary.to_string_lossy();
        let fits = text.len() < 50 && !text.contains(' ');
        let below = if fits { &temporary } else { Path::new("/tmp") };
        // Its name cannot be guessed, and nobody else can look into it.
        let place = tempfile::Builder::new()
            .prefix("rust-nn-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(below)?;
        let path = place.path().join("kernel");
        symlink(directory, &path)?;
        Ok(Alias {
            path,
            _place: place,
        })
    }
}
