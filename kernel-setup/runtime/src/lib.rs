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
mod debug;
mod input;
mod panics;
mod show;
pub mod store;

pub use cell::{begin_cell, end_cell};
pub use debug::debugged;
pub use input::{input, password};
pub use show::{Show, show_text};

use std::io::Write;

/// A place in a source file, as members of a JSON object.
pub(crate) fn place(file: &str, line: u32, column: u32) -> String {
    let file = json(file);
    format!("\"file\":{file},\"line\":{line},\"column\":{column}")
}

/// A string as JSON writes it.
pub(crate) fn json(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if (c as u32) < 0x20 => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
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

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_newlines_and_control_characters_are_escaped() {
        assert_eq!(super::json("a\"b\\\n\u{1b}é"), r#""a\"b\\\n\u001bé""#);
    }
}
