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

mod cell;
mod input;
mod panics;
mod show;
pub mod store;

pub use cell::{begin_cell, end_cell};
pub use input::{input, password};
pub use show::{Show, show_text};

use std::io::Write;

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
