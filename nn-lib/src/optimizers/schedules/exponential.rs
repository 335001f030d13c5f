//! A learning rate that is multiplied by a factor again and again.

use super::{LearningRate, periods};

/// `initial * decay_rate^(step / decay_steps)`; as a staircase the exponent is rounded down.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/>.
///
/// ```
/// use nn_lib::optimizers::schedules::{ExponentialDecay, LearningRate};
///
/// let rate = LearningRate::from(ExponentialDecay::new(0.8, 10, 0.25));
/// assert_eq!((rate.at(5), rate.at(10)), (0.4, 0.2)); // 0.8 * 0.25^(1 / 2) and 0.8 * 0.25
/// let rate = LearningRate::from(ExponentialDecay::new(0.8, 10, 0.25).staircase(true));
/// assert_eq!((rate.at(9), rate.at(10)), (0.8, 0.2));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a schedule does nothing until an optimizer gets it as its learning rate"]
pub struct ExponentialDecay {
    pub(super) initial_learning_rate: f32,
    pub(super) decay_steps: u64,
    pub(super) decay_rate: f32,
    pub(super) staircase: bool,
}

impl ExponentialDecay {
    /// A rate that is multiplied by `decay_rate` in the course of every `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64, decay_rate: f32) -> ExponentialDecay {
        ExponentialDecay {
            initial_learning_rate,
            decay_steps: decay_steps.max(1),
            decay_rate,
            staircase: false,
        }
    }

    /// Whether the rate falls in jumps, at every multiple of `decay_steps`.
    pub fn staircase(mut self, staircase: bool) -> ExponentialDecay {
        self.staircase = staircase;
        self
    }

    pub(super) fn at(&self, step: u64) -> f32 {
        let p = periods(step, self.decay_steps, self.staircase);
        self.initial_learning_rate * libm::powf(self.decay_rate, p)
    }
}

impl From<ExponentialDecay> for LearningRate {
    fn from(schedule: ExponentialDecay) -> LearningRate {
        LearningRate::ExponentialDecay(schedule)
    }
}
