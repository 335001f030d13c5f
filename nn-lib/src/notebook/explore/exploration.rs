//! Controls and closure together, whatever their types.

use std::any::Any;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::question::Question;
use super::spec::{Position, Spec};
use crate::notebook::stage::Stage;

/// The closure: it is given positions, and gives what shows its result.
pub type Run = Box<dyn FnMut(&[Position]) -> Result<Show, Box<dyn Error>> + Send>;

/// Puts a result on the stage.
pub type Show = Box<dyn FnOnce(&Stage)>;

/// Controls, what they move, and the question before the first move.
pub struct Exploration {
    /// What stands above the controls.
    pub title: String,
    /// The controls in their order, and the values that the closure is given with them.
    pub controls: Vec<Spec>,
    /// What is asked first.
    pub question: Option<Question>,
    run: Run,
}

/// How a run of the closure ended.
#[derive(Debug)]
pub enum End {
    /// With a result, which is on the stage.
    Done,
    /// With an error, in these words.
    Failed(String),
    /// With a panic.
    Panicked(Box<dyn Any + Send>),
}

impl End {
    /// What is to be shown in the place of a result.
    pub fn problem(&self) -> Option<String> {
        match self {
            End::Done => None,
            End::Failed(text) => Some(text.clone()),
            End::Panicked(panic) => Some(format!("the closure panicked: {}", words(&**panic))),
        }
    }
}

impl Exploration {
    /// The controls; an error in the words of the first one that is wrong.
    pub fn new(
        title: String,
        controls: Vec<Result<Spec, String>>,
        run: Run,
    ) -> Result<Exploration, String> {
        let controls: Vec<Spec> = controls.into_iter().collect::<Result<_, _>>()?;
        let shown = || controls.iter().filter(|control| control.is_visible());
        if shown().next().is_none() {
            return Err(format!("{title:?} has no control to move"));
        }
        for (place, control) in shown().enumerate() {
            if shown().take(place).any(|other| other.name == control.name) {
                return Err(format!("two controls have the name {:?}", control.name));
            }
        }
        Ok(Exploration {
            title,
            controls,
            question: None,
            run,
        })
    }

    /// Where the controls stand at first.
    pub fn start(&self) -> Vec<Position> {
        let starts = self.controls.iter().map(|control| control.start.clone());
        starts.collect()
    }

    /// Calls the closure with the controls at these positions, one for each in their order. What it shows is then on
    /// the stage, the result last; `called` is called before the result is shown.
    pub fn run(&mut self, positions: &[Position], stage: &Stage, called: impl FnOnce()) -> End {
        let result = caught(stage, || (self.run)(positions));
        called();
        match result {
            Ok(Ok(show)) => {
                caught(stage, || show(stage)).map_or_else(End::Panicked, |()| End::Done)
            }
            Ok(Err(error)) => End::Failed(chain(&*error)),
            Err(panic) => End::Panicked(panic),
        }
    }
}

/// Does something on a stage, and keeps a panic.
fn caught<R>(stage: &Stage, action: impl FnOnce() -> R) -> std::thread::Result<R> {
    catch_unwind(AssertUnwindSafe(|| stage.play(action)))
}

/// From now on a panic of a closure is told where its result belongs, and not in the output of a cell.
#[cfg(all(feature = "notebook", unix))]
pub fn keep_panics_to_the_closure() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if Stage::current().is_none() {
                others(info);
            }
        }));
    });
}

/// Adds the question to controls that are right.
pub fn ask(exploration: &mut Result<Exploration, String>, question: Result<Question, String>) {
    if let Ok(right) = exploration {
        match question {
            Ok(question) => right.question = Some(question),
            Err(problem) => *exploration = Err(problem),
        }
    }
}

/// An error with what it says of its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

/// What a panic says.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it does not say why")
}
