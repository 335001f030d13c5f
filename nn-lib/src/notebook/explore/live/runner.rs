//! The thread that calls the closures, one after the other.

use super::super::exploration::{End, Exploration};
use super::super::spec::Position;
use super::desk::Desk;
use crate::compute::Moment;
use crate::notebook::stage::Stage;
use crate::notebook::{block, emit};
use serde_json::{Value, json};
use std::io;
use std::sync::Mutex;
use std::time::Duration;

/// What is between two looks at a run that goes on.
const INTERVAL: Duration = Duration::from_millis(125);

/// Starts the thread.
pub fn start(desk: &'static Desk) -> io::Result<()> {
    let thread = std::thread::Builder::new().name("explore".to_owned());
    // As much as the thread of the cells has.
    let thread = thread.stack_size(8 << 20);
    thread.spawn(move || {
        loop {
            compute(desk);
        }
    })?;
    Ok(())
}

fn compute(desk: &'static Desk) {
    let last = Mutex::new(Moment::now());
    let mut job = desk.next(move |root| {
        let mut last = last.lock().unwrap_or_else(|lock| lock.into_inner());
        if last.elapsed() >= INTERVAL {
            *last = Moment::now();
            desk.show_progress(root);
        }
    });
    let end = run(
        desk,
        "move",
        &mut job.exploration,
        &job.positions,
        &job.stage,
    );
    desk.finish(job, &end);
}

/// Computes the first result of an exploration, in a cell.
pub fn run_first(desk: &Desk, exploration: &mut Exploration, stage: &Stage) -> End {
    desk.first(Some(stage.clone()));
    let start = exploration.start();
    let end = run(desk, "first", exploration, &start, stage);
    desk.first(None);
    end
}

/// Calls the closure; what it prints comes back on the stage. It is for the `first` result or for a `move`.
fn run(
    desk: &Desk,
    what: &str,
    exploration: &mut Exploration,
    positions: &[Position],
    stage: &Stage,
) -> End {
    announce(&json!({ "begins": what }));
    exploration.run(positions, stage, || {
        // What the closure has printed takes another way: it has arrived when this is answered.
        let connection = desk.connection();
        connection.wait(|number| announce(&json!({ "ended": number })));
    })
}

/// Tells the kernel whose text comes on the standard output.
fn announce(what: &Value) {
    emit(&block(
        "application/vnd.rust-nn.run+json",
        &what.to_string(),
    ));
}
