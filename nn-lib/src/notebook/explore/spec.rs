//! What a control is, whatever its type: its name, its positions, and the words for them.

use super::scale::Scale;

/// A control, as the front ends need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What stands beside it.
    pub name: String,
    /// What it looks like.
    pub kind: Kind,
    /// Where it stands at first.
    pub start: Position,
}

/// The kinds of controls.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A slider with one handle.
    Slider(Scale),
    /// A slider with two handles.
    Range(Scale),
    /// A list of these labels.
    Choice(Vec<String>),
    /// On or off.
    Checkbox,
    /// A line of text.
    Text,
    /// Something to press.
    Button,
    /// No control: a value of the notebook that the closure is given.
    Given,
}

/// Where a control stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// The place on a slider or in a list, from 0; of a checkbox, 0 and 1.
    Place(usize),
    /// The places of two handles, the lower one first.
    Places(usize, usize),
    /// What was typed.
    Text(String),
    /// How many times it was pressed.
    Pressed(usize),
    /// Nowhere: it is no control.
    Nowhere,
}

impl Spec {
    /// How many positions there are; text and buttons have only their start.
    pub fn count(&self) -> usize {
        match &self.kind {
            Kind::Slider(scale) => scale.count,
            Kind::Range(scale) => scale.count * (scale.count + 1) / 2,
            Kind::Choice(labels) => labels.len(),
            Kind::Checkbox => 2,
            Kind::Text | Kind::Button | Kind::Given => 1,
        }
    }

    /// The positions in their order, from the left to the right.
    pub fn positions(&self) -> Vec<Position> {
        match &self.kind {
            Kind::Range(scale) => {
                let lower = 0..scale.count;
                let both = |low| (low..scale.count).map(move |high| Position::Places(low, high));
                lower.flat_map(both).collect()
            }
            Kind::Slider(_) | Kind::Choice(_) | Kind::Checkbox => {
                (0..self.count()).map(Position::Place).collect()
            }
            Kind::Text | Kind::Button | Kind::Given => vec![self.start.clone()],
        }
    }

    /// A position in words: `16`, `0.2 – 0.8`, `rmsprop`.
    pub fn label(&self, position: &Position) -> String {
        match (&self.kind, position) {
            (Kind::Slider(scale), Position::Place(place)) => scale.label(*place),
            (Kind::Range(scale), Position::Places(low, high)) => {
                format!("{} – {}", scale.label(*low), scale.label(*high))
            }
            (Kind::Choice(labels), Position::Place(place)) => {
                labels.get(*place).cloned().unwrap_or_default()
            }
            (Kind::Checkbox, Position::Place(place)) => {
                ["off", "on"][usize::from(*place > 0)].to_owned()
            }
            (_, Position::Text(text)) => text.clone(),
            (_, Position::Pressed(times)) => times.to_string(),
            _ => String::new(),
        }
    }

    /// Whether the reader sees it.
    pub fn is_visible(&self) -> bool {
        self.kind != Kind::Given
    }
}

/// How many combinations of positions there are; `usize::MAX` where there are too many to count.
#[cfg(feature = "notebook")]
pub fn combinations(controls: &[Spec]) -> usize {
    let counts = controls.iter().map(Spec::count);
    counts.fold(1, usize::saturating_mul)
}

/// The combination of this number, counted from 0: the last control changes first.
#[cfg(feature = "notebook")]
pub fn combination(controls: &[Spec], mut number: usize) -> Vec<Position> {
    let mut positions: Vec<Position> = Vec::new();
    for control in controls.iter().rev() {
        let count = control.count();
        positions.push(control.positions()[number % count].clone());
        number /= count;
    }
    positions.reverse();
    positions
}
