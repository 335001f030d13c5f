//! `cargo notebook doctor`: looks at everything that is needed and says what to do about the rest.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use crate::classroom;
use crate::cli::{DoctorArguments, Format, Solutions};
use crate::failure::{Failure, Result};
use crate::installation::{Installation, in_words};
use crate::kernelspec;
use crate::notebooks;
use crate::paths::{Paths, user_jupyter_data};
use crate::pdf;
use crate::progress::seconds;
use crate::requirements;
use crate::runner::{self, Controls, Job};
use crate::setup::{self, Classroom, Need};

/// What is free at least before the doctor complains.
const COMFORTABLE_BYTES: u64 = 1 << 30;

/// The findings so far.
#[derive(Debug, Default)]
struct Report {
    failures: usize,
}

impl Report {
    fn good(&mut self, what: &str, detail: &str) {
        let detail = in_words(detail);
        println!("{} {what:<18} {detail}", console::style("✓").green());
    }

    /// Not wrong, only not there yet or not needed.
    fn note(&mut self, what: &str, detail: &str) {
        let detail = in_words(detail);
        println!("{} {what:<18} {detail}", console::style("–").yellow());
    }

    fn bad(&mut self, what: &str, failure: &Failure) {
        self.failures += 1;
        let failed = in_words(&failure.to_string());
        println!("{} {what:<18} {failed}", console::style("✗").red());
        if let Some(mend) = failure.mend() {
            println!("  {:<18} to mend it: {}", "", in_words(mend));
        }
    }

    fn take(&mut self, what: &str, finding: Result<String>) {
        match finding {
            Ok(detail) => self.good(what, &detail),
            Err(failure) => self.bad(what, &failure),
        }
    }
}

/// Prints one line per thing that is needed.
///
/// # Errors
/// `Notebook` (with the number of failures) when something is wrong.
pub fn doctor(paths: &Paths, arguments: DoctorArguments) -> Result<()> {
    let mut report = Report::default();
    machine(&mut report, paths);
    let complete = classroom(&mut report, paths, arguments.python.python.clone());
    surroundings(&mut report, paths);
    if complete && report.failures == 0 {
        report.take("kernel answers", try_kernel(paths, arguments.python.python));
    }
    match report.failures {
        0 => Ok(()),
        1 => Err(Failure::Notebook("one thing needs to be mended".to_owned())),
        several => Err(Failure::Notebook(format!(
            "{several} things need to be mended"
        ))),
    }
}

/// What set-up needs of the machine; an installation needs no Rust.
fn machine(report: &mut Report, paths: &Paths) {
    if let Some(installation) = &paths.installation {
        report.take("system", system(installation));
        report.take("files", classroom::verify(installation));
    } else {
        report.take("Rust", requirements::rust());
        report.take(
            "rust-src",
            requirements::rust_source(false).map(|path| path.display().to_string()),
        );
        report.take(
            "linker",
            requirements::linker().map(|path| path.display().to_string()),
        );
    }
    report.take(
        "Python",
        requirements::python(paths.installation.as_ref())
            .map(|(path, version)| format!("{version} ({})", path.display())),
    );
    let space = requirements::space(&paths.cache, COMFORTABLE_BYTES);
    report.take(
        "disk space",
        space.map(|free| {
            format!(
                "{} free at {}",
                requirements::gibibytes(free),
                paths.cache.display()
            )
        }),
    );
}

/// Whether the programs of an installation start here.
fn system(installation: &Installation) -> Result<String> {
    setup::check_installation(installation)?;
    Ok(format!(
        "{}, glibc {} or newer, as the installation needs",
        installation.entry("processor"),
        installation.entry("glibc")
    ))
}

/// What set-up has made; true when all of it is there.
fn classroom(report: &mut Report, paths: &Paths, python: Option<PathBuf>) -> bool {
    let later = "not set up yet; `cargo notebook run` or `lab` does it";
    match setup::state(paths, python) {
        Ok(state) => {
            for (what, there) in [
                ("kernel", state.kernel),
                ("nn-lib in kernel", state.template),
                ("Jupyter", state.python),
            ] {
                if there {
                    report.good(what, "ready")
                } else {
                    report.note(what, later)
                }
            }
            state.kernel && state.template && state.python
        }
        Err(failure) => {
            report.bad("kernel", &failure);
            false
        }
    }
}

/// Data, other Jupyters, a browser: good to have.
fn surroundings(report: &mut Report, paths: &Paths) {
    let data = setup::look_for_data(paths);
    match &data {
        setup::Data::StandIn | setup::Data::Installed => report.note("data", &data.sentence()),
        _ => report.good("data", &data.sentence()),
    }
    match user_jupyter_data().map(|data| kernelspec::find(&data.join("kernels"))) {
        Ok(Some(directory)) => report.good(
            "other Jupyters",
            &format!("the kernel is installed in {}", directory.display()),
        ),
        _ => report.note(
            "other Jupyters",
            "`cargo notebook install` offers the kernel to them and to VS Code",
        ),
    }
    match pdf::browser() {
        Ok(browser) => report.good("PDF export", &browser.display().to_string()),
        Err(_) => report.note(
            "PDF export",
            "needs Chromium or Chrome; HTML and slides do not",
        ),
    }
}

/// Starts a kernel and has it compute something with nn-lib's prelude in scope.
fn try_kernel(paths: &Paths, python: Option<PathBuf>) -> Result<String> {
    let started = Instant::now();
    let directory = tempfile::tempdir().map_err(Failure::file("create", &std::env::temp_dir()))?;
    let notebook = directory.path().join("doctor.ipynb");
    let cell = json!({ "cell_type": "code", "id": "sum", "metadata": {}, "outputs": [], "execution_count": null, "source": "Tensor::from(vec![1.0, 2.0]).shape()" });
    let content = json!({ "cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5 });
    fs::write(&notebook, content.to_string()).map_err(Failure::file("write", &notebook))?;
    let classroom: Classroom = setup::ensure(paths, Need::KernelAndPython, python)?;
    let job = Job {
        notebooks: notebooks::choose(paths, &[notebook], None, false, true)?,
        output: directory.path().join("executed"),
        execute: true,
        formats: vec![Format::Html],
        timeout: 120,
        jobs: None,
        solutions: Solutions::Folded,
        language: None,
        controls: Controls::Widgets,
    };
    let outcomes = runner::execute(paths, &classroom, &job)?;
    if outcomes.iter().all(|outcome| outcome.good) {
        return Ok(format!(
            "a cell with nn-lib ran ({} with the start of Jupyter's client)",
            seconds(started.elapsed())
        ));
    }
    Err(Failure::missing(
        "the kernel could not run a cell (its answer is above)",
        "cargo notebook uninstall, then cargo notebook run",
    ))
}
