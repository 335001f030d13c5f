//! A callback that saves the model while it is trained.

use std::path::PathBuf;

use super::{Callback, Mode, Training};
use crate::error::Result;

/// Saves the model after every epoch, or only after epochs that are the best so far.
///
/// `{epoch}` in the path stands for the number of the epoch, the first being 1, and the name of a loss or metric for its
/// value: `epoch-{epoch:02d}-{val_loss:.2f}.safetensors`, written as in Python.
///
/// ```
/// use nn_lib::prelude::*;
/// let best = ModelCheckpoint::new("best.safetensors").monitor("val_loss").save_best_only(true);
/// let options = Fit { epochs: 20, callbacks: vec![Box::new(best)], ..Fit::default() };
/// ```
///
/// Source: <https://keras.io/api/callbacks/model_checkpoint/>
#[derive(Clone, Debug)]
#[must_use = "a callback does nothing until it is in the list `callbacks` of `Fit`"]
pub struct ModelCheckpoint {
    path: String,
    monitor: String,
    mode: Mode,
    save_best_only: bool,
    best: f32,
}

impl ModelCheckpoint {
    /// Saves to this path.
    pub fn new(path: &str) -> ModelCheckpoint {
        ModelCheckpoint {
            path: path.to_string(),
            monitor: "val_loss".to_string(),
            mode: Mode::Auto,
            save_best_only: false,
            best: f32::NAN,
        }
    }

    /// The value that says which epoch is best, `val_loss` at first.
    pub fn monitor(mut self, monitor: &str) -> ModelCheckpoint {
        self.monitor = monitor.to_string();
        self
    }

    /// Whether larger or smaller is better.
    pub fn mode(mut self, mode: Mode) -> ModelCheckpoint {
        self.mode = mode;
        self
    }

    /// Whether only the best model so far is kept.
    pub fn save_best_only(mut self, only: bool) -> ModelCheckpoint {
        self.save_best_only = only;
        self
    }
}

impl Callback for ModelCheckpoint {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        if self.save_best_only {
            let value = training.log(&self.monitor)?;
            if !self.mode.improves(&self.monitor, value, self.best, 0.0) {
                return Ok(());
            }
            self.best = value;
        }
        let path = filled_in(&self.path, training)?;
        training.model.save(PathBuf::from(path))
    }
}

/// The path with its braces replaced: `{epoch}`, `{epoch:02d}`, `{val_loss}`, `{val_loss:.2f}`.
fn filled_in(path: &str, training: &Training<'_>) -> Result<String> {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, (field, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let (name, format) = field.split_once(':').unwrap_or((field, ""));
        let digits = format.trim_start_matches('.').trim_end_matches(['d', 'f']);
        let digits: Option<usize> = digits.parse().ok().filter(|digits| *digits < 20);
        filled += before;
        filled += &match (name, digits) {
            ("epoch", width) => {
                format!("{:0width$}", training.epoch + 1, width = width.unwrap_or(0))
            }
            (name, None) => training.log(name)?.to_string(),
            (name, Some(decimals)) => format!("{:.decimals$}", training.log(name)?),
        };
        rest = after;
    }
    Ok(filled + rest)
}
