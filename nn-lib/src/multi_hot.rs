//! Rows of word indices that behave as a (rows, dimension) matrix of zeros and ones.

use std::ops::Range;
use std::sync::Arc;

/// Rows of sorted, distinct column numbers, one after the other; clones and ranges share them.
#[derive(Clone, Debug)]
pub struct MultiHot {
    table: Arc<Table>,
    first: usize,
    end: usize,
}

/// The storage of all rows: row `r` has the columns `columns[offsets[r]..offsets[r + 1]]`.
#[derive(Debug)]
struct Table {
    dimension: usize,
    offsets: Vec<usize>,
    columns: Columns,
}

/// Column numbers in 16 bits where the dimension allows it: half the memory to read in every step.
#[derive(Debug)]
enum Columns {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl MultiHot {
    /// Rows of column numbers below `dimension`; duplicates within a row count once.
    pub(crate) fn new(rows: &[impl AsRef<[u32]>], dimension: usize) -> MultiHot {
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0);
        let total = rows.iter().map(|row| row.as_ref().len()).sum();
        let columns = if dimension <= 1 << 16 {
            let mut columns: Vec<u16> = Vec::with_capacity(total);
            // One bit per column sorts and removes duplicates in a single pass.
            let mut seen = vec![0u64; dimension.div_ceil(64)];
            for row in rows {
                for &column in row.as_ref() {
                    seen[column as usize / 64] |= 1 << (column % 64);
                }
                for (word, bits) in seen.iter_mut().enumerate() {
                    while *bits != 0 {
                        columns.push((word * 64) as u16 + bits.trailing_zeros() as u16);
                        *bits &= *bits - 1;
                    }
                }
                offsets.push(columns.len());
            }
            columns.shrink_to_fit();
            Columns::Narrow(columns)
        } else {
            let mut columns: Vec<u32> = Vec::with_capacity(total);
            for row in rows {
                let mut sorted = row.as_ref().to_vec();
                sorted.sort_unstable();
                sorted.dedup();
                columns.extend(sorted);
                offsets.push(columns.len());
            }
            Columns::Wide(columns)
        };
        MultiHot {
            first: 0,
            end: rows.len(),
            table: Arc::new(Table {
                dimension,
                offsets,
                columns,
            }),
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.end - self.first
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of columns.
    pub fn dimension(&self) -> usize {
        self.table.dimension
    }

    /// The columns of one row that hold a one, ascending.
    pub fn row(&self, row: usize) -> Vec<u32> {
        let range = self.table.range(self.first + row);
        match &self.table.columns {
            Columns::Narrow(columns) => columns[range].iter().map(|c| u32::from(*c)).collect(),
            Columns::Wide(columns) => columns[range].to_vec(),
        }
    }

    pub(crate) fn range(&self, range: Range<usize>) -> MultiHot {
        MultiHot {
            table: Arc::clone(&self.table),
            first: self.first + range.start,
            end: self.first + range.end,
        }
    }

    pub(crate) fn select(&self, rows: &[usize]) -> MultiHot {
        let rows: Vec<Vec<u32>> = rows.iter().map(|row| self.row(*row)).collect();
        MultiHot::new(&rows, self.dimension())
    }

    pub(crate) fn contains(&self, row: usize, column: usize) -> bool {
        let range = self.table.range(self.first + row);
        match &self.table.columns {
            Columns::Narrow(columns) => columns[range].binary_search(&(column as u16)).is_ok(),
            Columns::Wide(columns) => columns[range].binary_search(&(column as u32)).is_ok(),
        }
    }

    /// How many ones there are.
    pub(crate) fn ones(&self) -> usize {
        self.table.offsets[self.end] - self.table.offsets[self.first]
    }

    /// Calls `visit(row, column)` for every one, row by row.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(usize, usize)) {
        for row in 0..self.len() {
            let range = self.table.range(self.first + row);
            match &self.table.columns {
                Columns::Narrow(columns) => columns[range]
                    .iter()
                    .for_each(|column| visit(row, usize::from(*column))),
                Columns::Wide(columns) => columns[range]
                    .iter()
                    .for_each(|column| visit(row, *column as usize)),
            }
        }
    }

    pub(crate) fn to_dense(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.len() * self.dimension()];
        self.for_each(|row, column| values[row * self.dimension() + column] = 1.0);
        values
    }

    /// Some of the rows, in the order of `rows`, as one batch.
    pub(crate) fn batch<'a>(&'a self, rows: &'a [u32]) -> Selection<'a> {
        Selection {
            table: &self.table,
            first: self.first,
            rows,
        }
    }
}

impl Table {
    fn range(&self, row: usize) -> Range<usize> {
        self.offsets[row]..self.offsets[row + 1]
    }
}

/// A batch of multi-hot rows: the storage and a list of row numbers, nothing copied.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    table: &'a Table,
    first: usize,
    rows: &'a [u32],
}

impl Selection<'_> {
    /// The number of columns.
    pub fn dimension(&self) -> usize {
        self.table.dimension
    }

    /// `output = bias + x · kernel`: adds up the kernel's rows at the ones of each row.
    ///
    /// # Shapes
    /// `kernel` (dimension, units), `bias` (units,), `output` (rows, units), all row-major.
    pub fn gather(&self, kernel: &[f32], bias: &[f32], output: &mut [f32]) {
        match &self.table.columns {
            Columns::Narrow(columns) => self.gather_from(columns, kernel, bias, output),
            Columns::Wide(columns) => self.gather_from(columns, kernel, bias, output),
        }
    }

    fn gather_from<C: Copy + TryInto<usize>>(
        &self,
        columns: &[C],
        kernel: &[f32],
        bias: &[f32],
        output: &mut [f32],
    ) {
        let units = bias.len();
        for (row, sum) in self.rows.iter().zip(output.chunks_exact_mut(units)) {
            sum.copy_from_slice(bias);
            for column in &columns[self.table.range(self.first + *row as usize)] {
                let column = position(*column) * units;
                for (sum, weight) in sum.iter_mut().zip(&kernel[column..column + units]) {
                    *sum += weight;
                }
            }
        }
    }

    /// `gradient += xᵀ · delta`: adds each row of `delta` to the gradient's rows at the ones of that row.
    ///
    /// # Shapes
    /// `delta` (rows, units), `gradient` (dimension, units), both row-major.
    pub fn scatter(&self, delta: &[f32], units: usize, gradient: &mut [f32]) {
        match &self.table.columns {
            Columns::Narrow(columns) => self.scatter_to(columns, delta, units, gradient),
            Columns::Wide(columns) => self.scatter_to(columns, delta, units, gradient),
        }
    }

    fn scatter_to<C: Copy + TryInto<usize>>(
        &self,
        columns: &[C],
        delta: &[f32],
        units: usize,
        gradient: &mut [f32],
    ) {
        for (row, delta) in self.rows.iter().zip(delta.chunks_exact(units)) {
            for column in &columns[self.table.range(self.first + *row as usize)] {
                let column = position(*column) * units;
                for (sum, change) in gradient[column..column + units].iter_mut().zip(delta) {
                    *sum += change;
                }
            }
        }
    }

    /// Writes the batch out as a matrix of zeros and ones, (rows, dimension).
    pub fn write_dense(&self, output: &mut [f32]) {
        output.fill(0.0);
        let dimension = self.dimension();
        for (row, values) in self.rows.iter().zip(output.chunks_exact_mut(dimension)) {
            let range = self.table.range(self.first + *row as usize);
            match &self.table.columns {
                Columns::Narrow(columns) => columns[range]
                    .iter()
                    .for_each(|column| values[usize::from(*column)] = 1.0),
                Columns::Wide(columns) => columns[range]
                    .iter()
                    .for_each(|column| values[*column as usize] = 1.0),
            }
        }
    }
}

fn position<C: TryInto<usize>>(column: C) -> usize {
    column.try_into().unwrap_or(usize::MAX)
}
