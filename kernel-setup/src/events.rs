//! What the executing Python tells, turned into progress and outcomes.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::progress::{Progress, Step};
use crate::runner::Outcome;

/// Turns the events into progress and outcomes.
pub fn follow(child: &mut Child) -> Vec<Outcome> {
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

fn duration(event: &Value) -> Duration {
    Duration::from_secs_f64(event["seconds"].as_f64().unwrap_or_default().max(0.0))
}
