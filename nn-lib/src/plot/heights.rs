//! The colours of a surface's heights, and the bar that says what they mean.

use super::geometry::{Point, Rect};
use super::scene::Scene;
use super::text::{Align, Text};
use super::theme::Color;
use super::ticks::{NumericAxis, Scale, padded};
use super::{fonts, theme};
use fonts::Weight;

/// What was asked of the heights' colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub scale: Scale,
    /// The height that is white, between vermilion below and blue above it.
    pub middle: Option<f64>,
    /// About so many thin lines of equal height.
    pub lines: usize,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted {
            scale: Scale::Linear,
            middle: None,
            lines: 0,
        }
    }
}

/// The bands of a surface: their limits and colours.
pub(super) struct Heights {
    axis: NumericAxis,
    middle: Option<f64>,
    /// Where one band ends and the next begins, growing.
    pub limits: Vec<f64>,
    /// The heights of the thin lines.
    pub lines: Vec<f64>,
}

/// About so many bands: enough for an even slope, few enough for a small file.
const BANDS: f64 = 28.0;
/// From the plot to the colour bar, the bar's width, and from there to its numbers.
const GAP: f64 = 18.0;
const BAR: f64 = 16.0;
const TICK: f64 = 7.0;
/// How much paler than those of a heat map the colours are, so that the marks on them are seen; with two sides, on which
/// marks of the same colour lie, more.
const PALE: f64 = 0.22;
const PALE_SIDES: f64 = 0.5;

impl Heights {
    /// Bands for heights from `low` to `high`.
    pub(super) fn new(low: f64, high: f64, wanted: &Wanted) -> Heights {
        let (low, high) = if low < high {
            (low, high)
        } else {
            padded(low, high, wanted.scale)
        };
        let axis = |count| NumericAxis::new(low, high, wanted.scale, count, false);
        let bar = axis(6);
        let limits = match (wanted.scale, &bar.ticks[..]) {
            // The bands end at the numbers beside the bar, and at equal distances between them.
            (Scale::Linear, [first, second, ..]) => {
                let apart = second - first;
                let parts = (BANDS * apart / (high - low)).round().max(1.0);
                let step = apart / parts;
                let from = (low / step + 1e-9).floor() as i64 + 1;
                let to = (high / step - 1e-9).ceil() as i64;
                (from..to).map(|k| k as f64 * step).collect()
            }
            (Scale::Linear, _) => (1..BANDS as i32)
                .map(|k| low + (high - low) * f64::from(k) / BANDS)
                .collect(),
            (Scale::Logarithmic, _) => (1..BANDS as i32)
                .map(|k| low * (high / low).powf(f64::from(k) / BANDS))
                .collect(),
        };
        let inside = |height: &f64| *height > low && *height < high;
        let lines = match wanted.lines {
            0 => Vec::new(),
            count => axis(count).ticks.into_iter().filter(inside).collect(),
        };
        Heights {
            axis: bar,
            middle: wanted.middle.or((low < 0.0 && high > 0.0).then_some(0.0)),
            limits,
            lines,
        }
    }

    /// The colour of the band between two heights.
    fn between(&self, low: f64, high: f64) -> Color {
        let height = match self.axis.scale {
            Scale::Linear => (low + high) / 2.0,
            Scale::Logarithmic => (low * high).sqrt(),
        };
        let (color, pale) = match self.middle {
            Some(middle) => {
                let most = (self.axis.high - middle).max(middle - self.axis.low);
                (theme::diverging((height - middle) / most), PALE_SIDES)
            }
            None => (theme::sequential(self.axis.share(height)), PALE),
        };
        color.mix(theme::PAPER, pale)
    }

    /// The colour above the limit of this number; of none, the lowest band's.
    pub(super) fn above(&self, limit: Option<usize>) -> Color {
        let after = limit.map_or(0, |k| k + 1);
        let low = limit.map_or(self.axis.low, |k| self.limits[k]);
        let high = self.limits.get(after).copied().unwrap_or(self.axis.high);
        self.between(low, high)
    }

    /// The room that the bar takes to the right of the plot.
    pub(super) fn room(&self, label: &str) -> f64 {
        let words = if label.is_empty() {
            0.0
        } else {
            theme::LABEL_SIZE + 10.0
        };
        GAP + BAR + TICK + self.numbers() + words
    }

    /// The width of the numbers beside the bar.
    fn numbers(&self) -> f64 {
        let width = |name: &String| fonts::width(name, theme::TICK_SIZE, Weight::Regular);
        self.axis.labels.iter().map(width).fold(0.0, f64::max)
    }

    /// Draws the bar beside `plot`, with its numbers and what they are.
    pub(super) fn draw_bar(&self, scene: &mut Scene, plot: Rect, label: &str) {
        let bar = Rect::new(plot.right() + GAP, plot.y, BAR, plot.height);
        let up = |height: f64| bar.bottom() - self.axis.share(height) * bar.height;
        for limit in (0..self.limits.len()).map(Some).rev().chain([None]) {
            let after = limit.map_or(0, |k| k + 1);
            let top = self.limits.get(after).copied().unwrap_or(self.axis.high);
            let low = limit.map_or(self.axis.low, |k| self.limits[k]);
            let (top, bottom) = (up(top).round(), up(low).round());
            scene.rect(
                Rect::new(bar.x, top, bar.width, bottom - top),
                self.above(limit),
            );
        }
        for (tick, name) in self.axis.ticks.iter().zip(&self.axis.labels) {
            let y = up(*tick);
            scene.rule((bar.right(), y), (bar.right() + 4.0, y), 1.0, theme::AXIS);
            let at: Point = (bar.right() + TICK, y + 0.36 * theme::TICK_SIZE);
            scene.text(Text::new(at, theme::TICK_SIZE, name.as_str()).color(theme::SOFT_INK));
        }
        if !label.is_empty() {
            let words =
                fonts::shortened(label, theme::LABEL_SIZE, Weight::Regular, bar.height + 40.0);
            let x = bar.right() + TICK + self.numbers() + 8.0 + 0.78 * theme::LABEL_SIZE;
            let at = (x, bar.y + bar.height / 2.0);
            let text = Text::new(at, theme::LABEL_SIZE, words).align(Align::Center);
            scene.text(text.upward());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_end_at_the_numbers_beside_the_bar() {
        let heights = Heights::new(0.0, 12.3, &Wanted::default());
        for tick in heights.axis.ticks.iter().filter(|t| **t > 0.0) {
            let near = |limit: &f64| (limit - tick).abs() < 1e-9;
            assert!(
                heights.limits.iter().any(near),
                "{tick}: {:?}",
                heights.limits
            );
        }
        assert!(
            (20..=40).contains(&heights.limits.len()),
            "{}",
            heights.limits.len()
        );
        assert!(heights.limits.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn the_middle_is_white_and_a_constant_surface_has_a_colour() {
        let wanted = Wanted {
            middle: Some(0.5),
            ..Wanted::default()
        };
        let heights = Heights::new(0.0, 1.0, &wanted);
        let (red, _, blue) = heights.between(0.5, 0.5).rgb;
        assert!(red.abs_diff(blue) < 3, "{red} {blue}");
        let (red, _, blue) = heights.between(0.0, 0.0).rgb;
        assert!(red > blue, "below the middle: {red} {blue}");
        let flat = Heights::new(3.0, 3.0, &Wanted::default());
        assert!(!flat.limits.is_empty());
    }

    #[test]
    fn a_logarithmic_bar_has_a_band_for_each_equal_factor() {
        let wanted = Wanted {
            scale: Scale::Logarithmic,
            lines: 4,
            ..Wanted::default()
        };
        let heights = Heights::new(0.001, 10.0, &wanted);
        assert_eq!(heights.limits.len(), 27);
        assert_eq!(heights.lines, [0.01, 0.1, 1.0]);
    }
}
