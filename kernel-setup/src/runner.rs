//! Executes notebooks through Jupyter's own client and shows every cell as it runs.

use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rust_nn_template::processors;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::cli::{Format, Solutions};
use crate::failure::{Failure, Result};
use crate::interrupt;
use crate::jupyter;
use crate::language::Language;
use crate::notebook_events;
use crate::notebooks::Notebook;
use crate::paths::Paths;
use crate::progress::seconds;
use crate::setup::Classroom;
use crate::subprocess::LAST_LINES;

/// What becomes of the controls in a notebook (`explore`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controls {
    /// As in JupyterLab: they wait for a reader.
    Widgets,
    /// Every position is computed, and the page shows it.
    Page,
    /// The first result alone.
    Picture,
}

/// The variable by which nn-lib in the cells' process knows.
const EXPLORE: &str = "NN_LIB_EXPLORE";

/// What to execute and what to write.
#[derive(Debug)]
pub struct Job {
    /// The notebooks, in order.
    pub notebooks: Vec<Notebook>,
    /// Where the files go.
    pub output: PathBuf,
    /// Execute, or take the outputs that are there?
    pub execute: bool,
    /// The pages to write; PDF is made from the HTML page by the caller.
    pub formats: Vec<Format>,
    /// Seconds that one cell may take.
    pub timeout: u64,
    /// How many notebooks are executed at once; none: as many as there are processors, up to four.
    pub jobs: Option<NonZeroUsize>,
    /// Whether answers and solutions are folded away on pages and slides.
    pub solutions: Solutions,
    /// The language of the pages' words; none: what a notebook's metadata names.
    pub language: Option<Language>,
    /// What becomes of sliders and other controls.
    pub controls: Controls,
}

/// What became of one notebook.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The name of the notebook's results.
    pub name: String,
    /// Code cells that were executed.
    pub cells: u64,
    /// From the first cell to the last.
    pub elapsed: Option<Duration>,
    /// Executed to the end (or not executed at all, as asked).
    pub good: bool,
    /// One of its cells has failed: the reason why others may be stopped.
    pub failed: bool,
    /// The files that were written.
    pub files: Vec<PathBuf>,
    /// Why it could not be read or written.
    pub problem: Option<Problem>,
}

/// A notebook or a result that the system or the format stands in the way of.
#[derive(Debug, Clone)]
pub enum Problem {
    /// The notebook, with the reason.
    Unreadable(String),
    /// A result, with the reason.
    Unwritten(String),
}

impl Problem {
    /// With what to do about it.
    pub fn into_failure(self) -> Failure {
        match self {
            Problem::Unreadable(text) => Failure::missing(
                text,
                "open it in JupyterLab and save it, or take it from where it is still whole",
            ),
            Problem::Unwritten(text) => Failure::missing(
                format!("cannot write {text}"),
                "free some disk space, or name another folder with -o",
            ),
        }
    }
}

/// Executes the notebooks; the first one that fails, whose failing cell is printed, stops the others.
///
/// # Errors
/// `Program` when Python itself fails, `Interrupted` after Ctrl-C. A failing cell is no error of
/// this function: its outcome is not `good`.
pub fn execute(paths: &Paths, classroom: &Classroom, job: &Job) -> Result<Vec<Outcome>> {
    let formats: Vec<_> = job
        .formats
        .iter()
        .map(|format| match format {
            Format::Html => "html",
            Format::Slides => "slides",
            Format::Pdf => "paper",
        })
        .collect();
    let notebooks: Vec<_> = job
        .notebooks
        .iter()
        .map(|notebook| {
            json!({
                "path": notebook.input.path,
                "sources": notebook.input.sources,
                "name": notebook.name,
                "executed": notebook.executed,
            })
        })
        .collect();
    let plan = json!({
        "notebooks": notebooks,
        "output": job.output,
        "executed": paths.executed(),
        "execute": job.execute,
        "formats": formats,
        "solutions": if job.solutions == Solutions::Open { "open" } else { "folded" },
        "language": job.language.as_ref().map(Language::name),
        "font": paths.korean_font(),
        "timeout": job.timeout,
        "jobs": job.jobs.map_or_else(usual_jobs, NonZeroUsize::get),
    });
    let mut python = jupyter::python(paths, classroom)?;
    match job.controls {
        Controls::Widgets => python.env_remove(EXPLORE),
        Controls::Page => python.env(EXPLORE, "page"),
        Controls::Picture => python.env(EXPLORE, "picture"),
    };
    let mut child = python
        .arg(paths.assets().join("execute.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            Failure::missing(
                format!("cannot start Python: {error}"),
                "cargo notebook doctor",
            )
        })?;
    // Held open until the end: when this process dies, Python sees it close and stops its kernels.
    let mut stdin = child.stdin.take().expect("standard input is piped");
    let sent = writeln!(stdin, "{plan}");
    let mut stderr = child.stderr.take().expect("standard error is piped");
    let (sender, complaints) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = stderr.read_to_string(&mut text);
        let _ = sender.send(text);
    });

    let order: Vec<_> = job
        .notebooks
        .iter()
        .map(|notebook| notebook.name.clone())
        .collect();
    let outcomes = notebook_events::follow(&mut child, &order);
    let status = child
        .wait()
        .map_err(Failure::file("wait for", Path::new("python")))?;
    drop(stdin);
    // A process that a notebook has left behind may hold the pipe open.
    let complaints = complaints.recv_timeout(LAST_LINES).unwrap_or_default();
    if interrupt::requested() {
        return Err(Failure::Interrupted);
    }
    let explained = outcomes.iter().any(|outcome| !outcome.good);
    if (!status.success() || sent.is_err()) && !explained {
        return Err(Failure::Program {
            program: "Jupyter's client".to_owned(),
            status: status.to_string(),
            output: complaints.trim().to_owned(),
        });
    }
    Ok(outcomes)
}

/// As many as there are processors for this program; a kernel takes about half a gigabyte, so no more than four.
fn usual_jobs() -> usize {
    processors::processors().get().min(4)
}

/// A table of what became of the notebooks, and where the pages are.
pub fn summarize(outcomes: &[Outcome]) {
    let width = outcomes
        .iter()
        .map(|outcome| outcome.name.width())
        .max()
        .unwrap_or(0)
        .max("notebook".len());
    println!(
        "\n{:<width$}  {:>5}  {:>9}  status",
        "notebook", "cells", "time"
    );
    for outcome in outcomes {
        let time = outcome.elapsed.map_or_else(|| "-".to_owned(), seconds);
        println!(
            "{}{}  {:>5}  {:>9}  {}",
            outcome.name,
            " ".repeat(width - outcome.name.width()),
            outcome.cells,
            time,
            match (outcome.good, outcome.failed) {
                (true, _) => "ok",
                (_, true) => "FAILED",
                _ => "stopped",
            }
        );
    }
}
