//! What a layer is given for its way forward and its way back.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::{Mask, MultiHotBatch};
use crate::column_kernel::ByColumns;
use crate::multi_hot::Selection;
use crate::random::Rng;
use crate::tensor::Shape;

/// One application of a layer to a batch.
#[derive(Debug)]
pub struct Forward<'a> {
    /// The inputs.
    pub inputs: Inputs<'a>,
    /// The output, (samples, size), to be written; last axis of the sample fastest. It holds old numbers before.
    pub output: ArrayViewMut2<'a, f32>,
    /// A buffer for what `backward` needs; kept from step to step.
    pub cache: &'a mut Vec<f32>,
    /// Whether the model is being trained; dropout is off otherwise.
    pub training: bool,
    /// Random numbers for layers such as dropout and noise. They depend on the seed of the training and on its epoch, so a
    /// training with the same seed is the same.
    pub rng: &'a mut Rng,
}

/// The way back through one application of a layer.
#[derive(Debug)]
pub struct Backward<'a> {
    /// The inputs, as in the forward call.
    pub inputs: Inputs<'a>,
    /// The output, as the forward call left it.
    pub output: ArrayView2<'a, f32>,
    /// The gradient with respect to the output, (samples, size); may be used as room for computing.
    pub upstream: ArrayViewMut2<'a, f32>,
    /// The gradients with respect to the inputs, to be added to.
    pub gradients: InputGradients<'a>,
    /// What the forward call left.
    pub cache: &'a mut Vec<f32>,
    /// Whether `upstream` is the gradient before the layer's [last activation](super::Layer::last_activation) already.
    pub past_activation: bool,
}

/// The inputs of one application.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    pub(crate) samples: usize,
    /// The inputs' places among `values`.
    pub(crate) sources: &'a [usize],
    pub(crate) shapes: &'a [Shape],
    pub(crate) values: &'a [Vec<f32>],
    pub(crate) multi_hot: &'a [Option<Selection<'a>>],
    pub(crate) masks: &'a [Option<Mask>],
    /// The layer's kernel, where it is kept by columns.
    pub(crate) by_columns: Option<ByColumns<'a>>,
}

impl<'a> Inputs<'a> {
    /// How many inputs there are.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The shape of a sample of an input.
    pub fn shape(&self, nth: usize) -> &'a Shape {
        &self.shapes[self.sources[nth]]
    }

    /// An input as a matrix, (samples, size).
    pub fn matrix(&self, nth: usize) -> ArrayView2<'a, f32> {
        let size = self.shape(nth).count();
        let values = &self.values[self.sources[nth]][..self.samples * size];
        ArrayView2::from_shape((self.samples, size), values)
            .expect("a batch has samples × size values")
    }

    /// How many samples the batch has.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Which steps of an input count; `None` where all do.
    pub fn mask(&self, nth: usize) -> Option<&'a Mask> {
        self.masks.get(self.sources[nth])?.as_ref()
    }

    /// The masks of all inputs.
    pub(crate) fn masks(&self) -> impl Iterator<Item = Option<&'a Mask>> {
        (0..self.len()).map(|nth| self.mask(nth))
    }

    /// An input as multi-hot rows, if it is such and the layer [takes them](super::Layer::takes_multi_hot).
    pub fn multi_hot(&self, nth: usize) -> Option<MultiHotBatch<'a>> {
        let rows = self.multi_hot.get(self.sources[nth]).copied().flatten();
        rows.map(|rows| MultiHotBatch {
            rows,
            by_columns: self.by_columns,
        })
    }
}

/// The gradients with respect to the inputs of one application.
#[derive(Debug)]
pub struct InputGradients<'a> {
    pub(crate) samples: usize,
    pub(crate) sources: &'a [usize],
    pub(crate) shapes: &'a [Shape],
    pub(crate) needed: &'a [bool],
    pub(crate) values: &'a mut [Vec<f32>],
}

impl InputGradients<'_> {
    /// The gradient of an input, (samples, size), to be added to; `None` where it is not needed.
    pub fn matrix(&mut self, nth: usize) -> Option<ArrayViewMut2<'_, f32>> {
        let source = self.sources[nth];
        if !self.needed[source] {
            return None;
        }
        let size = self.shapes[source].count();
        let values = &mut self.values[source][..self.samples * size];
        Some(
            ArrayViewMut2::from_shape((self.samples, size), values)
                .expect("a batch has samples × size values"),
        )
    }
}

/// (samples, size) seen as (rows, columns): any axes in front of the last one become rows.
pub(crate) fn rows(matrix: ArrayView2<'_, f32>, columns: usize) -> ArrayView2<'_, f32> {
    let rows = matrix.len() / columns.max(1);
    matrix
        .into_shape_with_order((rows, columns))
        .expect("a contiguous batch whose last axis has this length")
}

pub(crate) fn rows_mut(matrix: ArrayViewMut2<'_, f32>, columns: usize) -> ArrayViewMut2<'_, f32> {
    let rows = matrix.len() / columns.max(1);
    matrix
        .into_shape_with_order((rows, columns))
        .expect("a contiguous batch whose last axis has this length")
}
