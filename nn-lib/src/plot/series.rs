//! Points and lines: pairs of numbers, gaps where a number is missing, as many marks as the eye can tell apart.

use super::frame::Frame;
use super::geometry::{Point, Rect};
use super::paint::length;
use super::scene::{Scene, Shape};
use super::theme;
use super::theme::Color;
use crate::{Error, Result};
use std::collections::HashSet;

/// How the pairs of a series are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Style {
    Points,
    Line,
    /// A line with a dot at each pair, and a ring at the first one.
    Path,
}

/// A series of pairs of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub style: Style,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub label: String,
}

/// Whether a number can be drawn: finite, and so far from the largest numbers that axes have room around it.
pub(crate) fn drawable(value: f64) -> bool {
    value.abs() < 1e300
}

impl Series {
    /// Refuses what cannot be drawn: lengths that differ, no pair, no pair of finite numbers.
    pub(crate) fn check(&self) -> Result<()> {
        let kind = match self.style {
            Style::Points => "points",
            Style::Line => "line",
            Style::Path => "path",
        };
        let operation = format!("{kind} {:?}", self.label);
        if self.x.len() != self.y.len() {
            let expected = format!("{} y values, one for each x", self.x.len());
            return Err(
                Error::invalid(operation, expected, self.y.len().to_string())
                    .with_hint("x and y must have the same length; 1..=y.len() counts epochs"),
            );
        }
        if self.x.is_empty() {
            return Err(Error::invalid(operation, "at least one value", "none"));
        }
        if self.pairs().next().is_none() {
            return Err(all_missing(operation, self.y.len()));
        }
        Ok(())
    }

    /// The pairs of finite numbers.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let pairs = self.x.iter().copied().zip(self.y.iter().copied());
        pairs.filter(|(x, y)| drawable(*x) && drawable(*y))
    }

    /// Draws the series; what lies outside the plot is left out. Returns places that a legend should not cover.
    pub(crate) fn draw(
        &self,
        scene: &mut Scene,
        frame: &Frame,
        color: Color,
        kind: usize,
    ) -> Vec<Point> {
        match self.style {
            Style::Points => {
                let mut seen = HashSet::new();
                let mut places: Vec<Point> = self.pairs().map(|(x, y)| frame.place(x, y)).collect();
                places.retain(|place| frame.plot.grown(0.5).contains(*place));
                if places.len() > 1000 {
                    // Marks closer than half a pixel cannot be told apart.
                    places.retain(|(x, y)| {
                        seen.insert(((x * 2.0).round() as i64, (y * 2.0).round() as i64))
                    });
                }
                let radius = if places.len() > 150 {
                    2.2
                } else {
                    theme::POINT_RADIUS
                };
                for place in &places {
                    if places.len() <= 150 {
                        // A rim of paper keeps a dot apart from a line that it lies on.
                        scene
                            .shapes
                            .push(marker(kind, *place, radius + 1.0, theme::PAPER));
                    }
                    scene.shapes.push(marker(kind, *place, radius, color));
                }
                places
            }
            Style::Line => self.draw_line(scene, frame, color),
            Style::Path => {
                let obstacles = self.draw_line(scene, frame, color);
                let places = self.pairs().map(|(x, y)| frame.place(x, y));
                let seen = places.filter(|place| frame.plot.grown(0.5).contains(*place));
                let first = self.pairs().next().map(|(x, y)| frame.place(x, y));
                for place in seen {
                    let shapes = &mut scene.shapes;
                    if first == Some(place) {
                        shapes.push(Shape::Circle(
                            place,
                            theme::POINT_RADIUS + 2.5,
                            theme::PAPER,
                        ));
                        shapes.push(Shape::Circle(place, theme::POINT_RADIUS + 1.5, color));
                        shapes.push(Shape::Circle(
                            place,
                            theme::POINT_RADIUS - 0.5,
                            theme::PAPER,
                        ));
                    } else {
                        shapes.push(Shape::Circle(place, theme::STEP_RADIUS, color));
                    }
                }
                obstacles
            }
        }
    }

    fn draw_line(&self, scene: &mut Scene, frame: &Frame, color: Color) -> Vec<Point> {
        let mut obstacles = Vec::new();
        let width = if self.y.len() > 1000 {
            1.2
        } else {
            theme::LINE_WIDTH
        };
        for run in self.runs(frame) {
            for piece in clipped(&thinned(run), frame.plot) {
                obstacles.extend(sampled(&piece));
                if let [alone] = piece[..] {
                    // A value between two gaps has no line to either side.
                    scene
                        .shapes
                        .push(Shape::Circle(alone, theme::LINE_WIDTH, color));
                } else {
                    scene.line(piece, width, color);
                }
            }
        }
        obstacles
    }

    /// The places of neighbouring finite pairs; a missing number begins a new run.
    fn runs(&self, frame: &Frame) -> Vec<Vec<Point>> {
        let mut runs = vec![Vec::new()];
        for (x, y) in self.x.iter().zip(&self.y) {
            if drawable(*x) && drawable(*y) {
                runs.last_mut()
                    .expect("begun with one run")
                    .push(frame.place(*x, *y));
            } else {
                runs.push(Vec::new());
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }
}

/// The error for values none of which is a finite number.
pub(crate) fn all_missing(operation: impl Into<String>, count: usize) -> Error {
    Error::invalid(
        operation,
        "at least one finite value",
        format!("{count} values, all NaN or infinite"),
    )
    .with_hint("a loss that becomes NaN often calls for a smaller learning rate")
}

/// The mark of the `kind`-th series of points: circle, square, triangle, diamond.
pub(crate) fn marker(kind: usize, (x, y): Point, radius: f64, color: Color) -> Shape {
    let r = radius;
    match kind % 4 {
        0 => Shape::Circle((x, y), r, color),
        1 => Shape::Rect(Rect::new(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r), color),
        2 => Shape::Polygon(
            vec![
                (x, y - 1.2 * r),
                (x + 1.1 * r, y + 0.8 * r),
                (x - 1.1 * r, y + 0.8 * r),
            ],
            color,
        ),
        _ => Shape::Polygon(
            vec![
                (x, y - 1.3 * r),
                (x + 1.3 * r, y),
                (x, y + 1.3 * r),
                (x - 1.3 * r, y),
            ],
            color,
        ),
    }
}

/// A line of very many points reduced to what its pixels show: in each column the first, lowest, highest and last.
fn thinned(run: Vec<Point>) -> Vec<Point> {
    if run.len() <= 2000 {
        return run;
    }
    let mut kept: Vec<Point> = Vec::new();
    for column in run.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
        if column.len() <= 4 {
            kept.extend_from_slice(column);
            continue;
        }
        let by_height = |a: &&Point, b: &&Point| a.1.total_cmp(&b.1);
        let (Some(highest), Some(lowest)) = (
            column.iter().min_by(by_height),
            column.iter().max_by(by_height),
        ) else {
            continue;
        };
        kept.extend([column[0], *highest, *lowest, column[column.len() - 1]]);
    }
    kept.dedup();
    kept
}

/// The parts of a line that lie inside the plot (Liang and Barsky's clipping, segment by segment).
pub(super) fn clipped(line: &[Point], plot: Rect) -> Vec<Vec<Point>> {
    let room = plot.grown(0.5);
    if line.iter().all(|point| room.contains(*point)) {
        return vec![line.to_vec()];
    }
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    for pair in line.windows(2) {
        let Some((from, to)) = clipped_segment(pair[0], pair[1], plot) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces
}

fn clipped_segment(from: Point, to: Point, plot: Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0f64, 1f64);
    let sides = [
        (-dx, from.0 - plot.x),
        (dx, plot.right() - from.0),
        (-dy, from.1 - plot.y),
        (dy, plot.bottom() - from.1),
    ];
    for (speed, room) in sides {
        if speed == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if speed < 0.0 {
            enter = enter.max(room / speed);
        } else {
            leave = leave.min(room / speed);
        }
    }
    let at = |t: f64| {
        if t == 0.0 {
            from
        } else if t == 1.0 {
            to
        } else {
            (from.0 + t * dx, from.1 + t * dy)
        }
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// Places along a line, near enough to each other that no legend slips between them.
pub(super) fn sampled(line: &[Point]) -> Vec<Point> {
    let mut places = line.to_vec();
    for pair in line.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let steps = (length(dx, dy) / 8.0).ceil().min(2000.0) as usize;
        places.extend((1..steps).map(|k| {
            let share = k as f64 / steps as f64;
            (pair[0].0 + share * dx, pair[0].1 + share * dy)
        }));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_the_border_of_the_plot() {
        let plot = Rect::new(0.0, 0.0, 10.0, 10.0);
        let pieces = clipped(
            &[
                (-5.0, 5.0),
                (5.0, 5.0),
                (5.0, 15.0),
                (8.0, 15.0),
                (8.0, 5.0),
            ],
            plot,
        );
        assert_eq!(
            pieces,
            [
                vec![(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)],
                vec![(8.0, 10.0), (8.0, 5.0)]
            ]
        );
    }

    #[test]
    fn a_million_points_become_a_few_per_pixel_column_and_keep_their_extremes() {
        let mut run: Vec<Point> = (0..1_000_000)
            .map(|k| (k as f64 / 2000.0, 50.0 + (k % 7) as f64))
            .collect();
        run[543_210].1 = -3.0;
        let thin = thinned(run);
        assert!(thin.len() <= 4 * 501, "{}", thin.len());
        assert!(thin.iter().any(|p| p.1 == -3.0));
    }
}
