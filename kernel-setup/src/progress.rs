//! Progress of several steps at once: bars on a terminal, a few plain lines in a log.

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::failure::Result;

/// A log gets at most one line per step in this time.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// All steps that are under way.
#[derive(Debug)]
pub struct Progress {
    bars: Option<MultiProgress>,
}

/// One step: it is told how far it is and ends with `done` or `failed`.
#[derive(Debug)]
pub struct Step {
    name: String,
    bar: Option<ProgressBar>,
    started: Instant,
    logged: Instant,
}

impl Progress {
    /// Bars where standard error is a terminal, lines elsewhere.
    pub fn new() -> Self {
        let terminal = console::Term::stderr().is_term();
        Progress {
            bars: terminal.then(MultiProgress::new),
        }
    }

    /// Prints a line above the bars.
    pub fn line(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }

    /// Starts a step.
    pub fn step(&self, name: &str, doing: &str) -> Step {
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_style(style("{spinner} {prefix:<14} {elapsed:>5}  {wide_msg}"));
            bar.set_prefix(name.to_owned());
            bar.set_message(doing.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("  {name}: {doing}");
        }
        let now = Instant::now();
        Step {
            name: name.to_owned(),
            bar,
            started: now,
            logged: now,
        }
    }

    /// Runs one step and shows its end at once, whatever the others do. `work` gives what it has made and a word about it.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn run<T>(
        &self,
        name: &str,
        work: impl FnOnce(&mut Step) -> Result<(T, String)>,
    ) -> Result<T> {
        let mut step = self.step(name, "starting");
        match work(&mut step) {
            Ok((made, message)) => {
                step.done(&message);
                Ok(made)
            }
            Err(failure) => {
                step.failed(failure.to_string().lines().next().unwrap_or("failed"));
                Err(failure)
            }
        }
    }
}

impl Step {
    /// Tells what is being done now.
    pub fn message(&mut self, message: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(message.to_owned()),
            None => self.log(message),
        }
    }

    /// Tells how many of how many parts are ready, and what is being done now.
    pub fn position(&mut self, done: u64, total: u64, message: &str) {
        match &self.bar {
            Some(bar) => {
                if bar.length() != Some(total) {
                    bar.set_length(total);
                    bar.set_style(style("{spinner} {prefix:<14} {elapsed:>5}  {bar:24.green} {pos}/{len} {wide_msg}"));
                }
                bar.set_position(done);
                bar.set_message(message.to_owned());
            }
            None => self.log(&format!("{done}/{total} {message}")),
        }
    }

    /// One of the parts is ready; a log gets a line for each.
    pub fn part_done(&mut self, part: u64, total: u64, message: &str, elapsed: Duration) {
        match &self.bar {
            Some(bar) => bar.set_position(part),
            None => eprintln!(
                "  {}: {part:>3}/{total} {:>8}  {message}",
                self.name,
                seconds(elapsed)
            ),
        }
    }

    /// The step is complete.
    pub fn done(self, message: &str) {
        self.close(&format!(
            "{} {}: {message} ({})",
            console::style("✓").green().for_stderr(),
            self.name,
            seconds(self.started.elapsed())
        ));
    }

    /// The step has failed; the reason is printed elsewhere or follows.
    pub fn failed(self, message: &str) {
        self.close(&format!(
            "{} {}: {message}",
            console::style("✗").red().for_stderr(),
            self.name
        ));
    }

    fn close(&self, line: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_style(style("{wide_msg}"));
                bar.finish_with_message(line.to_owned());
            }
            None => eprintln!("{line}"),
        }
    }

    fn log(&mut self, message: &str) {
        if self.logged.elapsed() >= LOG_INTERVAL {
            self.logged = Instant::now();
            eprintln!(
                "  {}: {message} ({})",
                self.name,
                seconds(self.started.elapsed())
            );
        }
    }
}

/// `0.4 s`, `12 s`, `3 min 5 s`.
pub fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match duration.as_secs() {
        0..10 => format!("{seconds:.1} s"),
        10..120 => format!("{seconds:.0} s"),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the template is fixed and valid")
        .progress_chars("█▌ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(seconds(Duration::from_millis(440)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(12)), "12 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 5 s");
    }
}
