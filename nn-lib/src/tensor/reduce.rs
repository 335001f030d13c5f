//! One number from many: sums, means and extremes of a whole tensor or along an axis.

use super::shape::Shape;
use super::{Storage, Tensor};
use crate::error::{Error, Result};

impl Tensor {
    /// The sum of all numbers (added up in double precision).
    pub fn sum(&self) -> f32 {
        match &self.storage {
            Storage::MultiHot(rows) => rows.ones() as f32,
            Storage::Dense { .. } => total(&mut self.values().iter().copied()) as f32,
        }
    }

    /// The mean of all numbers; NaN if there are none.
    pub fn mean(&self) -> f32 {
        (f64::from(self.sum()) / self.shape.count() as f64) as f32
    }

    /// The standard deviation of all numbers: `sqrt(mean((x - mean)²))`, as NumPy's `std`.
    pub fn std(&self) -> f32 {
        deviation(&mut self.values().iter().copied())
    }

    /// The largest number, NaN if there is none or one of them is NaN.
    pub fn max(&self) -> f32 {
        extreme(&mut self.values().iter().copied(), f32::gt)
    }

    /// The smallest number, NaN if there is none or one of them is NaN.
    pub fn min(&self) -> f32 {
        extreme(&mut self.values().iter().copied(), f32::lt)
    }

    /// The index of the largest number among all of them in order; the first one of equals, 0 of none.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// assert_eq!(Tensor::from([0.1, 0.7, 0.2]).argmax(), 1);
    /// ```
    pub fn argmax(&self) -> usize {
        position_of_largest(&mut self.values().iter().copied())
    }

    /// The sum along an axis, which disappears.
    ///
    /// # Errors
    /// When there is no such axis.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.sum_axis(0)?.to_vec(), [4.0, 6.0]);
    /// assert_eq!(x.sum_axis(1)?.to_vec(), [3.0, 7.0]);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn sum_axis(&self, axis: usize) -> Result<Tensor> {
        self.along("sum_axis", axis, |lane| total(lane) as f32)
    }

    /// The mean along an axis, which disappears.
    ///
    /// # Errors
    /// When there is no such axis.
    pub fn mean_axis(&self, axis: usize) -> Result<Tensor> {
        let length = self.shape.get(axis).copied().unwrap_or(0) as f64;
        self.along("mean_axis", axis, |lane| (total(lane) / length) as f32)
    }

    /// The standard deviation along an axis, which disappears.
    ///
    /// # Errors
    /// When there is no such axis.
    pub fn std_axis(&self, axis: usize) -> Result<Tensor> {
        self.along("std_axis", axis, |lane| deviation(lane))
    }

    /// The largest number along an axis, which disappears.
    ///
    /// # Errors
    /// When there is no such axis.
    pub fn max_axis(&self, axis: usize) -> Result<Tensor> {
        self.along("max_axis", axis, |lane| extreme(lane, f32::gt))
    }

    /// The smallest number along an axis, which disappears.
    ///
    /// # Errors
    /// When there is no such axis.
    pub fn min_axis(&self, axis: usize) -> Result<Tensor> {
        self.along("min_axis", axis, |lane| extreme(lane, f32::lt))
    }

    /// The index of the largest number along an axis: `argmax_axis(1)` of predictions names each row's class.
    ///
    /// # Errors
    /// When there is no such axis.
    pub fn argmax_axis(&self, axis: usize) -> Result<Tensor> {
        self.along("argmax_axis", axis, |lane| position_of_largest(lane) as f32)
    }

    /// The class of each row: of several numbers the place of the largest one, what a network with a `softmax` has answered; of
    /// one number 1 if it is above 0.5, what a network with a `sigmoid` has answered.
    ///
    /// # Shapes
    /// `(samples, classes)`, or `(samples, 1)` for two classes
    ///
    /// # Errors
    /// When the tensor has not two axes.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let predictions = Tensor::from([[0.1, 0.7, 0.2], [0.9, 0.1, 0.0]]);
    /// assert_eq!(predictions.classes()?, [1, 0]);
    /// assert_eq!(Tensor::from([[0.9], [0.2]]).classes()?, [1, 0]);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn classes(&self) -> Result<Vec<usize>> {
        if self.shape.len() != 2 {
            return Err(Error::invalid(
                "classes",
                "a tensor with a row of numbers for each sample",
                format!("a tensor of shape {}", self.shape),
            ));
        }
        if self.shape[1] == 1 {
            let positive = self
                .values()
                .iter()
                .map(|p| usize::from(*p > 0.5))
                .collect();
            return Ok(positive);
        }
        let places = self.argmax_axis(1)?.to_vec();
        Ok(places.into_iter().map(|place| place as usize).collect())
    }

    fn along(
        &self,
        operation: &str,
        axis: usize,
        reduce: impl Fn(&mut dyn Iterator<Item = f32>) -> f32,
    ) -> Result<Tensor> {
        if axis >= self.shape.len() {
            return Err(Error::invalid(
                operation,
                format!("an axis of a tensor of shape {}", self.shape),
                format!("axis {axis}"),
            )
            .with_hint("axes are counted from 0"));
        }
        let (before, rest) = self.shape.split_at(axis);
        let (length, after) = (rest[0], &rest[1..]);
        let outer: usize = before.iter().product();
        let inner: usize = after.iter().product();
        let values = self.values();
        let mut reduced = Vec::with_capacity(outer * inner);
        for block in 0..outer {
            for offset in 0..inner {
                let first = block * length * inner + offset;
                let mut lane = (0..length).map(|nth| values[first + nth * inner]);
                reduced.push(reduce(&mut lane));
            }
        }
        Ok(Tensor::dense(Shape::from([before, after].concat()), reduced).with_origin(self.origin))
    }
}

fn total(values: &mut dyn Iterator<Item = f32>) -> f64 {
    values.map(f64::from).sum()
}

/// Mean and mean square in one pass, shifted by the first value so that nothing cancels (Welford).
fn deviation(values: &mut dyn Iterator<Item = f32>) -> f32 {
    let (mut count, mut mean, mut squares) = (0.0f64, 0.0f64, 0.0f64);
    for value in values {
        count += 1.0;
        let difference = f64::from(value) - mean;
        mean += difference / count;
        squares += difference * (f64::from(value) - mean);
    }
    (squares / count).sqrt() as f32
}

fn extreme(values: &mut dyn Iterator<Item = f32>, better: impl Fn(&f32, &f32) -> bool) -> f32 {
    values
        .reduce(|best, value| {
            if value.is_nan() || better(&value, &best) {
                value
            } else {
                best
            }
        })
        .unwrap_or(f32::NAN)
}

fn position_of_largest(values: &mut dyn Iterator<Item = f32>) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (index, value) in values.enumerate() {
        if value > best.1 {
            best = (index, value);
        }
    }
    best.0
}
