//! Makes PNG images: drawn twice as large as needed with plotters' bitmap backend, averaged, then lettered.

use super::paint::Strokes;
use super::png_file::{self, Pixel};
use super::scene::{Scene, Shape};
use super::{letters, paint, text};
use plotters_bitmap::BitMapBackend;

/// Image pixels per logical pixel: sharp on a high-density screen.
const SCALE: u32 = 2;
/// The shapes are drawn this many times larger and averaged: smooth edges.
const OVERSAMPLING: u32 = 2;

/// The scene as a PNG file with two pixels for each of its own in both directions.
pub(crate) fn png(scene: &Scene) -> Vec<u8> {
    let (width, height) = (scene.width * SCALE, scene.height * SCALE);
    let large = (width * OVERSAMPLING, height * OVERSAMPLING);
    let mut canvas = vec![255; large.0 as usize * large.1 as usize * 3];
    let mut backend = BitMapBackend::with_buffer(&mut canvas, large);
    for shape in &scene.shapes {
        let scale = f64::from(SCALE * OVERSAMPLING);
        paint::draw(&mut backend, shape, scale, Strokes::AsOutlines)
            .expect("a buffer in memory takes every shape");
    }
    drop(backend);
    let mut image = averaged(&canvas, width as usize, height as usize);
    drop(canvas);
    for shape in &scene.shapes {
        if let Shape::Text(line) = shape {
            letters::tell_missing(letters::missing_letters(&line.text));
            let (red, green, blue) = line.color.rgb;
            text::rasterize(line, f64::from(SCALE), |x, y, coverage| {
                if (0..width as i32).contains(&x) && (0..height as i32).contains(&y) {
                    let pixel = &mut image[y as usize * width as usize + x as usize];
                    for (value, ink) in pixel.iter_mut().zip([red, green, blue]) {
                        let (old, ink) = (f32::from(*value), f32::from(ink));
                        *value = (old + coverage.clamp(0.0, 1.0) * (ink - old)).round() as u8;
                    }
                }
            });
        }
    }
    png_file::encoded(&image, width, height)
}

/// Each pixel the mean of its `OVERSAMPLING` x `OVERSAMPLING` samples.
fn averaged(canvas: &[u8], width: usize, height: usize) -> Vec<Pixel> {
    let n = OVERSAMPLING as usize;
    let samples = (n * n) as u32;
    let mut image = Vec::with_capacity(width * height);
    for rows in canvas.chunks_exact(width * n * 3 * n) {
        for x in 0..width {
            let mut sum = [samples / 2; 3];
            for row in rows.chunks_exact(width * n * 3) {
                for sample in row[x * n * 3..(x + 1) * n * 3].chunks_exact(3) {
                    sum.iter_mut()
                        .zip(sample)
                        .for_each(|(sum, value)| *sum += u32::from(*value));
                }
            }
            image.push(sum.map(|sum| (sum / samples) as u8));
        }
    }
    debug_assert_eq!(image.len(), width * height);
    image
}

#[cfg(test)]
mod tests {
    use super::super::geometry::Rect;
    use super::super::text::Text;
    use super::super::theme::Color;
    use super::*;

    /// Width, height and colours of a PNG file, read back.
    fn pixels(file: &[u8]) -> (u32, u32, Vec<Pixel>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut buffer).unwrap();
        let pixels = buffer.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect();
        (info.width, info.height, pixels)
    }

    #[test]
    fn a_rectangle_covers_exactly_its_pixels() {
        let mut scene = Scene::new(40, 20);
        scene.rect(Rect::new(10.0, 5.0, 10.0, 5.0), Color::new(255, 0, 0));
        let (width, height, image) = pixels(&png(&scene));
        assert_eq!((width, height), (80, 40));
        for y in 0..40 {
            for x in 0..80 {
                let inside = (20..40).contains(&x) && (10..20).contains(&y);
                let expected = if inside { [255, 0, 0] } else { [255, 255, 255] };
                assert_eq!(image[y * 80 + x], expected, "at {x}, {y}");
            }
        }
    }

    #[test]
    fn a_sloping_line_has_smooth_edges_and_its_full_colour_inside() {
        let mut scene = Scene::new(60, 40);
        scene.line(vec![(5.0, 5.0), (55.0, 33.0)], 3.0, Color::new(0, 0, 0));
        let (_, _, image) = pixels(&png(&scene));
        let shades: std::collections::BTreeSet<u8> = image.iter().map(|p| p[0]).collect();
        assert!(
            shades.contains(&0) && shades.contains(&255) && shades.len() >= 5,
            "{shades:?}"
        );
    }

    #[test]
    fn upward_text_stays_inside_its_bounds() {
        let mut scene = Scene::new(60, 100);
        let text = Text::new((30.0, 90.0), 16.0, "Loss").upward();
        let room = text.bounds().grown(1.0);
        scene.text(text);
        let (width, _, image) = pixels(&png(&scene));
        let mut inked = 0;
        for (at, pixel) in image.iter().enumerate().filter(|(_, pixel)| pixel[0] < 200) {
            let place = (
                (at as u32 % width) as f64 / 2.0,
                (at as u32 / width) as f64 / 2.0,
            );
            assert!(
                room.contains(place),
                "{pixel:?} at {place:?}, outside {room:?}"
            );
            inked += 1;
        }
        assert!(inked > 100, "only {inked} dark pixels");
    }
}
