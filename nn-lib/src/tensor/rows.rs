//! Rows of tensors: ranges, single ones, chosen ones, one tensor after the other.

use std::ops::{Bound, Range, RangeBounds};
use std::sync::Arc;

use super::shape::Shape;
use super::{Origin, Storage, Tensor};
use crate::error::{Error, Result};

/// A range among so many rows; what reaches past the end stops there.
pub(crate) fn clipped(range: impl RangeBounds<usize>, rows: usize) -> Range<usize> {
    let end = match range.end_bound() {
        Bound::Included(&last) => last.saturating_add(1),
        Bound::Excluded(&end) => end,
        Bound::Unbounded => rows,
    }
    .min(rows);
    let first = match range.start_bound() {
        Bound::Included(&first) => first,
        Bound::Excluded(&before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    first.min(end)..end
}

impl Tensor {
    /// The rows in a range, sharing the storage: nothing is copied.
    /// A range that reaches past the end stops there, as in NumPy.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let x = Tensor::from([1.0, 2.0, 3.0]);
    /// assert_eq!(x.rows(..2).to_vec(), [1.0, 2.0]);
    /// assert_eq!(x.rows(2..99).to_vec(), [3.0]);
    /// ```
    pub fn rows(&self, range: impl RangeBounds<usize>) -> Tensor {
        let Range { start: first, end } = clipped(range, self.len());
        let mut shape = self.shape.to_vec();
        if shape.is_empty() {
            shape.push(1);
        }
        shape[0] = end - first;
        let storage = match &self.storage {
            Storage::Dense { values, start } => Storage::Dense {
                values: Arc::clone(values),
                start: start + first * self.row_shape().count(),
            },
            Storage::MultiHot(rows) => Storage::MultiHot(rows.range(first..end)),
        };
        Tensor {
            shape: Shape::from(shape),
            storage,
            origin: self.origin,
        }
    }

    /// One row, with one axis less: `x_train.row(0)?` is what Python writes `x_train[0]`.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn row(&self, index: usize) -> Result<Tensor> {
        if self.shape.is_empty() || index >= self.len() {
            return Err(Error::invalid(
                "row",
                format!("an index below {}", self.len()),
                format!("{index}"),
            ));
        }
        let row = self.rows(index..=index);
        let shape = self.row_shape();
        Ok(match row.storage {
            storage @ Storage::Dense { .. } => Tensor {
                shape,
                storage,
                origin: self.origin,
            },
            Storage::MultiHot(rows) => {
                Tensor::dense(shape, rows.to_dense()).with_origin(self.origin)
            }
        })
    }

    /// The rows with these numbers, in this order, copied.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn select(&self, indices: &[usize]) -> Result<Tensor> {
        if let Some(outside) = indices.iter().find(|index| **index >= self.len()) {
            return Err(Error::invalid(
                "select",
                format!("row numbers below {}", self.len()),
                format!("{outside}"),
            ));
        }
        if let Storage::MultiHot(rows) = &self.storage {
            return Ok(Tensor::from_multi_hot(rows.select(indices)?).with_origin(self.origin));
        }
        let width = self.row_shape().count();
        let values = self.values();
        let mut chosen = Vec::with_capacity(indices.len() * width);
        for index in indices {
            chosen.extend_from_slice(&values[index * width..(index + 1) * width]);
        }
        let mut shape = self.shape.to_vec();
        if let Some(rows) = shape.first_mut() {
            *rows = indices.len();
        } else {
            shape.push(indices.len());
        }
        Ok(Tensor::dense(Shape::from(shape), chosen).with_origin(self.origin))
    }

    /// Several tensors one after the other along the first axis.
    ///
    /// # Errors
    /// When the list is empty or the rows have different shapes.
    pub fn concatenate(parts: &[Tensor]) -> Result<Tensor> {
        let Some(first) = parts.first() else {
            return Err(Error::invalid("concatenate", "at least one tensor", "none"));
        };
        let row = first.row_shape();
        let mut values = Vec::new();
        for part in parts {
            if part.row_shape() != row || part.shape.is_empty() {
                return Err(Error::invalid(
                    "concatenate",
                    format!("rows of shape {row}"),
                    format!("a tensor of shape {}", part.shape),
                ));
            }
            values.extend_from_slice(&part.values());
        }
        let rows = parts.iter().map(Tensor::len).sum();
        let shape: Vec<usize> = std::iter::once(rows).chain(row.iter().copied()).collect();
        Ok(Tensor::dense(Shape::from(shape), values).with_origin(Origin::of_all(parts)))
    }
}
