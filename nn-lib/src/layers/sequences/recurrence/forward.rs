//! The walk along the steps, forward.

use super::Recurrence;
use super::pieces::{Batch, Walk, mask_steps, multiply, part_mut};
use super::room::{Room, Sizes};
use crate::compute::matmul::{self, matrix, matrix_mut};
use crate::compute::{Packed, fill_rows, share_if};
use crate::layers::Forward;
use crate::layers::sequences::cell::{Cell, Step, part};

impl Recurrence {
    pub(in crate::layers::sequences) fn forward(&self, cell: &impl Cell, mut call: Forward<'_>) {
        let batch = Batch::new(self, cell, call.inputs, call.training);
        let (samples, input) = (call.inputs.samples(), call.inputs.matrix(0));
        let x = input.as_slice().expect("inputs are contiguous");
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        let (at_once, own) = (batch.at_once, batch.sizes.of_sample());
        let size = output.len() / samples.max(1);
        call.cache.resize(samples * own, 0.0);
        let rooms = call.cache.chunks_mut(at_once * own);
        let mut rooms: Vec<Room<'_>> = rooms.map(|piece| batch.sizes.split(piece)).collect();
        for room in &mut rooms {
            room.draw(self, call.rng);
        }
        let pieces = rooms
            .into_iter()
            .zip(x.chunks(at_once * input.ncols()))
            .zip(output.chunks_mut(at_once * size))
            .enumerate();
        let kernel = batch.weights.recurrent_kernel.matrix();
        let product = Packed::new(kernel);
        let last = cell.resets().then(|| Packed::new(batch.last_gate(kernel)));
        share_if(batch.worthwhile, pieces, |(nth, ((room, x), output))| {
            let mut walk = Walk::new(&batch, nth, room);
            walk.multiply_inputs(x);
            walk.take_all(&product, last.as_ref(), output);
        });
    }
}

impl<C: Cell> Walk<'_, C> {
    /// `x · kernel + bias` of all steps.
    fn multiply_inputs(&mut self, x: &[f32]) {
        let sizes = self.batch.sizes;
        let rows = self.samples * sizes.steps;
        start_from(self.batch.biases().0, self.room.gates);
        let x = match &mut *self.room.dropped {
            [] => x,
            dropped => {
                dropped.copy_from_slice(x);
                mask_steps(dropped, self.room.input_mask, sizes.steps, sizes.features);
                dropped
            }
        };
        matmul::multiply_add_alone(
            matrix(rows, sizes.features, x),
            self.batch.weights.kernel.matrix(),
            matrix_mut(rows, sizes.gates, self.room.gates),
        );
    }

    /// Takes all steps; `last` has the last gate's part of the kernel for a cell that resets.
    fn take_all(&mut self, product: &Packed, last: Option<&Packed>, output: &mut [f32]) {
        let Sizes { steps, units, .. } = self.batch.sizes;
        for nth in 0..steps {
            let step = self.batch.step(nth);
            self.multiply_states(step, product);
            if let Some(last) = last {
                self.reset(step, last);
            }
            self.take(step);
            if self.batch.return_sequences {
                for (sample, hidden) in self.hidden.chunks_exact(units).enumerate() {
                    part_mut(output, sample * steps + nth, units).copy_from_slice(hidden);
                }
            }
        }
        if !self.batch.return_sequences {
            output.copy_from_slice(&self.hidden);
        }
    }

    /// Keeps the states, and multiplies them by the recurrent kernel.
    fn multiply_states(&mut self, step: usize, product: &Packed) {
        let Sizes { steps, units, .. } = self.batch.sizes;
        for (sample, hidden) in self.hidden.chunks_exact(units).enumerate() {
            part_mut(self.room.before, sample * steps + step, units).copy_from_slice(hidden);
        }
        start_from(self.batch.biases().1, &mut self.recurrent);
        if self.room.hidden_mask.is_empty() {
            product.multiply_add(&self.hidden, &mut self.recurrent);
        } else {
            let mut seen = self.hidden.clone();
            multiply(&mut seen, self.room.hidden_mask);
            product.multiply_add(&seen, &mut self.recurrent);
        }
    }

    /// Computes all gates but the last, and multiplies the state that they have reset by the last gate's part of the kernel.
    fn reset(&mut self, step: usize, last: &Packed) {
        let sizes = self.batch.sizes;
        let (units, gates) = (sizes.units, sizes.gates);
        let mut seen = vec![0.0; self.samples * units];
        for sample in 0..self.samples {
            if self.counting.counts(sample, step) {
                self.batch.cell.reset(self.of_sample(sample, step));
                let kept = part_mut(self.room.kept, sample * sizes.steps + step, sizes.kept);
                multiply(kept, part(self.room.hidden_mask, sample, units));
                part_mut(&mut seen, sample, units).copy_from_slice(kept);
            }
        }
        let mut of_last = vec![0.0; self.samples * units];
        last.multiply_add(&seen, &mut of_last);
        let samples = self.recurrent.chunks_exact_mut(gates);
        for (recurrent, own) in samples.zip(of_last.chunks_exact(units)) {
            recurrent[gates - units..].copy_from_slice(own);
        }
    }

    fn take(&mut self, step: usize) {
        let batch = self.batch;
        for sample in 0..self.samples {
            let counts = self.counting.counts(sample, step);
            let own = self.of_sample(sample, step);
            match counts {
                true => batch.cell.step(own),
                false => own.kept.fill(0.0),
            }
        }
    }

    fn of_sample(&mut self, sample: usize, step: usize) -> Step<'_> {
        let sizes = self.batch.sizes;
        let row = sample * sizes.steps + step;
        Step {
            gates: part_mut(self.room.gates, row, sizes.gates),
            recurrent: part_mut(&mut self.recurrent, sample, sizes.gates),
            kept: part_mut(self.room.kept, row, sizes.kept),
            sums: part_mut(self.room.sums, row, sizes.sums),
            hidden: part_mut(&mut self.hidden, sample, sizes.units),
            carry: part_mut(&mut self.carry, sample, sizes.units),
        }
    }
}

/// What a product is added to: the bias in each row, or zeros.
fn start_from(bias: &[f32], rows: &mut [f32]) {
    match bias {
        [] => rows.fill(0.0),
        bias => fill_rows(rows, bias),
    }
}
