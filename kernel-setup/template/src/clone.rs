//! A kernel's own copy of a template, made of hard links.

use crate::{Error, Result, crate_sources, is_installed, recipe};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The directories of a template with the package of the cells, and with what cargo has built for it.
const PACKAGE: &str = "cell";
const BUILD: &str = "target";
/// The directory of a template with what cargo has built for notebooks that asked for crates of their own.
const CRATES: &str = "crates";

/// Holds a template for as long as the returned file is open, so that it is not removed.
///
/// One in an installation is only looked for: it is removed by nobody while a kernel runs from it. And where all users can
/// open the file, any of them could lock it, and no kernel would start any more.
///
/// # Errors
/// There is no complete template in this directory.
pub fn in_use(template: &Path) -> Result<File> {
    let path = template.join("complete");
    let marker = File::open(&path).map_err(Error::io("there is no template with", &path))?;
    if !is_installed(template) {
        marker
            .lock_shared()
            .map_err(Error::io("cannot lock", &path))?;
    }
    Ok(marker)
}

/// Copies the package of the cells into `destination`. Its dependencies are named where they lie now.
///
/// # Errors
/// The template is damaged, or the disk is full.
pub fn clone_package(template: &Path, destination: &Path) -> Result<()> {
    let package = destination.join(PACKAGE);
    clone_directory(&template.join(PACKAGE), &package)?;
    crate_sources::write(&package.join("Cargo.toml"), &recipe::manifest(template)?)
}

/// The directory that cargo builds a notebook's own crates in, made now if there is none: in `store`, which is the
/// template or a directory of the user's own, so that all kernels of the user share what is built, or in `otherwise`
/// where the store may not be written to.
///
/// It begins with the macros and build scripts of the template.
///
/// # Errors
/// The template is damaged, or the disk is full.
pub fn crates_build(template: &Path, store: &Path, otherwise: &Path) -> Result<PathBuf> {
    let shared = store.join(CRATES);
    // Another process may be making it: what is renamed first is taken by all.
    if may_write(store) {
        return begin_build(template, &shared).map(|()| shared);
    }
    let own = otherwise.join(BUILD);
    begin_build(template, &own).map(|()| own)
}

fn may_write(directory: &Path) -> bool {
    let _ = fs::create_dir_all(directory);
    let probe = directory.join(format!("probe-{}", std::process::id()));
    let may = File::create(&probe).is_ok();
    let _ = fs::remove_file(probe);
    may
}

fn begin_build(template: &Path, build: &Path) -> Result<()> {
    if build.exists() {
        return Ok(());
    }
    let unfinished = build.with_extension(std::process::id().to_string());
    let _ = fs::remove_dir_all(&unfinished);
    let host = Path::new(BUILD).join("debug");
    clone_directory(&template.join(host), &unfinished.join("debug"))?;
    match fs::rename(&unfinished, build) {
        Err(_) if build.exists() => {
            let _ = fs::remove_dir_all(&unfinished);
            Ok(())
        }
        renamed => renamed.map_err(Error::io("cannot create", build)),
    }
}

/// Takes the compiled dependencies over from another template, except the preloaded crates.
///
/// Cargo finds out which of them are still right.
pub(crate) fn seed(from: &Path, to: &Path) -> Result<()> {
    clone_directory(&from.join(BUILD), &to.join(BUILD))?;
    remove_preloaded(&to.join(BUILD))
}

fn remove_preloaded(directory: &Path) -> Result<()> {
    for entry in fs::read_dir(directory).map_err(Error::io("cannot read", directory))? {
        let path = entry.map_err(Error::io("cannot read", directory))?.path();
        let is_preloaded = path.file_stem().is_some_and(|name| {
            ["libnn_lib", "librust_nn_runtime"]
                .iter()
                .any(|own| name == *own)
        });
        if path.is_dir() {
            remove_preloaded(&path)?;
        } else if is_preloaded {
            fs::remove_file(&path).map_err(Error::io("cannot remove", &path))?;
        }
    }
    Ok(())
}

fn clone_directory(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::io("cannot create", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("cannot read", from))? {
        let entry = entry.map_err(Error::io("cannot read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry
            .file_type()
            .map_err(Error::io("cannot read", &source))?;
        if kind.is_dir() {
            clone_directory(&source, &target)?;
        } else if is_own(&source) {
            // Written again in place by the next compilation, so never shared.
            continue;
        } else if !(is_compiled(&source) && fs::hard_link(&source, &target).is_ok()) {
            copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Whether a file is the compiled package of the cells itself.
fn is_own(path: &Path) -> bool {
    path.file_stem().is_some_and(|name| name == "libctx")
}

fn is_compiled(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["rlib", "rmeta", "so", "dylib"]
            .iter()
            .any(|e| ending == *e)
    })
}

/// Copies a file with its time, by which cargo judges what is fresh.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map_err(Error::io("cannot copy to", to))?;
    let modified = fs::metadata(from)
        .and_then(|metadata| metadata.modified())
        .map_err(Error::io("cannot read", from))?;
    File::options()
        .write(true)
        .open(to)
        .and_then(|file| file.set_modified(modified))
        .map_err(Error::io("cannot write", to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn a_new_template_takes_over_the_dependencies_but_not_nn_lib() {
        let directory = tempfile::tempdir().unwrap();
        let (old, new) = (directory.path().join("old"), directory.path().join("new"));
        for path in ["target/deps/libndarray-1.rlib", "target/deps/libnn_lib.so"] {
            crate::crate_sources::write(&old.join(path), path).unwrap();
        }
        seed(&old, &new).unwrap();
        assert!(new.join("target/deps/libndarray-1.rlib").exists());
        assert!(!new.join("target/deps/libnn_lib.so").exists());
        assert!(old.join("target/deps/libnn_lib.so").exists());
    }

    #[test]
    fn the_build_of_a_notebooks_crates_begins_with_the_macros_of_the_template_and_stays() {
        let directory = tempfile::tempdir().unwrap();
        let template = directory.path().join("t");
        for path in [
            "cell/Cargo.toml",
            "target/debug/b.so",
            "target/debug/b.d",
            "target/host/debug/c.rlib",
        ] {
            crate::crate_sources::write(&template.join(path), path).unwrap();
        }
        clone_package(&template, directory.path()).unwrap();
        assert!(directory.path().join("cell/Cargo.toml").exists());
        let build = crates_build(&template, &template, directory.path()).unwrap();
        assert!(!build.join("host").exists());
        let inode = |path: &Path| fs::metadata(path).unwrap().ino();
        let both = |path: &str| (template.join("target").join(path), build.join(path));
        // Compiled files are shared, and the rest is copied with its time.
        let (from, to) = both("debug/b.so");
        assert_eq!(inode(&from), inode(&to));
        let (from, to) = both("debug/b.d");
        assert_ne!(inode(&from), inode(&to));
        assert_eq!(
            fs::metadata(&from).unwrap().modified().unwrap(),
            fs::metadata(&to).unwrap().modified().unwrap()
        );
        fs::write(&to, "built anew").unwrap();
        assert_eq!(
            crates_build(&template, &template, directory.path()).unwrap(),
            build
        );
        assert_eq!(fs::read_to_string(&to).unwrap(), "built anew");
    }
}
