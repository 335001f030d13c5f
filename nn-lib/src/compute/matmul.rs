//! The product of two matrices, in the one place where it is worth making fast.
//!
//! ndarray's own product (the `matrixmultiply` crate: AVX with fused multiply-add, NEON, or portable, by the processor)
//! takes transposed views without a copy. Large products are cut into pieces of the output, one for each thread: every
//! element is summed by one thread, in the same order however many there are.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use super::threads::{pieces, share};

/// So many multiplications are work enough for a thread: some hundred microseconds.
const WORTH: usize = 1 << 22;

/// Pieces are multiples of this, the width of the inner loops.
const STRIP: usize = 16;

/// `output = left · right`, over whatever `output` held before.
///
/// # Shapes
/// `left` (m, k), `right` (k, n), `output` (m, n); transposed views are welcome.
pub(crate) fn multiply(left: ArrayView2<f32>, right: ArrayView2<f32>, output: ArrayViewMut2<f32>) {
    multiply_onto(0.0, left, right, output);
}

/// `output += left · right`.
///
/// # Shapes
/// `left` (m, k), `right` (k, n), `output` (m, n); transposed views are welcome.
pub(crate) fn multiply_add(
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    output: ArrayViewMut2<f32>,
) {
    multiply_onto(1.0, left, right, output);
}

/// `output = kept · output + left · right`
fn multiply_onto(
    kept: f32,
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    mut output: ArrayViewMut2<f32>,
) {
    let (rows, columns) = output.dim();
    let pieces = pieces(rows * columns * left.ncols(), WORTH);
    // The longer side is cut: the other operand is packed once for each piece.
    let axis = Axis(usize::from(columns > rows));
    let width = output
        .len_of(axis)
        .div_ceil(pieces)
        .next_multiple_of(STRIP)
        .max(STRIP);
    let outputs = output.axis_chunks_iter_mut(axis, width);
    if axis == Axis(0) {
        share(
            outputs.zip(left.axis_chunks_iter(axis, width)),
            |(mut output, left)| {
                general_mat_mul(1.0, &left, &right, kept, &mut output);
            },
        );
    } else {
        share(
            outputs.zip(right.axis_chunks_iter(axis, width)),
            |(mut output, right)| {
                general_mat_mul(1.0, &left, &right, kept, &mut output);
            },
        );
    }
}
