//! What a notebook's cell calls at run time: display of a result, panics, errors, input.
//!
//! The crate is linked into every cell beside `nn-lib`, has no dependency, and speaks with the
//! kernel by blocks on standard output:
//!
//! ```text
//! EVCXR_BEGIN_CONTENT <mime type>
//! <content>
//! EVCXR_END_CONTENT
//! ```

mod input;
mod panics;
mod show;
pub mod store;

pub use input::{input, password};
pub use panics::start;
pub use show::{Show, show_text};

use std::io::Write;

/// Shows what a cell has printed without a newline: called by the kernel at the end of every cell.
pub fn end_of_cell() {
    // A closed pipe means that the kernel is gone, and this process is about to be.
    let _ = std::io::stdout().flush();
}

/// Hands the text of an error that `?` met at the top level of a cell to the kernel.
pub fn question_mark(text: &str) {
    block("application/vnd.rust-nn.error", text);
}

/// Writes one block, whole, to standard output.
pub(crate) fn block(mime: &str, content: &str) {
    let text = format!("EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT\n");
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}
