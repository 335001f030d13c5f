//! What the tasks and threads of the front end share.

use super::history::History;
use super::iopub::IoPub;
use super::output::Output;
use super::tap::Tap;
use super::wire::Parent;
use crate::home::Home;
use crate::link::Order;
use jupyter_protocol::JupyterMessage;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use tokio::sync::mpsc::UnboundedSender;

/// The state of one kernel.
pub struct Session {
    /// The kernel's directory.
    pub home: Home,
    /// The way to publish.
    pub iopub: IoPub,
    /// The receiver of what cells print.
    pub output: Output,
    /// The link to the relay.
    pub tap: Tap,
    /// The cells so far.
    pub history: Mutex<History>,
    /// The names that a cell can use, for completion while the engine is busy.
    pub names: Mutex<Vec<String>>,
    /// Replies on the shell channel.
    pub replies: UnboundedSender<JupyterMessage>,
    /// Whether a cell is being compiled or run.
    executing: AtomicBool,
    /// How often the cell has been interrupted.
    interrupts: AtomicU32,
    /// How many tasks the engine has not finished yet.
    unanswered: AtomicUsize,
}

impl Session {
    /// A session whose engine is starting.
    pub fn new(
        home: Home,
        iopub: IoPub,
        output: Output,
        tap: Tap,
        replies: UnboundedSender<JupyterMessage>,
    ) -> Session {
        Session {
            home,
            iopub,
            output,
            tap,
            history: Mutex::default(),
            names: Mutex::default(),
            replies,
            executing: AtomicBool::new(false),
            interrupts: AtomicU32::new(0),
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
        self.interrupts.store(0, Ordering::SeqCst);
        let _ = std::fs::remove_file(self.home.interrupted());
        let _ = std::fs::remove_file(self.home.compiling());
        self.executing.store(true, Ordering::SeqCst);
    }

    /// Marks the end of a cell, and returns whether it has been interrupted.
    pub fn end_cell(&self) -> bool {
        self.executing.store(false, Ordering::SeqCst);
        let _ = std::fs::remove_file(self.home.interrupted());
        let _ = std::fs::remove_file(self.home.compiling());
        self.interrupts.load(Ordering::SeqCst) > 0
    }

    /// Stops the cell: its compilation at once, its run in nn-lib at the next batch, other code
    /// with its process. A second request ends the process in any case.
    pub fn interrupt(&self) {
        if !self.executing.load(Ordering::SeqCst) {
            return;
        }
        let before = self.interrupts.fetch_add(1, Ordering::SeqCst);
        // The full disk that makes this fail has stopped the compilation as well.
        let _ = std::fs::write(self.home.interrupted(), "");
        self.home.stop_compiling();
        self.tap.order(if before == 0 {
            Order::Interrupt
        } else {
            Order::Kill
        });
    }

    /// Whether the cell has been interrupted.
    pub fn is_interrupted(&self) -> bool {
        self.interrupts.load(Ordering::SeqCst) > 0
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
