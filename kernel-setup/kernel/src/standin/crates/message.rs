//! What cargo says, made short for a reader who sees one line of a notebook and no package.

use super::set::Ready;
use crate::directory::KernelDirectory;
use crate::messages::Report;
use crate::standin;
use rust_nn_template::recipe::{Inside, Recipe};
use std::fs;
use toml::{Table, Value};

/// The most lines of a message.
const MOST: usize = 24;

/// What is said where there is no cargo, as in an installation on a machine without Rust.
pub fn no_cargo() -> String {
    let compiler = match standin::has_compiler() {
        true => "",
        false => {
            " and a C compiler (`sudo apt install build-essential`, or `sudo dnf install gcc`)"
        }
    };
    format!(
        "`:dep` compiles a crate and all that it needs, and for that cargo is missing on this machine\n\
         Nothing is lost: nn-lib and the standard library work without it. To use other crates, install Rust from \
         https://rustup.rs{compiler}, and restart the kernel from a new terminal."
    )
}

/// Whether versions contradict each other.
pub fn is_conflict(said: &str) -> bool {
    said.contains("failed to select a version for") && said.contains("nn-lib")
        || said.contains("links to the native library") && said.contains("nn-lib")
}

/// Whether cargo could not reach what it wanted to download.
pub fn is_network(said: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "failed to download",
        "download of",
        "failed to fetch",
        "failed to query replaced source",
        "Could not resolve host",
        "Couldn't resolve host",
        "Couldn't connect to server",
        "Could not connect to server",
        "Timeout was reached",
    ];
    SIGNS.iter().any(|sign| said.contains(sign)) || is_offline(said)
}

fn is_offline(said: &str) -> bool {
    said.contains("--offline was specified") || said.contains("in offline mode")
}

/// The part of cargo's words that helps a reader who has asked for these crates.
pub fn short(said: &str, wanted: &Table) -> String {
    let lines: Vec<&str> = said.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("error"));
    let lines = &lines[first.unwrap_or(0)..];
    if let Some(name) = lines.iter().find_map(|line| {
        let rest = line.split_once("no matching package named `")?.1;
        let (name, rest) = rest.split_once('`')?;
        rest.trim().starts_with("found").then_some(name)
    }) && !is_offline(said)
    {
        let path = wanted.get(name).and_then(|value| value.get("path"));
        if let Some(path) = path.and_then(Value::as_str) {
            return format!("there is no package `{name}` in {path}: its Cargo.toml names another");
        }
        let similar = similar(lines);
        return format!("there is no crate `{name}` on crates.io{similar}");
    }
    if is_network(said) {
        let missing = lines
            .iter()
            .find_map(|line| quoted(line))
            .unwrap_or_default();
        let what = match missing.is_empty() {
            true => String::new(),
            false => format!(": {missing}"),
        };
        return format!(
            "this crate, or one that it needs, has not been downloaded yet, and the network does not answer{what}\n\
             Run the cell again when there is a network. Crates that have been downloaded once work without it."
        );
    }
    let mut kept: Vec<String> = Vec::new();
    for line in lines.iter().filter(|line| !is_noise(line)) {
        kept.push(plain(line));
    }
    kept.dedup_by(|a, b| a.is_empty() && b.is_empty());
    if kept.len() > MOST {
        kept.truncate(MOST);
        kept.push("…".to_owned());
    }
    if let Some(tool) = missing_tool(said) {
        kept.truncate(1);
        kept.push(tool);
    }
    let text = kept.join("\n").trim().to_owned();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    match text.is_empty() {
        true => "cargo was ended".to_owned(),
        false => text.to_owned(),
    }
}

/// The names that cargo proposes for one that does not exist.
fn similar(lines: &[&str]) -> String {
    const PROPOSAL: [&str; 2] = [
        "perhaps you meant:",
        "a package with a similar name exists:",
    ];
    let found = lines.iter().find_map(|line| {
        let of = |words: &&str| line.split_once(*words).map(|(_, names)| names.trim());
        PROPOSAL.iter().find_map(of)
    });
    match found {
        Some(names) => format!("; did you mean {names}?"),
        None => String::new(),
    }
}

/// What stands in backquotes in a line.
fn quoted(line: &str) -> Option<&str> {
    line.split('`').nth(1)
}

/// Lines about the package that the reader does not know of, and cargo's advice about files.
fn is_noise(line: &str) -> bool {
    const NOISE: [&str; 9] = [
        "required by package `notebook",
        "... which satisfies",
        "package `notebook v0.0.0",
        "location searched:",
        "if you are looking for the prerelease",
        "perhaps a crate was updated and forgotten",
        "warning: build failed, waiting",
        "For more information about this error",
        "note: run with `RUST_BACKTRACE",
    ];
    NOISE.iter().any(|noise| line.contains(noise)) || line.trim() == "Caused by:"
}

/// A line without the name of the package that the reader does not know of.
fn plain(line: &str) -> String {
    let line = line.replace(" as a dependency of package `notebook v0.0.0`", "");
    match line.split_once(" (/") {
        Some((before, rest)) if before.contains("notebook v0.0.0") => {
            let after = rest.split_once(')').map_or("", |(_, after)| after);
            format!(
                "{}{after}",
                before.replace("package `notebook v0.0.0", "the notebook`")
            )
        }
        _ => line.replace("package `notebook` depends", "the notebook depends"),
    }
}

/// What the machine lacks for a crate with parts in C.
fn missing_tool(said: &str) -> Option<String> {
    if !said.contains("custom build command") {
        return None;
    }
    let lacks = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    if lacks(&[
        "is `cmake` not installed",
        "failed to execute command: No such file",
        "cmake: not found",
    ]) && said.contains("cmake")
    {
        return Some("It needs CMake: install it (Debian, Ubuntu: `apt install cmake`), and run the cell again.".to_owned());
    }
    if lacks(&[
        "pkg-config command could not be found",
        "pkg-config not found",
    ]) {
        return Some(
            "It needs pkg-config and a library of the system: its page on crates.io says which."
                .to_owned(),
        );
    }
    if lacks(&[
        "is `cc` not installed",
        "is `c++` not installed",
        "failed to find tool",
        "ToolNotFound",
        "Failed to find tool",
        "is not installed?",
    ]) {
        return Some("It has parts in C, and there is no C compiler: install one (Debian, Ubuntu: `apt install build-essential`), and run the cell again.".to_owned());
    }
    None
}

/// Tells the reader about crates of this cell that nn-lib shows in its interface, where they are of another kind.
pub fn note_second_kinds(kernel: &KernelDirectory, recipe: &Recipe, ready: &Ready, wanted: &Table) {
    let Ok(mut link) = crate::messages::connect(&kernel.path) else {
        return;
    };
    let shown = shown(recipe).into_iter();
    for name in shown.filter(|name| wanted.contains_key(name)) {
        let crate_name = name.replace('-', "_");
        let Some((_, file)) = ready.externs.iter().find(|(name, _)| *name == crate_name) else {
            continue;
        };
        let is_ours = recipe.inside.iter().any(|inside| {
            let mut files = inside.files.iter();
            files.any(|inside| recipe.template.join(inside) == *file)
        });
        let ours = recipe.inside.iter().find(|inside| inside.name == name);
        if let (false, Some(ours)) = (is_ours, ours) {
            // Without a reader nobody misses it.
            let _ = Report::Progress(second_kind(ours)).write(&mut link);
        }
    }
}

fn second_kind(ours: &Inside) -> String {
    let Inside { name, version, .. } = ours;
    let features: Vec<&str> = ours
        .features
        .iter()
        .map(String::as_str)
        .filter(|feature| *feature != "default")
        .collect();
    format!(
        "        Note {name} of this notebook is not nn-lib's: its types and those that nn-lib takes and returns are \
         different ones. Nn-lib's own is {name} {version} with the features {}.",
        features.join(", ")
    )
}

/// The packages whose types nn-lib shows, as its manifest lists them.
fn shown(recipe: &Recipe) -> Vec<String> {
    let manifest = fs::read_to_string(recipe.template.join("nn-lib").join("Cargo.toml"));
    let manifest: Table = manifest
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    let list = ["package", "metadata", "notebook"]
        .iter()
        .try_fold(&Value::Table(manifest), |value, key| value.get(*key))
        .and_then(|notebook| notebook.get("types")?.as_array().cloned());
    let names = list.unwrap_or_default().into_iter();
    names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}
