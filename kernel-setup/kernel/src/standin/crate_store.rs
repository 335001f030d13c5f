//! The compiled crates of notebooks: each under a hash of what it is made of, for all kernels of a template.

use super::compiler_call::{has_features, is_of_a_registry};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variables by which the compiler's wrapper learns of the store and of what stays as it is.
const STORE: &str = "RUST_NN_STORE";
const FIXED: &str = "RUST_NN_FIXED";

/// Who uses a crate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// A cell, which is linked with it.
    Library,
    /// The compiler, which calls it.
    Macro,
    /// Macros and build scripts, which are linked with it.
    PartOfMacros,
}

/// A crate in the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// The name in code.
    pub name: String,
    /// The directory of its source.
    pub source: PathBuf,
    /// Its features.
    pub features: Vec<String>,
    /// Who uses it.
    pub kind: Kind,
    /// The hash of what it is made of.
    pub identity: String,
}

/// The directory with the compiled crates.
pub struct Store {
    directory: PathBuf,
    /// Crates that values of the notebook are made of: their files by their names.
    fixed: HashMap<String, Vec<PathBuf>>,
}

impl Store {
    /// Tells a cargo that is about to be started where the store is, and which crates stay as they are.
    pub fn tell(
        command: &mut Command,
        directory: &Path,
        fixed: &HashMap<String, Vec<PathBuf>>,
    ) -> io::Result<()> {
        fs::create_dir_all(directory)?;
        command
            .env(STORE, directory)
            .env(FIXED, serde_json::to_string(fixed)?);
        Ok(())
    }

    /// The store that this process was told of.
    pub fn from_environment() -> io::Result<Store> {
        let directory = std::env::var_os(STORE).ok_or(io::ErrorKind::NotFound)?;
        let fixed = std::env::var(FIXED).unwrap_or_default();
        Ok(Store {
            directory: directory.into(),
            fixed: serde_json::from_str(&fixed).unwrap_or_default(),
        })
    }

    /// Where the crates lie.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The files of a crate: what is linked, and its interface.
    pub fn files(&self, build: &Build) -> Vec<PathBuf> {
        files(&self.directory, build)
    }

    /// The files of a crate that is there, or of the one that stays in its place.
    pub fn find(&self, build: &Build) -> Option<Vec<PathBuf>> {
        for file in self.fixed.get(&build.name).into_iter().flatten() {
            let fixed = note(file).and_then(|note| read(&note));
            if let Some(fixed) = fixed
                && fixed.source == build.source
                && fixed.kind == build.kind
                && is_of_a_registry(&fixed.source)
                && has_features(&fixed.features, &build.features)
            {
                return Some(self.files(&fixed));
            }
        }
        let files = self.files(build);
        let kept = note(files.first()?).and_then(|note| read(&note));
        let is_whole = kept.is_some_and(|kept| kept == *build) && files.iter().all(|f| f.exists());
        is_whole.then_some(files)
    }

    /// Marks a crate as complete.
    pub fn keep(&self, build: &Build) -> io::Result<()> {
        let files = self.files(build);
        let note = files.first().and_then(|file| note(file));
        fs::write(
            note.ok_or(io::ErrorKind::NotFound)?,
            serde_json::to_vec(build)?,
        )
    }
}

fn files(directory: &Path, build: &Build) -> Vec<PathBuf> {
    let stem = format!("lib{}-{}", build.name, build.identity);
    let endings: &[&str] = match build.kind {
        Kind::Macro => &[std::env::consts::DLL_EXTENSION],
        Kind::Library | Kind::PartOfMacros => &["rlib", "rmeta"],
    };
    let file = |ending| directory.join(format!("{stem}.{ending}"));
    endings.iter().map(file).collect()
}

/// The file beside a compiled one that says what it is, written when it is complete.
fn note(file: &Path) -> Option<PathBuf> {
    file.file_stem()?;
    Some(file.with_extension("json"))
}

fn read(note: &Path) -> Option<Build> {
    serde_json::from_slice(&fs::read(note).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(features: &[&str], identity: &str) -> Build {
        Build {
            name: "a".to_owned(),
            source: "/registry/src/a".into(),
            features: features.iter().map(|f| (*f).to_owned()).collect(),
            kind: Kind::Library,
            identity: identity.to_owned(),
        }
    }

    #[test]
    fn a_crate_is_found_when_it_is_complete_and_one_that_values_are_made_of_stays() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store {
            directory: directory.path().to_owned(),
            fixed: HashMap::new(),
        };
        let old = build(&["std"], "1");
        assert!(store.find(&old).is_none());
        for file in store.files(&old) {
            fs::write(file, "").unwrap();
        }
        assert!(store.find(&old).is_none());
        store.keep(&old).unwrap();
        assert_eq!(store.find(&old), Some(store.files(&old)));
        let same_with_other_dependencies = build(&[], "2");
        assert!(store.find(&same_with_other_dependencies).is_none());
        store.fixed.insert("a".to_owned(), store.files(&old));
        assert_eq!(
            store.find(&same_with_other_dependencies),
            Some(store.files(&old))
        );
        assert!(store.find(&build(&["more"], "3")).is_none());
        let mut part_of_macros = same_with_other_dependencies;
        part_of_macros.kind = Kind::PartOfMacros;
        assert!(store.find(&part_of_macros).is_none());
    }
}
