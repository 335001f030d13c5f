//! Stopping a long computation without losing the notebook's variables.
//!
//! The kernel sends SIGINT. Inside a [`Region`] that sets a flag, at which training and downloads look between
//! steps; outside it ends the process, the only way to stop code that looks at no flag. Programs without our
//! kernel keep their usual Ctrl-C.
//!
//! # The rule
//!
//! An interrupt belongs to the cell that it was sent to.
//!
//! 1. The call that is running returns what it has. [`fit`](crate::model::Model::fit) gives the history of the epochs that
//!    were completed, and the model keeps every finished step. What exists only as a whole is
//!    [`Error::Interrupted`]: a `fit` without one completed epoch, `evaluate`, `predict`, a data set, a download.
//! 2. Every further call of that cell that computes for long is `Error::Interrupted` at once. So a loop of trainings ends.
//! 3. The kernel calls [`clear_interrupt`] at the start of each cell, however the one before has ended.

use crate::{Error, Result};

use super::{FrontEnd, front_end};
use signal_hook::consts::SIGINT;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

struct State {
    /// Set by the signal.
    interrupted: Arc<AtomicBool>,
    /// Whether the signal ends the process.
    outside: Arc<AtomicBool>,
    /// How many regions are alive.
    regions: Mutex<usize>,
}

/// Made, and the signal handler with it, by the first region.
static STATE: LazyLock<State> = LazyLock::new(|| {
    let (interrupted, outside) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(true)),
    );
    if front_end() == FrontEnd::NnKernel {
        // In this order: the process ends first where it is to end. Where the system refuses a handler, the
        // signal keeps its usual effect.
        let ready = signal_hook::flag::register_conditional_default(SIGINT, Arc::clone(&outside))
            .and_then(|_| signal_hook::flag::register(SIGINT, Arc::clone(&interrupted)));
        if let Err(problem) = ready {
            eprintln!("training cannot be interrupted gently: {problem}");
        }
    }
    State {
        interrupted,
        outside,
        regions: Mutex::new(0),
    }
});

fn regions() -> MutexGuard<'static, usize> {
    STATE
        .regions
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// While a region is alive, an interrupt sets [`interrupted`] instead of ending the process.
///
/// ```
/// use nn_lib::notebook::interrupt::{Region, interrupted};
///
/// let _region = Region::enter();
/// for step in 0..1000 {
///     if interrupted() {
///         break; // keep what there is
///     }
///     // ... a step of work
/// }
/// ```
#[derive(Debug)]
#[must_use = "the region ends as soon as it is dropped"]
pub struct Region(());

impl Region {
    /// Begins a region for `operation`; regions may be nested.
    ///
    /// # Errors
    /// [`Error::Interrupted`] when the cell was interrupted before.
    pub fn begin(operation: &str) -> Result<Region> {
        let region = Region::enter();
        go_on(operation)?;
        Ok(region)
    }

    /// The same in any case: for something short that is better done than stopped.
    pub fn enter() -> Region {
        let mut count = regions();
        *count += 1;
        STATE.outside.store(false, Ordering::SeqCst);
        Region(())
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        let mut count = regions();
        *count -= 1;
        if *count == 0 {
            STATE.outside.store(true, Ordering::SeqCst);
        }
    }
}

/// Whether the user asked to stop since the cell began.
pub fn interrupted() -> bool {
    STATE.interrupted.load(Ordering::Relaxed)
}

/// An error when the user asked to stop: to be called between the steps of what exists only as a whole.
pub(crate) fn go_on(operation: &str) -> Result<()> {
    match interrupted() {
        true => Err(stopped(operation)),
        false => Ok(()),
    }
}

/// That the user stopped `operation`.
pub(crate) fn stopped(operation: &str) -> Error {
    Error::Interrupted {
        operation: operation.to_string(),
    }
}

/// Forgets an interrupt; the kernel does it at the start of each cell.
pub fn clear_interrupt() {
    STATE.interrupted.store(false, Ordering::SeqCst);
}
