//! The crates that a notebook asks for by `:dep`, compiled beside nn-lib and never with it.
//!
//! Cargo builds them as the dependencies of an empty package, with nn-lib's versions where they fit (set.rs). Into a
//! cell goes what cargo has made, beside nn-lib's shared object, by rustc alone. The compiler's wrapper (compiler_wrapper.rs)
//! sees to it that both can be linked together, and that a crate which is inside nn-lib is nn-lib's own.
//!
//! ```text
//! <kernel>/crates/
//!   <set>/        one set of dependencies: Cargo.toml, Cargo.lock, and ready.json when it is built
//!   current.json  the set that the last cell ran with
//!   cell/         what belongs to the running cell: the sets that it has tried, errors, the wish to build again
//! ```
//!
//! A set that cannot be built is never the current one, so it has no effect on later cells.

mod builder;
mod change;
mod message;
mod set;

pub use change::check as check_change;
pub use set::{Ready, dependencies};

use crate::directory::KernelDirectory;
use rust_nn_template::recipe::Recipe;
use set::Set;
use std::fs;
use std::io;
use std::path::PathBuf;
use toml::Table;

/// What could not be built, and why, in words for the reader.
pub type Result<T> = std::result::Result<T, String>;

/// The file of a cell that asks for a crate: packages of the reader's own are looked at again.
const AGAIN: &str = "again";

/// Answers the engine's question whether a crate can be had: builds it, since a failure is best told at this line.
pub fn try_dependency(kernel: &KernelDirectory, offline: bool) -> io::Result<i32> {
    let manifest = fs::read_to_string(kernel.engine().join("Cargo.toml"))?;
    let recipe = kernel.recipe().map_err(io::Error::other)?;
    match try_manifest(kernel, &recipe, &manifest, offline) {
        Ok(()) => Ok(0),
        Err(text) => {
            eprintln!("{text}");
            Ok(101)
        }
    }
}

fn try_manifest(
    kernel: &KernelDirectory,
    recipe: &Recipe,
    manifest: &str,
    offline: bool,
) -> Result<()> {
    let wanted = set::dependencies(manifest)?;
    if wanted.is_empty() {
        return Ok(());
    }
    let tried = kernel.crates().join("cell").join("tried.toml");
    let before = fs::read_to_string(&tried).ok();
    let mut all: Table = match before.and_then(|text| text.parse().ok()) {
        Some(all) => all,
        None => set::current(kernel).map_or_else(Table::new, |current| current.dependencies),
    };
    all.extend(wanted.clone());
    if let Some(ready) = ready(kernel, recipe, &all, offline)? {
        message::note_second_kinds(kernel, recipe, &ready, &wanted);
    }
    set::write(&tried, &all.to_string())
}

/// What a cell with these dependencies is linked with, built now if it is not.
pub fn ready(
    kernel: &KernelDirectory,
    recipe: &Recipe,
    dependencies: &Table,
    offline: bool,
) -> Result<Option<Ready>> {
    if dependencies.is_empty() {
        return Ok(None);
    }
    let set = Set::of(kernel, dependencies);
    let again = kernel.crates().join("cell").join(AGAIN);
    let built = set
        .ready()
        .filter(|_| !(set.may_change() && again.exists()));
    if let Some(ready) = built {
        return Ok(Some(ready));
    }
    // The engine tries what has failed a second time.
    let failed = kernel.crates().join("cell").join(set.name());
    if let Ok(text) = fs::read_to_string(&failed) {
        return Err(text);
    }
    let built = builder::build(kernel, recipe, &set, offline);
    let _ = fs::remove_file(again);
    match built {
        Ok(ready) => Ok(Some(ready)),
        Err(text) => {
            set::write(&failed, &text)?;
            Err(text)
        }
    }
}

/// Cargo's description of these dependencies, for type inference.
pub fn metadata(kernel: &KernelDirectory, dependencies: &Table) -> Option<String> {
    Set::of(kernel, dependencies).metadata()
}

/// Takes back what has been built for a cell that is refused: the next one finds what the last one had.
pub fn take_back(kernel: &KernelDirectory, dependencies: &Table) -> Result<()> {
    let set = Set::of(kernel, dependencies);
    match set::current(kernel) {
        Some(current) if current.set == set.name() => set.keep(&current.ready),
        _ => Ok(()),
    }
}

/// Notes what the last cell was compiled with.
pub fn remember(
    kernel: &KernelDirectory,
    dependencies: &Table,
    ready: Option<Ready>,
) -> io::Result<()> {
    set::remember(kernel, dependencies, ready)
}

/// Forgets what belongs to the last cell. One that asks for a crate comes with the notebook's variables and their types.
pub fn begin_cell(
    kernel: &KernelDirectory,
    variables: Option<Vec<(String, String)>>,
) -> io::Result<()> {
    let directory = kernel.crates().join("cell");
    let _ = fs::remove_dir_all(&directory);
    if let Some(variables) = variables {
        fs::create_dir_all(&directory)?;
        fs::write(directory.join(AGAIN), "")?;
        fs::write(variables_file(kernel), serde_json::to_vec(&variables)?)?;
    }
    Ok(())
}

/// Forgets the crates: the cells begin anew.
pub fn forget(kernel: &KernelDirectory) {
    let _ = fs::remove_file(current_file(kernel));
}

/// Whether the running cell has not been told of a package yet.
pub fn is_news(kernel: &KernelDirectory, package: &str) -> bool {
    let note = kernel.crates().join("cell").join(format!("told {package}"));
    let made = fs::File::create_new(note);
    !made.is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists)
}

fn variables_file(kernel: &KernelDirectory) -> PathBuf {
    kernel.crates().join("cell").join("variables.json")
}

fn current_file(kernel: &KernelDirectory) -> PathBuf {
    kernel.crates().join("current.json")
}
