//! Learning rates: one number, or a schedule that lowers it as training goes on.

mod config;
mod cosine;
mod exponential;
mod inverse_time;
mod piecewise;
mod polynomial;

pub use cosine::CosineDecay;
pub use exponential::ExponentialDecay;
pub use inverse_time::InverseTimeDecay;
pub use piecewise::PiecewiseConstantDecay;
pub use polynomial::PolynomialDecay;

/// The size of an optimizer's steps: a number or a schedule over the steps (batches) taken so far.
///
/// Optimizers take either: `RMSprop::new(0.001)`, `RMSprop::new(ExponentialDecay::new(0.1, 1000, 0.96))`.
///
/// ```
/// use nn_lib::optimizers::schedules::{ExponentialDecay, LearningRate};
///
/// let constant = LearningRate::from(0.01);
/// assert_eq!(constant.at(0), constant.at(5000));
///
/// let halving = LearningRate::from(ExponentialDecay::new(0.8, 100, 0.5));
/// assert_eq!(halving.at(0), 0.8);
/// assert_eq!(halving.at(100), 0.4);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LearningRate {
    /// The same at every step.
    Constant(f32),
    /// Multiplied by a factor again and again.
    ExponentialDecay(ExponentialDecay),
    /// A staircase of given values.
    PiecewiseConstantDecay(PiecewiseConstantDecay),
    /// Divided by a growing number.
    InverseTimeDecay(InverseTimeDecay),
    /// Along a power curve to an end value.
    PolynomialDecay(PolynomialDecay),
    /// Along half a wave of the cosine, after an optional warm-up.
    CosineDecay(CosineDecay),
}

impl LearningRate {
    /// The learning rate of a step; the first step is 0.
    pub fn at(&self, step: u64) -> f32 {
        match self {
            LearningRate::Constant(rate) => *rate,
            LearningRate::ExponentialDecay(schedule) => schedule.at(step),
            LearningRate::PiecewiseConstantDecay(schedule) => schedule.at(step),
            LearningRate::InverseTimeDecay(schedule) => schedule.at(step),
            LearningRate::PolynomialDecay(schedule) => schedule.at(step),
            LearningRate::CosineDecay(schedule) => schedule.at(step),
        }
    }
}

impl From<f32> for LearningRate {
    fn from(rate: f32) -> LearningRate {
        LearningRate::Constant(rate)
    }
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> LearningRate {
        LearningRate::Constant(rate as f32)
    }
}

/// How often `decay_steps` steps have passed.
fn periods(step: u64, decay_steps: u64, staircase: bool) -> f32 {
    let p = step as f32 / decay_steps as f32;
    if staircase { p.floor() } else { p }
}

#[cfg(test)]
mod tests;
