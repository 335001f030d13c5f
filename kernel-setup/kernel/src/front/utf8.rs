//! Bytes on the way to text: a character may come in two pieces.

/// A stream of bytes that becomes text.
#[derive(Default)]
pub struct Utf8Decoder {
    held: Vec<u8>,
}

impl Utf8Decoder {
    /// Takes bytes in and returns the characters that are complete.
    pub fn take(&mut self, bytes: &[u8]) -> String {
        self.held.extend_from_slice(bytes);
        let cut = match std::str::from_utf8(&self.held) {
            Ok(_) => self.held.len(),
            // The end of a character is still to come.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.held.len() - unfinished(&self.held),
        };
        let rest = self.held.split_off(cut);
        let text = String::from_utf8_lossy(&self.held).into_owned();
        self.held = rest;
        text
    }

    /// Gives up what is held back.
    pub fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned()
    }
}

/// How many bytes at the end may be the start of a character.
fn unfinished(bytes: &[u8]) -> usize {
    (1..=3.min(bytes.len()))
        .find(|length| {
            let tail = &bytes[bytes.len() - length..];
            std::str::from_utf8(tail)
                .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_in_two_pieces_arrives_whole() {
        let mut text = Utf8Decoder::default();
        assert_eq!(text.take(b"a\xc3"), "a");
        assert_eq!(text.take(b"\xa9b"), "éb");
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_nothing_is_held_back() {
        let mut text = Utf8Decoder::default();
        assert_eq!(text.take(b"a\xffb\xc3"), "a\u{fffd}b");
        assert_eq!(text.finish(), "\u{fffd}");
    }
}
