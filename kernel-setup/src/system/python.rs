//! The Python of an installation for all users: found where all users can start it, and filled once.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::requirements;
use crate::setup::without_pythons;
use crate::subprocess;

/// A Python that every user can start.
#[derive(Debug)]
pub struct Base {
    /// The interpreter.
    pub path: PathBuf,
    /// Such as `3.11.2`.
    pub version: String,
}

/// What Python says about where it lies: the program and its libraries.
const ASK: &str = "import sys, os, json, venv, ensurepip
program = os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable)
print(json.dumps([program, os.path.dirname(os.path.realpath(os.__file__)), sys.version_info >= (3, 10)]))";

/// The first Python of the system, or on the search path, that lies where all users may look. One in a home directory,
/// which is first on the path of many administrators, would not start for anybody else.
///
/// # Errors
/// `Missing` when there is none; it says what was found and left.
pub fn for_all() -> Result<Base> {
    let names = [
        "python3",
        "python3.14",
        "python3.13",
        "python3.12",
        "python3.11",
        "python3.10",
    ];
    let system = ["/usr/bin", "/usr/local/bin"].into_iter();
    let system = system.flat_map(|directory| names.map(|name| Path::new(directory).join(name)));
    let search = names.iter().filter_map(|name| subprocess::find(name));
    let mut left = Vec::new();
    for path in system.filter(|path| path.is_file()).chain(search) {
        let mut ask = Command::new(&path);
        let told = subprocess::output(without_pythons(&mut ask).args(["-I", "-c", ASK]));
        let told = told
            .ok()
            .and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let place = |number: usize| {
            let told = told.as_ref().and_then(|told| told[number].as_str());
            PathBuf::from(told.unwrap_or_default())
        };
        let problem = match &told {
            None => "has no `venv`",
            Some(told) if told[2] != true => "is older than 3.10",
            Some(_) if !is_open(&place(0)) || !is_open(&place(1)) => "is closed to other users",
            Some(_) => match requirements::python_version(&place(0)) {
                Some(version) => {
                    let path = place(0);
                    return Ok(Base { path, version });
                }
                None => "does not start",
            },
        };
        left.push(format!("{} {problem}", path.display()));
    }
    let problem = match left.is_empty() {
        true => "there is no Python".to_owned(),
        false => format!("there is no Python for all users: {}", left.join(", ")),
    };
    Err(Failure::missing(
        problem,
        "sudo apt install python3 python3-venv   (or: sudo dnf install python3)",
    ))
}

/// Whether others may read a file and look into all directories above it.
fn is_open(path: &Path) -> bool {
    let others = |path: &Path, needed: u32| {
        fs::metadata(path).is_ok_and(|metadata| metadata.mode() & needed == needed)
    };
    others(path, 0o005)
        && path
            .ancestors()
            .skip(1)
            .all(|directory| others(directory, 0o001))
}
