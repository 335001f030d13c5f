//! A batch of multi-hot rows as a layer sees it.

use super::Variable;
use crate::column_kernel::ByColumns;
use crate::multi_hot::Selection;

/// Multi-hot rows that a layer was given, together with its kernel where the model keeps that by columns.
#[derive(Clone, Copy, Debug)]
pub struct MultiHotBatch<'a> {
    pub(super) rows: Selection<'a>,
    pub(super) by_columns: Option<ByColumns<'a>>,
}

impl MultiHotBatch<'_> {
    /// The number of columns.
    pub fn dimension(&self) -> usize {
        self.rows.dimension()
    }

    /// `output = x · kernel`, for a variable of the layer that the rows were given to.
    ///
    /// Where the model keeps that kernel by columns (see
    /// [`Layer::kernel_by_columns`](crate::layers::Layer::kernel_by_columns)) these are used, otherwise the variable's
    /// values. Both give the same bits.
    ///
    /// # Shapes
    /// `kernel` (dimension, units), `output` (rows, units), row-major.
    pub fn multiply(&self, kernel: &Variable, output: &mut [f32]) {
        match self.columns_of(kernel) {
            Some(columns) => columns.kernel.gather(self.rows, columns.training, output),
            None => self.rows.gather(&kernel.values, units(kernel), output),
        }
    }

    /// `gradient += xᵀ · delta`, for the gradient of a variable that [`multiply`](MultiHotBatch::multiply) was given.
    ///
    /// # Shapes
    /// `delta` (rows, units), `kernel` (dimension, units), row-major.
    pub fn add_gradient(&self, delta: &[f32], kernel: &mut Variable) {
        match self.columns_of(kernel) {
            Some(columns) => columns.kernel.scatter(self.rows, delta),
            None => self
                .rows
                .scatter(delta, units(kernel), &mut kernel.gradient),
        }
    }

    fn columns_of(&self, kernel: &Variable) -> Option<ByColumns<'_>> {
        self.by_columns
            .filter(|columns| columns.are_of(&kernel.values))
    }

    /// [`Selection::gather`], for weights of the layer's own.
    pub fn gather(&self, kernel: &[f32], units: usize, output: &mut [f32]) {
        self.rows.gather(kernel, units, output);
    }

    /// [`Selection::scatter`], for a gradient of the layer's own.
    pub fn scatter(&self, delta: &[f32], units: usize, gradient: &mut [f32]) {
        self.rows.scatter(delta, units, gradient);
    }

    /// Writes the batch out as a matrix of zeros and ones, (rows, dimension).
    pub fn write_dense(&self, output: &mut [f32]) {
        self.rows.write_dense(output);
    }
}

/// The length of a kernel's last axis.
fn units(kernel: &Variable) -> usize {
    kernel.shape.last().copied().unwrap_or(1)
}
