//! The relay: stands between the engine and the process that runs the cells.
//!
//! To the engine it looks like that process. It forwards the engine's own lines, sends all that a
//! cell prints and shows to the front end at once and in order, passes signals on, and outlives a
//! crash: what a cell printed right before it is not lost. It also outlives the kernel, and then
//! removes what the kernel leaves behind.

mod control;
mod events;
mod pipes;
mod scanner;
mod stdin_watch;

use crate::alias::Alias;
use crate::directory::KernelDirectory;
use crate::messages::{Exit, Order, Prompt, Report};
use crate::process::Running;
use crate::standin::statics;
use control::{Control, State};
use events::{Event, listen};
use mio::{Events, Poll, Token, Waker};
use pipes::Output;
use scanner::{Piece, Scanner};
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

const STDOUT: Token = Token(0);
const STDERR: Token = Token(1);
const WAKE: Token = Token(2);

/// The engine's order to load an object and to run the cell in it.
const LOAD: &str = "LOAD_AND_RUN";

/// How long a block of rich content waits for an adjacent one of another type.
const BUNDLE: Duration = Duration::from_millis(20);

/// How [`Relay::type_in`] tells the runtime's `input` to stop waiting: the key that stops a program in a terminal.
const STOP_WAITING: &str = "\u{3}";

/// Runs the relay until the process that runs cells has ended.
///
/// Where the engine or the front end is gone, however that is noticed, the process ends as well, and what the kernel
/// has left is removed.
pub fn run() -> io::Result<()> {
    let kernel = KernelDirectory::from_environment()?;
    let mut process = None;
    let done = relay(&kernel, &mut process);
    if !matches!(done, Ok(true)) {
        if let Some(control) = process {
            control.process().kill();
        }
        kernel.remove_after_death();
    }
    done.map(|_| ())
}

/// Starts the process that runs cells and relays until it has ended; `false` when the engine is gone before.
fn relay(kernel: &KernelDirectory, process: &mut Option<Arc<Control>>) -> io::Result<bool> {
    let (mut stdout, child_stdout) = pipes::pipe()?;
    let (mut stderr, child_stderr) = pipes::pipe()?;
    let mut poll = Poll::new()?;
    stdout.register(poll.registry(), STDOUT)?;
    stderr.register(poll.registry(), STDERR)?;
    let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
    let mut link = crate::messages::connect(&kernel.path)?;
    Report::Hello.write(&mut link)?;
    statics::forget(kernel)?;

    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--child");
    kernel.restore_environment(&mut command);
    kernel.prefer_own_libraries(&mut command);
    kernel.show_installed_data(&mut command);
    let mut child = command
        .env("RUST_NN_KERNEL", "1")
        .stdin(Stdio::piped())
        .stdout(child_stdout)
        .stderr(child_stderr)
        .spawn()?;
    drop(command);
    let stdin = child.stdin.take().expect("standard input is piped");
    let pid = child.id();
    let control = Arc::new(Control::new(Running::new(&child)));
    *process = Some(Arc::clone(&control));
    let events = listen(child, &control, link.try_clone()?, waker);

    let has_space = kernel.path.to_string_lossy().contains(' ');
    let alias = has_space.then(|| Alias::of(&kernel.path)).transpose()?;
    let mut relay = Relay {
        directory: kernel.path.to_string_lossy().into_owned(),
        alias,
        link,
        pid,
        stdin,
        control,
        scanner: Scanner::default(),
        bundle: Vec::new(),
        crash: None,
    };
    let mut ready = Events::with_capacity(16);
    loop {
        wait(&mut poll, &mut ready, relay.patience())?;
        if ready.is_empty() {
            relay.send_bundle()?;
            if relay.is_cell_reading() {
                // It may have printed since, and ended the cell: then it reads the engine's next line.
                wait(&mut poll, &mut ready, Some(Duration::ZERO))?;
                if ready.is_empty() {
                    relay.ask(Prompt::default(), false)?;
                }
            }
        }
        for event in &ready {
            match event.token() {
                STDOUT => relay.printed(&mut stdout, event.is_read_closed())?,
                STDERR => relay.complained(&mut stderr, event.is_read_closed())?,
                _ => {}
            }
        }
        while let Ok(event) = events.try_recv() {
            match event {
                Event::Command(line) => {
                    if line.starts_with(LOAD) {
                        statics::loaded(kernel)?;
                    }
                    relay.forward(&line)?;
                }
                Event::Order(order) => relay.obey(order)?,
                Event::EngineGone => return Ok(false),
                Event::Ended(status) => {
                    relay.printed(&mut stdout, true)?;
                    relay.complained(&mut stderr, true)?;
                    return relay.ended(status).map(|()| true);
                }
            }
        }
    }
}

/// Waits for the next events; a signal ends the waiting early.
fn wait(poll: &mut Poll, ready: &mut Events, patience: Option<Duration>) -> io::Result<()> {
    match poll.poll(ready, patience) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
        done => done,
    }
}

struct Relay {
    /// The kernel's directory, and its name in the engine's orders, which are cut at spaces.
    directory: String,
    alias: Option<Alias>,
    link: UnixStream,
    pid: u32,
    stdin: ChildStdin,
    control: Arc<Control>,
    scanner: Scanner,
    bundle: Vec<(String, String)>,
    crash: Option<String>,
}

impl Relay {
    /// How long to wait for the next event.
    fn patience(&self) -> Option<Duration> {
        if !self.bundle.is_empty() {
            Some(BUNDLE)
        } else if self.control.state() == State::Running {
            Some(stdin_watch::INTERVAL)
        } else {
            None
        }
    }

    fn is_cell_reading(&self) -> bool {
        self.control.state() == State::Running && stdin_watch::is_reading(self.pid)
    }

    fn ask(&mut self, prompt: Prompt, politely: bool) -> io::Result<()> {
        self.send_bundle()?;
        self.control.set(State::Asking { politely });
        self.send(&Report::Input(prompt))
    }

    /// A line from the engine for the process that runs cells.
    fn forward(&mut self, line: &str) -> io::Result<()> {
        if line.starts_with(LOAD) {
            self.control.set(State::Running);
            self.send(&Report::Running)?;
            if let Some(alias) = &self.alias {
                let path = alias.path.to_string_lossy();
                let line = line.replacen(&self.directory, &path, 1);
                return self.type_in(&line);
            }
        }
        self.type_in(line)
    }

    /// Writes a line to the standard input of the process that runs cells.
    fn type_in(&mut self, line: &str) -> io::Result<()> {
        match writeln!(self.stdin, "{line}") {
            // It has ended, and the notice of that is on its way.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Obeys an order that needs more than a signal.
    fn obey(&mut self, order: Order) -> io::Result<()> {
        match order {
            Order::Line(line) => self.answer(&line),
            Order::Interrupt => self.answer(STOP_WAITING),
            Order::Sync(number) => self.send(&Report::Synced(number)),
            Order::Stop | Order::Kill => Ok(()),
        }
    }

    /// Gives the cell the line that it waits for.
    fn answer(&mut self, line: &str) -> io::Result<()> {
        // A line that comes too late would be taken for a command of the engine.
        if !matches!(self.control.state(), State::Asking { .. }) {
            return Ok(());
        }
        self.control.set(State::Running);
        self.type_in(line)
    }

    fn printed(&mut self, stdout: &mut Output, everything: bool) -> io::Result<()> {
        let Some(bytes) = stdout.read(everything)? else {
            return Ok(());
        };
        for piece in self.scanner.take(&bytes) {
            match piece {
                Piece::Text(text) => {
                    self.send_bundle()?;
                    self.send(&Report::Stdout(text))?;
                }
                Piece::Block(mime, content) => self.show(mime, content)?,
                Piece::Input { prompt, password } => self.ask(Prompt { prompt, password }, true)?,
                Piece::Engine(line) => self.answer_engine(&line)?,
            }
        }
        Ok(())
    }

    fn complained(&mut self, stderr: &mut Output, everything: bool) -> io::Result<()> {
        let Some(bytes) = stderr.read(everything)? else {
            return Ok(());
        };
        if bytes.is_empty() || self.crash.is_some() {
            return Ok(());
        }
        let crashes: [&[u8]; 3] = [
            b"Segmentation fault.",
            b"Illegal instruction.",
            b"Bus error.",
        ];
        if let Some(crash) = crashes.iter().find(|crash| bytes.starts_with(crash)) {
            // A page of the engine's own backtrace follows, which helps nobody.
            self.crash = Some(String::from_utf8_lossy(crash).into_owned());
            return Ok(());
        }
        self.send_bundle()?;
        self.send(&Report::Stderr(bytes))
    }

    /// Adds a block to the ones it belongs with.
    fn show(&mut self, mime: String, content: String) -> io::Result<()> {
        let alone = mime.starts_with("application/vnd.rust-nn.");
        if alone || self.bundle.iter().any(|(known, _)| *known == mime) {
            self.send_bundle()?;
        }
        self.bundle.push((mime, content));
        if alone {
            self.send_bundle()?;
        }
        Ok(())
    }

    fn send_bundle(&mut self) -> io::Result<()> {
        if self.bundle.is_empty() {
            return Ok(());
        }
        let bundle = std::mem::take(&mut self.bundle);
        self.send(&Report::Content(bundle))
    }

    /// Passes a line on to the engine, after everything that came before it has been reported.
    fn answer_engine(&mut self, line: &str) -> io::Result<()> {
        self.send_bundle()?;
        match line {
            scanner::PANICKED => self.send(&Report::Panicked)?,
            scanner::FAILED => self.send(&Report::Failed)?,
            scanner::COMPLETE => self.control.set(State::Idle),
            _ => {}
        }
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{line}")?;
        stdout.flush()
    }

    fn ended(&mut self, status: ExitStatus) -> io::Result<()> {
        self.send_bundle()?;
        let rest = self.scanner.finish();
        if !rest.is_empty() {
            self.send(&Report::Stdout(rest))?;
        }
        let exit = Exit {
            code: status.code(),
            signal: status.signal(),
            crash: self.crash.take(),
        };
        self.send(&Report::Exited(exit))
    }

    fn send(&mut self, report: &Report) -> io::Result<()> {
        report.write(&mut self.link)
    }
}
