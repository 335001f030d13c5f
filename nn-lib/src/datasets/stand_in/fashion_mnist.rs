//! Clothes that are cut out by chance: a twin of Fashion-MNIST in its size and its classes.
//!
//! Each class has an outline whose points are moved, and its details: sleeves, a zip, straps, a sole. A shirt, a T-shirt, a
//! pullover and a coat have nearly the same outline, as in the real pictures, and are mistaken for each other most often.

use super::canvas::{Canvas, Point, Pose, SIDE};
use super::drawn::{Drawn, draw};
use crate::error::Result;
use crate::random::Rng;

/// The training and the test set; the same on every machine.
pub(crate) fn pictures() -> Result<(Drawn, Drawn)> {
    draw("fashion_mnist", garment)
}

/// Draws a garment of this class.
fn garment(class: usize, rng: &mut Rng, pixels: &mut [u8]) {
    let mut sewing = Sewing {
        canvas: Canvas::new(),
        pose: Pose::by_chance(10.5, 0.15, 0.12, 0.15, 3.0, rng),
        cloth: rng.uniform(0.3, 0.95),
        rng,
    };
    match class {
        0 => sewing.top(0.28, 0.5),
        1 => sewing.trousers(),
        2 => sewing.top(0.95, 0.5),
        3 => sewing.dress(),
        4 => sewing.coat(),
        5 => sewing.sandal(),
        6 => sewing.shirt(),
        7 => sewing.sneaker(),
        8 => sewing.bag(),
        _ => sewing.ankle_boot(),
    }
    sewing.print();
    let Sewing { canvas, rng, .. } = sewing;
    canvas.finish(0.06, rng, pixels);
}

/// A garment in the making.
struct Sewing<'a> {
    canvas: Canvas,
    pose: Pose,
    /// How bright the cloth is.
    cloth: f32,
    rng: &'a mut Rng,
}

impl Sewing<'_> {
    /// A number between `low` and `high`.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.rng.uniform(low, high)
    }

    /// Whether something happens that happens so often.
    fn chance(&mut self, share: f32) -> bool {
        self.rng.unit() < share
    }

    /// Points in their places, each moved a little.
    fn placed(&mut self, points: &[Point]) -> Vec<Point> {
        let moved = points.iter().map(|(x, y)| {
            let (dx, dy) = (0.025 * self.rng.normal(), 0.025 * self.rng.normal());
            self.pose.place((x + dx, y + dy))
        });
        moved.collect()
    }

    fn fill(&mut self, points: &[Point], ink: f32) {
        let outline = self.placed(points);
        self.canvas.fill(&outline, ink);
    }

    /// The same points on both sides of the middle, as one outline.
    fn fill_both_sides(&mut self, right: &[Point], ink: f32) {
        let left = right.iter().rev().map(|(x, y)| (-x, *y));
        let both: Vec<Point> = right.iter().copied().chain(left).collect();
        self.fill(&both, ink);
    }

    fn line(&mut self, points: &[Point], radius: f32, ink: f32) {
        let line = self.placed(points);
        self.canvas.stroke(&line, radius, ink);
    }

    /// A line darker than the cloth: the paper shows through.
    fn seam(&mut self, points: &[Point], width: f32) {
        let (a, b) = (points[0], points[1]);
        let outline = [
            (a.0 - width, a.1),
            (b.0 - width, b.1),
            (b.0 + width, b.1),
            (a.0 + width, a.1),
        ];
        let dark = self.cloth * 0.45;
        self.fill(&outline, dark);
    }

    /// A body with sleeves of this length (a share of the body's) and a body of this width.
    fn top(&mut self, sleeve: f32, width: f32) {
        let sleeve = sleeve + self.between(-0.1, 0.1);
        let (width, hem) = (width + self.between(-0.08, 0.08), self.between(0.78, 1.0));
        let flare = self.between(0.0, 0.1);
        let (tip, cuff) = (0.62 + 0.3 * sleeve.min(0.9), -0.75 + 1.6 * sleeve);
        let wide = self.between(0.13, 0.22);
        let body = [
            (0.2, -0.95),
            (0.55, -0.82),
            (tip + 0.05, cuff),
            (tip - wide, cuff + 0.1),
            (width, -0.35),
            (width + flare, hem),
        ];
        self.fill_both_sides(&body, self.cloth);
        let neck = self.between(0.08, 0.22);
        self.fill(
            &[(-0.18, -1.0), (0.18, -1.0), (0.0, -1.0 + neck + 0.1)],
            0.0,
        );
    }

    /// A top with long or short sleeves, a collar and a row of buttons.
    fn shirt(&mut self) {
        let long = self.chance(0.6);
        self.top(if long { 0.9 } else { 0.35 }, 0.46);
        if self.chance(0.9) {
            self.seam(&[(0.0, -0.85), (0.0, 0.9)], 0.035);
        }
        if self.chance(0.7) {
            let bright = (self.cloth + 0.25).min(1.0);
            self.line(&[(-0.22, -0.92), (0.0, -0.7), (0.22, -0.92)], 0.6, bright);
        }
    }

    /// A long body, open in the middle, with long sleeves.
    fn coat(&mut self) {
        self.top(0.95, 0.52);
        let width = self.between(0.03, 0.07);
        if self.chance(0.95) {
            self.seam(&[(0.02, -0.9), (0.02, 0.98)], width);
        }
        if self.chance(0.6) {
            self.seam(&[(0.3, 0.35), (0.3, 0.6)], 0.05);
            self.seam(&[(-0.3, 0.35), (-0.3, 0.6)], 0.05);
        }
        if self.chance(0.5) {
            let bright = (self.cloth + 0.2).min(1.0);
            self.line(&[(-0.3, -0.95), (-0.1, -0.4)], 0.8, bright);
            self.line(&[(0.3, -0.95), (0.1, -0.4)], 0.8, bright);
        }
    }

    fn trousers(&mut self) {
        let (wide, crotch) = (self.between(0.32, 0.45), self.between(-0.45, -0.2));
        let leg = self.between(0.16, 0.3);
        let foot = wide + self.between(-0.1, 0.12);
        self.fill_both_sides(
            &[
                (0.0, -0.98),
                (wide - 0.05, -0.98),
                (foot, 0.98),
                (foot - leg, 0.98),
                (0.03, crotch),
            ],
            self.cloth,
        );
    }

    fn dress(&mut self) {
        let (waist, skirt) = (self.between(0.16, 0.28), self.between(0.3, 0.6));
        let sleeve = if self.chance(0.35) {
            self.between(0.1, 0.35)
        } else {
            0.0
        };
        self.fill_both_sides(
            &[
                (0.1, -0.98),
                (0.25, -0.95),
                (0.28 + sleeve, -0.6 + sleeve),
                (waist + 0.08, -0.5),
                (waist, -0.15),
                (skirt, 0.98),
            ],
            self.cloth,
        );
        let neck = self.between(0.05, 0.3);
        self.fill(&[(-0.1, -1.05), (0.1, -1.05), (0.0, -1.0 + neck)], 0.0);
    }

    fn sandal(&mut self) {
        let heel = if self.chance(0.5) {
            self.between(0.15, 0.55)
        } else {
            0.08
        };
        let sole = [
            (-0.95, 0.55),
            (-0.5, 0.5),
            (0.5, 0.5 - heel),
            (0.95, 0.45 - heel),
            (0.95, 0.6 - heel),
            (0.4, 0.62 - heel),
            (-0.5, 0.65),
            (-0.95, 0.65),
        ];
        self.fill(&sole, self.cloth);
        if heel > 0.12 {
            self.line(&[(0.85, 0.5 - heel), (0.8, 0.65)], 0.8, self.cloth);
        }
        for _ in 0..2 + self.rng.below(3) {
            let (from, to) = (self.between(-0.8, 0.2), self.between(-0.2, 0.9));
            let top = self.between(-0.45, 0.2);
            let (radius, ink) = (self.between(0.4, 0.9), self.between(0.5, 1.0));
            self.line(
                &[(from, 0.5), ((from + to) / 2.0, top), (to, 0.45 - heel)],
                radius,
                ink,
            );
        }
    }

    /// A shoe that is low, with a sole of another brightness.
    fn sneaker(&mut self) {
        let (ankle, tongue) = (self.between(-0.35, -0.1), self.between(0.0, 0.3));
        self.fill(
            &[
                (-0.95, 0.45),
                (-0.85, 0.25),
                (-0.3, 0.05),
                (tongue, ankle),
                (0.5, ankle + 0.12),
                (0.9, ankle),
                (0.95, 0.45),
            ],
            self.cloth,
        );
        let sole = self.between(0.2, 1.0);
        self.fill(
            &[(-0.97, 0.42), (0.97, 0.4), (0.97, 0.6), (-0.97, 0.6)],
            sole,
        );
        for nth in 0..self.rng.below(4) {
            let x = -0.35 + 0.17 * nth as f32;
            self.line(&[(x, 0.05), (x + 0.12, 0.25)], 0.4, 1.0 - self.cloth);
        }
    }

    fn ankle_boot(&mut self) {
        let (shaft, heel) = (self.between(-0.95, -0.5), self.between(0.0, 0.3));
        let front = self.between(-0.05, 0.2);
        self.fill(
            &[
                (-0.95, 0.6),
                (-0.8, 0.35),
                (-0.15, 0.15),
                (front, shaft),
                (0.9, shaft),
                (0.85, 0.2),
                (0.92, 0.6),
            ],
            self.cloth,
        );
        self.fill(
            &[
                (0.5, 0.55),
                (0.92, 0.55),
                (0.92, 0.65 + heel),
                (0.55, 0.65 + heel),
            ],
            self.cloth * 0.8,
        );
        if self.chance(0.5) {
            self.seam(&[(0.45, shaft), (0.5, 0.4)], 0.05);
        }
    }

    fn bag(&mut self) {
        let (wide, top) = (self.between(0.6, 0.95), self.between(-0.35, 0.1));
        let taper = self.between(-0.15, 0.15);
        self.fill_both_sides(
            &[
                (0.0, top),
                (wide - taper.max(0.0), top),
                (wide + taper.min(0.0), 0.8),
                (0.0, 0.8),
            ],
            self.cloth,
        );
        let (handle, high) = (self.between(0.25, 0.6), self.between(0.3, 0.7));
        if self.chance(0.85) {
            let points = [
                (-handle, top),
                (-handle * 0.7, top - high),
                (handle * 0.7, top - high),
                (handle, top),
            ];
            let radius = self.between(0.4, 1.0);
            self.line(&points, radius, self.cloth);
        }
        if self.chance(0.5) {
            self.seam(&[(0.0, top + 0.1), (0.0, top + 0.3)], wide * 0.8);
        }
    }

    /// Stripes or a rough cloth.
    fn print(&mut self) {
        let (kind, phase) = (self.rng.below(5), self.rng.below(4) as usize);
        let depth = self.between(0.1, 0.5);
        let width = 2 + self.rng.below(3) as usize;
        let rng = &mut *self.rng;
        let dark = |on: bool| if on { 1.0 - depth } else { 1.0 };
        match kind {
            0 => self
                .canvas
                .shade(|_, row| dark(((row + phase) / width).is_multiple_of(2))),
            1 => self
                .canvas
                .shade(|column, _| dark(((column + phase) / width).is_multiple_of(2))),
            2 => self
                .canvas
                .shade(|column, row| dark((column / width + row / width).is_multiple_of(2))),
            3 => self.canvas.shade(|_, _| 1.0 - depth * rng.unit()),
            _ => self
                .canvas
                .shade(|_, row| 1.0 - 0.3 * depth * row as f32 / SIDE as f32),
        }
    }
}
