//! Turns what a cell prints and shows into Jupyter messages, and remembers how it ended.

use super::cell_location::Cells;
use super::cell_outcome::{CellOutcome, Panic, Printed};
use super::comms::Comms;
use super::sockets::IoPub;
use super::utf8::Utf8Decoder;
use super::warnings;
use super::wire::Parent;
use crate::directory::KernelDirectory;
use crate::messages::{Exit, Order, Prompt, Report};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, MutexGuard};

/// Asks the reader for a line of text.
type Ask = Arc<dyn Fn(&Parent, &Prompt) + Send + Sync>;

/// The receiver of a process's reports; its clones share their state.
#[derive(Clone)]
pub struct Output {
    iopub: IoPub,
    kernel: KernelDirectory,
    comms: Comms,
    current: Arc<Mutex<Current>>,
    cells: Arc<Mutex<Cells>>,
    ask: Ask,
    /// Tells the relay something.
    order: Arc<dyn Fn(Order) + Send + Sync>,
}

/// Where the output of a cell goes.
#[derive(Clone, Debug)]
pub struct Audience {
    /// The request that runs the cell.
    pub parent: Parent,
    /// Whether nobody is to hear of it.
    pub silent: bool,
    /// The number of the cell.
    pub count: usize,
    /// Whether the reader can be asked for a line of text.
    pub allow_stdin: bool,
}

/// What a control computes meanwhile: then text is its own.
#[derive(Clone, Copy, Default, PartialEq)]
enum Computing {
    #[default]
    Nothing,
    /// The first result, in a cell.
    First,
    /// A move, beside the cells.
    Move,
}

#[derive(Default)]
struct Current {
    /// Whether a cell is running.
    running: bool,
    computing: Computing,
    /// How the process ended after the last cell, if it did.
    ended: Option<Exit>,
    audience: Option<Audience>,
    code: String,
    warnings: Vec<String>,
    stdout: Utf8Decoder,
    stderr: Utf8Decoder,
    panic: Option<Panic>,
    panicked: bool,
    error: Option<String>,
    failed: bool,
    outcome: CellOutcome,
}

impl Output {
    /// A receiver that publishes to `iopub`.
    pub fn new(
        iopub: IoPub,
        kernel: KernelDirectory,
        comms: Comms,
        ask: impl Fn(&Parent, &Prompt) + Send + Sync + 'static,
        order: impl Fn(Order) + Send + Sync + 'static,
    ) -> Output {
        Output {
            iopub,
            kernel,
            comms,
            current: Arc::default(),
            cells: Arc::default(),
            ask: Arc::new(ask),
            order: Arc::new(order),
        }
    }

    /// From now on, output belongs to this cell.
    pub fn begin(&self, audience: Audience) {
        let mut current = self.current();
        *current = Current {
            running: true,
            computing: current.computing,
            ended: current.ended.take(),
            audience: Some(audience),
            ..Current::default()
        };
    }

    /// The code of the cell that is compiled and run next.
    pub fn expect(&self, code: &str) {
        self.current().code = code.to_owned();
    }

    /// Adds a line of the kernel's own to what the cell has printed.
    pub fn note(&self, text: &str) {
        let current = self.current();
        self.stream(&current, "stdout", text.to_owned());
    }

    /// How the process that runs cells has ended since the last cell, if it has.
    pub fn ended_between_cells(&self) -> Option<Exit> {
        self.current().ended.take()
    }

    /// Ends a cell. What threads print later still goes to its place in the notebook.
    pub fn finish(&self) -> CellOutcome {
        let mut current = self.current();
        let rest = [
            ("stdout", current.stdout.finish()),
            ("stderr", current.stderr.finish()),
        ];
        for (name, text) in rest {
            self.stream(&current, name, text);
        }
        let mut outcome = std::mem::take(&mut current.outcome);
        let left_by_panic = current.panicked || outcome.exit.is_some();
        match current.panic.take() {
            Some(panic) if left_by_panic => outcome.panic = Some(panic),
            Some(panic) => self.tell(&current, &panic),
            None if current.panicked => outcome.panic = Some(Panic::default()),
            None => {}
        }
        match current.error.take() {
            Some(error) if current.failed => outcome.error = Some(error),
            Some(error) => self.stream(&current, "stderr", error + "\n"),
            None if current.failed => outcome.error = Some(String::new()),
            None => {}
        }
        current.panicked = false;
        current.failed = false;
        current.running = false;
        outcome
    }

    /// Tells the reader something about the cell that is not an error.
    pub fn remark(&self, text: &str) {
        let current = self.current();
        if let Some(audience) = audible(&current) {
            let data = warnings::bundle(&format!("note: {text}"));
            let content = json!({ "data": data, "metadata": {}, "transient": {} });
            self.iopub.send(&audience.parent, "display_data", content);
        }
    }

    /// Receives a report.
    pub fn receive(&self, report: Report) {
        let mut current = self.current();
        match report {
            Report::Stdout(bytes) => {
                let text = current.stdout.take(&bytes);
                self.stream(&current, "stdout", text);
            }
            Report::Stderr(bytes) => {
                let text = current.stderr.take(&bytes);
                self.stream(&current, "stderr", text);
            }
            Report::Progress(line) => self.stream(&current, "stderr", line + "\n"),
            Report::Content(bundle) => self.content(&mut current, bundle),
            Report::Panicked => current.panicked = true,
            Report::Failed => current.failed = true,
            Report::Exited(exit) => {
                current.computing = Computing::Nothing;
                match current.running {
                    true => current.outcome.exit = Some(exit),
                    false => current.ended = Some(exit),
                }
            }
            Report::Input(prompt) => self.input(&mut current, &prompt),
            Report::Running => {
                self.read_generated();
                self.warn(&mut current);
            }
            Report::Hello
            | Report::Working
            | Report::Synced(_)
            | Report::Controls
            | Report::Comm(_)
            | Report::Sync(_) => {}
        }
    }

    /// Publishes the result of a cell.
    pub fn result(&self, data: Map<String, Value>) {
        let mut current = self.current();
        self.publish_result(&mut current, data);
    }

    fn publish_result(&self, current: &mut Current, data: Map<String, Value>) {
        let text = data.get("text/plain").and_then(Value::as_str);
        current
            .outcome
            .results
            .push(text.unwrap_or_default().to_owned());
        if let Some(audience) = audible(current) {
            let content = json!({
                "execution_count": audience.count, "data": data, "metadata": {}, "transient": {}
            });
            self.iopub.send(&audience.parent, "execute_result", content);
        }
    }

    fn stream(&self, current: &Current, name: &'static str, text: String) {
        let is_controls = match current.computing {
            Computing::Nothing => false,
            Computing::First => true,
            Computing::Move => !current.running,
        };
        if is_controls && !text.is_empty() {
            return self.comms.printed(text);
        }
        if let Some(audience) = audible(current) {
            self.iopub.stream(&audience.parent, name, text);
        }
    }

    fn content(&self, current: &mut Current, mut bundle: Vec<(String, String)>) {
        if let [(mime, text)] = &mut bundle[..]
            && let Some(kind) = mime.strip_prefix("application/vnd.rust-nn.")
        {
            let text = std::mem::take(text);
            match kind {
                "result" => {
                    let data = Map::from_iter([("text/plain".to_owned(), text.into())]);
                    self.publish_result(current, data);
                }
                "error" => current.error = Some(text),
                "panic+json" => self.panic(current, &text),
                "dbg+json" => self.printed(current, &text),
                "display+json" => self.display(current, &text),
                "clear-output+json" => self.clear(current, &text),
                "run+json" => self.run(current, &text),
                _ => {}
            }
            return;
        }
        let data: Map<String, Value> = bundle
            .into_iter()
            .map(|(mime, text)| {
                let value = typed(&mime, text);
                (mime, value)
            })
            .collect();
        if let Some(audience) = audible(current) {
            let content = json!({ "data": data, "metadata": {}, "transient": {} });
            self.iopub.send(&audience.parent, "display_data", content);
        }
    }

    /// Shows the compiler's warnings about the cell that starts to run.
    fn warn(&self, current: &mut Current) {
        let file = self.kernel.warnings();
        let said = std::fs::read_to_string(&file).unwrap_or_default();
        if said.is_empty() {
            return;
        }
        // What runs next may be no cell.
        let _ = std::fs::remove_file(file);
        let Some(audience) = audible(current).cloned() else {
            return;
        };
        let generated = self.cells().generated();
        for text in warnings::about(&current.code, audience.count, &generated, &said) {
            if !current.warnings.contains(&text) {
                let data = warnings::bundle(&text);
                let content = json!({ "data": data, "metadata": {}, "transient": {} });
                self.iopub.send(&audience.parent, "display_data", content);
                current.warnings.push(text);
            }
        }
    }

    /// A panic on the cell's own thread may leave the cell; on another it is only told.
    fn panic(&self, current: &mut Current, text: &str) {
        let Ok(panic) = serde_json::from_str::<Panic>(text) else {
            return;
        };
        let told = if panic.thread == "main" {
            current.panic.replace(panic)
        } else {
            Some(panic)
        };
        if let Some(panic) = told {
            self.tell(current, &panic);
        }
    }

    /// Tells of a panic that does not leave the cell, as the standard library does.
    fn tell(&self, current: &Current, panic: &Panic) {
        let place = self.cells().locate(&panic.place);
        let text = format!(
            "thread '{}' panicked at {place}:\n{}\n",
            panic.thread, panic.message
        );
        self.stream(current, "stderr", text);
    }

    fn printed(&self, current: &Current, text: &str) {
        if let Ok(Printed { text, place }) = serde_json::from_str(text) {
            let place = self.cells().locate(&place);
            let text = format!("[{place}] {text}");
            self.stream(current, "stderr", text.trim_end().to_owned() + "\n");
        }
    }

    fn display(&self, current: &Current, text: &str) {
        let Ok(display) = serde_json::from_str::<Display>(text) else {
            return;
        };
        let Some(audience) = audible(current) else {
            return;
        };
        let transient = match &display.display_id {
            Some(id) => json!({ "display_id": id }),
            None => json!({}),
        };
        let kind = if display.update && display.display_id.is_some() {
            "update_display_data"
        } else {
            "display_data"
        };
        let content = json!({
            "data": display.data, "metadata": display.metadata, "transient": transient
        });
        self.iopub.send(&audience.parent, kind, content);
    }

    fn clear(&self, current: &Current, text: &str) {
        let wait = serde_json::from_str::<Value>(text).is_ok_and(|value| value["wait"] == true);
        if let Some(audience) = audible(current) {
            self.iopub
                .send(&audience.parent, "clear_output", json!({ "wait": wait }));
        }
    }

    /// What a control computes begins or has ended.
    fn run(&self, current: &mut Current, text: &str) {
        let said: Value = serde_json::from_str(text).unwrap_or_default();
        current.computing = match said["begins"].as_str() {
            Some("first") => Computing::First,
            Some("move") => Computing::Move,
            _ => Computing::Nothing,
        };
        if let Some(number) = said["ended"].as_u64() {
            self.comms.synced(number);
        }
    }

    fn input(&self, current: &mut Current, prompt: &Prompt) {
        match &current.audience {
            Some(audience) if audience.allow_stdin => (self.ask)(&audience.parent, prompt),
            _ => {
                current.outcome.input_refused = true;
                (self.order)(Order::Kill);
            }
        }
    }

    /// Reads the code that the last cell was compiled as.
    pub fn read_generated(&self) {
        let file = self.kernel.cell().join("src").join("lib.rs");
        if let Ok(code) = std::fs::read_to_string(file) {
            self.cells().compiled(&code, "src/lib.rs");
        }
    }

    /// The cells that have been run.
    pub fn cells(&self) -> MutexGuard<'_, Cells> {
        self.cells.lock().unwrap_or_else(|lock| lock.into_inner())
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

/// The audience of a cell that is not silent.
fn audible(current: &Current) -> Option<&Audience> {
    current
        .audience
        .as_ref()
        .filter(|audience| !audience.silent)
}

/// The content of a block: JSON types are sent as JSON.
fn typed(mime: &str, text: String) -> Value {
    if mime.ends_with("json")
        && let Ok(value) = serde_json::from_str(&text)
    {
        return value;
    }
    Value::String(text)
}

/// What nn-lib shows: a bundle of one picture, and whether it replaces an earlier one.
#[derive(Deserialize)]
struct Display {
    data: Map<String, Value>,
    #[serde(default)]
    metadata: Map<String, Value>,
    #[serde(default)]
    display_id: Option<String>,
    #[serde(default)]
    update: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_types_are_sent_as_json_and_others_as_text() {
        assert_eq!(typed("application/json", "[1]".into()), json!([1]));
        assert_eq!(typed("text/html", "[1]".into()), json!("[1]"));
        assert_eq!(typed("application/json", "[".into()), json!("["));
    }
}
