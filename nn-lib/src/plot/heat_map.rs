//! Heat maps: a table of numbers as coloured cells, and the confusion matrix.

use super::fonts::Weight;
use super::frame::{Captions, Frame, Wanted};
use super::geometry::Rect;
use super::scene::Scene;
use super::series::{all_missing, drawable};
use super::text::{Align, Text};
use super::theme::Color;
use super::ticks::{NumericAxis, Scale};
use super::{fonts, theme};
use crate::{Error, Result};

/// A table to colour, given or still to be counted.
#[derive(Clone, Debug)]
pub(crate) enum HeatMap {
    Cells {
        rows: Vec<Vec<f64>>,
        row_names: Vec<String>,
        column_names: Vec<String>,
    },
    Confusion {
        truth: Vec<f64>,
        predicted: Vec<f64>,
        names: Vec<String>,
    },
}

/// The smallest number in a cell that is still read.
const SMALLEST_TEXT: f64 = 8.0;

impl HeatMap {
    pub(crate) fn description(&self) -> String {
        match self {
            HeatMap::Cells {
                row_names,
                column_names,
                ..
            } => {
                let names = row_names
                    .iter()
                    .flat_map(|row| {
                        column_names
                            .iter()
                            .map(move |column| format!("{row}, {column}:"))
                    })
                    .collect::<Vec<_>>();
                let cells = self.cells().unwrap_or_default().concat();
                let named = names.iter().map(String::as_str).zip(cells);
                format!(
                    "heat map of {} rows and {} columns, {}",
                    row_names.len(),
                    column_names.len(),
                    super::words::extremes(named)
                )
            }
            HeatMap::Confusion { truth, names, .. } => {
                let right = self
                    .cells()
                    .map_or(0.0, |rows| (0..rows.len()).map(|k| rows[k][k]).sum());
                format!(
                    "confusion matrix of {} classes, {right} of {} right",
                    names.len(),
                    truth.len()
                )
            }
        }
    }

    /// The names of the rows and of the columns.
    pub(super) fn names(&self) -> (&[String], &[String]) {
        match self {
            HeatMap::Cells {
                row_names,
                column_names,
                ..
            } => (row_names, column_names),
            HeatMap::Confusion { names, .. } => (names, names),
        }
    }

    /// The rows of the table, checked.
    pub(super) fn cells(&self) -> Result<Vec<Vec<f64>>> {
        match self {
            HeatMap::Cells {
                rows,
                row_names,
                column_names,
            } => {
                let expected = format!(
                    "{} rows of {} values, as there are names",
                    row_names.len(),
                    column_names.len()
                );
                let wrong =
                    |received: String| Err(Error::invalid("heat_map", &*expected, received));
                if rows.len() != row_names.len() {
                    return wrong(format!("{} rows", rows.len()));
                }
                if let Some((k, row)) = rows
                    .iter()
                    .enumerate()
                    .find(|(_, row)| row.len() != column_names.len())
                {
                    return wrong(format!("{} values in row {k}", row.len()));
                }
                if rows.is_empty() || column_names.is_empty() {
                    return Err(Error::invalid("heat_map", "at least one cell", "none"));
                }
                if !rows.iter().flatten().any(|v| drawable(*v)) {
                    return Err(all_missing("heat_map", rows.len() * column_names.len()));
                }
                Ok(rows.clone())
            }
            HeatMap::Confusion {
                truth,
                predicted,
                names,
            } => {
                let operation = "confusion_matrix";
                if truth.len() != predicted.len() {
                    let expected = format!("{} predictions, one for each true class", truth.len());
                    return Err(Error::invalid(
                        operation,
                        expected,
                        predicted.len().to_string(),
                    ));
                }
                if truth.is_empty() || names.is_empty() {
                    return Err(Error::invalid(
                        operation,
                        "at least one sample and one class",
                        "none",
                    ));
                }
                let mut counts = vec![vec![0.0; names.len()]; names.len()];
                for (row, column) in truth.iter().zip(predicted) {
                    for class in [row, column] {
                        if class.fract() != 0.0 || !(0.0..names.len() as f64).contains(class) {
                            let expected = format!("class numbers from 0 to {}", names.len() - 1);
                            return Err(Error::invalid(operation, expected, class.to_string())
                                .with_hint(
                                    "give each class a name; round probabilities to classes first",
                                ));
                        }
                    }
                    counts[*row as usize][*column as usize] += 1.0;
                }
                Ok(counts)
            }
        }
    }

    /// Draws the cells with their axes; a colour bar where the cells are too small for numbers.
    pub(crate) fn draw(&self, scene: &mut Scene, captions: &Captions) -> Result<()> {
        let rows = self.cells()?;
        let (row_names, column_names) = self.names();
        let shown: Vec<f64> = rows
            .iter()
            .flatten()
            .copied()
            .filter(|v| drawable(*v))
            .collect();
        let low = shown.iter().copied().fold(f64::INFINITY, f64::min);
        let high = shown.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let flat: Vec<f64> = rows.iter().flatten().copied().collect();
        let flat = super::short_numbers(&flat);
        let texts: Vec<&[String]> = flat.chunks(column_names.len()).collect();
        let layout = |right| {
            let (x, y) = (
                Wanted::Names(column_names.to_vec()),
                Wanted::Names(row_names.to_vec()),
            );
            Frame::new(scene.bounds(), captions, &x, &y, 0.0, right)
        };
        let mut frame = layout(0.0);
        let widest = flat
            .iter()
            .map(|t| fonts::width(t, 1.0, Weight::Regular))
            .fold(0.1, f64::max);
        let (width, height) = cell_size(&frame, &rows);
        let size = ((width - 6.0) / widest).min(0.6 * height).min(15.0);
        if size < SMALLEST_TEXT {
            frame = layout(74.0);
        }
        let (width, height) = cell_size(&frame, &rows);
        // A hairline of paper parts the cells where they are large enough.
        let gap = if width.min(height) > 14.0 { 1.0 } else { 0.0 };
        for (row, values) in rows.iter().enumerate() {
            let color = |value: f64| {
                if drawable(value) {
                    cell_color(value, low, high)
                } else {
                    theme::GRID
                }
            };
            let y = frame.up(row as f64);
            let (top, bottom) = ((y - height / 2.0).round(), (y + height / 2.0).round());
            let mut column = 0;
            // Neighbours of one colour become one rectangle where nothing parts them.
            for run in values.chunk_by(|a, b| gap == 0.0 && color(*a) == color(*b)) {
                let left = (frame.across(column as f64) - width / 2.0).round();
                let right = (frame.across((column + run.len() - 1) as f64) + width / 2.0).round();
                scene.rect(
                    Rect::new(left, top, right - left - gap, bottom - top - gap),
                    color(run[0]),
                );
                column += run.len();
            }
            if size >= SMALLEST_TEXT {
                for (column, value) in values.iter().enumerate() {
                    let at = (frame.across(column as f64), y + 0.36 * size);
                    let text =
                        Text::new(at, size, texts[row][column].as_str()).align(Align::Center);
                    scene.text(text.color(color(*value).readable_ink()));
                }
            }
        }
        frame.draw_axes(scene, false);
        if size < SMALLEST_TEXT {
            draw_color_bar(scene, frame.plot, low, high);
        }
        Ok(())
    }
}

fn cell_size(frame: &Frame, rows: &[Vec<f64>]) -> (f64, f64) {
    (
        frame.plot.width / rows[0].len() as f64,
        frame.plot.height / rows.len() as f64,
    )
}

fn cell_color(value: f64, low: f64, high: f64) -> Color {
    let largest = low.abs().max(high.abs());
    if low < 0.0 {
        theme::diverging(value / largest)
    } else if largest == 0.0 {
        theme::sequential(0.0)
    } else {
        theme::sequential(value / largest)
    }
}

/// What the colours mean, to the right of the cells.
fn draw_color_bar(scene: &mut Scene, plot: Rect, low: f64, high: f64) {
    let (bottom_value, top_value) = if low < 0.0 {
        let largest = low.abs().max(high.abs());
        (-largest, largest)
    } else {
        (0.0, if high > 0.0 { high } else { 1.0 })
    };
    let strip = Rect::new(plot.right() + 16.0, plot.y, 16.0, plot.height);
    let steps = 48;
    for step in 0..steps {
        let share = (f64::from(step) + 0.5) / f64::from(steps);
        let color = cell_color(
            bottom_value + share * (top_value - bottom_value),
            low,
            high.max(1e-300),
        );
        let (top, bottom) = (
            (strip.bottom() - strip.height * f64::from(step + 1) / f64::from(steps)).round(),
            (strip.bottom() - strip.height * f64::from(step) / f64::from(steps)).round(),
        );
        scene.rect(Rect::new(strip.x, top, strip.width, bottom - top), color);
    }
    let axis = NumericAxis::new(bottom_value, top_value, Scale::Linear, 5, false);
    for (tick, label) in axis.ticks.iter().zip(&axis.labels) {
        let y = strip.bottom() - axis.share(*tick) * strip.height;
        scene.rule(
            (strip.right(), y),
            (strip.right() + 4.0, y),
            1.0,
            theme::AXIS,
        );
        let at = (strip.right() + 7.0, y + 0.36 * theme::TICK_SIZE);
        scene.text(Text::new(at, theme::TICK_SIZE, label.as_str()).color(theme::SOFT_INK));
    }
}
