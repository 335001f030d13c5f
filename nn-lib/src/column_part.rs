//! One part of a column kernel: a deck of columns and sixteen units, and the loops over them.

use std::ops::Range;

use crate::multi_hot::{DECKS, MultiHot, Selection};
use crate::optimizer::Optimizer;
use crate::regularizer::Regularizer;
use crate::simd::{LANES, Lane, Lanes, add, vectorized};

/// What to do with each part, in this order: scatter, learn, gather. Any of them may be left out.
#[derive(Debug, Default)]
pub(crate) struct Task {
    /// Whether the deltas belong to `rows` and are to be added to the gradient.
    pub(crate) scatter: bool,
    /// With an optimizer the weights move and the gradient is cleared.
    pub(crate) learn: Option<Box<dyn Optimizer>>,
    pub(crate) regularizer: Option<Regularizer>,
    /// Whether the sums of `next` are wanted.
    pub(crate) gather: bool,
    pub(crate) rows: Batch,
    pub(crate) next: Batch,
    /// The deltas of the batch, one strip of sixteen units after the other.
    pub(crate) deltas: Vec<Vec<Lane>>,
}

/// Rows of a table.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    storage: Option<MultiHot>,
    selection: Vec<u32>,
    /// Another number for other rows, so that a part knows whether it has them at hand; 0 for none at all.
    number: u64,
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
    pub(crate) segments: Segments,
}

/// Where the rows of a batch stand among the columns of one deck.
#[derive(Debug, Default)]
pub(crate) struct Segments {
    number: u64,
    ranges: Vec<Range<usize>>,
}

/// How many weights are updated at once: they and what belongs to them stay in the first-level cache meanwhile.
const BLOCK: usize = 64 * LANES;

impl Batch {
    /// Takes other rows, under another number.
    pub(crate) fn set(&mut self, batch: Selection<'_>, number: u64) {
        self.storage = Some(batch.storage().clone());
        self.selection.clear();
        self.selection.extend(batch.table_rows());
        self.number = number;
    }

    /// Whether these are the very rows.
    pub(crate) fn is(&self, batch: Selection<'_>) -> bool {
        let storage = self.storage.as_ref();
        storage.is_some_and(|storage| storage.shares_table(batch.storage()))
            && self.selection.iter().copied().eq(batch.table_rows())
    }
}

impl Part {
    /// A part of weights that are zero.
    pub(crate) fn new(deck: usize, strip: usize, columns: usize, slots: usize) -> Part {
        Part {
            deck,
            strip,
            weights: Lanes::zeros(columns),
            gradient: Lanes::zeros(columns),
            slots: (0..slots).map(|_| Lanes::zeros(columns)).collect(),
            sums: Lanes::zeros(0),
            segments: Segments::default(),
        }
    }

    pub(crate) fn perform(&mut self, task: &Task) {
        if task.scatter {
            let (columns, rows) = self.segments.of(&task.rows, self.deck);
            let deltas = &task.deltas[self.strip];
            scatter(columns, rows, deltas, self.gradient.rows_mut());
        }
        if let Some(optimizer) = &task.learn {
            if let Some(regularizer) = &task.regularizer {
                regularizer.add_gradient(self.weights.flat(), self.gradient.flat_mut());
            }
            self.learn(optimizer.as_ref());
        }
        if task.gather {
            self.sums.reserve(task.next.selection.len());
            let (columns, rows) = self.segments.of(&task.next, self.deck);
            let sums = self.sums.rows_mut();
            gather(columns, rows, self.weights.rows(), sums);
        }
    }

    /// Moves the weights and clears the gradient, in one pass.
    fn learn(&mut self, optimizer: &dyn Optimizer) {
        let slots = self.slots.iter_mut();
        let mut slots: Vec<_> = slots
            .map(|slot| slot.flat_mut().chunks_mut(BLOCK))
            .collect();
        let mut block = Vec::with_capacity(slots.len());
        let gradients = self.gradient.flat_mut().chunks_mut(BLOCK);
        for (weights, gradient) in self.weights.flat_mut().chunks_mut(BLOCK).zip(gradients) {
            block.clear();
            block.extend(slots.iter_mut().filter_map(Iterator::next));
            optimizer.update(weights, &mut block, gradient);
            gradient.fill(0.0);
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

impl Segments {
    /// All columns of the table, and the range of each row of the batch among them.
    ///
    /// Shuffled rows lie anywhere in the table. They are touched first, one right after the other, so that the waits
    /// for memory overlap; in the middle of the sums each would be waited for by itself.
    fn of<'a>(&'a mut self, batch: &'a Batch, deck: usize) -> (&'a [u16], &'a [Range<usize>]) {
        let table = batch.storage.as_ref().and_then(MultiHot::decks);
        let (columns, offsets) = table.expect("a column kernel is given places of 16 bits");
        if self.number != batch.number {
            self.number = batch.number;
            self.ranges.clear();
            self.ranges.extend(batch.selection.iter().map(|row| {
                let segment = *row as usize * DECKS + deck;
                offsets[segment]..offsets[segment + 1]
            }));
            let ends = self
                .ranges
                .iter()
                .flat_map(|range| [range.start, range.end]);
            let touched = ends.filter_map(|place| columns.get(place));
            std::hint::black_box(touched.fold(0, |all, column| all ^ column));
        }
        (columns, &self.ranges)
    }
}

/// Where the rows of a part stand in a matrix of shape (dimension, units), one range for each column of the deck.
fn places(
    deck: usize,
    strip: usize,
    units: usize,
    length: usize,
) -> impl Iterator<Item = Range<usize>> {
    let width = LANES.min(units - strip * LANES);
    let first = deck * units + strip * LANES;
    (first..length)
        .step_by(DECKS * units)
        .map(move |place| place..place + width)
}

vectorized! {
    /// The sums of a part's weights at the ones of each row, in two interleaved sums: an addition need not wait for
    /// the one before it, and both stay in registers.
    fn gather(columns: &[u16], rows: &[Range<usize>], weights: &[Lane], sums: &mut [Lane]) {
        for (row, sum) in rows.iter().zip(sums) {
            let (fours, rest) = columns[row.clone()].as_chunks::<4>();
            let [mut even, mut odd] = [[0.0; LANES]; 2];
            for four in fours {
                even = add(even, &weights[usize::from(four[0])]);
                odd = add(odd, &weights[usize::from(four[1])]);
                even = add(even, &weights[usize::from(four[2])]);
                odd = add(odd, &weights[usize::from(four[3])]);
            }
            for column in rest {
                even = add(even, &weights[usize::from(*column)]);
            }
            *sum = add(even, &odd);
        }
    }
}

vectorized! {
    /// Adds the delta of each row to a part's gradient at the ones of that row.
    fn scatter(columns: &[u16], rows: &[Range<usize>], deltas: &[Lane], gradient: &mut [Lane]) {
        for (row, delta) in rows.iter().zip(deltas) {
            let delta = *delta;
            for column in &columns[row.clone()] {
                let sum = &mut gradient[usize::from(*column)];
                *sum = add(*sum, &delta);
            }
        }
    }
}
