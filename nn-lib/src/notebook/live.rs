//! A display that changes in place while a cell runs.

use super::stage::Stage;
use super::{Bundle, FrontEnd, front_end, send};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::compute::Moment;

/// An output that is replaced by each [`update`](LiveDisplay::update), a few times per second at most; the last
/// state is always shown. Without a kernel that can change an output, only the last state is shown.
///
/// ```
/// use nn_lib::notebook::{Bundle, LiveDisplay};
///
/// let mut live = LiveDisplay::new();
/// for step in 1..=3 {
///     live.update(|| Bundle::text(format!("step {step} of 3")));
/// }
/// ```
#[derive(Debug)]
pub struct LiveDisplay {
    id: String,
    shown: bool,
    last: Option<Moment>,
    pending: Option<Bundle>,
    interval: Duration,
}

/// Tells the displays of one process apart.
static COUNT: AtomicU64 = AtomicU64::new(0);

impl Default for LiveDisplay {
    fn default() -> LiveDisplay {
        LiveDisplay::new()
    }
}

impl LiveDisplay {
    /// A display that is not shown before its first update; at most eight updates per second.
    pub fn new() -> LiveDisplay {
        LiveDisplay::with_interval(Duration::from_millis(125))
    }

    /// A display with at least `interval` between two updates.
    pub fn with_interval(interval: Duration) -> LiveDisplay {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        LiveDisplay {
            id: identity(number),
            shown: false,
            last: None,
            pending: None,
            interval,
        }
    }

    /// Whether something of it is shown already.
    #[cfg(all(feature = "notebook", unix))]
    pub(super) fn is_shown(&self) -> bool {
        self.shown
    }

    /// Whether an update would be shown now.
    pub fn is_due(&self) -> bool {
        front_end() == FrontEnd::NnKernel
            && self.last.is_none_or(|last| last.elapsed() >= self.interval)
    }

    /// Shows the bundle that `make` makes if enough time has passed, and else leaves the display as it is.
    pub fn update(&mut self, make: impl FnOnce() -> Bundle) {
        if self.is_due() {
            self.send(&make());
            self.pending = None;
        } else {
            self.pending = Some(make());
        }
    }

    /// Shows the bundle whatever the time, as a last state.
    pub fn finish(&mut self, bundle: Bundle) {
        self.pending = Some(bundle);
        self.flush();
    }

    fn send(&mut self, bundle: &Bundle) {
        send(bundle, Some(&self.id), self.shown);
        self.shown = true;
        self.last = Some(Moment::now());
    }

    fn flush(&mut self) {
        match (self.pending.take(), front_end()) {
            (None, _) => {}
            (Some(bundle), FrontEnd::NnKernel) => self.send(&bundle),
            // A stage can change what it shows, whoever looks at it in the end.
            (Some(bundle), _) if Stage::current().is_some() => self.send(&bundle),
            (Some(bundle), _) => super::display(&bundle),
        }
    }
}

impl Drop for LiveDisplay {
    fn drop(&mut self) {
        self.flush();
    }
}

/// A name that no other display of the kernel has. A kernel may live long enough to see a second process with the same number.
#[cfg(feature = "notebook")]
fn identity(number: u64) -> String {
    let started = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |t| t.as_nanos());
    format!("nn-lib-{}-{started:x}-{number}", std::process::id())
}

#[cfg(not(feature = "notebook"))]
fn identity(number: u64) -> String {
    number.to_string()
}
