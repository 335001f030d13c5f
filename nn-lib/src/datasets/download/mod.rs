//! Downloads of Keras's own files: whole and verified, or not at all.
//!
//! A file grows under a temporary name, is compared with its published checksum, and only then gets its real name, in
//! one step. A cut transfer goes on where it stopped, even in a later process. A lock on the temporary file makes two
//! processes that want the same file wait for each other.

mod checksum;
mod lock;
mod progress;
mod transfer;

use crate::{Error, Result};
use progress::Progress;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use transfer::Failure;

pub(crate) use checksum::Checksum;

/// How often a cut transfer is taken up.
const ATTEMPTS: u32 = 3;
/// The pause before the second attempt; it doubles with each.
const PAUSE: Duration = Duration::from_millis(500);
/// The pause between two looks whether the user wants to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// A file that Keras distributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KerasFile {
    /// The folder of Keras's directory that it belongs into; empty for most.
    pub(crate) folder: &'static str,
    /// Its name, in directories and on the server.
    pub(crate) name: &'static str,
    /// Its size, for the progress shown.
    pub(crate) bytes: u64,
    /// What its content must match.
    pub(crate) checksum: Checksum,
}

/// A download that did not succeed.
#[derive(Debug)]
pub(crate) struct Unsuccessful {
    /// What to tell the user.
    pub(crate) error: Error,
    /// Whether the server could not even be reached.
    pub(crate) offline: bool,
}

impl From<Error> for Unsuccessful {
    fn from(error: Error) -> Unsuccessful {
        Unsuccessful {
            error,
            offline: false,
        }
    }
}

/// Downloads `file` from `base_url` into `directory`, which is made where it is missing, and returns its path.
pub(crate) fn download(
    file: &KerasFile,
    base_url: &str,
    directory: &Path,
    interrupted: &dyn Fn() -> bool,
) -> Result<PathBuf, Unsuccessful> {
    std::fs::create_dir_all(directory).map_err(|error| Error::io("create", directory, error))?;
    let path = directory.join(file.name);
    let partial_path = directory.join(format!("{}.part", file.name));
    let Some(partial) = lock::lock(&path, &partial_path, interrupted)? else {
        return Ok(path);
    };
    let mut download = Download {
        file,
        url: format!("{}/{}", base_url.trim_end_matches('/'), file.name),
        partial,
        partial_path,
        progress: Progress::new(file.name, file.bytes),
        interrupted,
    };
    let outcome = download.whole();
    if let Err(unsuccessful) = outcome {
        download.progress.abandon();
        // A part of the file is kept to be taken up; an empty one is removed.
        if download
            .partial
            .metadata()
            .is_ok_and(|metadata| metadata.len() == 0)
        {
            let _ = std::fs::remove_file(&download.partial_path);
        }
        return Err(unsuccessful);
    }
    std::fs::rename(&download.partial_path, &path)
        .map_err(|error| Error::io("rename", &path, error))?;
    Ok(path)
}

struct Download<'a> {
    file: &'a KerasFile,
    url: String,
    partial: File,
    partial_path: PathBuf,
    progress: Progress,
    interrupted: &'a dyn Fn() -> bool,
}

impl Download<'_> {
    /// Transfers until the whole file is there and verified.
    fn whole(&mut self) -> Result<(), Unsuccessful> {
        let mut attempt = 1;
        loop {
            let offset = self.length()?;
            match self.transfer(offset) {
                Ok(()) if self.file.checksum.matches(&self.partial_path)? => {
                    self.partial
                        .sync_all()
                        .map_err(|error| self.write_error(error))?;
                    let received = self.length()?;
                    self.progress.finish(received);
                    return Ok(());
                }
                Ok(()) => {
                    self.restart()?;
                    // The part that was taken up may have been of another file; what came in one go is no accident.
                    if offset == 0 {
                        let problem =
                            "what arrived is not the published file: its checksum differs";
                        return Err(self.error(problem).into());
                    }
                }
                Err(Failure::NoResume) if offset > 0 => self.restart()?,
                Err(Failure::Cut(problem)) if attempt == ATTEMPTS => {
                    let problem = format!("{problem} (after {ATTEMPTS} attempts)");
                    return Err(self.error(&problem).into());
                }
                Err(Failure::Cut(_)) => self.pause(PAUSE * 2_u32.pow(attempt - 1))?,
                Err(Failure::NoResume) => return Err(self.error("the server answered 416").into()),
                Err(Failure::Offline(problem)) => {
                    let error = self.error(&problem);
                    return Err(Unsuccessful {
                        error,
                        offline: true,
                    });
                }
                Err(Failure::Refused(problem)) => return Err(self.error(&problem).into()),
                Err(Failure::Interrupted) => return Err(self.interruption().into()),
                Err(Failure::Write(problem)) => {
                    return Err(self.write_error(std::io::Error::other(problem)).into());
                }
            }
            attempt += 1;
        }
    }

    /// One transfer from `offset` to the end.
    fn transfer(&mut self, offset: u64) -> Result<(), Failure> {
        let partial = &mut self.partial;
        partial
            .seek(SeekFrom::Start(offset))
            .map_err(|error| Failure::Write(error.to_string()))?;
        let mut received = offset;
        let progress = &mut self.progress;
        transfer::fetch(&self.url, offset, self.interrupted, &mut |piece| {
            received += piece.len() as u64;
            progress.update(received);
            partial.write_all(piece)
        })
    }

    fn length(&self) -> Result<u64> {
        let metadata = self.partial.metadata();
        Ok(metadata.map_err(|error| self.write_error(error))?.len())
    }

    fn restart(&mut self) -> Result<()> {
        self.partial
            .set_len(0)
            .map_err(|error| self.write_error(error))
    }

    fn pause(&self, time: Duration) -> Result<()> {
        let start = std::time::Instant::now();
        while start.elapsed() < time {
            if (self.interrupted)() {
                return Err(self.interruption());
            }
            std::thread::sleep(GLANCE);
        }
        Ok(())
    }

    fn error(&self, problem: &str) -> Error {
        Error::Download {
            url: self.url.clone(),
            problem: problem.to_string(),
            hint: "download it with a browser into ~/.keras/datasets, or set NN_LIB_DATA to a directory that has it"
                .to_string(),
        }
    }

    fn interruption(&self) -> Error {
        Error::Interrupted {
            operation: format!("the download of {}", self.file.name),
        }
    }

    fn write_error(&self, error: std::io::Error) -> Error {
        Error::io("write", &self.partial_path, error)
    }
}

#[cfg(test)]
mod tests;
