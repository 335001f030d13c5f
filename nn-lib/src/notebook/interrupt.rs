//! Stopping a long computation without losing the notebook's variables.
//!
//! The kernel sends SIGINT. That sets a flag, at which training and downloads look between steps; they do so in a
//! [`Region`]. Code that does not come to a region within a moment looks at no flag: then the process ends, the only way
//! to stop it. Programs without our kernel keep their usual Ctrl-C.
//!
//! # The rule
//!
//! An interrupt belongs to the cell that it was sent to.
//!
//! 1. The call that is running returns what it has. [`fit`](crate::models::Model::fit) gives the history of the epochs that
//!    were completed, and the model keeps every finished step. What exists only as a whole is
//!    [`Error::Interrupted`]: a `fit` without one completed epoch, `evaluate`, `predict`, a data set, a download.
//! 2. Every further call of that cell that computes for long is `Error::Interrupted` at once. So a loop of trainings ends.
//! 3. The kernel calls [`begin_cell`] at the start of each cell, however the one before has ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use super::regions::regions;
use super::stage::Stage;
use crate::{Error, Result};

/// Set by the signal. Made, and the signal's handler with it, by the first region.
static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| {
    let interrupted = Arc::new(AtomicBool::new(false));
    #[cfg(all(feature = "notebook", unix))]
    super::signal::listen_in_a_kernel(&interrupted);
    interrupted
});

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
pub struct Region {
    /// Whether it belongs to a cell.
    counts: bool,
}

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
        // What runs beside the cells must not keep a cell alive that looks at no flag.
        let counts = !Stage::current().is_some_and(|stage| stage.is_apart());
        if counts {
            LazyLock::force(&INTERRUPTED);
            let mut regions = regions();
            regions.alive += 1;
            regions.begun += 1;
        }
        Region { counts }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if self.counts {
            regions().alive -= 1;
        }
    }
}

/// The region between two cells of a notebook: an interrupt that comes too late for a cell ends nothing.
static BETWEEN_CELLS: Mutex<Option<Region>> = Mutex::new(None);

/// A cell of a notebook begins: forgets the interrupt of an earlier one. The kernel calls it.
pub fn begin_cell() {
    #[cfg(feature = "notebook")]
    super::words::find_language();
    #[cfg(all(feature = "notebook", unix))]
    super::explore::begin_cell();
    let mut between = between_cells();
    clear_interrupt();
    *between = None;
}

/// A cell of a notebook has ended: until the next one begins, an interrupt does not end the process. The kernel calls it.
pub fn end_cell() {
    between_cells().get_or_insert_with(Region::enter);
    #[cfg(all(feature = "notebook", unix))]
    super::explore::end_cell();
}

fn between_cells() -> MutexGuard<'static, Option<Region>> {
    BETWEEN_CELLS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Whether the user asked to stop since the cell began; in a closure of [`explore`](super::explore::explore()), whether
/// its run is no longer wanted.
pub fn interrupted() -> bool {
    if let Some(stage) = Stage::current()
        && (stage.is_dismissed() || stage.is_apart())
    {
        return stage.is_dismissed();
    }
    INTERRUPTED.load(Ordering::Relaxed)
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

/// Forgets an interrupt, as [`begin_cell`] does.
pub fn clear_interrupt() {
    INTERRUPTED.store(false, Ordering::SeqCst);
}
