//! A real kernel for a test: built, started, driven over ZeroMQ, and ended.

use crate::kernel_client::{Client, Received};
use crate::ports::free_port;
use jupyter_protocol::{ConnectionInfo, connection_info::Transport};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long a test waits for anything: generous, since machines are busy.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// A cell that keeps the compiler busy for longer than any test waits.
pub const SLOW_TO_COMPILE: &str = "const fn f(n: u64) -> u64 { if n < 2 { n } else { f(n - 1) + f(n - 2) } } \
    #[allow(long_running_const_eval)] const X: u64 = f(60); let b = X;";

/// The directory of the build that runs this test.
pub fn build_directory() -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    // target/<profile>/deps/<test>
    executable.ancestors().nth(2).unwrap().to_owned()
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// A command of cargo for a package of the workspace, in the build that runs this test.
pub fn cargo(subcommand: &str, package: &str) -> Command {
    let directory = build_directory();
    let mut cargo = Command::new(env!("CARGO"));
    // What `cargo test` tells about the tests' package would make some build scripts run again, now and the next time.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
        .args([subcommand, "--package", package, "--target-dir"])
        .arg(directory.parent().unwrap())
        .current_dir(repository());
    if directory.ends_with("release") {
        cargo.arg("--release");
    }
    cargo
}

/// Takes away the variables that cargo has set for this test: a student's Jupyter has none of them.
pub fn without_cargo(command: &mut Command) -> &mut Command {
    const STARTS: [&str; 7] = [
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "RUSTFLAGS",
        "RUSTUP_",
        "LD_LIBRARY_",
        "DYLD_",
    ];
    // Where cargo and rustup keep their files is the machine's own choice.
    const KEPT: [&str; 2] = ["CARGO_HOME", "RUSTUP_HOME"];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if STARTS.iter().any(|start| text.starts_with(start)) && !KEPT.contains(&&*text) {
            command.env_remove(&name);
        }
    }
    command
}

/// The kernel's program, built now if it is not up to date.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        assert!(cargo("build", "rust-nn-kernel").status().unwrap().success());
        build_directory().join("rust-nn-kernel")
    })
}

/// The cache of all tests; it stays, so that nn-lib is built once.
pub fn cache() -> PathBuf {
    let target = build_directory();
    target
        .ancestors()
        .nth(1)
        .unwrap()
        .join("classroom-test-cache")
}

/// The template with nn-lib, built now if there is none.
pub fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let source = repository().join("nn-lib");
        let mut progress = |line: &str| eprintln!("template: {line}");
        rust_nn_template::ensure(&cache(), &source, &mut progress).unwrap()
    })
}

/// A running kernel and its only client.
pub struct Kernel {
    /// The client.
    pub client: Client,
    /// How to connect.
    pub connection: ConnectionInfo,
    process: Child,
    /// Messages that belong to other requests than the one waited for.
    others: VecDeque<Received>,
    /// When the process was started.
    pub started: Instant,
}

/// Everything that came back for one request.
#[derive(Debug)]
pub struct Answer {
    /// The content of the reply.
    pub reply: Value,
    /// What was published, in order.
    pub published: Vec<Received>,
    /// From the request to the idle status.
    pub took: Duration,
}

impl Kernel {
    /// Starts a kernel and connects to it.
    pub fn start() -> Kernel {
        Kernel::start_with(template(), &std::env::temp_dir())
    }

    /// Starts a kernel whose standard error goes elsewhere.
    pub fn start_with_log(log: Stdio) -> Kernel {
        Kernel::launch(template(), &std::env::temp_dir(), |command| {
            command.stderr(log);
        })
    }

    /// Starts a kernel on a template, for a notebook in a directory.
    pub fn start_with(template: &Path, notebook: &Path) -> Kernel {
        Kernel::launch(template, notebook, |_| {})
    }

    /// Starts a kernel for a notebook in a directory, with a changed environment.
    pub fn start_changed(notebook: &Path, change: impl FnOnce(&mut Command)) -> Kernel {
        Kernel::launch(template(), notebook, change)
    }

    fn launch(template: &Path, notebook: &Path, change: impl FnOnce(&mut Command)) -> Kernel {
        let program = program();
        let directory = tempfile::tempdir().unwrap();
        let connection = free_connection();
        let file = directory.path().join("connection.json");
        std::fs::write(&file, serde_json::to_vec(&connection).unwrap()).unwrap();
        let started = Instant::now();
        let mut command = Command::new(program);
        without_cargo(&mut command)
            .arg("--template")
            .arg(template)
            .arg(&file)
            .current_dir(notebook)
            // As a Jupyter server does: without it, the kernel ends.
            .env("JPY_PARENT_PID", std::process::id().to_string())
            .stdin(Stdio::null());
        change(&mut command);
        let process = command.spawn().unwrap();
        Kernel::connect(process, connection, started)
    }

    /// Starts a kernel by a command of the test's own; the connection file becomes its last argument.
    pub fn start_by(mut command: Command) -> Kernel {
        let directory = tempfile::tempdir().unwrap();
        let connection = free_connection();
        let file = directory.path().join("connection.json");
        std::fs::write(&file, serde_json::to_vec(&connection).unwrap()).unwrap();
        // Another user may be the one to read it.
        for (path, mode) in [(directory.path(), 0o755), (&file, 0o644)] {
            let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
            std::fs::set_permissions(path, permissions).unwrap();
        }
        let started = Instant::now();
        let process = command
            .arg(&file)
            .env("JPY_PARENT_PID", std::process::id().to_string())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Kernel::connect(process, connection, started)
    }

    fn connect(mut process: Child, connection: ConnectionInfo, started: Instant) -> Kernel {
        while std::net::TcpStream::connect(("127.0.0.1", connection.iopub_port)).is_err() {
            assert!(started.elapsed() < PATIENCE, "the kernel does not listen");
            let ended = process.try_wait().unwrap();
            assert!(ended.is_none(), "the kernel has ended: {ended:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let client = Client::connect(&connection);
        let mut kernel = Kernel {
            client,
            connection,
            process,
            others: VecDeque::new(),
            started,
        };
        // Without a subscription in place, the first outputs would be missed.
        while kernel.next().kind != "iopub_welcome" {}
        kernel
    }

    /// The kernel's process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The next message; it is an error when none comes.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Received {
        self.client.next(PATIENCE).expect("the kernel is silent")
    }

    /// The next message, or one that came while something else was waited for.
    pub fn next_of_any(&mut self) -> Received {
        self.others.pop_front().unwrap_or_else(|| self.next())
    }

    /// Sends a request and waits for its reply and for idle.
    pub fn request(&mut self, kind: &str, content: Value) -> Answer {
        let start = Instant::now();
        let id = self.client.send(kind, content);
        self.wait(&id, start)
    }

    /// Waits for the reply to a request and for idle.
    pub fn wait(&mut self, id: &str, start: Instant) -> Answer {
        let mut reply = None;
        let mut published = Vec::new();
        let mut idle = None;
        let mut earlier = std::mem::take(&mut self.others);
        while reply.is_none() || idle.is_none() {
            let message = earlier.pop_front().unwrap_or_else(|| self.next());
            if message.parent != id {
                self.others.push_back(message);
                continue;
            }
            if message.kind == "status" && message.content["execution_state"] == "idle" {
                idle = Some(message.at);
            } else if message.kind.ends_with("_reply") {
                reply = Some(message.content);
            } else if message.kind != "status" {
                published.push(message);
            }
        }
        self.others.extend(earlier);
        Answer {
            reply: reply.unwrap(),
            published,
            took: idle.unwrap() - start,
        }
    }

    /// Starts a cell and returns the id of its request.
    pub fn begin(&mut self, code: &str) -> String {
        let content = json!({
            "code": code, "silent": false, "store_history": true, "user_expressions": {},
            "allow_stdin": true, "stop_on_error": true
        });
        self.client.send("execute_request", content)
    }

    /// Runs a cell.
    pub fn run(&mut self, code: &str) -> Answer {
        let start = Instant::now();
        let id = self.begin(code);
        self.wait(&id, start)
    }

    /// Runs a cell that must succeed.
    pub fn ok(&mut self, code: &str) -> Answer {
        let answer = self.run(code);
        assert_eq!(answer.reply["status"], "ok", "{code}\n{answer:#?}");
        answer
    }

    /// Waits until a cell has printed or shown something that `wanted` accepts.
    pub fn wait_for(&mut self, id: &str, wanted: impl Fn(&Received) -> bool) -> Received {
        let met = |message: &Received| message.parent == id && wanted(message);
        if let Some(index) = self.others.iter().position(met) {
            return self.others.remove(index).expect("it is there");
        }
        loop {
            let message = self.next();
            if met(&message) {
                return message;
            }
            assert!(
                message.parent != id || !message.kind.ends_with("_reply"),
                "{message:#?}"
            );
        }
    }

    /// Whether the reply to a request comes within a time.
    pub fn is_finished(&mut self, id: &str, time: Duration) -> bool {
        let is_reply =
            |message: &Received| message.parent == id && message.kind.ends_with("_reply");
        if self.others.iter().any(is_reply) {
            return true;
        }
        let end = Instant::now() + time;
        while let Some(message) = self
            .client
            .next(end.saturating_duration_since(Instant::now()))
        {
            if is_reply(&message) {
                return true;
            }
        }
        false
    }

    /// Interrupts the cell that was sent last.
    pub fn interrupt(&mut self) {
        self.send_interrupt();
    }

    /// Interrupts the running cell, and waits until the kernel has done so: a cell that is sent afterwards is not meant.
    pub fn interrupt_now(&mut self) {
        let id = self.send_interrupt();
        self.wait(&id, Instant::now());
    }

    /// The cell comes on one connection and the interrupt on another, and nothing says which is read first. A reader
    /// needs longer than that to see the cell begin; a program waits for the answer to a request that follows the cell.
    fn send_interrupt(&mut self) -> String {
        self.request("kernel_info_request", json!({}));
        self.client.send_control("interrupt_request", json!({}))
    }

    /// Shuts the kernel down and waits for its end.
    pub fn shut_down(mut self) {
        self.client
            .send_control("shutdown_request", json!({ "restart": false }));
        self.wait_for_end();
    }

    /// Waits for the end of the process.
    pub fn wait_for_end(&mut self) {
        let start = Instant::now();
        while self.process.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "the kernel does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills the kernel's process.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// The processes that run cells, relays included: the descendants of the kernel.
    pub fn descendants(&self) -> Vec<u32> {
        descendants(self.pid())
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    /// Everything that was printed on `stdout` or `stderr`.
    pub fn stream(&self, name: &str) -> String {
        self.published
            .iter()
            .filter(|message| message.kind == "stream" && message.content["name"] == name)
            .filter_map(|message| message.content["text"].as_str())
            .collect()
    }

    /// The messages of a kind.
    pub fn of(&self, kind: &str) -> Vec<&Value> {
        self.published
            .iter()
            .filter(|message| message.kind == kind)
            .map(|message| &message.content)
            .collect()
    }

    /// The text of the result.
    pub fn result(&self) -> Option<&str> {
        self.of("execute_result")
            .last()
            .and_then(|content| content["data"]["text/plain"].as_str())
    }

    /// The traceback without colours.
    pub fn traceback(&self) -> String {
        let lines = self.reply["traceback"].as_array();
        let text: Vec<&str> = lines
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        without_colours(&text.join("\n"))
    }
}

/// A text without terminal colours.
pub fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('m').map_or(rest.len(), |end| end + 1)..];
    }
    plain + rest
}

/// The processes that descend from one.
pub fn descendants(pid: u32) -> Vec<u32> {
    let output = Command::new("ps")
        .args(["-e", "-o", "pid=,ppid="])
        .output()
        .unwrap();
    let pairs: Vec<(u32, u32)> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
        })
        .collect();
    let mut found = vec![pid];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(pairs.iter().filter(|(_, p)| *p == parent).map(|(p, _)| *p));
        at += 1;
    }
    found.split_off(1)
}

/// Ports that are free now, and a key.
fn free_connection() -> ConnectionInfo {
    ConnectionInfo {
        ip: "127.0.0.1".to_owned(),
        transport: Transport::TCP,
        shell_port: free_port(),
        iopub_port: free_port(),
        stdin_port: free_port(),
        control_port: free_port(),
        hb_port: free_port(),
        key: "a key of the tests".to_owned(),
        signature_scheme: "hmac-sha256".to_owned(),
        kernel_name: None,
    }
}
