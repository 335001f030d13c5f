//! What a figure draws, and how it is said in words.

use super::bars::Bars;
use super::heat_map::HeatMap;
use super::histogram::Histogram;
use super::pictures::Pictures;
use super::series::Series;
use super::surface::{Contour, Surface};
use super::{short_number, words};

/// Something that a figure draws.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Series(Series),
    Histogram(Histogram),
    Bars(Bars),
    HeatMap(HeatMap),
    Pictures(Pictures),
    Surface(Surface),
    Contour(Contour),
}

impl Mark {
    /// In words, for a terminal and for readers who cannot see it. `x_label` is the name of the axis.
    pub(super) fn description(&self, x_label: &str) -> String {
        match self {
            Mark::Series(series) => words::series(series, x_label),
            Mark::Histogram(histogram) => {
                let (count, values) = (histogram.values.len(), &histogram.values);
                format!(
                    "histogram {:?} of {count} values, {}",
                    histogram.label,
                    words::range(values.iter().copied())
                )
            }
            Mark::Bars(bars) => bars.description(),
            Mark::HeatMap(map) => map.description(),
            Mark::Pictures(pictures) => pictures.description(),
            Mark::Surface(surface) => surface.description(),
            Mark::Contour(contour) => {
                format!(
                    "contour {:?} at {}",
                    contour.label,
                    short_number(contour.height)
                )
            }
        }
    }
}
