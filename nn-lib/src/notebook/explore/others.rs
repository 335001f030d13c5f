//! The controls that are no sliders: a choice, a checkbox, a line of text, a button.

use std::fmt::Display;

use super::control::{Control, Reader, sealed};
use super::spec::{Kind, Position, Spec};

/// A list of which one is chosen; the closure gets it as it was written: a name, a number, whatever can be shown.
///
/// ```
/// use nn_lib::prelude::*;
///
/// explore("Optimizer", choice("optimizer", ["rmsprop", "sgd"]), |name| Ok(name.len()));
/// explore("Doubled", choice("units", [4, 16, 64]).start(16), |units| Ok(units * 2));
/// ```
pub fn choice<T>(name: impl Into<String>, options: impl IntoIterator<Item = T>) -> Choice<T>
where
    T: Clone + Display + PartialEq + Send + 'static,
{
    Choice {
        name: name.into(),
        options: options.into_iter().collect(),
        start: None,
    }
}

/// A list of which one is chosen, see [`choice`].
#[derive(Clone, Debug)]
#[must_use = "a control is shown by `explore`"]
pub struct Choice<T> {
    name: String,
    options: Vec<T>,
    start: Option<T>,
}

impl<T> Choice<T> {
    /// What is chosen at first: without it the first.
    pub fn start(mut self, start: T) -> Choice<T> {
        self.start = Some(start);
        self
    }
}

impl<T> sealed::Control for Choice<T> {}

impl<T: Clone + Display + PartialEq + Send + 'static> Control for Choice<T> {
    type Value = T;

    fn parts(self) -> (Result<Spec, String>, Reader<T>) {
        let start = match &self.start {
            None => Ok(0),
            Some(start) => (self.options.iter())
                .position(|option| option == start)
                .ok_or_else(|| start.to_string()),
        };
        let labels = self.options.iter().map(T::to_string).collect();
        let spec = chosen(self.name, labels, start);
        let options = self.options;
        let read = move |position: &Position| match position {
            Position::Place(place) => options[*place].clone(),
            _ => options[0].clone(),
        };
        (spec, Box::new(read))
    }
}

fn chosen(name: String, labels: Vec<String>, start: Result<usize, String>) -> Result<Spec, String> {
    if labels.is_empty() {
        return Err(format!(
            "the choice {name:?} needs something to choose from"
        ));
    }
    let start = start.map_err(|start| {
        format!(
            "the choice {name:?} starts at {start:?}, which is not in its list: {}",
            labels.join(", ")
        )
    })?;
    Ok(Spec {
        name,
        kind: Kind::Choice(labels),
        start: Position::Place(start),
    })
}

/// A box that is on or off; the closure gets `true` or `false`.
///
/// ```
/// use nn_lib::prelude::*;
///
/// explore("Dropout", checkbox("dropout"), |dropout| Ok(if dropout { 0.5 } else { 0.0 }));
/// ```
pub fn checkbox(name: impl Into<String>) -> Checkbox {
    Checkbox {
        name: name.into(),
        start: false,
    }
}

/// A box that is on or off, see [`checkbox`].
#[derive(Clone, Debug)]
#[must_use = "a control is shown by `explore`"]
pub struct Checkbox {
    name: String,
    start: bool,
}

impl Checkbox {
    /// Whether it is on at first: without it, it is off.
    pub fn start(mut self, start: bool) -> Checkbox {
        self.start = start;
        self
    }
}

impl sealed::Control for Checkbox {}

impl Control for Checkbox {
    type Value = bool;

    fn parts(self) -> (Result<Spec, String>, Reader<bool>) {
        let spec = Spec {
            name: self.name,
            kind: Kind::Checkbox,
            start: Position::Place(usize::from(self.start)),
        };
        let read = |position: &Position| *position == Position::Place(1);
        (Ok(spec), Box::new(read))
    }
}

/// A line of text; the closure gets what stands in it.
///
/// ```
/// use nn_lib::prelude::*;
///
/// explore("Length", text("review", "a great film"), |text| Ok(text.len()));
/// ```
pub fn text(name: impl Into<String>, start: impl Into<String>) -> Text {
    Text {
        name: name.into(),
        start: start.into(),
    }
}

/// A line of text, see [`text`].
#[derive(Clone, Debug)]
#[must_use = "a control is shown by `explore`"]
pub struct Text {
    name: String,
    start: String,
}

impl Text {
    /// What stands in it at first.
    pub fn start(mut self, start: impl Into<String>) -> Text {
        self.start = start.into();
        self
    }
}

impl sealed::Control for Text {}

impl Control for Text {
    type Value = String;

    fn parts(self) -> (Result<Spec, String>, Reader<String>) {
        let spec = Spec {
            name: self.name,
            kind: Kind::Text,
            start: Position::Text(self.start),
        };
        let read = |position: &Position| match position {
            Position::Text(text) => text.clone(),
            _ => String::new(),
        };
        (Ok(spec), Box::new(read))
    }
}

/// A button; the closure gets how many times it was pressed.
///
/// ```
/// use nn_lib::prelude::*;
///
/// explore("Again", button("other data"), |times| Ok(format!("seed {times}")));
/// ```
pub fn button(name: impl Into<String>) -> Button {
    Button { name: name.into() }
}

/// A button, see [`button`].
#[derive(Clone, Debug)]
#[must_use = "a control is shown by `explore`"]
pub struct Button {
    name: String,
}

impl sealed::Control for Button {}

impl Control for Button {
    type Value = usize;

    fn parts(self) -> (Result<Spec, String>, Reader<usize>) {
        let spec = Spec {
            name: self.name,
            kind: Kind::Button,
            start: Position::Pressed(0),
        };
        let read = |position: &Position| match position {
            Position::Pressed(times) => *times,
            _ => 0,
        };
        (Ok(spec), Box::new(read))
    }
}
