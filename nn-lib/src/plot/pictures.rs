//! Grey pictures in rows, each with a name below it.

use super::fonts::{self, Weight};
use super::frame::{Captions, Frame, MARGIN, Wanted};
use super::geometry::Rect;
use super::scene::Scene;
use super::series::{all_missing, drawable};
use super::text::{Align, Text};
use super::theme::{self, Color};
use crate::tensor::Tensor;
use crate::{Error, Result};

/// Between two pictures.
const GAP: f64 = 10.0;
/// The most pixels of all pictures: about as many as a sheet of the usual size has itself.
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

    /// Where they are as large as there is room, in as many columns as that takes.
    fn arranged(&self, sheet: Rect, captions: &Captions) -> Result<Arranged> {
        let [count, height, width] = self.check()?;
        let nothing = Wanted::Names(vec![String::new()]);
        let frame = Frame::new(sheet, captions, &nothing, &nothing, 0.0, 0.0);
        let named = self.names.iter().any(|name| !name.is_empty());
        let caption = if named { theme::TICK_SIZE + 4.0 } else { 0.0 };
        let mut room = frame.plot;
        if captions.x_label.is_empty() {
            // No numbers of an axis stand below.
            room.height = sheet.bottom() - MARGIN - room.y;
        }
        // What the pictures of a column, or of a row, leave to be shared by their pixels.
        let across = |columns: usize| room.width - GAP * (columns - 1) as f64;
        let down = |rows: usize| room.height - GAP * (rows - 1) as f64 - caption * rows as f64;
        let scale = |columns: usize| {
            let rows = count.div_ceil(columns);
            let across = across(columns) / (columns * width) as f64;
            across.min(down(rows) / (rows * height) as f64)
        };
        let best = (1..=count).max_by(|a, b| scale(*a).total_cmp(&scale(*b)));
        let columns = best.unwrap_or(1);
        let scale = scale(columns).max(0.1);
        let (rows, size) = (
            count.div_ceil(columns),
            (scale * width as f64, scale * height as f64),
        );
        let whole = (
            size.0 * columns as f64 + room.width - across(columns),
            size.1 * rows as f64 + room.height - down(rows),
        );
        Ok(Arranged {
            left: room.x + (room.width - whole.0) / 2.0,
            top: room.y,
            columns,
            size,
            below: caption,
            unused: (room.height - whole.1).max(0.0),
            frame,
        })
    }

    /// How high a sheet of this width needs to be, `most` at most.
    pub(crate) fn height(&self, width: u32, most: u32, captions: &Captions) -> Result<u32> {
        let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(most));
        let unused = self.arranged(sheet, captions)?.unused;
        Ok(most - (unused as u32).min(most / 2))
    }

    /// Draws them.
    pub(crate) fn draw(&self, scene: &mut Scene, captions: &Captions) -> Result<()> {
        let [_, height, width] = self.check()?;
        let Arranged {
            frame,
            left,
            top,
            columns,
            size: (across, down),
            below,
            ..
        } = self.arranged(scene.bounds(), captions)?;
        let negative = |pixel: &f64| drawable(*pixel) && *pixel < 0.0;
        let two_colors = self.pixels.iter().any(negative);
        let size = |pixel: &f64| if drawable(*pixel) { pixel.abs() } else { 0.0 };
        for (nth, pixels) in self.pixels.chunks_exact(height * width).enumerate() {
            let (column, row) = (nth % columns, nth / columns);
            let x = left + column as f64 * (across + GAP);
            let y = top + row as f64 * (down + GAP + below);
            // Where there are negative numbers all pictures have one scale, otherwise each has its own.
            let of = if two_colors { &self.pixels[..] } else { pixels };
            let largest = of.iter().map(size).fold(0.0, f64::max);
            let around = Rect::new(x - 1.0, y - 1.0, across + 2.0, down + 2.0);
            scene.rect(around, theme::GRID);
            let colors = pixels
                .iter()
                .map(|pixel| color(*pixel, two_colors, largest));
            scene.pixels(Rect::new(x, y, across, down), width, colors.collect());
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

/// Where the pictures of a sheet are.
struct Arranged {
    frame: Frame,
    left: f64,
    top: f64,
    columns: usize,
    /// Width and height of each.
    size: (f64, f64),
    /// The room for a name below each.
    below: f64,
    /// The room below all of them.
    unused: f64,
}

/// Paper for zero and ink for the largest number; with negative numbers two colours.
fn color(pixel: f64, two_colors: bool, largest: f64) -> Color {
    if !drawable(pixel) {
        return theme::GRID;
    }
    let share = if largest > 0.0 { pixel / largest } else { 0.0 };
    match two_colors {
        true => theme::diverging(share),
        false => theme::PAPER.mix(theme::INK, share),
    }
}
