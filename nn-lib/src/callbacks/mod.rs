//! Callbacks: what happens between the epochs and the batches of a training.

mod csv_logger;
mod early_stopping;
mod model_checkpoint;
mod reduce_lr_on_plateau;

use std::fmt;

use crate::error::{Error, Result};
use crate::metrics::Logs;
use crate::models::Model;

pub use crate::metrics::Mode;
pub use csv_logger::CSVLogger;
pub use early_stopping::EarlyStopping;
pub use model_checkpoint::ModelCheckpoint;
pub use reduce_lr_on_plateau::ReduceLROnPlateau;

/// A training between two epochs or two batches, as a callback sees it.
#[derive(Debug)]
pub struct Training<'a> {
    /// The model; its weights may be read, saved and changed.
    pub model: &'a mut Model,
    /// The epoch, counted from 0.
    pub epoch: usize,
    /// Loss and metrics of the epoch, those of the validation with the prefix `val_`.
    pub logs: &'a mut Logs,
    pub(crate) stop: &'a mut bool,
}

impl Training<'_> {
    /// Ends the training after this epoch, or at a batch: after this batch.
    pub fn stop(&mut self) {
        *self.stop = true;
    }

    /// A value of the epoch.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn log(&self, name: &str) -> Result<f32> {
        self.logs.find("the callback", name).copied()
    }
}

/// Something that `fit` calls; every method has a default that does nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callback",
    label = "a callback is expected here, as in `Box::new(EarlyStopping::new(\"val_loss\"))`",
    note = "a function of your own: `Box::new(OnEpochEnd::new(|training| println!(\"{{}}\", training.epoch)))`"
)]
pub trait Callback {
    /// Before the first epoch.
    ///
    /// # Errors
    /// An error ends the training.
    fn on_train_begin(&mut self, _model: &mut Model) -> Result<()> {
        Ok(())
    }

    /// Before an epoch.
    ///
    /// # Errors
    /// An error ends the training.
    fn on_epoch_begin(&mut self, _training: &mut Training<'_>) -> Result<()> {
        Ok(())
    }

    /// After an epoch.
    ///
    /// # Errors
    /// An error ends the training.
    fn on_epoch_end(&mut self, _training: &mut Training<'_>) -> Result<()> {
        Ok(())
    }

    /// Before a batch, counted from 0 in its epoch; `training.logs` has the values of the batches before it.
    ///
    /// # Errors
    /// An error ends the training.
    fn on_train_batch_begin(&mut self, _batch: usize, _training: &mut Training<'_>) -> Result<()> {
        Ok(())
    }

    /// After a batch: `training.logs` has the values of the epoch so far, and `training.stop()` ends the training after this
    /// batch.
    ///
    /// # Errors
    /// An error ends the training.
    fn on_train_batch_end(&mut self, _batch: usize, _training: &mut Training<'_>) -> Result<()> {
        Ok(())
    }

    /// After the last epoch, or when the training was stopped.
    ///
    /// # Errors
    /// An error is given to the caller of `fit`.
    fn on_train_end(&mut self, _model: &mut Model) -> Result<()> {
        Ok(())
    }
}

/// Calls a function after every epoch: `OnEpochEnd::new(|training| println!("{:?}", training.logs))`.
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).input_shape(1));
/// model.compile("sgd", "mse", ())?;
/// let twice = OnEpochEnd::new(|training| if training.epoch == 1 { training.stop() });
/// let x = Tensor::from([[1.0], [2.0]]);
/// let options = Fit { epochs: 9, callbacks: vec![Box::new(twice)], verbose: Verbose::Silent, ..Fit::default() };
/// assert_eq!(model.fit(&x, &x, options)?.epochs(), [1, 2]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[must_use = "a callback does nothing until it is in the list `callbacks` of `Fit`"]
pub struct OnEpochEnd<F: FnMut(&mut Training<'_>)> {
    function: F,
}

impl<F: FnMut(&mut Training<'_>)> OnEpochEnd<F> {
    /// The callback.
    pub fn new(function: F) -> OnEpochEnd<F> {
        OnEpochEnd { function }
    }
}

impl<F: FnMut(&mut Training<'_>)> fmt::Debug for OnEpochEnd<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnEpochEnd").finish_non_exhaustive()
    }
}

impl<F: FnMut(&mut Training<'_>)> Callback for OnEpochEnd<F> {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        (self.function)(training);
        Ok(())
    }
}

/// Sets the learning rate of every epoch: `LearningRateScheduler::new(|epoch, rate| if epoch < 10 { rate } else { rate * 0.9 })`.
/// The history gets the series `learning_rate`.
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).input_shape(1));
/// model.compile(SGD::new(0.5), "mse", ())?;
/// let halving = LearningRateScheduler::new(|epoch, rate| if epoch == 0 { rate } else { rate / 2.0 });
/// let x = Tensor::from([[1.0], [2.0]]);
/// let options = Fit { epochs: 3, callbacks: vec![Box::new(halving)], verbose: Verbose::Silent, ..Fit::default() };
/// assert_eq!(model.fit(&x, &x, options)?["learning_rate"], [0.5, 0.25, 0.125]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// Source: <https://keras.io/api/callbacks/learning_rate_scheduler/>
#[must_use = "a callback does nothing until it is in the list `callbacks` of `Fit`"]
pub struct LearningRateScheduler<F: FnMut(usize, f32) -> f32> {
    schedule: F,
}

impl<F: FnMut(usize, f32) -> f32> LearningRateScheduler<F> {
    /// A schedule from the epoch (counted from 0) and the current rate to the next rate.
    pub fn new(schedule: F) -> LearningRateScheduler<F> {
        LearningRateScheduler { schedule }
    }
}

impl<F: FnMut(usize, f32) -> f32> fmt::Debug for LearningRateScheduler<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LearningRateScheduler")
            .finish_non_exhaustive()
    }
}

impl<F: FnMut(usize, f32) -> f32> Callback for LearningRateScheduler<F> {
    fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        let rate = (self.schedule)(training.epoch, training.model.learning_rate()?);
        if !(rate.is_finite() && rate >= 0.0) {
            return Err(Error::invalid(
                "LearningRateScheduler",
                "a learning rate that is a number of at least 0",
                format!("{rate} for epoch {}", training.epoch + 1),
            ));
        }
        training.model.set_learning_rate(rate)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let rate = training.model.learning_rate()?;
        training.logs.set("learning_rate", rate);
        Ok(())
    }
}
