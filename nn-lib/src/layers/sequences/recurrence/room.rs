//! What a recurrent layer keeps of each sample and step, from its way forward for its way back.

use super::Recurrence;
use crate::layers::sequences::cell::Cell;
use crate::random::Rng;
use crate::tensor::Shape;

/// The numbers that a step of one sample needs.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) steps: usize,
    pub(super) features: usize,
    pub(super) units: usize,
    /// All gates of all units.
    pub(super) gates: usize,
    pub(super) kept: usize,
    pub(super) sums: usize,
    /// The gradients of `h · recurrent_kernel`, where they are others than those of the gates.
    pub(super) deltas: usize,
    /// The inputs after the dropout, and 1 for each unit of the state that has one.
    pub(super) dropped: usize,
    pub(super) hidden_mask: usize,
}

/// What a piece of a batch keeps of each sample and step; of the masks of the dropout each sample has one.
pub(super) struct Room<'a> {
    pub(super) gates: &'a mut [f32],
    /// The states before each step.
    pub(super) before: &'a mut [f32],
    pub(super) kept: &'a mut [f32],
    pub(super) sums: &'a mut [f32],
    pub(super) deltas: &'a mut [f32],
    pub(super) dropped: &'a mut [f32],
    pub(super) input_mask: &'a mut [f32],
    pub(super) hidden_mask: &'a mut [f32],
}

impl Sizes {
    pub(super) fn of(
        recurrence: &Recurrence,
        cell: &impl Cell,
        input: &Shape,
        training: bool,
    ) -> Sizes {
        let (units, gates) = (recurrence.units, recurrence.units * cell.gates());
        let if_ = |wanted: bool, size: usize| if wanted { size } else { 0 };
        Sizes {
            steps: input[0],
            features: input[1],
            units,
            gates,
            kept: units * cell.kept(),
            sums: if_(cell.needs_sums(), gates),
            deltas: if_(cell.has_two_gradients(), gates),
            dropped: if_(training && recurrence.dropout > 0.0, input[1]),
            hidden_mask: if_(training && recurrence.recurrent_dropout > 0.0, units),
        }
    }

    pub(super) fn of_sample(&self) -> usize {
        let step = self.gates + self.units + self.kept + self.sums + self.deltas + self.dropped;
        self.steps * step + self.dropped + self.hidden_mask
    }

    /// Cuts the room of a piece into its parts.
    pub(super) fn split<'a>(&self, mut piece: &'a mut [f32]) -> Room<'a> {
        let samples = piece.len() / self.of_sample();
        let rows = samples * self.steps;
        let mut take = |count: usize| {
            let (taken, rest) = std::mem::take(&mut piece).split_at_mut(count);
            piece = rest;
            taken
        };
        Room {
            gates: take(rows * self.gates),
            before: take(rows * self.units),
            kept: take(rows * self.kept),
            sums: take(rows * self.sums),
            deltas: take(rows * self.deltas),
            dropped: take(rows * self.dropped),
            input_mask: take(samples * self.dropped),
            hidden_mask: take(samples * self.hidden_mask),
        }
    }
}

impl Room<'_> {
    /// Draws the masks of the dropout.
    pub(super) fn draw(&mut self, recurrence: &Recurrence, rng: &mut Rng) {
        draw(self.input_mask, recurrence.dropout, rng);
        draw(self.hidden_mask, recurrence.recurrent_dropout, rng);
    }
}

fn draw(mask: &mut [f32], rate: f32, rng: &mut Rng) {
    for kept in mask {
        *kept = if rng.unit() >= rate {
            1.0 / (1.0 - rate)
        } else {
            0.0
        };
    }
}
