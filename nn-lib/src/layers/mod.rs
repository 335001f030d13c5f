//! What a layer is: numbers in, numbers out, and the way back for gradients.

mod activation;
mod base;
mod call;
mod concatenate;
mod dense;
mod dropout;
mod flatten;
mod global_average;
mod kernel_and_bias;
mod mask;
mod merging;
mod multi_hot_batch;
mod normalization;
mod options;
mod pictures;
mod sequences;
mod shared_layer;
mod symbol;
mod variable;

use ndarray::ArrayView2;
use serde_json::Value;

use crate::activations::Activation;
use crate::error::Result;
use crate::tensor::Shape;

pub use activation::ActivationLayer;
pub use base::Base;
pub use call::{Backward, Forward, InputGradients, Inputs};
pub(crate) use call::{rows, rows_mut};
pub use concatenate::Concatenate;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use mask::Mask;
pub use merging::{Add, Average, Maximum, Multiply};
pub use multi_hot_batch::MultiHotBatch;
pub use normalization::{BatchNormalization, LayerNormalization};
pub use pictures::{
    AveragePooling2D, Conv2D, GlobalAveragePooling2D, MaxPooling2D, Padding, Pair, Reshape,
};
pub use sequences::{Embedding, GRU, GlobalAveragePooling1D, LSTM, SimpleRNN};
pub(crate) use shared_layer::{Locked, SharedLayer};
pub(crate) use symbol::Application;
pub use symbol::{Input, Symbol, Symbols};
pub use variable::Variable;

/// A data-processing module with weights of its own.
///
/// A new layer writes down its shapes in [`build`](Layer::build), its formula in [`forward`](Layer::forward) and the
/// derivative beside it in [`backward`](Layer::backward); everything else has a default. The model calls
/// `forward` and `backward` with whole batches; a layer that is applied twice is called twice, with a cache for each.
pub trait Layer: Send + 'static {
    /// The type as Keras spells it: `Dense`.
    fn kind(&self) -> &'static str;

    /// The layer's name, identity and input shape.
    fn base(&self) -> &Base;

    /// The same for writing.
    fn base_mut(&mut self) -> &mut Base;

    /// Checks the shapes of the inputs (without the batch axis), makes the weights, and gives the output's shape.
    /// Called once for each application; weights that exist already must fit.
    ///
    /// # Errors
    /// When the layer cannot take such inputs.
    fn build(&mut self, inputs: &[Shape]) -> Result<Shape>;

    /// The output of a batch.
    fn forward(&self, call: Forward<'_>);

    /// From the gradient of the loss with respect to the output: adds to the gradients of the inputs and the weights.
    fn backward(&mut self, call: Backward<'_>);

    /// The weights in Keras's order: kernel, bias; behind them what is not trainable.
    fn variables(&self) -> Vec<&Variable> {
        Vec::new()
    }

    /// The same for writing.
    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        Vec::new()
    }

    /// Which steps of the output count, where a layer before has said that some do not; `None`, as by default, says that all
    /// do. A layer that keeps the steps apart gives those of its input, `inputs.mask(0).cloned()`. The first axis of a sample
    /// of the output are the steps; a mask with another number of them counts as none.
    fn compute_mask(&self, _inputs: Inputs<'_>) -> Option<Mask> {
        None
    }

    /// Whether the layer can take these data, whose rows are its input, (samples, size).
    ///
    /// # Errors
    /// When they are none that it understands, such as a word index that is too large.
    fn check_values(&self, _rows: ArrayView2<'_, f32>) -> Result<()> {
        Ok(())
    }

    /// After each step of a training, once for each application: brings the variables that are not
    /// [trainable](Variable::trainable) up to date, by what `forward` and `backward` have left in the cache.
    fn update_state(&mut self, _cache: &[f32]) {}

    /// Whether `forward` and `backward` share their work out to threads.
    #[doc(hidden)]
    fn shares_work(&self) -> bool {
        false
    }

    /// Whether the layer is the mean over the steps of its input and nothing else.
    #[doc(hidden)]
    fn averages_steps(&self) -> bool {
        false
    }

    /// Whether [`forward_average`](Layer::forward_average) and [`backward_average`](Layer::backward_average) are there.
    #[doc(hidden)]
    fn knows_average(&self) -> bool {
        false
    }

    /// The mean over the steps of what [`forward`](Layer::forward) gives, without the steps themselves and in the same bits.
    #[doc(hidden)]
    fn forward_average(&self, _call: Forward<'_>) {
        unreachable!("a layer that knows no average")
    }

    /// The derivative: `upstream` is that of the mean.
    #[doc(hidden)]
    fn backward_average(&mut self, _call: Backward<'_>) {
        unreachable!("a layer that knows no average")
    }

    /// The activation that ends this layer, if any: some losses have a simpler gradient together with it.
    fn last_activation(&self) -> Option<Activation> {
        None
    }

    /// Whether the layer computes on multi-hot rows itself; otherwise it gets them written out.
    fn takes_multi_hot(&self) -> bool {
        false
    }

    /// Which of the [variables](Layer::variables) is the kernel that multi-hot rows are multiplied by, if the layer uses it
    /// through [`MultiHotBatch::multiply`] and [`MultiHotBatch::add_gradient`] alone.
    ///
    /// A model may keep such a kernel by columns while it computes, shared out to threads, which is much faster. Within
    /// `forward` and `backward` the variable's `values` and `gradient` are out of date then. Without a kernel of this kind,
    /// as by default, both are always there to be used.
    fn kernel_by_columns(&self) -> Option<usize> {
        None
    }

    /// The arguments that make such a layer, as JSON.
    fn config(&self) -> Value;

    /// A copy with weights of its own.
    fn boxed_clone(&self) -> Box<dyn Layer>;

    /// Gives the layer a name, shown in summaries and in the history's keys; a model names the others itself.
    #[must_use]
    fn name(mut self, name: &str) -> Self
    where
        Self: Sized,
    {
        self.base_mut().name = Some(name.to_string());
        self
    }

    /// Says the shape of one input sample, so that a `Sequential` can be built before it sees data.
    #[must_use]
    fn input_shape(mut self, shape: impl Into<Shape>) -> Self
    where
        Self: Sized,
    {
        self.base_mut().input_shape = Some(shape.into());
        self
    }

    /// Applies the layer in a graph: to one input, `dense.apply(&a)?`, or to several, `add.apply([&a, &b])?`.
    /// Applied twice it is one layer with one set of weights.
    ///
    /// # Errors
    /// When the layer cannot take inputs of these shapes.
    fn apply(&self, inputs: impl Symbols) -> Result<Symbol>
    where
        Self: Sized,
    {
        Symbol::apply(&SharedLayer::of(self), inputs.symbols())
    }
}
