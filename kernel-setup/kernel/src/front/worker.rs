//! The thread that owns the engine: requests are served here, one after the other.

use super::completion;
use super::failure::Failure;
use super::inspection;
use super::session::Session;
use super::wire::Request;
use crate::engine::Engine;
use crate::system_load;
use rust_nn_template::private_names;
use serde_json::json;
use std::any::Any;
use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// A break between requests that is long enough to be one of the reader's: programs send the next cell at once.
const BREAK: Duration = Duration::from_millis(300);

/// How long a kernel on a busy machine leaves rust-analyzer cold, if nobody presses Tab.
const PATIENCE: Duration = Duration::from_secs(60);

/// Owns the engine and serves requests until the channel closes.
pub struct Worker {
    pub(super) session: Arc<Session>,
    engine: Option<Engine>,
    requests: mpsc::Receiver<Request>,
    waiting: VecDeque<Request>,
    pub(super) count: usize,
    /// The names of methods and fields of the preloaded crates that no cell can use.
    private: Arc<HashSet<String>>,
    /// Whether rust-analyzer has been warmed up.
    warm: bool,
    /// Whether the process that runs cells has ended without the engine's notice.
    pub(super) process_gone: bool,
}

impl Worker {
    /// Starts the thread.
    pub fn start(session: Arc<Session>, requests: mpsc::Receiver<Request>) {
        let private = session.kernel.template.join(private_names::FILE);
        // A template without them costs nothing else.
        let private = std::fs::read_to_string(private).unwrap_or_default();
        let mut worker = Worker {
            session,
            private: Arc::new(private.lines().map(str::to_owned).collect()),
            engine: None,
            requests,
            waiting: VecDeque::new(),
            count: 0,
            warm: false,
            process_gone: false,
        };
        std::thread::Builder::new()
            .name("engine".to_owned())
            // The parser recurses into what the reader has written.
            .stack_size(64 * 1024 * 1024)
            .spawn(move || worker.run())
            .expect("the system has a thread left");
    }

    fn run(&mut self) {
        let started = rust_nn_template::clone_package(
            &self.session.kernel.template,
            &self.session.kernel.path,
        );
        if let Err(error) = started {
            crate::log(&error.to_string());
        }
        // A failure shows again, in the first cell.
        let _ = self.engine();
        self.session.answered();
        while let Some(request) = self.next() {
            let parent = request.parent.clone();
            self.session.iopub.status(&parent, "busy");
            match request.kind.as_str() {
                "execute_request" => self.execute(&request),
                "complete_request" => {
                    let names = Session::lock(&self.session.names).clone();
                    let private = Arc::clone(&self.private);
                    let written = self.session.output.cells().text() + request.text("code");
                    // The reader's own may have such a name.
                    let is_private = |name: &str| private.contains(name) && !written.contains(name);
                    let reply = match self.engine() {
                        Ok(engine) => completion::reply(engine, &names, &is_private, &request),
                        Err(_) => completion::by_name(&names, &request),
                    };
                    self.session
                        .reply_of_engine(&parent, "complete_reply", reply);
                }
                _ => {
                    let reply = match self.engine() {
                        Ok(engine) => inspection::reply(engine, &request),
                        Err(_) => inspection::nothing(),
                    };
                    self.session
                        .reply_of_engine(&parent, "inspect_reply", reply);
                }
            }
            self.session.iopub.status(&parent, "idle");
        }
    }

    /// The next request. While there is none, rust-analyzer warms up, once: cells that wait already go first.
    fn next(&mut self) -> Option<Request> {
        if let Some(request) = self.waiting.pop_front() {
            return Some(request);
        }
        if !self.warm {
            match self.next_before_a_break() {
                Ok(request) => return Some(request),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.warm = true;
            self.session.hand_over();
            // What fails here fails again, where it can be told.
            if let Ok(engine) = self.engine() {
                engine.warm_up();
            }
            self.remember_names();
            self.session.answered();
        }
        self.requests.recv().ok()
    }

    /// The next request, unless there is none for a while. The while is longer where others wait for a processor: when a
    /// whole class starts its kernels, the first cells of all go first.
    fn next_before_a_break(&self) -> Result<Request, RecvTimeoutError> {
        let start = Instant::now();
        loop {
            match self.requests.recv_timeout(BREAK) {
                Err(RecvTimeoutError::Timeout)
                    if system_load::is_high() && start.elapsed() < PATIENCE => {}
                result => return result,
            }
        }
    }

    /// The engine, started if there is none.
    pub(super) fn engine(&mut self) -> Result<&mut Engine, Failure> {
        if self.engine.is_none() {
            let kernel = self.session.kernel.clone();
            let started = catch_unwind(AssertUnwindSafe(|| Engine::start(&kernel)));
            self.engine = Some(match started {
                Ok(Ok(engine)) => engine,
                Ok(Err(error)) => {
                    crate::log(&format!("the engine does not start: {error}"));
                    return Err(Failure::of_start(&error));
                }
                Err(_) => return Err(Failure::of_kernel("the engine does not start")),
            });
        }
        Ok(self.engine.as_mut().expect("it has just been started"))
    }

    /// Does something with the engine. After a panic it is kept, and the variables with it; only where no cell would
    /// run any more it is started afresh next time.
    pub(super) fn with_engine<T>(
        &mut self,
        action: impl FnOnce(&mut Engine) -> T,
    ) -> Result<T, Failure> {
        let engine = self.engine()?;
        let message = match catch_unwind(AssertUnwindSafe(|| action(engine))) {
            Ok(done) => return Ok(done),
            Err(panic) => text_of(panic.as_ref()),
        };
        if engine.is_sound() {
            return Err(Failure::of_panic(&message));
        }
        // Dropping what has panicked may panic as well.
        let broken = self.engine.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(broken)));
        Err(Failure::of_kernel(&format!(
            "the engine has failed: {message}"
        )))
    }

    /// Keeps the names for completion while a cell runs.
    pub(super) fn remember_names(&mut self) {
        if let Some(engine) = &self.engine {
            *Session::lock(&self.session.names) = engine.names();
        }
    }

    /// Takes note of what has come so far.
    pub(super) fn collect_waiting(&mut self) {
        while let Ok(request) = self.requests.try_recv() {
            self.waiting.push_back(request);
        }
    }

    /// Answers the cells that were waiting at the last [`Self::collect_waiting`]: they are not run.
    pub(super) fn abort_waiting(&mut self) {
        let session = &self.session;
        self.waiting.retain(|request| {
            if request.kind != "execute_request" {
                return true;
            }
            let parent = &request.parent;
            session.cell_aborted();
            session.iopub.status(parent, "busy");
            let content = json!({ "status": "aborted", "execution_count": self.count });
            session.reply_of_engine(parent, "execute_reply", content);
            session.iopub.status(parent, "idle");
            false
        });
    }
}

/// The message of a panic.
fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or_default()
        .to_owned()
}
