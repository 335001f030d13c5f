//! The weights of a layer.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2};

use crate::initializers::Initializer;
use crate::random::Rng;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

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
    /// Whether the optimizer moves them; the others are measured while the model trains, see
    /// [`Layer::update_state`](super::Layer::update_state), and have no gradient.
    pub trainable: bool,
    /// The places that start from one, whatever the initializer says.
    ones: Range<usize>,
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
            trainable: true,
            ones: 0..0,
            initialized: false,
        }
    }

    /// Numbers that no optimizer moves, such as a moving average. They are saved and set like weights.
    pub fn state(
        name: &'static str,
        shape: impl Into<Shape>,
        initializer: Initializer,
    ) -> Variable {
        Variable {
            trainable: false,
            ..Variable::new(name, shape, initializer, None)
        }
    }

    /// The same weights, of which some start from one.
    pub(crate) fn with_ones(self, ones: Range<usize>) -> Variable {
        Variable { ones, ..self }
    }

    /// How long the gradient is.
    pub(crate) fn gradient_len(&self) -> usize {
        if self.trainable { self.values.len() } else { 0 }
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
            self.values[self.ones.clone()].fill(1.0);
        }
    }

    pub(crate) fn set(&mut self, values: &[f32]) {
        self.values.copy_from_slice(values);
        self.initialized = true;
    }
}
