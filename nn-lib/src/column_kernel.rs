//! The kernel of a layer that reads multi-hot rows, dealt out to threads by columns.
//!
//! A multi-hot row times a kernel is the sum of the kernel's rows at the ones: a *gather*. The way back adds the
//! layer's delta to the gradient at the same places: a *scatter*. Both wait for memory more than for arithmetic, so
//! what counts is where the weights lie.
//!
//! The kernel is cut into parts. A part holds the columns of one [deck](crate::multi_hot::DECKS) and sixteen of the
//! units, with everything that belongs to them: weights, gradient, the optimizer's memory. Each part belongs to one
//! thread for as long as a call of `fit` takes, so none of it ever moves between cores. What the threads exchange
//! is small: the partial sums of a batch on the way forward, its deltas on the way back.
//!
//! Every sum has a fixed order that depends on neither the number of threads nor the processor, so neither do the bits.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::multi_hot::{DECKS, MultiHot, Selection};
use crate::optimizer::Optimizer;
use crate::regularizer::Regularizer;
use crate::simd::{LANES, Lane, Lanes, add, vectorized};

/// A kernel of shape (dimension, units) together with the threads that work on it.
#[derive(Debug)]
pub(crate) struct ColumnKernel {
    board: Arc<Board>,
    helpers: Vec<JoinHandle<()>>,
    /// How many threads share the parts: the helpers and the caller.
    threads: usize,
    units: usize,
    /// Whether a batch of deltas waits to be scattered.
    pending: AtomicBool,
}

/// One deck of columns and sixteen units, with all that belongs to them.
#[derive(Debug)]
struct Part {
    deck: usize,
    strip: usize,
    weights: Lanes,
    gradient: Lanes,
    slots: Vec<Lanes>,
    /// The partial sums of the batch that was gathered last.
    sums: Lanes,
}

/// Where the threads find their work.
#[derive(Debug)]
struct Board {
    parts: Vec<Mutex<Part>>,
    task: RwLock<Task>,
    /// Counts the tasks: a change tells the helpers to begin.
    round: AtomicUsize,
    /// How many helpers are done with the present task.
    done: AtomicUsize,
    /// How many helpers sleep and must be woken.
    asleep: AtomicUsize,
    failed: AtomicBool,
    closing: AtomicBool,
}

/// What to do with a batch: gather, or scatter and learn, or both of the latter.
#[derive(Debug, Default)]
struct Task {
    gather: bool,
    scatter: bool,
    /// With an optimizer the weights move and the gradient is cleared.
    learn: Option<Box<dyn Optimizer>>,
    regularizer: Option<Regularizer>,
    rows: Option<MultiHot>,
    selection: Vec<u32>,
    /// The deltas of the batch, one strip of sixteen units after the other.
    deltas: Vec<Vec<Lane>>,
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
            let mut part = Part {
                deck,
                strip,
                weights: Lanes::zeros(columns),
                gradient: Lanes::zeros(columns),
                slots: slots.iter().map(|_| Lanes::zeros(columns)).collect(),
                sums: Lanes::zeros(0),
            };
            part.load(weights, slots, units);
            parts.push(Mutex::new(part));
        }
        let threads = threads().clamp(1, parts.len().max(1));
        let board = Arc::new(Board {
            parts,
            task: RwLock::default(),
            round: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            asleep: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        });
        // Where the system refuses a thread, its parts fall to the calling one.
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
            pending: AtomicBool::new(false),
        }
    }

    /// `output = x · kernel` for a batch of multi-hot rows, (rows, units).
    pub(crate) fn gather(&self, batch: Selection<'_>, output: &mut [f32]) {
        if self.pending.swap(false, Ordering::Relaxed) {
            self.run();
        }
        {
            let mut task = self.board.write_task();
            *task = Task {
                gather: true,
                selection: std::mem::take(&mut task.selection),
                deltas: std::mem::take(&mut task.deltas),
                ..Task::default()
            };
            task.set_rows(batch);
        }
        self.run();
        for strip in 0..self.units.div_ceil(LANES) {
            let parts: Vec<_> = (0..DECKS)
                .map(|deck| lock(&self.board.parts[strip * DECKS + deck]))
                .collect();
            let [a, b, c, d] = std::array::from_fn(|deck| parts[deck].sums.rows());
            join(a, b, c, d, strip * LANES, self.units, output);
        }
    }

    /// Notes the deltas of a batch, (rows, units): their sum `xᵀ · delta` is a term of the gradient.
    pub(crate) fn scatter(&self, batch: Selection<'_>, deltas: &[f32]) {
        if self.pending.swap(false, Ordering::Relaxed) {
            // A layer that is applied twice: the first batch goes into the gradient now.
            self.run();
        }
        let mut task = self.board.write_task();
        task.gather = false;
        task.scatter = true;
        task.learn = None;
        task.set_rows(batch);
        task.deltas.resize(self.units.div_ceil(LANES), Vec::new());
        for (strip, lanes) in task.deltas.iter_mut().enumerate() {
            let first = strip * LANES;
            let width = LANES.min(self.units - first);
            lanes.clear();
            lanes.extend(deltas.chunks_exact(self.units).map(|row| {
                let mut lane = [0.0; LANES];
                lane[..width].copy_from_slice(&row[first..first + width]);
                lane
            }));
        }
        drop(task);
        self.pending.store(true, Ordering::Relaxed);
    }

    /// Finishes the gradient with the derivative of the penalty, moves the weights, and clears the gradient.
    pub(crate) fn learn(&self, optimizer: &dyn Optimizer, regularizer: Option<&Regularizer>) {
        {
            let mut task = self.board.write_task();
            task.gather = false;
            task.scatter = self.pending.swap(false, Ordering::Relaxed);
            task.learn = Some(optimizer.clone_box());
            task.regularizer = regularizer.cloned();
        }
        self.run();
        self.board.write_task().learn = None;
    }

    /// The penalty on the weights.
    pub(crate) fn penalty(&self, regularizer: &Regularizer) -> f64 {
        let parts = self.board.parts.iter().map(lock);
        parts
            .map(|part| f64::from(regularizer.penalty(part.weights.flat())))
            .sum()
    }

    /// Copies the weights and the optimizer's memory out.
    pub(crate) fn store(&self, weights: &mut [f32], slots: &mut [Vec<f32>]) {
        for part in &self.board.parts {
            lock(part).store(weights, slots, self.units);
        }
    }

    /// Has all threads do the task, and waits for them.
    fn run(&self) {
        let board = &*self.board;
        board.done.store(0, Ordering::Relaxed);
        board.round.fetch_add(1, Ordering::SeqCst);
        if board.asleep.load(Ordering::SeqCst) > 0 {
            self.helpers
                .iter()
                .for_each(|helper| helper.thread().unpark());
        }
        board.work(0, self.threads);
        for missing in self.helpers.len() + 1..self.threads {
            board.work(missing, self.threads);
        }
        let mut wait = Wait::new();
        while board.done.load(Ordering::Acquire) < self.helpers.len() {
            wait.a_little();
        }
        assert!(
            !board.failed.load(Ordering::Relaxed),
            "a thread of nn-lib panicked; its message is above"
        );
    }
}

impl Drop for ColumnKernel {
    fn drop(&mut self) {
        self.board.closing.store(true, Ordering::SeqCst);
        self.board.round.fetch_add(1, Ordering::SeqCst);
        for helper in self.helpers.drain(..) {
            helper.thread().unpark();
            // A panic of the thread was reported by `run`.
            let _ = helper.join();
        }
    }
}

impl Task {
    fn set_rows(&mut self, batch: Selection<'_>) {
        self.rows = Some(batch.storage().clone());
        self.selection.clear();
        self.selection.extend(batch.table_rows());
    }
}

impl Board {
    fn write_task(&self) -> std::sync::RwLockWriteGuard<'_, Task> {
        self.task.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The life of a helper: wait for a task, do it, wait for the next.
    fn help(&self, number: usize, threads: usize) {
        let mut seen = 0;
        loop {
            let mut wait = Wait::new();
            while self.round.load(Ordering::Acquire) == seen {
                if wait.is_long() {
                    self.asleep.fetch_add(1, Ordering::SeqCst);
                    while self.round.load(Ordering::SeqCst) == seen {
                        std::thread::park();
                    }
                    self.asleep.fetch_sub(1, Ordering::SeqCst);
                } else {
                    wait.a_little();
                }
            }
            seen += 1;
            if self.closing.load(Ordering::SeqCst) {
                return;
            }
            let work = std::panic::AssertUnwindSafe(|| self.work(number, threads));
            if std::panic::catch_unwind(work).is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
            self.done.fetch_add(1, Ordering::Release);
        }
    }

    /// Does the task for the parts of one thread.
    fn work(&self, thread: usize, threads: usize) {
        let task = self.task.read().unwrap_or_else(PoisonError::into_inner);
        for part in self.parts.iter().skip(thread).step_by(threads) {
            lock(part).perform(&task);
        }
    }
}

impl Part {
    fn perform(&mut self, task: &Task) {
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

    fn load(&mut self, weights: &[f32], slots: &[Vec<f32>], units: usize) {
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

    fn store(&self, weights: &mut [f32], slots: &mut [Vec<f32>], units: usize) {
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

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads to use: `NN_LIB_THREADS`, or as many as the machine has cores.
fn threads() -> usize {
    let wanted = std::env::var("NN_LIB_THREADS")
        .ok()
        .and_then(|text| text.parse().ok());
    wanted.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Waits for another thread: first in place, since it is a matter of microseconds; then giving way to other programs,
/// which may hold the core that the other thread needs.
struct Wait {
    turns: u32,
    since: Option<Instant>,
}

impl Wait {
    fn new() -> Wait {
        Wait {
            turns: 0,
            since: None,
        }
    }

    fn a_little(&mut self) {
        self.turns += 1;
        if self.turns < 1000 {
            std::hint::spin_loop();
        } else {
            self.since.get_or_insert_with(Instant::now);
            std::thread::yield_now();
        }
    }

    /// Whether the wait is so long that sleeping is better.
    fn is_long(&self) -> bool {
        self.since
            .is_some_and(|since| since.elapsed() > Duration::from_millis(2))
    }
}
