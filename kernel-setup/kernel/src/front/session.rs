//! What the tasks and threads of the front end share.

use super::comms::Comms;
use super::history::History;
use super::output::Output;
use super::relay_link::RelayLink;
use super::sockets::IoPub;
use super::wire::Parent;
use crate::directory::KernelDirectory;
use crate::messages::Order;
use jupyter_protocol::JupyterMessage;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// A second interrupt within this time is part of the first: a key pressed twice. A later one ends the process.
const ONE_PRESS: Duration = Duration::from_secs(1);

/// The cell that an interrupt is for.
#[derive(Default)]
struct Cell {
    /// Whether one is being compiled or run.
    executing: bool,
    /// When it was first interrupted.
    interrupted: Option<Instant>,
    /// How many cells wait to begin.
    waiting: usize,
    /// Whether the first of them has been interrupted: for its reader it is running already.
    stopped_early: bool,
}

/// The state of one kernel.
pub struct Session {
    /// The kernel's directory.
    pub kernel: KernelDirectory,
    /// The way to publish.
    pub iopub: IoPub,
    /// The receiver of what cells print.
    pub output: Output,
    /// The comms.
    pub comms: Comms,
    /// The link to the relay.
    pub relay: RelayLink,
    /// The cells so far.
    pub history: Mutex<History>,
    /// The names that a cell can use, for completion while the engine is busy.
    pub names: Mutex<Vec<String>>,
    /// Replies on the shell channel.
    pub replies: UnboundedSender<JupyterMessage>,
    /// The cell that an interrupt is for.
    cell: Mutex<Cell>,
    /// How many tasks the engine has not finished yet.
    unanswered: AtomicUsize,
}

impl Session {
    /// A session whose engine is starting.
    pub fn new(
        kernel: KernelDirectory,
        iopub: IoPub,
        output: Output,
        comms: Comms,
        relay: RelayLink,
        replies: UnboundedSender<JupyterMessage>,
    ) -> Session {
        Session {
            kernel,
            iopub,
            output,
            comms,
            relay,
            history: Mutex::default(),
            names: Mutex::default(),
            replies,
            cell: Mutex::default(),
            // The first task is to warm up.
            unanswered: AtomicUsize::new(1),
        }
    }

    /// Replies to a request.
    pub fn reply(&self, parent: &Parent, kind: &str, content: Value) {
        // The channel's other end lives as long as the process.
        let _ = self.replies.send(parent.reply(kind, content));
    }

    /// Marks the start of a cell.
    pub fn begin_cell(&self) {
        let mut cell = Self::lock(&self.cell);
        self.forget_interrupt();
        cell.executing = true;
        cell.interrupted = None;
        cell.waiting = cell.waiting.saturating_sub(1);
        if std::mem::take(&mut cell.stopped_early) {
            self.stop(&mut cell, Order::Interrupt);
        }
    }

    /// Marks a cell as one that waits.
    pub fn cell_waits(&self) {
        Self::lock(&self.cell).waiting += 1;
    }

    /// Marks a cell that waited as one that does not run.
    pub fn cell_aborted(&self) {
        let mut cell = Self::lock(&self.cell);
        cell.waiting = cell.waiting.saturating_sub(1);
        cell.stopped_early &= cell.waiting > 0;
    }

    /// Marks the end of a cell, and returns whether it has been interrupted.
    pub fn end_cell(&self) -> bool {
        let mut cell = Self::lock(&self.cell);
        cell.executing = false;
        let interrupted = cell.interrupted.is_some();
        if interrupted {
            self.forget_interrupt();
            // The relay hears of the interrupt before it hears of the next cell.
            self.relay.deliver();
        }
        interrupted
    }

    fn forget_interrupt(&self) {
        let _ = std::fs::remove_file(self.kernel.interrupted());
        self.relay.allow_work();
    }

    /// Stops the cell: its compilation at once, its run in nn-lib at the next batch, other code
    /// with its process. A second request, a second later, ends the process in any case. Where no cell runs or waits, it is
    /// for what a slider computes.
    pub fn interrupt(&self) {
        // Held to the end: what happens here belongs to this cell, and not to the next.
        let mut cell = Self::lock(&self.cell);
        if !cell.executing {
            cell.stopped_early = cell.waiting > 0;
            if cell.waiting == 0 {
                self.comms.stop();
            }
            return;
        }
        match cell.interrupted {
            None => self.stop(&mut cell, Order::Interrupt),
            Some(first) if first.elapsed() < ONE_PRESS => {}
            Some(_) => self.stop(&mut cell, Order::Stop),
        }
    }

    fn stop(&self, cell: &mut Cell, order: Order) {
        cell.interrupted.get_or_insert_with(Instant::now);
        // First: the process that runs cells looks at it before it runs the code of a cell. The full disk that makes this
        // fail has stopped the compilation as well.
        let _ = std::fs::write(self.kernel.interrupted(), "");
        self.relay.stop_work();
        self.relay.order(order);
    }

    /// Whether the cell has been interrupted.
    pub fn is_interrupted(&self) -> bool {
        Self::lock(&self.cell).interrupted.is_some()
    }

    /// Marks a request as one for the engine.
    pub fn hand_over(&self) {
        self.unanswered.fetch_add(1, Ordering::SeqCst);
    }

    /// Replies to a request that was handed over to the engine.
    pub fn reply_of_engine(&self, parent: &Parent, kind: &str, content: Value) {
        // First, so that a client's next request does not find the engine busy with this one.
        self.answered();
        self.reply(parent, kind, content);
    }

    /// Marks one of the engine's tasks as done.
    pub fn answered(&self) {
        self.unanswered.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether the engine does something.
    pub fn is_busy(&self) -> bool {
        self.unanswered.load(Ordering::SeqCst) > 0
    }

    /// Locks something of the session; a panic elsewhere has not damaged it.
    pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}
