//! The product of two large matrices.
//!
//! ndarray's own product (the `matrixmultiply` crate: AVX-512, AVX2, NEON, or portable, by the processor) takes transposed
//! views without a copy. Large products are cut into pieces of the output, one for each thread: every element is summed by
//! one thread, in the same order however many there are.
//!
//! On x86-64 an element is the same sum on every processor with fused multiply-add (Intel since 2013, AMD since 2017), with
//! AVX-512 or without; older ones round each product by itself.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use super::threads::{pieces, share};
// For its feature `avx512` alone, see Cargo.toml.
use matrixmultiply as _;

/// The fewest multiplications for which a thread is used: some hundred microseconds of work.
const WORTH: usize = 1 << 22;

/// Pieces are multiples of this, the width of the inner loops.
const STRIP: usize = 16;

/// `output = left · right`; what `output` held before is lost.
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

/// `output += left · right` on this thread alone: for whoever shares out larger pieces of work.
pub(crate) fn multiply_add_alone(
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    mut output: ArrayViewMut2<f32>,
) {
    general_mat_mul(1.0, &left, &right, 1.0, &mut output);
}

/// `output = left · right`, on this thread alone.
pub(crate) fn multiply_alone(
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    mut output: ArrayViewMut2<f32>,
) {
    general_mat_mul(1.0, &left, &right, 0.0, &mut output);
}

/// A list as a matrix.
pub(crate) fn matrix(rows: usize, columns: usize, values: &[f32]) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows, columns), values).expect("rows × columns values")
}

/// A list as a matrix, for writing.
pub(crate) fn matrix_mut(
    rows: usize,
    columns: usize,
    values: &mut [f32],
) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows, columns), values).expect("rows × columns values")
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

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// An element as `matrixmultiply` sums it: fused, in the order of `k`, in blocks of 256, which are added up.
    fn fused(left: &Array2<f32>, right: &Array2<f32>, before: &Array2<f32>) -> Array2<f32> {
        Array2::from_shape_fn(before.dim(), |(row, column)| {
            let pairs: Vec<(f32, f32)> = left
                .row(row)
                .into_iter()
                .copied()
                .zip(right.column(column).into_iter().copied())
                .collect();
            let block = |pairs: &[(f32, f32)]| {
                pairs
                    .iter()
                    .fold(0.0, |sum, (left, right)| left.mul_add(*right, sum))
            };
            let blocks = pairs.chunks(256).map(block);
            blocks.fold(before[[row, column]], |sum, block| sum + block)
        })
    }

    #[test]
    fn processors_with_fused_multiply_add_all_give_the_same_bits() {
        if !std::arch::is_x86_feature_detected!("fma") {
            return;
        }
        let numbers = |rows: usize, columns: usize, by: f32| {
            Array2::from_shape_fn((rows, columns), |(i, j)| {
                ((i * columns + j) as f32 * by).sin()
            })
        };
        for (m, k, n) in [(1, 1, 1), (3, 17, 5), (33, 256, 40), (40, 700, 31)] {
            let (left, right) = (numbers(m, k, 0.7), numbers(k, n, 0.3));
            let mut output = numbers(m, n, 0.9);
            let expected = fused(&left, &right, &output);
            multiply_add(left.view(), right.view(), output.view_mut());
            assert_eq!(output, expected, "({m}, {k}) by ({k}, {n})");
        }
    }
}
