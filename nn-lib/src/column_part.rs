//! One part of a column kernel: a deck of columns and sixteen units, and the loops over them.

use crate::multi_hot::{DECKS, MultiHot, Selection};
use crate::optimizer::Optimizer;
use crate::regularizer::Regularizer;
use crate::simd::{LANES, Lane, Lanes, add, vectorized};

/// What to do with a batch: gather, or scatter and learn, or both of the latter.
#[derive(Debug, Default)]
pub(crate) struct Task {
    pub(crate) gather: bool,
    pub(crate) scatter: bool,
    /// With an optimizer the weights move and the gradient is cleared.
    pub(crate) learn: Option<Box<dyn Optimizer>>,
    pub(crate) regularizer: Option<Regularizer>,
    pub(crate) rows: Option<MultiHot>,
    pub(crate) selection: Vec<u32>,
    /// The deltas of the batch, one strip of sixteen units after the other.
    pub(crate) deltas: Vec<Vec<Lane>>,
}

/// One deck of columns and sixteen units, with all that belongs to them.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) deck: usize,
    pub(crate) strip: usize,
    pub(crate) weights: Lanes,
    pub(crate) gradient: Lanes,
    pub(crate) slots: Vec<Lanes>,
    /// The partial sums of the batch that was gathered last.
    pub(crate) sums: Lanes,
}

impl Task {
    pub(crate) fn set_rows(&mut self, batch: Selection<'_>) {
        self.rows = Some(batch.storage().clone());
        self.selection.clear();
        self.selection.extend(batch.table_rows());
    }
}

impl Part {
    pub(crate) fn perform(&mut self, task: &Task) {
        if let Some((columns, offsets)) = task.rows.as_ref().and_then(MultiHot::decks) {
            if task.gather {
                self.sums.reserve(task.selection.len());
                gather(
                    columns,
                    offsets,
                    &task.selection,
                    self.deck,
                    self.weights.rows(),
                    self.sums.rows_mut(),
                );
            }
            if task.scatter {
                let deltas = &task.deltas[self.strip];
                scatter(
                    columns,
                    offsets,
                    &task.selection,
                    self.deck,
                    deltas,
                    self.gradient.rows_mut(),
                );
            }
        }
        if let Some(optimizer) = &task.learn {
            if let Some(regularizer) = &task.regularizer {
                regularizer.add_gradient(self.weights.flat(), self.gradient.flat_mut());
            }
            let mut slots: Vec<&mut [f32]> = self.slots.iter_mut().map(Lanes::flat_mut).collect();
            optimizer.update(self.weights.flat_mut(), &mut slots, self.gradient.flat());
            self.gradient.flat_mut().fill(0.0);
        }
    }

    pub(crate) fn load(&mut self, weights: &[f32], slots: &[Vec<f32>], units: usize) {
        let (deck, strip) = (self.deck, self.strip);
        let both = std::iter::once((&mut self.weights, weights));
        for (lanes, source) in
            both.chain(self.slots.iter_mut().zip(slots.iter().map(Vec::as_slice)))
        {
            for (lane, place) in
                lanes
                    .rows_mut()
                    .iter_mut()
                    .zip(places(deck, strip, units, source.len()))
            {
                lane[..place.len()].copy_from_slice(&source[place]);
            }
        }
    }

    pub(crate) fn store(&self, weights: &mut [f32], slots: &mut [Vec<f32>], units: usize) {
        let both = std::iter::once((&self.weights, weights));
        for (lanes, target) in both.chain(
            self.slots
                .iter()
                .zip(slots.iter_mut().map(Vec::as_mut_slice)),
        ) {
            for (lane, place) in
                lanes
                    .rows()
                    .iter()
                    .zip(places(self.deck, self.strip, units, target.len()))
            {
                let width = place.len();
                target[place].copy_from_slice(&lane[..width]);
            }
        }
    }
}

/// Where the rows of a part stand in a matrix of shape (dimension, units), one range for each column of the deck.
fn places(
    deck: usize,
    strip: usize,
    units: usize,
    length: usize,
) -> impl Iterator<Item = std::ops::Range<usize>> {
    let width = LANES.min(units - strip * LANES);
    let first = deck * units + strip * LANES;
    (first..length)
        .step_by(DECKS * units)
        .map(move |place| place..place + width)
}

vectorized! {
    /// The sums of a part's weights at the ones of each row, in four interleaved sums: an addition need not wait for
    /// the one before it.
    fn gather(columns: &[u16], offsets: &[usize], selection: &[u32], deck: usize, weights: &[Lane], sums: &mut [Lane]) {
        for (row, sum) in selection.iter().zip(sums) {
            let segment = *row as usize * DECKS + deck;
            let (fours, rest) = columns[offsets[segment]..offsets[segment + 1]].as_chunks::<4>();
            let [mut a, mut b, mut c, mut d] = [[0.0; LANES]; 4];
            for four in fours {
                a = add(a, &weights[usize::from(four[0])]);
                b = add(b, &weights[usize::from(four[1])]);
                c = add(c, &weights[usize::from(four[2])]);
                d = add(d, &weights[usize::from(four[3])]);
            }
            for column in rest {
                a = add(a, &weights[usize::from(*column)]);
            }
            *sum = add(add(a, &b), &add(c, &d));
        }
    }
}

vectorized! {
    /// Adds the delta of each row to a part's gradient at the ones of that row.
    fn scatter(columns: &[u16], offsets: &[usize], selection: &[u32], deck: usize, deltas: &[Lane], gradient: &mut [Lane]) {
        for (row, delta) in selection.iter().zip(deltas) {
            let segment = *row as usize * DECKS + deck;
            let delta = *delta;
            for column in &columns[offsets[segment]..offsets[segment + 1]] {
                let sum = &mut gradient[usize::from(*column)];
                *sum = add(*sum, &delta);
            }
        }
    }
}
