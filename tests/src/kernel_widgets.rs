//! What a front end does with Jupyter widgets: it keeps the states of their models, and moves them.

use crate::kernel::{Answer, Kernel, PATIENCE};
use crate::kernel_client::Received;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// The MIME type of a widget in an output.
pub const VIEW: &str = "application/vnd.jupyter.widget-view+json";

/// A front end with widgets, at a kernel.
pub struct Widgets {
    /// The kernel.
    pub kernel: Kernel,
    /// The models and their states, in the order in which they were opened.
    pub models: Vec<(String, Value)>,
    /// Everything that has come on a comm since the last look, with the time.
    pub news: Vec<Received>,
}

impl Widgets {
    /// A front end at a new kernel.
    pub fn start() -> Widgets {
        Widgets::at(Kernel::start())
    }

    /// A front end at a kernel.
    pub fn at(kernel: Kernel) -> Widgets {
        Widgets {
            kernel,
            models: Vec::new(),
            news: Vec::new(),
        }
    }

    /// Runs a cell that must succeed, and takes note of its widgets.
    pub fn ok(&mut self, code: &str) -> Answer {
        let answer = self.kernel.ok(code);
        for message in &answer.published {
            self.take(message);
        }
        answer
    }

    /// Runs a cell under the name that a notebook has given it.
    pub fn run_cell(&mut self, id: &str, code: &str) -> Answer {
        let start = Instant::now();
        let content =
            json!({ "code": code, "silent": false, "store_history": true, "user_expressions": {} });
        let metadata = json!({ "cellId": id, "deletedCells": [] });
        let request = self
            .kernel
            .client
            .send_with("execute_request", content, metadata);
        let answer = self.kernel.wait(&request, start);
        for message in &answer.published {
            self.take(message);
        }
        answer
    }

    /// Takes note of a message of a comm.
    pub fn take(&mut self, message: &Received) {
        let id = message.content["comm_id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let data = &message.content["data"];
        match message.kind.as_str() {
            "comm_open" => {
                assert_eq!(message.content["target_name"], "jupyter.widget");
                assert_eq!(message.metadata["version"], "2.1.0", "{message:#?}");
                self.models.push((id, data["state"].clone()));
            }
            "comm_msg" => {
                if data["method"] == "update"
                    && let Some((_, state)) = self.models.iter_mut().find(|(own, _)| *own == id)
                {
                    for (field, value) in data["state"].as_object().unwrap() {
                        state[field] = value.clone();
                    }
                }
                self.news.push(message.clone());
            }
            "comm_close" => {
                self.models.retain(|(own, _)| *own != id);
                self.news.push(message.clone());
            }
            _ => {}
        }
    }

    /// The model of this kind and description; of several, the last.
    pub fn find(&self, name: &str, description: &str) -> String {
        let is = |state: &Value| {
            state["_model_name"] == name
                && (description.is_empty() || state["description"] == description)
        };
        let found = self.models.iter().rev().find(|(_, state)| is(state));
        found
            .unwrap_or_else(|| panic!("{name} {description}: {:#?}", self.models))
            .0
            .clone()
    }

    /// A field of a model.
    pub fn get(&self, id: &str, field: &str) -> Value {
        let found = self.models.iter().find(|(own, _)| own == id);
        found.map_or(Value::Null, |(_, state)| state[field].clone())
    }

    /// The line of status and the result of the exploration with this title.
    pub fn shown(&self, title: &str) -> [String; 2] {
        let text = |reference: &Value| -> String {
            let id = reference.as_str().unwrap().trim_start_matches("IPY_MODEL_");
            self.get(id, "value")
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let boxes = self
            .models
            .iter()
            .filter(|(_, state)| state["_model_name"] == "VBoxModel");
        for (_, state) in boxes {
            let children = state["children"].as_array().unwrap();
            if text(&children[0]).contains(&format!(">{title}<")) {
                return [&children[children.len() - 2], &children[children.len() - 1]].map(text);
            }
        }
        panic!("{title}: {:#?}", self.models);
    }

    /// Sends what a front end sends when a control is moved; returns the request's name.
    pub fn set(&mut self, id: &str, fields: Value) -> String {
        let data = json!({ "method": "update", "state": fields, "buffer_paths": [] });
        self.say(id, data)
    }

    /// Sends something on a comm.
    pub fn say(&mut self, id: &str, data: Value) -> String {
        let content = json!({ "comm_id": id, "data": data });
        self.kernel.client.send("comm_msg", content)
    }

    /// Waits for a message on a comm, and takes note of all that come before it.
    pub fn wait_for(&mut self, wanted: impl Fn(&Received) -> bool) -> Received {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let message = self.kernel.next_of_any();
            self.take(&message);
            if wanted(&message) {
                return message;
            }
        }
        panic!("it does not come: {:#?}", self.news);
    }

    /// Waits until the exploration with this title shows these words, and says when they came.
    pub fn until(&mut self, title: &str, words: &str) -> Instant {
        let met = |widgets: &Widgets| widgets.shown(title).iter().any(|text| text.contains(words));
        if met(self) {
            return Instant::now();
        }
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let message = self.kernel.next_of_any();
            self.take(&message);
            if met(self) {
                return message.at;
            }
        }
        panic!("{words} are not shown: {:#?}", self.shown(title));
    }

    /// Takes note of what comes within a time.
    pub fn listen(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(message) = self
            .kernel
            .client
            .next(end.saturating_duration_since(Instant::now()))
        {
            self.take(&message);
        }
    }

    /// The open comms, as the kernel tells them: their names and targets.
    pub fn open(&mut self, target: &str) -> Map<String, Value> {
        let content = match target {
            "" => json!({}),
            target => json!({ "target_name": target }),
        };
        let answer = self.kernel.request("comm_info_request", content);
        assert_eq!(answer.reply["status"], "ok");
        answer.reply["comms"].as_object().unwrap().clone()
    }
}
