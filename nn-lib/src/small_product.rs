//! The product of small matrices, in the same bits on every processor.
//!
//! The products in `matmul.rs` use what a processor has, fused multiply-add included, and round accordingly. The
//! layers of the chapter's networks on words are small enough to do without: plain lanes are as fast for them, since
//! nothing is repacked into blocks. So what such a network learns depends on its seed alone.

use ndarray::{ArrayView2, ArrayViewMut2};

use crate::simd::{LANES, Lane, vectorized};

/// Kernels with more weights than this are multiplied by `matmul.rs`.
pub(crate) const MOST_WEIGHTS: usize = 1 << 14;

/// A matrix in a slice: element (i, j) is `values[i * row_step + j * column_step]`.
#[derive(Clone, Copy)]
struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    fn of(view: &'a ArrayView2<'_, f32>) -> Matrix<'a> {
        let values = view.as_slice_memory_order();
        let [rows, columns] = [view.nrows(), view.ncols()];
        // Contiguous, so the steps follow from the order; ndarray's own are arbitrary where an axis has length 1.
        let (row_step, column_step) = match view.is_standard_layout() {
            true => (columns, 1),
            false => (1, rows),
        };
        Matrix {
            values: values
                .expect("batches and kernels are contiguous, and so are their transposes"),
            rows,
            columns,
            row_step,
            column_step,
        }
    }

    fn transposed(self) -> Matrix<'a> {
        Matrix {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_step: self.column_step,
            column_step: self.row_step,
        }
    }
}

/// `output += left · right`.
///
/// # Shapes
/// `left` (m, k), `right` (k, n), `output` (m, n) in standard layout; transposed views are welcome.
pub(crate) fn multiply_add(
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    mut output: ArrayViewMut2<f32>,
) {
    let units = output.ncols();
    let output = output.as_slice_mut().expect("outputs are contiguous");
    let (left, right) = (Matrix::of(&left), Matrix::of(&right));
    if units == 1 {
        // One column is stored as one row is: the transposed product fills whole lanes.
        add(right.transposed(), left.transposed(), output);
    } else {
        add(left, right, output);
    }
}

fn add(left: Matrix<'_>, right: Matrix<'_>, output: &mut [f32]) {
    let mut lanes = vec![[0.0; LANES]; right.rows];
    for first in (0..right.columns).step_by(LANES) {
        pack(right, first, &mut lanes);
        let width = LANES.min(right.columns - first);
        multiply_strip(left, &lanes, first, width, right.columns, output);
    }
}

vectorized! {
    /// Writes sixteen columns of a matrix, from `first` on, to lanes; what is missing of sixteen is zero.
    fn pack(matrix: Matrix<'_>, first: usize, lanes: &mut [Lane]) {
        let width = LANES.min(matrix.columns - first);
        for (row, lane) in lanes.iter_mut().enumerate() {
            let start = row * matrix.row_step + first * matrix.column_step;
            if matrix.column_step == 1 && width == LANES {
                lane.copy_from_slice(&matrix.values[start..start + LANES]);
            } else {
                let values = matrix.values[start..].iter().step_by(matrix.column_step);
                for (number, value) in lane[..width].iter_mut().zip(values) {
                    *number = *value;
                }
            }
        }
    }
}

vectorized! {
    /// Adds `left · lanes` to `width` columns of the output, from `first` on; two rows at a time stay in registers.
    fn multiply_strip(left: Matrix<'_>, lanes: &[Lane], first: usize, width: usize, units: usize, output: &mut [f32]) {
        let values = |row: usize| left.values[row * left.row_step..].iter().step_by(left.column_step);
        let mut rows = output.chunks_mut(units).enumerate();
        while let Some((row, even)) = rows.next() {
            let mut sums = [[0.0; LANES]; 2];
            if let Some((_, odd)) = rows.next() {
                for ((lane, a), b) in lanes.iter().zip(values(row)).zip(values(row + 1)) {
                    for (sum, number) in sums[0].iter_mut().zip(lane) {
                        *sum += a * number;
                    }
                    for (sum, number) in sums[1].iter_mut().zip(lane) {
                        *sum += b * number;
                    }
                }
                add_to(&mut odd[first..first + width], &sums[1]);
            } else {
                for (lane, a) in lanes.iter().zip(values(row)) {
                    for (sum, number) in sums[0].iter_mut().zip(lane) {
                        *sum += a * number;
                    }
                }
            }
            add_to(&mut even[first..first + width], &sums[0]);
        }
    }
}

#[inline(always)]
fn add_to(output: &mut [f32], sums: &Lane) {
    for (output, sum) in output.iter_mut().zip(sums) {
        *output += sum;
    }
}

vectorized! {
    /// Adds `row` to each of the rows.
    pub(crate) fn add_to_rows(rows: &mut [f32], row: &[f32]) {
        for numbers in rows.chunks_exact_mut(row.len()) {
            for (number, other) in numbers.iter_mut().zip(row) {
                *number += other;
            }
        }
    }
}

vectorized! {
    /// Adds the sum of all rows, of `total.len()` numbers each, to `total`.
    pub(crate) fn add_rows(rows: &[f32], total: &mut [f32]) {
        for row in rows.chunks_exact(total.len()) {
            for (total, number) in total.iter_mut().zip(row) {
                *total += number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::multiply_add;

    /// Small whole numbers, so that every product and sum is exact in any order.
    fn numbers(rows: usize, columns: usize, start: usize) -> Array2<f32> {
        Array2::from_shape_fn((rows, columns), |(i, j)| {
            ((start + 5 * i + 3 * j) % 7) as f32 - 3.0
        })
    }

    #[test]
    fn every_shape_and_order_gives_the_product_that_ndarray_gives() {
        for (m, k, n) in [
            (1, 1, 1),
            (5, 3, 1),
            (4, 16, 16),
            (7, 20, 33),
            (1, 9, 46),
            (513, 2, 1),
        ] {
            for order in 0..4 {
                let transpose = |bit: usize, matrix: Array2<f32>| match order >> bit & 1 {
                    0 => matrix,
                    _ => matrix.t().as_standard_layout().reversed_axes().to_owned(),
                };
                let left = transpose(0, numbers(m, k, 1));
                let right = transpose(1, numbers(k, n, 2));
                let mut output = numbers(m, n, 3);
                let expected = &output + &left.dot(&right);
                multiply_add(left.view(), right.view(), output.view_mut());
                assert_eq!(output, expected, "({m}, {k}) by ({k}, {n}), order {order}");
            }
        }
    }
}
