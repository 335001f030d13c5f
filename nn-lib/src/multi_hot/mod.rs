//! Rows of word indices that behave as a (rows, dimension) matrix of zeros and ones.

use std::ops::Range;
use std::sync::Arc;

use crate::compute::{LANES, Lane, add};
use crate::error::Result;
use crate::notebook::interrupt::{Region, go_on};

/// How many decks the columns are dealt to, like cards: column `c` is number `c / DECKS` of deck `c % DECKS`.
/// Whatever words are frequent, each deck gets its share of them, so that the decks are equal work for threads.
pub(crate) const DECKS: usize = 4;

/// Rows of distinct column numbers, one after the other; clones and ranges share them.
#[derive(Clone, Debug)]
pub struct MultiHot {
    table: Arc<Table>,
    first: usize,
    end: usize,
}

/// The storage of all rows, each of them deck by deck and ascending within a deck:
/// deck `d` of row `r` is `columns[offsets[r * DECKS + d]..offsets[r * DECKS + d + 1]]`.
#[derive(Debug)]
struct Table {
    dimension: usize,
    offsets: Vec<usize>,
    columns: Columns,
}

/// Places within a deck, in 16 bits where the dimension allows it: half the memory to read in every step.
#[derive(Debug)]
enum Columns {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl MultiHot {
    /// Rows of column numbers below `dimension`; duplicates within a row count once.
    ///
    /// # Errors
    /// When the user interrupts `operation`.
    pub(crate) fn new(
        operation: &str,
        rows: &[impl AsRef<[u32]>],
        dimension: usize,
    ) -> Result<MultiHot> {
        let _region = Region::begin(operation)?;
        let mut offsets = Vec::with_capacity(rows.len() * DECKS + 1);
        offsets.push(0);
        let total = rows.iter().map(|row| row.as_ref().len()).sum();
        let places = dimension.div_ceil(DECKS);
        let columns = if places <= 1 << 16 {
            let mut columns: Vec<u16> = Vec::with_capacity(total);
            // One bit per column sorts and removes duplicates in a single pass.
            let words = places.div_ceil(64).max(1);
            let mut seen = vec![0u64; DECKS * words];
            for row in rows {
                go_on(operation)?;
                for &column in row.as_ref() {
                    let place = column as usize / DECKS;
                    seen[column as usize % DECKS * words + place / 64] |= 1 << (place % 64);
                }
                for deck in seen.chunks_exact_mut(words) {
                    for (word, bits) in deck.iter_mut().enumerate() {
                        while *bits != 0 {
                            columns.push((word * 64) as u16 + bits.trailing_zeros() as u16);
                            *bits &= *bits - 1;
                        }
                    }
                    offsets.push(columns.len());
                }
            }
            columns.shrink_to_fit();
            Columns::Narrow(columns)
        } else {
            let mut columns: Vec<u32> = Vec::with_capacity(total);
            for row in rows {
                go_on(operation)?;
                let mut sorted = row.as_ref().to_vec();
                sorted.sort_unstable();
                sorted.dedup();
                for deck in 0..DECKS {
                    let own = sorted
                        .iter()
                        .filter(|column| **column as usize % DECKS == deck);
                    columns.extend(own.map(|column| column / DECKS as u32));
                    offsets.push(columns.len());
                }
            }
            Columns::Wide(columns)
        };
        Ok(MultiHot {
            first: 0,
            end: rows.len(),
            table: Arc::new(Table {
                dimension,
                offsets,
                columns,
            }),
        })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.end - self.first
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of columns.
    pub fn dimension(&self) -> usize {
        self.table.dimension
    }

    /// The columns of one row that hold a one, ascending.
    pub fn row(&self, row: usize) -> Vec<u32> {
        let mut columns = Vec::new();
        self.table
            .visit(self.first + row, |column| columns.push(column as u32));
        columns.sort_unstable();
        columns
    }

    pub(crate) fn range(&self, range: Range<usize>) -> MultiHot {
        MultiHot {
            table: Arc::clone(&self.table),
            first: self.first + range.start,
            end: self.first + range.end,
        }
    }

    pub(crate) fn select(&self, rows: &[usize]) -> Result<MultiHot> {
        let _region = Region::begin("select")?;
        let rows: Vec<Vec<u32>> = rows.iter().map(|row| self.row(*row)).collect();
        MultiHot::new("select", &rows, self.dimension())
    }

    pub(crate) fn contains(&self, row: usize, column: usize) -> bool {
        let range = self.table.deck(self.first + row, column % DECKS);
        let place = column / DECKS;
        match &self.table.columns {
            Columns::Narrow(columns) => columns[range].binary_search(&(place as u16)).is_ok(),
            Columns::Wide(columns) => columns[range].binary_search(&(place as u32)).is_ok(),
        }
    }

    /// Whether both are rows of the same table.
    pub(crate) fn shares_table(&self, other: &MultiHot) -> bool {
        Arc::ptr_eq(&self.table, &other.table)
    }

    /// How many ones there are.
    pub(crate) fn ones(&self) -> usize {
        self.table.offsets[self.end * DECKS] - self.table.offsets[self.first * DECKS]
    }

    /// Calls `visit(row, column)` for every one, row by row.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(usize, usize)) {
        for row in 0..self.len() {
            self.table
                .visit(self.first + row, |column| visit(row, column));
        }
    }

    /// The places of all ones and where each deck of each row begins, in 16 bits; wider ones have none.
    pub(crate) fn decks(&self) -> Option<(&[u16], &[usize])> {
        match &self.table.columns {
            Columns::Narrow(columns) => Some((columns, &self.table.offsets)),
            Columns::Wide(_) => None,
        }
    }

    pub(crate) fn to_dense(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.len() * self.dimension()];
        self.for_each(|row, column| values[row * self.dimension() + column] = 1.0);
        values
    }

    /// Some of the rows, in the order of `rows`, as one batch.
    pub(crate) fn batch<'a>(&'a self, rows: &'a [u32]) -> Selection<'a> {
        Selection {
            storage: self,
            rows,
            upcoming: &[],
        }
    }
}

impl Table {
    fn deck(&self, row: usize, deck: usize) -> Range<usize> {
        self.offsets[row * DECKS + deck]..self.offsets[row * DECKS + deck + 1]
    }

    /// Calls `visit(column)` for every one of a row, deck by deck.
    fn visit(&self, row: usize, mut visit: impl FnMut(usize)) {
        for deck in 0..DECKS {
            let range = self.deck(row, deck);
            match &self.columns {
                Columns::Narrow(places) => places[range]
                    .iter()
                    .for_each(|place| visit(usize::from(*place) * DECKS + deck)),
                Columns::Wide(places) => places[range]
                    .iter()
                    .for_each(|place| visit(*place as usize * DECKS + deck)),
            }
        }
    }
}

/// A batch of multi-hot rows: the storage and a list of row numbers, nothing copied.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    storage: &'a MultiHot,
    rows: &'a [u32],
    /// The rows of the batch after this one, as far as that is known.
    upcoming: &'a [u32],
}

impl<'a> Selection<'a> {
    /// The number of columns.
    pub fn dimension(&self) -> usize {
        self.storage.dimension()
    }

    /// This batch, with the rows of the next one as a hint: idle threads fetch them early.
    pub(crate) fn before(self, upcoming: &'a [u32]) -> Selection<'a> {
        Selection { upcoming, ..self }
    }

    /// The batch after this one; `None` if it is not known.
    pub(crate) fn upcoming(&self) -> Option<Selection<'a>> {
        (!self.upcoming.is_empty()).then(|| self.storage.batch(self.upcoming))
    }

    /// The rows that the batch is taken from.
    pub(crate) fn storage(&self) -> &'a MultiHot {
        self.storage
    }

    /// The numbers of its rows in the table of [`MultiHot::decks`].
    pub(crate) fn table_rows(&self) -> impl Iterator<Item = u32> {
        let first = self.storage.first as u32;
        self.rows.iter().map(move |row| first + row)
    }

    fn each(&self) -> impl Iterator<Item = usize> {
        self.rows
            .iter()
            .map(|row| self.storage.first + *row as usize)
    }

    /// `output = x · kernel`: adds up the kernel's rows at the ones of each row, in the same order as a
    /// column kernel, so that both give the same bits.
    ///
    /// # Shapes
    /// `kernel` (dimension, units), `output` (rows, units), both row-major.
    pub fn gather(&self, kernel: &[f32], units: usize, output: &mut [f32]) {
        let table = &self.storage.table;
        for (row, output) in self.each().zip(output.chunks_exact_mut(units.max(1))) {
            for (strip, output) in output.chunks_mut(LANES).enumerate() {
                let first = strip * LANES;
                let [a, b, c, d] = std::array::from_fn(|deck| {
                    let range = table.deck(row, deck);
                    let weights = |place: usize| {
                        let start = (place * DECKS + deck) * units + first;
                        &kernel[start..start + output.len()]
                    };
                    match &table.columns {
                        Columns::Narrow(places) => sum_of_rows(&places[range], weights),
                        Columns::Wide(places) => sum_of_rows(&places[range], weights),
                    }
                });
                let sum = add(add(a, &b), &add(c, &d));
                output.copy_from_slice(&sum[..output.len()]);
            }
        }
    }

    /// `gradient += xᵀ · delta`: adds each row of `delta` to the gradient's rows at the ones of that row.
    ///
    /// # Shapes
    /// `delta` (rows, units), `gradient` (dimension, units), both row-major.
    pub fn scatter(&self, delta: &[f32], units: usize, gradient: &mut [f32]) {
        for (row, delta) in self.each().zip(delta.chunks_exact(units)) {
            self.storage.table.visit(row, |column| {
                for (sum, change) in gradient[column * units..][..units].iter_mut().zip(delta) {
                    *sum += change;
                }
            });
        }
    }

    /// Writes the batch out as a matrix of zeros and ones, (rows, dimension).
    pub fn write_dense(&self, output: &mut [f32]) {
        output.fill(0.0);
        for (row, values) in self.each().zip(output.chunks_exact_mut(self.dimension())) {
            self.storage.table.visit(row, |column| values[column] = 1.0);
        }
    }
}

/// The sum of rows of up to sixteen weights, in two interleaved sums as a column kernel has them.
fn sum_of_rows<'a, P: Copy + TryInto<usize>>(
    places: &[P],
    weights: impl Fn(usize) -> &'a [f32],
) -> Lane {
    let mut sums = [[0.0; LANES]; 2];
    let fours = places.len() / 4 * 4;
    for (nth, place) in places.iter().enumerate() {
        let sum = &mut sums[if nth < fours { nth % 2 } else { 0 }];
        let place = (*place).try_into().unwrap_or(usize::MAX);
        for (sum, weight) in sum.iter_mut().zip(weights(place)) {
            *sum += weight;
        }
    }
    let [even, odd] = sums;
    add(even, &odd)
}
