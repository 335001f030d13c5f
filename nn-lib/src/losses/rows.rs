//! A batch is taken apart into its samples.

use ndarray::{ArrayView2, ArrayViewMut2};

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
