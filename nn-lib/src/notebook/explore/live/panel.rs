//! The widgets of one exploration: title, question, controls, a line of status, the result.

use super::super::question::Question;
use super::super::spec::{Kind, Position, Spec};
use super::connection::Connection;
use super::models;
use crate::notebook::escaped;
use crate::notebook::words::word;
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use unicode_width::UnicodeWidthStr;

/// What the line of status says when this process has ended.
const ENDED: &str = "The process that computed this has ended: run the cell again.";

/// The widgets of one exploration, and where its controls stand.
pub struct Panel {
    /// The model that has all others in it.
    pub root: String,
    /// Where the controls stand.
    pub positions: Vec<Position>,
    specs: Vec<Spec>,
    question: Option<Question>,
    models: Vec<Model>,
    /// The model of each control; none for a value that is no control.
    controls: Vec<Option<String>>,
    answers: String,
    feedback: String,
    status: String,
    result: String,
}

/// A model of the front end's.
struct Model {
    id: String,
    state: Value,
    /// What changes in it when this process ends.
    will: Option<Value>,
}

/// What a message to a model has changed.
#[derive(Debug, PartialEq)]
pub enum Change {
    /// Nothing that the closure is to hear of.
    Nothing,
    /// A control stands elsewhere.
    Moved,
    /// The question has been answered.
    Answered(usize),
}

impl Panel {
    /// The widgets, with the result of the first run.
    pub fn new(title: &str, specs: &[Spec], question: Option<&Question>, result: &str) -> Panel {
        let mut models = Models::default();
        let plain = models.add(models::layout(json!({})));
        let wide = json!({ "width": "100%", "max_width": "38em" });
        let wide = models.add(models::layout(wide));
        let line = models.add(models::layout(json!({ "min_height": "1.6em" })));
        let html_style = models.add(models::style(
            "HTMLStyle",
            json!({ "description_width": "" }),
        ));
        let html = |models: &mut Models, value: &str, layout: &str, will: Option<Value>| {
            let fields = json!({
                "value": value, "placeholder": "", "description": "", "description_allow_html": false,
                "layout": reference(layout), "style": reference(&html_style)
            });
            models.add_with(models::visible("HTML", fields), will)
        };
        let mut children = vec![html(
            &mut models,
            &format!(
                "<div style=\"font-weight:600;font-size:1.1em\">{}</div>",
                escaped(title)
            ),
            &plain,
            None,
        )];
        let (mut answers, mut feedback) = (String::new(), String::new());
        if let Some(question) = question {
            let text = format!("<div>{}</div>", escaped(&question.text));
            children.push(html(&mut models, &text, &plain, None));
            let style = json!({ "description_width": "" });
            let style = models.add(models::style("DescriptionStyle", style));
            let radio = json!({
                "_options_labels": question.answers, "index": null, "disabled": false, "description": "",
                "description_allow_html": false, "layout": reference(&wide), "style": reference(&style)
            });
            let disabled = json!({ "disabled": true });
            answers = models.add_with(models::visible("RadioButtons", radio), Some(disabled));
            feedback = html(&mut models, "", &plain, None);
            children.extend([answers.clone(), feedback.clone()]);
        }
        let longest = specs.iter().map(|spec| spec.name.width()).max();
        let width = format!("{}em", longest.unwrap_or(0).clamp(4, 24) * 6 / 10 + 2);
        let controls: Vec<Option<String>> = specs
            .iter()
            .map(|spec| {
                if !spec.is_visible() {
                    return None;
                }
                let (name, style, mut fields) = models::control(spec, &spec.start);
                let style_fields = match &spec.kind {
                    Kind::Button => json!({}),
                    _ => json!({ "description_width": width }),
                };
                let style = models.add(models::style(style, style_fields));
                fields["style"] = reference(&style);
                fields["layout"] = reference(if spec.kind == Kind::Button {
                    &plain
                } else {
                    &wide
                });
                fields["disabled"] = question.is_some().into();
                let disabled = json!({ "disabled": true });
                Some(models.add_with(models::visible(name, fields), Some(disabled)))
            })
            .collect();
        children.extend(controls.iter().flatten().cloned());
        let ended = json!({ "value": status_html(word(ENDED)) });
        let status = html(&mut models, &status_html(""), &line, Some(ended));
        let result = html(&mut models, &result_html(result), &plain, None);
        children.extend([status.clone(), result.clone()]);
        let children: Vec<Value> = children.iter().map(|id| reference(id)).collect();
        let root = models.add(models::visible(
            "VBox",
            json!({ "children": children, "box_style": "", "layout": reference(&plain) }),
        ));
        Panel {
            root,
            positions: specs.iter().map(|spec| spec.start.clone()).collect(),
            specs: specs.to_vec(),
            question: question.cloned(),
            models: models.0,
            controls,
            answers,
            feedback,
            status,
            result,
        }
    }

    /// Tells the front ends of all models; parts come before what they are part of.
    pub fn open(&self, connection: &Connection) {
        for model in &self.models {
            connection.open_model(&model.id, &model.state, model.will.clone());
        }
    }

    /// Whether one of its models has this name.
    pub fn has(&self, id: &str) -> bool {
        self.models.iter().any(|model| model.id == id)
    }

    /// Takes note of what a front end has changed in a model.
    pub fn change(&mut self, id: &str, state: &Map<String, Value>) -> Change {
        if let Some(model) = self.model(id) {
            for (field, value) in state {
                model.state[field] = value.clone();
            }
        }
        if id == self.answers {
            let chosen = state.get("index").and_then(Value::as_u64);
            let chosen = chosen.and_then(|place| usize::try_from(place).ok());
            return chosen.map_or(Change::Nothing, Change::Answered);
        }
        let control = self
            .controls
            .iter()
            .position(|own| own.as_deref() == Some(id));
        let moved =
            control.and_then(|place| Some((place, models::moved(&self.specs[place], state)?)));
        match moved {
            Some((place, position)) if self.positions[place] != position => {
                self.positions[place] = position;
                Change::Moved
            }
            _ => Change::Nothing,
        }
    }

    /// Takes note of a button that was pressed.
    pub fn press(&mut self, id: &str) -> Change {
        let control = self
            .controls
            .iter()
            .position(|own| own.as_deref() == Some(id));
        match control.map(|place| &mut self.positions[place]) {
            Some(Position::Pressed(times)) => {
                *times += 1;
                Change::Moved
            }
            _ => Change::Nothing,
        }
    }

    /// Says in the line of status what is going on.
    pub fn tell(&mut self, connection: &Connection, text: &str, parent: Option<&str>) {
        let id = self.status.clone();
        self.set(
            connection,
            &id,
            json!({ "value": status_html(text) }),
            parent,
        );
    }

    /// Shows a result.
    pub fn show(&mut self, connection: &Connection, result: &str, parent: Option<&str>) {
        let id = self.result.clone();
        self.set(
            connection,
            &id,
            json!({ "value": result_html(result) }),
            parent,
        );
    }

    /// Lets the controls be moved, and shows what there is to say about the answer.
    pub fn answer(&mut self, connection: &Connection, chosen: usize, parent: Option<&str>) {
        let Some(question) = &self.question else {
            return;
        };
        let feedback = json!({ "value": question.feedback_html(chosen) });
        let id = self.feedback.clone();
        self.set(connection, &id, feedback, parent);
        for id in self.controls.clone().into_iter().flatten() {
            self.set(connection, &id, json!({ "disabled": false }), parent);
        }
    }

    /// Sends the whole state of a model.
    pub fn send_state(&self, connection: &Connection, id: &str, parent: Option<&str>) {
        if let Some(model) = self.models.iter().find(|model| model.id == id) {
            update(connection, "update", id, &model.state, parent);
        }
    }

    /// The states of all models, as a front end asks for them that has just been opened.
    pub fn states(&self) -> impl Iterator<Item = (String, Value)> {
        self.models.iter().map(|model| {
            let state = &model.state;
            let of = |field: &str| state[field].clone();
            let described = json!({
                "model_name": of("_model_name"), "model_module": of("_model_module"),
                "model_module_version": of("_model_module_version"), "state": state
            });
            (model.id.clone(), described)
        })
    }

    fn set(&mut self, connection: &Connection, id: &str, fields: Value, parent: Option<&str>) {
        let Some(model) = self.model(id) else {
            return;
        };
        let mut changed = Map::new();
        for (field, value) in fields.as_object().into_iter().flatten() {
            if model.state[field] != *value {
                model.state[field] = value.clone();
                changed.insert(field.clone(), value.clone());
            }
        }
        if !changed.is_empty() {
            update(connection, "update", id, &Value::Object(changed), parent);
        }
    }

    fn model(&mut self, id: &str) -> Option<&mut Model> {
        self.models.iter_mut().find(|model| model.id == id)
    }
}

/// Sends fields of a model.
pub fn update(
    connection: &Connection,
    method: &str,
    id: &str,
    state: &Value,
    parent: Option<&str>,
) {
    let data = json!({ "method": method, "state": state, "buffer_paths": [] });
    connection.send("comm_msg", json!({ "comm_id": id, "data": data }), parent);
}

#[derive(Default)]
struct Models(Vec<Model>);

impl Models {
    fn add(&mut self, state: Value) -> String {
        self.add_with(state, None)
    }

    fn add_with(&mut self, state: Value, will: Option<Value>) -> String {
        let id = identity();
        self.0.push(Model {
            id: id.clone(),
            state,
            will,
        });
        id
    }
}

fn reference(id: &str) -> Value {
    format!("IPY_MODEL_{id}").into()
}

/// A name that no other model has, of this kernel or of one whose models are saved in the same notebook.
fn identity() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    format!(
        "{:016x}{:08x}{:08x}",
        now.map_or(0, |time| time.as_nanos() as u64),
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

fn status_html(text: &str) -> String {
    format!(
        "<div role=\"status\" style=\"opacity:.8;line-height:1.6\">{}</div>",
        escaped(text)
    )
}

fn result_html(result: &str) -> String {
    format!("<div class=\"jp-RenderedHTMLCommon\" style=\"line-height:1.4\">{result}</div>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(question: bool) -> Panel {
        let specs = [
            Spec {
                name: "on".to_owned(),
                kind: Kind::Checkbox,
                start: Position::Place(0),
            },
            Spec {
                name: String::new(),
                kind: Kind::Given,
                start: Position::Nowhere,
            },
            Spec {
                name: "again".to_owned(),
                kind: Kind::Button,
                start: Position::Pressed(0),
            },
        ];
        let answers = vec!["yes".to_owned(), "no".to_owned()];
        let question = question
            .then(|| Question::new("Why?".to_owned(), answers, "no", "So.".to_owned()).unwrap());
        Panel::new("A <b>", &specs, question.as_ref(), "<i>1</i>")
    }

    #[test]
    fn every_model_is_there_before_what_refers_to_it() {
        let panel = panel(true);
        let mut known: Vec<String> = Vec::new();
        for (id, described) in panel.states() {
            for reference in described.to_string().split("IPY_MODEL_").skip(1) {
                assert!(
                    known.iter().any(|id| reference.starts_with(id)),
                    "{reference}"
                );
            }
            known.push(id);
        }
        assert_eq!(known.last(), Some(&panel.root));
        known.sort();
        known.dedup();
        assert_eq!(known.len(), panel.states().count());
    }

    #[test]
    fn a_moved_control_a_pressed_button_and_an_answer_are_noted() {
        let mut panel = panel(true);
        let (on, again) = (
            panel.controls[0].clone().unwrap(),
            panel.controls[2].clone().unwrap(),
        );
        let state = |text: &str| -> Map<String, Value> { serde_json::from_str(text).unwrap() };
        assert_eq!(
            panel.change(&on, &state(r#"{"value":true}"#)),
            Change::Moved
        );
        assert_eq!(
            panel.change(&on, &state(r#"{"value":true}"#)),
            Change::Nothing
        );
        assert_eq!(panel.press(&again), Change::Moved);
        assert_eq!(panel.press(&on), Change::Nothing);
        let answers = panel.answers.clone();
        assert_eq!(
            panel.change(&answers, &state(r#"{"index":1}"#)),
            Change::Answered(1)
        );
        assert_eq!(
            panel.change("unknown", &state(r#"{"value":1}"#)),
            Change::Nothing
        );
        assert_eq!(
            panel.positions,
            [Position::Place(1), Position::Nowhere, Position::Pressed(1)]
        );
    }
}
