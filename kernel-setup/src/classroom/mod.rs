//! Makes an installation (`installation.rs`) of a finished set-up: what `bundle` packs into a file, and what
//! `install --system` puts in one place for all users of a machine.

mod chapter;
pub mod files;
mod licenses;
mod manifest;
mod needs;
mod packages;
mod start;
mod template;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use rust_nn_template::recipe::Recipe;

use crate::failure::{Failure, Result};
use crate::installation::{Installation, UNPACK_AGAIN};
use crate::paths::Paths;
use crate::progress::{Progress, Step};
use crate::setup::{self, Need};

pub use chapter::KEPT;
pub use manifest::sum;
use needs::Needs;

/// Makes an installation in `root`, an empty directory or one that is not there yet.
///
/// Everything that is missing in the set-up is made first. `data` is a directory with Keras's files, which go into the
/// installation as well. The chapter is executed in the new installation, so that its cells are compiled, and it is seen
/// to work.
///
/// # Errors
/// What set-up lacks; `Missing` where the toolchain cannot be taken along or the directory is in use; `Notebook` when the
/// chapter fails; `File` when something cannot be written.
pub fn assemble(paths: &Paths, root: &Path, data: Option<&Path>) -> Result<Installation> {
    refuse(paths, root)?;
    let data = data.map(packages::data).transpose()?;
    let classroom = setup::ensure(paths, Need::KernelAndPython, None)?;
    let template = classroom
        .template
        .as_deref()
        .expect("set-up of the kernel makes the template");
    let recipe = Recipe::read(template).map_err(|error| Failure::SetUp(error.to_string()))?;
    toolchain::check(&recipe.toolchain)?;
    let python = classroom
        .python
        .as_ref()
        .expect("set-up was asked for Python");

    let progress = Progress::new();
    fs::create_dir_all(root).map_err(Failure::file("create", root))?;
    let root = root.canonicalize().map_err(Failure::file("find", root))?;
    let needs = progress.run("programs", |step| {
        programs(paths, &recipe, template, &root, data.as_deref(), step)
    })?;
    let (wheels, licenses) = thread::scope(|scope| {
        let wheels = scope.spawn(|| {
            progress.run("packages", |step| {
                packages::wheels(paths, python, &needs, &root, step)
            })
        });
        let licenses = progress.run("licenses", |step| {
            licenses::collect(paths, &recipe, &root, step)
        });
        (wheels.join().expect("no step panics"), licenses)
    });
    wheels?;
    licenses?;
    manifest::write(&root, &recipe, template, &needs)?;
    progress.run("chapter", |step| {
        chapter::compile(&root, &recipe, template, step)
    })?;
    progress.run("checksums", |step| manifest::add_files(&root, step))?;
    Installation::read(&root)
}

/// Compares every file of an installation with its checksum.
///
/// # Errors
/// `Missing` with the files that are not as they were.
pub fn verify(installation: &Installation) -> Result<String> {
    let files = installation.files();
    let damaged: Vec<String> = files
        .iter()
        .filter(|(path, sum)| !manifest::sum(path).is_ok_and(|found| found == *sum))
        .map(|(path, _)| path.display().to_string())
        .collect();
    let of_the_chapter = installation.root.join("notebooks");
    let (changed, damaged): (Vec<_>, Vec<_>) = damaged
        .into_iter()
        .partition(|path| Path::new(path).starts_with(&of_the_chapter));
    match damaged.as_slice() {
        [] if changed.is_empty() => Ok(format!("all {} are as they were packed", files.len())),
        [] => Ok(format!(
            "all are as they were packed, but for notebooks that were changed: {}",
            changed.join(", ")
        )),
        [first, rest @ ..] => Err(Failure::missing(
            match rest.len() {
                0 => format!("{first} is missing or damaged"),
                more => format!("{first} and {more} more are missing or damaged"),
            },
            UNPACK_AGAIN,
        )),
    }
}

/// Copies what is there already, and finds out what it needs.
fn programs(
    paths: &Paths,
    recipe: &Recipe,
    template: &Path,
    root: &Path,
    data: Option<&[(PathBuf, &str)]>,
    step: &mut Step,
) -> Result<(Needs, String)> {
    step.message("copying the compiler");
    toolchain::copy(&recipe.toolchain, &root.join("toolchain"))?;
    step.message("copying nn-lib");
    template::copy(recipe, template, root)?;
    step.message("copying the kernel and this program");
    let own = std::env::current_exe().map_err(Failure::file("find", Path::new("notebook")))?;
    files::copy(&own, &root.join("bin").join("notebook"))?;
    files::copy(&paths.kernel(), &root.join("bin").join("rust-nn-kernel"))?;
    files::copy_tree(&paths.assets(), &root.join("assets"), &["__pycache__"])?;
    files::copy_tree(
        &paths.nn_lib().join("assets").join("fonts"),
        &root.join("assets").join("fonts"),
        &[],
    )?;
    files::copy_tree(
        &paths.chapter(),
        &root.join("notebooks"),
        &["executed", ".ipynb_checkpoints"],
    )?;
    for (file, place) in data.into_iter().flatten() {
        files::copy(file, &root.join("data").join(place))?;
    }
    step.message("looking at what they need");
    let needs = Needs::of(root)?;
    start::write(root, &needs)?;
    let sentence = format!("need {}", needs.sentence());
    Ok((needs, sentence))
}

/// Refuses what cannot become an installation.
fn refuse(paths: &Paths, root: &Path) -> Result<()> {
    if paths.installation.is_some() {
        return Err(Failure::missing(
            "this is an installation already: another one is made from the repository",
            "copy the file that this one was unpacked from, or clone the repository",
        ));
    }
    if !cfg!(target_os = "linux") {
        return Err(Failure::missing(
            "an installation for others is made on Linux",
            "run this on a Linux machine with the students' kind of processor",
        ));
    }
    let mut entries = fs::read_dir(root).into_iter().flatten();
    if entries.next().is_some() {
        return Err(Failure::missing(
            format!("{} is not empty", root.display()),
            "name a directory that is not there yet",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_damaged_file_is_found_and_a_notebook_that_was_changed_is_only_told() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for name in ["bin/a", "notebooks/b.ipynb"] {
            files::write(&path(name), name).unwrap();
        }
        files::write(&path("manifest.json"), json!({ "files": {} }).to_string()).unwrap();
        let mut step = Progress::new().step("checksums", "starting");
        manifest::add_files(root.path(), &mut step).unwrap();
        let verify = || verify(&Installation::read(root.path()).unwrap());
        assert!(verify().unwrap().contains("all 2"));
        fs::write(path("notebooks/b.ipynb"), "mine").unwrap();
        assert!(verify().unwrap().contains("b.ipynb"));
        fs::write(path("bin/a"), "other").unwrap();
        assert!(verify().unwrap_err().to_string().contains("bin/a"));
        fs::remove_file(path("bin/a")).unwrap();
        assert!(verify().is_err());
    }
}
