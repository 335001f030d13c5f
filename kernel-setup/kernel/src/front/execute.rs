//! A cell: compiled, run, and reported on.

use super::compile_errors::Cell;
use super::failure::Failure;
use super::help::{self, Request as Help};
use super::hint_source::EngineAndManifests;
use super::inspection;
use super::lost_variables;
use super::output::Audience;
use super::remarks;
use super::session::Session;
use super::syntax_errors;
use super::wire::Request;
use super::worker::Worker;
use crate::engine::Engine;
use crate::run::Run;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What is typed to leave `jupyter console`: it closes when it is asked to.
const LEAVE: [&str; 3] = ["exit", "quit", ":quit"];

impl Worker {
    /// Serves an `execute_request`.
    pub(super) fn execute(&mut self, request: &Request) {
        let session = Arc::clone(&self.session);
        let parent = &request.parent;
        let code = request.text("code");
        let silent = request.flag("silent", false);
        let store_history = request.flag("store_history", true) && !silent;
        if store_history {
            self.count += 1;
        }
        if !silent {
            let content = json!({ "code": code, "execution_count": self.count });
            session.iopub.send(parent, "execute_input", content);
        }
        // After a panic the engine starts anew, and what it says then is not the cell's output. A failure shows below.
        let _ = self.engine();
        session.output.begin(Audience {
            parent: parent.clone(),
            silent,
            count: self.count,
            allow_stdin: request.flag("allow_stdin", true),
        });
        session.comms.begin_cell(request);
        let mut payload = Vec::new();
        session.begin_cell();
        let (failure, results) = match self.help_in(code) {
            Some((request, rest)) => match self.page(&request) {
                Ok(data) => {
                    payload.push(json!({ "source": "page", "data": data, "start": 0 }));
                    self.run_cell(&rest)
                }
                Err(failure) => (Some(failure), Vec::new()),
            },
            None if LEAVE.contains(&code.trim()) => {
                session.output.finish();
                payload.push(json!({ "source": "ask_exit", "keepkernel": false }));
                (None, Vec::new())
            }
            None => self.run_cell(code),
        };
        // They belong to the cell, and are stopped with it.
        let expressions = match failure {
            None => self.user_expressions(request),
            Some(_) => json!({}),
        };
        let interrupted = session.end_cell();
        if store_history {
            let output = results.join("\n");
            Session::lock(&session.history).add(self.count, code, &output);
        }
        self.remember_names();

        let mut reply = json!({
            "status": "ok", "execution_count": self.count, "payload": payload,
            "user_expressions": expressions
        });
        if let Some(failure) = &failure {
            if !silent {
                session.iopub.send(parent, "error", failure.content());
            }
            merge(&mut reply, failure.content());
            reply["status"] = "error".into();
        }
        // Whoever sends a cell after the reply knows of the failure: that cell runs.
        self.collect_waiting();
        session.reply_of_engine(parent, "execute_reply", reply);
        if failure.is_some() && request.flag("stop_on_error", true) || interrupted {
            self.abort_waiting();
        }
        if std::mem::take(&mut self.process_gone) {
            // It has been told. What fails here fails again in the next cell.
            let _ = self.with_engine(Engine::restart);
        }
    }

    /// Runs a cell; returns how it failed, if it did, and the texts of its results.
    fn run_cell(&mut self, code: &str) -> (Option<Failure>, Vec<String>) {
        let session = Arc::clone(&self.session);
        if code.trim().is_empty() {
            session.output.finish();
            return (None, Vec::new());
        }
        let failed = self.lost_before().or_else(|| self.syntax_error(code));
        if let Some(failure) = failed {
            session.output.finish();
            return (Some(failure), Vec::new());
        }
        session.output.cells().add(self.count, code);
        let ended = session.relay.ended();
        session.output.expect(code);
        let count = self.count;
        let run = match self.with_engine(|engine| engine.run(code, count)) {
            Ok(run) => run,
            Err(failure) => {
                session.output.finish();
                return (Some(failure), Vec::new());
            }
        };
        let terminated = matches!(run.result, Err(evcxr::Error::SubprocessTerminated(_)));
        // A thread may have ended the process without the engine's notice.
        let gone = !terminated && !self.process_lives();
        session.relay.settle(terminated || gone, ended);
        self.process_gone |= gone;
        if let Ok(outputs) = &run.result {
            if let Some(whole) = outputs.timing.filter(|_| !outputs.phases.is_empty()) {
                session.output.note(&timing(whole, outputs));
            }
            let data: Map<String, Value> = outputs
                .content_by_mime_type
                .iter()
                .map(|(mime, text)| (mime.clone(), text.trim_end().into()))
                .collect();
            if !data.is_empty() {
                session.output.result(data);
            }
        }
        let remark = remarks::about(code).filter(|_| run.result.is_ok());
        for note in run.notes.iter().chain(&remark) {
            session.output.remark(note);
        }
        let outcome = session.output.finish();
        let interrupted = session.is_interrupted();
        let failed = Failure::of_run(&outcome, interrupted, &session.output.cells());
        let failed = failed.map(|failure| lost_variables::told(failure, &outcome, &run.losses));
        let failure = failed.or_else(|| {
            let error = run.result.as_ref().err()?;
            Some(if interrupted {
                Failure::stopped_compiling()
            } else {
                self.explained(error, &run)
            })
        });
        (failure, outcome.results)
    }

    /// What an error of the engine tells the reader.
    fn explained(&mut self, error: &evcxr::Error, run: &Run) -> Failure {
        // Nothing has run.
        self.session.output.read_generated();
        let generated = self.session.output.cells().generated();
        let template = self.session.kernel.template.clone();
        let cell = Cell {
            code: &run.source.cell,
            count: self.count,
            generated: &generated,
            run: Some(run),
        };
        self.with_engine(|engine| {
            let template = &template;
            Failure::of_engine(error, &cell, &mut EngineAndManifests { engine, template })
        })
        .unwrap_or_else(|failure| failure)
    }

    /// The failure of a cell that is no Rust.
    fn syntax_error(&mut self, code: &str) -> Option<Failure> {
        let errors = syntax_errors::find(&self.session.kernel, code)?;
        let template = self.session.kernel.template.clone();
        let count = self.count;
        let failure = self.with_engine(|engine| {
            let template = &template;
            syntax_errors::failure(
                &errors,
                code,
                count,
                &mut EngineAndManifests { engine, template },
            )
        });
        Some(failure.unwrap_or_else(|failure| failure))
    }

    /// The help that a cell asks for, and the cell without the request.
    fn help_in<'a>(&mut self, code: &'a str) -> Option<(Help<'a>, String)> {
        let variables = match code.contains('?') {
            true => self
                .with_engine(|engine| engine.variables())
                .unwrap_or_default(),
            false => Vec::new(),
        };
        help::requested(code, |name| {
            let mut of_name = variables.iter().filter(|(variable, _)| variable == name);
            // Rust's own `?` takes these apart.
            of_name.any(|(_, kind)| kind.contains("Result<") || kind.contains("Option<"))
        })
    }

    /// A page of help.
    fn page(&mut self, request: &Help) -> Result<Map<String, Value>, Failure> {
        let (name, page) = match request {
            Help::Guide => return Ok(help::guide()),
            Help::Commands(name) => (name, help::commands(name)),
            Help::Name(name) => (
                name,
                self.with_engine(|engine| inspection::page(engine, name))?,
            ),
        };
        page.ok_or_else(|| {
            let value = format!("nothing is known about `{name}`");
            let more = "`?` alone tells how the notebook works; `:help` lists its commands.";
            Failure::new("NameError", &value, &[more])
        })
    }

    /// Evaluates the expressions that the request wants beside its code.
    fn user_expressions(&mut self, request: &Request) -> Value {
        let mut answers = Map::new();
        let expressions = request.content["user_expressions"].as_object();
        for (name, expression) in expressions.into_iter().flatten() {
            self.session.output.begin(Audience {
                parent: request.parent.clone(),
                silent: true,
                count: self.count,
                allow_stdin: false,
            });
            let (failure, results) = self.run_cell(expression.as_str().unwrap_or_default());
            let mut answer = json!({ "status": "ok", "data": {}, "metadata": {} });
            match failure {
                Some(failure) => {
                    if failure.says_loss() && !request.flag("silent", false) {
                        self.tell_loss(request, name, &failure);
                    }
                    answer = failure.content();
                    answer["status"] = "error".into();
                }
                None => answer["data"] = json!({ "text/plain": results.join("\n") }),
            }
            answers.insert(name.clone(), answer);
        }
        Value::Object(answers)
    }

    /// Shows in the cell what an expression beside it has cost: its own answer is for a program.
    fn tell_loss(&self, request: &Request, name: &str, failure: &Failure) {
        let text = failure.traceback.join("\n");
        let text = format!("The expression `{name}` beside the cell failed.\n{text}\n");
        let iopub = &self.session.iopub;
        iopub.stream(&request.parent, "stderr", text);
    }

    /// Says that the process that runs cells has ended since the last cell, if it has.
    fn lost_before(&mut self) -> Option<Failure> {
        let exit = self.session.output.ended_between_cells();
        if exit.is_none() && self.process_lives() {
            return None;
        }
        self.process_gone = true;
        let statics = self.with_engine(|engine| engine.items.have_statics());
        Some(match statics {
            Ok(statics) => Failure::of_exit_between_cells(&exit.unwrap_or_default(), statics),
            Err(failure) => failure,
        })
    }

    /// Whether the process that runs cells is there.
    fn process_lives(&mut self) -> bool {
        self.with_engine(|engine| engine.process_lives())
            .unwrap_or(true)
    }
}

/// How long a cell took, as `:timing` wants to know it.
fn timing(whole: Duration, outputs: &evcxr::EvalOutputs) -> String {
    let ran = outputs
        .phases
        .iter()
        .find(|phase| phase.name == "Execution");
    let ran = ran.map_or(Duration::ZERO, |phase| phase.duration);
    let before = whole.saturating_sub(ran);
    format!(
        "{:.2} s to compile, {:.3} s to run\n",
        before.as_secs_f64(),
        ran.as_secs_f64()
    )
}

fn merge(into: &mut Value, fields: Value) {
    if let (Value::Object(into), Value::Object(fields)) = (into, fields) {
        into.extend(fields);
    }
}
