//! What a figure draws, and how it is said in words.

use super::bars::Bars;
use super::heat_map::HeatMap;
use super::histogram::Histogram;
use super::pictures::Pictures;
use super::series::{Series, Style};
use super::short_number;
use super::surface::{Contour, Surface};

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
    /// In words, for a terminal and for readers who cannot see it.
    pub(super) fn description(&self) -> String {
        match self {
            Mark::Series(series) => {
                let kind = match series.style {
                    Style::Points => "points",
                    Style::Line => "line",
                    Style::Path => "path",
                };
                let (count, values) = (series.y.len(), range(&series.y));
                let ends = match series.style {
                    Style::Path => ends(series),
                    Style::Points | Style::Line => values,
                };
                format!("{kind} {:?} ({count} values, {ends})", series.label)
            }
            Mark::Histogram(histogram) => {
                let (count, values) = (histogram.values.len(), range(&histogram.values));
                format!(
                    "histogram {:?} of {count} values, {values}",
                    histogram.label
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

/// `from (−1.5, 2) to (1, 0.5)`
fn ends(series: &Series) -> String {
    let at = |pair: Option<(f64, f64)>| {
        let (x, y) = pair.unwrap_or((f64::NAN, f64::NAN));
        format!("({}, {})", short_number(x), short_number(y))
    };
    let (first, last) = (series.pairs().next(), series.pairs().last());
    format!("from {} to {}", at(first), at(last))
}

/// `0.18 to 0.51`
fn range(values: &[f64]) -> String {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.iter().copied().filter(|v| v.is_finite()) {
        low = low.min(value);
        high = high.max(value);
    }
    format!("{} to {}", short_number(low), short_number(high))
}
