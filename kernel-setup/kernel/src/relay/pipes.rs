//! Two pipes for the output of a process that keep the order between them.
//!
//! Plain pipes lose it: when the reader wakes, both hold several writes and nothing tells which
//! came first. On Linux a pipe can carry packets, one for each write, and can be shrunk to a
//! single slot. Then at most one write is unread in each pipe, a further one waits, and the
//! order in which the two became readable (epoll's) is the order of the writes. Elsewhere the
//! pipes are plain.

use mio::unix::SourceFd;
use mio::{Interest, Registry, Token};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};

/// The reading end of one output.
pub struct Output {
    pipe: File,
    /// Whether a notification stands for exactly one write.
    ordered: bool,
}

/// Creates a pipe; the second end is for the process.
pub fn pipe() -> io::Result<(Output, OwnedFd)> {
    let (read, write, ordered) = open()?;
    rustix::io::ioctl_fionbio(&read, true)?;
    let pipe = read.into();
    Ok((Output { pipe, ordered }, write))
}

#[cfg(target_os = "linux")]
fn open() -> io::Result<(OwnedFd, OwnedFd, bool)> {
    use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};
    let (read, write) = pipe_with(PipeFlags::DIRECT | PipeFlags::CLOEXEC)?;
    // The smallest pipe has one page, and so one slot.
    let ordered = fcntl_setpipe_size(&write, 4096).is_ok();
    Ok((read, write, ordered))
}

#[cfg(not(target_os = "linux"))]
fn open() -> io::Result<(OwnedFd, OwnedFd, bool)> {
    let (read, write) = std::io::pipe()?;
    Ok((read.into(), write.into(), false))
}

impl Output {
    /// Asks to be told when there is something to read.
    pub fn register(&self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(
            &mut SourceFd(&self.pipe.as_raw_fd()),
            token,
            Interest::READABLE,
        )
    }

    /// Reads what one notification stands for; `None` at the end.
    ///
    /// Where the order is kept, that is one write: the next one brings its own notification.
    pub fn read(&mut self, everything: bool) -> io::Result<Option<Vec<u8>>> {
        let once = self.ordered && !everything;
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match self.pipe.read(&mut buffer) {
                Ok(0) if bytes.is_empty() => return Ok(None),
                Ok(0) => return Ok(Some(bytes)),
                Ok(length) => bytes.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Some(bytes)),
                Err(error) => return Err(error),
            }
            if once {
                return Ok(Some(bytes));
            }
        }
    }
}
