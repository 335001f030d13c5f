//! What a layer is: numbers in, numbers out, and the way back for gradients.

mod activation;
mod concatenate;
mod dense;
mod dropout;
mod flatten;
mod merging;
mod shared_layer;
mod symbol;

use std::fmt;
use std::sync::OnceLock;

use ndarray::{ArrayView2, ArrayViewMut2};
use serde_json::Value;

use crate::activations::Activation;
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::multi_hot::{ByColumns, Selection};
use crate::precompiled::Apart;
use crate::random::Rng;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

pub use activation::ActivationLayer;
pub use concatenate::Concatenate;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use merging::{Add, Average, Maximum, Multiply};
pub(crate) use shared_layer::{Locked, SharedLayer};
pub(crate) use symbol::Application;
pub use symbol::{Input, Symbol, Symbols};

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

    /// The weights in Keras's order: kernel, bias.
    fn variables(&self) -> Vec<&Variable> {
        Vec::new()
    }

    /// The same for writing.
    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        Vec::new()
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
    /// through [`Selection::multiply`] and [`Selection::add_gradient`] alone.
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

/// What every layer has: a name, an identity (so that applying it twice shares its weights), an input shape.
#[derive(Default)]
pub struct Base {
    pub(crate) name: Option<String>,
    pub(crate) input_shape: Option<Shape>,
    /// The first option that was not understood, such as the name of an activation: said when the layer is used.
    pub(crate) mistake: Option<Apart<Error>>,
    pub(crate) shared: OnceLock<SharedLayer>,
}

impl Base {
    /// The value of an option; a mistake is kept until the layer is used, and the default taken.
    pub(crate) fn option<T: Default>(&mut self, given: Result<T>) -> T {
        given.unwrap_or_else(|mistake| {
            self.mistake.get_or_insert_with(|| Apart::new(mistake));
            T::default()
        })
    }

    /// Whether all options were understood.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.mistake {
            Some(mistake) => Err(Error::clone(mistake)),
            None => Ok(()),
        }
    }
}

/// A copy has the same name and shape but is a layer of its own.
impl Clone for Base {
    fn clone(&self) -> Base {
        Base {
            name: self.name.clone(),
            input_shape: self.input_shape.clone(),
            mistake: self.mistake.clone(),
            shared: OnceLock::new(),
        }
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base")
            .field("name", &self.name)
            .field("input_shape", &self.input_shape)
            .finish()
    }
}

/// A weight tensor with its gradient, both stored contiguously, last axis fastest.
#[derive(Clone, Debug)]
pub struct Variable {
    /// What it is within its layer: `kernel`, `bias`.
    pub name: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// The weights.
    pub values: Vec<f32>,
    /// The derivative of the loss with respect to every weight, summed over the batch and over all applications. Filled
    /// within `backward`; at other times the model has it.
    pub gradient: Vec<f32>,
    /// What the weights start from.
    pub initializer: Initializer,
    /// The penalty on them that is added to the loss.
    pub regularizer: Option<Regularizer>,
    initialized: bool,
}

impl Variable {
    /// A weight tensor, filled in by [`initializer`](Variable::initializer) when a model takes the layer.
    pub fn new(
        name: &'static str,
        shape: impl Into<Shape>,
        initializer: Initializer,
        regularizer: Option<Regularizer>,
    ) -> Variable {
        let shape = shape.into();
        Variable {
            name,
            values: vec![0.0; shape.count()],
            gradient: Vec::new(),
            shape,
            initializer,
            regularizer,
            initialized: false,
        }
    }

    /// The weights as a matrix: every axis but the last in one.
    pub fn matrix(&self) -> ArrayView2<'_, f32> {
        let columns = self.shape.last().copied().unwrap_or(1);
        ArrayView2::from_shape((self.values.len() / columns.max(1), columns), &self.values)
            .expect("the shape holds as many values")
    }

    /// The gradient as a matrix: every axis but the last in one.
    pub fn gradient_matrix(&mut self) -> ArrayViewMut2<'_, f32> {
        let columns = self.shape.last().copied().unwrap_or(1);
        let rows = self.gradient.len() / columns.max(1);
        ArrayViewMut2::from_shape((rows, columns), &mut self.gradient)
            .expect("the shape holds as many values")
    }

    /// Draws the first weights, once in the life of the variable.
    pub(crate) fn initialize(&mut self, rng: &mut Rng) {
        if !std::mem::replace(&mut self.initialized, true) {
            self.initializer.fill(&self.shape, rng, &mut self.values);
        }
    }

    pub(crate) fn set(&mut self, values: &[f32]) {
        self.values.copy_from_slice(values);
        self.initialized = true;
    }
}

/// One application of a layer to a batch.
#[derive(Debug)]
pub struct Forward<'a> {
    /// The inputs.
    pub inputs: Inputs<'a>,
    /// Where the output goes, (samples, size), last axis of the sample fastest; holds old numbers.
    pub output: ArrayViewMut2<'a, f32>,
    /// Room for what the way back needs; kept from step to step.
    pub cache: &'a mut Vec<f32>,
    /// Whether the model is being trained; dropout is off otherwise.
    pub training: bool,
    pub(crate) rng: &'a mut Rng,
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
    /// Whether `upstream` is the gradient before the layer's [last activation](Layer::last_activation) already.
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

    /// An input as multi-hot rows, if it is such and the layer [takes them](Layer::takes_multi_hot).
    pub fn multi_hot(&self, nth: usize) -> Option<Selection<'a>> {
        let rows = self.multi_hot.get(self.sources[nth]).copied().flatten();
        rows.map(|rows| rows.with(self.by_columns))
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
    /// The gradient of an input to add to, (samples, size); `None` where nobody needs it.
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
