//! One set of dependencies: an empty package that has them, and what cargo has made of it.

use super::{Result, current_file};
use crate::directory::KernelDirectory;
use rust_nn_template::recipe::{self, Recipe};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The crates that every cell has without asking: the template's, and the compiler's own.
const KNOWN: [&str; 8] = [
    "nn_lib",
    "rust_nn_runtime",
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "self",
];

/// The set that the last cell ran with.
#[derive(Serialize, Deserialize)]
pub struct Current {
    /// The name of the set.
    pub set: String,
    /// The dependencies.
    pub dependencies: Table,
    /// What the cell was linked with.
    pub ready: Ready,
}

/// What a cell is linked with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// The crates that a cell can name, and their files.
    pub externs: Vec<(String, PathBuf)>,
    /// Where the compiler looks for what these depend on, as its option `-L` takes it.
    pub search: Vec<String>,
    /// The files of all crates that are linked into cells, by name.
    pub builds: BTreeMap<String, BTreeSet<PathBuf>>,
}

impl Ready {
    /// Whether all its files are there.
    fn is_whole(&self) -> bool {
        self.externs.iter().all(|(_, file)| file.exists())
    }
}

/// A directory with a package whose only content is its dependencies.
pub struct Set {
    /// The directory.
    pub directory: PathBuf,
    /// The dependencies.
    pub dependencies: Table,
}

impl Set {
    /// The set with these dependencies.
    pub fn of(kernel: &KernelDirectory, dependencies: &Table) -> Set {
        let sorted: BTreeMap<&String, String> = dependencies
            .iter()
            .map(|(name, value)| (name, value.to_string()))
            .collect();
        let mut hash = Sha256::new();
        for (name, value) in sorted {
            hash.update(format!("{name} = {value}\n"));
        }
        let name: String = hash.finalize()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Set {
            directory: kernel.crates().join(name),
            dependencies: dependencies.clone(),
        }
    }

    /// Its name: a hash of the dependencies.
    pub fn name(&self) -> String {
        let name = self.directory.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Whether a package of the reader's own is in it.
    pub fn may_change(&self) -> bool {
        let mut values = self.dependencies.values();
        values.any(|value| value.get("path").is_some())
    }

    /// The manifest of its package.
    pub fn manifest(&self) -> PathBuf {
        self.directory.join("Cargo.toml")
    }

    /// What cells are linked with, if it is built.
    pub fn ready(&self) -> Option<Ready> {
        let text = fs::read(self.directory.join("ready.json")).ok()?;
        let ready: Ready = serde_json::from_slice(&text).ok()?;
        ready.is_whole().then_some(ready)
    }

    /// Keeps what cells are linked with, and cargo's description.
    pub fn finish(&self, ready: &Ready, metadata: &str) -> Result<()> {
        write(&self.directory.join("metadata.json"), metadata)?;
        self.keep(ready)
    }

    /// Keeps what cells are linked with.
    pub fn keep(&self, ready: &Ready) -> Result<()> {
        let text = serde_json::to_string(ready).map_err(|error| error.to_string())?;
        write(&self.directory.join("ready.json"), &text)
    }

    /// Cargo's description of the package, if it is built.
    pub fn metadata(&self) -> Option<String> {
        fs::read_to_string(self.directory.join("metadata.json")).ok()
    }

    /// Writes the package. Its versions are those of the current set, else nn-lib's.
    ///
    /// `with_nn_lib` makes cargo choose the versions that nn-lib has: it is a dependency for no platform, so it is
    /// neither built nor has its features a part in the choice, but its versions count.
    pub fn write_package(
        &self,
        kernel: &KernelDirectory,
        recipe: &Recipe,
        with_nn_lib: bool,
    ) -> Result<()> {
        let mut manifest: Table = format!(
            "[package]\nname = \"notebook\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [lib]\npath = \"lib.rs\"\n[workspace]\n{}",
            recipe::PROFILE
        )
        .parse()
        .map_err(|error: toml::de::Error| error.to_string())?;
        manifest.insert(
            "dependencies".to_owned(),
            Value::Table(self.dependencies.clone()),
        );
        if with_nn_lib {
            let path = recipe
                .template
                .join("nn-lib")
                .to_string_lossy()
                .into_owned();
            let nn_lib = nested(&["cfg(any())", "dependencies", "nn-lib", "path"], path);
            manifest.insert("target".to_owned(), nn_lib);
        }
        write(&self.directory.join("lib.rs"), "")?;
        write(&self.manifest(), &manifest.to_string())?;
        // What has been chosen once stays, whatever comes to it.
        let current = current(kernel).map(|current| kernel.crates().join(current.set));
        let versions = current.unwrap_or_else(|| recipe.template.join("cell"));
        let lock = self.directory.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(versions.join("Cargo.lock"), &lock)
                .map_err(|error| format!("cannot write {}: {error}", lock.display()))?;
        }
        Ok(())
    }
}

/// Tables within each other, with a text in the innermost.
fn nested(keys: &[&str], text: String) -> Value {
    keys.iter().rev().fold(text.into(), |inner, key| {
        Value::Table(Table::from_iter([((*key).to_owned(), inner)]))
    })
}

/// The dependencies in a manifest of the engine's, without what every cell has.
pub fn dependencies(manifest: &str) -> Result<Table> {
    const FORM: &str = "write `:dep name = \"1.0\"`, or \
                        `:dep name = { version = \"1.0\", features = [\"one\"] }`";
    let manifest: Table = manifest
        .parse()
        .map_err(|error: toml::de::Error| format!("{}: {FORM}", error.message()))?;
    let dependencies = manifest.get("dependencies").and_then(Value::as_table);
    let mut dependencies = dependencies.cloned().unwrap_or_default();
    dependencies.retain(|name, _| !KNOWN.contains(&&*name.replace('-', "_")));
    for (name, value) in &dependencies {
        if !(value.is_str() || value.is_table()) {
            return Err(format!("{value} is no version of {name}: {FORM}"));
        }
    }
    Ok(dependencies)
}

/// The set that the last cell ran with, if it had one.
pub fn current(kernel: &KernelDirectory) -> Option<Current> {
    let text = fs::read(current_file(kernel)).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Notes the set that a cell was compiled with.
pub fn remember(
    kernel: &KernelDirectory,
    dependencies: &Table,
    ready: Option<Ready>,
) -> io::Result<()> {
    let Some(ready) = ready else {
        let _ = fs::remove_file(current_file(kernel));
        return Ok(());
    };
    let current = Current {
        set: Set::of(kernel, dependencies).name(),
        dependencies: dependencies.clone(),
        ready,
    };
    let text = serde_json::to_string(&current)?;
    if fs::read_to_string(current_file(kernel)).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(current_file(kernel), text)
}

/// Writes a file, and makes the directories above it.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_read_and_what_every_cell_has_is_left_out() {
        let text = "[dependencies]\ncsv = \"1\"\nnn-lib = \"*\"\nalloc = \"*\"\n";
        let found = dependencies(text).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["csv"]);
        let error = dependencies("[dependencies]\ncsv = 1\n").unwrap_err();
        assert!(
            error.starts_with("1 is no version of csv: write"),
            "{error}"
        );
    }

    #[test]
    fn the_order_of_dependencies_makes_no_difference() {
        let kernel = KernelDirectory {
            path: "/k".into(),
            template: "/t".into(),
        };
        let name = |text: &str| Set::of(&kernel, &text.parse().unwrap()).name();
        assert_eq!(name("a = \"1\"\nb = \"2\""), name("b = \"2\"\na = \"1\""));
        assert_ne!(name("a = \"1\""), name("a = \"2\""));
    }
}
