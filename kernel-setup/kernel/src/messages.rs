//! The messages between the kernel's processes, over one Unix socket in the kernel's directory.
//!
//! ```text
//! relay     -> front end   what a cell prints, shows and dies of, in order
//! cargo     -> front end   "I work", the progress of a long compilation; it ends when the connection does
//! front end -> relay       interrupt, a line of input, "have you sent everything?"
//! controls  -> front end   the messages of their comms (nn-lib/src/notebook/explore/live/connection.rs)
//! front end -> controls    what comes from the browser, what a closure has printed, "stop"
//! ```
//!
//! A message is one byte of kind, four bytes of length (little endian) and the content.

use crate::alias::Alias;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// The socket in the kernel's directory.
const NAME: &str = "socket";

/// The longest path of a socket that every system takes, in bytes (macOS: 103, Linux: 107).
const LONGEST: usize = 100;

/// Listens in the kernel's directory.
pub fn listen(directory: &Path) -> io::Result<UnixListener> {
    at_socket(directory, NAME, |socket| UnixListener::bind(socket))
}

/// A connection within this process: its one end, and a listener that the other end waits at.
pub fn private_pair(directory: &Path) -> io::Result<(UnixListener, UnixStream)> {
    static PAIRS: AtomicU32 = AtomicU32::new(0);
    let name = format!("pair-{}", PAIRS.fetch_add(1, Ordering::Relaxed));
    at_socket(directory, &name, |socket| {
        let listener = UnixListener::bind(socket)?;
        let stream = UnixStream::connect(socket);
        // Nobody else is to come.
        std::fs::remove_file(socket)?;
        Ok((listener, stream?))
    })
}

/// Connects to the front end of the kernel with this directory.
pub fn connect(directory: &Path) -> io::Result<UnixStream> {
    at_socket(directory, NAME, |socket| UnixStream::connect(socket))
}

/// Does something with the path of a socket. The system takes only short ones: a long one is reached through a symbolic
/// link, which is needed for no longer than that.
fn at_socket<T>(
    directory: &Path,
    name: &str,
    action: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    let socket = directory.join(name);
    if socket.as_os_str().len() <= LONGEST {
        return action(&socket);
    }
    let alias = Alias::of(directory)?;
    action(&alias.path.join(name))
}

/// What the relay and the stand-in for cargo tell the front end.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// The sender is a relay, and takes orders.
    Hello,
    /// The sender stands in for cargo: it ends, with all that it has started, when this connection is closed.
    Working,
    /// Bytes of standard output.
    Stdout(Vec<u8>),
    /// Bytes of standard error.
    Stderr(Vec<u8>),
    /// Rich content: adjacent blocks of different types, each with its text.
    Content(Vec<(String, String)>),
    /// The cell was left by a panic.
    Panicked,
    /// The cell was left by a failed `?`.
    Failed,
    /// The cell starts to run.
    Running,
    /// The cell waits for a line of input.
    Input(Prompt),
    /// Everything from before the question of this number has been sent.
    Synced(u64),
    /// The process that runs cells is gone.
    Exited(Exit),
    /// A line of cargo's progress.
    Progress(String),
    /// The sender are the controls of nn-lib.
    Controls,
    /// A message of a comm.
    Comm(CommMessage),
    /// Answer with `Synced` of the same number, when everything before it has been published.
    Sync(u64),
}

/// A message of a comm, to or from the controls of nn-lib.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CommMessage {
    /// `comm_open`, `comm_msg` or `comm_close`.
    pub kind: String,
    /// Its content.
    pub content: Value,
    /// Its metadata.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub metadata: Value,
    /// The request that it answers, or that an answer is to refer to.
    #[serde(default)]
    pub parent: Option<String>,
    /// With `comm_open`: what changes in the model when the process ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub will: Option<Value>,
}

/// What the front end tells the controls.
#[derive(Debug, Clone, PartialEq)]
pub enum ToControls {
    /// A message of a comm.
    Comm(CommMessage),
    /// Everything before the question of this number has been published.
    Synced(u64),
    /// Text that a closure has printed.
    Printed(String),
    /// Stop what is computed.
    Stop,
}

impl ToControls {
    /// Writes the message.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            ToControls::Comm(message) => frame(to, b'M', &json(message)),
            ToControls::Synced(number) => frame(to, b'Y', &number.to_le_bytes()),
            ToControls::Printed(text) => frame(to, b'P', text.as_bytes()),
            ToControls::Stop => frame(to, b'I', &[]),
        }
    }
}

/// A request for a line of text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Prompt {
    /// The text before the line.
    pub prompt: String,
    /// Whether the line is hidden while it is typed.
    pub password: bool,
}

/// How the process that runs cells ended.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Exit {
    /// The exit code, if it ended by itself.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What the engine's crash handler said: `Segmentation fault.`
    pub crash: Option<String>,
}

/// What the front end asks the relay.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Send SIGINT to the process that runs cells, if it runs one.
    Interrupt,
    /// End the process that runs cells, if it runs one.
    Stop,
    /// End the process that runs cells.
    Kill,
    /// A line for its standard input.
    Line(String),
    /// Answer with `Synced` of the same number.
    Sync(u64),
}

impl Report {
    /// Writes the message.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Report::Hello => frame(to, b'h', &[]),
            Report::Working => frame(to, b'w', &[]),
            Report::Stdout(bytes) => frame(to, b'o', bytes),
            Report::Stderr(bytes) => frame(to, b'e', bytes),
            Report::Content(bundle) => frame(to, b'c', &json(bundle)),
            Report::Panicked => frame(to, b'p', &[]),
            Report::Failed => frame(to, b'q', &[]),
            Report::Running => frame(to, b'r', &[]),
            Report::Input(prompt) => frame(to, b'i', &json(prompt)),
            Report::Synced(number) => frame(to, b's', &number.to_le_bytes()),
            Report::Exited(exit) => frame(to, b'x', &json(exit)),
            Report::Progress(line) => frame(to, b'g', line.as_bytes()),
            Report::Controls => frame(to, b'u', &[]),
            Report::Comm(message) => frame(to, b'm', &json(message)),
            Report::Sync(number) => frame(to, b'y', &number.to_le_bytes()),
        }
    }

    /// Reads the next message.
    pub fn read(from: &mut impl Read) -> io::Result<Report> {
        let (kind, content) = read_frame(from)?;
        Ok(match kind {
            b'h' => Report::Hello,
            b'w' => Report::Working,
            b'o' => Report::Stdout(content),
            b'e' => Report::Stderr(content),
            b'c' => Report::Content(parse(&content)?),
            b'p' => Report::Panicked,
            b'q' => Report::Failed,
            b'r' => Report::Running,
            b'i' => Report::Input(parse(&content)?),
            b's' => Report::Synced(number(&content)?),
            b'x' => Report::Exited(parse(&content)?),
            b'g' => Report::Progress(text(content)),
            b'u' => Report::Controls,
            b'm' => Report::Comm(parse(&content)?),
            b'y' => Report::Sync(number(&content)?),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        })
    }
}

impl Order {
    /// Writes the message.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Order::Interrupt => frame(to, b'I', &[]),
            Order::Stop => frame(to, b'T', &[]),
            Order::Kill => frame(to, b'K', &[]),
            Order::Line(line) => frame(to, b'L', line.as_bytes()),
            Order::Sync(number) => frame(to, b'S', &number.to_le_bytes()),
        }
    }

    /// Reads the next message.
    pub fn read(from: &mut impl Read) -> io::Result<Order> {
        let (kind, content) = read_frame(from)?;
        Ok(match kind {
            b'I' => Order::Interrupt,
            b'T' => Order::Stop,
            b'K' => Order::Kill,
            b'L' => Order::Line(text(content)),
            b'S' => Order::Sync(number(&content)?),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        })
    }
}

fn frame(to: &mut impl Write, kind: u8, content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut bytes = Vec::with_capacity(content.len() + 5);
    bytes.push(kind);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(content);
    to.write_all(&bytes)
}

fn read_frame(from: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
    let mut content = Vec::new();
    let read = from.take(length.into()).read_to_end(&mut content)?;
    if read < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((head[0], content))
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("a message has only text and numbers in it")
}

fn parse<T: DeserializeOwned>(content: &[u8]) -> io::Result<T> {
    serde_json::from_slice(content).map_err(io::Error::from)
}

fn number(content: &[u8]) -> io::Result<u64> {
    let bytes = content.try_into().map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(u64::from_le_bytes(bytes))
}

fn text(content: Vec<u8>) -> String {
    String::from_utf8_lossy(&content).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_read_as_it_was_written() {
        let reports = [
            Report::Hello,
            Report::Working,
            Report::Stdout(b"a\xffb".to_vec()),
            Report::Stderr(vec![]),
            Report::Content(vec![("text/html".into(), "<b>é</b>".into())]),
            Report::Panicked,
            Report::Failed,
            Report::Running,
            Report::Input(Prompt {
                prompt: "name?".into(),
                password: true,
            }),
            Report::Synced(7),
            Report::Exited(Exit {
                signal: Some(11),
                ..Exit::default()
            }),
            Report::Progress("Compiling x".into()),
            Report::Controls,
            Report::Comm(CommMessage {
                kind: "comm_msg".into(),
                parent: Some("1".into()),
                ..CommMessage::default()
            }),
            Report::Sync(3),
        ];
        let mut bytes = Vec::new();
        for report in &reports {
            report.write(&mut bytes).unwrap();
        }
        let mut rest = &bytes[..];
        for report in reports {
            assert_eq!(Report::read(&mut rest).unwrap(), report);
        }
        let orders = [
            Order::Interrupt,
            Order::Stop,
            Order::Kill,
            Order::Line("x".into()),
            Order::Sync(1),
        ];
        let mut bytes = Vec::new();
        for order in &orders {
            order.write(&mut bytes).unwrap();
        }
        let mut rest = &bytes[..];
        for order in orders {
            assert_eq!(Order::read(&mut rest).unwrap(), order);
        }
    }

    #[test]
    fn a_directory_with_a_long_name_has_a_socket_too() {
        let root = tempfile::tempdir().unwrap();
        let long = root.path().join("a-long-name-".repeat(15));
        std::fs::create_dir(&long).unwrap();
        let listener = listen(&long).unwrap();
        let mut client = connect(&long).unwrap();
        client.write_all(b"x").unwrap();
        let mut byte = [0];
        listener.accept().unwrap().0.read_exact(&mut byte).unwrap();
        assert_eq!(byte, *b"x");
        assert!(long.join("socket").exists());
    }

    #[test]
    fn a_cut_message_is_an_error() {
        let mut bytes = Vec::new();
        Report::Stdout(vec![1; 10]).write(&mut bytes).unwrap();
        assert!(Report::read(&mut &bytes[..12]).is_err());
    }
}
