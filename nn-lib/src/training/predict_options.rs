//! The options of `evaluate` and `predict`.

use crate::error::{Error, Result};
use crate::tensor::Tensor;

/// How many samples are computed at once; the numbers do not depend on it beyond the last digits.
const BATCH_SIZE: usize = 512;

/// The options of [`evaluate_with`](crate::models::Model::evaluate_with). Fields may be added: end with
/// `..Evaluate::default()`.
///
/// ```
/// use nn_lib::prelude::*;
/// use nn_lib::training::Evaluate;
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).kernel_initializer(Initializer::Ones).input_shape(1));
/// model.compile("sgd", "mse", ())?;
/// let (x, y) = (Tensor::from([[1.0], [2.0]]), Tensor::from([1.0, 4.0]));
/// // The errors are 0 and 4, and only the first sample counts.
/// let sample_weight = Some(Tensor::from([1.0, 0.0]));
/// let results = model.evaluate_with(&x, &y, Evaluate { sample_weight, ..Evaluate::default() })?;
/// assert_eq!(results.loss(), 0.0);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing until `evaluate_with` gets them"]
pub struct Evaluate {
    /// How many samples are computed at once; 512 at first.
    pub batch_size: usize,
    /// How much each sample counts in the loss, shape (samples,).
    pub sample_weight: Option<Tensor>,
}

impl Default for Evaluate {
    fn default() -> Evaluate {
        Evaluate {
            batch_size: BATCH_SIZE,
            sample_weight: None,
        }
    }
}

/// The options of [`predict_with`](crate::models::Model::predict_with). Fields may be added: end with
/// `..Predict::default()`.
#[derive(Clone, Debug)]
#[must_use = "options do nothing until `predict_with` gets them"]
pub struct Predict {
    /// How many samples are computed at once; 512 at first.
    pub batch_size: usize,
}

impl Default for Predict {
    fn default() -> Predict {
        Predict {
            batch_size: BATCH_SIZE,
        }
    }
}

pub(super) fn check_batch_size(operation: &str, batch_size: usize) -> Result<()> {
    match batch_size {
        0 => Err(Error::invalid(operation, "a batch_size of at least 1", "0")),
        _ => Ok(()),
    }
}
