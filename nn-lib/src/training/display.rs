//! What `fit` shows while it trains: a line for each epoch, or a chart that grows.

use super::display_view as view;
use super::record::{Epoch, Record};
use crate::notebook::stage::Stage;
use crate::notebook::{Bundle, FrontEnd, LiveDisplay, front_end, print_text};
use crate::tensor::Origin;
use std::io::IsTerminal;
use std::time::Duration;

use crate::compute::Moment;

/// What a long training shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verbose {
    /// Nothing, unless the user stops the training.
    Silent,
    /// A line for each epoch; in a notebook one table that grows, with the progress of the running epoch. In a closure of
    /// `explore` the lines are its progress, and leave nothing behind.
    #[default]
    Lines,
    /// In a notebook a chart of loss and accuracy that redraws as epochs end; elsewhere lines.
    Chart,
}

/// Shows the progress of a training; at the end the final state stays.
///
/// Feed it after each batch (see [`TrainingDisplay::wants_batch`]) and after each epoch; dropping it shows the
/// final state.
///
/// ```
/// use nn_lib::training::{TrainingDisplay, Verbose};
///
/// let mut display = TrainingDisplay::new(Verbose::Lines, 0, 2);
/// display.epoch(0.05, &[("loss", 0.51), ("val_loss", 0.38)]);
/// display.epoch(0.05, &[("loss", 0.30), ("val_loss", 0.30)]);
/// ```
#[derive(Debug)]
pub struct TrainingDisplay {
    verbose: Verbose,
    record: Record,
    first_epoch: usize,
    live: LiveDisplay,
    last_batch: Option<Moment>,
    /// Whether an unfinished line of progress stands in the terminal.
    progress_line: bool,
    /// How often the progress of the running epoch is shown at most.
    interval: Duration,
    /// Where the lines are only told as progress: under the controls of `explore`.
    told: Option<Stage>,
}

impl TrainingDisplay {
    /// A display of the epochs from `initial_epoch` (counted from 0) up to `epochs`, as in Keras's `fit`.
    pub fn new(verbose: Verbose, initial_epoch: usize, epochs: usize) -> TrainingDisplay {
        let told = Stage::current().filter(|_| verbose == Verbose::Lines);
        let verbose = match told {
            Some(_) => Verbose::Silent,
            None => verbose,
        };
        let interval = Duration::from_millis(if verbose == Verbose::Chart { 330 } else { 125 });
        TrainingDisplay {
            verbose,
            record: Record {
                last_epoch: epochs,
                ..Record::default()
            },
            first_epoch: initial_epoch,
            live: LiveDisplay::with_interval(interval),
            last_batch: None,
            progress_line: false,
            interval,
            told,
        }
    }

    /// The display of a training on data of this origin.
    pub(crate) fn of(mut self, origin: Origin) -> TrainingDisplay {
        self.record.origin = origin;
        self
    }

    /// Whether a call of [`batch`](TrainingDisplay::batch) would show something now: when it is false, the values of
    /// the batch need not be computed. Costs some nanoseconds.
    pub fn wants_batch(&self) -> bool {
        match (self.verbose, front_end()) {
            (Verbose::Silent, _) | (_, FrontEnd::Evcxr) | (Verbose::Chart, FrontEnd::NnKernel) => {
                false
            }
            (Verbose::Lines, FrontEnd::NnKernel) => self.live.is_due(),
            (_, FrontEnd::Terminal) => {
                self.last_batch
                    .is_none_or(|last| last.elapsed() >= self.interval)
                    && std::io::stdout().is_terminal()
            }
        }
    }

    /// Shows that `batch` (counted from 1) of `batches` of the running epoch is done, with the values so far.
    pub fn batch(&mut self, batch: usize, batches: usize, logs: &[(impl AsRef<str>, f32)]) {
        if !self.wants_batch() {
            return;
        }
        self.record.running = Some((batch, batches, view::values_line(logs)));
        if front_end() == FrontEnd::NnKernel {
            let record = &self.record;
            self.live.update(|| view::table(record, self.first_epoch));
        } else {
            let line = view::progress_line(&self.record, self.first_epoch);
            print_text(&format!("\r\x1b[K{line}"));
            self.progress_line = true;
            self.last_batch = Some(Moment::now());
        }
    }

    /// Shows that the running epoch is done, how long it took, and its values in their order.
    pub fn epoch(&mut self, seconds: f64, logs: &[(impl AsRef<str>, f32)]) {
        let number = self.first_epoch + self.record.finished.len() + 1;
        for (name, _) in logs {
            if !self.record.names.iter().any(|known| known == name.as_ref()) {
                self.record.names.push(name.as_ref().to_string());
            }
        }
        let value = |name: &String| {
            logs.iter()
                .find(|(n, _)| n.as_ref() == name)
                .map_or(f32::NAN, |(_, v)| *v)
        };
        let values = self.record.names.iter().map(value).collect();
        self.record.finished.push(Epoch {
            number,
            seconds,
            values,
        });
        self.record.running = None;
        if let Some(stage) = &self.told {
            let line = view::epoch_line(&self.record, self.record.finished.len() - 1);
            stage.tell_progress(line);
        }
        match (self.verbose, front_end()) {
            (Verbose::Silent, _) | (Verbose::Chart, FrontEnd::Evcxr) => {}
            (_, FrontEnd::NnKernel) => {
                if self.live.is_due() {
                    let bundle = self.bundle(false);
                    self.live.update(|| bundle);
                }
            }
            _ => {
                let line = view::epoch_line(&self.record, self.record.finished.len() - 1);
                self.print_line(&line);
            }
        }
    }

    /// Adds a line, such as why the training ended early.
    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        let printed = match (self.verbose, front_end()) {
            (Verbose::Silent, _)
            | (Verbose::Lines, FrontEnd::NnKernel)
            | (Verbose::Chart, FrontEnd::Evcxr) => false,
            // A chart has no place for it: it stands below.
            (Verbose::Chart, FrontEnd::NnKernel) => true,
            (_, FrontEnd::Evcxr | FrontEnd::Terminal) => true,
        };
        if printed {
            self.print_line(&text);
        }
        self.record.notes.push(text);
    }

    /// Adds the line that the user has stopped the training; shown in any case, also where nothing else is.
    pub fn stopped(&mut self, text: &str) {
        if self.verbose == Verbose::Silent {
            self.print_line(text);
        }
        self.note(text);
    }

    /// What is shown of the training at this moment.
    fn bundle(&self, last: bool) -> Bundle {
        match self.verbose {
            Verbose::Chart => view::chart(&self.record, last),
            _ => view::table(&self.record, self.first_epoch),
        }
    }

    fn print_line(&mut self, line: &str) {
        let clear = if std::mem::take(&mut self.progress_line) {
            "\r\x1b[K"
        } else {
            ""
        };
        print_text(&format!("{clear}{line}\n"));
    }
}

impl Drop for TrainingDisplay {
    fn drop(&mut self) {
        self.record.running = None;
        let something = !self.record.finished.is_empty() || !self.record.notes.is_empty();
        let shown = match (self.verbose, front_end()) {
            (Verbose::Silent, _) | (_, FrontEnd::Terminal) | (Verbose::Lines, FrontEnd::Evcxr) => {
                false
            }
            (_, FrontEnd::NnKernel) | (Verbose::Chart, FrontEnd::Evcxr) => something,
        };
        if shown {
            let bundle = self.bundle(true);
            self.live.finish(bundle);
        } else if self.progress_line {
            print_text("\n");
        }
    }
}
