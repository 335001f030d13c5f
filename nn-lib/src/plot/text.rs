//! A line of text on a sheet: where it stands, what it covers, and its pixels.

use super::fonts;
use super::fonts::Weight;
use super::geometry::{Point, Rect};
use super::letters;
use super::letters::Glyph;
use super::theme::Color;
use ab_glyph::{Font, PxScale, point};

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
            text: letters::composed(&text.into()).into_owned(),
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

/// Draws a text, `scale` image pixels per logical pixel: `plot(x, y, coverage)` for each pixel it touches.
/// A letter that no font has leaves a gap.
pub(crate) fn rasterize(text: &Text, scale: f64, mut plot: impl FnMut(i32, i32, f32)) {
    let size = text.size * scale;
    let ems: f64 = text
        .text
        .chars()
        .map(|letter| letters::advance(letter, text.weight))
        .sum();
    let mut pen = match text.align {
        Align::Left => 0.0,
        Align::Center => -ems * size / 2.0,
        Align::Right => -ems * size,
    };
    let (x, y) = (text.at.0 * scale, text.at.1 * scale);
    for letter in text.text.chars() {
        // A text that reads upward is set in coordinates turned by a quarter: along = -y, across = x.
        let (along, across) = if text.upward {
            (pen - y, x)
        } else {
            (x + pen, y)
        };
        if let Some(glyph) = letters::glyph(letter, text.weight) {
            let strokes = if glyph.thicken { THICKENED } else { THIN };
            for shift in strokes {
                shape(
                    &glyph,
                    size,
                    along + shift * size,
                    across,
                    |along, across, coverage| {
                        if text.upward {
                            plot(across, -along - 1, coverage);
                        } else {
                            plot(along, across, coverage);
                        }
                    },
                );
            }
        }
        pen += letters::advance(letter, text.weight) * size;
    }
}

/// Where a letter is drawn, in ems to the right.
const THIN: &[f64] = &[0.0];
/// A thick letter of a font that has thin ones alone is drawn twice.
const THICKENED: &[f64] = &[0.0, 0.035];

/// Draws one glyph, its left end at `along`.
fn shape(glyph: &Glyph, size: f64, along: f64, across: f64, mut plot: impl FnMut(i32, i32, f32)) {
    let height = f64::from(glyph.font.height_unscaled()) * size / letters::units_per_em(glyph.font);
    let placed = glyph.id.with_scale_and_position(
        PxScale::from(height as f32),
        point(along as f32, across.round() as f32),
    );
    if let Some(outline) = glyph.font.outline_glyph(placed) {
        let corner = outline.px_bounds().min;
        outline.draw(|column, row, coverage| {
            plot(
                corner.x as i32 + column as i32,
                corner.y as i32 + row as i32,
                coverage,
            );
        });
    }
}
