//! Files of text: which are UTF-8, and what is said about the others.

use std::path::Path;

use crate::error::{Error, Result};

/// The text of a file; a byte order mark at its beginning is left out.
pub(super) fn text(path: &Path, mut bytes: Vec<u8>, format: &'static str) -> Result<String> {
    let refuse = |problem: String, hint: &str| Error::Format {
        path: path.to_path_buf(),
        format,
        problem,
        hint: hint.to_string(),
    };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(refuse(
            "it is UTF-16, not UTF-8".to_string(),
            "save it again as UTF-8 (in Excel: \"CSV UTF-8\")",
        ));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        refuse(
            format!("line {line} is not UTF-8 text"),
            "save it again as UTF-8 (in Excel: \"CSV UTF-8\"); on a command line: iconv -f CP949 -t UTF-8 OLD > NEW",
        )
    })
}
