//! Grey pictures in rows, each with a name below it.

use super::fonts::{self, Weight};
use super::frame::{Captions, Frame, Wanted};
use super::geometry::Rect;
use super::scene::Scene;
use super::series::{all_missing, drawable};
use super::text::{Align, Text};
use super::theme::{self, Color};
use crate::tensor::Tensor;
use crate::{Error, Result};

/// Shades of a picture: neighbours of one shade become one rectangle.
const SHADES: f64 = 24.0;
/// Between two pictures.
const GAP: f64 = 10.0;
/// The most pixels of all pictures: each may become a rectangle of its own.
const MOST_PIXELS: usize = 200_000;

/// Pictures and their names.
#[derive(Clone, Debug)]
pub(crate) struct Pictures {
    shape: Vec<usize>,
    pixels: Vec<f64>,
    names: Vec<String>,
}

impl Pictures {
    pub(crate) fn new(pictures: &Tensor, names: Vec<String>) -> Pictures {
        Pictures {
            shape: pictures.shape().to_vec(),
            pixels: pictures
                .values()
                .iter()
                .map(|pixel| f64::from(*pixel))
                .collect(),
            names,
        }
    }

    pub(crate) fn description(&self) -> String {
        let names: Vec<&str> = self
            .names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.is_empty())
            .collect();
        let count = self.shape.first().copied().unwrap_or(0);
        match names[..] {
            [] => format!("{count} pictures"),
            _ => format!("{count} pictures: {}", names.join(", ")),
        }
    }

    /// How many there are, and the height and the width of each.
    fn check(&self) -> Result<[usize; 3]> {
        let [count, height, width] = match self.shape[..] {
            [count, height, width] | [count, height, width, 1] => [count, height, width],
            _ => {
                let received = format!("{:?}", self.shape);
                return Err(Error::invalid(
                    "pictures",
                    "grey pictures of shape (pictures, height, width)",
                    received,
                ));
            }
        };
        if self.names.len() != count {
            let received = format!("{} names", self.names.len());
            return Err(Error::invalid(
                "pictures",
                format!("a name for each of the {count} pictures"),
                received,
            ));
        }
        if self.pixels.is_empty() || self.pixels.len() > MOST_PIXELS {
            let expected = format!("from 1 to {MOST_PIXELS} pixels in all pictures together");
            return Err(
                Error::invalid("pictures", expected, self.pixels.len().to_string())
                    .with_hint("show fewer of them: x.rows(..20)"),
            );
        }
        if !self.pixels.iter().any(|pixel| drawable(*pixel)) {
            return Err(all_missing("pictures", self.pixels.len()));
        }
        Ok([count, height, width])
    }

    /// Draws them as large as there is room, in as many columns as that takes.
    pub(crate) fn draw(&self, scene: &mut Scene, captions: &Captions) -> Result<()> {
        let [count, height, width] = self.check()?;
        let nothing = Wanted::Names(vec![String::new()]);
        let frame = Frame::new(scene.bounds(), captions, &nothing, &nothing, 0.0, 0.0);
        let named = self.names.iter().any(|name| !name.is_empty());
        let caption = if named { theme::TICK_SIZE + 4.0 } else { 0.0 };
        let room = frame.plot;
        let scale = |columns: usize| {
            let rows = count.div_ceil(columns);
            let across = (room.width - GAP * (columns - 1) as f64) / (columns * width) as f64;
            let down = (room.height - (GAP + caption) * rows as f64) / (rows * height) as f64;
            across.min(down)
        };
        let best = (1..=count).max_by(|a, b| scale(*a).total_cmp(&scale(*b)));
        let columns = best.unwrap_or(1);
        let scale = scale(columns).max(0.1);
        let (across, down) = (scale * width as f64, scale * height as f64);
        let whole = across * columns as f64 + GAP * (columns - 1) as f64;
        let left = room.x + (room.width - whole) / 2.0;
        let smallest = self
            .pixels
            .iter()
            .copied()
            .filter(|pixel| drawable(*pixel))
            .fold(0.0, f64::min);
        let size = |pixel: &f64| if drawable(*pixel) { pixel.abs() } else { 0.0 };
        for (nth, pixels) in self.pixels.chunks_exact(height * width).enumerate() {
            let (column, row) = (nth % columns, nth / columns);
            let x = left + column as f64 * (across + GAP);
            let y = room.y + row as f64 * (down + GAP + caption);
            // Where there are negative numbers all pictures have one scale, otherwise each has its own.
            let of = if smallest < 0.0 {
                &self.pixels[..]
            } else {
                pixels
            };
            let largest = of.iter().map(size).fold(0.0, f64::max);
            draw_one(
                scene,
                Rect::new(x, y, across, down),
                pixels,
                width,
                |pixel| color(pixel, smallest < 0.0, largest),
            );
            let name = fonts::shortened(
                &self.names[nth],
                theme::TICK_SIZE,
                Weight::Regular,
                across + GAP,
            );
            let at = (x + across / 2.0, y + down + theme::TICK_SIZE);
            scene.text(
                Text::new(at, theme::TICK_SIZE, name)
                    .color(theme::SOFT_INK)
                    .align(Align::Center),
            );
        }
        frame.draw_axes(scene, false);
        Ok(())
    }
}

/// Paper for zero and ink for the largest number; with negative numbers two colours.
fn color(pixel: f64, two_colors: bool, largest: f64) -> Color {
    if !drawable(pixel) {
        return theme::GRID;
    }
    let share = if largest > 0.0 { pixel / largest } else { 0.0 };
    let share = (share * SHADES).round() / SHADES;
    match two_colors {
        true => theme::diverging(share),
        false => theme::PAPER.mix(theme::INK, share),
    }
}

fn draw_one(
    scene: &mut Scene,
    place: Rect,
    pixels: &[f64],
    width: usize,
    color: impl Fn(f64) -> Color,
) {
    let scale = place.width / width as f64;
    scene.rect(
        Rect::new(
            place.x - 1.0,
            place.y - 1.0,
            place.width + 2.0,
            place.height + 2.0,
        ),
        theme::GRID,
    );
    for (row, pixels) in pixels.chunks_exact(width).enumerate() {
        let (top, bottom) = (
            place.y + row as f64 * scale,
            place.y + (row + 1) as f64 * scale,
        );
        let mut column = 0;
        for run in pixels.chunk_by(|a, b| color(*a) == color(*b)) {
            let left = place.x + column as f64 * scale;
            column += run.len();
            let right = place.x + column as f64 * scale;
            // On whole pixels no hairlines show between the rectangles.
            let (left, right, top, bottom) =
                (left.round(), right.round(), top.round(), bottom.round());
            scene.rect(
                Rect::new(left, top, right - left, bottom - top),
                color(run[0]),
            );
        }
    }
}
