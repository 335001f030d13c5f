//! `cargo notebook run`: execute the chapter and write it as HTML pages.

use std::path::PathBuf;

use crate::cli::{Format, RunArguments, Solutions};
use crate::failure::{Failure, Result};
use crate::language::Language;
use crate::notebooks;
use crate::output_files;
use crate::paths::{Paths, shown};
use crate::runner::{self, Controls, Job, Outcome};
use crate::setup::{self, Need};

/// Sets everything up, executes the notebooks and says where the pages are.
///
/// # Errors
/// What set-up lacks; `Notebook` when a cell fails.
pub fn run(paths: &Paths, arguments: RunArguments) -> Result<()> {
    let execution = arguments.execution;
    let language = execution.language.lang;
    let mut notebooks = notebooks::choose(
        paths,
        &execution.notebooks,
        language.as_ref(),
        execution.all,
        true,
    )?;
    let output = output(paths, execution.output, language.as_ref())?;
    output_files::prepare(paths, &mut notebooks, &output, true, Format::Html)?;
    let classroom = setup::ensure(paths, Need::KernelAndPython, execution.python.python)?;
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
        solutions: Solutions::Folded,
        language,
        controls: Controls::Widgets,
    };
    let outcomes = runner::execute(paths, &classroom, &job)?;
    runner::summarize(&outcomes);
    conclude(&outcomes, "html")
}

/// Prints the files of a kind; a notebook that failed makes the whole command fail. What a page had to leave out does
/// not: it was said, and the page is there.
///
/// # Errors
/// `Notebook` when one of the notebooks was not executed to its end or could not be written.
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
    if let Some(problem) = outcomes.iter().find_map(|outcome| outcome.problem.clone()) {
        return Err(problem.into_failure());
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

/// Where the files go, as an absolute path; those of another language have a folder of their own.
///
/// # Errors
/// `File` when the working directory is gone.
pub fn output(
    paths: &Paths,
    given: Option<PathBuf>,
    language: Option<&Language>,
) -> Result<PathBuf> {
    match (given, language) {
        (Some(path), _) => std::path::absolute(&path).map_err(Failure::file("find", &path)),
        (None, Some(language)) => Ok(language.below(&paths.executed())),
        (None, None) => Ok(paths.executed()),
    }
}
