//! How many regions there are: code that looks at the interrupt's flag between its steps.

use std::sync::{Mutex, MutexGuard};

#[derive(Clone, Copy)]
pub(super) struct Regions {
    /// How many are alive.
    pub(super) alive: usize,
    /// How many have begun so far.
    pub(super) begun: u64,
}

static REGIONS: Mutex<Regions> = Mutex::new(Regions { alive: 0, begun: 0 });

pub(super) fn regions() -> MutexGuard<'static, Regions> {
    REGIONS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
