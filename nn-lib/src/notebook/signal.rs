//! The signal of an interrupt: it sets the flag, and ends what looks at no flag.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};

use super::regions::regions;
use super::{FrontEnd, front_end};

/// How long code has to come to a region before its process ends.
const MOMENT: Duration = Duration::from_millis(300);

/// In the project's kernel the signal sets `interrupted` from now on.
pub(super) fn listen_in_a_kernel(interrupted: &Arc<AtomicBool>) {
    if front_end() == FrontEnd::NnKernel
        && let Err(problem) = listen(interrupted)
    {
        // The signal keeps its usual effect.
        eprintln!("training cannot be interrupted gently: {problem}");
    }
}

/// Sets `interrupted` at each signal, and lets a thread see to the rest.
fn listen(interrupted: &Arc<AtomicBool>) -> io::Result<()> {
    let (mut signals, pipe) = UnixStream::pair()?;
    let flag = Arc::clone(interrupted);
    let thread = std::thread::Builder::new().name("interrupts".to_owned());
    thread.spawn(move || {
        while signals.read_exact(&mut [0]).is_ok() {
            end_what_does_not_listen(&flag);
        }
    })?;
    // In this order: the thread finds the flag set.
    flag::register(SIGINT, Arc::clone(interrupted))?;
    low_level::pipe::register(SIGINT, pipe)?;
    Ok(())
}

/// Ends the process, unless a region is alive or begins within a moment: that one looks at the flag.
fn end_what_does_not_listen(interrupted: &AtomicBool) {
    let before = *regions();
    if before.alive > 0 {
        return;
    }
    std::thread::sleep(MOMENT);
    // Held to the end: no region begins now.
    let now = regions();
    if now.alive == 0 && now.begun == before.begun && interrupted.load(Ordering::Relaxed) {
        // Returns only if the system refuses it.
        let _ = low_level::emulate_default_handler(SIGINT);
    }
}
