//! From losses of single samples to losses of a batch.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Loss::*;
use super::cross_entropy::one_hot;
use super::{Loss, cross_entropy, regression};

impl Loss {
    pub(super) fn of_row(&self, t: &[f32], p: &[f32]) -> f32 {
        match self {
            BinaryCrossentropy => cross_entropy::binary(t, p),
            BinaryCrossentropyFromLogits => cross_entropy::binary_from_logits(t, p),
            CategoricalCrossentropy => cross_entropy::categorical(|j| t[j], p),
            CategoricalCrossentropyFromLogits => {
                cross_entropy::categorical_from_logits(|j| t[j], p)
            }
            SparseCategoricalCrossentropy => cross_entropy::categorical(one_hot(t), p),
            SparseCategoricalCrossentropyFromLogits => {
                cross_entropy::categorical_from_logits(one_hot(t), p)
            }
            MeanSquaredError => regression::squared(t, p),
            MeanAbsoluteError => regression::absolute(t, p),
            Huber { delta } => regression::huber(*delta, t, p),
            Custom(custom) => custom.of_row(t, p),
        }
    }

    pub(super) fn gradient_of_row(&self, t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
        match self {
            BinaryCrossentropy => cross_entropy::binary_gradient(t, p, factor, out),
            BinaryCrossentropyFromLogits => {
                cross_entropy::binary_from_logits_gradient(t, p, factor, out);
            }
            CategoricalCrossentropy => {
                cross_entropy::categorical_gradient(|j| t[j], p, factor, out);
            }
            CategoricalCrossentropyFromLogits => {
                cross_entropy::categorical_from_logits_gradient(|j| t[j], p, factor, out);
            }
            SparseCategoricalCrossentropy => {
                cross_entropy::categorical_gradient(one_hot(t), p, factor, out);
            }
            SparseCategoricalCrossentropyFromLogits => {
                cross_entropy::categorical_from_logits_gradient(one_hot(t), p, factor, out);
            }
            MeanSquaredError => regression::squared_gradient(t, p, factor, out),
            MeanAbsoluteError => regression::absolute_gradient(t, p, factor, out),
            Huber { delta } => regression::huber_gradient(*delta, t, p, factor, out),
            Custom(custom) => custom.gradient_of_row(t, p, factor, out),
        }
    }
}

/// Calls `of_row(targets, predictions, factor, gradient)` for every sample.
pub(super) fn for_rows(
    y_true: ArrayView2<f32>,
    y_pred: ArrayView2<f32>,
    sample_factor: &[f32],
    mut out: ArrayViewMut2<f32>,
    of_row: impl Fn(&[f32], &[f32], f32, &mut [f32]),
) {
    if !out.is_standard_layout() {
        let mut gradient = ndarray::Array2::zeros(out.dim());
        for_rows(y_true, y_pred, sample_factor, gradient.view_mut(), of_row);
        out.assign(&gradient);
        return;
    }
    let (targets, units) = (y_true.ncols(), y_pred.ncols());
    let (y_true, y_pred) = (y_true.as_standard_layout(), y_pred.as_standard_layout());
    let out = out.as_slice_mut().expect("a standard layout");
    let results = sample_factor.iter().zip(out.chunks_exact_mut(units.max(1)));
    let (t, p) = (rows(&y_true, targets), rows(&y_pred, units));
    for ((t, p), (&factor, out)) in t.zip(p).zip(results) {
        of_row(t, p, factor, out);
    }
}

/// The rows of a matrix, each with so many columns.
pub(super) fn rows<'a>(
    matrix: &'a ndarray::CowArray<'_, f32, ndarray::Ix2>,
    columns: usize,
) -> std::slice::ChunksExact<'a, f32> {
    let values = matrix.as_slice().expect("a standard layout");
    values.chunks_exact(columns.max(1))
}
