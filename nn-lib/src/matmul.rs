//! The product of two matrices, in the one place where it is worth making fast.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

/// `output = left · right`, over whatever `output` held before.
///
/// # Shapes
/// `left` (m, k), `right` (k, n), `output` (m, n); transposed views are welcome.
pub(crate) fn multiply(
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    mut output: ArrayViewMut2<f32>,
) {
    general_mat_mul(1.0, &left, &right, 0.0, &mut output);
}

/// `output += left · right`.
///
/// # Shapes
/// `left` (m, k), `right` (k, n), `output` (m, n); transposed views are welcome.
pub(crate) fn multiply_add(
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    mut output: ArrayViewMut2<f32>,
) {
    general_mat_mul(1.0, &left, &right, 1.0, &mut output);
}
