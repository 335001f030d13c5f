//! In this project's kernel: the controls are Jupyter widgets, and a thread calls the closures.
//!
//! `connection.rs` is the way to the kernel and its front ends, `models.rs` and `panel.rs` are the widgets, `desk.rs` says
//! what is to be computed, `runner.rs` computes it.

mod connection;
mod desk;
mod models;
mod panel;
mod runner;

use super::exploration::Exploration;
use super::html::html;
use crate::compute::Moment;
use crate::notebook::stage::{Stage, off};
use crate::notebook::{Bundle, LiveDisplay, display, escaped};
use desk::Desk;
use panel::Panel;
use std::io;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// A first run that takes longer shows in the cell what it has so far.
const SOON: Duration = Duration::from_millis(500);

/// What a front end shows that has no widgets.
const NO_WIDGETS: &str = "To move the controls, open the notebook in JupyterLab with the package \"jupyterlab_widgets\" \
                          (`cargo notebook lab` has it) and run the cell.";

/// There is one, as long as the process lives; none where the kernel cannot be reached.
static DESK: OnceLock<Option<&'static Desk>> = OnceLock::new();

/// The desk, with the thread that computes.
fn open() -> io::Result<&'static Desk> {
    let desk = Desk::open()?;
    runner::start(desk)?;
    Ok(desk)
}

/// Shows controls as widgets, or gives them back where the kernel cannot be reached.
pub fn show(mut exploration: Exploration) -> Result<(), Box<Exploration>> {
    let Some(desk) = *DESK.get_or_init(|| open().ok()) else {
        return Err(Box::new(exploration));
    };
    let started = Moment::now();
    let progress = std::sync::Arc::new(Mutex::new(LiveDisplay::new()));
    let so_far = Mutex::new(None::<Stage>);
    let so_far = std::sync::Arc::new(so_far);
    let stage = Stage::new({
        let (progress, so_far) = (progress.clone(), so_far.clone());
        move || {
            let stage = lock(&so_far).clone();
            if let Some(stage) = stage.filter(|_| started.elapsed() >= SOON) {
                off(|| {
                    lock(&progress).update(|| {
                        let line = stage.progress();
                        let shown = html(&stage.shown(), None);
                        Bundle::text(line.clone())
                            .html(format!("{shown}<div>{}</div>", escaped(&line)))
                    });
                });
            }
        }
    });
    *lock(&so_far) = Some(stage.clone());
    let end = runner::run_first(desk, &mut exploration, &stage);
    *lock(&so_far) = None;
    let result = html(&stage.shown(), end.problem().as_deref());
    let panel = Panel::new(
        &exploration.title,
        &exploration.controls,
        exploration.question.as_ref(),
        &result,
    );
    let title = escaped(&exploration.title);
    let text = format!("{}: {NO_WIDGETS}", exploration.title);
    let bundle = Bundle::text(text)
        .html(format!(
            "<div><b>{title}</b></div>{result}<p><small>{NO_WIDGETS}</small></p>"
        ))
        .widget(&panel.root);
    desk.add(panel, exploration);
    let mut progress = lock(&progress);
    match progress.is_shown() {
        true => progress.finish(bundle),
        false => display(&bundle),
    }
    Ok(())
}

/// A cell begins: it has the right of way.
pub fn begin_cell() {
    if let Some(Some(desk)) = DESK.get() {
        desk.begin_cell();
    }
}

/// A cell has ended: what waited is computed.
pub fn end_cell() {
    if let Some(Some(desk)) = DESK.get() {
        desk.end_cell();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|lock| lock.into_inner())
}
