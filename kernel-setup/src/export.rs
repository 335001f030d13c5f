//! `cargo notebook export`: the notebooks as files for a lecture.

use crate::cli::{ExportArguments, Format};
use crate::failure::Result;
use crate::notebooks;
use crate::output_files;
use crate::paths::Paths;
use crate::pdf;
use crate::run::{conclude, output};
use crate::runner::{self, Controls, Job};
use crate::setup::{self, Need};

/// Executes the notebooks (unless told not to) and writes the files.
///
/// # Errors
/// What set-up lacks; `Notebook` when a cell fails; `Missing` for a PDF without Chromium.
pub fn export(paths: &Paths, arguments: ExportArguments) -> Result<()> {
    let execution = arguments.execution;
    let execute = !arguments.no_execute;
    let language = execution.language.lang;
    let mut notebooks = notebooks::choose(
        paths,
        &execution.notebooks,
        language.as_ref(),
        execution.all,
        execute,
    )?;
    let output = output(paths, execution.output, language.as_ref())?;
    let browser = if arguments.to == Format::Pdf {
        Some(pdf::browser()?)
    } else {
        None
    };
    output_files::prepare(paths, &mut notebooks, &output, execute, arguments.to)?;
    let need = if arguments.no_execute {
        Need::Python
    } else {
        Need::KernelAndPython
    };
    let classroom = setup::ensure(paths, need, execution.python.python)?;
    let job = Job {
        notebooks,
        output,
        execute,
        formats: vec![arguments.to],
        timeout: execution.timeout,
        jobs: execution.jobs,
        solutions: arguments.solutions,
        language,
        controls: if arguments.no_widgets || arguments.to == Format::Pdf {
            Controls::Picture
        } else {
            Controls::Page
        },
    };
    let mut outcomes = runner::execute(paths, &classroom, &job)?;
    if let Some(browser) = browser {
        for outcome in &mut outcomes {
            let page = outcome
                .files
                .iter()
                .find(|file| {
                    file.extension()
                        .is_some_and(|extension| extension == "html")
                })
                .cloned();
            if let Some(page) = page {
                outcome.files.push(pdf::print(&browser, &page)?);
            }
        }
    }
    if job.execute {
        runner::summarize(&outcomes);
    }
    conclude(
        &outcomes,
        if arguments.to == Format::Pdf {
            "pdf"
        } else {
            "html"
        },
    )
}
