//! A drawing as a list of shapes, before anything decides how it becomes an image.

use super::geometry::{Point, Rect};
use super::text::Text;
use super::theme::Color;

/// Something to draw.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Rect(Rect, Color),
    Polygon(Vec<Point>, Color),
    Circle(Point, f64, Color),
    /// A connected line with its width.
    Line(Vec<Point>, f64, Color),
    Text(Text),
    /// A picture, on top of all other shapes: its pixels row by row, so many in a row.
    Pixels(Rect, usize, Vec<Color>),
}

/// Shapes on a white sheet, the later ones on top.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub width: u32,
    pub height: u32,
    pub shapes: Vec<Shape>,
}

impl Scene {
    /// An empty white sheet, its size in logical pixels.
    pub(crate) fn new(width: u32, height: u32) -> Scene {
        let mut scene = Scene {
            width,
            height,
            shapes: Vec::new(),
        };
        scene.rect(scene.bounds(), super::theme::PAPER);
        scene
    }

    /// The whole sheet.
    pub(crate) fn bounds(&self) -> Rect {
        Rect::new(0.0, 0.0, f64::from(self.width), f64::from(self.height))
    }

    pub(crate) fn rect(&mut self, rect: Rect, color: Color) {
        self.shapes.push(Shape::Rect(rect, color));
    }

    pub(crate) fn line(&mut self, points: Vec<Point>, width: f64, color: Color) {
        self.shapes.push(Shape::Line(points, width, color));
    }

    pub(crate) fn text(&mut self, text: Text) {
        self.shapes.push(Shape::Text(text));
    }

    /// A picture of at least one pixel; `columns` of them are a row.
    pub(crate) fn pixels(&mut self, place: Rect, columns: usize, pixels: Vec<Color>) {
        self.shapes.push(Shape::Pixels(place, columns, pixels));
    }

    /// A horizontal or vertical rule that falls on whole pixels and so stays crisp.
    pub(crate) fn rule(&mut self, from: Point, to: Point, width: f64, color: Color) {
        let snap = |v: f64| (v - width / 2.0).round();
        self.rect(
            if from.1 == to.1 {
                Rect::new(
                    from.0.min(to.0).round(),
                    snap(from.1),
                    (to.0 - from.0).abs().round(),
                    width,
                )
            } else {
                Rect::new(
                    snap(from.0),
                    from.1.min(to.1).round(),
                    width,
                    (to.1 - from.1).abs().round(),
                )
            },
            color,
        );
    }

    /// A filled rectangle with round corners.
    pub(crate) fn rounded(&mut self, r: Rect, radius: f64, color: Color) {
        let radius = radius.min(r.width / 2.0).min(r.height / 2.0);
        let centers = [
            (r.right() - radius, r.bottom() - radius),
            (r.x + radius, r.bottom() - radius),
            (r.x + radius, r.y + radius),
            (r.right() - radius, r.y + radius),
        ];
        let mut outline = Vec::with_capacity(28);
        for (corner, (x, y)) in centers.into_iter().enumerate() {
            for step in 0..=6 {
                let angle = std::f64::consts::FRAC_PI_2 * (corner as f64 + f64::from(step) / 6.0);
                outline.push((x + radius * angle.cos(), y + radius * angle.sin()));
            }
        }
        self.shapes.push(Shape::Polygon(outline, color));
    }

    /// Puts another sheet's shapes on this one, moved by `offset`.
    pub(crate) fn place(&mut self, other: &Scene, (dx, dy): Point) {
        let moved = |(x, y): Point| (x + dx, y + dy);
        let moved_rect = |r: Rect| Rect::new(r.x + dx, r.y + dy, r.width, r.height);
        self.shapes
            .extend(other.shapes.iter().cloned().map(|shape| match shape {
                Shape::Rect(r, c) => Shape::Rect(moved_rect(r), c),
                Shape::Pixels(r, columns, pixels) => Shape::Pixels(moved_rect(r), columns, pixels),
                Shape::Polygon(p, c) => Shape::Polygon(p.into_iter().map(moved).collect(), c),
                Shape::Circle(p, r, c) => Shape::Circle(moved(p), r, c),
                Shape::Line(p, w, c) => Shape::Line(p.into_iter().map(moved).collect(), w, c),
                Shape::Text(text) => Shape::Text(Text {
                    at: moved(text.at),
                    ..text
                }),
            }));
    }
}
