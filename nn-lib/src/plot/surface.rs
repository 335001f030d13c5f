//! Surfaces: heights over two axes, and the lines of equal height on them.

use super::series::{all_missing, drawable};
use super::short_number;
use super::ticks::Scale;
use crate::{Error, Result};

/// The height at each place of a grid.
#[derive(Clone, Debug)]
pub(crate) struct Surface {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    /// Row by row, from the lowest y.
    pub heights: Vec<f64>,
}

/// A line through all places of one height.
#[derive(Clone, Debug)]
pub(crate) struct Contour {
    pub height: f64,
    pub label: String,
}

impl Surface {
    /// The surface in words: its extent, and where it is lowest and highest.
    pub(crate) fn description(&self) -> String {
        let known = self
            .heights
            .iter()
            .enumerate()
            .filter(|(_, v)| drawable(**v));
        let lowest = known.clone().min_by(|a, b| a.1.total_cmp(b.1));
        let highest = known.max_by(|a, b| a.1.total_cmp(b.1));
        let columns = self.x.len().max(1);
        let place = |found: Option<(usize, &f64)>| {
            found.map_or_else(String::new, |(k, height)| {
                let at = |places: &[f64], k: usize| {
                    short_number(places.get(k).copied().unwrap_or(f64::NAN))
                };
                let (x, y) = (at(&self.x, k % columns), at(&self.y, k / columns));
                format!("{} at ({x}, {y})", short_number(*height))
            })
        };
        format!(
            "surface of {} columns and {} rows, lowest {}, highest {}",
            self.x.len(),
            self.y.len(),
            place(lowest),
            place(highest)
        )
    }

    /// Refuses what cannot be drawn with these scales of the x axis, the y axis and the heights.
    pub(super) fn check(&self, x_scale: Scale, y_scale: Scale, z_scale: Scale) -> Result<()> {
        let operation = "surface";
        for (name, places, scale) in [("x", &self.x, x_scale), ("y", &self.y, y_scale)] {
            if places.len() < 2
                || !places.iter().all(|v| drawable(*v))
                || !places.windows(2).all(|pair| pair[0] < pair[1])
            {
                let received = match places[..] {
                    [first, .., last] => {
                        format!("{} from {first} to {last}", places.len())
                    }
                    _ => format!("{}", places.len()),
                };
                let expected = format!("a grid of two or more {name} places that grow");
                return Err(Error::invalid(operation, expected, received));
            }
            if scale == Scale::Logarithmic && places[0] <= 0.0 {
                return Err(Error::invalid(
                    format!("log_{name}"),
                    "a grid above zero",
                    format!("{name} from {}", places[0]),
                ));
            }
        }
        let (columns, rows) = (self.x.len(), self.y.len());
        if self.heights.len() != columns * rows {
            let expected = format!(
                "{} heights, one for each place of the grid ({columns} columns x {rows} rows)",
                columns * rows
            );
            let received = self.heights.len().to_string();
            return Err(Error::invalid(operation, expected, received).with_hint(
                "grid.map(|x, y| ..) or a model's prediction for grid.points() has as many",
            ));
        }
        if !self.heights.iter().any(|v| drawable(*v)) {
            return Err(all_missing(operation, self.heights.len()));
        }
        if z_scale == Scale::Logarithmic
            && let Some(low) = self.heights.iter().find(|v| **v <= 0.0)
        {
            return Err(
                Error::invalid("log_z", "heights above zero", low.to_string())
                    .with_hint("leave log_z() away, or add a small number to every height"),
            );
        }
        Ok(())
    }
}
