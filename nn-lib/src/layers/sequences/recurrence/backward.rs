//! The walk along the steps, back.

use ndarray::s;

use super::Recurrence;
use super::pieces::{Batch, Walk, mask_steps, multiply, part_mut};
use super::room::{Room, Sizes};
use crate::compute::matmul::{self, matrix, matrix_mut};
use crate::compute::{Packed, add_rows, forget_the_smallest, share_if};
use crate::layers::Backward;
use crate::layers::sequences::cell::{Cell, StepBack, part};

impl Recurrence {
    pub(in crate::layers::sequences) fn backward(
        &mut self,
        cell: &impl Cell,
        mut call: Backward<'_>,
    ) {
        let batch = Batch::new(self, cell, call.inputs, true);
        let (samples, input) = (call.inputs.samples(), call.inputs.matrix(0));
        let x = input.as_slice().expect("inputs are contiguous");
        let upstream = call.upstream.as_slice().expect("gradients are contiguous");
        let (at_once, own) = (batch.at_once, batch.sizes.of_sample());
        let size = upstream.len() / samples.max(1);
        let weights = self.variables().iter().map(|own| own.values.len()).sum();
        // Behind what the way forward has left there is room for each piece's gradients of the weights.
        let kept = samples * own;
        call.cache.truncate(kept);
        call.cache
            .resize(kept + samples.div_ceil(at_once) * weights, 0.0);
        let (rooms, of_weights) = call.cache.split_at_mut(kept);
        let mut gradient = call.gradients.matrix(0);
        let mut gradients = gradient
            .as_mut()
            .map(|all| all.as_slice_mut().expect("gradients are contiguous"))
            .map(|all| all.chunks_mut(at_once * input.ncols()));
        let pieces = rooms
            .chunks_mut(at_once * own)
            .zip(x.chunks(at_once * input.ncols()))
            .zip(upstream.chunks(at_once * size))
            .zip(of_weights.chunks_mut(weights))
            .map(|(((room, x), upstream), of_weights)| Piece {
                room: batch.sizes.split(room),
                x,
                upstream,
                gradient: gradients.as_mut().and_then(Iterator::next),
                of_weights,
            });
        let kernel = batch.weights.recurrent_kernel.matrix();
        let product = Packed::new(kernel.t());
        let last = cell
            .resets()
            .then(|| Packed::new(batch.last_gate(kernel).reversed_axes()));
        share_if(batch.worthwhile, pieces.enumerate(), |(nth, piece)| {
            let mut walk = Walk::new(&batch, nth, piece.room);
            walk.take_all_back(&product, last.as_ref(), piece.upstream);
            walk.add_to_weights(piece.x, piece.of_weights);
            if let Some(gradient) = piece.gradient {
                walk.add_to_inputs(gradient);
            }
        });
        for mut own in of_weights.chunks(weights) {
            for variable in self.variables_mut() {
                let (gradient, rest) = own.split_at(variable.values.len());
                add_rows(gradient, &mut variable.gradient);
                own = rest;
            }
        }
    }
}

/// A piece of a batch.
struct Piece<'a> {
    room: Room<'a>,
    x: &'a [f32],
    upstream: &'a [f32],
    gradient: Option<&'a mut [f32]>,
    /// This piece's share of the gradients of the weights.
    of_weights: &'a mut [f32],
}

// The states are walked through from the last one: the gradient of a state is what its output says, and what the step behind
// it says. With all steps done, dK = xᵀ·ds and dR = hᵀ·dt, where s = x·K + b and t = h·R, and dx = ds·Kᵀ.
impl<C: Cell> Walk<'_, C> {
    fn take_all_back(&mut self, product: &Packed, last: Option<&Packed>, upstream: &[f32]) {
        let mut through = vec![0.0; self.hidden.len()];
        for nth in (0..self.batch.sizes.steps).rev() {
            let step = self.batch.step(nth);
            self.add_upstream(nth, upstream);
            self.take_back(step);
            if let Some(last) = last {
                self.reset_back(step, last);
            }
            self.keep_deltas(step);
            through.fill(0.0);
            product.multiply_add(&self.recurrent, &mut through);
            multiply(&mut through, self.room.hidden_mask);
            add_rows(&through, &mut self.hidden);
            forget_the_smallest(&mut self.hidden);
            forget_the_smallest(&mut self.carry);
        }
    }

    /// What the output says of the states that were read as number `nth`.
    fn add_upstream(&mut self, nth: usize, upstream: &[f32]) {
        let Sizes { steps, units, .. } = self.batch.sizes;
        if self.batch.return_sequences {
            for (sample, hidden) in self.hidden.chunks_exact_mut(units).enumerate() {
                add_rows(part(upstream, sample * steps + nth, units), hidden);
            }
        } else if nth == steps - 1 {
            add_rows(upstream, &mut self.hidden);
        }
    }

    fn take_back(&mut self, step: usize) {
        let batch = self.batch;
        for sample in 0..self.samples {
            let counts = self.counting.counts(sample, step);
            let own = self.back_of_sample(sample, step);
            if counts {
                batch.cell.back(own);
            } else {
                own.gates.fill(0.0);
                own.recurrent.fill(0.0);
            }
        }
    }

    /// The way back through the reset, from the gradient of the last gate.
    fn reset_back(&mut self, step: usize, last: &Packed) {
        let batch = self.batch;
        let (units, gates) = (batch.sizes.units, batch.sizes.gates);
        let mut of_last = vec![0.0; self.samples * units];
        for (sample, own) in of_last.chunks_exact_mut(units).enumerate() {
            own.copy_from_slice(&self.back_of_sample(sample, step).gates[gates - units..]);
        }
        let mut of_reset = vec![0.0; self.samples * units];
        last.multiply_add(&of_last, &mut of_reset);
        multiply(&mut of_reset, self.room.hidden_mask);
        for (sample, of_reset) in of_reset.chunks_exact(units).enumerate() {
            if self.counting.counts(sample, step) {
                batch
                    .cell
                    .reset_back(self.back_of_sample(sample, step), of_reset);
            }
        }
    }

    /// Keeps the gradients of `h · recurrent_kernel`, where they are others than those of the gates.
    fn keep_deltas(&mut self, step: usize) {
        let Sizes { steps, deltas, .. } = self.batch.sizes;
        if deltas > 0 {
            for (sample, own) in self.recurrent.chunks_exact(deltas).enumerate() {
                part_mut(self.room.deltas, sample * steps + step, deltas).copy_from_slice(own);
            }
        }
    }

    fn back_of_sample(&mut self, sample: usize, step: usize) -> StepBack<'_> {
        let sizes = self.batch.sizes;
        let row = sample * sizes.steps + step;
        StepBack {
            gates: part_mut(self.room.gates, row, sizes.gates),
            recurrent: part_mut(&mut self.recurrent, sample, sizes.gates),
            kept: part(self.room.kept, row, sizes.kept),
            sums: part(self.room.sums, row, sizes.sums),
            before: part(self.room.before, row, sizes.units),
            hidden: part_mut(&mut self.hidden, sample, sizes.units),
            carry: part_mut(&mut self.carry, sample, sizes.units),
        }
    }

    /// The gradients of the weights, when those of all steps are known.
    fn add_to_weights(&mut self, x: &[f32], of_weights: &mut [f32]) {
        let Sizes {
            steps,
            features,
            units,
            gates,
            ..
        } = self.batch.sizes;
        let rows = self.samples * steps;
        let room = &mut self.room;
        mask_steps(room.before, room.hidden_mask, steps, units);
        let x: &[f32] = if room.dropped.is_empty() {
            x
        } else {
            room.dropped
        };
        let deltas: &[f32] = if room.deltas.is_empty() {
            room.gates
        } else {
            room.deltas
        };
        let (of_kernel, rest) = of_weights.split_at_mut(features * gates);
        let (of_recurrent, of_bias) = rest.split_at_mut(units * gates);
        let own = matrix(rows, gates, room.gates);
        let x = matrix(rows, features, x).reversed_axes();
        matmul::multiply_add_alone(x, own, matrix_mut(features, gates, of_kernel));
        let before = matrix(rows, units, room.before).reversed_axes();
        let mut of_recurrent = matrix_mut(units, gates, of_recurrent);
        if self.batch.cell.resets() {
            let (first, last) = (s![.., ..gates - units], s![.., gates - units..]);
            let reset = matrix(rows, units, room.kept).reversed_axes();
            matmul::multiply_add_alone(before, own.slice(first), of_recurrent.slice_mut(first));
            matmul::multiply_add_alone(reset, own.slice(last), of_recurrent.slice_mut(last));
        } else {
            matmul::multiply_add_alone(before, matrix(rows, gates, deltas), of_recurrent);
        }
        // One bias or two, that of the inputs and that of the state; or none.
        for (of_bias, deltas) in of_bias.chunks_exact_mut(gates).zip([&*room.gates, deltas]) {
            add_rows(deltas, of_bias);
        }
    }

    /// The gradients of the inputs; the room for the inputs after the dropout is lost.
    fn add_to_inputs(&mut self, gradient: &mut [f32]) {
        let sizes = self.batch.sizes;
        let (rows, features) = (self.samples * sizes.steps, sizes.features);
        let gates = matrix(rows, sizes.gates, self.room.gates);
        let kernel = self.batch.weights.kernel.matrix().reversed_axes();
        match &mut *self.room.dropped {
            [] => {
                matmul::multiply_add_alone(gates, kernel, matrix_mut(rows, features, gradient));
            }
            dropped => {
                matmul::multiply_alone(gates, kernel, matrix_mut(rows, features, dropped));
                mask_steps(dropped, self.room.input_mask, sizes.steps, features);
                add_rows(dropped, gradient);
            }
        }
    }
}
