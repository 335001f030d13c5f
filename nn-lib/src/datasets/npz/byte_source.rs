//! Bytes read one after the other through a small buffer, so that a file never has to be in memory whole.

use std::io::Read;

/// Bytes held at a time.
const BUFFER: usize = 64 * 1024;

/// What is wrong with a file, in words; the caller adds the file's name.
pub(crate) type Problem = String;

/// A reader with a window that can be looked into.
pub(crate) struct ByteSource<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: Read> ByteSource<R> {
    pub(crate) fn new(reader: R) -> ByteSource<R> {
        ByteSource {
            reader,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
        }
    }

    /// The bytes at hand: at least `wanted` of them, fewer only where the data ends. `wanted` is at most the buffer.
    pub(crate) fn window(&mut self, wanted: usize) -> Result<&[u8], Problem> {
        if self.end - self.start < wanted {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            while self.end < wanted {
                match self.reader.read(&mut self.buffer[self.end..]) {
                    Ok(0) => break,
                    Ok(count) => self.end += count,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(format!("it cannot be decompressed ({error})")),
                }
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Marks `count` bytes of the window as read.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let window = self.window(N)?;
        let bytes = window
            .first_chunk::<N>()
            .copied()
            .ok_or_else(|| "it ends too early".to_string())?;
        self.consume(N);
        Ok(bytes)
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> Result<u8, Problem> {
        Ok(self.array::<1>()?[0])
    }

    /// The next `count` bytes; no more than the buffer holds, whatever the file says.
    pub(crate) fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Problem> {
        if count > BUFFER {
            return Err(format!("it has a piece of text of {count} bytes"));
        }
        let window = self.window(count)?;
        let bytes = window
            .get(..count)
            .ok_or_else(|| "it ends too early".to_string())?
            .to_vec();
        self.consume(count);
        Ok(bytes)
    }

    /// The bytes up to the next line feed, which is left out.
    pub(crate) fn line(&mut self) -> Result<Vec<u8>, Problem> {
        let mut line = Vec::new();
        loop {
            match self.byte()? {
                b'\n' => return Ok(line),
                byte if line.len() < BUFFER => line.push(byte),
                _ => return Err("it has a line without an end".to_string()),
            }
        }
    }

    /// Reads what is left, so that checks at the end of the data take place, and says whether there was anything.
    pub(crate) fn finish(&mut self) -> Result<bool, Problem> {
        let mut more = false;
        loop {
            let count = self.window(1)?.len();
            if count == 0 {
                return Ok(more);
            }
            more = true;
            self.consume(count);
        }
    }
}
