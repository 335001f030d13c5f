//! A learning rate that takes given values one after the other.

use super::LearningRate;
use crate::error::{Error, Result};

/// Given values, one after the other: `values[0]` up to and including step `boundaries[0]`, and so on.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/>.
///
/// ```
/// use nn_lib::optimizers::schedules::{LearningRate, PiecewiseConstantDecay};
///
/// let rate = LearningRate::from(PiecewiseConstantDecay::new([100, 200], [0.1, 0.05, 0.01])?);
/// assert_eq!((rate.at(100), rate.at(101), rate.at(201)), (0.1, 0.05, 0.01));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a schedule does nothing until an optimizer gets it as its learning rate"]
pub struct PiecewiseConstantDecay {
    pub(super) boundaries: Vec<u64>,
    pub(super) values: Vec<f32>,
}

impl PiecewiseConstantDecay {
    /// A staircase with these boundaries, in rising order, and one value more.
    ///
    /// # Errors
    ///
    /// If there is no boundary, or not exactly one value more than boundaries, or if the boundaries do not rise.
    pub fn new(
        boundaries: impl Into<Vec<u64>>,
        values: impl Into<Vec<f32>>,
    ) -> Result<PiecewiseConstantDecay> {
        let (boundaries, values) = (boundaries.into(), values.into());
        if boundaries.is_empty() || values.len() != boundaries.len() + 1 {
            return Err(Error::invalid(
                "PiecewiseConstantDecay",
                "one or more boundaries and one value more",
                format!(
                    "{} boundaries and {} values",
                    boundaries.len(),
                    values.len()
                ),
            ));
        }
        if !boundaries.is_sorted_by(|a, b| a < b) {
            return Err(Error::invalid(
                "PiecewiseConstantDecay",
                "boundaries in rising order",
                format!("{boundaries:?}"),
            ));
        }
        Ok(PiecewiseConstantDecay { boundaries, values })
    }

    pub(super) fn at(&self, step: u64) -> f32 {
        self.values[self.boundaries.partition_point(|&boundary| boundary < step)]
    }
}

impl From<PiecewiseConstantDecay> for LearningRate {
    fn from(schedule: PiecewiseConstantDecay) -> LearningRate {
        LearningRate::PiecewiseConstantDecay(schedule)
    }
}
