//! Where an installation for all users lies, and what of it lies where other programs look.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::installation::Installation;
use crate::kernelspec;
use crate::paths::KERNEL_NAME;
use crate::requirements;
use crate::user;

/// Where it lies unless another place is named.
pub const USUAL: &str = "/opt/rust-nn";
/// With room to spare: 1.1 GiB with everything.
const BYTES: u64 = 1_500 << 20;
/// What to do where the disk is full.
const MORE_SPACE: &str = "free some space, or name a directory on a larger disk: --prefix DIR";
/// Where every Jupyter of the machine looks for kernels.
const KERNELS: &str = "/usr/local/share/jupyter/kernels";
/// Where every user's shell looks for programs.
const PROGRAMS: &str = "/usr/local/bin";
/// What the directories of complete installations, and of those that never became complete, begin with.
const BEGINNING: &str = "installation-";
/// Written last: a directory without it does not count.
const COMPLETE: &str = "complete";
/// The link to the installation that is used.
const CURRENT: &str = "current";

/// A place with installations, one of which is the current one.
#[derive(Debug)]
pub struct Site {
    /// The directory.
    pub prefix: PathBuf,
    /// The directory with other programs' kernels, and that with commands. An installation below a prefix of one's own
    /// writes nothing outside of it, and has neither.
    pub outside: Option<(PathBuf, PathBuf)>,
}

impl Site {
    /// The place that was named, or the usual one.
    ///
    /// # Errors
    /// `File` when the working directory is gone.
    pub fn find(prefix: Option<&Path>) -> Result<Site> {
        let Some(prefix) = prefix else {
            return Ok(Site {
                prefix: USUAL.into(),
                outside: Some((KERNELS.into(), PROGRAMS.into())),
            });
        };
        let prefix = std::path::absolute(prefix).map_err(Failure::file("find", prefix))?;
        // Programs know themselves by their real paths.
        let real = prefix.ancestors().find_map(|above| {
            let missing = prefix.strip_prefix(above).ok()?;
            // Without a slash at the end, where nothing is missing.
            Some(
                above
                    .canonicalize()
                    .ok()?
                    .join(missing)
                    .components()
                    .collect(),
            )
        });
        Ok(Site {
            prefix: real.unwrap_or(prefix),
            outside: None,
        })
    }

    /// May this user write there?
    ///
    /// # Errors
    /// `Missing` when not; it says what root has to type.
    pub fn check_user(&self, installation: Option<&Installation>, command: &str) -> Result<()> {
        let nearest = self.prefix.ancestors().find(|path| path.exists());
        let may = nearest.is_some_and(|path| {
            rustix::fs::access(
                path,
                rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK,
            )
            .is_ok()
        });
        if may && (self.outside.is_none() || user::is_root()) {
            return Ok(());
        }
        // Root has no Rust, as a rule: a bundle needs none.
        let program = match installation {
            Some(installation) => installation.root.join(super::COMMAND),
            None => "nn-lib-classroom/notebook".into(),
        };
        let sudo = format!("sudo {} {command} --system", program.display());
        let other = "or name a directory that you own: --prefix DIR";
        Err(Failure::missing(
            format!("only root can do this in {}", self.prefix.display()),
            match installation {
                Some(_) => format!("{sudo}   ({other})"),
                None => format!(
                    "make a bundle and unpack it (cargo notebook bundle), then {sudo}   ({other})"
                ),
            },
        ))
    }

    /// Can everybody look into the directory?
    ///
    /// # Errors
    /// `Missing` when a directory above it is closed to others.
    pub fn check_open(&self) -> Result<()> {
        let closed = self
            .prefix
            .ancestors()
            .skip(1)
            .find(|path| fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o001 == 0));
        closed.map_or(Ok(()), |closed| {
            Err(Failure::missing(
                format!(
                    "other users cannot look into {}, which {} lies in",
                    closed.display(),
                    self.prefix.display()
                ),
                format!(
                    "chmod o+x '{}', or name another directory: --prefix DIR",
                    closed.display()
                ),
            ))
        })
    }

    /// Is there room for another installation?
    ///
    /// # Errors
    /// `Missing` when there is not.
    pub fn check_space(&self) -> Result<()> {
        requirements::space(&self.prefix, BYTES)
            .map(|_| ())
            .map_err(|failure| {
                let mend = "free some space, or name a directory on a larger disk: --prefix DIR";
                Failure::missing(failure.to_string(), mend)
            })
    }

    /// The installations of a kind, complete and incomplete ones.
    pub fn installations(&self, beginning: &str) -> Vec<PathBuf> {
        let beginning = format!("{BEGINNING}{beginning}");
        let entries = fs::read_dir(&self.prefix).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&beginning))
            .map(|entry| entry.path())
            .filter(|path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()))
            .collect();
        found.sort();
        found
    }

    /// Removes the directory where nothing but the lock is in it: something of somebody else's may be.
    pub fn remove_if_empty(&self) {
        let entries = fs::read_dir(&self.prefix).into_iter().flatten().flatten();
        let mut paths = entries.map(|entry| entry.path());
        let lock = lock_file(&self.prefix);
        if paths.all(|path| path == lock) {
            let _ = fs::remove_file(lock);
            let _ = fs::remove_dir(&self.prefix);
        }
    }

    /// A name for a new installation. One that is there is never built over: it may be in use.
    pub fn new_directory(&self, key: &str) -> PathBuf {
        let names = (1..).map(|number| format!("{BEGINNING}{key}-{number}"));
        let mut free = names
            .map(|name| self.prefix.join(name))
            .filter(|path| !path.exists());
        free.next().expect("numbers do not end")
    }

    /// The installation that is used.
    pub fn current(&self) -> Option<PathBuf> {
        self.prefix.join(CURRENT).canonicalize().ok()
    }

    /// Makes an installation the one that is used: for what is started from now on. What runs keeps its own.
    ///
    /// # Errors
    /// `File` when a link or the kernelspec cannot be written.
    pub fn publish(&self, installation: &Installation) -> Result<Vec<PathBuf>> {
        let name = installation.root.file_name().unwrap_or_default();
        let mut written = vec![link(Path::new(name), &self.prefix.join(CURRENT))?];
        if let Some((kernels, programs)) = &self.outside {
            super::rights::create_open(kernels)?;
            let (kernel, template) = (installation.kernel(), installation.template());
            written.push(kernelspec::write(kernels, &kernel, &template)?);
            super::rights::open_to_all(&kernels.join(KERNEL_NAME))?;
            let command = self.prefix.join(CURRENT).join(super::COMMAND);
            written.push(link(&command, &programs.join(KERNEL_NAME))?);
        }
        Ok(written)
    }

    /// Removes what `publish` has made, and nothing that somebody else has put in its place.
    ///
    /// # Errors
    /// `File` when it cannot be removed.
    pub fn withdraw(&self) -> Result<Vec<PathBuf>> {
        let mut removed = Vec::new();
        if let Some((kernels, programs)) = &self.outside {
            let text = fs::read_to_string(kernels.join(KERNEL_NAME).join("kernel.json"));
            if text.is_ok_and(|text| text.contains(&*self.prefix.to_string_lossy())) {
                removed.extend(kernelspec::remove(kernels)?);
            }
            removed.extend(unlink(&programs.join(KERNEL_NAME), &self.prefix)?);
        }
        let current = self.prefix.join(CURRENT);
        removed.extend(unlink(&current, Path::new(BEGINNING))?);
        Ok(removed)
    }
}

/// Says what to do about a full disk.
pub fn explain(failure: Failure) -> Failure {
    match &failure {
        Failure::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
            Failure::missing(failure.to_string(), MORE_SPACE)
        }
        Failure::Program { output, .. } if output.contains("No space left on device") => {
            Failure::missing(failure.to_string(), MORE_SPACE)
        }
        _ => failure,
    }
}

/// The lock of a place.
pub fn lock_file(prefix: &Path) -> PathBuf {
    prefix.join("set-up.lock")
}

/// Was it completed?
pub fn is_complete(installation: &Path) -> bool {
    installation.join(COMPLETE).is_file()
}

/// Says that an installation is complete; gives the file that says so.
///
/// # Errors
/// `File` when the disk is full.
pub fn complete(installation: &Path) -> Result<PathBuf> {
    let marker = installation.join(COMPLETE);
    fs::write(&marker, "").map_err(Failure::file("write", &marker))?;
    Ok(marker)
}

/// Removes an installation. Its mark goes first: a half-removed one does not count as whole.
///
/// # Errors
/// `File` when something of it cannot be removed.
pub fn remove(installation: &Path) -> Result<()> {
    let _ = fs::remove_file(installation.join(COMPLETE));
    fs::remove_dir_all(installation).map_err(Failure::file("remove", installation))
}

/// Makes a link in one step, in the place of one that is there.
fn link(target: &Path, place: &Path) -> Result<PathBuf> {
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    if place.exists() && !is_link(place) {
        return Err(Failure::missing(
            format!("{} is there already, and no link of ours", place.display()),
            format!("move {} away, then run this again", place.display()),
        ));
    }
    if let Some(directory) = place.parent() {
        fs::create_dir_all(directory).map_err(Failure::file("create", directory))?;
    }
    let partial = place.with_extension(format!("{}.partial", std::process::id()));
    let _ = fs::remove_file(&partial);
    symlink(target, &partial).map_err(Failure::file("write", &partial))?;
    fs::rename(&partial, place).map_err(Failure::file("write", place))?;
    Ok(place.to_owned())
}

/// Removes a link whose target begins so.
fn unlink(place: &Path, beginning: &Path) -> Result<Option<PathBuf>> {
    let beginning = beginning.to_string_lossy();
    match fs::read_link(place) {
        Ok(target) if target.to_string_lossy().starts_with(&*beginning) => {
            fs::remove_file(place).map_err(Failure::file("remove", place))?;
            Ok(Some(place.to_owned()))
        }
        _ => Ok(None),
    }
}
