//! What the executing Python tells, turned into progress and outcomes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::progress::{Progress, Step};
use crate::runner::{Outcome, Problem};

/// Turns the events into progress and outcomes, which are in the order of the notebooks' names given.
pub fn follow(child: &mut Child, order: &[String]) -> Vec<Outcome> {
    let stdout = child.stdout.take().expect("standard output is piped");
    let mut followed = Followed {
        progress: Progress::new(),
        running: HashMap::new(),
        outcomes: Vec::new(),
    };
    for line in BufReader::new(stdout)
        .lines()
        .map_while(std::result::Result::ok)
    {
        if let Ok(event) = serde_json::from_str::<Value>(&line) {
            followed.take(&event);
        }
    }
    let mut outcomes = followed.outcomes;
    outcomes.sort_by_key(|outcome| order.iter().position(|name| *name == outcome.name));
    outcomes
}

/// What is known so far.
struct Followed {
    progress: Progress,
    running: HashMap<String, Running>,
    outcomes: Vec<Outcome>,
}

/// A notebook that is being executed.
struct Running {
    step: Step,
    source: String,
    cells: u64,
}

impl Followed {
    fn take(&mut self, event: &Value) {
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        let number = |field: &str| event[field].as_u64().unwrap_or_default();
        let name = text("name");
        match event["event"].as_str().unwrap_or_default() {
            "notebook" => {
                let running = Running {
                    step: self.progress.step(&name, "starting"),
                    source: String::new(),
                    cells: number("cells"),
                };
                self.outcome(&name).cells = running.cells;
                self.running.insert(name, running);
            }
            "cell" => {
                if let Some(running) = self.running.get_mut(&name) {
                    running.source = text("source");
                    let done = number("place").saturating_sub(1);
                    running.step.position(done, running.cells, &running.source);
                }
            }
            "executed" => {
                if let Some(running) = self.running.get_mut(&name) {
                    running.step.part_done(
                        number("place"),
                        running.cells,
                        &running.source,
                        duration(event),
                    );
                }
            }
            "done" => {
                let outcome = self.outcome(&name);
                outcome.good = true;
                outcome.elapsed = Some(duration(event));
                if let Some(running) = self.running.remove(&name) {
                    let cells = match running.cells {
                        1 => "1 cell".to_owned(),
                        several => format!("{several} cells"),
                    };
                    running.step.done(&format!("{cells} executed"));
                }
            }
            "failed" => {
                let (place, cells) = (number("place"), number("cells"));
                self.outcome(&name).failed = true;
                let step = match self.running.remove(&name) {
                    Some(running) => running.step,
                    None => self.progress.step(&name, "starting"),
                };
                step.failed(&format!("cell {place} of {cells} failed"));
                self.progress
                    .line(&failure(&text("source"), &text("message")));
            }
            "stopped" => {
                if let Some(running) = self.running.remove(&name) {
                    running.step.failed("stopped");
                }
            }
            "written" => {
                let files = event["files"].as_array().into_iter().flatten();
                let files = files.filter_map(Value::as_str).map(PathBuf::from).collect();
                let outcome = self.outcome(&name);
                outcome.good = true;
                outcome.files = files;
            }
            "unavailable" => {
                self.progress.line(&text("text"));
                self.outcomes.push(Outcome::default());
            }
            "unreadable" => {
                self.outcome(&name).problem = Some(Problem::Unreadable(text("text")));
            }
            "unwritten" => {
                let outcome = self.outcome(&name);
                outcome.good = false;
                outcome.problem = Some(Problem::Unwritten(text("text")));
            }
            "note" => self.progress.line(&format!("  {name}: {}", text("text"))),
            _ => (),
        }
    }

    /// What is known of this notebook.
    fn outcome(&mut self, name: &str) -> &mut Outcome {
        let place = self
            .outcomes
            .iter()
            .position(|outcome| outcome.name == name);
        let place = place.unwrap_or_else(|| {
            self.outcomes.push(Outcome {
                name: name.to_owned(),
                ..Outcome::default()
            });
            self.outcomes.len() - 1
        });
        &mut self.outcomes[place]
    }
}

/// The failing cell's source and what its execution said.
fn failure(source: &str, message: &str) -> String {
    let message = if console::colors_enabled_stderr() {
        message.to_owned()
    } else {
        console::strip_ansi_codes(message).into_owned()
    };
    let source: String = source.lines().map(|line| format!("    {line}\n")).collect();
    format!("\n{source}\n{}\n", message.trim_end())
}

fn duration(event: &Value) -> Duration {
    Duration::from_secs_f64(event["seconds"].as_f64().unwrap_or_default().max(0.0))
}
