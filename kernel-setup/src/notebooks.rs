//! Which notebooks a command takes, and under which names their results are written.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::language::Language;
use crate::notebook_file::{self, Input};
use crate::paths::Paths;

/// A notebook and the names of what is made of it.
#[derive(Debug)]
pub struct Notebook {
    /// The file.
    pub input: Input,
    /// Results are `NAME.html` and so on; no two notebooks of a command have the same name.
    pub name: String,
    /// The file name of the executed notebook.
    pub executed: String,
}

/// The notebooks that were named, or all of the chapter's edition in order, and with `all` those that go further; each is looked at.
///
/// # Errors
/// `Missing` for an edition that is not there, for what does not exist or is no notebook, `Several` for more than one of them.
pub fn choose(
    paths: &Paths,
    named: &[PathBuf],
    language: Option<&Language>,
    all: bool,
    execute: bool,
) -> Result<Vec<Notebook>> {
    let mut inputs = Vec::new();
    let mut failures = Vec::new();
    let mut seen = HashSet::new();
    let found: Vec<_> = if named.is_empty() {
        let further = if all {
            further(paths, language)
        } else {
            Vec::new()
        };
        let chapter = chapter(paths, language)?.into_iter();
        chapter.chain(further).map(Ok).collect()
    } else {
        let found = named.iter().map(|name| find(paths, language, name));
        found.collect()
    };
    for path in found {
        match path.and_then(|path| notebook_file::read(&path, execute)) {
            // A notebook that is named twice is taken once.
            Ok(input) => {
                let real = input
                    .path
                    .canonicalize()
                    .unwrap_or_else(|_| input.path.clone());
                if seen.insert(real) {
                    inputs.push(input);
                }
            }
            Err(failure) => failures.push(failure),
        }
    }
    match failures.len() {
        0 => Ok(with_names(inputs)),
        1 => Err(failures.remove(0)),
        _ => Err(Failure::Several(failures)),
    }
}

/// The chapter's notebooks, in one of its languages.
fn chapter(paths: &Paths, language: Option<&Language>) -> Result<Vec<PathBuf>> {
    let directory = match language {
        Some(language) => language.edition(&paths.notebooks())?,
        None => paths.notebooks(),
    };
    let found = notebook_file::in_folder(&directory)?;
    if found.is_empty() {
        return Err(Failure::missing(
            format!("there is no notebook in {}", directory.display()),
            "name one: cargo notebook run PATH",
        ));
    }
    Ok(found)
}

/// The notebooks for those who have done the chapter.
fn further(paths: &Paths, language: Option<&Language>) -> Vec<PathBuf> {
    let notebooks = paths.notebooks();
    let edition = language.map_or(notebooks.clone(), |language| language.below(&notebooks));
    notebook_file::in_folder(&edition.join("going-further")).unwrap_or_default()
}

/// A notebook by its path, or by its name or the beginning of its name in the chapter (`3.4`) or beyond it (`5.1`).
fn find(paths: &Paths, language: Option<&Language>, name: &Path) -> Result<PathBuf> {
    // Whatever lies there: if it is no notebook, the reader of the file says so.
    if name.symlink_metadata().is_ok() {
        return std::path::absolute(name).map_err(Failure::file("find", name));
    }
    let beginning = name.to_string_lossy();
    let mut ours = match chapter(paths, language) {
        Err(failure) if language.is_some() => return Err(failure),
        found => found.unwrap_or_default(),
    };
    ours.extend(further(paths, language));
    let mut matching = ours.iter().filter(|path| {
        path.file_name()
            .is_some_and(|found| found.to_string_lossy().starts_with(&*beginning))
    });
    match (matching.next(), matching.next()) {
        (Some(only), None) if !beginning.is_empty() => Ok(only.clone()),
        _ => {
            let names: Vec<_> = ours
                .iter()
                .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
                .collect();
            Err(Failure::missing(
                format!("there is no notebook {}", name.display()),
                format!("give a path, or one of these: {}", names.join(", ")),
            ))
        }
    }
}

/// Names from the files' own; where two are the same, the folders that differ go in front: `groupA-lab`, `groupB-lab`.
fn with_names(inputs: Vec<Input>) -> Vec<Notebook> {
    let mut names: Vec<_> = inputs.iter().map(|input| name_of(&input.path, 0)).collect();
    let deepest = inputs
        .iter()
        .map(|input| input.path.components().count())
        .max();
    for folders in 1..=deepest.unwrap_or(0) {
        let twice: Vec<_> = (0..names.len())
            .filter(|&place| count(&names, &names[place]) > 1)
            .collect();
        for place in twice {
            names[place] = name_of(&inputs[place].path, folders);
        }
    }
    // `a-b/lab` and `a/b-lab` still end in the same name.
    for place in 0..names.len() {
        let mut number = 2;
        let name = names[place].clone();
        while count(&names, &names[place]) > 1 {
            names[place] = format!("{name}-{number}");
            number += 1;
        }
    }
    let named = inputs.into_iter().zip(names);
    named
        .map(|(input, name)| Notebook {
            input,
            executed: format!("{name}.ipynb"),
            name,
        })
        .collect()
}

/// How often a name is there; on many systems `Lab` and `lab` are one file.
fn count(names: &[String], name: &str) -> usize {
    let name = name.to_lowercase();
    names
        .iter()
        .filter(|other| other.to_lowercase() == name)
        .count()
}

/// The file's name without its ending, behind the names of its last folders.
fn name_of(path: &Path, folders: usize) -> String {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let parts: Vec<_> = path
        .parent()
        .into_iter()
        .flat_map(Path::components)
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let last = &parts[parts.len().saturating_sub(folders)..];
    last.iter()
        .cloned()
        .chain([stem])
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Vec<String> {
        let input = |path: &&str| Input {
            path: PathBuf::from(path),
            sources: String::new(),
        };
        let named = with_names(paths.iter().map(input).collect());
        named.into_iter().map(|notebook| notebook.name).collect()
    }

    #[test]
    fn notebooks_of_one_name_are_told_apart_by_their_folders() {
        assert_eq!(
            names(&["/h/a/lab.ipynb", "/h/b/lab.ipynb"]),
            ["a-lab", "b-lab"]
        );
        assert_eq!(
            names(&["/h/a/x/lab.ipynb", "/h/b/x/lab.ipynb"]),
            ["a-x-lab", "b-x-lab"]
        );
        assert_eq!(
            names(&["/h/lab.ipynb", "/h/b/Lab.ipynb", "/other.ipynb"]),
            ["h-lab", "b-Lab", "other"]
        );
        assert_eq!(
            names(&["/a-b/lab.ipynb", "/a/b-lab.ipynb", "/b/lab.ipynb"]).len(),
            3
        );
        let hard = names(&["/a/lab.ipynb", "/b/lab.ipynb", "/c/a-lab.ipynb"]);
        assert_eq!(hard.iter().collect::<HashSet<_>>().len(), 3, "{hard:?}");
    }
}
