//! What an order of the front end acts on: the process that runs cells, and what it is doing.
//!
//! Orders are obeyed by the thread that hears them. The relay's other thread may at that moment wait for a front end that
//! takes no output.

use crate::messages::Order;
use crate::process::Running;
use std::sync::{Mutex, MutexGuard};

/// What the process that runs cells is doing.
#[derive(Clone, Copy, PartialEq)]
pub enum State {
    /// It waits for a cell.
    Idle,
    /// It runs a cell.
    Running,
    /// The cell waits for a line of input, which the front end has been asked for.
    Asking {
        /// Whether it is the runtime's `input` that waits, which can be told to stop.
        politely: bool,
    },
}

/// The process that runs cells, and what it is doing.
pub struct Control {
    process: Running,
    state: Mutex<State>,
}

impl Control {
    /// A process that waits for its first cell.
    pub fn new(process: Running) -> Control {
        Control {
            process,
            state: Mutex::new(State::Idle),
        }
    }

    /// The process.
    pub fn process(&self) -> &Running {
        &self.process
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        *self.lock()
    }

    /// Notes what it is doing now.
    pub fn set(&self, state: State) {
        *self.lock() = state;
    }

    /// Obeys an order that only needs a signal; returns any other.
    pub fn obey(&self, order: Order) -> Option<Order> {
        // Held until the signal is sent: the cell does not end in between.
        let state = self.lock();
        match (&order, *state) {
            (Order::Kill, _) => self.process.kill(),
            (Order::Interrupt | Order::Stop, State::Idle) => {}
            (Order::Interrupt, State::Asking { politely: true }) => return Some(order),
            (Order::Interrupt, _) => self.process.interrupt(),
            (Order::Stop, _) => self.process.kill(),
            _ => return Some(order),
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}
