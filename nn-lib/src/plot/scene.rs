//! A drawing as a list of shapes, before anything decides how it becomes an image.

use super::fonts;
use super::fonts::Weight;
use super::theme::Color;

/// A position in logical pixels: to the right and down from the upper left corner.
pub(crate) type Point = (f64, f64);

/// Which part of a text stands at its position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

/// A line of text; `at` lies on its baseline.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub at: Point,
    pub text: String,
    pub size: f64,
    pub weight: Weight,
    pub color: Color,
    pub align: Align,
    /// Whether it reads from bottom to top.
    pub upward: bool,
}

impl Text {
    /// A black, left-aligned, regular text.
    pub(crate) fn new(at: Point, size: f64, text: impl Into<String>) -> Text {
        Text {
            at,
            text: text.into(),
            size,
            weight: Weight::Regular,
            color: super::theme::INK,
            align: Align::Left,
            upward: false,
        }
    }

    pub(crate) fn align(mut self, align: Align) -> Text {
        self.align = align;
        self
    }

    pub(crate) fn color(mut self, color: Color) -> Text {
        self.color = color;
        self
    }

    pub(crate) fn bold(mut self) -> Text {
        self.weight = Weight::Bold;
        self
    }

    pub(crate) fn upward(mut self) -> Text {
        self.upward = true;
        self
    }

    /// The rectangle that the text covers.
    pub(crate) fn bounds(&self) -> Rect {
        let width = fonts::width(&self.text, self.size, self.weight);
        let start = match self.align {
            Align::Left => 0.0,
            Align::Center => -width / 2.0,
            Align::Right => -width,
        };
        let (above, below) = (0.76 * self.size, 0.22 * self.size);
        let (x, y) = self.at;
        if self.upward {
            Rect::new(x - above, y - start - width, above + below, width)
        } else {
            Rect::new(x + start, y - above, width, above + below)
        }
    }
}

/// A rectangle by its upper left corner and its size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub(crate) fn new(x: f64, y: f64, width: f64, height: f64) -> Rect {
        Rect {
            x,
            y,
            width,
            height,
        }
    }

    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(crate) fn contains(&self, (x, y): Point) -> bool {
        x >= self.x && x <= self.right() && y >= self.y && y <= self.bottom()
    }

    /// The rectangle with `margin` added on every side.
    pub(crate) fn grown(&self, margin: f64) -> Rect {
        Rect::new(
            self.x - margin,
            self.y - margin,
            self.width + 2.0 * margin,
            self.height + 2.0 * margin,
        )
    }
}

/// Something to draw.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Rect(Rect, Color),
    Polygon(Vec<Point>, Color),
    Circle(Point, f64, Color),
    /// A connected line with its width.
    Line(Vec<Point>, f64, Color),
    Text(Text),
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
        self.shapes
            .extend(other.shapes.iter().cloned().map(|shape| match shape {
                Shape::Rect(r, c) => {
                    Shape::Rect(Rect::new(r.x + dx, r.y + dy, r.width, r.height), c)
                }
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
