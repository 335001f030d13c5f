//! A client of a kernel's published messages that does not read them, like a program that is suspended.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Such a client.
pub struct SilentSubscriber {
    stream: TcpStream,
    /// What was read and not looked at yet.
    read: Vec<u8>,
}

impl SilentSubscriber {
    /// Subscribes to everything, and then reads nothing.
    pub fn connect(port: u16) -> SilentSubscriber {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        // ZMTP 3.0: signature, version, mechanism NULL, no server, filler.
        let mut greeting = [0u8; 64];
        greeting[0] = 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        greeting[12..16].copy_from_slice(b"NULL");
        stream.write_all(&greeting).unwrap();
        stream.read_exact(&mut [0; 64]).unwrap();
        let ready = b"\x05READY\x0bSocket-Type\0\0\0\x03SUB";
        stream.write_all(&[4, ready.len() as u8]).unwrap();
        stream.write_all(ready).unwrap();
        let mut head = [0; 2];
        stream.read_exact(&mut head).unwrap();
        stream.read_exact(&mut vec![0; head[1].into()]).unwrap();
        // A message of one frame: 1 and the empty topic.
        stream.write_all(&[0, 1, 1]).unwrap();
        SilentSubscriber {
            stream,
            read: Vec::new(),
        }
    }

    /// Reads at last, until a text has come; returns how many bytes came before it.
    pub fn read_until(&mut self, text: &str, patience: Duration) -> Option<usize> {
        let start = Instant::now();
        let wait = Duration::from_millis(200);
        self.stream.set_read_timeout(Some(wait)).unwrap();
        let mut before = 0;
        let mut buffer = vec![0; 1 << 16];
        while start.elapsed() < patience {
            let mut parts = self.read.windows(text.len());
            if let Some(at) = parts.position(|part| part == text.as_bytes()) {
                self.read.drain(..at + text.len());
                return Some(before + at);
            }
            let cut = self.read.len().saturating_sub(text.len());
            self.read.drain(..cut);
            before += cut;
            // Perhaps nothing comes at the moment.
            let length = self.stream.read(&mut buffer).unwrap_or(0);
            self.read.extend_from_slice(&buffer[..length]);
        }
        None
    }
}
