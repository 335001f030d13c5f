//! The temporary file of a download, which one process at a time may write.

use crate::{Error, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

/// The pause between two looks at a file that another process downloads.
const GLANCE: Duration = Duration::from_millis(200);

/// Opens and locks the temporary file; `None` if another process has finished the download in the meantime.
pub(super) fn lock(
    path: &Path,
    partial: &Path,
    interrupted: &dyn Fn() -> bool,
) -> Result<Option<File>> {
    let mut told = false;
    loop {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options
            .open(partial)
            .map_err(|error| Error::io("create", partial, error))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                if !told {
                    println!(
                        "Waiting for another process that downloads {} ...",
                        path.display()
                    );
                    told = true;
                }
                if interrupted() {
                    let operation = format!("the download of {}", path.display());
                    return Err(Error::Interrupted { operation });
                }
                std::thread::sleep(GLANCE);
            }
            // Where the file system knows no locks, the checksum alone guards the result.
            Ok(()) | Err(TryLockError::Error(_)) => {
                if path.exists() {
                    // What was just opened may be an empty new file; or the old one, which now has the real name.
                    let _ = std::fs::remove_file(partial);
                    return Ok(None);
                }
                // The other process may have failed and cleared the name away.
                if partial.exists() {
                    return Ok(Some(file));
                }
            }
        }
    }
}
