//! Controls that call a closure: a reader moves a slider, and the chart follows.
//!
//! ```
//! use nn_lib::prelude::*;
//!
//! let x = Tensor::from([[0.0], [1.0], [2.0]]);
//! explore("A line", (slider("slope", 1..=5).start(2), &x), |(slope, x)| {
//!     let y = &x * slope as f32;
//!     Ok(format!("{y}"))
//! });
//! ```
//!
//! `control.rs` has what stands in the list of controls, `spec.rs` and `scale.rs` their positions, `result.rs` what the
//! closure may give, `exploration.rs` all of it together. Who shows it depends on where the program runs:
//!
//! - `once.rs`: in a terminal and in another kernel the closure runs once, with the controls at their start;
//! - `page/`: while notebooks become pages it runs for every position (`NN_LIB_EXPLORE=page`);
//! - `live/`: in this project's kernel the controls are Jupyter widgets.

mod control;
mod exploration;
#[cfg(feature = "notebook")]
mod html;
#[cfg(all(feature = "notebook", unix))]
mod live;
mod number;
mod once;
mod others;
#[cfg(feature = "notebook")]
mod page;
mod question;
mod result;
mod scale;
mod sliders;
mod spec;

use std::error::Error;
use std::fmt;
use std::sync::Mutex;

pub use control::{Control, Controls};
pub use number::Number;
pub use others::{Button, Checkbox, Choice, Text, button, checkbox, choice, text};
pub use result::Shown;
pub(crate) use result::{Sealed, shows};
pub use sliders::{LogSlider, Range, Slider, log_slider, range, slider};

use super::stage::Stage;
use super::{FrontEnd, front_end};
use exploration::Exploration;
#[cfg(all(feature = "notebook", unix))]
pub(super) use live::{begin_cell, end_cell};
use question::Question;

/// Shows controls, and below them what the closure makes of their values, again at each move.
///
/// The closure gets the value of the control, or one for each control in parentheses. A variable of the notebook that it
/// needs stands as a reference among the controls: `(slider("units", 1..=64), &x, &y)`. The closure then gets a copy, and the
/// notebook keeps the variable. (Copies of tensors are cheap.) What the closure gives with `Ok(..)` is shown: a chart, a table,
/// text, numbers, or several in parentheses. An error or a panic is shown in its place and ends nothing.
///
/// ```
/// use nn_lib::prelude::*;
///
/// let x = Tensor::from([[0.0], [1.0], [2.0], [3.0]]);
/// let y = Tensor::from([[1.0], [3.0], [5.0], [7.0]]);
/// let controls = (slider("epochs", 1..=50).start(20), choice("optimizer", ["sgd", "rmsprop"]), &x, &y);
/// explore("How many epochs?", controls, |(epochs, optimizer, x, y)| {
///     let mut model = Sequential::new();
///     model.add(Dense::new(1).input_shape(1));
///     model.compile(optimizer, "mse", ())?;
///     let history = model.fit(&x, &y, Fit { epochs, verbose: Verbose::Silent, ..Fit::default() })?;
///     Ok(history)
/// });
/// ```
///
/// In a terminal the closure runs once, with the controls at their start.
pub fn explore<C, R, F>(title: impl Into<String>, controls: C, mut closure: F) -> Explore
where
    C: Controls<Values: 'static>,
    R: Shown + 'static,
    F: FnMut(C::Values) -> Result<R, Box<dyn Error>> + Send + 'static,
{
    let (controls, mut values) = controls.parts();
    let run = move |positions: &[spec::Position]| -> Result<exploration::Show, Box<dyn Error>> {
        let result = closure(values(positions))?;
        Ok(Box::new(move |stage| result.put(stage)))
    };
    Explore::of(title.into(), controls, Box::new(run))
}

/// Controls that are shown at the end of their statement, see [`explore`](explore()).
pub struct Explore(Mutex<Option<Result<Exploration, String>>>);

impl Explore {
    fn of(
        title: String,
        controls: Vec<Result<spec::Spec, String>>,
        run: exploration::Run,
    ) -> Explore {
        Explore(Mutex::new(Some(Exploration::new(title, controls, run))))
    }

    /// Asks the reader first: the controls can be moved when a question is answered, and then the explanation can be unfolded.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    ///
    /// explore("Squares", slider("number", 1..=10), |number| Ok(number * number)).ask(
    ///     "How many times as large is the square of a number that is twice as large?",
    ///     ["twice", "four times", "it depends on the number"],
    ///     "four times",
    ///     "Both factors are twice as large.",
    /// );
    /// ```
    pub fn ask(
        self,
        question: impl Into<String>,
        answers: impl IntoIterator<Item: Into<String>>,
        right: impl AsRef<str>,
        explanation: impl Into<String>,
    ) -> Explore {
        let answers = answers.into_iter().map(Into::into).collect();
        let question = Question::new(question.into(), answers, right.as_ref(), explanation.into());
        if let Some(exploration) = self.lock().as_mut() {
            exploration::ask(exploration, question);
        }
        self
    }

    /// Shows the controls now. They show themselves at the end of their statement as well, once.
    pub fn show(self) {}

    /// What the Rust kernel calls when they are the last expression of a cell.
    #[doc(hidden)]
    #[track_caller]
    pub fn evcxr_display(&self) {
        if let Some(exploration) = self.lock().take() {
            show(exploration);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Result<Exploration, String>>> {
        self.0.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

impl Drop for Explore {
    fn drop(&mut self) {
        // A cell that fails shows its failure alone.
        if !std::thread::panicking() {
            self.evcxr_display();
        }
    }
}

impl fmt::Debug for Explore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explore").finish_non_exhaustive()
    }
}

/// Shows controls where the program runs, or what is wrong with them.
#[track_caller]
fn show(exploration: Result<Exploration, String>) {
    match exploration {
        Err(problem) => super::display(&super::problem(&problem)),
        Ok(exploration) => match front_end() {
            // In the closure of another one, the reader moves that one.
            FrontEnd::NnKernel if Stage::current().is_none() => show_in_kernel(exploration),
            _ => once::show(exploration),
        },
    }
}

#[cfg(all(feature = "notebook", unix))]
#[track_caller]
fn show_in_kernel(exploration: Exploration) {
    exploration::keep_panics_to_the_closure();
    if page::is_wanted() {
        page::show(exploration);
    } else if page::is_picture_wanted() {
        once::show(exploration);
    } else if let Err(exploration) = live::show(exploration) {
        once::show(*exploration);
    }
}

#[cfg(not(all(feature = "notebook", unix)))]
#[track_caller]
fn show_in_kernel(exploration: Exploration) {
    #[cfg(feature = "notebook")]
    if page::is_wanted() {
        return page::show(exploration);
    }
    once::show(exploration);
}
