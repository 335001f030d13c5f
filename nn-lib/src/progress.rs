//! What `fit` prints while it trains.

use std::time::{Duration, Instant};

use crate::history::Logs;

/// How much `fit` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbose {
    /// Nothing.
    Silent,
    /// A line for every epoch.
    #[default]
    Lines,
    /// In a notebook a chart that grows with every epoch, elsewhere lines.
    Chart,
}

/// The state of a training, told after every batch and every epoch.
pub(crate) struct Progress {
    verbose: Verbose,
    epochs: usize,
    batches: usize,
    started: Instant,
}

impl Progress {
    pub(crate) fn new(verbose: Verbose, epochs: usize, batches: usize) -> Progress {
        Progress {
            verbose,
            epochs,
            batches,
            started: Instant::now(),
        }
    }

    pub(crate) fn begin_epoch(&mut self) {
        self.started = Instant::now();
    }

    /// The values at the end of an epoch; `epoch` counts from 0.
    pub(crate) fn end_epoch(&mut self, epoch: usize, logs: &Logs) {
        if self.verbose == Verbose::Silent {
            return;
        }
        let line = line(
            epoch,
            self.epochs,
            self.batches,
            self.started.elapsed(),
            logs,
        );
        println!("{line}");
    }
}

/// `Epoch  1/20  30/30  0s 12ms/step  loss: 0.5123  accuracy: 0.7881`
fn line(epoch: usize, epochs: usize, batches: usize, time: Duration, logs: &Logs) -> String {
    let width = epochs.to_string().len();
    let per_step = time.as_secs_f64() * 1000.0 / batches.max(1) as f64;
    let per_step = if per_step < 1.0 {
        format!("{:.0}us", per_step * 1000.0)
    } else {
        format!("{per_step:.0}ms")
    };
    let mut line = format!(
        "Epoch {:>width$}/{epochs}  {batches}/{batches}  {:.1}s {per_step}/step",
        epoch + 1,
        time.as_secs_f64(),
    );
    for (name, value) in logs.iter() {
        let small = value != 0.0 && value.abs() < 1e-3;
        line += &if small {
            format!("  {name}: {value:.4e}")
        } else {
            format!("  {name}: {value:.4}")
        };
    }
    line
}

/// Whether the user asked to stop.
pub(crate) fn interrupted() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_one_line_like_that_of_keras() {
        let mut logs = Logs::default();
        logs.set("loss", 0.51234);
        logs.set("accuracy", 0.78);
        logs.set("learning_rate", 0.0001);
        assert_eq!(
            line(0, 20, 30, Duration::from_millis(360), &logs),
            "Epoch  1/20  30/30  0.4s 12ms/step  loss: 0.5123  accuracy: 0.7800  learning_rate: 1.0000e-4"
        );
    }
}
