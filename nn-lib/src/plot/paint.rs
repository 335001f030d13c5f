//! Turns a scene into SVG text or a PNG image with the plotters backends.

use super::fonts::{self, Weight};
use super::scene::{Align, Point, Rect, Scene, Shape, Text};
use super::theme::Color;
use plotters::prelude::{BitMapBackend, DrawingBackend, RGBAColor, SVGBackend, ShapeStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendTextStyle, DrawingErrorKind, FontFamily, FontStyle,
    FontTransform,
};

/// Image pixels of a PNG per logical pixel: sharp on a high-density screen.
pub(crate) const PNG_SCALE: u32 = 2;
/// A PNG is drawn this many times larger and averaged: smooth edges.
const OVERSAMPLING: u32 = 2;
/// Units of an SVG per logical pixel, because the backend's coordinates are whole numbers.
const SVG_SCALE: f64 = 10.0;

/// Who gives a thick line its shape: SVG does it well; the bitmap backend is given round-jointed outlines.
#[derive(Clone, Copy, PartialEq)]
enum Strokes {
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
    for shape in &scene.shapes {
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
    let (title, description) = (escaped(title), escaped(description));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {0} {1}\" \
         role=\"img\" aria-label=\"{title}\" font-family=\"{2}\" stroke-linejoin=\"round\" stroke-linecap=\"round\" \
         style=\"max-width:100%;height:auto;border-radius:6px\"><title>{title}</title><desc>{description}</desc>{shapes}",
        f64::from(width) * SVG_SCALE,
        f64::from(height) * SVG_SCALE,
        fonts::FAMILIES,
    )
}

/// The text with the characters that XML reserves written as entities.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML has no way to write other control characters.
            c if c.is_control() && c != '\n' && c != '\t' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// The scene as a PNG file of `PNG_SCALE` pixels per logical pixel.
pub(crate) fn png(scene: &Scene) -> Vec<u8> {
    let (width, height) = (scene.width * PNG_SCALE, scene.height * PNG_SCALE);
    let large = (width * OVERSAMPLING, height * OVERSAMPLING);
    let mut canvas = vec![255; large.0 as usize * large.1 as usize * 3];
    let mut backend = BitMapBackend::with_buffer(&mut canvas, large);
    for shape in &scene.shapes {
        draw(
            &mut backend,
            shape,
            f64::from(PNG_SCALE * OVERSAMPLING),
            Strokes::AsOutlines,
        )
        .expect("a buffer in memory takes every shape");
    }
    drop(backend);
    let mut image = averaged(&canvas, width as usize, height as usize);
    for shape in &scene.shapes {
        if let Shape::Text(text) = shape {
            let color = text.color.rgb;
            fonts::rasterize(text, f64::from(PNG_SCALE), |x, y, coverage| {
                if (0..width as i32).contains(&x) && (0..height as i32).contains(&y) {
                    let at = (y as usize * width as usize + x as usize) * 3;
                    let ink = [color.0, color.1, color.2];
                    for (pixel, ink) in image[at..at + 3].iter_mut().zip(ink) {
                        let share =
                            f32::from(*pixel) + coverage * (f32::from(ink) - f32::from(*pixel));
                        *pixel = share.round() as u8;
                    }
                }
            });
        }
    }
    encoded(&image, width, height)
}

/// Each pixel the mean of its `OVERSAMPLING` x `OVERSAMPLING` samples.
fn averaged(canvas: &[u8], width: usize, height: usize) -> Vec<u8> {
    let n = OVERSAMPLING as usize;
    let mut image = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let mut sum = 0;
                for row in 0..n {
                    let start = ((y * n + row) * width * n + x * n) * 3 + channel;
                    sum += (0..n)
                        .map(|column| u32::from(canvas[start + 3 * column]))
                        .sum::<u32>();
                }
                image.push(
                    ((sum + OVERSAMPLING * OVERSAMPLING / 2) / (OVERSAMPLING * OVERSAMPLING)) as u8,
                );
            }
        }
    }
    image
}

fn encoded(image: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder
        .write_header()
        .expect("writing to memory cannot fail");
    writer
        .write_image_data(image)
        .expect("the buffer has the image's size");
    writer.finish().expect("writing to memory cannot fail");
    file
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
fn draw<DB: DrawingBackend>(
    backend: &mut DB,
    shape: &Shape,
    scale: f64,
    strokes: Strokes,
) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
    match shape {
        Shape::Rect(rect, color) => {
            let (left, top) = whole((rect.x, rect.y), scale);
            let (right, bottom) = whole((rect.right(), rect.bottom()), scale);
            // The bitmap backend counts the last row and column in.
            let inside = i32::from(strokes == Strokes::AsOutlines);
            if right > left && bottom > top {
                backend.draw_rect(
                    (left, top),
                    (right - inside, bottom - inside),
                    &style(*color, 1.0),
                    true,
                )?;
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
        Shape::Text(_) => {}
    }
    Ok(())
}

/// The corners of a straight band of the given width.
fn band(from: Point, to: Point, width: f64) -> Option<[Point; 4]> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
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

/// What the SVG backend asks about a text; the bitmap's texts are drawn by [`fonts::rasterize`].
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

    fn sheet() -> Scene {
        let mut scene = Scene::new(40, 20);
        scene.rect(Rect::new(10.0, 5.0, 10.0, 5.0), Color::new(255, 0, 0));
        scene.text(Text::new((22.0, 15.0), 10.0, "a<b & \"c\""));
        scene
    }

    fn pixels(png_file: &[u8]) -> (png::OutputInfo, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png_file))
            .read_info()
            .unwrap();
        let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut buffer).unwrap();
        (info, buffer)
    }

    #[test]
    fn a_rectangle_covers_exactly_its_pixels_in_the_png() {
        let (info, image) = pixels(&png(&sheet()));
        assert_eq!((info.width, info.height), (80, 40));
        let at = |x: usize, y: usize| &image[(y * 80 + x) * 3..][..3];
        assert_eq!(at(20, 10), [255, 0, 0]);
        assert_eq!(at(39, 19), [255, 0, 0]);
        assert_eq!(at(40, 10), [255, 255, 255]);
        assert_eq!(at(19, 19), [255, 255, 255]);
        assert_eq!(at(20, 20), [255, 255, 255]);
    }

    #[test]
    fn text_in_an_svg_is_escaped_and_the_document_has_no_ids() {
        let document = svg(&sheet(), "a \"title\" & more", "a < b");
        assert!(
            document.contains("a&lt;b &amp; &quot;c&quot;"),
            "{document}"
        );
        assert!(
            document.contains("aria-label=\"a &quot;title&quot; &amp; more\""),
            "{document}"
        );
        assert!(!document.contains(" id="), "{document}");
        assert!(document.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn upward_text_stays_inside_its_bounds() {
        let mut scene = Scene::new(60, 100);
        let text = Text::new((30.0, 90.0), 16.0, "Loss").upward();
        let room = text.bounds().grown(1.0);
        scene.text(text);
        let (info, image) = pixels(&png(&scene));
        let mut inked = 0;
        for y in 0..info.height {
            for x in 0..info.width {
                if image[((y * info.width + x) * 3) as usize] < 200 {
                    inked += 1;
                    let place = (f64::from(x) / 2.0, f64::from(y) / 2.0);
                    assert!(room.contains(place), "ink at {place:?}, outside {room:?}");
                }
            }
        }
        assert!(inked > 100, "only {inked} dark pixels");
    }
}
