//! The editions of the notebooks in other languages, each cell beside the English one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kernel::repository;
use crate::notebook::joined;
use serde_json::Value;

/// The folders beside the English notebooks that have the short name of a language, `ko` or `pt-BR`.
pub fn editions() -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join("notebooks"))
        .unwrap()
        .flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let language = name.split('-').next().unwrap_or_default();
            path.is_dir() && (2..=3).contains(&language.len())
        })
        .filter(|path| !notebooks(path).is_empty())
        .collect();
    found.sort();
    assert!(!found.is_empty(), "there is at least the Korean one");
    found
}

/// The notebooks of an edition, by their paths in it.
pub fn notebooks(edition: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for folder in ["", "going-further/"] {
        let entries = fs::read_dir(edition.join(folder));
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".ipynb") {
                names.push(format!("{folder}{name}"));
            }
        }
    }
    names.sort();
    names
}

/// A notebook's file.
pub fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// What stands in a cell.
pub fn source(cell: &Value) -> String {
    joined(&cell["source"])
}

/// Calls `compare` with the place, the English cell and the translated one, for all that there are.
pub fn each_pair(mut compare: impl FnMut(&str, &Value, &Value)) {
    for edition in editions() {
        for name in notebooks(&edition) {
            let english = read(&repository().join("notebooks").join(&name));
            let translated = read(&edition.join(&name));
            for cell in english["cells"].as_array().unwrap() {
                let others = translated["cells"].as_array().unwrap();
                if let Some(other) = others.iter().find(|other| other["id"] == cell["id"]) {
                    let place = format!("{}/{name}, cell {}", edition.display(), cell["id"]);
                    compare(&place, cell, other);
                }
            }
        }
    }
}

/// The fenced blocks of a text: what follows the first fence, with its language.
pub fn fenced(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, block))) => *block += &format!("{line}\n"),
            (None, None) => (),
        }
    }
    blocks
}
