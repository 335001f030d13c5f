//! A learning rate that is divided by a growing number.

use super::{LearningRate, periods};

/// `initial / (1 + decay_rate * step / decay_steps)`; as a staircase the fraction is rounded down.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/>.
///
/// ```
/// use nn_lib::optimizers::schedules::{InverseTimeDecay, LearningRate};
///
/// let rate = LearningRate::from(InverseTimeDecay::new(0.6, 10, 0.5));
/// assert_eq!(rate.at(20), 0.3); // 0.6 / (1 + 0.5 * 2)
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a schedule does nothing until an optimizer gets it as its learning rate"]
pub struct InverseTimeDecay {
    pub(super) initial_learning_rate: f32,
    pub(super) decay_steps: u64,
    pub(super) decay_rate: f32,
    pub(super) staircase: bool,
}

impl InverseTimeDecay {
    /// A rate whose divisor grows by `decay_rate` every `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64, decay_rate: f32) -> InverseTimeDecay {
        InverseTimeDecay {
            initial_learning_rate,
            decay_steps: decay_steps.max(1),
            decay_rate,
            staircase: false,
        }
    }

    /// Whether the rate falls in jumps, at every multiple of `decay_steps`.
    pub fn staircase(mut self, staircase: bool) -> InverseTimeDecay {
        self.staircase = staircase;
        self
    }

    pub(super) fn at(&self, step: u64) -> f32 {
        let p = periods(step, self.decay_steps, self.staircase);
        self.initial_learning_rate / (1.0 + self.decay_rate * p)
    }
}

impl From<InverseTimeDecay> for LearningRate {
    fn from(schedule: InverseTimeDecay) -> LearningRate {
        LearningRate::InverseTimeDecay(schedule)
    }
}
