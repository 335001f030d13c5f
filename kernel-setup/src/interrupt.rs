//! Ctrl-C: the programs that were started get it from the terminal themselves and end in good
//! order; this process waits for them instead of dying first.

use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C is noted; a second one ends this process at once.
pub fn watch() {
    // Without the handler Ctrl-C still ends everything, only less tidily.
    let _ = ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
}

/// Was Ctrl-C pressed?
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}
