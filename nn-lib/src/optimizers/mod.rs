//! Optimizers: how the weights follow the gradient down to a smaller loss.

mod adagrad;
mod adam;
mod adamw;
mod clipping;
mod names;
mod rmsprop;
pub mod schedules;
mod settings;
mod sgd;

use std::fmt;

use serde_json::Value;

use crate::error::{Error, Result};
use schedules::LearningRate;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use clipping::Clip;
pub use names::{from_config, from_name};
pub use rmsprop::RMSprop;
pub use settings::Settings;
pub(crate) use settings::clipping_methods;
pub use sgd::SGD;

/// An algorithm that changes weights so that the loss becomes smaller.
///
/// A training step calls [`Optimizer::begin_step`] once, clips the gradients with [`Optimizer::clip`], and then calls
/// [`Optimizer::update`] for every weight tensor. An update of one weight depends on no other weight, so a tensor can be
/// handed over in pieces, in any order and from several threads.
///
/// ```
/// use nn_lib::optimizers::Optimizer;
/// use nn_lib::optimizers::SGD;
///
/// let mut optimizer = SGD::new(0.5);
/// let mut weights = [1.0, 2.0];
/// optimizer.begin_step();
/// optimizer.update(&mut weights, &mut [], &[2.0, -2.0]);
/// assert_eq!(weights, [0.0, 3.0]); // w - 0.5 * gradient
/// ```
pub trait Optimizer: Send + Sync {
    /// The name that Keras uses: `rmsprop`.
    fn name(&self) -> &'static str;

    /// Learning rate, step counter and clipping: what all optimizers share.
    fn settings(&self) -> &Settings;

    /// The same, to be changed.
    fn settings_mut(&mut self) -> &mut Settings;

    /// The number of values that the optimizer remembers for each weight, such as a running mean.
    fn slots(&self) -> usize;

    /// The value with which a slot starts.
    fn initial_slot_value(&self, _slot: usize) -> f32 {
        0.0
    }

    /// Counts the step and computes what is the same for all weights. To be called once for every batch, before
    /// [`Optimizer::update`].
    fn begin_step(&mut self) {
        self.settings_mut().begin_step();
    }

    /// Moves each weight.
    ///
    /// # Shapes
    ///
    /// `weights`, `gradient` and each of the [`Optimizer::slots`] have the same length.
    ///
    /// # Panics
    ///
    /// If there are fewer slots than [`Optimizer::slots`] says: a mistake of the training loop, not of its user.
    fn update(&self, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]);

    /// The settings as JSON: `{"name": "sgd", "learning_rate": 0.01, ...}`; see [`from_config`].
    fn config(&self) -> Value;

    /// A copy in a box of its own.
    fn clone_box(&self) -> Box<dyn Optimizer>;

    /// Finds settings that cannot train.
    ///
    /// # Errors
    ///
    /// If the learning rate is negative or not a number, or if a share such as the momentum is not from 0 to 1.
    ///
    /// ```
    /// use nn_lib::optimizers::Optimizer;
    /// use nn_lib::optimizers::SGD;
    ///
    /// let mistake = SGD::new(0.01).momentum(9.0).check().unwrap_err();
    /// assert_eq!(mistake.to_string(), "sgd expects a momentum from 0 to 1, received 9");
    /// ```
    fn check(&self) -> Result<()> {
        check_rate(self)
    }

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f32 {
        self.settings().learning_rate.at(self.settings().steps)
    }

    /// Sets the learning rate, from the next step on; a schedule ends.
    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.settings_mut().learning_rate = LearningRate::Constant(learning_rate);
    }

    /// How gradients are limited.
    fn clip(&self) -> Clip {
        self.settings().clip
    }

    /// The number of steps taken.
    fn iterations(&self) -> u64 {
        self.settings().steps
    }

    /// Sets the number of steps taken, to go on with a saved training.
    fn set_iterations(&mut self, iterations: u64) {
        self.settings_mut().steps = iterations;
    }
}

impl fmt::Debug for dyn Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.config())
    }
}

impl Clone for Box<dyn Optimizer> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}

/// Whether the learning rate is a number, 0 or more.
pub(crate) fn check_rate(optimizer: &(impl Optimizer + ?Sized)) -> Result<()> {
    let rate = optimizer.learning_rate();
    if rate.is_finite() && rate >= 0.0 {
        return Ok(());
    }
    let expected = "a learning rate of 0 or more";
    Err(Error::invalid(optimizer.name(), expected, rate.to_string()).with_hint("0.001 is usual"))
}

/// Whether each of an optimizer's settings is from 0 to 1.
pub(crate) fn check_shares(optimizer: &str, settings: &[(&str, f32)]) -> Result<()> {
    match settings
        .iter()
        .find(|(_, value)| !(0.0..=1.0).contains(value))
    {
        None => Ok(()),
        Some((setting, value)) => {
            let expected = format!("a {setting} from 0 to 1");
            Err(Error::invalid(optimizer, expected, value.to_string()))
        }
    }
}

#[cfg(test)]
mod tests;
