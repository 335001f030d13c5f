//! A notebook's file, looked at before anything else is done: what cannot be used is named, with what to do.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::failure::{Failure, Result};

/// Where a notebook that is broken can come from.
const RESTORE: &str = "take it from where it is still whole: `git checkout -- FILE`, a backup, or \
                       .ipynb_checkpoints beside it";

/// A notebook that can be read.
#[derive(Debug)]
pub struct Input {
    /// Its file, as an absolute path.
    pub path: PathBuf,
    /// A key of the cells' texts: it tells whether another notebook has the same cells.
    pub sources: String,
}

/// The notebooks in a folder, in order.
///
/// # Errors
/// `File` when it cannot be read.
pub fn in_folder(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory).map_err(Failure::file("read", directory))?;
    let mut found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "ipynb")
        })
        .collect();
    found.sort();
    Ok(found)
}

/// Reads the notebook at `path`; `execute` when its cells are going to run.
///
/// # Errors
/// `Missing` for everything that is no notebook, and for one of another kernel that is to be executed.
pub fn read(path: &Path, execute: bool) -> Result<Input> {
    let refuse = |why: String, mend: &str| {
        let name = format!("'{}'", path.display());
        Failure::missing(
            format!("{}: {why}", path.display()),
            mend.replace("FILE", &name),
        )
    };
    if path.is_dir() {
        return Err(refuse(
            "this is a directory".to_owned(),
            "name the notebooks in it: FILE/*.ipynb",
        ));
    }
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => refuse(
            "it may not be read (permission denied)".to_owned(),
            "chmod u+r FILE, or ask its owner",
        ),
        _ => refuse(
            error.to_string(),
            "look whether the path is right: ls -l FILE",
        ),
    })?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| refuse("this is not UTF-8 text".to_owned(), "save it as UTF-8"))?;
    if text.trim().is_empty() {
        return Err(refuse("the file is empty".to_owned(), RESTORE));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| match conflict(text) {
        Some(line) => refuse(
            format!("it has the marks of a merge that was not finished (line {line})"),
            "decide for one side: `git checkout --ours FILE` or `git checkout --theirs FILE`, then `git add FILE`",
        ),
        None => refuse(format!("this is not a notebook, its JSON is broken ({error})"), RESTORE),
    })?;
    check_format(&value).map_err(|(why, mend)| refuse(why, mend))?;
    if execute && let Some(language) = other_language(&value) {
        return Err(refuse(
            format!("this is a notebook for {language}, not for Rust"),
            "choose \"Rust (nn-lib)\" as its kernel in JupyterLab; or take its outputs as they are: \
             cargo notebook export --no-execute",
        ));
    }
    Ok(Input {
        path: path.to_owned(),
        sources: sources(&value),
    })
}

/// The key of the cells in the notebook at `path` that its maker has noted there, and the one that they have now.
pub fn noted_and_present(path: &Path) -> Option<(Option<String>, String)> {
    let value: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let noted = value["metadata"]["cargo_notebook"]["sources"].as_str();
    Some((noted.map(str::to_owned), sources(&value)))
}

/// The first line with a mark of git's, counted from 1.
fn conflict(text: &str) -> Option<usize> {
    let marks = ["<<<<<<<", "=======", ">>>>>>>"];
    let line = text
        .lines()
        .position(|line| marks.iter().any(|mark| line.starts_with(mark)));
    line.map(|line| line + 1)
}

fn check_format(value: &Value) -> std::result::Result<(), (String, &'static str)> {
    let format = value["nbformat"].as_u64();
    match format {
        Some(4) if value["cells"].is_array() => Ok(()),
        Some(4) => Err(("this notebook has no list of cells".to_owned(), RESTORE)),
        Some(old) if old < 4 => Err((
            format!("it has the old notebook format {old}; format 4 is needed"),
            "open and save it in JupyterLab, or: jupyter nbconvert --to notebook --nbformat 4 FILE",
        )),
        Some(new) => Err((
            format!("it has notebook format {new}, which is newer than this program"),
            "save it in format 4",
        )),
        None => Err((
            "this is JSON, but not a notebook".to_owned(),
            "name a file that Jupyter has written (.ipynb)",
        )),
    }
}

/// The language of a notebook that is not for Rust.
fn other_language(value: &Value) -> Option<String> {
    let kernel = &value["metadata"]["kernelspec"];
    let name = kernel["name"].as_str().unwrap_or_default();
    let language = kernel["language"]
        .as_str()
        .or_else(|| value["metadata"]["language_info"]["name"].as_str());
    let rust = |text: &str| text.to_lowercase().contains("rust");
    if rust(name) || language.is_some_and(rust) || (name.is_empty() && language.is_none()) {
        return None;
    }
    let shown = kernel["display_name"].as_str().or(language);
    Some(shown.unwrap_or(name).to_owned())
}

fn sources(value: &Value) -> String {
    let mut hash = Sha256::new();
    for cell in value["cells"].as_array().into_iter().flatten() {
        for field in [&cell["cell_type"], &cell["source"]] {
            let text = match field {
                Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
                other => other.as_str().unwrap_or_default().to_owned(),
            };
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
    }
    let bytes = hash.finalize();
    bytes
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
