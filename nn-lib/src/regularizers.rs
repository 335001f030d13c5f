//! Penalties on large weights, added to the loss against overfitting.

use serde_json::{Value, json};

use crate::compute::{decimal, forget_the_smallest};
use crate::error::{Error, Result};
use crate::named::{Named, sealed};

/// A penalty on the size of a layer's weights, part of `loss` and of `val_loss`.
///
/// | variant | penalty | gradient |
/// | --- | --- | --- |
/// | `L1(l1)` | `l1 * sum of abs(w)` | `l1 * sign(w)`, the sign of 0 being 1 |
/// | `L2(l2)` | `l2 * sum of w^2` | `2 * l2 * w` |
/// | `L1L2 { l1, l2 }` | both added | both added |
///
/// Source: <https://keras.io/api/layers/regularizers/>.
///
/// ```
/// use nn_lib::regularizers::Regularizer;
///
/// let weights = [3.0, -4.0];
/// assert_eq!(Regularizer::L2(0.5).penalty(&weights), 12.5); // 0.5 * (9 + 16)
/// assert_eq!(Regularizer::L1(0.5).penalty(&weights), 3.5); // 0.5 * (3 + 4)
///
/// let mut gradient = [0.0, 0.0];
/// Regularizer::L2(0.5).add_gradient(&weights, &mut gradient);
/// assert_eq!(gradient, weights);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Regularizer {
    /// Sum of absolute values: drives weights to exactly zero.
    L1(f32),
    /// Sum of squares, also called weight decay: keeps weights small.
    L2(f32),
    /// Both.
    L1L2 {
        /// The factor of the absolute values.
        l1: f32,
        /// The factor of the squares.
        l2: f32,
    },
}

impl Regularizer {
    fn factors(&self) -> (f32, f32) {
        match *self {
            Regularizer::L1(l1) => (l1, 0.0),
            Regularizer::L2(l2) => (0.0, l2),
            Regularizer::L1L2 { l1, l2 } => (l1, l2),
        }
    }

    /// Finds factors that are no penalty.
    pub(crate) fn check(&self) -> Result<()> {
        let (l1, l2) = self.factors();
        match [l1, l2].into_iter().find(|x| !(x.is_finite() && *x >= 0.0)) {
            None => Ok(()),
            Some(factor) => Err(Error::invalid(
                "Regularizer",
                "factors of 0 or more",
                factor.to_string(),
            )),
        }
    }

    /// Whether it moves a weight that is zero.
    pub(crate) fn moves_zero(&self) -> bool {
        self.factors().0 != 0.0
    }

    /// After a step: L2 makes a weight that nothing else moves smaller and smaller, without end.
    pub(crate) fn forget_the_smallest(&self, weights: &mut [f32]) {
        if !self.moves_zero() {
            forget_the_smallest(weights);
        }
    }

    /// The penalty on `weights`, to be added to the loss. Summed in double precision.
    pub fn penalty(&self, weights: &[f32]) -> f32 {
        let (l1, l2) = self.factors();
        let (mut absolute, mut squared) = (0.0, 0.0);
        for &w in weights {
            let w = f64::from(w);
            absolute += w.abs();
            squared += w * w;
        }
        (decimal(l1) * absolute + decimal(l2) * squared) as f32
    }

    /// Adds the penalty's derivative by each weight to `gradient`. At zero, where `abs` has none, its slope counts as 1,
    /// as in Keras on JAX.
    ///
    /// # Shapes
    ///
    /// Both slices have one element per weight.
    pub fn add_gradient(&self, weights: &[f32], gradient: &mut [f32]) {
        let (l1, l2) = self.factors();
        let twice_l2 = 2.0 * l2;
        for (g, &w) in gradient.iter_mut().zip(weights) {
            let slope = if w < 0.0 { -l1 } else { l1 };
            *g += slope + twice_l2 * w;
        }
    }

    /// The regularizer of that name with Keras's factor, 0.01: `l1` or `l2`.
    ///
    /// # Errors
    ///
    /// For another name.
    ///
    /// ```
    /// use nn_lib::regularizers::Regularizer;
    ///
    /// assert_eq!(Regularizer::from_name("l2")?, Regularizer::L2(0.01));
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn from_name(name: &str) -> Result<Regularizer> {
        match name {
            "l1" | "L1" => Ok(Regularizer::L1(0.01)),
            "l2" | "L2" => Ok(Regularizer::L2(0.01)),
            _ => Err(Error::invalid("Regularizer", "one of l1, l2", name)
                .with_hint("with factors of your own: Regularizer::L1L2 { l1: 0.001, l2: 0.001 }")),
        }
    }

    /// The regularizer as JSON, in Keras's way: `{"l1": 0.0, "l2": 0.01}`.
    pub fn config(&self) -> Value {
        let (l1, l2) = self.factors();
        json!({ "l1": decimal(l1), "l2": decimal(l2) })
    }

    /// The regularizer that [`Regularizer::config`] described.
    ///
    /// # Errors
    ///
    /// If neither `l1` nor `l2` is a number.
    pub fn from_config(config: &Value) -> Result<Regularizer> {
        let factor = |key: &str| config[key].as_f64().map(|x| x as f32);
        match (factor("l1"), factor("l2")) {
            (None, None) => Err(Error::invalid(
                "Regularizer",
                r#"{"l1": number, "l2": number}"#,
                config.to_string(),
            )),
            (Some(l1), None | Some(0.0)) => Ok(Regularizer::L1(l1)),
            (None | Some(0.0), Some(l2)) => Ok(Regularizer::L2(l2)),
            (Some(l1), Some(l2)) => Ok(Regularizer::L1L2 { l1, l2 }),
        }
    }
}

impl sealed::Named for Regularizer {}
impl Named for Regularizer {
    fn named(name: &str) -> Result<Regularizer> {
        Regularizer::from_name(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Regularizer; 3] = [
        Regularizer::L1(0.02),
        Regularizer::L2(0.01),
        Regularizer::L1L2 { l1: 0.02, l2: 0.01 },
    ];

    #[test]
    fn every_regularizer_passes_a_finite_difference_check() {
        let weights = [0.5_f32, -1.25, 3.0];
        for regularizer in ALL {
            let mut gradient = [1.0; 3];
            regularizer.add_gradient(&weights, &mut gradient);
            for i in 0..3 {
                let penalty = |shift: f32| {
                    let mut shifted = weights;
                    shifted[i] += shift;
                    regularizer.penalty(&shifted)
                };
                let expected = (penalty(0.125) - penalty(-0.125)) / 0.25;
                assert!(
                    (gradient[i] - 1.0 - expected).abs() < 1e-5,
                    "{regularizer:?}"
                );
            }
        }
    }

    #[test]
    fn at_zero_the_slope_of_the_absolute_value_counts_as_one() {
        for regularizer in ALL {
            let mut gradient = [0.0, 0.0];
            regularizer.add_gradient(&[0.0, -0.0], &mut gradient);
            assert_eq!(gradient, [regularizer.factors().0; 2]);
            assert_eq!(regularizer.moves_zero(), gradient != [0.0, 0.0]);
        }
    }

    #[test]
    fn a_regularizer_survives_json() {
        for regularizer in ALL {
            let again = Regularizer::from_config(&regularizer.config()).unwrap();
            assert_eq!(again, regularizer);
        }
        assert!(Regularizer::from_config(&json!("l3")).is_err());
    }
}
