//! Histograms: how many values fall into each interval.

use super::frame::Frame;
use super::geometry::{Point, Rect};
use super::scene::Scene;
use super::series::{all_missing, drawable};
use super::theme::Color;
use crate::{Error, Result};

/// Values to count.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    pub values: Vec<f64>,
    pub bins: usize,
    pub label: String,
}

/// Counted values: `counts[k]` of them lie from `edges[k]` up to, but not including, `edges[k + 1]`; the last
/// interval includes its end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bins {
    pub edges: Vec<f64>,
    pub counts: Vec<f64>,
}

/// Counts every histogram of a figure over their common range, so that equal bars mean equal values.
pub(crate) fn count(histograms: &[&Histogram]) -> Result<Vec<Bins>> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for histogram in histograms {
        let operation = format!("histogram {:?}", histogram.label);
        if !(1..=1000).contains(&histogram.bins) {
            return Err(Error::invalid(
                operation,
                "1 to 1000 bins",
                histogram.bins.to_string(),
            ));
        }
        if histogram.values.is_empty() {
            return Err(Error::invalid(operation, "at least one value", "none"));
        }
        if !histogram.values.iter().any(|v| drawable(*v)) {
            return Err(all_missing(operation, histogram.values.len()));
        }
        for value in histogram.values.iter().copied().filter(|v| drawable(*v)) {
            low = low.min(value);
            high = high.max(value);
        }
    }
    if low == high {
        // One repeated value stands in the middle of a range of its own size.
        let half = if low == 0.0 { 0.5 } else { 0.5 * low.abs() };
        (low, high) = (low - half, high + half);
    }
    Ok(histograms
        .iter()
        .map(|histogram| counted(histogram, low, high))
        .collect())
}

fn counted(histogram: &Histogram, low: f64, high: f64) -> Bins {
    let bins = histogram.bins;
    let edges = (0..=bins)
        .map(|k| low + (high - low) * k as f64 / bins as f64)
        .collect();
    let mut counts = vec![0.0; bins];
    for value in histogram.values.iter().copied().filter(|v| drawable(*v)) {
        let bin = ((value - low) / (high - low) * bins as f64) as usize;
        counts[bin.min(bins - 1)] += 1.0;
    }
    Bins { edges, counts }
}

impl Bins {
    /// Draws the intervals as adjoining bars. Returns places that a legend should not cover.
    pub(crate) fn draw(&self, scene: &mut Scene, frame: &Frame, color: Color) -> Vec<Point> {
        let mut obstacles = Vec::new();
        let plot = frame.plot;
        let within = |x: f64| frame.across(x).clamp(plot.x, plot.right());
        let height = |y: f64| frame.up(y).clamp(plot.y, plot.bottom());
        for (edges, count) in self
            .edges
            .windows(2)
            .zip(&self.counts)
            .filter(|(_, count)| **count > 0.0)
        {
            let (left, right) = (within(edges[0]), within(edges[1]));
            let (top, bottom) = (height(*count), height(0.0));
            // A hairline of paper between neighbours, where there is room for it.
            let gap = if right - left > 4.0 { 1.0 } else { 0.0 };
            scene.rect(
                Rect::new(left, top, right - left - gap, bottom - top),
                color,
            );
            let rows = ((bottom - top) / 8.0) as usize;
            obstacles.extend((0..=rows).map(|row| ((left + right) / 2.0, top + 8.0 * row as f64)));
            obstacles.extend([(left, top), (right, top)]);
        }
        obstacles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins_of(values: &[f64], bins: usize) -> Bins {
        count(&[&Histogram {
            values: values.to_vec(),
            bins,
            label: String::new(),
        }])
        .unwrap()
        .remove(0)
    }

    #[test]
    fn every_value_is_counted_once_and_the_last_interval_includes_its_end() {
        // numpy.histogram([0, 1, 1, 2, 3, 4], bins=4) gives [1, 2, 1, 2] over [0, 1, 2, 3, 4].
        let bins = bins_of(&[0.0, 1.0, 1.0, 2.0, 3.0, 4.0], 4);
        assert_eq!(bins.counts, [1.0, 2.0, 1.0, 2.0]);
        assert_eq!(bins.edges, [0.0, 1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn missing_values_are_left_out_and_a_constant_has_its_bar() {
        assert_eq!(
            bins_of(&[f64::NAN, 2.0, f64::INFINITY, 2.0], 3).counts,
            [0.0, 2.0, 0.0]
        );
    }

    #[test]
    fn no_bins_no_values_and_values_all_nan_are_refused() {
        for (values, bins) in [(vec![1.0], 0), (vec![], 3), (vec![f64::NAN], 3)] {
            assert!(
                count(&[&Histogram {
                    values,
                    bins,
                    label: "w".into()
                }])
                .is_err()
            );
        }
    }
}
