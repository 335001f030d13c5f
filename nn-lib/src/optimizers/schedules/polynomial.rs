//! A learning rate that falls along a power curve.

use super::LearningRate;

/// `(initial - end) * (1 - step / decay_steps)^power + end`, and `end` from then on.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/>.
///
/// ```
/// use nn_lib::optimizers::schedules::{LearningRate, PolynomialDecay};
///
/// let straight = LearningRate::from(PolynomialDecay::new(0.5, 100).end_learning_rate(0.0));
/// assert_eq!((straight.at(50), straight.at(1000)), (0.25, 0.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a schedule does nothing until an optimizer gets it as its learning rate"]
pub struct PolynomialDecay {
    pub(super) initial_learning_rate: f32,
    pub(super) decay_steps: u64,
    pub(super) end_learning_rate: f32,
    pub(super) power: f32,
    pub(super) cycle: bool,
}

impl PolynomialDecay {
    /// A straight line down to 0.0001, reached after `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64) -> PolynomialDecay {
        PolynomialDecay {
            initial_learning_rate,
            decay_steps: decay_steps.max(1),
            end_learning_rate: 0.0001,
            power: 1.0,
            cycle: false,
        }
    }

    /// The last learning rate. Default: 0.0001.
    pub fn end_learning_rate(mut self, end_learning_rate: f32) -> PolynomialDecay {
        self.end_learning_rate = end_learning_rate;
        self
    }

    /// The exponent. Default: 1, a straight line.
    pub fn power(mut self, power: f32) -> PolynomialDecay {
        self.power = power;
        self
    }

    /// Whether the rate jumps up again at the end, each time with a longer decay. Default: no.
    pub fn cycle(mut self, cycle: bool) -> PolynomialDecay {
        self.cycle = cycle;
        self
    }

    pub(super) fn at(&self, step: u64) -> f32 {
        let mut step = step as f32;
        let mut decay_steps = self.decay_steps as f32;
        if self.cycle {
            decay_steps *= (step / decay_steps).ceil().max(1.0);
        } else {
            step = step.min(decay_steps);
        }
        (self.initial_learning_rate - self.end_learning_rate)
            * libm::powf(1.0 - step / decay_steps, self.power)
            + self.end_learning_rate
    }
}

impl From<PolynomialDecay> for LearningRate {
    fn from(schedule: PolynomialDecay) -> LearningRate {
        LearningRate::PolynomialDecay(schedule)
    }
}
