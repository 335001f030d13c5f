//! What is installed: the tree of files that `installation.rs` describes.

use std::fs;
use std::path::Path;

use rust_nn_template::MANIFEST;
use tempfile::TempDir;

use crate::classroom::{self, sum};
use crate::failure::{Failure, Result};
use crate::installation::{Installation, UNPACK_AGAIN};
use crate::paths::Paths;
use crate::progress::Step;
use crate::setup::Fingerprint;

/// A complete tree.
#[derive(Debug)]
pub struct Tree {
    /// Where it lies now.
    installation: Installation,
    /// The directory that it was made in, for this installation alone.
    made: Option<TempDir>,
}

impl Tree {
    /// Takes the tree that this program is part of, or makes one of the repository, in a new directory in `workplace`.
    ///
    /// # Errors
    /// What set-up lacks.
    pub fn prepare(paths: &Paths, workplace: &Path) -> Result<Tree> {
        if let Some(installation) = &paths.installation {
            return Ok(Tree {
                installation: installation.clone(),
                made: None,
            });
        }
        let made = TempDir::with_prefix_in("new-", workplace)
            .map_err(Failure::file("create", workplace))?;
        Ok(Tree {
            installation: classroom::assemble(paths, made.path(), None)?,
            made: Some(made),
        })
    }

    /// Changes with the content of the tree, but for what the chapter's execution has left in it: no two compilations of
    /// a cell give the same bits.
    pub fn identity(&self) -> String {
        let template = self.installation.template();
        let left = classroom::KEPT.map(|name| template.join(name));
        let files = self.installation.files();
        let given = files
            .iter()
            .filter(|(file, _)| !left.iter().any(|directory| file.starts_with(directory)));
        let all = given.fold(Fingerprint::default(), |all, (file, sum)| {
            let name = file.strip_prefix(&self.installation.root).unwrap_or(file);
            all.text(&name.to_string_lossy()).text(sum)
        });
        all.key()
    }

    /// Puts the tree into a directory that is not there yet.
    ///
    /// # Errors
    /// `Missing` when a file is damaged, `File` when one cannot be copied.
    pub fn put(self, directory: &Path, step: &mut Step) -> Result<Installation> {
        match self.made {
            Some(made) => {
                fs::rename(made.keep(), directory).map_err(Failure::file("write", directory))?
            }
            None => copy(&self.installation, directory, step)?,
        }
        Installation::read(directory)
    }
}

/// Copies a tree, and looks whether each file is as it was when the tree was made.
fn copy(tree: &Installation, directory: &Path, step: &mut Step) -> Result<()> {
    let files = tree.files();
    for (done, (file, expected)) in files.iter().enumerate() {
        step.position(done as u64, files.len() as u64, "files");
        let target = directory.join(file.strip_prefix(&tree.root).unwrap_or(file));
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(Failure::file("create", parent))?;
        }
        fs::copy(file, &target).map_err(Failure::file("copy", file))?;
        if sum(&target)? != *expected {
            let problem = format!("{} is damaged", file.display());
            return Err(Failure::missing(problem, UNPACK_AGAIN));
        }
    }
    let manifest = tree.root.join(MANIFEST);
    fs::copy(&manifest, directory.join(MANIFEST))
        .map(|_| ())
        .map_err(Failure::file("copy", &manifest))
}
