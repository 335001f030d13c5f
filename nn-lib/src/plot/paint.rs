//! Draws a scene with a plotters backend, and makes SVG documents.

use super::fonts;
use super::fonts::Weight;
use super::geometry::{Point, Rect};
use super::png_file;
use super::scene::{Scene, Shape};
use super::text::{Align, Text};
use super::theme::Color;
use crate::notebook::escaped;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plotters::prelude::{DrawingBackend, RGBAColor, SVGBackend, ShapeStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendTextStyle, DrawingErrorKind, FontFamily, FontStyle,
    FontTransform,
};

/// Units of an SVG per logical pixel, because the backend's coordinates are whole numbers.
const SVG_SCALE: f64 = 10.0;

/// How a thick line is drawn: as a stroke by the SVG backend, or as an outline with round joints for the bitmap backend.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Strokes {
    ByBackend,
    AsOutlines,
}

/// The scene as an SVG document with real text. `title` and `description` are read aloud by screen readers.
/// No ids, so that any number of them live in one page.
pub(crate) fn svg(scene: &Scene, title: &str, description: &str) -> String {
    let mut drawing = String::new();
    let (width, height) = (scene.width, scene.height);
    let mut backend = SVGBackend::with_string(
        &mut drawing,
        (width * SVG_SCALE as u32, height * SVG_SCALE as u32),
    );
    let mut pictures = String::new();
    for shape in &scene.shapes {
        if let Shape::Pixels(place, columns, pixels) = shape {
            pictures.push_str(&image(*place, *columns, pixels));
            continue;
        }
        draw(&mut backend, shape, SVG_SCALE, Strokes::ByBackend)
            .expect("writing to a String cannot fail");
        if let Shape::Text(text) = shape {
            let (x, y) = text.at;
            // The backend puts a centred text's baseline half an "ex" (0.519 em in Arimo) below its position.
            let rise = 0.2595 * text.size;
            let middle = if text.upward {
                (x - rise, y)
            } else {
                (x, y - rise)
            };
            backend
                .draw_text(&text.text, text, whole(middle, SVG_SCALE))
                .expect("writing to a String cannot fail");
        }
    }
    backend.present().expect("writing to a String cannot fail");
    drop(backend);
    let shapes = drawing.split_once('>').map_or("", |(_header, rest)| rest);
    let shapes = shapes.trim_end().trim_end_matches("</svg>");
    let (title, description) = (escaped(title), escaped(description));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {0} {1}\" \
         role=\"img\" aria-label=\"{title}\" font-family=\"{2}\" stroke-linejoin=\"round\" stroke-linecap=\"round\" \
         style=\"max-width:100%;height:auto;border-radius:6px\"><title>{title}</title><desc>{description}</desc>{shapes}{pictures}</svg>\n",
        f64::from(width) * SVG_SCALE,
        f64::from(height) * SVG_SCALE,
        fonts::FAMILIES,
    )
}

/// A picture as a PNG file within the document, a small part of what a rectangle for each of its pixels would take.
fn image(place: Rect, columns: usize, pixels: &[Color]) -> String {
    let (left, top) = whole((place.x, place.y), SVG_SCALE);
    let (right, bottom) = whole((place.right(), place.bottom()), SVG_SCALE);
    let file = STANDARD.encode(png_file::picture(columns, pixels));
    format!(
        "<image x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{file}\"/>\n",
        right - left,
        bottom - top,
    )
}

fn whole((x, y): Point, scale: f64) -> BackendCoord {
    // Far outside the sheet nothing is seen; the limit keeps the backends' integer arithmetic from overflowing.
    let limit = |v: f64| (v * scale).round().clamp(-1e5, 1e5) as i32;
    (limit(x), limit(y))
}

fn style(color: Color, width: f64) -> ShapeStyle {
    let (red, green, blue) = color.rgb;
    ShapeStyle {
        color: RGBAColor(red, green, blue, color.alpha),
        filled: true,
        stroke_width: width.round().max(1.0) as u32,
    }
}

/// Draws every shape but texts, which the two formats treat differently.
pub(super) fn draw<DB: DrawingBackend>(
    backend: &mut DB,
    shape: &Shape,
    scale: f64,
    strokes: Strokes,
) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
    match shape {
        Shape::Rect(rect, color) => {
            let (left, top) = whole((rect.x, rect.y), scale);
            let (right, bottom) = whole((rect.right(), rect.bottom()), scale);
            if right > left && bottom > top {
                backend.draw_rect((left, top), (right, bottom), &style(*color, 1.0), true)?;
            }
        }
        Shape::Polygon(points, color) => {
            backend.fill_polygon(points.iter().map(|p| whole(*p, scale)), &style(*color, 1.0))?;
        }
        Shape::Circle(center, radius, color) => {
            let radius = (radius * scale).round().max(1.0) as u32;
            backend.draw_circle(whole(*center, scale), radius, &style(*color, 1.0), true)?;
        }
        Shape::Line(points, width, color) if strokes == Strokes::ByBackend => {
            backend.draw_path(
                points.iter().map(|p| whole(*p, scale)),
                &style(*color, width * scale),
            )?;
        }
        Shape::Line(points, width, color) => {
            let fill = style(*color, 1.0);
            for pair in points.windows(2) {
                if let Some(corners) = band(pair[0], pair[1], *width) {
                    backend.fill_polygon(corners.map(|p| whole(p, scale)), &fill)?;
                }
            }
            for joint in points {
                let radius = (width * scale / 2.0).floor().max(1.0) as u32;
                backend.draw_circle(whole(*joint, scale), radius, &fill, true)?;
            }
        }
        Shape::Pixels(place, columns, pixels) => {
            let rows = (pixels.len() / columns) as f64;
            let (x, y) = (
                |column: usize| place.x + place.width * column as f64 / *columns as f64,
                |row: usize| place.y + place.height * row as f64 / rows,
            );
            for (nth, color) in pixels.iter().enumerate() {
                let (row, column) = (nth / columns, nth % columns);
                let (from, to) = (
                    whole((x(column), y(row)), scale),
                    whole((x(column + 1), y(row + 1)), scale),
                );
                backend.draw_rect(from, to, &style(*color, 1.0), true)?;
            }
        }
        Shape::Text(_) => {}
    }
    Ok(())
}

/// The length of a line. Not by `hypot`: what is built with a new C library would ask for that one everywhere.
pub(super) fn length(dx: f64, dy: f64) -> f64 {
    (dx * dx + dy * dy).sqrt()
}

/// The corners of a straight band of the given width.
fn band(from: Point, to: Point, width: f64) -> Option<[Point; 4]> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = length(dx, dy);
    if length == 0.0 {
        return None;
    }
    let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
    Some([
        (from.0 + nx, from.1 + ny),
        (to.0 + nx, to.1 + ny),
        (to.0 - nx, to.1 - ny),
        (from.0 - nx, from.1 - ny),
    ])
}

/// What the SVG backend asks about a text; the bitmap's texts are drawn by [`text::rasterize`](super::text::rasterize).
impl BackendTextStyle for Text {
    type FontError = std::fmt::Error;

    fn color(&self) -> BackendColor {
        BackendColor {
            alpha: self.color.alpha,
            rgb: self.color.rgb,
        }
    }

    fn size(&self) -> f64 {
        // The backend divides by 1.24 to come from a font's height to its em.
        (self.size * SVG_SCALE).round() * 1.24
    }

    fn transform(&self) -> FontTransform {
        if self.upward {
            FontTransform::Rotate270
        } else {
            FontTransform::None
        }
    }

    fn style(&self) -> FontStyle {
        match self.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        }
    }

    fn anchor(&self) -> Pos {
        let side = match self.align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        Pos::new(side, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name("inherit")
    }

    fn layout_box(&self, _text: &str) -> Result<((i32, i32), (i32, i32)), std::fmt::Error> {
        let Rect { width, height, .. } = self.bounds();
        Ok(((0, 0), (width as i32, height as i32)))
    }

    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _position: BackendCoord,
        _plot: F,
    ) -> Result<Result<(), E>, std::fmt::Error> {
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_an_svg_is_escaped_and_the_document_has_no_ids() {
        let mut scene = Scene::new(40, 20);
        scene.text(Text::new((2.0, 15.0), 10.0, "a<b & \"c\""));
        let document = svg(&scene, "a \"title\" & more", "a < b\u{1}");
        for part in [
            "a&lt;b &amp; &quot;c&quot;",
            "aria-label=\"a &quot;title&quot; &amp; more\"",
            "<desc>a &lt; b\u{fffd}</desc>",
        ] {
            assert!(document.contains(part), "{part} in {document}");
        }
        assert!(!document.contains(" id="), "{document}");
        assert!(document.trim_end().ends_with("</svg>"), "{document}");
    }
}
