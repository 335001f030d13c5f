//! The kernel of a layer that reads multi-hot rows, dealt out to threads by columns.
//!
//! A multi-hot row times a kernel is the sum of the kernel's rows at the ones: a *gather*. The way back adds the
//! layer's delta to the gradient at the same places: a *scatter*. Both wait for memory more than for arithmetic, so
//! what counts is where the weights lie.
//!
//! The kernel is cut into parts. A part holds the columns of one [deck](crate::multi_hot::DECKS) and sixteen of the
//! units, with everything that belongs to them: weights, gradient, the optimizer's memory. Each part has a home
//! thread for as long as the kernel lives, and lies in the cache of its core; only when that thread is late, another one
//! takes the part up. What the threads exchange is small: the partial sums of a batch on the way forward, its deltas on the
//! way back.
//!
//! Every sum has a fixed order that depends on neither the number of threads nor the processor, so neither do the bits.

mod part;
mod threads;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::compute::{self, LANES, Lane, add, vectorized};
use crate::multi_hot::{DECKS, Selection};
use crate::optimizers::Optimizer;
use crate::regularizers::Regularizer;
use part::{Part, Task};
use threads::{Board, RwLockWriteGuard, lock};

/// The fewest weights for which a thread is used.
const SMALL: usize = 1 << 14;

/// The message of the panic in the caller after a helper thread has panicked, in an optimizer of the user's own.
pub(crate) const FAILED: &str = "a thread of nn-lib panicked; its message is above";

/// A kernel by columns as a layer's forward and backward calls see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByColumns<'a> {
    pub(crate) kernel: &'a ColumnKernel,
    /// The address of the values of the variable that it replaces.
    pub(crate) values: usize,
    /// Whether the weights are about to move.
    pub(crate) training: bool,
}

impl ByColumns<'_> {
    /// Whether these are the columns of the variable with these values.
    pub(crate) fn are_of(&self, values: &[f32]) -> bool {
        values.as_ptr() as usize == self.values
    }
}

/// A kernel of shape (dimension, units) together with the threads that work on it.
///
/// [`scatter`](ColumnKernel::scatter) and [`learn`](ColumnKernel::learn) only note what is to be done. The next
/// [`gather`](ColumnKernel::gather) scatters, learns and gathers in one pass over each part. So the threads meet once in a
/// step. While the caller is busy with the rest of the network, the helpers begin with the batch after this one.
///
/// The methods must be called one after the other: a model locks the layer for that.
#[derive(Debug)]
pub(crate) struct ColumnKernel {
    board: Arc<Board>,
    helpers: Vec<JoinHandle<()>>,
    /// How many threads share the parts: the helpers and the caller.
    threads: usize,
    units: usize,
    /// The progress of the task. Only the caller takes this lock, one call after the other, so it never waits.
    progress: Mutex<Progress>,
}

/// The progress of a kernel's task.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Progress {
    /// Nothing is to be done.
    Nothing,
    /// Deltas or an optimizer are noted. The next forward call does it.
    Noted,
    /// The helpers have the task; it may not be done yet. With `ahead` it makes the sums of the batch after this one.
    Begun { ahead: bool },
    /// The task is done, and the parts have the sums of its next batch.
    Ahead,
}

impl ColumnKernel {
    /// Takes over weights of shape (dimension, units) with what an optimizer remembers of each, and starts the threads.
    pub(crate) fn new(
        weights: &[f32],
        slots: &[Vec<f32>],
        dimension: usize,
        units: usize,
    ) -> ColumnKernel {
        let strips = units.div_ceil(LANES);
        let mut parts = Vec::with_capacity(strips * DECKS);
        for (strip, deck) in (0..strips).flat_map(|strip| (0..DECKS).map(move |deck| (strip, deck)))
        {
            let columns = (dimension + DECKS - 1 - deck) / DECKS;
            let mut part = Part::new(deck, strip, columns, slots.len());
            part.load(weights, slots, units);
            parts.push(part);
        }
        // A small kernel is done before another thread has noticed.
        let useful = (weights.len() / SMALL).min(parts.len());
        let threads = compute::threads().min(useful).max(1);
        let board = Arc::new(Board::new(parts));
        // Where the system refuses a thread, the others do its parts.
        let helpers = (1..threads).map_while(|number| {
            let board = Arc::clone(&board);
            let name = format!("nn-lib {number}");
            let builder = std::thread::Builder::new().name(name);
            builder.spawn(move || board.help(number, threads)).ok()
        });
        ColumnKernel {
            helpers: helpers.collect(),
            threads,
            board,
            units,
            progress: Mutex::new(Progress::Nothing),
        }
    }

    /// `output = x · kernel` for a batch of multi-hot rows, (rows, units).
    ///
    /// While the caller goes on with the rest of the network, the helpers begin with the batch after this one: in
    /// training they fetch its rows; otherwise the weights stay as they are, and they add them up as well.
    pub(crate) fn gather(&self, batch: Selection<'_>, training: bool, output: &mut [f32]) {
        let mut task = self.write_task();
        let expected = task.next.is(batch);
        if !expected {
            task.next.set(batch);
        }
        if !expected || self.progress() != Progress::Ahead {
            task.gather = true;
            drop(task);
            self.begin(false);
            task = self.write_task();
        }
        // The sums are those of this batch from now on.
        self.set(Progress::Nothing);
        assert!(!self.has_failed(), "{FAILED}");
        let Task { rows, next, .. } = &mut *task;
        std::mem::swap(rows, next);
        drop(task);
        for strip in 0..self.units.div_ceil(LANES) {
            let parts: Vec<_> = (0..DECKS)
                .map(|deck| lock(&self.board.parts[strip * DECKS + deck]))
                .collect();
            let [a, b, c, d] = std::array::from_fn(|deck| parts[deck].sums.rows());
            join(a, b, c, d, strip * LANES, self.units, output);
        }
        let upcoming = batch.upcoming().filter(|_| !self.helpers.is_empty());
        if let Some(upcoming) = upcoming {
            let mut task = self.board.write_task();
            task.gather = !training;
            task.next.set(upcoming);
            drop(task);
            self.begin(!training);
        }
    }

    /// Notes the deltas of a batch, (rows, units): their sum `xᵀ · delta` is a term of the gradient.
    pub(crate) fn scatter(&self, batch: Selection<'_>, deltas: &[f32]) {
        // A layer that is applied twice: the first batch goes into the gradient now.
        self.finish();
        let mut task = self.write_task();
        task.scatter = true;
        if !task.rows.is(batch) {
            task.rows.set(batch);
        }
        task.deltas.resize(self.units.div_ceil(LANES), Vec::new());
        for (strip, lanes) in task.deltas.iter_mut().enumerate() {
            let first = strip * LANES;
            let width = LANES.min(self.units - first);
            lanes.clear();
            if self.units == LANES {
                lanes.extend_from_slice(deltas.as_chunks().0);
                continue;
            }
            lanes.extend(deltas.chunks_exact(self.units).map(|row| {
                let mut lane = [0.0; LANES];
                lane[..width].copy_from_slice(&row[first..first + width]);
                lane
            }));
        }
        drop(task);
        self.set(Progress::Noted);
    }

    /// Finishes the gradient with the derivative of the penalty, moves the weights, and clears the gradient: all
    /// before the kernel is used again.
    pub(crate) fn learn(&self, optimizer: &dyn Optimizer, regularizer: Option<&Regularizer>) {
        let mut task = self.write_task();
        task.learn = Some(optimizer.clone_box());
        task.regularizer = regularizer.cloned();
        drop(task);
        self.set(Progress::Noted);
    }

    /// The penalty on the weights.
    pub(crate) fn penalty(&self, regularizer: &Regularizer) -> f64 {
        let parts = self.board.parts.iter().map(lock);
        parts
            .map(|part| f64::from(regularizer.penalty(part.weights.flat())))
            .sum()
    }

    /// Copies the weights out as they are after the last finished step: a gradient alone moves nothing.
    pub(crate) fn store_weights(&self, weights: &mut [f32]) {
        self.finish();
        for part in &self.board.parts {
            lock(part).store_weights(weights, self.units);
        }
    }

    /// Copies the optimizer's memory out.
    pub(crate) fn store_memory(&self, slots: &mut [Vec<f32>]) {
        self.finish();
        for part in &self.board.parts {
            lock(part).store_memory(slots, self.units);
        }
    }

    /// Adds the gradient of a step that is not finished, with the derivative of the penalty.
    pub(crate) fn add_gradient(&self, regularizer: Option<&Regularizer>, gradient: &mut [f32]) {
        let mut own = vec![0.0; gradient.len()];
        self.finish();
        for part in &self.board.parts {
            let mut part = lock(part);
            if let Some(regularizer) = regularizer {
                part.add_penalty(regularizer);
            }
            part.store_gradient(&mut own, self.units);
        }
        gradient
            .iter_mut()
            .zip(own)
            .for_each(|(sum, own)| *sum += own);
    }

    /// Whether a thread has panicked, in an optimizer of one's own.
    pub(crate) fn has_failed(&self) -> bool {
        self.board.failed.load(Ordering::Relaxed)
    }

    /// Does what is noted, and waits until the helpers are done.
    fn finish(&self) {
        self.complete();
        if self.progress() == Progress::Noted {
            self.begin(false);
            self.complete();
        }
    }

    /// The task, for adding to it what is to be done next.
    fn write_task(&self) -> RwLockWriteGuard<'_, Task> {
        self.complete();
        self.board.write_task()
    }

    /// Gives the task to the helpers; `ahead` says whether it makes the sums of the batch after this one.
    fn begin(&self, ahead: bool) {
        self.board.begin(|| self.wake());
        self.set(Progress::Begun { ahead });
    }

    fn progress(&self) -> Progress {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, progress: Progress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    fn wake(&self) {
        let helpers = self.helpers.iter();
        helpers.for_each(|helper| helper.thread().unpark());
    }

    /// Does what is left of a task that was begun, and waits for all threads.
    fn complete(&self) {
        let Progress::Begun { ahead } = self.progress() else {
            return;
        };
        let board = &*self.board;
        board.work(0, self.threads);
        board.wait();
        let mut task = board.write_task();
        (task.scatter, task.learn, task.gather) = (false, None, false);
        self.set(if ahead {
            Progress::Ahead
        } else {
            Progress::Nothing
        });
    }
}

impl Drop for ColumnKernel {
    fn drop(&mut self) {
        self.board.close(|| self.wake());
        for helper in self.helpers.drain(..) {
            // A panic inside a part was caught and counted by the board.
            let _ = helper.join();
        }
    }
}

vectorized! {
    /// The sums of the four decks, written to the sixteen columns of the output from `first` on.
    fn join(a: &[Lane], b: &[Lane], c: &[Lane], d: &[Lane], first: usize, units: usize, output: &mut [f32]) {
        let width = LANES.min(units - first);
        for ((((output, a), b), c), d) in output.chunks_exact_mut(units).zip(a).zip(b).zip(c).zip(d) {
            let sum = add(add(*a, b), &add(*c, d));
            if width == LANES {
                output[first..first + LANES].copy_from_slice(&sum);
            } else {
                output[first..].copy_from_slice(&sum[..width]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multi_hot::MultiHot;
    use crate::optimizers::RMSprop;

    const DIMENSION: usize = 2_000;
    /// One full strip and a part of another.
    const UNITS: usize = 20;

    /// 90 rows of some twenty ones.
    fn table() -> MultiHot {
        let row = |row: u32| (0..20 + row % 7).map(move |i| (row * 37 + i * i * 11) % 2_000);
        let rows: Vec<Vec<u32>> = (0..90).map(|number| row(number).collect()).collect();
        MultiHot::new("test", &rows, DIMENSION).unwrap()
    }

    /// What is done with one of the three batches of thirty rows, and which batch is promised to follow.
    type Steps<'a> = &'a [(Do, usize, Option<usize>)];

    #[derive(Clone, Copy)]
    enum Do {
        Evaluate,
        Train,
        /// Goes forward as for an evaluation, and yet learns.
        Learn,
        /// With a layer that is applied twice, to this batch as well.
        TrainTwice(usize),
    }

    /// What all passes forward give, and the weights at the end.
    fn outcome(steps: Steps<'_>, promises: bool) -> Vec<f32> {
        let table = table();
        let rows: Vec<Vec<u32>> = (0..3).map(|b| (b * 30..b * 30 + 30).collect()).collect();
        let weights: Vec<f32> = (0..DIMENSION * UNITS).map(|i| (i as f32).sin()).collect();
        let mut slots = vec![vec![0.0; weights.len()]];
        let kernel = ColumnKernel::new(&weights, &slots, DIMENSION, UNITS);
        assert!(
            kernel.threads == compute::threads().min(2),
            "too few weights for two"
        );
        let mut optimizer = RMSprop::new(0.01);
        let mut outcome = Vec::new();
        for (action, batch, promised) in steps {
            let pass = |batch: usize, training, outcome: &mut Vec<f32>| {
                let promised = promised.filter(|_| promises);
                let promised = promised.map_or(&[][..], |promised| &rows[promised]);
                let mut output = vec![0.0; 30 * UNITS];
                let batch = table.batch(&rows[batch]).before(promised);
                kernel.gather(batch, training, &mut output);
                outcome.extend_from_slice(&output);
                output
            };
            let training = matches!(action, Do::Train | Do::TrainTwice(_));
            let deltas = pass(*batch, training, &mut outcome);
            if let Do::TrainTwice(other) = action {
                let more = pass(*other, training, &mut outcome);
                kernel.scatter(table.batch(&rows[*other]), &more);
            }
            if !matches!(action, Do::Evaluate) {
                kernel.scatter(table.batch(&rows[*batch]), &deltas);
                optimizer.begin_step();
                kernel.learn(&optimizer, None);
            }
        }
        let mut weights = weights;
        kernel.store_weights(&mut weights);
        kernel.store_memory(&mut slots);
        outcome.extend(&slots[0]);
        outcome.extend(weights);
        outcome
    }

    #[test]
    fn a_promise_kept_or_broken_changes_no_bit() {
        use Do::{Evaluate, Learn, Train, TrainTwice};
        let cases: [Steps<'_>; 6] = [
            &[
                (Evaluate, 0, Some(1)),
                (Evaluate, 1, Some(2)),
                (Evaluate, 2, None),
            ],
            &[
                (Evaluate, 0, Some(1)),
                (Evaluate, 2, Some(2)),
                (Evaluate, 2, Some(0)),
            ],
            &[(Train, 0, Some(1)), (Train, 1, Some(2)), (Train, 2, None)],
            &[
                (Train, 0, Some(1)),
                (Train, 2, Some(0)),
                (Evaluate, 0, Some(1)),
                (Train, 1, None),
            ],
            // Rows that were added up with weights that have moved since.
            &[
                (Evaluate, 0, Some(1)),
                (Learn, 0, Some(1)),
                (Evaluate, 1, Some(0)),
                (Train, 0, None),
            ],
            &[
                (TrainTwice(1), 0, Some(2)),
                (TrainTwice(0), 2, Some(2)),
                (Evaluate, 1, Some(1)),
            ],
        ];
        for (number, steps) in cases.into_iter().enumerate() {
            assert!(
                outcome(steps, true) == outcome(steps, false),
                "case {number}"
            );
        }
    }
}
