//! One part of a column kernel: a deck of columns and sixteen units, and the loops over them.

use std::ops::Range;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::compute::{LANES, Lane, Lanes, add, vectorized};
use crate::multi_hot::{DECKS, MultiHot, Selection};
use crate::optimizers::Optimizer;
use crate::regularizers::Regularizer;

/// What to do with each part, in this order: scatter, learn, gather. Any of them may be left out; `next` is fetched
/// in any case.
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

/// Rows of a table, and copies of what they have in each deck.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    storage: Option<MultiHot>,
    selection: Vec<u32>,
    decks: [RwLock<Fetched>; DECKS],
}

/// The columns of one deck that a batch's rows have, one row after the other.
///
/// Shuffled rows lie anywhere in a table. Without a copy, every pass over the batch would wait for memory at each row.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    /// Whether this is the present batch.
    valid: bool,
    columns: Vec<u16>,
    lengths: Vec<u32>,
    ranges: Vec<Range<usize>>,
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

/// How many weights are updated at once: they and what belongs to them stay in the first-level cache meanwhile.
const BLOCK: usize = 64 * LANES;

impl Batch {
    /// Replaces the rows.
    pub(crate) fn set(&mut self, batch: Selection<'_>) {
        self.storage = Some(batch.storage().clone());
        self.selection.clear();
        self.selection.extend(batch.table_rows());
        for deck in &mut self.decks {
            deck.get_mut().unwrap_or_else(PoisonError::into_inner).valid = false;
        }
    }

    /// Whether this batch holds exactly these rows.
    pub(crate) fn is(&self, batch: Selection<'_>) -> bool {
        let storage = self.storage.as_ref();
        storage.is_some_and(|storage| storage.shares_table(batch.storage()))
            && self.selection.iter().copied().eq(batch.table_rows())
    }

    /// The rows' columns in one deck. The first thread that asks for them fetches them.
    fn deck(&self, deck: usize) -> RwLockReadGuard<'_, Fetched> {
        let lock = &self.decks[deck];
        let read = || lock.read().unwrap_or_else(PoisonError::into_inner);
        let fetched = read();
        if fetched.valid {
            return fetched;
        }
        drop(fetched);
        let mut fetched = lock.write().unwrap_or_else(PoisonError::into_inner);
        if !fetched.valid {
            // Before the first batch there are no rows.
            if let Some(storage) = &self.storage {
                let table = storage.decks();
                let table = table.expect("a column kernel is given places of 16 bits");
                fetched.fill(table, &self.selection, deck);
            }
            fetched.valid = true;
        }
        drop(fetched);
        read()
    }
}

impl Fetched {
    /// In three passes without a wait in between: where the rows are, one look at each, and the copies. What the
    /// first two ask the memory for comes in side by side; a copy by itself waits for where it begins and ends.
    fn fill(&mut self, table: (&[u16], &[usize]), selection: &[u32], deck: usize) {
        let (columns, offsets) = table;
        self.ranges.clear();
        self.ranges.extend(selection.iter().map(|row| {
            let segment = *row as usize * DECKS + deck;
            offsets[segment]..offsets[segment + 1]
        }));
        let ends = self
            .ranges
            .iter()
            .flat_map(|range| [range.start, range.end]);
        let looked_at = ends.filter_map(|place| columns.get(place));
        std::hint::black_box(looked_at.fold(0, |all, column| all ^ column));
        self.columns.clear();
        self.lengths.clear();
        for range in &self.ranges {
            let places = &columns[range.clone()];
            self.columns.extend_from_slice(places);
            self.lengths.push(places.len() as u32);
        }
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
        }
    }

    pub(crate) fn perform(&mut self, task: &Task) {
        if task.scatter {
            let rows = task.rows.deck(self.deck);
            let deltas = &task.deltas[self.strip];
            scatter(
                &rows.columns,
                &rows.lengths,
                deltas,
                self.gradient.rows_mut(),
            );
        }
        if let Some(optimizer) = &task.learn {
            self.learn(optimizer.as_ref(), task.regularizer.as_ref());
        }
        let rows = task.next.deck(self.deck);
        if task.gather {
            self.sums.reserve(rows.lengths.len());
            let sums = self.sums.rows_mut();
            gather(&rows.columns, &rows.lengths, self.weights.rows(), sums);
        }
    }

    /// Adds the derivative of the penalty to the gradient.
    pub(crate) fn add_penalty(&mut self, regularizer: &Regularizer) {
        regularizer.add_gradient(self.weights.flat(), self.gradient.flat_mut());
    }

    /// Adds the derivative of the penalty, moves the weights and clears the gradient, in one pass.
    fn learn(&mut self, optimizer: &dyn Optimizer, regularizer: Option<&Regularizer>) {
        let slots = self.slots.iter_mut();
        let mut slots: Vec<_> = slots
            .map(|slot| slot.flat_mut().chunks_mut(BLOCK))
            .collect();
        let mut block = Vec::with_capacity(slots.len());
        let gradients = self.gradient.flat_mut().chunks_mut(BLOCK);
        for (weights, gradient) in self.weights.flat_mut().chunks_mut(BLOCK).zip(gradients) {
            block.clear();
            block.extend(slots.iter_mut().filter_map(Iterator::next));
            if let Some(regularizer) = regularizer {
                regularizer.add_gradient(weights, gradient);
            }
            optimizer.update(weights, &mut block, gradient);
            if let Some(regularizer) = regularizer {
                regularizer.forget_the_smallest(weights);
            }
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

    pub(crate) fn store_weights(&self, weights: &mut [f32], units: usize) {
        self.store(&self.weights, weights, units);
    }

    pub(crate) fn store_memory(&self, slots: &mut [Vec<f32>], units: usize) {
        for (lanes, slot) in self.slots.iter().zip(slots) {
            self.store(lanes, slot, units);
        }
    }

    pub(crate) fn store_gradient(&self, gradient: &mut [f32], units: usize) {
        self.store(&self.gradient, gradient, units);
    }

    /// Copies what belongs to the part's weights to where these stand in a matrix of all weights.
    fn store(&self, lanes: &Lanes, target: &mut [f32], units: usize) {
        let places = places(self.deck, self.strip, units, target.len());
        for (lane, place) in lanes.rows().iter().zip(places) {
            let width = place.len();
            target[place].copy_from_slice(&lane[..width]);
        }
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
    fn gather(columns: &[u16], lengths: &[u32], weights: &[Lane], sums: &mut [Lane]) {
        let mut after = columns;
        for (length, sum) in lengths.iter().zip(sums) {
            let (row, others) = after.split_at(*length as usize);
            after = others;
            let (fours, rest) = row.as_chunks::<4>();
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
    fn scatter(columns: &[u16], lengths: &[u32], deltas: &[Lane], gradient: &mut [Lane]) {
        let mut after = columns;
        for (length, delta) in lengths.iter().zip(deltas) {
            let (row, others) = after.split_at(*length as usize);
            after = others;
            let delta = *delta;
            for column in row {
                let sum = &mut gradient[usize::from(*column)];
                *sum = add(*sum, &delta);
            }
        }
    }
}
