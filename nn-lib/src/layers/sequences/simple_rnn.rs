//! The simple recurrent layer: its output at one step is an input of the next.

use serde_json::Value;

use super::cell::{Cell, Step, StepBack, activate, derive};
use super::recurrence::{Recurrence, recurrent_layer, recurrent_options};
use crate::activations::Activation;
use crate::compute::vectorized;
use crate::error::Result;
use crate::initializers::Initializer;
use crate::layers::options::basics;
use crate::layers::{Backward, Base, Forward, Inputs, Layer, Mask, Variable};
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// `h = activation(x · kernel + h · recurrent_kernel + bias)`, step after step; `h` is zero at first.
///
/// # Shapes
/// Input (batch, steps, features), output (batch, units), the state after the last step, or (batch, steps, units), that after
/// each step; kernel (features, units), recurrent kernel (units, units), bias (units,). A step that is masked leaves the state
/// as it is.
///
/// Defaults as in Keras: tanh, a kernel from Glorot's uniform distribution, an orthogonal recurrent kernel, a bias of zeros.
/// Source: Elman, *Finding structure in time* (1990); <https://keras.io/api/layers/recurrent_layers/simple_rnn/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(SimpleRNN::new(1).activation("linear").input_shape([3, 1]));
/// // h = 2 x + h / 2 + 1
/// model.set_weights(&[Tensor::from([[2.0]]), Tensor::from([[0.5]]), Tensor::from([1.0])])?;
/// let sequence = Tensor::from([1.0, 0.0, 2.0]).reshape([1, 3, 1])?;
/// // 3, 2.5, 6.25
/// assert_eq!(model.predict(&sequence)?[[0, 0]], 6.25);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct SimpleRNN {
    base: Base,
    recurrence: Recurrence,
}

impl SimpleRNN {
    /// A layer with so many units.
    pub fn new(units: usize) -> SimpleRNN {
        SimpleRNN {
            base: Base::default(),
            recurrence: Recurrence::new(units),
        }
    }

    recurrent_options!();

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<SimpleRNN> {
        Ok(SimpleRNN {
            base: Base::default(),
            recurrence: Recurrence::from_config(config)?,
        })
    }

    fn cell(&self) -> Simple {
        Simple {
            activation: self.recurrence.activation,
        }
    }
}

impl Layer for SimpleRNN {
    basics!("SimpleRNN");
    recurrent_layer!();

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        self.recurrence.build("SimpleRNN", inputs, 1, &[1], 0..0)
    }

    fn config(&self) -> Value {
        self.recurrence.config()
    }
}

/// The formula.
struct Simple {
    activation: Activation,
}

impl Cell for Simple {
    fn gates(&self) -> usize {
        1
    }

    fn kept(&self) -> usize {
        0
    }

    fn needs_sums(&self) -> bool {
        self.activation.needs_input()
    }

    fn step(&self, step: Step<'_>) {
        forward(self, step);
    }

    // With s = x·K + h·R + b and h' = f(s):  ds = dh' ∘ f'(s); through h·R alone it reaches the state before.
    fn back(&self, step: StepBack<'_>) {
        backward(self, step);
    }
}

vectorized! {
    fn forward(cell: &Simple, step: Step<'_>) {
        for (sum, recurrent) in step.gates.iter_mut().zip(&*step.recurrent) {
            *sum += recurrent;
        }
        if !step.sums.is_empty() {
            step.sums.copy_from_slice(step.gates);
        }
        activate(cell.activation, step.gates);
        step.hidden.copy_from_slice(step.gates);
    }
}

vectorized! {
    fn backward(cell: &Simple, step: StepBack<'_>) {
        derive(cell.activation, step.sums, step.gates, step.hidden);
        step.gates.copy_from_slice(step.hidden);
        step.recurrent.copy_from_slice(step.hidden);
        step.hidden.fill(0.0);
    }
}
