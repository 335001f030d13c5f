//! A batch in pieces of some samples, and what all pieces have in common.

use ndarray::{ArrayView2, s};

use super::Recurrence;
use super::room::{Room, Sizes};
use super::weights::Weights;
use crate::layers::sequences::cell::Cell;
use crate::layers::{Inputs, Mask};

/// Into how many pieces a batch is cut at most, and how many samples a piece has at least.
const PIECES: usize = 16;
const LEAST: usize = 8;

/// From so many multiplications on, threads are worth while.
const WORTH: usize = 1 << 18;

/// What all pieces of a batch have in common.
pub(super) struct Batch<'a, C> {
    pub(super) cell: &'a C,
    pub(super) weights: &'a Weights,
    pub(super) sizes: Sizes,
    pub(super) return_sequences: bool,
    pub(super) go_backwards: bool,
    /// How many samples a piece has; the last one may have fewer.
    pub(super) at_once: usize,
    /// Whether threads are worth while.
    pub(super) worthwhile: bool,
    /// For each sample and step whether the step counts; empty where all do.
    mask: &'a [bool],
}

impl<'a, C: Cell> Batch<'a, C> {
    pub(super) fn new(
        recurrence: &'a Recurrence,
        cell: &'a C,
        inputs: Inputs<'a>,
        training: bool,
    ) -> Batch<'a, C> {
        let sizes = Sizes::of(recurrence, cell, inputs.shape(0), training);
        let samples = inputs.samples();
        let products = samples * sizes.steps * sizes.gates * (sizes.features + sizes.units);
        Batch {
            cell,
            weights: recurrence.weights(),
            sizes,
            return_sequences: recurrence.return_sequences,
            go_backwards: recurrence.go_backwards,
            at_once: samples.div_ceil(PIECES).max(LEAST),
            worthwhile: products >= WORTH,
            mask: inputs.mask(0).map_or(&[], Mask::as_slice),
        }
    }

    /// The bias of the inputs and that of the state; empty where there is none.
    pub(super) fn biases(&self) -> (&[f32], &[f32]) {
        let bias = self.weights.bias.as_ref();
        let values = bias.map_or(&[][..], |bias| &bias.values);
        values.split_at(self.sizes.gates.min(values.len()))
    }

    /// The columns of the last gate in the recurrent kernel.
    pub(super) fn last_gate<'b>(&self, kernel: ArrayView2<'b, f32>) -> ArrayView2<'b, f32> {
        kernel.slice_move(s![.., self.sizes.gates - self.sizes.units..])
    }

    /// The mask of a piece.
    pub(super) fn counting(&self, piece: usize) -> Counting<'a> {
        let size = self.at_once * self.sizes.steps;
        let counts = self.mask.get(piece * size..).unwrap_or(&[]);
        Counting {
            counts,
            steps: self.sizes.steps,
        }
    }

    /// The step that is read as number `nth`.
    pub(super) fn step(&self, nth: usize) -> usize {
        match self.go_backwards {
            true => self.sizes.steps - 1 - nth,
            false => nth,
        }
    }
}

/// Which steps count, from the first sample of a piece on.
#[derive(Clone, Copy)]
pub(super) struct Counting<'a> {
    counts: &'a [bool],
    steps: usize,
}

impl Counting<'_> {
    pub(super) fn counts(self, sample: usize, step: usize) -> bool {
        let place = sample * self.steps + step;
        self.counts.get(place).is_none_or(|counts| *counts)
    }
}

/// A piece of a batch on its way along the steps, forward or back.
pub(super) struct Walk<'a, C> {
    pub(super) batch: &'a Batch<'a, C>,
    pub(super) counting: Counting<'a>,
    pub(super) room: Room<'a>,
    pub(super) samples: usize,
    /// The states, (samples, units), and the second ones; on the way back their gradients.
    pub(super) hidden: Vec<f32>,
    pub(super) carry: Vec<f32>,
    /// `h · recurrent_kernel`, (samples, gates); on the way back its gradient.
    pub(super) recurrent: Vec<f32>,
}

impl<'a, C: Cell> Walk<'a, C> {
    pub(super) fn new(batch: &'a Batch<'a, C>, nth: usize, room: Room<'a>) -> Walk<'a, C> {
        let Sizes { units, gates, .. } = batch.sizes;
        let samples = room.before.len() / (batch.sizes.steps * units);
        Walk {
            batch,
            counting: batch.counting(nth),
            room,
            samples,
            hidden: vec![0.0; samples * units],
            carry: vec![0.0; samples * units],
            recurrent: vec![0.0; samples * gates],
        }
    }
}

/// Multiplies each of the values by its factor, where there are factors.
pub(super) fn multiply(values: &mut [f32], factors: &[f32]) {
    for (value, factor) in values.iter_mut().zip(factors) {
        *value *= factor;
    }
}

/// Multiplies each step of a sample by the sample's own row of `masks`, where there are masks.
pub(super) fn mask_steps(values: &mut [f32], masks: &[f32], steps: usize, width: usize) {
    let samples = values.chunks_exact_mut(steps * width);
    for (sample, mask) in samples.zip(masks.chunks_exact(width)) {
        for step in sample.chunks_exact_mut(width) {
            multiply(step, mask);
        }
    }
}

pub(super) fn part_mut(values: &mut [f32], nth: usize, size: usize) -> &mut [f32] {
    &mut values[nth * size..(nth + 1) * size]
}
