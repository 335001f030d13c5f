//! The begin and the end of a cell: called by the kernel's code around the reader's.

use crate::store::VARIABLE_CHANGED_TYPE;
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Says whether the reader's code is to run; prepares a fresh process.
///
/// It is not to run where the reader has stopped the cell before it began. Nothing is lost then: the process only tells
/// the engine to compile the cell once more, which the kernel refuses.
///
/// `begin` and `end` are nn-lib's: after `begin` an interrupt may end the process, and after `end` it may not.
pub fn begin_cell(begin: fn(), end: fn()) -> bool {
    crate::panics::start();
    if is_stopped() {
        refuse();
        return false;
    }
    begin();
    // An interrupt that came before the call of `begin` is forgotten there, but not here.
    if is_stopped() {
        end();
        refuse();
        return false;
    }
    true
}

/// Shows what a cell has printed without a newline. The reader's code has ended: an interrupt costs nothing any more.
pub fn end_cell(end: fn()) {
    end();
    // A closed pipe means that the kernel is gone, and this process is about to be.
    let _ = std::io::stdout().flush();
}

/// Whether the reader has stopped the cell. The kernel writes the file before it sends a signal, and removes it when the
/// cell has ended.
fn is_stopped() -> bool {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let directory = std::env::var_os("RUST_NN_DIRECTORY")?;
        Some(PathBuf::from(directory).join("interrupted"))
    });
    file.as_ref().is_some_and(|file| file.exists())
}

/// The engine compiles a cell again when a variable has changed its type; the name is no variable's.
fn refuse() {
    println!("{VARIABLE_CHANGED_TYPE}(stopped)");
}
