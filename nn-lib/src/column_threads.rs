//! The threads of a column kernel: a board with the task, and helpers that wait for the next one.
//!
//! Each part has a home thread, in whose cache it lies. But whoever is done with its own takes up what nobody has
//! begun: on a machine that is busy with other things a helper may be late, and then nobody waits for it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, Instant};

use crate::column_part::{Part, Task};

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
    pub(crate) asleep: AtomicUsize,
    pub(crate) failed: AtomicBool,
    pub(crate) closing: AtomicBool,
}

impl Board {
    pub(crate) fn new(parts: Vec<Part>) -> Board {
        Board {
            taken: parts.iter().map(|_| AtomicUsize::new(0)).collect(),
            parts: parts.into_iter().map(Mutex::new).collect(),
            task: RwLock::default(),
            round: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            asleep: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        }
    }

    /// The task, for writing the next one. No thread works while there is no round.
    pub(crate) fn write_task(&self) -> RwLockWriteGuard<'_, Task> {
        self.task.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the helpers that there is a task.
    pub(crate) fn announce(&self) {
        let _task = self.write_task();
        self.done.store(0, Ordering::Relaxed);
        self.round.fetch_add(1, Ordering::SeqCst);
    }

    /// The life of a helper: wait for a task, do it, wait for the next.
    pub(crate) fn help(&self, thread: usize, threads: usize) {
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
            if self.closing.load(Ordering::SeqCst) {
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

/// How many threads to use: `NN_LIB_THREADS`, or as many as the machine has cores.
pub(crate) fn threads() -> usize {
    let wanted = std::env::var("NN_LIB_THREADS")
        .ok()
        .and_then(|text| text.parse().ok());
    wanted.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Waits for another thread: first in place, since it is a matter of microseconds; then giving way to other programs,
/// which may hold the core that the other thread needs.
pub(crate) struct Wait {
    turns: u32,
    since: Option<Instant>,
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
        if self.turns < 1000 {
            std::hint::spin_loop();
        } else {
            self.since.get_or_insert_with(Instant::now);
            std::thread::yield_now();
        }
    }

    /// Whether the wait is so long that sleeping is better.
    pub(crate) fn is_long(&self) -> bool {
        self.since
            .is_some_and(|since| since.elapsed() > Duration::from_micros(200))
    }
}
