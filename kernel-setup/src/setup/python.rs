//! Python's part: JupyterLab, nbclient and nbconvert, pinned with hashes, in a virtual environment
//! of our own; or an existing Python that has them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::requirements;
use crate::subprocess;
use crate::system;

use super::Lock;
use super::fingerprint::Fingerprint;
use super::python_variables::without_pythons;

/// A Python that has Jupyter; while the value lives, nobody removes its directory.
#[derive(Debug)]
pub struct Environment {
    /// The interpreter.
    pub python: PathBuf,
    /// Who made it.
    pub kind: Kind,
    _in_use: Option<Lock>,
}

/// Who made an environment, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The user.
    Given,
    /// We, for this user: nothing that the user has set for another Python may reach it.
    Private,
    /// An installation, for all users: the same, and its byte code is complete.
    Shared,
}

/// Which Python will be used, and whether anything has to be installed for it.
#[derive(Debug)]
pub enum Plan {
    /// The user named a Python; it was looked at and has what is needed.
    Given(PathBuf),
    /// An installation for all users has one.
    Shared(PathBuf),
    /// A private environment in this directory, made from the Python at `base`.
    Private {
        /// The environment, `CACHE/venv-<packages>-<python>`.
        directory: PathBuf,
        /// The system's Python.
        base: PathBuf,
        /// It is there already.
        complete: bool,
    },
}

impl Plan {
    /// Nothing has to be installed.
    pub fn is_complete(&self) -> bool {
        match self {
            Plan::Given(_) | Plan::Shared(_) => true,
            Plan::Private { complete, .. } => *complete,
        }
    }

    /// The Python to use, once the plan is complete.
    ///
    /// # Errors
    /// `File` when the environment cannot be marked as in use.
    pub fn environment(self) -> Result<Environment> {
        match self {
            Plan::Given(python) => Ok(Environment {
                python,
                kind: Kind::Given,
                _in_use: None,
            }),
            Plan::Shared(python) => Ok(Environment {
                python,
                kind: Kind::Shared,
                _in_use: None,
            }),
            Plan::Private { directory, .. } => Ok(Environment {
                python: interpreter(&directory),
                kind: Kind::Private,
                _in_use: Some(Lock::shared(&use_file(&directory))?),
            }),
        }
    }
}

/// Decides which Python is used.
///
/// # Errors
/// `Missing` when there is none, or the given one lacks Jupyter.
pub fn plan(paths: &Paths, given: Option<PathBuf>) -> Result<Plan> {
    if let Some(python) = given {
        let python = if python.components().count() == 1 {
            subprocess::find(&python.to_string_lossy()).unwrap_or(python)
        } else {
            python
        };
        let check = "import jupyterlab, nbclient, nbconvert";
        subprocess::output(Command::new(&python).args(["-c", check])).map_err(|failure| {
            Failure::missing(
                format!("{} lacks JupyterLab, nbclient or nbconvert ({})", python.display(), last_line(&failure)),
                format!("{} -m pip install jupyterlab nbconvert latex2mathml sphinx-revealjs   (or leave out --python)", python.display()),
            )
        })?;
        return Ok(Plan::Given(python));
    }
    if let Some(installation) = &paths.installation
        && system::works(&installation.root)
    {
        return Ok(Plan::Shared(system::interpreter(&installation.root)));
    }
    // An environment's programs name their own place: one that was moved must be made anew.
    let packages = Fingerprint::default()
        .text(&paths.cache.to_string_lossy())
        .tree(&paths.requirements())?
        .key();
    // One that works is kept, whichever Python is first on the PATH today.
    if let Some(directory) = complete(paths, &packages) {
        return Ok(Plan::Private {
            base: interpreter(&directory),
            directory,
            complete: true,
        });
    }
    let (base, version) = requirements::python(paths.installation.as_ref())?;
    let identity = base.canonicalize().unwrap_or_else(|_| base.clone());
    let python = Fingerprint::default()
        .text(&version)
        .text(&identity.to_string_lossy())
        .key();
    Ok(Plan::Private {
        directory: paths.cache.join(format!("venv-{packages}-{python}")),
        base,
        complete: false,
    })
}

/// A finished environment with these packages whose Python still starts.
fn complete(paths: &Paths, packages: &str) -> Option<PathBuf> {
    let beginning = format!("venv-{packages}-");
    let mut found: Vec<_> = std::fs::read_dir(&paths.cache)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(&beginning))
        })
        .collect();
    found.sort();
    found.into_iter().find(|directory| is_complete(directory))
}

/// Was it finished, and are its packages those of the Python that starts in it? A system that was brought up to date may
/// have put another one there.
fn is_complete(directory: &Path) -> bool {
    let ask = "from importlib.util import find_spec; print(find_spec('nbformat').origin)";
    marker(directory).is_file()
        && subprocess::output(
            without_pythons(&mut Command::new(interpreter(directory))).args(["-c", ask]),
        )
        .is_ok()
}

/// The environment's Python.
pub(super) fn interpreter(directory: &Path) -> PathBuf {
    directory.join("bin").join("python")
}

/// Written last: an environment without it does not count.
pub(super) fn marker(directory: &Path) -> PathBuf {
    directory.join("complete")
}

/// Locked (shared) by everybody who uses the environment.
pub(super) fn use_file(directory: &Path) -> PathBuf {
    directory.with_extension("lock")
}

fn last_line(failure: &Failure) -> String {
    failure
        .to_string()
        .lines()
        .last()
        .unwrap_or_default()
        .trim()
        .to_owned()
}
