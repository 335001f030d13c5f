//! `cargo notebook run`: execute the chapter and write it as HTML pages.

use std::path::{Path, PathBuf};

use crate::cli::{Format, RunArguments};
use crate::failure::{Failure, Result};
use crate::places::{Places, shown};
use crate::runner::{self, Job, Outcome};
use crate::setup::{self, Need};

/// Sets everything up, executes the notebooks and says where the pages are.
///
/// # Errors
/// What set-up lacks; `Notebook` when a cell fails.
pub fn run(places: &Places, arguments: RunArguments) -> Result<()> {
    let execution = arguments.execution;
    let notebooks = notebooks(places, &execution.notebooks)?;
    let output = output(places, execution.output)?;
    let classroom = setup::ensure(places, Need::KernelAndPython, execution.python.python)?;
    if let Some(data) = &classroom.data {
        eprintln!("Data: {}.", data.sentence());
    }
    let job = Job {
        notebooks,
        output,
        execute: true,
        formats: vec![Format::Html],
        timeout: execution.timeout,
        jobs: execution.jobs,
    };
    let outcomes = runner::execute(places, &classroom, &job)?;
    runner::summarize(&outcomes);
    conclude(&outcomes, "html")
}

/// Prints the files of a kind; a notebook that failed makes the whole command fail.
///
/// # Errors
/// `Notebook` when one of the notebooks was not executed to its end.
pub fn conclude(outcomes: &[Outcome], extension: &str) -> Result<()> {
    let pages: Vec<_> = outcomes
        .iter()
        .flat_map(|outcome| &outcome.files)
        .filter(|file| file.extension().is_some_and(|found| found == extension))
        .collect();
    if !pages.is_empty() {
        println!("\nWritten:");
        pages.iter().for_each(|page| println!("  {}", shown(page)));
    }
    let failed = outcomes.iter().find(|outcome| outcome.failed);
    match failed.or_else(|| outcomes.iter().find(|outcome| !outcome.good)) {
        Some(outcome) if outcome.name.is_empty() => {
            Err(Failure::Notebook("nothing was written".to_owned()))
        }
        Some(outcome) => Err(Failure::Notebook(format!(
            "{} was not executed to its end",
            outcome.name
        ))),
        None => Ok(()),
    }
}

/// The notebooks that were named, or all of the chapter in order.
///
/// # Errors
/// `Missing` when one of them does not exist or there are none.
pub fn notebooks(places: &Places, named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if !named.is_empty() {
        return named.iter().map(|name| find(places, name)).collect();
    }
    let directory = places.notebooks();
    let entries = std::fs::read_dir(&directory).map_err(Failure::file("read", &directory))?;
    let mut found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "ipynb")
        })
        .collect();
    found.sort();
    if found.is_empty() {
        return Err(Failure::missing(
            format!("there is no notebook in {}", directory.display()),
            "name one: cargo notebook run PATH",
        ));
    }
    Ok(found)
}

/// Where the files go, as an absolute path.
///
/// # Errors
/// `File` when the working directory is gone.
pub fn output(places: &Places, given: Option<PathBuf>) -> Result<PathBuf> {
    given.map_or_else(
        || Ok(places.executed()),
        |path| std::path::absolute(&path).map_err(Failure::file("find", &path)),
    )
}

/// A notebook by its path, or by its name or the beginning of its name in the chapter (`3.4`).
fn find(places: &Places, name: &Path) -> Result<PathBuf> {
    if name.is_file() {
        return std::path::absolute(name).map_err(Failure::file("find", name));
    }
    let beginning = name.to_string_lossy();
    let in_chapter = notebooks(places, &[]).unwrap_or_default();
    let mut matching = in_chapter.iter().filter(|path| {
        path.file_name()
            .is_some_and(|found| found.to_string_lossy().starts_with(&*beginning))
    });
    match (matching.next(), matching.next()) {
        (Some(only), None) => Ok(only.clone()),
        _ => {
            let names: Vec<_> = in_chapter
                .iter()
                .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
                .collect();
            Err(Failure::missing(
                format!("there is no notebook {}", name.display()),
                format!("give a path, or one of the chapter's: {}", names.join(", ")),
            ))
        }
    }
}
