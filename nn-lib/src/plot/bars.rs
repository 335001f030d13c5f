//! Bar charts: a value for each name, upright or lying.

use super::frame::{Axis, Captions, Frame, Wanted};
use super::geometry::{Point, Rect};
use super::legend::{Entry, Key, Legend};
use super::scene::Scene;
use super::series::drawable;
use super::text::{Align, Text};
use super::theme;
use crate::{Error, Result};

/// A bar for each name.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    names: Vec<String>,
    values: Vec<f64>,
    label: String,
    horizontal: bool,
}

impl Bars {
    pub(crate) fn new(
        names: Vec<String>,
        values: Vec<f64>,
        label: String,
        horizontal: bool,
    ) -> Bars {
        Bars {
            names,
            values,
            label,
            horizontal,
        }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// All bars if they are few, else the highest and the lowest.
    pub(super) fn description(&self) -> String {
        let pairs = self
            .names
            .iter()
            .map(String::as_str)
            .zip(self.values.iter().copied());
        let values = if self.values.len() > 8 {
            super::words::extremes(pairs)
        } else {
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name} {}", super::short_number(value)))
                .collect();
            pairs.join(", ")
        };
        format!("{} bars {:?}: {values}", self.values.len(), self.label)
    }

    fn check(&self, first: &Bars) -> Result<()> {
        let operation = format!("bars {:?}", self.label);
        if self.names.len() != self.values.len() {
            let expected = format!("{} values, one for each name", self.names.len());
            return Err(Error::invalid(
                operation,
                expected,
                self.values.len().to_string(),
            ));
        }
        if self.values.is_empty() {
            return Err(Error::invalid(operation, "at least one bar", "none"));
        }
        if self.names != first.names || self.horizontal != first.horizontal {
            let expected = "the names and direction of the bars that are already there";
            return Err(Error::invalid(operation, expected, "others"));
        }
        if !self.values.iter().any(|v| drawable(*v)) {
            return Err(super::series::all_missing(operation, self.values.len()));
        }
        Ok(())
    }
}

type Range = Option<(f64, f64)>;

/// Draws one or more series of bars over the same names.
pub(crate) fn draw(
    scene: &mut Scene,
    captions: &Captions,
    groups: &[&Bars],
    ranges: (Range, Range),
) -> Result<()> {
    let first = groups[0];
    for bars in groups {
        bars.check(first)?;
    }
    let horizontal = first.horizontal;
    let values: Vec<f64> = groups
        .iter()
        .flat_map(|bars| &bars.values)
        .copied()
        .filter(|v| drawable(*v))
        .collect();
    let given = if horizontal { ranges.0 } else { ranges.1 };
    let numbers = Wanted::numbers_from_zero(&values, given, if horizontal { 0.14 } else { 0.08 });
    let names = Wanted::Names(first.names.clone());
    let (x, y) = if horizontal {
        (&numbers, &names)
    } else {
        (&names, &numbers)
    };
    let entries = groups.iter().enumerate().map(|(index, bars)| Entry {
        key: Key::Area,
        color: theme::series_color(index),
        label: bars.label.clone(),
    });
    let room = f64::from(scene.width) - 60.0;
    let legend = Legend::new(entries.collect(), room);
    let frame = Frame::new(
        scene.bounds(),
        captions,
        x,
        y,
        legend.height_above(room),
        0.0,
    );
    frame.draw_grid(scene);

    let slot = if horizontal {
        frame.plot.height
    } else {
        frame.plot.width
    } / first.names.len() as f64;
    let thickness = slot * if groups.len() == 1 { 0.72 } else { 0.84 } / groups.len() as f64;
    let written =
        first.names.len() * groups.len() <= 24 && thickness >= if horizontal { 13.0 } else { 30.0 };
    for (index, bars) in groups.iter().enumerate() {
        let texts = super::short_numbers(&bars.values);
        let offset = (index as f64 - groups.len() as f64 / 2.0) * thickness;
        for (position, value) in bars
            .values
            .iter()
            .enumerate()
            .filter(|(_, v)| drawable(**v))
        {
            let (low, high) = frame.limits(horizontal);
            let (from, to) = (0f64.clamp(low, high), value.clamp(low, high));
            let bar = if horizontal {
                let (left, right) = (frame.across(from.min(to)), frame.across(from.max(to)));
                Rect::new(
                    left,
                    frame.up(position as f64) + offset,
                    right - left,
                    thickness,
                )
            } else {
                let (top, bottom) = (frame.up(from.max(to)), frame.up(from.min(to)));
                Rect::new(
                    frame.across(position as f64) + offset,
                    top,
                    thickness,
                    bottom - top,
                )
            };
            scene.rect(bar, theme::series_color(index));
            if written && *value == to {
                scene.text(value_text(bar, *value, &texts[position], horizontal));
            }
        }
    }
    frame.draw_axes(scene, false);
    let (low, high) = frame.limits(horizontal);
    let zero = 0f64.clamp(low, high);
    let (from, to): (Point, Point) = if horizontal {
        (
            (frame.across(zero), frame.plot.y),
            (frame.across(zero), frame.plot.bottom()),
        )
    } else {
        (
            (frame.plot.x, frame.up(zero)),
            (frame.plot.right(), frame.up(zero)),
        )
    };
    scene.rule(from, to, 1.0, theme::AXIS);
    legend.draw_above(scene, frame.plot, room);
    Ok(())
}

/// The value at the end of its bar.
fn value_text(bar: Rect, value: f64, text: &str, horizontal: bool) -> Text {
    let size = theme::TICK_SIZE - 1.0;
    let (middle_x, middle_y) = (bar.x + bar.width / 2.0, bar.y + bar.height / 2.0);
    let text = |at, align| {
        Text::new(at, size, text)
            .color(theme::SOFT_INK)
            .align(align)
    };
    match (horizontal, value < 0.0) {
        (true, false) => text((bar.right() + 5.0, middle_y + 0.36 * size), Align::Left),
        (true, true) => text((bar.x - 5.0, middle_y + 0.36 * size), Align::Right),
        (false, false) => text((middle_x, bar.y - 4.0), Align::Center),
        (false, true) => text((middle_x, bar.bottom() + 4.0 + 0.76 * size), Align::Center),
    }
}

impl Frame {
    /// The ends of the numeric axis along which bars grow.
    fn limits(&self, horizontal: bool) -> (f64, f64) {
        match if horizontal { &self.x } else { &self.y } {
            Axis::Numeric(axis) => (axis.low, axis.high),
            Axis::Named(names) => (0.0, names.len() as f64),
        }
    }
}
