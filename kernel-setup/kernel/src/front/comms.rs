//! Comms: messages between the front ends and the controls of nn-lib, both ways, past the engine.
//!
//! The controls live in the process that runs the cells, which has a connection of its own for them (`messages.rs`). What
//! is kept here is little: which comms are open, which cell has opened them, and the requests that late answers refer to.
//! Nothing is compiled for a comm message, and no cell holds one up.

use super::sockets::IoPub;
use super::wire::{Parent, Request};
use crate::messages::{CommMessage, ToControls};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The comm by which a front end that has just been opened asks for all widgets.
const CONTROL: &str = "jupyter.widget.control";

/// How many requests are remembered that an answer may still refer to.
const RECENT: usize = 200;

/// A process that reads nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_millis(200);

/// The comms of a kernel; its clones share their state.
#[derive(Clone)]
pub struct Comms(Arc<Shared>);

struct Shared {
    iopub: IoPub,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: BTreeMap<String, Comm>,
    /// The connection of the controls, and its number.
    controls: Option<(u64, UnixStream)>,
    recent: VecDeque<Parent>,
    cell: Option<(Parent, Cell)>,
}

/// An open comm.
struct Comm {
    target: String,
    /// The cell that has opened it; none for a front end's.
    cell: Option<Cell>,
    /// What changes in its model when the process of the cells ends.
    will: Option<Value>,
}

/// What a cell is known by when it is run again.
#[derive(Clone)]
struct Cell {
    id: Option<String>,
    code: String,
}

impl Cell {
    /// Whether it is the same cell, run again: by the name that the front end gives it, or else by its code.
    fn is(&self, other: &Cell) -> bool {
        match (&self.id, &other.id) {
            (Some(one), Some(other)) => one == other,
            _ => self.code == other.code,
        }
    }
}

impl Comms {
    /// No comms yet.
    pub fn new(iopub: IoPub) -> Comms {
        let state = Mutex::default();
        Comms(Arc::new(Shared { iopub, state }))
    }

    /// A cell begins: what an earlier run of it has opened is closed, and so is what deleted cells have opened.
    pub fn begin_cell(&self, request: &Request) {
        let cell = Cell {
            id: request.metadata["cellId"].as_str().map(str::to_owned),
            code: request.text("code").to_owned(),
        };
        let deleted = request.metadata["deletedCells"].as_array();
        let is_deleted = |id: &Option<String>| {
            let mut ids = deleted.into_iter().flatten().filter_map(Value::as_str);
            ids.any(|deleted| id.as_deref() == Some(deleted))
        };
        let mut state = self.state();
        state.cell = Some((request.parent.clone(), cell.clone()));
        let closed: Vec<String> = state
            .open
            .iter()
            .filter(|(_, comm)| {
                let by = comm.cell.as_ref();
                by.is_some_and(|by| by.is(&cell) || is_deleted(&by.id))
            })
            .map(|(id, _)| id.clone())
            .collect();
        for id in &closed {
            state.open.remove(id);
            let content = json!({ "comm_id": id, "data": {} });
            state.send(&ToControls::Comm(message("comm_close", content)));
        }
        drop(state);
        for id in closed {
            let content = json!({ "comm_id": id, "data": {} });
            self.0.iopub.send(&request.parent, "comm_close", content);
        }
    }

    /// The content of a `comm_info_reply`.
    pub fn info(&self, request: &Request) -> Value {
        let wanted = request.content["target_name"].as_str();
        let state = self.state();
        let comms = state
            .open
            .iter()
            .filter(|(_, comm)| wanted.is_none_or(|name| name == comm.target));
        let comms: Map<String, Value> = comms
            .map(|(id, comm)| (id.clone(), json!({ "target_name": comm.target })))
            .collect();
        json!({ "status": "ok", "comms": comms })
    }

    /// Answers a front end that opens a comm: there is one thing that it can talk to.
    pub fn open(&self, request: &Request) {
        let id = request.text("comm_id");
        if request.text("target_name") == CONTROL {
            let comm = Comm {
                target: CONTROL.to_owned(),
                cell: None,
                will: None,
            };
            self.state().open.insert(id.to_owned(), comm);
            return;
        }
        let content = json!({ "comm_id": id, "data": {} });
        self.0.iopub.send(&request.parent, "comm_close", content);
    }

    /// Passes on what a front end says on a comm, or that it closes it.
    pub fn pass_on(&self, request: &Request) {
        let id = request.text("comm_id");
        let mut state = self.state();
        let Some(comm) = state.open.get(id) else {
            return;
        };
        let is_control = comm.target == CONTROL;
        if request.kind == "comm_close" {
            state.open.remove(id);
            if is_control {
                return;
            }
        }
        let mut passed = message(&request.kind, request.content.clone());
        passed.parent = Some(request.parent.id().to_owned());
        if state.recent.len() == RECENT {
            state.recent.pop_front();
        }
        state.recent.push_back(request.parent.clone());
        let is_heard = state.send(&ToControls::Comm(passed));
        drop(state);
        if is_control && !is_heard && request.content["data"]["method"] == "request_states" {
            let data = json!({ "method": "update_states", "states": {}, "buffer_paths": [] });
            let content = json!({ "comm_id": id, "data": data });
            self.0.iopub.send(&request.parent, "comm_msg", content);
        }
    }

    /// The controls have connected.
    pub fn connect(&self, number: u64, stream: UnixStream) {
        // Without it, they are waited for.
        let _ = stream.set_write_timeout(Some(PATIENCE));
        self.state().controls = Some((number, stream));
    }

    /// Publishes what the controls say.
    pub fn receive(&self, said: CommMessage) {
        let id = said.content["comm_id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let mut state = self.state();
        let of_cell = state.cell.clone();
        let by = said.parent.as_deref();
        let recent = state
            .recent
            .iter()
            .rev()
            .find(|parent| Some(parent.id()) == by);
        let parent = recent
            .or(of_cell.as_ref().map(|(parent, _)| parent))
            .cloned();
        match said.kind.as_str() {
            "comm_open" => {
                let target = said.content["target_name"].as_str().unwrap_or_default();
                let comm = Comm {
                    target: target.to_owned(),
                    cell: of_cell.map(|(_, cell)| cell),
                    will: said.will,
                };
                state.open.insert(id, comm);
            }
            "comm_close" => {
                state.open.remove(&id);
            }
            // It was closed a moment ago.
            _ if !state.open.contains_key(&id) => return,
            _ => {}
        }
        drop(state);
        if let Some(parent) = parent {
            let iopub = &self.0.iopub;
            iopub.send_with(&parent, &said.kind, said.content, said.metadata);
        }
    }

    /// Says that everything before it has been published.
    pub fn synced(&self, number: u64) {
        self.state().send(&ToControls::Synced(number));
    }

    /// Passes on what a closure has printed.
    pub fn printed(&self, text: String) {
        self.state().send(&ToControls::Printed(text));
    }

    /// Stops what the controls compute.
    pub fn stop(&self) {
        self.state().send(&ToControls::Stop);
    }

    /// The process of the controls has ended: their widgets stay as they are, and say so.
    pub fn disconnect(&self, number: u64) {
        let mut state = self.state();
        if !matches!(&state.controls, Some((own, _)) if *own == number) {
            return;
        }
        state.controls = None;
        let open = std::mem::take(&mut state.open);
        let (kept, ended) = open
            .into_iter()
            .partition(|(_, comm)| comm.target == CONTROL);
        state.open = kept;
        let parent = state.cell.as_ref().map(|(parent, _)| parent.clone());
        drop(state);
        let ended: BTreeMap<String, Comm> = ended;
        for (id, comm) in ended {
            if let (Some(parent), Some(will)) = (&parent, comm.will) {
                let data = json!({ "method": "update", "state": will, "buffer_paths": [] });
                let content = json!({ "comm_id": id, "data": data });
                self.0.iopub.send(parent, "comm_msg", content);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

impl State {
    /// Sends something to the controls; whether there are any.
    fn send(&mut self, message: &ToControls) -> bool {
        let Some((_, stream)) = &mut self.controls else {
            return false;
        };
        if message.write(stream).is_err() {
            // What follows half a message makes no sense; its reader notices the end.
            let _ = stream.shutdown(Shutdown::Both);
        }
        true
    }
}

fn message(kind: &str, content: Value) -> CommMessage {
    CommMessage {
        kind: kind.to_owned(),
        content,
        ..CommMessage::default()
    }
}
