//! Executes the chapter and what goes further, in all languages, in a new installation: their cells are compiled by it, as
//! they will be by the students', and are kept in it, with the types of their variables and the answers to what
//! rust-analyzer asks cargo.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use rust_nn_template::recipe::Recipe;

use super::files;
use crate::failure::{Failure, Result};
use crate::language::{self, Language};
use crate::progress::Step;
use crate::subprocess;

/// What a kernel keeps for a template, and belongs into the installation.
pub const KEPT: [&str; 3] = ["cells", "answers", "types"];

/// Executes the chapter and keeps what was compiled.
///
/// # Errors
/// `Program` with the last lines when the chapter fails; `File` when something cannot be written.
pub fn compile(
    root: &Path,
    recipe: &Recipe,
    template: &Path,
    step: &mut Step,
) -> Result<((), String)> {
    let place = tempfile::tempdir().map_err(Failure::file("create", &std::env::temp_dir()))?;
    // A name that is in no key and no answer.
    let cache = place.path().join("cache");
    let others = language::editions(&root.join("notebooks"));
    let languages = std::iter::once(None).chain(others.iter().map(Some));
    for (number, language) in languages.enumerate() {
        let pages = place.path().join(format!("pages-{number}"));
        execute(root, recipe, place.path(), &cache, &pages, language, step)?;
    }
    let name = template.file_name().unwrap_or_default();
    let (kept, to) = (cache.join("kept").join(name), root.join(name));
    let registry = registry();
    let mut cells = 0;
    for directory in KEPT {
        for file in files::tree(&kept.join(directory), &[])? {
            let target = to
                .join(directory)
                .join(file.file_name().unwrap_or_default());
            if directory == "answers" {
                let text = fs::read_to_string(&file).map_err(Failure::file("read", &file))?;
                files::write(&target, text.replace(&registry, "{template}/registry/src"))?;
            } else {
                cells += usize::from(directory == "cells");
                files::copy(&file, &target)?;
            }
            // Kept files are the user's alone; these are for everybody.
            fs::set_permissions(&target, fs::Permissions::from_mode(0o644))
                .map_err(Failure::file("write", &target))?;
        }
    }
    Ok(((), format!("{cells} cells compiled")))
}

/// Executes the notebooks in one of their languages.
fn execute(
    root: &Path,
    recipe: &Recipe,
    nowhere: &Path,
    cache: &Path,
    pages: &Path,
    language: Option<&Language>,
    step: &mut Step,
) -> Result<()> {
    let mut command = Command::new(root.join("notebook"));
    command.args(["run", "--all"]).arg("--output").arg(pages);
    if let Some(language) = language {
        command.args(["--lang", language.name()]);
    }
    command
        .env("RUST_NN_CACHE", cache)
        // The stand-ins: the cells are the same, and nothing is downloaded.
        .env("NN_LIB_DATA", nowhere)
        .env("KERAS_HOME", nowhere)
        // The answers are those of the toolchain's own cargo.
        .env("PATH", with_first(recipe.toolchain.cargo.parent()))
        .env_remove("NN_LIB_DATA_URL");
    let which = language.map_or(String::new(), |language| format!(" ({language})"));
    let mut said = String::new();
    subprocess::follow(&mut command, |line| {
        if let Some(name) = line.split_whitespace().next() {
            said = format!("executing the chapter{which}: {name}");
        }
        step.message(&said);
    })
}

/// The search path with a directory at its beginning.
fn with_first(directory: Option<&Path>) -> OsString {
    let given = std::env::var_os("PATH").unwrap_or_default();
    let first = directory.map(Path::to_owned).into_iter();
    let whole = std::env::join_paths(first.chain(std::env::split_paths(&given)));
    whole.unwrap_or(given)
}

/// Where cargo unpacks the registries' packages.
fn registry() -> String {
    let home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registry = home.unwrap_or_default().join("registry").join("src");
    registry.to_string_lossy().into_owned()
}
