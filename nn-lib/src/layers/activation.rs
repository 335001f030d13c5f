//! An activation function as a layer of its own.

use serde_json::{Value, json};

use super::options::{basics, one_input};
use super::{Backward, Base, Forward, Inputs, Layer, Mask, Symbol, Symbols, rows, rows_mut};
use crate::activations::Activation;
use crate::error::Result;
use crate::named::OrName;
use crate::tensor::Shape;

/// `output = activation(input)`: Keras's `Activation` layer, for a model that applies the function apart from `Dense`.
///
/// # Shapes
/// Any; the output has the shape of the input. Softmax works along the last axis.
///
/// Source: <https://keras.io/api/layers/core_layers/activation/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(ActivationLayer::new(Activation::Relu).input_shape(2)); // or, after another layer, model.add(Activation::Relu)
/// assert_eq!(model.predict(&Tensor::from([[-1.0, 2.0]]))?.to_vec(), [0.0, 2.0]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct ActivationLayer {
    base: Base,
    activation: Activation,
    /// The length of the last axis, known once the layer is built.
    columns: usize,
}

impl ActivationLayer {
    /// The layer that applies this function: `Activation::Relu`, or by name `"relu"`.
    /// A name that is unknown is reported when the layer is used: by `compile`, `fit` or `apply`.
    pub fn new(activation: impl OrName<Activation>) -> ActivationLayer {
        ActivationLayer::of(activation.value())
    }

    fn of(activation: Result<Activation>) -> ActivationLayer {
        let mut base = Base::default();
        ActivationLayer {
            activation: base.option(activation),
            base,
            columns: 1,
        }
    }
}

impl Layer for ActivationLayer {
    basics!("Activation");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("Activation", inputs)?;
        self.columns = input.last().copied().unwrap_or(1);
        Ok(input.clone())
    }

    fn forward(&self, mut call: Forward<'_>) {
        call.output.assign(&call.inputs.matrix(0));
        self.activation.forward(rows_mut(call.output, self.columns));
    }

    // dx = dy ∘ activation'(x)
    fn backward(&mut self, mut call: Backward<'_>) {
        if !call.past_activation {
            self.activation.backward(
                rows(call.inputs.matrix(0), self.columns),
                rows(call.output, self.columns),
                rows_mut(call.upstream.view_mut(), self.columns),
            );
        }
        if let Some(mut gradient) = call.gradients.matrix(0) {
            gradient += &call.upstream;
        }
    }

    fn last_activation(&self) -> Option<Activation> {
        Some(self.activation)
    }

    fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
        inputs.mask(0).cloned()
    }

    fn config(&self) -> Value {
        json!({ "activation": self.activation.name() })
    }
}

impl Activation {
    /// Applies the function in a graph, as a layer of its own: `Activation::Relu.apply(&sum)?`.
    ///
    /// # Errors
    /// When it is given several inputs.
    pub fn apply(self, inputs: impl Symbols) -> Result<Symbol> {
        ActivationLayer::new(self).apply(inputs)
    }
}
