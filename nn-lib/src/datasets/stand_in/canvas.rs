//! A small grey picture that is drawn on: strokes of a pen, filled outlines, noise.
//!
//! Nothing but the four operations and square roots is computed, so the pixels are the same on every machine.

use crate::random::Rng;

/// Pixels along each side, as in MNIST.
pub(super) const SIDE: usize = 28;
/// Rows of samples within a pixel when an outline is filled.
const SUBROWS: usize = 4;
/// Pieces of a curve between two of its points.
const PIECES: usize = 5;

/// A place: x to the right, y down.
pub(super) type Point = (f32, f32);

/// Grey values from 0, no ink, to 1.
pub(super) struct Canvas {
    ink: [f32; SIDE * SIDE],
}

impl Canvas {
    pub(super) fn new() -> Canvas {
        Canvas {
            ink: [0.0; SIDE * SIDE],
        }
    }

    /// A pen of this radius goes along the points; coordinates are pixels.
    pub(super) fn stroke(&mut self, points: &[Point], radius: f32, ink: f32) {
        for ends in points.windows(2) {
            self.segment(ends[0], ends[1], radius, ink);
        }
    }

    /// A pixel has the more ink, the nearer it is to the segment.
    fn segment(&mut self, from: Point, to: Point, radius: f32, ink: f32) {
        let reach = radius + 0.5;
        let columns = within(from.0.min(to.0) - reach, from.0.max(to.0) + reach);
        let rows = within(from.1.min(to.1) - reach, from.1.max(to.1) + reach);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).max(1e-12);
        for row in rows {
            for column in columns.clone() {
                let (x, y) = (column as f32 + 0.5 - from.0, row as f32 + 0.5 - from.1);
                let along = ((x * dx + y * dy) / length).clamp(0.0, 1.0);
                let (x, y) = (x - along * dx, y - along * dy);
                let covered = (reach - (x * x + y * y).sqrt()).clamp(0.0, 1.0);
                let pixel = &mut self.ink[row * SIDE + column];
                *pixel = pixel.max(covered * ink);
            }
        }
    }

    /// Covers the inside of a closed outline with this ink.
    pub(super) fn fill(&mut self, outline: &[Point], ink: f32) {
        self.cover(outline, |pixel, covered| {
            *pixel += covered * (ink - *pixel);
        });
    }

    /// Calls `paint` with each pixel and the part of it that lies inside of the outline.
    fn cover(&mut self, outline: &[Point], paint: impl Fn(&mut f32, f32)) {
        let mut crossings = Vec::new();
        for row in 0..SIDE {
            let mut covered = [0.0_f32; SIDE];
            for subrow in 0..SUBROWS {
                let y = row as f32 + (subrow as f32 + 0.5) / SUBROWS as f32;
                crossings.clear();
                let ends = outline.iter().zip(outline.iter().cycle().skip(1));
                for ((x0, y0), (x1, y1)) in ends {
                    if (*y0 <= y) != (*y1 <= y) {
                        crossings.push(x0 + (y - y0) / (y1 - y0) * (x1 - x0));
                    }
                }
                crossings.sort_unstable_by(f32::total_cmp);
                for span in crossings.chunks_exact(2) {
                    for column in within(span[0], span[1]) {
                        let left = span[0].max(column as f32);
                        let right = span[1].min(column as f32 + 1.0);
                        covered[column] += (right - left).max(0.0) / SUBROWS as f32;
                    }
                }
            }
            for (pixel, covered) in self.ink[row * SIDE..][..SIDE].iter_mut().zip(covered) {
                if covered > 0.0 {
                    paint(pixel, covered.min(1.0));
                }
            }
        }
    }

    /// Multiplies the ink of each pixel by what `shade` gives for its column and row: stripes, a rough cloth.
    pub(super) fn shade(&mut self, mut shade: impl FnMut(usize, usize) -> f32) {
        for (place, pixel) in self.ink.iter_mut().enumerate() {
            *pixel *= shade(place % SIDE, place / SIDE);
        }
    }

    /// The pixels from 0 to 255, each moved by chance by up to `noise` of its range; paper stays paper where `noise` is small.
    pub(super) fn finish(&self, noise: f32, rng: &mut Rng, pixels: &mut [u8]) {
        for (ink, pixels) in self.ink.chunks(8).zip(pixels.chunks_mut(8)) {
            let chance = rng.bits().to_le_bytes();
            for ((ink, pixel), byte) in ink.iter().zip(pixels).zip(chance) {
                let moved = ink + noise * (f32::from(byte) / 127.5 - 1.0);
                *pixel = (moved.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
            }
        }
    }
}

/// The pixels that an interval touches.
fn within(low: f32, high: f32) -> std::ops::Range<usize> {
    let side = SIDE as f32;
    low.clamp(0.0, side) as usize..(high.clamp(0.0, side - 1e-3) as usize + 1).min(SIDE)
}

/// A smooth curve through the points (Catmull and Rom, 1974), as many short lines.
pub(super) fn curve(points: &[Point]) -> Vec<Point> {
    let at = |place: usize| points[place.clamp(1, points.len()) - 1];
    let mut curve = vec![points[0]];
    for place in 1..points.len() {
        let [a, b, c, d] = [at(place - 1), at(place), at(place + 1), at(place + 2)];
        let between = |a: f32, b: f32, c: f32, d: f32, t: f32| {
            b + 0.5
                * t
                * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
        };
        for piece in 1..=PIECES {
            let t = piece as f32 / PIECES as f32;
            curve.push((
                between(a.0, b.0, c.0, d.0, t),
                between(a.1, b.1, c.1, d.1, t),
            ));
        }
    }
    curve
}

/// How a drawing is moved, stretched, turned and slanted: `x' = a x + b y + c`, and the same for y.
pub(super) struct Pose {
    x: [f32; 3],
    y: [f32; 3],
}

impl Pose {
    /// A pose by chance: drawings in a box from -1 to 1 are put near the middle of the picture. `size` is half the box in
    /// pixels; the others say how far chance goes, in parts of the box, and `shift` in pixels.
    pub(super) fn by_chance(
        size: f32,
        stretch: f32,
        slant: f32,
        turn: f32,
        shift: f32,
        rng: &mut Rng,
    ) -> Pose {
        let middle = SIDE as f32 / 2.0;
        let mut around = |spread: f32| rng.uniform(-spread, spread);
        let (wide, high) = (
            size * (1.0 + around(stretch)),
            size * (1.0 + around(stretch)),
        );
        let (slant, turn) = (around(slant), around(turn));
        Pose {
            x: [wide, -wide * (slant + turn), middle + around(shift)],
            y: [high * turn, high, middle + around(shift)],
        }
    }

    /// Where a point of the drawing lies in the picture.
    pub(super) fn place(&self, (x, y): Point) -> Point {
        let row = |row: &[f32; 3]| row[0] * x + row[1] * y + row[2];
        (row(&self.x), row(&self.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::rng;

    fn drawn(canvas: &Canvas) -> Vec<u8> {
        let mut pixels = vec![0; SIDE * SIDE];
        canvas.finish(0.0, &mut rng(0), &mut pixels);
        pixels
    }

    #[test]
    fn a_pen_leaves_ink_as_wide_as_it_is() {
        let mut canvas = Canvas::new();
        canvas.stroke(&[(5.5, 10.5), (20.5, 10.5)], 1.0, 1.0);
        let pixels = drawn(&canvas);
        let column: Vec<u8> = (7..15).map(|row| pixels[row * SIDE + 12]).collect();
        assert_eq!(column, [0, 0, 128, 255, 128, 0, 0, 0]);
        assert_eq!(pixels[10 * SIDE + 22], 0, "behind the end");
    }

    #[test]
    fn an_outline_is_filled_in_parts_of_pixels_too() {
        let mut canvas = Canvas::new();
        canvas.fill(&[(2.0, 2.0), (4.5, 2.0), (4.5, 4.0), (2.0, 4.0)], 1.0);
        let pixels = drawn(&canvas);
        assert_eq!(pixels[2 * SIDE + 1..][..5], [0, 255, 255, 128, 0]);
        assert_eq!(pixels.iter().filter(|pixel| **pixel > 0).count(), 6);
    }

    #[test]
    fn what_lies_outside_of_the_picture_is_left_out() {
        let mut canvas = Canvas::new();
        canvas.stroke(&[(-50.0, -3.0), (90.0, 200.0)], 2.0, 1.0);
        canvas.fill(&[(-9.0, -9.0), (60.0, -9.0), (60.0, -1.0)], 1.0);
        assert_eq!(drawn(&canvas).len(), SIDE * SIDE);
    }

    #[test]
    fn a_curve_goes_through_its_points() {
        let points = [(0.0, 0.0), (1.0, 2.0), (3.0, 1.0)];
        let curve = curve(&points);
        assert_eq!(curve.len(), 1 + 2 * PIECES);
        for (place, point) in points.iter().enumerate() {
            assert_eq!(curve[place * PIECES], *point);
        }
    }
}
