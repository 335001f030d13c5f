//! The installation that this program is part of: a directory that `bundle` has packed, or `install --system` has made.
//!
//! ```text
//! notebook        starts bin/notebook, where the system fits
//! manifest.json   what it needs, and every file with its checksum
//! bin/            this program, and the kernel
//! template-<key>/ nn-lib compiled, what was compiled with it (cells/), and what rust-analyzer asks (answers/)
//! toolchain/      what of Rust a cell needs
//! python/         the private environment's packages as wheels
//! assets/         scripts and page templates
//! notebooks/      the chapter
//! data/           Keras's files, where they were given
//! licenses/
//! ```
//!
//! It may lie anywhere and belong to anybody: paths in it are relative, and nobody writes to it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rust_nn_template::MANIFEST;
use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::paths;

/// An installation.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Where it lies.
    pub root: PathBuf,
    manifest: Value,
}

impl Installation {
    /// The installation that this program lies in, if it does.
    ///
    /// # Errors
    /// `File` or `Missing` when its manifest cannot be read.
    pub fn find() -> Result<Option<Installation>> {
        let program = env::current_exe().and_then(|program| program.canonicalize());
        let root = program
            .ok()
            .and_then(|program| Some(program.parent()?.parent()?.to_owned()));
        match root.filter(|root| root.join(MANIFEST).is_file()) {
            Some(root) => Installation::read(&root).map(Some),
            None => Ok(None),
        }
    }

    /// Reads the installation in a directory.
    ///
    /// # Errors
    /// `File` or `Missing` when its manifest cannot be read.
    pub fn read(root: &Path) -> Result<Installation> {
        let path = root.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
        let manifest = serde_json::from_str(&text).map_err(|error| {
            Failure::missing(
                format!("{} is damaged: {error}", path.display()),
                UNPACK_AGAIN,
            )
        })?;
        Ok(Installation {
            root: root.to_owned(),
            manifest,
        })
    }

    /// An entry of the manifest; empty where it has none.
    pub fn entry(&self, name: &str) -> &str {
        self.manifest[name].as_str().unwrap_or_default()
    }

    /// A list in the manifest.
    pub fn list(&self, name: &str) -> Vec<String> {
        let list = self.manifest[name].as_array().into_iter().flatten();
        list.filter_map(|entry| entry.as_str().map(str::to_owned))
            .collect()
    }

    /// The files and their checksums.
    pub fn files(&self) -> Vec<(PathBuf, String)> {
        let files = self.manifest["files"].as_object().into_iter().flatten();
        files
            .map(|(path, sum)| {
                (
                    self.root.join(path),
                    sum.as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }

    /// The kernel that Jupyter starts.
    pub fn kernel(&self) -> PathBuf {
        paths::kernel_in(&self.root)
    }

    /// nn-lib, compiled.
    pub fn template(&self) -> PathBuf {
        self.root.join(self.entry("template"))
    }

    /// The compiler.
    pub fn compiler(&self) -> PathBuf {
        self.root.join("toolchain").join("bin").join("rustc")
    }

    /// The packages of the private environment.
    pub fn wheels(&self) -> PathBuf {
        self.root.join("python")
    }

    /// Keras's data files, where they were given.
    pub fn data(&self) -> Option<PathBuf> {
        Some(self.root.join("data")).filter(|data| data.is_dir())
    }
}

/// Whether this program is part of an installation.
pub fn is_here() -> bool {
    matches!(Installation::find(), Ok(Some(_)) | Err(_))
}

/// A message with the command's name as the user types it.
pub fn in_words(text: &str) -> String {
    match is_here() {
        true => text.replace("cargo notebook", "./notebook"),
        false => text.to_owned(),
    }
}

/// What to do about a file that is not as it was.
pub const UNPACK_AGAIN: &str =
    "unpack the file again, into an empty folder; if that does not help, copy the file again";
