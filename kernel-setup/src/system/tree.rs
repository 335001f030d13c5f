//! What is installed: the tree of files that `installation.rs` describes.

use std::fs;
use std::path::Path;

use crate::failure::{Failure, Result};
use crate::installation::{Installation, UNPACK_AGAIN};
use crate::places::Places;
use crate::progress::Step;
use crate::setup::Fingerprint;

/// Takes the tree that this program is part of, or the one that is made of the repository.
///
/// # Errors
/// What set-up lacks.
pub fn prepare(places: &Places) -> Result<Installation> {
    match &places.installation {
        Some(installation) => Ok(installation.clone()),
        None => todo!("assemble"),
    }
}

/// Changes with the content of the tree.
///
/// # Errors
/// `File` when its manifest cannot be read.
pub fn identity(tree: &Installation) -> Result<String> {
    let manifest = tree.root.join(rust_nn_template::MANIFEST);
    Ok(Fingerprint::default().tree(&manifest)?.key())
}

/// Copies the tree to an empty directory, and looks whether each file is as it was when the tree was made.
///
/// # Errors
/// `Missing` when a file is damaged, `File` when one cannot be copied.
pub fn copy(tree: &Installation, directory: &Path, step: &mut Step) -> Result<Installation> {
    let files = tree.files();
    let total = files.len() as u64;
    for (done, (file, sum)) in files.iter().enumerate() {
        if done % 50 == 0 {
            step.position(done as u64, total, "files");
        }
        let name = file.strip_prefix(&tree.root).unwrap_or(file);
        let target = directory.join(name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(Failure::file("create", parent))?;
        }
        fs::copy(file, &target).map_err(Failure::file("copy", file))?;
        if crate::installation::checksum(&target)? != *sum {
            return Err(Failure::missing(
                format!("{} is damaged", file.display()),
                UNPACK_AGAIN,
            ));
        }
    }
    let manifest = rust_nn_template::MANIFEST;
    fs::copy(tree.root.join(manifest), directory.join(manifest))
        .map_err(Failure::file("copy", &tree.root.join(manifest)))?;
    Installation::read(directory)
}
