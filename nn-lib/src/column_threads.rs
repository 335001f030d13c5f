//! The threads of a column kernel: a board with the task, and helpers that wait for the next one.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, Instant};

use crate::column_part::{Part, Task};

/// Where the threads find their work.
#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) parts: Vec<Mutex<Part>>,
    pub(crate) task: RwLock<Task>,
    /// Counts the tasks: a change tells the helpers to begin.
    pub(crate) round: AtomicUsize,
    /// How many helpers are done with the present task.
    pub(crate) done: AtomicUsize,
    /// How many helpers sleep and must be woken.
    pub(crate) asleep: AtomicUsize,
    pub(crate) failed: AtomicBool,
    pub(crate) closing: AtomicBool,
}

impl Board {
    pub(crate) fn write_task(&self) -> RwLockWriteGuard<'_, Task> {
        self.task.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The life of a helper: wait for a task, do it, wait for the next.
    pub(crate) fn help(&self, number: usize, threads: usize) {
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
    pub(crate) fn work(&self, thread: usize, threads: usize) {
        let task = self.task.read().unwrap_or_else(PoisonError::into_inner);
        for part in self.parts.iter().skip(thread).step_by(threads) {
            lock(part).perform(&task);
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
            .is_some_and(|since| since.elapsed() > Duration::from_millis(2))
    }
}
