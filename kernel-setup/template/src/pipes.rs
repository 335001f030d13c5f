//! The output of a program that was started, line by line, until the program ends.

use std::io::{self, BufReader, Read};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is asked whether a silent program has ended.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// For what a program printed right before its end.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Where a line was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipe {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Hands each line of a child whose output is piped to `on_line`, and waits for the child. A carriage return ends a line
/// as well, so that progress bars can be read.
///
/// A process that the child leaves behind may hold the pipes open: the server of a compiler wrapper does. So it is the
/// child's end that counts, not the pipes'; the threads that read them are left waiting.
///
/// # Errors
/// The system's, when it cannot wait for the child.
pub fn follow(child: &mut Child, mut on_line: impl FnMut(Pipe, String)) -> io::Result<ExitStatus> {
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        let sender = sender.clone();
        thread::spawn(move || split_lines(stdout, |line| drop(sender.send((Pipe::Output, line)))));
    }
    if let Some(stderr) = child.stderr.take() {
        let sender = sender.clone();
        thread::spawn(move || split_lines(stderr, |line| drop(sender.send((Pipe::Error, line)))));
    }
    drop(sender);
    let mut ended: Option<Instant> = None;
    loop {
        match lines.recv_timeout(LOOK_INTERVAL) {
            Ok((pipe, line)) => on_line(pipe, line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => (),
        }
        if ended.is_none() && child.try_wait()?.is_some() {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|ended| ended.elapsed() >= LAST_LINES) {
            break;
        }
    }
    child.wait()
}

fn split_lines(source: impl Read, mut each: impl FnMut(String)) {
    let mut line = Vec::new();
    for byte in BufReader::new(source).bytes() {
        match byte {
            Ok(b'\n' | b'\r') => {
                if !line.is_empty() {
                    each(String::from_utf8_lossy(&line).into_owned());
                    line.clear();
                }
            }
            Ok(byte) => line.push(byte),
            Err(_) => break,
        }
    }
    if !line.is_empty() {
        each(String::from_utf8_lossy(&line).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn carriage_returns_end_lines_too() {
        let mut lines = Vec::new();
        split_lines("a 1/2\ra 2/2\r\nend".as_bytes(), |line| lines.push(line));
        assert_eq!(lines, ["a 1/2", "a 2/2", "end"]);
    }

    #[test]
    fn a_process_that_a_build_leaves_behind_does_not_hold_up_set_up() {
        let started = Instant::now();
        let mut child = Command::new("sh")
            .args(["-c", "echo first; sleep 20 & echo last >&2; exit 3"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sh starts");
        let mut lines = Vec::new();
        let status = follow(&mut child, |pipe, line| lines.push((pipe, line)));
        assert_eq!(status.expect("it ends").code(), Some(3));
        assert!(lines.contains(&(Pipe::Output, "first".to_owned())));
        assert!(lines.contains(&(Pipe::Error, "last".to_owned())));
        assert!(started.elapsed() < Duration::from_secs(15));
    }
}
