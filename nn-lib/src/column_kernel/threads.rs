//! The threads of a column kernel: a board with the task, and helpers that wait for the next one.
//!
//! Each part has a home thread, in whose cache it lies. But whoever is done with its own takes up what nobody has
//! begun: on a machine that is busy with other things a helper may be late, and then nobody waits for it.

use std::sync::PoisonError;
use std::time::Duration;

use crate::compute::Moment;

// For its model the board is built of loom's locks, counters and threads, whose order of events loom chooses.
#[cfg(all(test, feature = "loom"))]
use loom::{sync, thread};
#[cfg(not(all(test, feature = "loom")))]
use std::{sync, thread};

use sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
pub(crate) use sync::{Mutex, MutexGuard, RwLock, RwLockWriteGuard};

use super::part::{Part, Task};

/// Where the threads find their work.
#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) parts: Vec<Mutex<Part>>,
    /// For each part the last round that someone took it up in.
    taken: Vec<AtomicUsize>,
    task: RwLock<Task>,
    /// Counts the tasks: a change tells the helpers to begin. It changes under the task's lock alone.
    round: AtomicUsize,
    /// How many parts are done with the present task.
    done: AtomicUsize,
    /// How many helpers sleep and must be woken.
    asleep: AtomicUsize,
    pub(crate) failed: AtomicBool,
    closing: AtomicBool,
}

impl Board {
    pub(crate) fn new(parts: Vec<Part>) -> Board {
        Board {
            taken: parts.iter().map(|_| AtomicUsize::new(0)).collect(),
            parts: parts.into_iter().map(Mutex::new).collect(),
            task: RwLock::new(Task::default()),
            round: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            asleep: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        }
    }

    /// The task, for writing the next one. Helpers work only between `announce` and the last `done`.
    pub(crate) fn write_task(&self) -> RwLockWriteGuard<'_, Task> {
        self.task.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the helpers that there is a task; `wake` unparks them, and is called when one of them sleeps.
    pub(crate) fn begin(&self, wake: impl FnOnce()) {
        self.announce();
        // A helper counts itself as asleep before it looks at the round for the last time. With a fence on both sides,
        // either it sees the new round or it is seen here.
        fence(Ordering::SeqCst);
        if self.asleep.load(Ordering::Relaxed) > 0 {
            wake();
        }
    }

    /// Tells the helpers that there will be no other task.
    pub(crate) fn close(&self, wake: impl FnOnce()) {
        self.closing.store(true, Ordering::Relaxed);
        self.announce();
        wake();
    }

    fn announce(&self) {
        let _task = self.write_task();
        self.done.store(0, Ordering::Relaxed);
        self.round.fetch_add(1, Ordering::Release);
    }

    /// The life of a helper: wait for a task, do it, wait for the next.
    pub(crate) fn help(&self, thread: usize, threads: usize) {
        let mut seen = 0;
        // The end is looked for as well: a helper that is late may have seen the last round inside of `work`.
        let nothing_new = |seen| {
            self.round.load(Ordering::Acquire) == seen && !self.closing.load(Ordering::Relaxed)
        };
        loop {
            let mut wait = Wait::new();
            while nothing_new(seen) {
                if wait.is_long() {
                    self.asleep.fetch_add(1, Ordering::Relaxed);
                    fence(Ordering::SeqCst);
                    while nothing_new(seen) {
                        thread::park();
                    }
                    self.asleep.fetch_sub(1, Ordering::Relaxed);
                } else {
                    wait.a_little();
                }
            }
            if self.closing.load(Ordering::Relaxed) {
                return;
            }
            seen = self.work(thread, threads);
        }
    }

    /// Does what nobody has begun yet, a thread's own parts first; gives the round that it worked in.
    pub(crate) fn work(&self, thread: usize, threads: usize) -> usize {
        let task = self.task.read().unwrap_or_else(PoisonError::into_inner);
        let round = self.round.load(Ordering::Acquire);
        let own = (thread..self.parts.len()).step_by(threads);
        let others = (0..self.parts.len()).filter(|part| part % threads != thread);
        for number in own.chain(others) {
            let before = round.wrapping_sub(1);
            let taken = &self.taken[number];
            if taken
                .compare_exchange(before, round, Ordering::AcqRel, Ordering::Relaxed)
                .is_err()
            {
                continue;
            }
            let work = || lock(&self.parts[number]).perform(&task);
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
            self.done.fetch_add(1, Ordering::Release);
        }
        round
    }

    /// Waits until all parts are done.
    pub(crate) fn wait(&self) {
        let mut wait = Wait::new();
        while self.done.load(Ordering::Acquire) < self.parts.len() {
            wait.a_little();
        }
    }
}

pub(crate) fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for another thread: first in place, since it is a matter of microseconds; then giving way to other programs,
/// which may hold the core that the other thread needs.
pub(crate) struct Wait {
    turns: u32,
    since: Option<Moment>,
}

impl Wait {
    pub(crate) fn new() -> Wait {
        Wait {
            turns: 0,
            since: None,
        }
    }

    pub(crate) fn a_little(&mut self) {
        self.turns += 1;
        if self.turns < 1000 && !cfg!(all(test, feature = "loom")) {
            std::hint::spin_loop();
        } else {
            self.since.get_or_insert_with(Moment::now);
            thread::yield_now();
        }
    }

    /// Whether the wait is so long that sleeping is better. A model has no time: its helpers go to sleep at once.
    pub(crate) fn is_long(&self) -> bool {
        cfg!(all(test, feature = "loom"))
            || self
                .since
                .is_some_and(|since| since.elapsed() > Duration::from_micros(200))
    }
}

/// loom runs these with the threads in every order that matters (up to some number of forced changes between them), and
/// with every value that a load may see. A thread that nobody wakes is found as a deadlock.
#[cfg(all(test, feature = "loom"))]
mod loom_model {
    use std::sync::Arc;

    use super::*;
    use crate::compute::LANES;
    use crate::multi_hot::MultiHot;

    /// Gives so many tasks to the helpers: each adds one to the gradient of every part. `caller` says whether the caller
    /// does its share, or leaves all of it to them.
    fn model(caller: bool, helpers: usize, parts: usize, tasks: usize, preemptions: usize) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(preemptions);
        model.check(move || {
            let threads = helpers + 1;
            let part = |deck| Part::new(deck, 0, 1, 0);
            let board = Arc::new(Board::new((0..parts).map(part).collect()));
            let helpers: Vec<_> = (1..threads)
                .map(|number| {
                    let board = Arc::clone(&board);
                    thread::spawn(move || board.help(number, threads))
                })
                .collect();
            let wake = || helpers.iter().for_each(|helper| helper.thread().unpark());
            // One row that has all four columns.
            let rows = MultiHot::new("model", &[[0, 1, 2, 3]], 4).unwrap();
            for round in 1..=tasks {
                let mut task = board.write_task();
                task.scatter = true;
                task.rows.set(rows.batch(&[0]));
                task.deltas = vec![vec![[1.0; LANES]]];
                drop(task);
                board.begin(wake);
                if caller {
                    board.work(0, threads);
                }
                board.wait();
                for part in &board.parts {
                    assert_eq!(lock(part).gradient.flat(), [round as f32; LANES]);
                }
            }
            board.close(wake);
            for helper in helpers {
                helper.join().unwrap();
            }
            assert!(!board.failed.load(Ordering::Relaxed));
        });
    }

    #[test]
    fn a_helper_and_the_caller_do_every_part_of_every_task_once() {
        model(true, 1, 2, 2, 3);
    }

    #[test]
    fn a_helper_that_goes_to_sleep_is_woken_for_the_next_task() {
        model(false, 1, 1, 2, 3);
    }

    #[test]
    fn two_helpers_and_the_caller_do_every_part_of_a_task_once() {
        model(true, 2, 2, 1, 2);
    }
}
