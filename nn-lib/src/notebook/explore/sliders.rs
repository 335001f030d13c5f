//! Sliders: even, logarithmic, and with two handles.

use std::ops::RangeInclusive;

use super::control::{Control, Reader, sealed};
use super::number::Number;
use super::scale::{Scale, ScaleKind};
use super::spec::{Kind, Position, Spec};

/// A slider over whole numbers (`1..=64`) or real ones (`0.0..=1.0`).
///
/// ```
/// use nn_lib::prelude::*;
///
/// explore("Doubled", slider("number", 1..=64).start(16), |number| Ok(number * 2));
/// explore("Halved", slider("number", 0.0..=1.0).step(0.05), |number| Ok(number / 2.0));
/// ```
pub fn slider<N: Number>(name: impl Into<String>, range: RangeInclusive<N>) -> Slider<N> {
    Slider {
        name: name.into(),
        range,
        step: None,
        start: None,
    }
}

/// A slider, see [`slider`].
#[derive(Clone, Debug)]
#[must_use = "a control is shown by `explore`"]
pub struct Slider<N> {
    name: String,
    range: RangeInclusive<N>,
    step: Option<N>,
    start: Option<N>,
}

impl<N: Number> Slider<N> {
    /// What is between two positions: without it 1, and a hundredth of the range of real numbers.
    pub fn step(mut self, step: N) -> Slider<N> {
        self.step = Some(step);
        self
    }

    /// Where it stands at first: without it at the left end.
    pub fn start(mut self, start: N) -> Slider<N> {
        self.start = Some(start);
        self
    }
}

impl<N> sealed::Control for Slider<N> {}

impl<N: Number> Control for Slider<N> {
    type Value = N;

    fn parts(self) -> (Result<Spec, String>, Reader<N>) {
        one_handle(self.name, scale(&self.range, self.step), self.start)
    }
}

/// A slider over powers of ten, as for a learning rate.
///
/// ```
/// use nn_lib::prelude::*;
///
/// let rate = log_slider("learning rate", 1e-4..=1.0).start(1e-2);
/// explore("A step", rate, |rate| Ok(format!("{}", 1.0 - rate)));
/// ```
pub fn log_slider<N: Number>(name: impl Into<String>, range: RangeInclusive<N>) -> LogSlider<N> {
    LogSlider {
        name: name.into(),
        range,
        per_decade: 4,
        start: None,
    }
}

/// A logarithmic slider, see [`log_slider`].
#[derive(Clone, Debug)]
#[must_use = "a control is shown by `explore`"]
pub struct LogSlider<N> {
    name: String,
    range: RangeInclusive<N>,
    per_decade: usize,
    start: Option<N>,
}

impl<N: Number> LogSlider<N> {
    /// How many positions there are from one power of ten to the next: without it 4.
    pub fn per_decade(mut self, positions: usize) -> LogSlider<N> {
        self.per_decade = positions;
        self
    }

    /// Where it stands at first: without it at the left end.
    pub fn start(mut self, start: N) -> LogSlider<N> {
        self.start = Some(start);
        self
    }
}

impl<N> sealed::Control for LogSlider<N> {}

impl<N: Number> Control for LogSlider<N> {
    type Value = N;

    fn parts(self) -> (Result<Spec, String>, Reader<N>) {
        let (first, last) = (self.range.start().written(), self.range.end().written());
        let scale = Scale::logarithmic(first, last, self.per_decade);
        one_handle(self.name, scale, self.start)
    }
}

/// A slider with two handles; the closure gets both numbers, the lower one first.
///
/// ```
/// use nn_lib::prelude::*;
///
/// explore("Between", range("words", 0..=100).start(20..=80), |(from, to)| Ok(to - from));
/// ```
pub fn range<N: Number>(name: impl Into<String>, range: RangeInclusive<N>) -> Range<N> {
    Range {
        name: name.into(),
        range,
        step: None,
        start: None,
    }
}

/// A slider with two handles, see [`range`](range()).
#[derive(Clone, Debug)]
#[must_use = "a control is shown by `explore`"]
pub struct Range<N> {
    name: String,
    range: RangeInclusive<N>,
    step: Option<N>,
    start: Option<RangeInclusive<N>>,
}

impl<N: Number> Range<N> {
    /// What is between two positions: without it 1, and a hundredth of the range of real numbers.
    pub fn step(mut self, step: N) -> Range<N> {
        self.step = Some(step);
        self
    }

    /// Where the two handles stand at first: without it at both ends.
    pub fn start(mut self, start: RangeInclusive<N>) -> Range<N> {
        self.start = Some(start);
        self
    }
}

impl<N> sealed::Control for Range<N> {}

impl<N: Number> Control for Range<N> {
    type Value = (N, N);

    fn parts(self) -> (Result<Spec, String>, Reader<(N, N)>) {
        let start = self
            .start
            .map(|start| (start.start().written(), start.end().written()));
        let spec = two_handles(self.name, scale(&self.range, self.step), start);
        let read = numbers(&spec);
        let both = move |position: &Position| {
            let (low, high) = read(position);
            (N::nearest(low), N::nearest(high))
        };
        (spec, Box::new(both))
    }
}

fn scale<N: Number>(range: &RangeInclusive<N>, step: Option<N>) -> Result<Scale, String> {
    let (first, last) = (range.start().written(), range.end().written());
    let usual = if N::WHOLE {
        1.0
    } else {
        (last - first) / 100.0
    };
    Scale::even(first, last, step.map_or(usual, N::written), N::WHOLE)
}

fn one_handle<N: Number>(
    name: String,
    scale: Result<Scale, String>,
    start: Option<N>,
) -> (Result<Spec, String>, Reader<N>) {
    let place = scale.and_then(|scale| {
        let place = start.map_or(Ok(0), |start| scale.start(start.written()))?;
        Ok((Kind::Slider(scale), Position::Place(place)))
    });
    let spec = match place {
        Ok((kind, start)) => Ok(Spec { name, kind, start }),
        Err(problem) => Err(format!("the slider {name:?} {problem}")),
    };
    let read = numbers(&spec);
    (spec, Box::new(move |position| N::nearest(read(position).0)))
}

fn two_handles(
    name: String,
    scale: Result<Scale, String>,
    start: Option<(f64, f64)>,
) -> Result<Spec, String> {
    let problem = |problem| format!("the range {name:?} {problem}");
    let scale = scale.map_err(problem)?;
    let (low, high) = match start {
        None => (0, scale.count - 1),
        Some((low, high)) => (
            scale.start(low).map_err(problem)?,
            scale.start(high).map_err(problem)?,
        ),
    };
    if low > high {
        return Err(problem("starts with its higher number".to_owned()));
    }
    Ok(Spec {
        start: Position::Places(low, high),
        kind: Kind::Range(scale),
        name,
    })
}

/// The numbers at a position; where there is one handle, twice the same.
fn numbers(spec: &Result<Spec, String>) -> impl Fn(&Position) -> (f64, f64) + Send + use<> {
    let scale = match spec {
        Ok(Spec {
            kind: Kind::Slider(scale) | Kind::Range(scale),
            ..
        }) => *scale,
        // The closure is never called.
        _ => Scale {
            first: 0.0,
            step: 1.0,
            count: 1,
            kind: ScaleKind::Whole,
        },
    };
    move |position| match position {
        Position::Place(place) => (scale.number(*place), scale.number(*place)),
        Position::Places(low, high) => (scale.number(*low), scale.number(*high)),
        _ => (scale.number(0), scale.number(0)),
    }
}
