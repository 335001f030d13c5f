//! Executes notebooks through Jupyter's own client and shows every cell as it runs.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::Format;
use crate::failure::{Failure, Result};
use crate::interrupt;
use crate::jupyter;
use crate::places::Places;
use crate::progress::{Progress, Step, seconds};
use crate::setup::Classroom;

/// What to execute and what to write.
#[derive(Debug)]
pub struct Job {
    /// The notebooks, in order.
    pub notebooks: Vec<PathBuf>,
    /// Where the files go.
    pub output: PathBuf,
    /// Execute, or take the outputs that are there?
    pub execute: bool,
    /// The pages to write; PDF is made from the HTML page by the caller.
    pub formats: Vec<Format>,
    /// Seconds that one cell may take.
    pub timeout: u64,
}

/// What became of one notebook.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The notebook's file name without extension.
    pub name: String,
    /// Code cells that were executed.
    pub cells: u64,
    /// From the first cell to the last.
    pub elapsed: Option<Duration>,
    /// Executed to the end (or not executed at all, as asked).
    pub good: bool,
    /// The files that were written.
    pub files: Vec<PathBuf>,
}

/// Executes the notebooks; stops after the first one that fails, having printed its failing cell.
///
/// # Errors
/// `Program` when Python itself fails, `Interrupted` after Ctrl-C. A failing cell is no error of
/// this function: its outcome is not `good`.
pub fn execute(places: &Places, classroom: &Classroom, job: &Job) -> Result<Vec<Outcome>> {
    let formats: Vec<_> = job
        .formats
        .iter()
        .map(|format| {
            if *format == Format::Slides {
                "slides"
            } else {
                "html"
            }
        })
        .collect();
    let plan = json!({
        "notebooks": job.notebooks,
        "output": job.output,
        "executed": places.executed(),
        "execute": job.execute,
        "formats": formats,
        "timeout": job.timeout,
    });
    let mut child = jupyter::python(places, classroom)?
        .arg(places.assets().join("execute.py"))
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
    let complaints = thread::spawn(move || {
        let mut text = String::new();
        let _ = stderr.read_to_string(&mut text);
        text
    });

    let outcomes = follow(&mut child);
    let status = child
        .wait()
        .map_err(Failure::file("wait for", Path::new("python")))?;
    drop(stdin);
    let complaints = complaints.join().expect("reading does not panic");
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

/// Turns the events into progress and outcomes.
fn follow(child: &mut Child) -> Vec<Outcome> {
    let stdout = child.stdout.take().expect("standard output is piped");
    let progress = Progress::new();
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut step: Option<Step> = None;
    let mut source = String::new();
    for line in BufReader::new(stdout)
        .lines()
        .map_while(std::result::Result::ok)
    {
        let Ok(event) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        let number = |field: &str| event[field].as_u64().unwrap_or_default();
        match event["event"].as_str().unwrap_or_default() {
            "notebook" => {
                step = Some(progress.step(&text("name"), "starting"));
                outcomes.push(Outcome {
                    name: text("name"),
                    cells: number("cells"),
                    ..Outcome::default()
                });
            }
            "cell" => {
                source = text("source");
                if let Some(step) = &mut step {
                    step.position(number("place") - 1, number("cells"), &source);
                }
            }
            "executed" => {
                if let Some(step) = &mut step {
                    step.part_done(
                        number("place"),
                        outcomes.last().map_or(0, |outcome| outcome.cells),
                        &source,
                        duration(&event),
                    );
                }
            }
            "done" => {
                let outcome = outcomes
                    .last_mut()
                    .expect("a notebook is announced before it is done");
                outcome.good = true;
                outcome.elapsed = Some(duration(&event));
                if let Some(step) = step.take() {
                    step.done(&format!("{} cells executed", outcome.cells));
                }
            }
            "failed" => {
                if !outcomes.iter().any(|outcome| outcome.name == text("name")) {
                    outcomes.push(Outcome {
                        name: text("name"),
                        cells: number("cells"),
                        ..Outcome::default()
                    });
                }
                let step = step
                    .take()
                    .unwrap_or_else(|| progress.step(&text("name"), "starting"));
                step.failed(&format!(
                    "cell {} of {} failed",
                    number("place"),
                    number("cells")
                ));
                print_failure(&text("source"), &text("message"));
            }
            "written" => {
                let name = text("name");
                if !outcomes.iter().any(|outcome| outcome.name == name) {
                    outcomes.push(Outcome {
                        name: name.clone(),
                        good: true,
                        ..Outcome::default()
                    });
                }
                let outcome = outcomes
                    .iter_mut()
                    .find(|outcome| outcome.name == name)
                    .expect("it was just looked for");
                outcome.files = event["files"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(PathBuf::from)
                    .collect();
            }
            "unavailable" => {
                eprintln!("{}", text("text"));
                outcomes.push(Outcome::default());
            }
            "note" => progress.line(&text("text")),
            _ => (),
        }
    }
    outcomes
}

/// The failing cell's source and what its execution said.
fn print_failure(source: &str, message: &str) {
    let message = if console::colors_enabled_stderr() {
        message.to_owned()
    } else {
        console::strip_ansi_codes(message).into_owned()
    };
    eprintln!();
    for line in source.lines() {
        eprintln!("    {line}");
    }
    eprintln!("\n{}\n", message.trim_end());
}

/// A table of what became of the notebooks, and where the pages are.
pub fn summarize(outcomes: &[Outcome]) {
    let width = outcomes
        .iter()
        .map(|outcome| outcome.name.chars().count())
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
            "{:<width$}  {:>5}  {:>9}  {}",
            outcome.name,
            outcome.cells,
            time,
            if outcome.good { "ok" } else { "FAILED" }
        );
    }
}

fn duration(event: &Value) -> Duration {
    Duration::from_secs_f64(event["seconds"].as_f64().unwrap_or_default().max(0.0))
}
