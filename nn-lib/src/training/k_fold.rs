//! K-fold validation: with few samples, every one of them takes part in validation once.

use crate::error::{Error, Result};
use crate::notebook::interrupt::{Region, go_on};
use crate::tensor::Tensor;

/// One fold: what is trained on and what is validated on.
#[derive(Clone, Debug)]
pub struct Fold {
    /// Samples to train on.
    pub x_train: Tensor,
    /// Their targets.
    pub y_train: Tensor,
    /// Samples to validate on.
    pub x_val: Tensor,
    /// Their targets.
    pub y_val: Tensor,
}

/// Cuts the samples into `k` parts, in order; each fold validates on one part and trains on the others.
///
/// Of 404 samples and 4 folds every part has 101. Where the number does not divide, the first parts have one sample
/// more, so none is left out.
///
/// # Errors
/// When `x` and `y` have different numbers of rows or fewer than two, `k` is below 2 or above that number, or the cell is
/// interrupted.
///
/// ```
/// use nn_lib::prelude::*;
/// let x = Tensor::from([[0.0], [1.0], [2.0], [3.0]]);
/// let y = Tensor::from([0.0, 10.0, 20.0, 30.0]);
/// let folds = k_fold(&x, &y, 2)?;
/// assert_eq!(folds[0].x_val.to_vec(), [0.0, 1.0]);
/// assert_eq!(folds[1].y_train.to_vec(), [0.0, 10.0]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn k_fold(x: &Tensor, y: &Tensor, k: usize) -> Result<Vec<Fold>> {
    let count = x.len();
    if y.len() != count {
        let expected = format!("a target for each of the {count} rows of x");
        return Err(Error::invalid(
            "k_fold",
            expected,
            format!("{} targets", y.len()),
        ));
    }
    if count < 2 {
        return Err(Error::invalid(
            "k_fold",
            "at least 2 rows",
            count.to_string(),
        ));
    }
    if k < 2 || k > count {
        return Err(Error::invalid(
            "k_fold",
            format!("from 2 to {count} folds"),
            format!("{k}"),
        ));
    }
    let _region = Region::begin("k_fold")?;
    let mut folds = Vec::with_capacity(k);
    let mut first = 0;
    for nth in 0..k {
        go_on("k_fold")?;
        let end = first + count / k + usize::from(nth < count % k);
        let others: Vec<usize> = (0..first).chain(end..count).collect();
        folds.push(Fold {
            x_train: x.select(&others)?,
            y_train: y.select(&others)?,
            x_val: x.rows(first..end),
            y_val: y.rows(first..end),
        });
        first = end;
    }
    Ok(folds)
}
