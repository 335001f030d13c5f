//! The thread that owns the engine: cells run here, one after the other.

use super::completion;
use super::failure::Failure;
use super::inspection;
use super::output::Audience;
use super::place::Cells;
use super::session::Session;
use super::wire::Request;
use crate::engine::Engine;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

/// Stops the engine's thread's own copy of a training's interrupt flag from staying up.
const CLEAR_INTERRUPT: &str = "nn_lib::notebook::clear_interrupt();";

/// Owns the engine and serves requests until the channel closes.
pub struct Worker {
    session: Arc<Session>,
    engine: Option<Engine>,
    requests: mpsc::Receiver<Request>,
    waiting: VecDeque<Request>,
    cells: Cells,
    count: usize,
}

impl Worker {
    /// Starts the thread.
    pub fn start(session: Arc<Session>, requests: mpsc::Receiver<Request>) {
        let mut worker = Worker {
            session,
            engine: None,
            requests,
            waiting: VecDeque::new(),
            cells: Cells::default(),
            count: 0,
        };
        std::thread::Builder::new()
            .name("engine".to_owned())
            // The parser recurses into what the reader has written.
            .stack_size(64 * 1024 * 1024)
            .spawn(move || worker.run())
            .expect("the system has a thread left");
    }

    fn run(&mut self) {
        let started =
            rust_nn_template::clone_into(&self.session.home.template, &self.session.home.path);
        if let Err(error) = started {
            crate::log(&error.to_string());
        }
        if self.engine().is_ok() {
            // A failure shows again, in the first cell.
            let _ = self.with_engine(Engine::warm_up);
        }
        loop {
            self.session.set_busy(false);
            let Some(request) = self.next() else { return };
            self.session.set_busy(true);
            let parent = request.parent.clone();
            self.session.iopub.status(&parent, "busy");
            match request.kind.as_str() {
                "execute_request" => self.execute(&request),
                "complete_request" => {
                    let reply = self.with_engine(|engine| completion::reply(engine, &request));
                    let reply = reply.unwrap_or_else(|_| completion::by_name(&[], &request));
                    self.session.reply(&parent, "complete_reply", reply);
                }
                _ => {
                    let reply = self.with_engine(|engine| inspection::reply(engine, &request));
                    let reply = reply.unwrap_or_else(|_| inspection::nothing());
                    self.session.reply(&parent, "inspect_reply", reply);
                }
            }
            self.session.iopub.status(&parent, "idle");
        }
    }

    fn next(&mut self) -> Option<Request> {
        match self.waiting.pop_front() {
            Some(request) => Some(request),
            None => self.requests.recv().ok(),
        }
    }

    /// The engine, started if there is none.
    fn engine(&mut self) -> Result<&mut Engine, Failure> {
        if self.engine.is_none() {
            let home = self.session.home.clone();
            let started = catch_unwind(AssertUnwindSafe(|| Engine::start(&home)));
            self.engine = Some(match started {
                Ok(Ok(engine)) => engine,
                Ok(Err(error)) => {
                    crate::log(&format!("the engine does not start: {error}"));
                    return Err(Failure::of_engine(&error, "", 0));
                }
                Err(_) => return Err(Failure::of_kernel("the engine does not start")),
            });
        }
        Ok(self.engine.as_mut().expect("it has just been started"))
    }

    /// Does something with the engine; if that panics, the engine is started afresh next time.
    fn with_engine<T>(&mut self, action: impl FnOnce(&mut Engine) -> T) -> Result<T, Failure> {
        let engine = self.engine()?;
        match catch_unwind(AssertUnwindSafe(|| action(engine))) {
            Ok(value) => Ok(value),
            Err(panic) => {
                let message = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or_default();
                let message = format!("the engine has failed: {message}");
                // Dropping what has panicked may panic as well.
                let broken = self.engine.take();
                let _ = catch_unwind(AssertUnwindSafe(|| drop(broken)));
                Err(Failure::of_kernel(&message))
            }
        }
    }

    fn execute(&mut self, request: &Request) {
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
        session.output.begin(Audience {
            parent: parent.clone(),
            silent,
            count: self.count,
            allow_stdin: request.flag("allow_stdin", true),
        });
        let mut payload = Vec::new();
        session.begin_cell();
        let (failure, results) = match code.trim().strip_prefix('?') {
            Some(name) => (self.page(name, &mut payload), Vec::new()),
            None => self.run_cell(code),
        };
        let interrupted = session.end_cell();
        if interrupted && failure.is_none() {
            self.clear_interrupt();
        }
        if store_history {
            let output = results.join("\n");
            Session::lock(&session.history).add(self.count, code, &output);
        }
        self.remember_names();

        let mut reply = json!({
            "status": "ok", "execution_count": self.count, "payload": payload,
            "user_expressions": {}
        });
        match &failure {
            Some(failure) => {
                if !silent {
                    session.iopub.send(parent, "error", failure.content());
                }
                merge(&mut reply, failure.content());
                reply["status"] = "error".into();
            }
            None => reply["user_expressions"] = self.user_expressions(request),
        }
        session.reply(parent, "execute_reply", reply);
        if failure.is_some() && request.flag("stop_on_error", true) || interrupted {
            self.abort_waiting();
        }
    }

    /// Runs a cell; returns how it failed, if it did, and the texts of its results.
    fn run_cell(&mut self, code: &str) -> (Option<Failure>, Vec<String>) {
        let session = Arc::clone(&self.session);
        if code.trim().is_empty() {
            session.output.finish();
            return (None, Vec::new());
        }
        self.cells.add(self.count, code);
        let ended = session.tap.ended();
        let result = match self.with_engine(|engine| engine.execute(code)) {
            Ok(result) => result,
            Err(failure) => {
                session.output.finish();
                return (Some(failure), Vec::new());
            }
        };
        let terminated = matches!(result, Err(evcxr::Error::SubprocessTerminated(_)));
        session.tap.settle(terminated, ended);
        if let Ok(outputs) = &result {
            let data: Map<String, Value> = outputs
                .content_by_mime_type
                .iter()
                .map(|(mime, text)| (mime.clone(), text.trim_end().into()))
                .collect();
            if !data.is_empty() {
                session.output.result(data);
            }
        }
        let ending = session.output.finish();
        self.read_generated();
        let interrupted = session.is_interrupted();
        let failure = Failure::of_run(&ending, interrupted, &self.cells).or_else(|| {
            let error = result.err()?;
            Some(if interrupted {
                Failure::stopped_compiling()
            } else {
                Failure::of_engine(&error, code, self.count)
            })
        });
        (failure, ending.results)
    }

    /// Reads the code that the last cell was compiled as.
    fn read_generated(&mut self) {
        let file = self.session.home.cell().join("src").join("lib.rs");
        if let Ok(code) = std::fs::read_to_string(file) {
            self.cells.compiled(&code, "src/lib.rs");
        }
    }

    /// Shows the documentation of a name in the front end's pager.
    fn page(&mut self, name: &str, payload: &mut Vec<Value>) -> Option<Failure> {
        let name = name.trim();
        match self.with_engine(|engine| inspection::describe(engine, name, name.len())) {
            Ok(Some(data)) => {
                payload.push(json!({ "source": "page", "data": data, "start": 0 }));
                None
            }
            Ok(None) => Some(Failure::new(
                "NameError",
                &format!("nothing is known about {name}"),
                &[],
            )),
            Err(failure) => Some(failure),
        }
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
                    answer = failure.content();
                    answer["status"] = "error".into();
                }
                None => answer["data"] = json!({ "text/plain": results.join("\n") }),
            }
            answers.insert(name.clone(), answer);
        }
        Value::Object(answers)
    }

    /// Takes down nn-lib's interrupt flag, so that the next training is not stopped by it.
    fn clear_interrupt(&mut self) {
        // nn-lib without such a flag has nothing to clear.
        let _ = self.with_engine(|engine| engine.execute(CLEAR_INTERRUPT).map(|_| ()));
    }

    /// Keeps the names for completion while a cell runs.
    fn remember_names(&mut self) {
        if let Some(engine) = &self.engine {
            let mut names: Vec<String> = engine
                .variables()
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            names.extend(engine.items());
            names.sort();
            names.dedup();
            *Session::lock(&self.session.names) = names;
        }
    }

    /// Answers the cells that wait in the queue: they are not run.
    fn abort_waiting(&mut self) {
        let session = &self.session;
        while let Ok(request) = self.requests.try_recv() {
            self.waiting.push_back(request);
        }
        self.waiting.retain(|request| {
            if request.kind != "execute_request" {
                return true;
            }
            let parent = &request.parent;
            session.iopub.status(parent, "busy");
            let content = json!({ "status": "aborted", "execution_count": self.count });
            session.reply(parent, "execute_reply", content);
            session.iopub.status(parent, "idle");
            false
        });
    }
}

fn merge(into: &mut Value, fields: Value) {
    if let (Value::Object(into), Value::Object(fields)) = (into, fields) {
        into.extend(fields);
    }
}
