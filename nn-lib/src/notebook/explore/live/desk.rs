//! What is to be computed: the explorations, the moves that wait, and the run that is under way.
//!
//! Moves never pile up: an exploration waits or does not, and is computed for the positions that it has then. A newer move
//! stops the run of the older one. A cell has the right of way: the run is stopped, and begins again after the cell.

use super::super::exploration::{End, Exploration};
use super::super::html::html;
use super::connection::{Connection, Incoming};
use super::panel::{Change, Panel, update};
use crate::notebook::stage::Stage;
use crate::notebook::words::word;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock};

const COMPUTES: &str = "computing …";
const WAITS: &str = "waits for the cell that is running …";
const STOPS: &str = "stops …";
const STOPPED: &str = "stopped; it is computed again when a control is moved";

/// The explorations of this process.
pub struct Desk {
    connection: OnceLock<&'static Connection>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    entries: Vec<Entry>,
    /// The explorations that are to be computed, by their roots.
    waiting: VecDeque<String>,
    running: Option<Running>,
    /// Where a cell computes the first result of another exploration.
    first: Option<Stage>,
    /// Whether a cell is running.
    cell: bool,
}

/// An exploration; its closure is elsewhere while it runs.
struct Entry {
    panel: Panel,
    exploration: Option<Exploration>,
    /// The message that moved it last.
    parent: Option<String>,
}

/// The run that is under way.
struct Running {
    root: String,
    stage: Stage,
    /// Whether it is to begin again after the cell.
    again: bool,
    /// Whether the reader has stopped it.
    stopped: bool,
}

/// Something to compute.
pub struct Job {
    /// The exploration.
    pub root: String,
    /// Its closure.
    pub exploration: Exploration,
    /// Where it shows what it shows.
    pub stage: Stage,
    /// Where the controls stand.
    pub positions: Vec<super::super::spec::Position>,
}

impl Desk {
    /// Connects to the kernel.
    pub fn open() -> io::Result<&'static Desk> {
        let desk: &Desk = Box::leak(Box::new(Desk {
            connection: OnceLock::new(),
            // It is a cell that shows the first controls.
            state: Mutex::new(State {
                cell: true,
                ..State::default()
            }),
            changed: Condvar::new(),
        }));
        let connection = Connection::open(|incoming| desk.receive(incoming))?;
        let _ = desk.connection.set(connection);
        Ok(desk)
    }

    /// The way to the kernel.
    pub fn connection(&self) -> &'static Connection {
        self.connection.wait()
    }

    /// While a cell computes a first result, what its closure prints belongs on this stage.
    pub fn first(&self, stage: Option<Stage>) {
        self.state().first = stage;
    }

    /// Adds an exploration, and opens its widgets: afterwards they can be shown.
    pub fn add(&self, panel: Panel, exploration: Exploration) {
        let mut state = self.state();
        panel.open(self.connection());
        state.entries.push(Entry {
            panel,
            exploration: Some(exploration),
            parent: None,
        });
        drop(state);
        self.connection().sync();
    }

    /// A cell begins.
    pub fn begin_cell(&self) {
        let mut state = self.state();
        state.cell = true;
        if let Some(running) = &mut state.running {
            running.again = !running.stopped;
            running.stage.dismiss();
            let root = running.root.clone();
            state.tell(self.connection(), &root, WAITS);
        }
        for root in state.waiting.clone() {
            state.tell(self.connection(), &root, WAITS);
        }
    }

    /// A cell has ended.
    pub fn end_cell(&self) {
        self.state().cell = false;
        self.changed.notify_all();
    }

    /// Waits for the next thing to compute. `changed` is called when the run has shown something.
    pub fn next(&self, changed: impl Fn(&str) + Send + Sync + 'static) -> Job {
        let mut state = self.state();
        loop {
            let root = match state.cell || state.running.is_some() {
                true => None,
                false => state.waiting.pop_front(),
            };
            let Some(root) = root else {
                state = self
                    .changed
                    .wait(state)
                    .unwrap_or_else(|lock| lock.into_inner());
                continue;
            };
            // Its cell may have been run again.
            let Some(entry) = state.entry(&root) else {
                continue;
            };
            let Some(exploration) = entry.exploration.take() else {
                continue;
            };
            let positions = entry.panel.positions.clone();
            let of = root.clone();
            let stage = Stage::apart(move || changed(&of));
            state.running = Some(Running {
                root: root.clone(),
                stage: stage.clone(),
                again: false,
                stopped: false,
            });
            state.tell(self.connection(), &root, word(COMPUTES));
            return Job {
                root,
                exploration,
                stage,
                positions,
            };
        }
    }

    /// Shows what the run has so far.
    pub fn show_progress(&self, root: &str) {
        let mut state = self.state();
        let Some(running) = &state.running else {
            return;
        };
        // Asked here, it would count as told.
        if running.root != root
            || running.stopped
            || running.again
            || state.waiting.iter().any(|waiting| waiting == root)
        {
            return;
        }
        let (shown, progress) = (running.stage.shown(), running.stage.progress());
        if !progress.is_empty() {
            state.tell(
                self.connection(),
                root,
                &format!("{} {progress}", word(COMPUTES)),
            );
        }
        if let Some(entry) = state.entry(root).filter(|_| !shown.is_empty()) {
            let parent = entry.parent.clone();
            entry
                .panel
                .show(self.connection(), &html(&shown, None), parent.as_deref());
        }
    }

    /// Takes the end of a run.
    pub fn finish(&self, job: Job, end: &End) {
        let mut state = self.state();
        let Some(running) = state.running.take() else {
            return;
        };
        let root = job.root;
        let is_newer = state.waiting.contains(&root);
        let Some(entry) = state.entry(&root) else {
            drop(state);
            // Whatever the closure has is dropped without the lock.
            drop(job.exploration);
            return;
        };
        entry.exploration = Some(job.exploration);
        if is_newer {
            // What it gave is not wanted any more.
        } else if running.stopped {
            state.tell(self.connection(), &root, word(STOPPED));
        } else if running.again && running.stage.was_told() {
            state.waiting.push_front(root);
        } else {
            let parent = entry.parent.clone();
            let result = html(&running.stage.shown(), end.problem().as_deref());
            entry
                .panel
                .show(self.connection(), &result, parent.as_deref());
            state.tell(self.connection(), &root, "");
        }
        drop(state);
        self.changed.notify_all();
    }

    fn receive(&self, incoming: Incoming) {
        match incoming {
            Incoming::Message {
                kind,
                content,
                parent,
            } => {
                let id = content["comm_id"].as_str().unwrap_or_default().to_owned();
                match kind.as_str() {
                    "comm_msg" => self.message(&id, &content["data"], parent.as_deref()),
                    "comm_close" => self.close(&id),
                    _ => {}
                }
            }
            Incoming::Printed(text) => {
                let state = self.state();
                let running = state.running.as_ref().map(|running| &running.stage);
                let stage = state.first.as_ref().or(running).cloned();
                drop(state);
                if let Some(stage) = stage {
                    stage.print(&text);
                }
            }
            Incoming::Stop => self.stop(),
        }
    }

    fn message(&self, id: &str, data: &Value, parent: Option<&str>) {
        let connection = self.connection();
        let mut state = self.state();
        let method = data["method"].as_str().unwrap_or_default();
        if method == "request_states" {
            let states = state.entries.iter().flat_map(|entry| entry.panel.states());
            let states: Map<String, Value> = states.collect();
            let data = json!({ "method": "update_states", "states": states, "buffer_paths": [] });
            return connection.send("comm_msg", json!({ "comm_id": id, "data": data }), parent);
        }
        let Some(entry) = state.entries.iter_mut().find(|entry| entry.panel.has(id)) else {
            return;
        };
        let change = match (method, data["state"].as_object()) {
            ("update", Some(fields)) => {
                // Other front ends of this kernel hear of it as well.
                update(connection, "echo_update", id, &data["state"], parent);
                entry.panel.change(id, fields)
            }
            ("request_state", _) => {
                entry.panel.send_state(connection, id, parent);
                Change::Nothing
            }
            ("custom", _) if data["content"]["event"] == "click" => entry.panel.press(id),
            _ => Change::Nothing,
        };
        let root = entry.panel.root.clone();
        match change {
            Change::Nothing => {}
            Change::Answered(chosen) => entry.panel.answer(connection, chosen, parent),
            Change::Moved => {
                entry.parent = parent.map(str::to_owned);
                state.want(connection, root);
                drop(state);
                self.changed.notify_all();
            }
        }
    }

    /// The reader stops what is computed, and what waits.
    fn stop(&self) {
        let mut state = self.state();
        for root in std::mem::take(&mut state.waiting) {
            state.tell(self.connection(), &root, word(STOPPED));
        }
        if let Some(running) = &mut state.running {
            running.stopped = true;
            running.stage.dismiss();
            let root = running.root.clone();
            state.tell(self.connection(), &root, word(STOPS));
        }
    }

    /// Gives up an exploration: a model of it has been closed.
    fn close(&self, id: &str) {
        let mut state = self.state();
        let place = state.entries.iter().position(|entry| entry.panel.has(id));
        let Some(entry) = place.map(|place| state.entries.remove(place)) else {
            return;
        };
        let root = &entry.panel.root;
        state.waiting.retain(|waiting| waiting != root);
        if let Some(running) = state
            .running
            .as_ref()
            .filter(|running| running.root == *root)
        {
            running.stage.dismiss();
        }
        drop(state);
        drop(entry);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

impl State {
    fn entry(&mut self, root: &str) -> Option<&mut Entry> {
        self.entries
            .iter_mut()
            .find(|entry| entry.panel.root == root)
    }

    fn tell(&mut self, connection: &Connection, root: &str, text: &str) {
        if let Some(entry) = self.entry(root) {
            let parent = entry.parent.clone();
            entry.panel.tell(connection, text, parent.as_deref());
        }
    }

    /// Notes that an exploration is to be computed.
    fn want(&mut self, connection: &Connection, root: String) {
        if let Some(running) = self.running.as_mut().filter(|running| running.root == root) {
            running.again = false;
            running.stage.dismiss();
        }
        let text = word(if self.cell { WAITS } else { COMPUTES });
        self.tell(connection, &root, text);
        if !self.waiting.contains(&root) {
            self.waiting.push_back(root);
        }
    }
}
