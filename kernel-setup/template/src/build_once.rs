//! Makes sure that the template exists, and says where.

use crate::{
    Error, Result, Toolchain, build, clone, crate_sources, fingerprint, private_names, recipe,
    std_source,
};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// Returns the template for the nn-lib at `nn_lib_source`, built now if there is none.
///
/// `nn_lib_source` is a member of a cargo workspace, whose lock file decides the versions.
/// `progress` receives a line for each step (`Compiling ndarray v0.17.2`). Several processes may
/// call this at once: one builds, the others wait. Templates that are out of date and not in use
/// are removed.
///
/// # Errors
/// The sources or the compiler are missing, nn-lib does not compile, or the disk is full.
pub fn ensure(
    cache: &Path,
    nn_lib_source: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<PathBuf> {
    let source = nn_lib_source
        .canonicalize()
        .map_err(Error::io("cannot find nn-lib in", nn_lib_source))?;
    let root = workspace_root(&source)?;
    let lock = root.join("Cargo.lock");
    let toolchain = Toolchain::find()?;
    fs::create_dir_all(cache).map_err(Error::io("cannot create", cache))?;
    let cache = cache
        .canonicalize()
        .map_err(Error::io("cannot find", cache))?;
    let name = format!("template-{}", fingerprint::key(&source, &lock, &toolchain)?);
    let template = cache.join(&name);
    if is_ready(&template) {
        return Ok(template);
    }

    let lock_path = cache.join("template.lock");
    let guard = File::create(&lock_path).map_err(Error::io("cannot create", &lock_path))?;
    if let Err(TryLockError::WouldBlock) = guard.try_lock() {
        progress("waiting for another process that prepares nn-lib");
        guard.lock().map_err(Error::io("cannot lock", &lock_path))?;
    }
    if is_ready(&template) {
        return Ok(template);
    }
    make(&template, &source, &root, &toolchain, progress)?;
    remove_unused(&cache, &name);
    Ok(template)
}

/// Whether a template is complete, and lies where it was made: what is remembered in it (the recipe, the answers of
/// cargo) has its place in it.
pub(crate) fn is_ready(template: &Path) -> bool {
    template.join("complete").exists()
        && recipe::Recipe::read(template).is_ok_and(|recipe| recipe.template == template)
}

/// Builds a template from nothing; `complete` is written last.
fn make(
    template: &Path,
    source: &Path,
    root: &Path,
    toolchain: &Toolchain,
    progress: &mut dyn FnMut(&str),
) -> Result<()> {
    if template.exists() {
        let aside = template.with_extension("old");
        // Its dependencies may still be right; the rest is removed with the templates out of use.
        let _ = fs::remove_dir_all(&aside);
        fs::rename(template, &aside).map_err(Error::io("cannot rename", template))?;
    }
    if let Some(earlier) = any_complete(template) {
        // A damaged one only costs time.
        let _ = clone::seed(&earlier, template);
    }
    crate_sources::copy_nn_lib(source, root, &template.join("nn-lib"))?;
    crate_sources::write_runtime(&template.join("runtime"))?;
    std_source::copy(toolchain, &template.join(recipe::LIBRARY))?;
    private_names::write(template, &["nn-lib/src", recipe::LIBRARY])?;
    let cell = template.join("cell");
    crate_sources::write(&cell.join("Cargo.toml"), &recipe::manifest(template)?)?;
    crate_sources::write(&cell.join("src").join("lib.rs"), "")?;
    let (lock, copy) = (root.join("Cargo.lock"), cell.join("Cargo.lock"));
    fs::copy(&lock, &copy).map_err(Error::io("cannot copy to", &copy))?;
    let recipe = build::build(template, toolchain, progress)?;
    let text = serde_json::to_string_pretty(&recipe).expect("a recipe has only text in it");
    crate_sources::write(&template.join(recipe::RECIPE), &text)?;
    crate_sources::write(&template.join("complete"), "")
}

/// Another template whose dependencies may be taken over.
fn any_complete(template: &Path) -> Option<PathBuf> {
    templates(template.parent()?)
        .into_iter()
        .find(|path| path != template && path.join("complete").exists())
}

fn templates(cache: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(cache).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("template-"))
        .map(|entry| entry.path())
        .collect()
}

/// Removes the other templates, except those that a kernel holds.
fn remove_unused(cache: &Path, keep: &str) {
    for template in templates(cache) {
        if template.ends_with(keep) {
            continue;
        }
        let held = File::open(template.join("complete"))
            .is_ok_and(|marker| matches!(marker.try_lock(), Err(TryLockError::WouldBlock)));
        if !held {
            // A directory that cannot be removed now is tried again with the next template.
            let _ = fs::remove_dir_all(template);
        }
    }
}

/// The directory above `member` whose manifest has a `[workspace]`.
fn workspace_root(member: &Path) -> Result<PathBuf> {
    for directory in member.ancestors() {
        let manifest = directory.join("Cargo.toml");
        if let Ok(text) = fs::read_to_string(&manifest) {
            let table: toml::Table = text
                .parse()
                .map_err(|error| Error::format(&manifest, error))?;
            if table.contains_key("workspace") {
                return Ok(directory.to_owned());
            }
        }
    }
    Err(Error::format(member, "is not part of a cargo workspace"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_was_moved_is_not_ready() {
        let directory = tempfile::tempdir().unwrap();
        let (made, moved) = (
            directory.path().join("made"),
            directory.path().join("moved"),
        );
        let toolchain = Toolchain {
            sysroot: "/s".into(),
            rustc: "/s/rustc".into(),
            cargo: "/s/cargo".into(),
            host: "host".to_owned(),
            version: "rustc 1.95.0".to_owned(),
        };
        let recipe = recipe::Recipe {
            toolchain,
            template: made.clone(),
            crates: Vec::new(),
            inside: Vec::new(),
        };
        let text = serde_json::to_string(&recipe).unwrap();
        crate_sources::write(&made.join(recipe::RECIPE), &text).unwrap();
        assert!(!is_ready(&made));
        crate_sources::write(&made.join("complete"), "").unwrap();
        assert!(is_ready(&made));
        fs::rename(&made, &moved).unwrap();
        assert!(!is_ready(&moved));
    }
}
