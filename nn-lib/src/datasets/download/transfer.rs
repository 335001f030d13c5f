//! One transfer over HTTP, by the program `curl`.
//!
//! Every system that Rust is installed on by `rustup` has it (Windows and macOS ship it). A TLS library instead would
//! more than double what is compiled into each student's kernel, for three files that are fetched once; and `curl` knows
//! the system's certificates and proxies, which matters in schools.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Seconds until a connection must stand; without a network the student waits no longer.
const CONNECT_SECONDS: &str = "4";
/// Seconds without a byte after which a transfer is given up.
const STALL_SECONDS: &str = "5";
/// How often a waiting transfer looks whether it was interrupted.
const GLANCE: Duration = Duration::from_millis(100);

/// Why a transfer did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There is no way to the server.
    Offline(String),
    /// The connection was cut or stalled, or the server is busy: worth another try.
    Cut(String),
    /// The server cannot go on in the middle of the file.
    NoResume,
    /// The server does not give the file, or `curl` is missing.
    Refused(String),
    /// The user stopped it.
    Interrupted,
    /// What arrived could not be written.
    Write(String),
}

/// Fetches `url` from byte `offset` on and hands every piece to `take`.
pub(crate) fn fetch(
    url: &str,
    offset: u64,
    interrupted: &dyn Fn() -> bool,
    take: &mut dyn FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let mut child = start(url, offset).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::Refused("the program curl, which downloads, is not installed".into())
        }
        _ => Failure::Refused(format!("the program curl cannot be started ({error})")),
    })?;
    let pieces = pieces(&mut child);
    let mut silent = true;
    loop {
        let stop = match pieces.recv_timeout(GLANCE) {
            Ok(piece) => {
                silent = false;
                take(&piece)
                    .err()
                    .map(|error| Failure::Write(error.to_string()))
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if let Some(failure) = stop.or_else(|| interrupted().then_some(Failure::Interrupted)) {
            // The transfer may just have ended by itself; then there is nothing left to kill.
            let _ = child.kill();
            let _ = child.wait();
            return Err(failure);
        }
    }
    outcome(child, silent)
}

fn start(url: &str, offset: u64) -> std::io::Result<Child> {
    // A redirection must not lead from a secure address to an open one.
    let protocols = if url.starts_with("https:") {
        "=https"
    } else {
        "=http,https"
    };
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--location"])
        .args(["--proto", protocols, "--proto-redir", protocols])
        .args(["--connect-timeout", CONNECT_SECONDS])
        .args(["--speed-limit", "1", "--speed-time", STALL_SECONDS]);
    if offset > 0 {
        curl.args(["--continue-at", &offset.to_string()]);
    }
    curl.args(["--output", "-", "--", url])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// What the child writes, piece by piece, read in a thread of its own so that waiting can be interrupted.
fn pieces(child: &mut Child) -> Receiver<Vec<u8>> {
    let (sender, receiver) = sync_channel(16);
    let mut stdout = child.stdout.take().expect("the standard output is piped");
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        // The end of the stream, an error, and a receiver that is gone all end the reading.
        while let Ok(count @ 1..) = stdout.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// What the exit status of `curl` means; `silent` if not one byte of the file came (<https://curl.se/libcurl/c/libcurl-errors.html>).
fn outcome(child: Child, silent: bool) -> Result<(), Failure> {
    let output = child
        .wait_with_output()
        .map_err(|error| Failure::Cut(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim().trim_start_matches("curl: ").to_string();
    match output.status.code() {
        Some(0) => Ok(()),
        // Names that do not resolve, no connection, no secure connection, certificates of another network.
        Some(5 | 6 | 7 | 35 | 60 | 97) => Err(Failure::Offline(said)),
        // A server that lets everybody wait is as good as none.
        Some(28) if silent => Err(Failure::Offline(said)),
        Some(18 | 28 | 52 | 55 | 56 | 92) => Err(Failure::Cut(said)),
        Some(33) => Err(Failure::NoResume),
        Some(22) => Err(refused(&said)),
        Some(_) => Err(Failure::Refused(said)),
        None => Err(Failure::Cut("curl was stopped".into())),
    }
}

/// What a status of 400 or above means.
fn refused(said: &str) -> Failure {
    let status = said
        .rsplit(' ')
        .next()
        .and_then(|status| status.parse().ok());
    match status.unwrap_or(0_u16) {
        416 => Failure::NoResume,
        status @ (408 | 429 | 500..) => Failure::Cut(format!("the server answered {status}")),
        status => Failure::Refused(format!("the server answered {status}")),
    }
}
