//! The outlines of a surface's bands: where its height passes a level (marching squares).

use super::geometry::{Point, Rect};
use super::paint::length;

/// Heights at the crossings of columns and rows, whose places on the sheet are known. A height that is not finite is
/// missing.
pub(super) struct Relief<'a> {
    /// The columns' places, growing to the right.
    pub across: &'a [f64],
    /// The rows' places; the first row is the lowest on the sheet.
    pub up: &'a [f64],
    /// Row by row.
    pub heights: &'a [f64],
}

/// A closed line at one level.
pub(super) struct Loop {
    pub points: Vec<Point>,
    /// Of each point, whether the line from it to the next one separates heights; else it is a border of the relief.
    inside: Vec<bool>,
    /// Positive around heights above the level, negative around a hollow.
    area: f64,
    /// Which of the levels it belongs to.
    pub level: usize,
}

impl Loop {
    /// Whether it surrounds a hollow: heights below its level, or none.
    pub(super) fn hollow(&self) -> bool {
        self.area < 0.0
    }

    /// The parts that separate heights, without the borders of the relief.
    pub(super) fn lines(&self) -> Vec<Vec<Point>> {
        let count = self.points.len();
        let Some(begin) = (0..count).find(|k| !self.inside[*k]) else {
            let mut closed = self.points.clone();
            closed.push(closed[0]);
            return vec![simplified(&closed)];
        };
        let mut lines: Vec<Vec<Point>> = Vec::new();
        let mut going = false;
        for k in (begin..begin + count).map(|k| k % count) {
            if self.inside[k] {
                if !going {
                    lines.push(vec![self.points[k]]);
                }
                let line = lines.last_mut().expect("a line was just begun");
                line.push(self.points[(k + 1) % count]);
            }
            going = self.inside[k];
        }
        lines.iter().map(|line| simplified(line)).collect()
    }

    /// The area that it surrounds as a polygon inside `room`.
    pub(super) fn polygon(&self, room: Rect) -> Vec<Point> {
        let mut closed = self.points.clone();
        closed.push(closed[0]);
        let mut corners = simplified(&closed);
        corners.pop();
        cut(corners, room)
    }
}

/// The loops of every level in the order in which they are painted over each other: what a loop surrounds comes after
/// it. So a hollow is filled with the colour of the band below, and whatever stands in it comes on top.
pub(super) fn nested(relief: &Relief<'_>, levels: &[f64]) -> Vec<Loop> {
    let mut loops: Vec<Loop> = Vec::new();
    for (level, height) in levels.iter().enumerate() {
        loops.extend(traced(relief, *height, level));
    }
    loops.sort_by(|a, b| {
        let larger = b.area.abs().total_cmp(&a.area.abs());
        // Loops with the same outline lie at a cliff: of hills the highest level is seen, of hollows the lowest.
        larger.then(match (a.hollow(), b.hollow()) {
            (true, true) => b.level.cmp(&a.level),
            (first, second) => first.cmp(&second).then(a.level.cmp(&b.level)),
        })
    });
    loops
}

/// The loops around everything that is at least `height` high. Below every height, that is the outline of the relief.
pub(super) fn traced(relief: &Relief<'_>, height: f64, level: usize) -> Vec<Loop> {
    let (columns, rows) = (relief.across.len(), relief.up.len());
    // One ring of missing heights around the relief closes every loop.
    let (wide, high) = (columns + 2, rows + 2);
    let value = |i: usize, j: usize| -> Option<f64> {
        let (i, j) = (i.checked_sub(1)?, j.checked_sub(1)?);
        let value = *relief.heights.get(i * columns + j)?;
        (i < rows && j < columns && value.is_finite()).then_some(value)
    };
    let above = |i: usize, j: usize| value(i, j).is_some_and(|v| v >= height);
    let place = |i: usize, j: usize| -> Point {
        let (i, j) = (i.clamp(1, rows) - 1, j.clamp(1, columns) - 1);
        (relief.across[j], relief.up[i])
    };
    // The number of the edge between two neighbours, and the place where the level passes it.
    let edge = |(i, j): (usize, usize), (k, l): (usize, usize)| {
        2 * (i.min(k) * wide + j.min(l)) + usize::from(i != k)
    };
    let passed = |a: (usize, usize), b: (usize, usize)| -> Point {
        let (from, to) = (place(a.0, a.1), place(b.0, b.1));
        match (value(a.0, a.1), value(b.0, b.1)) {
            (Some(v), Some(w)) => {
                let share = ((height - v) / (w - v)).clamp(0.0, 1.0);
                (
                    from.0 + share * (to.0 - from.0),
                    from.1 + share * (to.1 - from.1),
                )
            }
            (Some(_), None) => from,
            _ => to,
        }
    };
    const NONE: usize = usize::MAX;
    let mut next = vec![NONE; 2 * wide * high];
    let mut at = vec![(0.0, 0.0); 2 * wide * high];
    let mut inside = vec![false; 2 * wide * high];
    for i in 0..high - 1 {
        for j in 0..wide - 1 {
            // Counterclockwise on the sheet, from the lower left.
            let corners = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)];
            let is_above = corners.map(|(i, j)| above(i, j));
            let count = is_above.iter().filter(|a| **a).count();
            if count == 0 || count == 4 {
                continue;
            }
            let values = corners.map(|(i, j)| value(i, j));
            let whole = values.iter().all(Option::is_some);
            let side = |k: usize| (corners[k % 4], corners[(k + 1) % 4]);
            // A line begins where the way around the cell goes down. Where two do, the mean of the corners says
            // whether the two heights are connected.
            let connected = whole && values.iter().flatten().sum::<f64>() / 4.0 >= height;
            for k in (0..4).filter(|k| is_above[*k] && !is_above[(k + 1) % 4]) {
                let ends = if count == 2 && is_above[k] == is_above[(k + 2) % 4] && !connected {
                    3
                } else {
                    (1..4)
                        .find(|s| !is_above[(k + s) % 4] && is_above[(k + s + 1) % 4])
                        .expect("who goes down must come up again")
                };
                let ((a, b), (c, d)) = (side(k), side(k + ends));
                next[edge(a, b)] = edge(c, d);
                at[edge(a, b)] = passed(a, b);
                inside[edge(a, b)] = whole;
            }
        }
    }
    let mut loops = Vec::new();
    for begin in 0..next.len() {
        let (mut points, mut parts, mut here) = (Vec::new(), Vec::new(), begin);
        while next[here] != NONE {
            points.push(at[here]);
            parts.push(inside[here]);
            here = std::mem::replace(&mut next[here], NONE);
        }
        let area = area(&points);
        if area.abs() > 1e-6 {
            loops.push(Loop {
                points,
                inside: parts,
                area,
                level,
            });
        }
    }
    loops
}

/// Positive for a counterclockwise outline on a sheet whose y grows downwards.
fn area(points: &[Point]) -> f64 {
    let after = points.iter().cycle().skip(1);
    let twice: f64 = points
        .iter()
        .zip(after)
        .map(|(a, b)| b.0 * a.1 - a.0 * b.1)
        .sum();
    twice / 2.0
}

/// How far, in pixels, a line may pass by a place that it went through.
const TOLERANCE: f64 = 0.12;

/// A line with as few points as its form needs (Douglas and Peucker).
fn simplified(line: &[Point]) -> Vec<Point> {
    let mut kept = vec![false; line.len()];
    let mut spans = vec![(0, line.len() - 1)];
    while let Some((first, last)) = spans.pop() {
        (kept[first], kept[last]) = (true, true);
        let far = (first + 1..last)
            .map(|k| (k, distance(line[k], line[first], line[last])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((k, far)) = far
            && far > TOLERANCE
        {
            spans.extend([(first, k), (k, last)]);
        }
    }
    let chosen = line.iter().zip(kept).filter(|(_, kept)| *kept);
    chosen.map(|(point, _)| *point).collect()
}

/// From a point to the straight line between two others.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (px, py) = (point.0 - from.0, point.1 - from.1);
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 {
        ((px * dx + py * dy) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    length(px - share * dx, py - share * dy)
}

/// The part of a polygon inside a rectangle (Sutherland and Hodgman, side by side).
fn cut(mut corners: Vec<Point>, room: Rect) -> Vec<Point> {
    let turned = |(x, y): Point| (y, x);
    for (vertical, limit, sign) in [
        (true, room.x, 1.0),
        (true, room.right(), -1.0),
        (false, room.y, 1.0),
        (false, room.bottom(), -1.0),
    ] {
        let way = |p: Point| if vertical { p } else { turned(p) };
        let inside = |p: Point| sign * (way(p).0 - limit) >= 0.0;
        let mut left = Vec::with_capacity(corners.len());
        let after = corners.iter().cycle().skip(1);
        for (from, to) in corners.iter().zip(after) {
            if inside(*from) {
                left.push(*from);
            }
            if inside(*from) != inside(*to) {
                let (a, b) = (way(*from), way(*to));
                let share = (limit - a.0) / (b.0 - a.0);
                left.push(way((limit, a.1 + share * (b.1 - a.1))));
            }
        }
        corners = left;
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relief(heights: &[f64]) -> Relief<'_> {
        Relief {
            across: &[0.0, 10.0, 20.0],
            up: &[20.0, 10.0, 0.0],
            heights,
        }
    }

    #[test]
    fn a_summit_has_one_line_half_way_down_to_its_neighbours() {
        let heights = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let loops = traced(&relief(&heights), 0.5, 0);
        assert_eq!(loops.len(), 1);
        let mut corners = loops[0].polygon(Rect::new(0.0, 0.0, 20.0, 20.0));
        corners.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(
            corners,
            [(5.0, 10.0), (10.0, 5.0), (10.0, 15.0), (15.0, 10.0)]
        );
        assert!(!loops[0].hollow());
        assert_eq!(loops[0].lines().len(), 1);
    }

    #[test]
    fn a_slope_has_an_open_line_and_the_whole_relief_for_its_outline() {
        let heights = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0];
        let loops = traced(&relief(&heights), 1.5, 0);
        let lines: Vec<_> = loops.iter().flat_map(Loop::lines).collect();
        assert_eq!(lines.len(), 1);
        let mut ends = vec![lines[0][0], lines[0][1]];
        ends.sort_by(|a, b| a.1.total_cmp(&b.1));
        assert_eq!(ends, [(15.0, 0.0), (15.0, 20.0)]);

        let outline = traced(&relief(&heights), f64::NEG_INFINITY, 0);
        assert_eq!((outline.len(), outline[0].area), (1, 400.0));
        assert!(outline[0].lines().is_empty(), "a border is no contour line");
    }

    #[test]
    fn a_hollow_and_a_missing_height_are_painted_after_what_surrounds_them() {
        let pit = [2.0, 2.0, 2.0, 2.0, 0.0, 2.0, 2.0, 2.0, 2.0];
        let order: Vec<(usize, bool)> = nested(&relief(&pit), &[f64::NEG_INFINITY, 1.0])
            .iter()
            .map(|l| (l.level, l.hollow()))
            .collect();
        assert_eq!(order, [(0, false), (1, false), (1, true)]);
        let gap = [2.0, 2.0, 2.0, 2.0, f64::NAN, 2.0, 2.0, 2.0, 2.0];
        let order: Vec<(usize, bool)> = nested(&relief(&gap), &[f64::NEG_INFINITY, 1.0])
            .iter()
            .map(|l| (l.level, l.hollow()))
            .collect();
        assert_eq!(order, [(0, false), (1, false), (1, true), (0, true)]);
    }

    #[test]
    fn two_heights_across_a_cell_are_connected_if_their_mean_is_above_the_level() {
        let relief = |heights| Relief {
            across: &[0.0, 10.0],
            up: &[10.0, 0.0],
            heights,
        };
        assert_eq!(traced(&relief(&[1.0, 0.0, 0.0, 1.0]), 0.4, 0).len(), 1);
        assert_eq!(traced(&relief(&[1.0, 0.0, 0.0, 1.0]), 0.6, 0).len(), 2);
    }

    #[test]
    fn a_polygon_ends_at_the_border_of_its_room() {
        let square = vec![(-5.0, -5.0), (15.0, -5.0), (15.0, 15.0), (-5.0, 15.0)];
        let mut corners = cut(square, Rect::new(0.0, 0.0, 10.0, 10.0));
        corners.sort_by(|a, b| a.partial_cmp(b).unwrap());
        corners.dedup();
        assert_eq!(
            corners,
            [(0.0, 0.0), (0.0, 10.0), (10.0, 0.0), (10.0, 10.0)]
        );
    }
}
