//! A callback that ends a training that no longer gets anywhere.

use super::{Callback, Mode, Training};
use crate::error::Result;
use crate::models::Model;
use crate::tensor::Tensor;

/// Stops the training when a value has not got better for some epochs.
///
/// ```
/// use nn_lib::prelude::*;
/// let stopping = EarlyStopping::new("val_loss").patience(2).restore_best_weights(true);
/// let options = Fit { epochs: 100, callbacks: vec![Box::new(stopping)], ..Fit::default() };
/// ```
///
/// Source: <https://keras.io/api/callbacks/early_stopping/>
#[derive(Clone, Debug)]
#[must_use = "a callback does nothing until it is in the list `callbacks` of `Fit`"]
pub struct EarlyStopping {
    monitor: String,
    patience: usize,
    min_delta: f32,
    mode: Mode,
    restore_best_weights: bool,
    start_from_epoch: usize,
    best: f32,
    best_epoch: usize,
    best_weights: Option<Vec<Tensor>>,
    waited: usize,
}

impl EarlyStopping {
    /// Watches this value: `val_loss`.
    pub fn new(monitor: &str) -> EarlyStopping {
        EarlyStopping {
            monitor: monitor.to_string(),
            patience: 0,
            min_delta: 0.0,
            mode: Mode::Auto,
            restore_best_weights: false,
            start_from_epoch: 0,
            best: f32::NAN,
            best_epoch: 0,
            best_weights: None,
            waited: 0,
        }
    }

    /// How many epochs without an improvement are waited for; 0 at first.
    pub fn patience(mut self, epochs: usize) -> EarlyStopping {
        self.patience = epochs;
        self
    }

    /// An improvement is a change by more than this; 0 at first.
    pub fn min_delta(mut self, margin: f32) -> EarlyStopping {
        self.min_delta = margin.abs();
        self
    }

    /// Whether larger or smaller is better.
    pub fn mode(mut self, mode: Mode) -> EarlyStopping {
        self.mode = mode;
        self
    }

    /// Whether the model gets the weights of its best epoch back at the end.
    pub fn restore_best_weights(mut self, restore: bool) -> EarlyStopping {
        self.restore_best_weights = restore;
        self
    }

    /// Does not look before this epoch, counted from 0.
    pub fn start_from_epoch(mut self, epoch: usize) -> EarlyStopping {
        self.start_from_epoch = epoch;
        self
    }
}

impl Callback for EarlyStopping {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let value = training.log(&self.monitor)?;
        if training.epoch < self.start_from_epoch {
            return Ok(());
        }
        if self
            .mode
            .improves(&self.monitor, value, self.best, self.min_delta)
        {
            self.best = value;
            self.best_epoch = training.epoch;
            self.best_weights = self
                .restore_best_weights
                .then(|| training.model.get_weights());
            self.waited = 0;
            return Ok(());
        }
        self.waited += 1;
        if self.waited >= self.patience && training.epoch > 0 {
            training.stop();
        }
        Ok(())
    }

    fn on_train_end(&mut self, model: &mut Model) -> Result<()> {
        match self.best_weights.take() {
            Some(weights) => model.set_weights(&weights),
            None => Ok(()),
        }
    }
}
