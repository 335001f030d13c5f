//! Time, where there is a clock: a browser's WebAssembly has none, and asking for it would be a panic.

use std::time::Duration;

/// A moment, to see how much time has passed since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    since: std::time::Instant,
}

impl Moment {
    pub(crate) fn now() -> Moment {
        Moment {
            #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
            since: std::time::Instant::now(),
        }
    }

    /// The time since then; none without a clock.
    pub(crate) fn elapsed(self) -> Duration {
        #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
        return self.since.elapsed();
        #[cfg(all(target_family = "wasm", target_os = "unknown"))]
        Duration::ZERO
    }
}
