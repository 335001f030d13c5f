//! A callback that makes the learning rate smaller when the training no longer gets anywhere.

use super::{Callback, Mode, Training};
use crate::error::{Error, Result};
use crate::models::Model;

/// Multiplies the learning rate by [`factor`](ReduceLROnPlateau::factor) when a value has not got better for some epochs.
/// The history gets the series `learning_rate`, the rate that an epoch was trained with.
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).use_bias(false).kernel_initializer("zeros").input_shape(1));
/// model.compile(SGD::new(0.5), "mse", ())?;
/// // Nothing can be learned of zeros: the loss stays 1.
/// let (x, y) = (Tensor::from([[0.0]]), Tensor::from([1.0]));
/// let plateau = ReduceLROnPlateau::new("loss").factor(0.5).patience(2);
/// let options = Fit { epochs: 6, callbacks: vec![Box::new(plateau)], verbose: Verbose::Silent, ..Fit::default() };
/// assert_eq!(model.fit(&x, &y, options)?["learning_rate"], [0.5, 0.5, 0.5, 0.25, 0.25, 0.125]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// Source: <https://keras.io/api/callbacks/reduce_lr_on_plateau/>
#[derive(Clone, Debug)]
#[must_use = "a callback does nothing until it is in the list `callbacks` of `Fit`"]
pub struct ReduceLROnPlateau {
    monitor: String,
    factor: f32,
    patience: usize,
    mode: Mode,
    min_delta: f32,
    cooldown: usize,
    min_lr: f32,
    best: f32,
    waited: usize,
    cooling: usize,
}

impl ReduceLROnPlateau {
    /// Watches this value: `val_loss`.
    pub fn new(monitor: &str) -> ReduceLROnPlateau {
        ReduceLROnPlateau {
            monitor: monitor.to_string(),
            factor: 0.1,
            patience: 10,
            mode: Mode::Auto,
            min_delta: 1e-4,
            cooldown: 0,
            min_lr: 0.0,
            best: f32::NAN,
            waited: 0,
            cooling: 0,
        }
    }

    /// What the learning rate is multiplied by, below 1; 0.1 at first.
    pub fn factor(mut self, factor: f32) -> ReduceLROnPlateau {
        self.factor = factor;
        self
    }

    /// How many epochs without an improvement are waited for; 10 at first.
    pub fn patience(mut self, epochs: usize) -> ReduceLROnPlateau {
        self.patience = epochs;
        self
    }

    /// Whether larger or smaller is better.
    pub fn mode(mut self, mode: Mode) -> ReduceLROnPlateau {
        self.mode = mode;
        self
    }

    /// An improvement is a change by more than this; 0.0001 at first.
    pub fn min_delta(mut self, margin: f32) -> ReduceLROnPlateau {
        self.min_delta = margin.abs();
        self
    }

    /// For how many epochs behind a change nothing is counted; 0 at first.
    pub fn cooldown(mut self, epochs: usize) -> ReduceLROnPlateau {
        self.cooldown = epochs;
        self
    }

    /// The learning rate does not go below this; 0 at first.
    pub fn min_lr(mut self, rate: f32) -> ReduceLROnPlateau {
        self.min_lr = rate;
        self
    }
}

impl Callback for ReduceLROnPlateau {
    fn on_train_begin(&mut self, _model: &mut Model) -> Result<()> {
        let wrong = |expected: &str, received: f32| {
            Err(Error::invalid(
                "ReduceLROnPlateau",
                expected,
                format!("{received}"),
            ))
        };
        if !(0.0..1.0).contains(&self.factor) {
            return wrong("a factor of at least 0 and below 1", self.factor);
        }
        if !(self.min_lr.is_finite() && self.min_lr >= 0.0) {
            return wrong("a min_lr of 0 or more", self.min_lr);
        }
        (self.best, self.waited, self.cooling) = (f32::NAN, 0, 0);
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let rate = training.model.learning_rate()?;
        let value = training.log(&self.monitor)?;
        training.logs.set("learning_rate", rate);
        if self.cooling > 0 {
            self.cooling -= 1;
            self.waited = 0;
        }
        if self
            .mode
            .improves(&self.monitor, value, self.best, self.min_delta)
        {
            self.best = value;
            self.waited = 0;
        } else if self.cooling == 0 {
            self.waited += 1;
            if self.waited >= self.patience && rate > self.min_lr {
                let smaller = (rate * self.factor).max(self.min_lr);
                training.model.set_learning_rate(smaller)?;
                self.cooling = self.cooldown;
                self.waited = 0;
            }
        }
        Ok(())
    }
}
