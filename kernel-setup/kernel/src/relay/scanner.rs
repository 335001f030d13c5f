//! Finds the engine's lines and the rich content in what a cell prints.
//!
//! The engine's protocol shares standard output with the cell: a marker may follow, without a
//! newline, text that the cell has printed and flushed.

/// A piece of standard output.
#[derive(Debug, PartialEq)]
pub enum Piece {
    /// What the cell has printed.
    Text(Vec<u8>),
    /// A line that is meant for the engine.
    Engine(String),
    /// A block of rich content: its type and its text.
    Block(String, String),
    /// A request for a line of input, as in `EVCXR_INPUT_REQUEST:name?`.
    Input {
        /// The text before the line.
        prompt: String,
        /// Whether the line is hidden while it is typed.
        password: bool,
    },
}

/// The line that ends a cell.
pub const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// The line that tells of a panic.
pub const PANICKED: &str = "EVCXR_PANIC_NOTIFICATION";
/// The line that tells of a failed `?`.
pub const FAILED: &str = "EVCXR_ERROR_OCCURRED";

const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
const INPUT: &str = "EVCXR_INPUT_REQUEST:";
const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD:";
const BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
const END: &[u8] = b"\nEVCXR_END_CONTENT\n";
const PREFIX: &[u8] = b"EVCXR_";

/// The scanner; it keeps what is not yet complete.
#[derive(Default)]
pub struct Scanner {
    held: Vec<u8>,
    /// How much of `held` has been searched for the end of a block.
    searched: usize,
}

impl Scanner {
    /// Takes bytes in and returns the pieces that are complete.
    ///
    /// Text is never held back, except for the start of a marker.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.held.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        while let Some(length) = self.next(&mut pieces) {
            self.held.drain(..length);
            self.searched = 0;
        }
        pieces
    }

    /// Gives up what is held back: the process has ended.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    /// Finds the next piece, and returns how many bytes it takes.
    fn next(&mut self, pieces: &mut Vec<Piece>) -> Option<usize> {
        let held = &self.held;
        let start = find_marker(held);
        if start > 0 {
            push_text(pieces, &held[..start]);
            return Some(start);
        }
        let newline = held.iter().position(|byte| *byte == b'\n')?;
        let line = String::from_utf8_lossy(&held[..newline]).into_owned();
        if let Some(mime) = line.strip_prefix(BEGIN) {
            let from = self.searched.max(newline);
            let Some(end) = find(&held[from..], END).map(|at| from + at) else {
                self.searched = held.len().saturating_sub(END.len()).max(newline);
                return None;
            };
            let content = held.get(newline + 1..end).unwrap_or_default();
            let content = String::from_utf8_lossy(content).into_owned();
            pieces.push(Piece::Block(mime.trim().to_owned(), content));
            return Some(end + END.len());
        }
        let piece = if let Some(prompt) = line.strip_prefix(INPUT) {
            Piece::Input {
                prompt: prompt.to_owned(),
                password: false,
            }
        } else if let Some(prompt) = line.strip_prefix(PASSWORD) {
            Piece::Input {
                prompt: prompt.to_owned(),
                password: true,
            }
        } else if [COMPLETE, PANICKED, FAILED].contains(&line.as_str())
            || line.starts_with(CHANGED_TYPE)
        {
            Piece::Engine(line)
        } else {
            // Only looks like a marker.
            push_text(pieces, &held[..=newline]);
            return Some(newline + 1);
        };
        pieces.push(piece);
        Some(newline + 1)
    }
}

fn push_text(pieces: &mut Vec<Piece>, bytes: &[u8]) {
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.extend_from_slice(bytes),
        _ => pieces.push(Piece::Text(bytes.to_vec())),
    }
}

/// Where the first marker, or what may become one, begins; the length if there is none.
fn find_marker(bytes: &[u8]) -> usize {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == PREFIX[0]) {
        let start = from + at;
        let rest = &bytes[start..];
        let known = rest.len().min(PREFIX.len());
        if rest[..known] == PREFIX[..known] && may_be_marker(rest) {
            return start;
        }
        from = start + 1;
    }
    bytes.len()
}

/// Whether these bytes begin, as far as they go, like one of the markers.
fn may_be_marker(bytes: &[u8]) -> bool {
    let whole = [COMPLETE, PANICKED, FAILED];
    let open = [CHANGED_TYPE, INPUT, PASSWORD, BEGIN];
    let agrees = |marker: &str| {
        let known = bytes.len().min(marker.len());
        bytes[..known] == marker.as_bytes()[..known]
    };
    whole
        .iter()
        .any(|marker| agrees(marker) && bytes.get(marker.len()).is_none_or(|b| *b == b'\n'))
        || open.iter().any(|marker| agrees(marker))
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn a_marker_after_unfinished_text_is_found() {
        let mut scanner = Scanner::default();
        assert_eq!(
            scanner.take(b"xEVCXR_EXECUTION_COMPLETE\ny"),
            [text("x"), Piece::Engine(COMPLETE.into()), text("y")]
        );
    }

    #[test]
    fn text_without_a_newline_is_not_held_back() {
        let mut scanner = Scanner::default();
        assert_eq!(scanner.take(b"50%\r"), [text("50%\r")]);
    }

    #[test]
    fn a_marker_may_come_byte_by_byte() {
        let mut scanner = Scanner::default();
        let mut pieces = Vec::new();
        for byte in b"EEVCXR_BEGIN_CONTENT text/html\n<b>\n\n\nEVCXR_END_CONTENT\n" {
            pieces.extend(scanner.take(&[*byte]));
        }
        assert_eq!(
            pieces,
            [
                text("E"),
                Piece::Block("text/html".into(), "<b>\n\n".into())
            ]
        );
    }

    #[test]
    fn an_empty_block_has_an_empty_text() {
        let mut scanner = Scanner::default();
        assert_eq!(
            scanner.take(b"EVCXR_BEGIN_CONTENT text/plain\n\nEVCXR_END_CONTENT\n"),
            [Piece::Block("text/plain".into(), String::new())]
        );
        assert_eq!(
            scanner.take(b"EVCXR_BEGIN_CONTENT text/plain\nEVCXR_END_CONTENT\n"),
            [Piece::Block("text/plain".into(), String::new())]
        );
    }

    #[test]
    fn what_only_resembles_a_marker_is_text() {
        let mut scanner = Scanner::default();
        assert_eq!(
            scanner.take(b"EVCXR_EXECUTION_COMPLETED\nEVCXR_OTHER\n"),
            [text("EVCXR_EXECUTION_COMPLETED\nEVCXR_OTHER\n")]
        );
    }

    #[test]
    fn a_request_for_input_has_its_prompt() {
        let mut scanner = Scanner::default();
        assert_eq!(
            scanner.take(b"\nEVCXR_INPUT_REQUEST:name?\n"),
            [
                text("\n"),
                Piece::Input {
                    prompt: "name?".into(),
                    password: false
                }
            ]
        );
    }

    #[test]
    fn what_is_held_back_is_not_lost_when_the_process_ends() {
        let mut scanner = Scanner::default();
        assert_eq!(scanner.take(b"aEVCXR_EXE"), [text("a")]);
        assert_eq!(scanner.finish(), b"EVCXR_EXE");
    }
}
