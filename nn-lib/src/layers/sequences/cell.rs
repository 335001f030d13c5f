//! What a recurrent layer does at one step, for one sample.

use ndarray::{ArrayView2, ArrayViewMut2};

use crate::activations::Activation;
use crate::compute::math;

/// One step forward. Each list has a number for each unit, or for each gate and unit.
pub(super) struct Step<'a> {
    /// What the input says, `x · kernel + bias`; the step leaves the gates.
    pub(super) gates: &'a mut [f32],
    /// What the state says, `h · recurrent_kernel`.
    pub(super) recurrent: &'a mut [f32],
    /// What the way back needs beside the gates.
    pub(super) kept: &'a mut [f32],
    /// The values before the activations, where the way back needs them; otherwise empty.
    pub(super) sums: &'a mut [f32],
    /// The state before the step; the step leaves the next one.
    pub(super) hidden: &'a mut [f32],
    /// A second state, that of an LSTM.
    pub(super) carry: &'a mut [f32],
}

/// One step back.
pub(super) struct StepBack<'a> {
    /// The gates; the step leaves the gradient of `x · kernel + bias`.
    pub(super) gates: &'a mut [f32],
    /// The step leaves the gradient of `h · recurrent_kernel` here.
    pub(super) recurrent: &'a mut [f32],
    pub(super) kept: &'a [f32],
    pub(super) sums: &'a [f32],
    /// The state before the step.
    pub(super) before: &'a [f32],
    /// The gradient of the state after the step; the step leaves that of the state before, as far as it does not go through
    /// `h · recurrent_kernel`.
    pub(super) hidden: &'a mut [f32],
    /// The same for the second state.
    pub(super) carry: &'a mut [f32],
}

/// The formula of a recurrent layer.
pub(super) trait Cell: Sync {
    /// How many gates each unit has.
    fn gates(&self) -> usize;

    /// How many numbers a unit keeps for the way back at each step, beside its gates.
    fn kept(&self) -> usize;

    /// Whether the gradients of `h · recurrent_kernel` and of `x · kernel` differ.
    fn has_two_gradients(&self) -> bool {
        false
    }

    /// Whether the last gate sees the state after the other gates have changed it: then [`reset`](Cell::reset) comes before
    /// the step, and [`reset_back`](Cell::reset_back) behind it on the way back.
    fn resets(&self) -> bool {
        false
    }

    /// Computes all gates but the last, and leaves the state that the last one sees at the end of `kept`.
    fn reset(&self, _step: Step<'_>) {}

    /// The next state.
    fn step(&self, step: Step<'_>);

    /// The derivative of [`step`](Cell::step).
    fn back(&self, step: StepBack<'_>);

    /// The derivative of [`reset`](Cell::reset), from `of_reset`, the gradient of the state that the last gate saw.
    fn reset_back(&self, _step: StepBack<'_>, _of_reset: &[f32]) {}

    /// Whether a derivative needs the values before the activations.
    fn needs_sums(&self) -> bool;
}

/// Replaces each value by its activation. To be used within a function that is compiled for several instruction sets.
#[inline(always)]
pub(super) fn activate(activation: Activation, values: &mut [f32]) {
    match activation {
        Activation::Linear => {}
        Activation::Sigmoid => values
            .iter_mut()
            .for_each(|value| *value = math::sigmoid(*value)),
        Activation::Tanh => values
            .iter_mut()
            .for_each(|value| *value = math::tanh(*value)),
        other => {
            let row = ArrayViewMut2::from_shape((1, values.len()), values);
            other.forward(row.expect("one row"));
        }
    }
}

/// Multiplies each gradient by the derivative of the activation; `input` is empty where it is not needed.
#[inline(always)]
pub(super) fn derive(activation: Activation, input: &[f32], output: &[f32], gradient: &mut [f32]) {
    let pairs = gradient.iter_mut().zip(output);
    match activation {
        Activation::Linear => {}
        Activation::Sigmoid => pairs.for_each(|(g, y)| *g *= y * (1.0 - y)),
        Activation::Tanh => pairs.for_each(|(g, y)| *g *= (1.0 - y) * (1.0 + y)),
        other => {
            let size = output.len();
            let row = |values| ArrayView2::from_shape((1, size), values).expect("one row");
            let before = match input {
                [] => ArrayView2::from_shape((0, size), input).expect("no row"),
                input => row(input),
            };
            let gradient = ArrayViewMut2::from_shape((1, size), gradient).expect("one row");
            other.backward(before, row(output), gradient);
        }
    }
}

/// A part of a list that may be empty.
#[inline(always)]
pub(super) fn part(values: &[f32], nth: usize, size: usize) -> &[f32] {
    match values {
        [] => &[],
        values => &values[nth * size..(nth + 1) * size],
    }
}
