//! A linear stack of layers.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::Model;
use crate::activations::Activation;
use crate::error::{Error, Result};
use crate::layers::{ActivationLayer, Input, Layer, SharedLayer, Symbol};
use crate::random::random_seed;
use crate::tensor::Shape;

/// A model whose layers follow each other, made with `add`. Everything else that it can do is in [`Model`].
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dense::new(16).activation(Activation::Relu).input_shape(10_000));
/// model.add(Dense::new(1).activation(Activation::Sigmoid));
/// assert_eq!(model.count_params(), 10_000 * 16 + 16 + 16 + 1);
/// ```
///
/// Without an `input_shape` the layers are built by the first data that they see.
#[derive(Clone)]
pub struct Sequential {
    model: Model,
}

impl Sequential {
    /// An empty stack.
    pub fn new() -> Sequential {
        Sequential::with_seed(random_seed())
    }

    /// An empty stack whose first weights are drawn from this seed.
    pub fn with_seed(seed: u64) -> Sequential {
        Sequential {
            model: Model::empty("Sequential", seed),
        }
    }

    /// Puts a layer, or a whole model, on top. A layer that does not fit is reported by `compile` and `fit`.
    pub fn add(&mut self, part: impl Stackable) {
        part.stack(&mut self.model.waiting);
        self.grown();
    }

    fn grown(&mut self) {
        // A model that has grown needs new room in its optimizer; `compile` makes it.
        *self.model.compiled = None;
        // The error comes again, to be handled, when the model is used.
        let _ = self.model.settle(None);
    }

    /// Shows the [`summary`](Model::summary) in a notebook.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        self.model.evcxr_display();
    }
}

impl fmt::Debug for Sequential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.model, f)
    }
}

/// Shows the [`summary`](Model::summary).
impl fmt::Display for Sequential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.model, f)
    }
}

impl Default for Sequential {
    fn default() -> Sequential {
        Sequential::new()
    }
}

impl Deref for Sequential {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.model
    }
}

impl DerefMut for Sequential {
    fn deref_mut(&mut self) -> &mut Model {
        &mut self.model
    }
}

impl From<Model> for Sequential {
    fn from(model: Model) -> Sequential {
        Sequential { model }
    }
}

/// Nobody else implements the traits: methods may be added.
mod sealed {
    pub trait Stackable {}
}

/// What can be put on a stack: a layer, an input, a model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "a layer is expected here, as in `model.add(Dense::new(16).activation(Activation::Relu))`",
    note = "an activation alone is a layer too: `model.add(Activation::Relu)`",
    note = "a model that `load` or `Model::new` gives is a `Result`, whose value `?` gives"
)]
pub trait Stackable: sealed::Stackable {
    /// Appends the parts to the stack.
    #[doc(hidden)]
    fn stack(self, parts: &mut Vec<Part>);
}

impl<L: Layer> sealed::Stackable for L {}
impl<L: Layer> Stackable for L {
    fn stack(self, parts: &mut Vec<Part>) {
        Part::push_layer(parts, &self);
    }
}

impl sealed::Stackable for Activation {}
impl Stackable for Activation {
    fn stack(self, parts: &mut Vec<Part>) {
        Part::push_layer(parts, &ActivationLayer::new(self));
    }
}

impl sealed::Stackable for Symbol {}
impl Stackable for Symbol {
    fn stack(self, parts: &mut Vec<Part>) {
        parts.push(Part::Input(self));
    }
}

impl sealed::Stackable for Model {}
impl Stackable for Model {
    fn stack(mut self, parts: &mut Vec<Part>) {
        if self.plan.nodes.is_empty() {
            parts.extend(std::mem::take(&mut *self.waiting));
        } else {
            parts.push(Part::Model(Box::new(self)));
        }
    }
}

impl sealed::Stackable for Sequential {}
impl Stackable for Sequential {
    fn stack(self, parts: &mut Vec<Part>) {
        self.model.stack(parts);
    }
}

/// A part of a stack.
#[doc(hidden)]
#[derive(Debug)]
pub enum Part {
    /// An input, which says the shape.
    Input(Symbol),
    /// A layer.
    #[allow(
        private_interfaces,
        reason = "hidden from the documentation and of no use outside"
    )]
    Layer(SharedLayer),
    /// A model that is already built.
    Model(Box<Model>),
}

impl Part {
    fn push_layer(parts: &mut Vec<Part>, layer: &dyn Layer) {
        parts.push(Part::Layer(SharedLayer::of(layer)));
    }

    /// The shape of the samples it takes, if it knows.
    fn input_shape(&self) -> Option<Shape> {
        match self {
            Part::Input(symbol) => Some(symbol.0.shape.clone()),
            Part::Layer(layer) => layer.lock().base().input_shape.clone(),
            Part::Model(model) => model
                .plan
                .inputs
                .first()
                .map(|node| model.plan.shapes[*node].clone()),
        }
    }

    /// Whether a layer's options were understood.
    fn check(&self) -> Result<()> {
        match self {
            Part::Layer(layer) => layer.lock().base().check(),
            Part::Input(_) | Part::Model(_) => Ok(()),
        }
    }

    pub(crate) fn apply(&self, input: &Symbol) -> Result<Symbol> {
        match self {
            Part::Input(own) if own.0.shape == input.0.shape => Ok(input.clone()),
            Part::Input(own) => Err(Error::invalid(
                "Input",
                format!("samples of shape {}", own.0.shape.batched()),
                input.0.shape.batched(),
            )),
            Part::Layer(layer) => Symbol::apply(layer, vec![input.clone()]),
            Part::Model(model) => model.apply(input),
        }
    }

    pub(crate) fn copy(&self) -> Part {
        match self {
            Part::Input(symbol) => Part::Input(symbol.clone()),
            Part::Layer(layer) => Part::Layer(layer.copy()),
            Part::Model(model) => Part::Model(model.clone()),
        }
    }
}

impl Model {
    /// Applies the waiting parts to what is there, as soon as the input shape is known.
    pub(crate) fn settle(&mut self, data: Option<Shape>) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.waiting.iter().try_for_each(Part::check)?;
        if self.plan.outputs.len() > 1 {
            let received = format!("one with {}", self.plan.outputs.len());
            return Err(Error::invalid("add", "a model with one output to build on", received).with_hint(
                "apply layers to the outputs instead: let outputs = model.apply_all(&Input::new(shape))?",
            ));
        }
        let (inputs, mut output) = if self.plan.nodes.is_empty() {
            let Some(shape) = self.waiting[0].input_shape().or(data) else {
                return Ok(());
            };
            let input = Input::new(shape);
            (vec![input.clone()], input)
        } else {
            let symbol = |node: &usize| self.plan.nodes[*node].symbol.clone();
            (
                self.plan.inputs.iter().map(symbol).collect(),
                symbol(&self.plan.outputs[0]),
            )
        };
        let mut placed = 0;
        let mut fitted = Ok(());
        for part in self.waiting.iter() {
            match part.apply(&output) {
                Ok(symbol) => {
                    output = symbol;
                    placed += 1;
                }
                Err(error) => {
                    fitted = Err(error);
                    break;
                }
            }
        }
        if placed > 0 {
            self.set_graph(&inputs, &[output])?;
            self.waiting.drain(..placed);
        }
        fitted
    }
}
