//! The connection to the kernel: the front end's messages to the controls and back, past the engine.
//!
//! A message is one byte of kind, four bytes of length (little endian) and the content, as all messages between the
//! kernel's processes (`messages.rs` in the kernel). It is written again here because nn-lib stands alone: the crate is
//! compiled for every notebook, and the kernel is not.
//!
//! ```text
//! u  ->      these are controls
//! m  ->  M   a message of a comm, as JSON
//! y  ->  Y   "have you passed on everything before this number?"; Y comes also after the text that a run has printed
//!        P   text that a run has printed
//!        I   stop the run
//! ```

use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// The variable with the kernel's directory.
const DIRECTORY: &str = "RUST_NN_DIRECTORY";

/// The longest path of a socket that every system takes, in bytes.
const LONGEST: usize = 100;

/// How long the kernel may take to pass on what it was sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// What comes from the kernel.
pub enum Incoming {
    /// A message of a front end to a model.
    Message {
        /// `comm_open`, `comm_msg`, `comm_close`.
        kind: String,
        /// Its content.
        content: Value,
        /// The request that answers refer to.
        parent: Option<String>,
    },
    /// Text that the run has printed.
    Printed(String),
    /// The reader stops the run.
    Stop,
}

/// The way to the kernel, for any thread.
pub struct Connection {
    stream: Mutex<UnixStream>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    answers: Vec<(u64, Sender<()>)>,
}

impl Connection {
    /// Connects to the kernel of this process, and starts the thread that reads what it sends.
    pub fn open(receive: impl Fn(Incoming) + Send + 'static) -> io::Result<&'static Connection> {
        let directory = std::env::var_os(DIRECTORY).ok_or(io::ErrorKind::NotFound)?;
        let mut stream = connect(Path::new(&directory))?;
        write(&mut stream, b'u', &[])?;
        let mut reader = io::BufReader::new(stream.try_clone()?);
        // There is one, as long as the process lives.
        let connection: &Connection = Box::leak(Box::new(Connection {
            stream: Mutex::new(stream),
            waiting: Mutex::default(),
        }));
        let thread = std::thread::Builder::new().name("controls".to_owned());
        thread.spawn(move || {
            while let Ok((kind, content)) = read(&mut reader) {
                match kind {
                    b'Y' => connection.answered(&content),
                    b'I' => receive(Incoming::Stop),
                    b'P' => receive(Incoming::Printed(
                        String::from_utf8_lossy(&content).into_owned(),
                    )),
                    _ => {
                        if let Some(message) = message(&content) {
                            receive(message);
                        }
                    }
                }
            }
        })?;
        // From now on the kernel can answer what comes another way.
        connection.sync();
        Ok(connection)
    }

    /// Sends a message of a comm. `parent` is what it answers.
    pub fn send(&self, kind: &str, content: Value, parent: Option<&str>) {
        self.send_json(&json!({ "kind": kind, "content": content, "parent": parent }));
    }

    /// Opens a comm with the state of a model. `will` is what changes in it when this process ends.
    pub fn open_model(&self, id: &str, state: &Value, will: Option<Value>) {
        let content = json!({
            "comm_id": id, "target_name": "jupyter.widget",
            "data": { "state": state, "buffer_paths": [] }
        });
        self.send_json(&json!({
            "kind": "comm_open", "content": content, "metadata": { "version": "2.1.0" }, "will": will
        }));
    }

    fn send_json(&self, message: &Value) {
        // A kernel that is gone takes this process with it.
        let _ = write(
            &mut *lock(&self.stream),
            b'm',
            message.to_string().as_bytes(),
        );
    }

    /// Waits until the kernel has passed on everything that was sent so far.
    pub fn sync(&self) {
        self.wait(|number| {
            let _ = write(&mut *lock(&self.stream), b'y', &number.to_le_bytes());
        });
    }

    /// Waits for the kernel's answer to a question with a number.
    pub fn wait(&self, ask: impl FnOnce(u64)) {
        let (answer, answered) = channel();
        let number = {
            let mut waiting = lock(&self.waiting);
            waiting.last += 1;
            let number = waiting.last;
            waiting.answers.push((number, answer));
            number
        };
        ask(number);
        let _ = answered.recv_timeout(PATIENCE);
    }

    fn answered(&self, content: &[u8]) {
        let Ok(bytes) = content.try_into() else {
            return;
        };
        let number = u64::from_le_bytes(bytes);
        lock(&self.waiting).answers.retain(|(waiting, answer)| {
            if *waiting == number {
                // Whoever has asked may have gone on.
                let _ = answer.send(());
            }
            *waiting != number
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|lock| lock.into_inner())
}

fn message(content: &[u8]) -> Option<Incoming> {
    let mut message: Value = serde_json::from_slice(content).ok()?;
    Some(Incoming::Message {
        kind: message["kind"].as_str()?.to_owned(),
        parent: message["parent"].as_str().map(str::to_owned),
        content: message["content"].take(),
    })
}

/// Connects to the socket in the kernel's directory. The system takes only short paths: a long one is reached through a
/// symbolic link, which is needed for no longer than that.
fn connect(directory: &Path) -> io::Result<UnixStream> {
    let socket = directory.join("socket");
    if socket.as_os_str().len() <= LONGEST {
        return UnixStream::connect(socket);
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let name = format!(
        "rust-nn-{}-{:x}",
        std::process::id(),
        now.map_or(0, |time| time.as_nanos())
    );
    let link = Path::new("/tmp").join(name);
    // Fails if somebody else has something of this name.
    std::os::unix::fs::symlink(directory, &link)?;
    let stream = UnixStream::connect(link.join("socket"));
    std::fs::remove_file(link)?;
    stream
}

fn write(to: &mut impl Write, kind: u8, content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut bytes = Vec::with_capacity(content.len() + 5);
    bytes.push(kind);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(content);
    to.write_all(&bytes)
}

fn read(from: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
    let mut content = vec![0; length as usize];
    from.read_exact(&mut content)?;
    Ok((head[0], content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn the_socket_of_a_directory_with_a_long_name_is_found() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("a-long-name-".repeat(15));
        std::fs::create_dir(&directory).unwrap();
        let short = root.path().join("short");
        std::os::unix::fs::symlink(&directory, &short).unwrap();
        let listener = UnixListener::bind(short.join("socket")).unwrap();
        let mut client = connect(&directory).unwrap();
        write(&mut client, b'u', b"content").unwrap();
        let mut server = listener.accept().unwrap().0;
        assert_eq!(read(&mut server).unwrap(), (b'u', b"content".to_vec()));
    }
}
