//! The room of a chart: title, axis labels and ticks around the rectangle that holds the data.

use super::fonts::Weight;
use super::geometry::{Point, Rect};
use super::scene::Scene;
use super::text::{Align, Text};
use super::ticks::{NumericAxis, Scale, padded};
use super::{fonts, theme};

/// What an axis shows.
#[derive(Clone, Debug)]
pub(crate) enum Axis {
    Numeric(NumericAxis),
    /// Names of equal room, in order along the axis.
    Named(Vec<String>),
}

/// What an axis has to show, before its room is known.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Numbers {
        low: f64,
        high: f64,
        scale: Scale,
        whole: bool,
    },
    Names(Vec<String>),
}

impl Wanted {
    /// The numbers of `values` with a little air; a given range is taken as it is.
    pub(crate) fn numbers(values: &[f64], given: Option<(f64, f64)>, scale: Scale) -> Wanted {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let whole = values.iter().all(|v| v.fract() == 0.0);
        let (low, high) = given.unwrap_or_else(|| padded(low, high, scale));
        Wanted::Numbers {
            low,
            high,
            scale,
            whole,
        }
    }

    /// The numbers of `values` and zero; beyond the ends that are not zero `air` times the span, as bars need it.
    pub(crate) fn numbers_from_zero(values: &[f64], given: Option<(f64, f64)>, air: f64) -> Wanted {
        let low = values.iter().copied().fold(0.0, f64::min);
        let high = values.iter().copied().fold(0.0, f64::max);
        let air = air * (high - low);
        let (low, high) = match given {
            Some(range) => range,
            None if low == high => (0.0, 1.0),
            None => (
                if low < 0.0 { low - air } else { 0.0 },
                if high > 0.0 { high + air } else { 0.0 },
            ),
        };
        Wanted::Numbers {
            low,
            high,
            scale: Scale::Linear,
            whole: values.iter().all(|v| v.fract() == 0.0),
        }
    }

    fn axis(&self, count: usize) -> Axis {
        match self {
            Wanted::Numbers {
                low,
                high,
                scale,
                whole,
            } => Axis::Numeric(NumericAxis::new(*low, *high, *scale, count, *whole)),
            Wanted::Names(names) => Axis::Named(names.clone()),
        }
    }
}

/// The words around the data.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captions {
    pub title: String,
    pub subtitle: String,
    pub notice: String,
    pub x_label: String,
    pub y_label: String,
    /// The words beside the colours of a surface.
    pub z_label: String,
}

/// The laid out room of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The rectangle of the data.
    pub plot: Rect,
    pub x: Axis,
    pub y: Axis,
    header: Vec<Text>,
    x_names: Vec<String>,
    y_names: Vec<String>,
    /// Whether the names along the x axis are turned by a quarter.
    upright: bool,
    captions: Captions,
}

/// Around the sheet.
pub(super) const MARGIN: f64 = 14.0;
/// From the axis to its numbers.
const TICK_GAP: f64 = 8.0;
const NAME_ROOM: f64 = 0.36;

impl Frame {
    /// Finds room for everything on a sheet; `legend` is the height of a legend above the data, `right` the room
    /// beside it.
    pub(crate) fn new(
        sheet: Rect,
        captions: &Captions,
        x: &Wanted,
        y: &Wanted,
        legend: f64,
        right: f64,
    ) -> Frame {
        let mut header = header(sheet, captions);
        let top = header
            .last()
            .map_or(sheet.y + MARGIN, |text| text.at.1 + 14.0)
            + legend;
        let below = if captions.x_label.is_empty() {
            MARGIN
        } else {
            MARGIN + theme::LABEL_SIZE + 8.0
        };
        let beside = if captions.y_label.is_empty() {
            MARGIN
        } else {
            MARGIN + theme::LABEL_SIZE + 8.0
        };

        // The y axis first, with the height that one line of x numbers leaves: its numbers decide the width.
        let line = TICK_GAP + theme::TICK_SIZE;
        let height = (sheet.bottom() - below - line - top).max(40.0);
        let y_axis = y.axis(((height / 36.0) as usize).clamp(2, 9));
        let y_names = names(&y_axis, NAME_ROOM * sheet.width);
        let left = sheet.x + beside + TICK_GAP + widest(&y_names);
        let mut right_room = MARGIN + 4.0 + right;
        let width = |right_room: f64| (sheet.right() - right_room - left).max(40.0);

        let (mut x_axis, mut x_names) = (Axis::Named(Vec::new()), Vec::new());
        for count in (2..=((width(right_room) / 48.0) as usize).clamp(2, 11)).rev() {
            x_axis = x.axis(count);
            x_names = names(&x_axis, NAME_ROOM * sheet.height);
            let Axis::Numeric(axis) = &x_axis else { break };
            // The last number may reach beyond the axis.
            let last = axis
                .ticks
                .last()
                .map_or(0.0, |tick| (1.0 - axis.share(*tick)) * width(right_room));
            let overhang = x_names.last().map_or(0.0, |name| tick_width(name) / 2.0) - last + 4.0;
            right_room = right_room.max(overhang);
            if !crowded(axis, &x_names, width(right_room)) {
                break;
            }
        }
        let slot = width(right_room) / x_names.len().max(1) as f64;
        let upright = matches!(x_axis, Axis::Named(_)) && widest(&x_names) > slot - 6.0;
        let x_room = if upright {
            TICK_GAP + widest(&x_names)
        } else {
            line
        };
        let height = (sheet.bottom() - below - x_room - top).max(40.0);
        let plot = Rect::new(
            left.round(),
            top.round(),
            width(right_room).round(),
            height.round(),
        );
        for text in &mut header {
            let half = text.bounds().width / 2.0;
            let center = plot.x + plot.width / 2.0;
            text.at.0 = center
                .min(sheet.right() - MARGIN - half)
                .max(sheet.x + MARGIN + half);
        }
        Frame {
            plot,
            x: x_axis,
            y: y_axis,
            header,
            x_names,
            y_names,
            upright,
            captions: captions.clone(),
        }
    }

    /// The place of a pair of numbers; both axes must be numeric.
    pub(crate) fn place(&self, x: f64, y: f64) -> Point {
        (self.across(x), self.up(y))
    }

    /// The horizontal place of a number on the x axis.
    pub(crate) fn across(&self, value: f64) -> f64 {
        match &self.x {
            Axis::Numeric(axis) => self.plot.x + axis.share(value) * self.plot.width,
            Axis::Named(names) => {
                self.plot.x + (value + 0.5) / names.len() as f64 * self.plot.width
            }
        }
    }

    /// The vertical place of a number on the y axis; names are counted from the top.
    pub(crate) fn up(&self, value: f64) -> f64 {
        match &self.y {
            Axis::Numeric(axis) => self.plot.bottom() - axis.share(value) * self.plot.height,
            Axis::Named(names) => {
                self.plot.y + (value + 0.5) / names.len() as f64 * self.plot.height
            }
        }
    }

    /// Draws the grid, which belongs below the data.
    pub(crate) fn draw_grid(&self, scene: &mut Scene) {
        if let Axis::Numeric(axis) = &self.x {
            for tick in &axis.ticks {
                let x = self.across(*tick);
                scene.rule((x, self.plot.y), (x, self.plot.bottom()), 1.0, theme::GRID);
            }
        }
        if let Axis::Numeric(axis) = &self.y {
            for tick in &axis.ticks {
                let y = self.up(*tick);
                scene.rule((self.plot.x, y), (self.plot.right(), y), 1.0, theme::GRID);
            }
        }
    }

    /// Draws the axes, their numbers and every caption, which belong above the data.
    pub(crate) fn draw_axes(&self, scene: &mut Scene, lines: bool) {
        let Rect {
            x: left, y: top, ..
        } = self.plot;
        let (right, bottom) = (self.plot.right(), self.plot.bottom());
        if lines {
            scene.rule((left, bottom), (right, bottom), 1.0, theme::AXIS);
            scene.rule((left, top), (left, bottom), 1.0, theme::AXIS);
        }
        let number = |at, text: &str| Text::new(at, theme::TICK_SIZE, text).color(theme::SOFT_INK);
        let slots = |names: &[String]| (0..names.len()).map(|k| k as f64).collect::<Vec<_>>();
        let (x_places, tick_marks) = match &self.x {
            Axis::Numeric(axis) => (axis.ticks.clone(), lines),
            Axis::Named(names) => (slots(names), false),
        };
        let slot = self.plot.width / x_places.len().max(1) as f64;
        let stride = if self.upright { every(slot) } else { 1 };
        for (value, name) in x_places.iter().zip(&self.x_names).step_by(stride) {
            let x = self.across(*value);
            if tick_marks {
                scene.rule((x, bottom), (x, bottom + 4.0), 1.0, theme::AXIS);
            }
            scene.text(if self.upright {
                number((x + 0.36 * theme::TICK_SIZE, bottom + TICK_GAP), name)
                    .align(Align::Right)
                    .upward()
            } else {
                number((x, bottom + TICK_GAP + 0.78 * theme::TICK_SIZE), name).align(Align::Center)
            });
        }
        let y_places = match &self.y {
            Axis::Numeric(axis) => axis.ticks.clone(),
            Axis::Named(names) => slots(names),
        };
        let stride = match &self.y {
            Axis::Numeric(_) => 1,
            Axis::Named(names) => every(self.plot.height / names.len().max(1) as f64),
        };
        for (value, name) in y_places.iter().zip(&self.y_names).step_by(stride) {
            let y = self.up(*value);
            scene.text(
                number((left - TICK_GAP, y + 0.36 * theme::TICK_SIZE), name).align(Align::Right),
            );
        }
        self.header.iter().for_each(|text| scene.text(text.clone()));
        let Captions {
            x_label, y_label, ..
        } = &self.captions;
        if !x_label.is_empty() {
            let room = scene_room(self.plot.width);
            let label = fonts::shortened(x_label, theme::LABEL_SIZE, Weight::Regular, room);
            let below = if self.upright {
                widest(&self.x_names)
            } else {
                theme::TICK_SIZE
            };
            let y = bottom + TICK_GAP + below + 8.0 + 0.78 * theme::LABEL_SIZE;
            scene.text(
                Text::new(((left + right) / 2.0, y), theme::LABEL_SIZE, label).align(Align::Center),
            );
        }
        if !y_label.is_empty() {
            let room = scene_room(self.plot.height);
            let label = fonts::shortened(y_label, theme::LABEL_SIZE, Weight::Regular, room);
            let x = left - TICK_GAP - widest(&self.y_names) - 10.0;
            scene.text(
                Text::new((x, (top + bottom) / 2.0), theme::LABEL_SIZE, label)
                    .align(Align::Center)
                    .upward(),
            );
        }
    }
}

/// A caption may be a little longer than its axis.
fn scene_room(axis: f64) -> f64 {
    axis + 40.0
}

/// Title, subtitle and notice, centred, from the top.
fn header(sheet: Rect, captions: &Captions) -> Vec<Text> {
    let room = sheet.width - 2.0 * MARGIN;
    let mut texts: Vec<Text> = Vec::new();
    let mut y = sheet.y + 10.0;
    let parts = [
        (&captions.title, theme::TITLE_SIZE, Weight::Bold, theme::INK),
        (
            &captions.subtitle,
            theme::SUBTITLE_SIZE,
            Weight::Regular,
            theme::SOFT_INK,
        ),
        (
            &captions.notice,
            theme::SUBTITLE_SIZE,
            Weight::Bold,
            theme::WARNING,
        ),
    ];
    for (words, size, weight, color) in parts {
        for line in fonts::wrapped(words, size, weight, room) {
            y += 1.28 * size;
            let text = Text::new((sheet.x + sheet.width / 2.0, y), size, line)
                .align(Align::Center)
                .color(color);
            texts.push(Text { weight, ..text });
        }
    }
    texts
}

/// What is written along an axis, none longer than `room`.
fn names(axis: &Axis, room: f64) -> Vec<String> {
    match axis {
        Axis::Numeric(axis) => axis.labels.clone(),
        Axis::Named(names) => names
            .iter()
            .map(|name| fonts::shortened(name, theme::TICK_SIZE, Weight::Regular, room))
            .collect(),
    }
}

fn tick_width(name: &str) -> f64 {
    fonts::width(name, theme::TICK_SIZE, Weight::Regular)
}

fn widest(names: &[String]) -> f64 {
    names
        .iter()
        .map(|name| tick_width(name))
        .fold(0.0, f64::max)
}

/// Whether two numbers along the x axis come too close to each other.
fn crowded(axis: &NumericAxis, names: &[String], width: f64) -> bool {
    let places = axis.ticks.iter().map(|tick| axis.share(*tick) * width);
    let ends: Vec<(f64, f64)> = places
        .zip(names)
        .map(|(x, name)| (x - tick_width(name) / 2.0, x + tick_width(name) / 2.0))
        .collect();
    ends.windows(2).any(|pair| pair[1].0 - pair[0].1 < 10.0)
}

/// Which of the names fit one below the other: every one, every second, ...
fn every(slot: f64) -> usize {
    ((theme::TICK_SIZE + 2.0) / slot.max(0.01))
        .ceil()
        .clamp(1.0, 1e6) as usize
}
