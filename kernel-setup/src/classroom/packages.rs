//! What an installation has of others: the private environment's packages as wheels, and Keras's data files.

use std::env::consts::ARCH;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::files;
use super::needs::Needs;
use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::progress::Step;
use crate::setup::{Environment, Fingerprint, without_pythons};
use crate::subprocess;

/// The data files of the notebooks, as they lie in Keras's directory; each may be missing.
const DATA: [&str; 10] = [
    "imdb.npz",
    "imdb_word_index.json",
    "reuters.npz",
    "reuters_word_index.json",
    "boston_housing.npz",
    "mnist.npz",
    "fashion-mnist/train-labels-idx1-ubyte.gz",
    "fashion-mnist/train-images-idx3-ubyte.gz",
    "fashion-mnist/t10k-labels-idx1-ubyte.gz",
    "fashion-mnist/t10k-images-idx3-ubyte.gz",
];

/// Puts the wheels into the installation. They are kept in the cache for the next one.
///
/// # Errors
/// `Program` with pip's last lines, when there is no network for instance; `File` when something cannot be written.
pub fn wheels(
    paths: &Paths,
    python: &Environment,
    needs: &Needs,
    root: &Path,
    step: &mut Step,
) -> Result<((), String)> {
    let script = paths.assets().join("wheels.py");
    let key = Fingerprint::default()
        .tree(&paths.requirements())?
        .tree(&script)?
        .text(&needs.sentence())
        .key();
    let kept = paths.cache.join(format!("wheels-{key}"));
    if !kept.is_dir() {
        let directory =
            tempfile::tempdir_in(&paths.cache).map_err(Failure::file("create", &paths.cache))?;
        step.message("downloading the packages for each Python");
        let mut command = Command::new(&python.python);
        without_pythons(&mut command)
            .arg("-B")
            .arg(script)
            .arg(paths.requirements())
            .arg(directory.path())
            .args([ARCH, &needs.glibc.to_string()]);
        subprocess::follow(&mut command, |line| step.message(line))?;
        fs::rename(directory.path(), &kept).map_err(Failure::file("rename", &kept))?;
    }
    let wheels = files::tree(&kept, &[])?;
    files::copy_tree(&kept, &root.join("python"), &[])?;
    Ok(((), format!("{} wheels", wheels.len() - 1)))
}

/// The data files in a directory, each with its place below it.
///
/// # Errors
/// `Missing` when there is none.
pub fn data(directory: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
    let files = DATA.map(|name| (directory.join(name), name));
    let there = files.into_iter().filter(|(file, _)| file.is_file());
    let found: Vec<(PathBuf, &str)> = there.collect();
    if found.is_empty() {
        return Err(Failure::missing(
            format!("there is none of Keras's files in {}", directory.display()),
            format!("name a folder with {}", DATA[..6].join(", ")),
        ));
    }
    Ok(found)
}
