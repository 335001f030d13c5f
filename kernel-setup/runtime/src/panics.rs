//! A panic becomes one block with its message and place, instead of a page of backtrace.

use std::panic::PanicHookInfo;
use std::sync::Once;
use std::thread::ThreadId;

/// Prepares a fresh process for cells: called at the start of every cell, done at the first.
pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let cells = std::thread::current().id();
        std::panic::set_hook(Box::new(move |info| report(info, cells)));
    });
}

/// Tells the kernel about a panic, in the order of the other output; `cells` is the thread that cells run on.
fn report(info: &PanicHookInfo<'_>, cells: ThreadId) {
    let message = info.payload_as_str().unwrap_or("(a value without a text)");
    let (file, line, column) = info.location().map_or(("", 0, 0), |place| {
        (place.file(), place.line(), place.column())
    });
    let thread = std::thread::current();
    // Cells have a standard library of their own, for which theirs is not the main thread.
    let name = if thread.id() == cells {
        "main"
    } else {
        thread.name().unwrap_or("<unnamed>")
    };
    let (message, thread) = (crate::json(message), crate::json(name));
    let place = crate::place(file, line, column);
    crate::block(
        "application/vnd.rust-nn.panic+json",
        &format!("{{\"message\":{message},{place},\"thread\":{thread}}}"),
    );
}
