//! From data to tensors: multi-hot rows, one-hot classes, normalized features.

use std::borrow::Cow;

use super::Tensor;
use super::shape::Shape;
use super::values::Values;
use super::word_lists::WordLists;
use crate::error::{Error, Result};
use crate::multi_hot::MultiHot;
use crate::notebook::interrupt::Region;

/// Multi-hot encodes lists of word indices (listing 3.2): row `i` has ones at the indices of `sequences[i]`.
///
/// The result behaves like a (samples, dimension) matrix of zeros and ones but stores the indices alone:
/// 25,000 reviews take 7 MB instead of 1 GB.
///
/// # Errors
/// When an index is not below `dimension`, or the cell is interrupted.
///
/// ```
/// use nn_lib::prelude::*;
/// let x = vectorize_sequences(&[vec![3, 1, 3], vec![0]], 4)?;
/// assert_eq!(x, Tensor::from([[0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn vectorize_sequences(sequences: impl WordLists, dimension: usize) -> Result<Tensor> {
    let origin = sequences.origin();
    Ok(multi_hot(&sequences.word_lists()?, dimension)?.with_origin(origin))
}

fn multi_hot(sequences: &[Cow<'_, [u32]>], dimension: usize) -> Result<Tensor> {
    let _region = Region::begin("vectorize_sequences")?;
    for (row, sequence) in sequences.iter().enumerate() {
        if let Some(index) = sequence.iter().find(|index| **index as usize >= dimension) {
            return Err(Error::invalid(
                "vectorize_sequences",
                format!("word indices below {dimension}"),
                format!("{index} in sequence {row}"),
            )
            .with_hint(format!(
                "load the data with num_words = {dimension}, or vectorize with a dimension above the largest index"
            )));
        }
    }
    let rows = MultiHot::new("vectorize_sequences", sequences, dimension)?;
    Ok(Tensor::from_multi_hot(rows))
}

/// Four gigabytes: a larger number is a typing error.
const MOST_NUMBERS: usize = 1 << 30;

/// One-hot encodes integer labels: row `i` has a one at column `labels[i]`. The labels may be a list of numbers of any
/// kind, or a tensor.
///
/// # Shapes
/// (samples, classes)
///
/// # Errors
/// When a label is not a whole number from 0 and below `classes`, or the result would not fit into memory.
///
/// ```
/// use nn_lib::prelude::*;
/// assert_eq!(to_categorical(&[2, 0], 3)?, Tensor::from([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn to_categorical(labels: impl Values, classes: usize) -> Result<Tensor> {
    let origin = labels.origin();
    Ok(one_hot(&labels.to_values(), classes)?.with_origin(origin))
}

fn one_hot(labels: &[f64], classes: usize) -> Result<Tensor> {
    if labels.len().saturating_mul(classes) > MOST_NUMBERS {
        let expected = format!("at most {MOST_NUMBERS} numbers in the result");
        let received = format!("{} labels and {classes} classes", labels.len());
        return Err(Error::invalid("to_categorical", expected, received));
    }
    let mut rows = vec![0.0; labels.len() * classes];
    for (row, &label) in labels.iter().enumerate() {
        if label.fract() != 0.0 || !(0.0..classes as f64).contains(&label) {
            let expected = match label.fract() {
                0.0 => format!("labels below {classes}"),
                _ => "whole numbers as labels".to_string(),
            };
            let received = format!("{label} in row {row}");
            let error = Error::invalid("to_categorical", expected, received);
            return Err(if label < 0.0 {
                error.with_hint("classes count from 0")
            } else {
                error.with_hint("the number of classes is the largest label plus one")
            });
        }
        rows[row * classes + label as usize] = 1.0;
    }
    Ok(Tensor::dense(Shape::from([labels.len(), classes]), rows))
}

/// Mean and standard deviation of every feature of a training set.
///
/// `normalized = (x - mean) / std`: features of mean 0 and deviation 1 are of one size, which makes learning easier.
/// The test set is normalized with the numbers of the *training* set: nothing may be computed on test data.
#[derive(Clone, Debug)]
pub struct Normalization {
    /// The mean of each feature, (features,).
    pub mean: Tensor,
    /// The standard deviation of each feature, (features,); 1 where a feature never changes.
    pub std: Tensor,
}

impl Normalization {
    /// The mean and the deviation over the rows of `train`.
    ///
    /// # Errors
    /// When `train` has no rows.
    pub fn of(train: &Tensor) -> Result<Normalization> {
        if train.is_empty() || train.shape().is_empty() {
            return Err(Error::invalid("normalize", "at least one row", "none"));
        }
        let std = train.std_axis(0)?;
        Ok(Normalization {
            mean: train.mean_axis(0)?,
            std: std.map(|deviation| if deviation > 0.0 { deviation } else { 1.0 }),
        })
    }

    /// `(x - mean) / std`, feature by feature.
    ///
    /// # Errors
    /// When `x` has other features.
    pub fn apply(&self, x: &Tensor) -> Result<Tensor> {
        if x.row_shape()[..] != *self.mean.shape() {
            return Err(Error::invalid(
                "normalize",
                format!("rows of shape {}", Shape::from(self.mean.shape())),
                format!("{}", x.row_shape()),
            ));
        }
        (x - &self.mean)? / &self.std
    }
}

/// Normalizes the features of both sets with the mean and deviation of the training set.
///
/// # Errors
/// When the training set is empty or the test set has other features.
///
/// ```
/// use nn_lib::prelude::*;
/// let (train, test) = normalize(&Tensor::from([[0.0], [2.0]]), &Tensor::from([[5.0]]))?;
/// assert_eq!(train.to_vec(), [-1.0, 1.0]);
/// assert_eq!(test.to_vec(), [4.0]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn normalize(train: &Tensor, test: &Tensor) -> Result<(Tensor, Tensor)> {
    let normalization = Normalization::of(train)?;
    Ok((normalization.apply(train)?, normalization.apply(test)?))
}
