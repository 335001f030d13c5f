//! The long short-term memory: gates decide what a unit remembers, and for how long.

use serde_json::{Value, json};

use super::cell::{Cell, Step, StepBack, activate, derive, part};
use super::recurrence::{Recurrence, recurrent_layer, recurrent_options};
use crate::activations::Activation;
use crate::compute::vectorized;
use crate::error::Result;
use crate::initializers::Initializer;
use crate::layers::options::{activation_from, basics, flag_from, named_options};
use crate::layers::{Backward, Base, Forward, Inputs, Layer, Mask, Variable};
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// With `s = x · kernel + h · recurrent_kernel + bias`, cut into four parts of `units` numbers, step after step:
///
/// ```text
/// i = sigmoid(s[0])    what is let in
/// f = sigmoid(s[1])    what is kept
/// g = tanh(s[2])       what is new
/// o = sigmoid(s[3])    what is let out
/// c = f ∘ c + i ∘ g    the memory
/// h = o ∘ tanh(c)      the state, which is the output
/// ```
///
/// # Shapes
/// Input (batch, steps, features), output (batch, units), the state after the last step, or (batch, steps, units), that after
/// each step; kernel (features, 4 · units), recurrent kernel (units, 4 · units), bias (4 · units,). A step that is masked leaves
/// state and memory as they are.
///
/// Defaults as in Keras: a kernel from Glorot's uniform distribution, an orthogonal recurrent kernel, a bias of zeros, and of
/// ones for `f`.
/// Source: Hochreiter and Schmidhuber, *Long short-term memory* (1997);
/// <https://keras.io/api/layers/recurrent_layers/lstm/>
///
/// ```
/// use nn_lib::prelude::*;
/// let sequence = Input::new([500, 32]);
/// assert_eq!(LSTM::new(16).apply(&sequence)?.shape(), [16]);
/// assert_eq!(LSTM::new(16).return_sequences(true).apply(&sequence)?.shape(), [500, 16]);
///
/// // With weights of zero and a bias of one for f: i = o = 1/2 and g = 0, so nothing is remembered.
/// let mut model = Sequential::new();
/// model.add(LSTM::new(1).kernel_initializer("zeros").recurrent_initializer("zeros").input_shape([3, 1]));
/// assert_eq!(model.get_weights()[2].to_vec(), [0.0, 1.0, 0.0, 0.0]);
/// assert_eq!(model.predict(&Tensor::ones([1, 3, 1]))?[[0, 0]], 0.0);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct LSTM {
    base: Base,
    recurrence: Recurrence,
    recurrent_activation: Activation,
    unit_forget_bias: bool,
}

impl LSTM {
    /// A layer with so many units.
    pub fn new(units: usize) -> LSTM {
        LSTM {
            base: Base::default(),
            recurrence: Recurrence::new(units),
            recurrent_activation: Activation::Sigmoid,
            unit_forget_bias: true,
        }
    }

    recurrent_options!();

    named_options! {
        /// The function of the three gates, the sigmoid at first.
        recurrent_activation: Activation, with_recurrent_activation;
    }

    /// Whether the bias of `f` starts from one, true at first: what a unit knows is kept until it learns to forget.
    pub fn unit_forget_bias(mut self, unit_forget_bias: bool) -> LSTM {
        self.unit_forget_bias = unit_forget_bias;
        self
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<LSTM> {
        let recurrent_activation = &config["recurrent_activation"];
        Ok(LSTM {
            base: Base::default(),
            recurrence: Recurrence::from_config(config)?,
            recurrent_activation: activation_from(recurrent_activation, Activation::Sigmoid)?,
            unit_forget_bias: flag_from(&config["unit_forget_bias"], true),
        })
    }

    fn cell(&self) -> Memory {
        Memory {
            activation: self.recurrence.activation,
            gate: self.recurrent_activation,
        }
    }
}

impl Layer for LSTM {
    basics!("LSTM");
    recurrent_layer!();

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let units = self.recurrence.units;
        let ones = if self.unit_forget_bias {
            units..2 * units
        } else {
            0..0
        };
        self.recurrence.build("LSTM", inputs, 4, &[4], ones)
    }

    fn config(&self) -> Value {
        let mut config = self.recurrence.config();
        config["recurrent_activation"] = json!(self.recurrent_activation.name());
        config["unit_forget_bias"] = json!(self.unit_forget_bias);
        config
    }
}

/// The formula; `kept` has the memory before the step, the memory after it, and that one's activation.
struct Memory {
    activation: Activation,
    gate: Activation,
}

impl Cell for Memory {
    fn gates(&self) -> usize {
        4
    }

    fn kept(&self) -> usize {
        3
    }

    fn needs_sums(&self) -> bool {
        self.activation.needs_input() || self.gate.needs_input()
    }

    fn step(&self, step: Step<'_>) {
        forward(self, step);
    }

    // With a = tanh(c):  do = dh ∘ a,  dc += dh ∘ o ∘ tanh'(c),  df = dc ∘ c before,  di = dc ∘ g,  dg = dc ∘ i, each times the
    // derivative of its gate; dc ∘ f reaches the memory before, and through h·R the rest reaches the state before.
    fn back(&self, step: StepBack<'_>) {
        backward(self, step);
    }
}

vectorized! {
    fn forward(cell: &Memory, step: Step<'_>) {
        let units = step.hidden.len();
        for (sum, recurrent) in step.gates.iter_mut().zip(&*step.recurrent) {
            *sum += recurrent;
        }
        if !step.sums.is_empty() {
            step.sums.copy_from_slice(step.gates);
        }
        let (i_and_f, g_and_o) = step.gates.split_at_mut(2 * units);
        let (g, o) = g_and_o.split_at_mut(units);
        activate(cell.gate, i_and_f);
        activate(cell.activation, g);
        activate(cell.gate, o);
        let (i, f) = i_and_f.split_at(units);
        let (before, kept) = step.kept.split_at_mut(units);
        let (memory, activated) = kept.split_at_mut(units);
        before.copy_from_slice(step.carry);
        for ((c, i), (f, g)) in step.carry.iter_mut().zip(i).zip(f.iter().zip(&*g)) {
            *c = f * *c + i * g;
        }
        memory.copy_from_slice(step.carry);
        activated.copy_from_slice(step.carry);
        activate(cell.activation, activated);
        for (h, (o, a)) in step.hidden.iter_mut().zip(o.iter().zip(&*activated)) {
            *h = o * a;
        }
    }
}

vectorized! {
    fn backward(cell: &Memory, step: StepBack<'_>) {
        let units = step.hidden.len();
        let (before, memory) = (part(step.kept, 0, units), part(step.kept, 1, units));
        let activated = part(step.kept, 2, units);
        // dh ∘ o, and through the activation to the memory. The room of the recurrent gradient holds it meanwhile.
        let room = &mut step.recurrent[..units];
        for ((to, dh), o) in room.iter_mut().zip(&*step.hidden).zip(&step.gates[3 * units..]) {
            *to = dh * o;
        }
        derive(cell.activation, memory, activated, room);
        for (dc, more) in step.carry.iter_mut().zip(&*room) {
            *dc += more;
        }
        // do = dh ∘ a; from here on `hidden` holds it.
        for (dh, a) in step.hidden.iter_mut().zip(activated) {
            *dh *= a;
        }
        let gradients = &mut step.recurrent[..4 * units];
        for unit in 0..units {
            let (i, f, g) = (step.gates[unit], step.gates[units + unit], step.gates[2 * units + unit]);
            let dc = step.carry[unit];
            gradients[unit] = dc * g;
            gradients[units + unit] = dc * before[unit];
            gradients[2 * units + unit] = dc * i;
            gradients[3 * units + unit] = step.hidden[unit];
            step.carry[unit] = dc * f;
        }
        for (nth, activation) in [cell.gate, cell.gate, cell.activation, cell.gate].into_iter().enumerate() {
            let place = nth * units..(nth + 1) * units;
            let sums = part(step.sums, nth, units);
            derive(activation, sums, &step.gates[place.clone()], &mut gradients[place]);
        }
        step.gates.copy_from_slice(gradients);
        step.hidden.fill(0.0);
    }
}
