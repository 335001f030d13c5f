//! The licenses of what an installation has inside: this project's, Rust's, and those of every crate that was compiled
//! into its programs. Python's packages have theirs in their wheels.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rust_nn_template::recipe::Recipe;
use serde_json::Value;

use super::files;
use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::progress::Step;
use crate::subprocess;

/// How the names of files begin that have a license, a notice or a list of authors in them.
const NAMES: [&str; 6] = [
    "license",
    "licence",
    "copying",
    "notice",
    "copyright",
    "unlicense",
];

/// The packages that are compiled here.
const OURS: [&str; 4] = [
    "kernel-setup",
    "rust-nn-kernel",
    "nn-lib",
    "rust-nn-runtime",
];

/// Copies the licenses, and lists the crates.
///
/// # Errors
/// `Program` when cargo cannot describe the workspace; `File` when something cannot be read or written.
pub fn collect(
    paths: &Paths,
    recipe: &Recipe,
    root: &Path,
    step: &mut Step,
) -> Result<((), String)> {
    let to = root.join("licenses");
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        files::copy(&paths.repository.join(name), &to.join(name))?;
    }
    step.message("Rust's own");
    rust(&recipe.toolchain.sysroot, &to.join("rust"))?;
    step.message("of the crates");
    let crates = crates(paths, recipe)?;
    let mut list = String::from(
        "The crates that are compiled into the programs of this folder, with their licenses as they state them.\n\
         Those that come with a license's text have a folder here.\n\n",
    );
    for (name, found) in &crates {
        list += &format!("{name}  {}  {}\n", found.license, found.repository);
        for file in &found.texts {
            let target = to.join("crates").join(name);
            files::copy(file, &target.join(file.file_name().unwrap_or_default()))?;
        }
    }
    files::write(&to.join("CRATES.txt"), &list)?;
    Ok(((), format!("of Rust and {} crates", crates.len())))
}

/// A crate's terms.
struct Terms {
    license: String,
    repository: String,
    texts: Vec<PathBuf>,
}

/// The crates that our packages are compiled from, and their terms.
fn crates(paths: &Paths, recipe: &Recipe) -> Result<BTreeMap<String, Terms>> {
    let mut command = Command::new(&recipe.toolchain.cargo);
    command
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", &recipe.toolchain.host])
        .current_dir(&paths.repository);
    let text = subprocess::output(&mut command)?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| {
        Failure::missing(
            format!("cargo's description of the workspace cannot be read: {error}"),
            "cargo metadata",
        )
    })?;
    let reached = reached(&metadata);
    let mut found = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        if !reached.contains(&text("id")) || package["source"].is_null() {
            continue;
        }
        let manifest = PathBuf::from(text("manifest_path"));
        let terms = Terms {
            license: match text("license") {
                license if license.is_empty() => "see its license file".to_owned(),
                license => license,
            },
            repository: text("repository"),
            texts: texts(manifest.parent().unwrap_or(Path::new(".")))?,
        };
        found.insert(format!("{}-{}", text("name"), text("version")), terms);
    }
    Ok(found)
}

/// The packages that ours are compiled from: not those of tests and build scripts.
fn reached(metadata: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut waiting: Vec<String> = packages
        .filter(|package| OURS.iter().any(|name| package["name"] == *name))
        .map(|package| text(&package["id"]))
        .collect();
    let nodes = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten();
    let nodes: BTreeMap<String, &Value> = nodes.map(|node| (text(&node["id"]), node)).collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        let dependencies = nodes.get(&id).and_then(|node| node["deps"].as_array());
        if reached.insert(id) {
            let normal = |dependency: &&Value| {
                let mut kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
                kinds.any(|kind| kind["kind"].is_null())
            };
            let dependencies = dependencies.into_iter().flatten().filter(normal);
            waiting.extend(dependencies.map(|dependency| text(&dependency["pkg"])));
        }
    }
    reached
}

/// The files with a package's terms.
fn texts(package: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(package).map_err(Failure::file("read", package))?;
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.to_lowercase();
            path.is_file() && NAMES.iter().any(|start| name.starts_with(start))
        })
        .collect();
    found.sort();
    Ok(found)
}

/// Rust's own terms, as the toolchain has them.
fn rust(sysroot: &Path, to: &Path) -> Result<()> {
    let from = sysroot.join("share/doc/rust");
    for file in texts(&from).unwrap_or_default() {
        files::copy(&file, &to.join(file.file_name().unwrap_or_default()))?;
    }
    let whole = from.join("licenses");
    if whole.is_dir() {
        files::copy_tree(&whole, &to.join("licenses"), &[])?;
    }
    if to.is_dir() {
        return Ok(());
    }
    Err(Failure::missing(
        format!("Rust's licenses are not in {}", from.display()),
        "install the toolchain with its documentation: rustup component add rust-docs",
    ))
}
