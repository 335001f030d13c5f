//! Free ports for kernels and servers.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// A port that is free now and that no other call of this program gets.
///
/// The system gives out the upper ports by itself: one that is free now may be the near end of another test's connection
/// in a moment, and a client that tries such a port until somebody listens there can even connect to itself. So the
/// ports come from below that range.
pub fn free_port() -> u16 {
    const FIRST: u32 = 10_000;
    const COUNT: u32 = 20_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Test programs that run side by side start at different places.
    let start = std::process::id().wrapping_mul(97) % COUNT;
    (0..COUNT)
        .map(|_| {
            let number = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
            (FIRST + (start + number) % COUNT) as u16
        })
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a port is free")
}
