//! The legend: which mark is which series, where it hides no data.

use super::fonts::Weight;
use super::geometry::{Point, Rect};
use super::scene::{Scene, Shape};
use super::series::marker;
use super::text::Text;
use super::theme::Color;
use super::{fonts, theme};

/// The mark in front of a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Key {
    Marker(usize),
    Line,
    Path,
    Area,
}

/// One line of the legend.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub key: Key,
    pub color: Color,
    pub label: String,
}

const ROW: f64 = 22.0;
const KEY_WIDTH: f64 = 26.0;
const PADDING: f64 = 10.0;

/// A legend that is not placed yet.
pub(crate) struct Legend {
    entries: Vec<Entry>,
    widths: Vec<f64>,
}

impl Legend {
    /// A legend of the entries that have a name, none of them wider than `room`.
    pub(crate) fn new(entries: Vec<Entry>, room: f64) -> Legend {
        let mut entries = entries;
        entries.retain(|entry| !entry.label.is_empty());
        for entry in &mut entries {
            let room = room - KEY_WIDTH - 2.0 * PADDING - 10.0;
            entry.label = fonts::shortened(&entry.label, theme::LABEL_SIZE, Weight::Regular, room);
        }
        let width = |entry: &Entry| {
            KEY_WIDTH + 8.0 + fonts::width(&entry.label, theme::LABEL_SIZE, Weight::Regular)
        };
        let widths = entries.iter().map(width).collect();
        Legend { entries, widths }
    }

    fn box_size(&self) -> (f64, f64) {
        let widest = self.widths.iter().copied().fold(0.0, f64::max);
        (
            widest + 2.0 * PADDING,
            self.entries.len() as f64 * ROW + 10.0,
        )
    }

    /// Draws a chart with this legend. `chart` draws it without, below so much free height, and says where its plot is and
    /// which places the legend must not cover. The legend goes where the data leave room, and else above the plot.
    pub(crate) fn draw_on(
        &self,
        scene: &mut Scene,
        room: f64,
        chart: impl Fn(f64) -> (Rect, Scene, Vec<Point>),
    ) {
        let (plot, sheet, obstacles) = chart(0.0);
        *scene = sheet;
        let above = self.height_above(room);
        if let Some(place) = self.free_place(plot, &obstacles) {
            self.draw_box(scene, place);
        } else if above > 0.0 {
            let (plot, sheet, _) = chart(above);
            *scene = sheet;
            self.draw_above(scene, plot, room);
        }
    }

    /// The corner or side of the plot where a framed box covers none of the `obstacles`, if there is one.
    fn free_place(&self, plot: Rect, obstacles: &[Point]) -> Option<Rect> {
        let (width, height) = self.box_size();
        if self.entries.is_empty() || width > 0.75 * plot.width || height > 0.75 * plot.height {
            return None;
        }
        let inset = 10.0;
        let (left, right) = (plot.x + inset, plot.right() - inset - width);
        let (top, bottom) = (plot.y + inset, plot.bottom() - inset - height);
        let (center, middle) = ((left + right) / 2.0, (top + bottom) / 2.0);
        [
            (right, top),
            (left, top),
            (right, bottom),
            (left, bottom),
            (center, top),
            (right, middle),
            (center, bottom),
            (left, middle),
        ]
        .into_iter()
        .map(|(x, y)| Rect::new(x, y, width, height))
        .find(|place| !obstacles.iter().any(|p| place.grown(6.0).contains(*p)))
    }

    /// Draws the legend as a framed box.
    fn draw_box(&self, scene: &mut Scene, place: Rect) {
        scene.rounded(place, 5.0, theme::GRID.mix(theme::AXIS, 0.35));
        scene.rounded(place.grown(-1.0), 4.0, theme::PAPER);
        for (row, entry) in self.entries.iter().enumerate() {
            let y = place.y + 5.0 + ROW * (row as f64 + 0.5);
            draw_entry(scene, entry, (place.x + PADDING, y));
        }
    }

    /// The rows of entries that fit beside each other in `room`.
    fn rows(&self, room: f64) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let mut used = f64::INFINITY;
        for (index, width) in self.widths.iter().enumerate() {
            if used + width > room {
                rows.push(Vec::new());
                used = 0.0;
            }
            used += width + 18.0;
            rows.last_mut().expect("a row was just begun").push(index);
        }
        rows
    }

    /// The height of the legend as rows above the plot.
    pub(crate) fn height_above(&self, room: f64) -> f64 {
        if self.entries.is_empty() {
            0.0
        } else {
            self.rows(room).len() as f64 * ROW + 4.0
        }
    }

    /// Draws the legend as centred rows right above the plot.
    pub(crate) fn draw_above(&self, scene: &mut Scene, plot: Rect, room: f64) {
        let rows = self.rows(room);
        let count = rows.len() as f64;
        for (number, row) in rows.iter().enumerate() {
            let width: f64 =
                row.iter().map(|k| self.widths[*k]).sum::<f64>() + 18.0 * (row.len() as f64 - 1.0);
            let mut x = (plot.x + (plot.width - width) / 2.0).max(8.0);
            let y = plot.y - 6.0 - ROW * (count - number as f64 - 0.5);
            for index in row {
                draw_entry(scene, &self.entries[*index], (x, y));
                x += self.widths[*index] + 18.0;
            }
        }
    }
}

/// Draws an entry; `at` is its left end, half way up.
fn draw_entry(scene: &mut Scene, entry: &Entry, (x, y): Point) {
    let middle = (x + KEY_WIDTH / 2.0, y);
    match entry.key {
        Key::Marker(kind) => {
            scene
                .shapes
                .push(marker(kind, middle, theme::POINT_RADIUS + 0.5, entry.color))
        }
        Key::Line => scene.line(
            vec![(x + 1.0, y), (x + KEY_WIDTH - 1.0, y)],
            theme::LINE_WIDTH,
            entry.color,
        ),
        Key::Path => {
            let ends = [(x + 1.0, y), (x + KEY_WIDTH - 1.0, y)];
            scene.line(ends.to_vec(), theme::LINE_WIDTH, entry.color);
            let dot = Shape::Circle(middle, theme::STEP_RADIUS + 0.5, entry.color);
            scene.shapes.push(dot);
        }
        Key::Area => scene.shapes.push(Shape::Rect(
            Rect::new(x + 4.0, y - 6.0, KEY_WIDTH - 8.0, 12.0),
            entry.color,
        )),
    }
    let at = (x + KEY_WIDTH + 8.0, y + 0.36 * theme::LABEL_SIZE);
    scene.text(Text::new(at, theme::LABEL_SIZE, entry.label.clone()));
}
