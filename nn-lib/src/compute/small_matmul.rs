//! The product of small matrices, in the same bits on every processor.
//!
//! The products in `matmul.rs` use what a processor has, fused multiply-add included, and round accordingly. The
//! layers of the chapter's networks on words are small enough to do without: plain lanes are as fast for them, since
//! nothing is repacked into blocks. So what such a network learns depends on its seed alone.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::lanes::{LANES, Lane, add as add_lanes};
use super::simd::vectorized;

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
    if units > 1 {
        add(left, right, output);
    } else if left.column_step == 1 {
        multiply_column(left, right.values, output);
    } else {
        // One column is stored as one row is: the transposed product fills whole lanes.
        add(right.transposed(), left.transposed(), output);
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

/// A matrix that is multiplied by many others, laid out in lanes once.
pub(crate) struct Packed {
    /// Sixteen columns each.
    strips: Vec<Vec<Lane>>,
    rows: usize,
    columns: usize,
}

impl Packed {
    /// The right side of products; any view is welcome.
    pub(crate) fn new(right: ArrayView2<f32>) -> Packed {
        let own = right.as_standard_layout();
        let view = own.view();
        let matrix = Matrix::of(&view);
        let strip = |first| {
            let mut lanes = vec![[0.0; LANES]; matrix.rows];
            pack(matrix, first, &mut lanes);
            lanes
        };
        Packed {
            strips: (0..matrix.columns).step_by(LANES).map(strip).collect(),
            rows: matrix.rows,
            columns: matrix.columns,
        }
    }

    /// `output += left · right`, both sides row after row.
    pub(crate) fn multiply_add(&self, left: &[f32], output: &mut [f32]) {
        let left = Matrix {
            values: left,
            rows: left.len() / self.rows,
            columns: self.rows,
            row_step: self.rows,
            column_step: 1,
        };
        for (nth, strip) in self.strips.iter().enumerate() {
            let first = nth * LANES;
            let width = LANES.min(self.columns - first);
            multiply_strip(left, strip, first, width, self.columns, output);
        }
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

/// The number of output rows that are summed at once: enough sums that an addition need not wait for the one before it, and
/// few enough to stay in registers.
const ROWS: usize = 4;

vectorized! {
    /// Adds `left · lanes` to `width` columns of the output, from `first` on.
    fn multiply_strip(left: Matrix<'_>, lanes: &[Lane], first: usize, width: usize, units: usize, output: &mut [f32]) {
        for (block, rows) in output.chunks_mut(ROWS * units).enumerate() {
            let row = block * ROWS;
            if rows.len() == ROWS * units {
                add_strip(rows, units, first, width, &sums::<ROWS>(left, lanes, row));
            } else {
                for (nth, rest) in rows.chunks_mut(units).enumerate() {
                    add_strip(rest, units, first, width, &sums::<1>(left, lanes, row + nth));
                }
            }
        }
    }
}

/// Rows `row..row + N` of `left · lanes`.
#[inline(always)]
fn sums<const N: usize>(left: Matrix<'_>, lanes: &[Lane], row: usize) -> [Lane; N] {
    let mut sums = [[0.0; LANES]; N];
    if left.column_step == 1 {
        let rows: [&[f32]; N] =
            std::array::from_fn(|nth| &left.values[(row + nth) * left.row_step..][..lanes.len()]);
        for (place, lane) in lanes.iter().enumerate() {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = add_product(*sum, row[place], *lane);
            }
        }
    } else {
        for (column, lane) in left.values.chunks(left.column_step).zip(lanes) {
            for (sum, number) in sums.iter_mut().zip(&column[row..row + N]) {
                *sum = add_product(*sum, *number, *lane);
            }
        }
    }
    sums
}

#[inline(always)]
fn add_product(sum: Lane, number: f32, lane: Lane) -> Lane {
    std::array::from_fn(|place| sum[place] + number * lane[place])
}

/// Adds sums to `width` columns of the rows, from `first` on.
#[inline(always)]
fn add_strip(rows: &mut [f32], units: usize, first: usize, width: usize, sums: &[Lane]) {
    for (row, sums) in rows.chunks_exact_mut(units).zip(sums) {
        let output = &mut row[first..first + width];
        match output.as_mut_array::<LANES>() {
            Some(output) => *output = add_lanes(*output, sums),
            None => output
                .iter_mut()
                .zip(sums)
                .for_each(|(output, sum)| *output += sum),
        }
    }
}

vectorized! {
    /// Adds the product of each row with a column to the output. Lanes are added up by halves, everywhere alike.
    fn multiply_column(left: Matrix<'_>, column: &[f32], output: &mut [f32]) {
        let (column, column_rest) = column.as_chunks::<LANES>();
        for (row, output) in left.values.chunks_exact(left.columns).zip(output) {
            let (row, row_rest) = row.as_chunks::<LANES>();
            let mut sums = [0.0; LANES];
            for (a, b) in row.iter().zip(column) {
                for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                    *sum += a * b;
                }
            }
            for ((sum, a), b) in sums.iter_mut().zip(row_rest).zip(column_rest) {
                *sum += a * b;
            }
            for half in [8, 4, 2, 1] {
                for lane in 0..half {
                    sums[lane] += sums[lane + half];
                }
            }
            *output += sums[0];
        }
    }
}

vectorized! {
    /// Writes `row` over each of the rows.
    pub(crate) fn fill_rows(rows: &mut [f32], row: &[f32]) {
        if let Some(row) = row.as_array::<LANES>() {
            return rows.as_chunks_mut().0.fill(*row);
        }
        for numbers in rows.chunks_exact_mut(row.len()) {
            numbers.copy_from_slice(row);
        }
    }
}

vectorized! {
    /// Adds `row` to each of the rows.
    pub(crate) fn add_to_rows(rows: &mut [f32], row: &[f32]) {
        if let Some(row) = row.as_array::<LANES>() {
            for numbers in rows.as_chunks_mut().0 {
                *numbers = add_lanes(*numbers, row);
            }
            return;
        }
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
        // A row of sixteen stays in registers.
        if let Some(total) = total.as_mut_array::<LANES>() {
            *total = rows.as_chunks().0.iter().fold(*total, add_lanes);
            return;
        }
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
