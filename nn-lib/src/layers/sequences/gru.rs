//! The gated recurrent unit: two gates and one state.

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

/// With `s = x · kernel + bias[0]` and `t = h · recurrent_kernel + bias[1]`, each cut into three parts of `units` numbers, step
/// after step:
///
/// ```text
/// z = sigmoid(s[0] + t[0])      what stays
/// r = sigmoid(s[1] + t[1])      how much of the state the new one sees
/// n = tanh(s[2] + r ∘ t[2])     what is new
/// h = z ∘ h + (1 - z) ∘ n       the state, which is the output
/// ```
///
/// Without [`reset_after`](GRU::reset_after) the reset comes before the product, `n = tanh(s[2] + (r ∘ h) · recurrent_kernel[2])`,
/// and there is one bias.
///
/// # Shapes
/// Input (batch, steps, features), output (batch, units), the state after the last step, or (batch, steps, units), that after
/// each step; kernel (features, 3 · units), recurrent kernel (units, 3 · units), bias (2, 3 · units), or (3 · units,) without
/// `reset_after`. A step that is masked leaves the state as it is.
///
/// Defaults as in Keras: a kernel from Glorot's uniform distribution, an orthogonal recurrent kernel, a bias of zeros.
/// Source: Cho et al., *Learning phrase representations* (2014); <https://keras.io/api/layers/recurrent_layers/gru/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(GRU::new(1).recurrent_initializer("zeros").input_shape([2, 1]));
/// // z = r = 1/2, and n = tanh of a large number, 1: a half, then three quarters.
/// let weights = [Tensor::from([[0.0, 0.0, 100.0]]), Tensor::zeros([1, 3]), Tensor::zeros([2, 3])];
/// model.set_weights(&weights)?;
/// assert_eq!(model.predict(&Tensor::ones([1, 2, 1]))?[[0, 0]], 0.75);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct GRU {
    base: Base,
    recurrence: Recurrence,
    recurrent_activation: Activation,
    reset_after: bool,
}

impl GRU {
    /// A layer with so many units.
    pub fn new(units: usize) -> GRU {
        GRU {
            base: Base::default(),
            recurrence: Recurrence::new(units),
            recurrent_activation: Activation::Sigmoid,
            reset_after: true,
        }
    }

    recurrent_options!();

    named_options! {
        /// The function of the two gates, the sigmoid at first.
        recurrent_activation: Activation, with_recurrent_activation;
    }

    /// Whether the state is reset behind the product with the recurrent kernel, true at first, or before it.
    pub fn reset_after(mut self, reset_after: bool) -> GRU {
        self.reset_after = reset_after;
        self
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<GRU> {
        let recurrent_activation = &config["recurrent_activation"];
        Ok(GRU {
            base: Base::default(),
            recurrence: Recurrence::from_config(config)?,
            recurrent_activation: activation_from(recurrent_activation, Activation::Sigmoid)?,
            reset_after: flag_from(&config["reset_after"], true),
        })
    }

    fn cell(&self) -> Gated {
        Gated {
            activation: self.recurrence.activation,
            gate: self.recurrent_activation,
            reset_after: self.reset_after,
        }
    }
}

impl Layer for GRU {
    basics!("GRU");
    recurrent_layer!();

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let bias: &[usize] = if self.reset_after { &[2, 3] } else { &[3] };
        self.recurrence.build("GRU", inputs, 3, bias, 0..0)
    }

    fn config(&self) -> Value {
        let mut config = self.recurrence.config();
        config["recurrent_activation"] = json!(self.recurrent_activation.name());
        config["reset_after"] = json!(self.reset_after);
        config
    }
}

/// The formula; `kept` has t[2], or with the reset before the product the state after it, r ∘ h.
struct Gated {
    activation: Activation,
    gate: Activation,
    reset_after: bool,
}

impl Cell for Gated {
    fn gates(&self) -> usize {
        3
    }

    fn kept(&self) -> usize {
        1
    }

    fn has_two_gradients(&self) -> bool {
        self.reset_after
    }

    fn resets(&self) -> bool {
        !self.reset_after
    }

    fn needs_sums(&self) -> bool {
        self.activation.needs_input() || self.gate.needs_input()
    }

    fn reset(&self, step: Step<'_>) {
        gates(self, step);
    }

    fn step(&self, mut step: Step<'_>) {
        if self.reset_after {
            let again = Step {
                gates: &mut *step.gates,
                recurrent: &mut *step.recurrent,
                kept: &mut [],
                sums: &mut *step.sums,
                hidden: &mut *step.hidden,
                carry: &mut [],
            };
            gates(self, again);
            reset_after(&mut step);
        }
        forward(self, step);
    }

    // dn = dh ∘ (1 - z),  dz = dh ∘ (h - n),  dr = dn' ∘ t[2] with dn' = dn ∘ tanh'; dh ∘ z reaches the state before directly.
    // Of t[2] the gradient is dn' ∘ r. With the reset before the product dr is (dn'·Rᵀ) ∘ h, and (dn'·Rᵀ) ∘ r reaches the state.
    fn back(&self, step: StepBack<'_>) {
        backward(self, step);
    }

    fn reset_back(&self, step: StepBack<'_>, of_reset: &[f32]) {
        backward_of_reset(self, step, of_reset);
    }
}

vectorized! {
    /// The gates z and r, and where there is room for it, r ∘ h.
    fn gates(cell: &Gated, step: Step<'_>) {
        let units = step.hidden.len();
        let gates = &mut step.gates[..2 * units];
        for (sum, recurrent) in gates.iter_mut().zip(&*step.recurrent) {
            *sum += recurrent;
        }
        if !step.sums.is_empty() {
            step.sums[..2 * units].copy_from_slice(gates);
        }
        activate(cell.gate, gates);
        for ((to, r), h) in step.kept.iter_mut().zip(&gates[units..]).zip(&*step.hidden) {
            *to = r * h;
        }
    }
}

/// Keeps t[2], and puts r ∘ t[2] in its place.
#[inline(always)]
fn reset_after(step: &mut Step<'_>) {
    let units = step.hidden.len();
    let recurrent = &mut step.recurrent[2 * units..];
    step.kept.copy_from_slice(recurrent);
    for (own, r) in recurrent.iter_mut().zip(&step.gates[units..]) {
        *own *= r;
    }
}

vectorized! {
    fn forward(cell: &Gated, step: Step<'_>) {
        let units = step.hidden.len();
        let (z_and_r, n) = step.gates.split_at_mut(2 * units);
        for (sum, recurrent) in n.iter_mut().zip(&step.recurrent[2 * units..]) {
            *sum += recurrent;
        }
        if !step.sums.is_empty() {
            step.sums[2 * units..].copy_from_slice(n);
        }
        activate(cell.activation, n);
        for (h, (z, n)) in step.hidden.iter_mut().zip(z_and_r.iter().zip(&*n)) {
            *h = z * *h + (1.0 - z) * n;
        }
    }
}

vectorized! {
    fn backward(cell: &Gated, step: StepBack<'_>) {
        let units = step.hidden.len();
        let gradients = &mut step.recurrent[..3 * units];
        for unit in 0..units {
            let (z, n, dh) = (step.gates[unit], step.gates[2 * units + unit], step.hidden[unit]);
            gradients[unit] = dh * (step.before[unit] - n);
            gradients[2 * units + unit] = dh * (1.0 - z);
            step.hidden[unit] = dh * z;
        }
        let (of_z_and_r, of_n) = gradients.split_at_mut(2 * units);
        derive(cell.activation, part(step.sums, 2, units), &step.gates[2 * units..], of_n);
        let (of_z, of_r) = of_z_and_r.split_at_mut(units);
        derive(cell.gate, part(step.sums, 0, units), &step.gates[..units], of_z);
        let (z_and_r, n) = step.gates.split_at_mut(2 * units);
        let (z, r) = z_and_r.split_at_mut(units);
        n.copy_from_slice(of_n);
        z.copy_from_slice(of_z);
        if cell.reset_after {
            for ((of_r, of_n), kept) in of_r.iter_mut().zip(&*of_n).zip(step.kept) {
                *of_r = of_n * kept;
            }
            derive(cell.gate, part(step.sums, 1, units), r, of_r);
            for (own, r) in of_n.iter_mut().zip(&*r) {
                *own *= r;
            }
            r.copy_from_slice(of_r);
        }
    }
}

vectorized! {
    fn backward_of_reset(cell: &Gated, step: StepBack<'_>, of_reset: &[f32]) {
        let units = step.hidden.len();
        let r = &mut step.gates[units..2 * units];
        let of_r = &mut step.recurrent[units..2 * units];
        for unit in 0..units {
            of_r[unit] = of_reset[unit] * step.before[unit];
            step.hidden[unit] += of_reset[unit] * r[unit];
        }
        derive(cell.gate, part(step.sums, 1, units), r, of_r);
        r.copy_from_slice(of_r);
        // n sees the state through the reset alone.
        step.recurrent[2 * units..].fill(0.0);
    }
}
