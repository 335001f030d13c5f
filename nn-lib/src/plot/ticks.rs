//! Round numbers along an axis.

/// How an axis turns values into places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    Linear,
    /// Decades of equal length; only values above zero have a place.
    Logarithmic,
}

/// A numeric axis: its range and the round numbers to write along it.
#[derive(Clone, Debug)]
pub(crate) struct NumericAxis {
    pub low: f64,
    pub high: f64,
    pub scale: Scale,
    pub ticks: Vec<f64>,
    /// What is written at each tick.
    pub labels: Vec<String>,
}

impl NumericAxis {
    /// An axis over `low..=high` with about `count` ticks; `whole` keeps them at whole numbers, as for epochs.
    pub(crate) fn new(low: f64, high: f64, scale: Scale, count: usize, whole: bool) -> NumericAxis {
        let (ticks, labels) = match scale {
            Scale::Linear => linear_ticks(low, high, count, whole),
            Scale::Logarithmic => logarithmic_ticks(low, high, count),
        };
        NumericAxis {
            low,
            high,
            scale,
            ticks,
            labels,
        }
    }

    /// Where a value lies: 0 at the low end, 1 at the high end, outside of it beyond.
    pub(crate) fn share(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => (value / self.low).log10() / (self.high / self.low).log10(),
        }
    }
}

/// The range of `values` with a little air on both sides, never empty.
pub(crate) fn padded(low: f64, high: f64, scale: Scale) -> (f64, f64) {
    if scale == Scale::Logarithmic {
        let air = (high / low).powf(0.05).max(1.2);
        return (
            (low / air).max(f64::MIN_POSITIVE),
            (high * air).min(f64::MAX),
        );
    }
    let span = high - low;
    // One value repeated (or values that differ by rounding errors alone) gets a range of its own size.
    let air = if span > low.abs().max(high.abs()) * 1e-9 {
        0.05 * span
    } else if high == 0.0 {
        1.0
    } else {
        0.1 * high.abs()
    };
    (low - air, high + air)
}

/// The smallest of 1, 2, 2.5, 5, 10 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

fn linear_ticks(low: f64, high: f64, count: usize, whole: bool) -> (Vec<f64>, Vec<String>) {
    let mut step = round_step((high - low) / count.max(1) as f64);
    if whole && step < 1.0 {
        step = 1.0;
    } else if whole && step == 2.5 {
        step = 5.0;
    }
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    let ticks: Vec<f64> = (0..=(last - first).max(0.0) as usize)
        .map(|k| (first + k as f64) * step)
        .collect();
    let largest = ticks.iter().fold(0f64, |m, t| m.max(t.abs()));
    let labels = if largest >= 1e7 || (largest > 0.0 && largest < 1e-4) {
        ticks.iter().map(|tick| scientific(*tick, step)).collect()
    } else {
        let decimals = decimals_of(step);
        ticks.iter().map(|tick| number(*tick, decimals)).collect()
    };
    (ticks, labels)
}

/// How many decimals tell multiples of `step` apart.
fn decimals_of(step: f64) -> usize {
    (0..12)
        .find(|d| {
            let scaled = step * 10f64.powi(*d as i32);
            (scaled - scaled.round()).abs() < 1e-6 * scaled
        })
        .unwrap_or(12)
}

/// A number with a fixed number of decimals and a true minus sign and commas between thousands.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (integer, fraction) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(i, f)| (i, Some(f)));
    let mut grouped = String::new();
    for (position, digit) in integer.chars().enumerate() {
        if position > 0 && (integer.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped = format!("{grouped}.{fraction}");
    }
    let zero = !text.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    if value < 0.0 && !zero {
        format!("−{grouped}")
    } else {
        grouped
    }
}

/// A number with a power of ten, `2.5e8`, precise to the step between ticks.
fn scientific(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let exponent = (value.abs().log10() + 1e-9).floor();
    let decimals = decimals_of(step / 10f64.powf(exponent)).min(6);
    format!(
        "{}e{exponent}",
        number(value / 10f64.powf(exponent), decimals)
    )
}

fn logarithmic_ticks(low: f64, high: f64, count: usize) -> (Vec<f64>, Vec<String>) {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let decades = (high / low).log10();
    let inside = |t: &f64| *t >= low * (1.0 - 1e-9) && *t <= high * (1.0 + 1e-9);
    let ticks: Vec<f64> = if decades >= 1.5 {
        let stride = (decades / count.max(1) as f64).ceil().max(1.0) as usize;
        (first..=last)
            .step_by(stride)
            .map(|k| 10f64.powi(k))
            .filter(inside)
            .collect()
    } else {
        let steps: &[f64] = if decades > 0.7 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
        };
        (first..=last)
            .flat_map(|k| steps.iter().map(move |f| f * 10f64.powi(k)))
            .filter(inside)
            .collect()
    };
    if ticks.len() < 2 {
        return linear_ticks(low, high, count, false);
    }
    let labels = ticks
        .iter()
        .map(|tick| {
            if (1e-4..1e7).contains(tick) {
                number(*tick, decimals_of(*tick))
            } else {
                scientific(*tick, *tick)
            }
        })
        .collect();
    (ticks, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, count: usize, whole: bool) -> Vec<String> {
        NumericAxis::new(low, high, Scale::Linear, count, whole).labels
    }

    #[test]
    fn ticks_are_round_numbers_inside_the_range() {
        assert_eq!(labels(0.0, 0.71, 6, false), ["0.0", "0.2", "0.4", "0.6"]);
        assert_eq!(
            labels(0.0, 0.71, 8, false),
            ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]
        );
        assert_eq!(labels(0.05, 20.95, 8, true), ["5", "10", "15", "20"]);
        assert_eq!(labels(0.8, 4.2, 8, true), ["1", "2", "3", "4"]);
        assert_eq!(
            labels(-1.0, 1.0, 4, false),
            ["−1.0", "−0.5", "0.0", "0.5", "1.0"]
        );
        assert_eq!(
            labels(0.0, 25_000.0, 5, false),
            ["0", "5,000", "10,000", "15,000", "20,000", "25,000"]
        );
    }

    #[test]
    fn very_large_and_very_small_numbers_are_written_with_powers_of_ten() {
        assert_eq!(
            labels(0.0, 4e8, 4, false),
            ["0", "1e8", "2e8", "3e8", "4e8"]
        );
        assert_eq!(labels(0.0, 5e-6, 2, false), ["0", "2.5e-6", "5.0e-6"]);
    }

    #[test]
    fn ticks_of_any_finite_range_are_few_and_distinct() {
        for low in [-1e300, -7.3, 0.0, 1e-300, 3.0, 1e12] {
            for span in [1e-6, 0.3, 17.0, 1e6, 1e299] {
                let (low, high) = padded(low, low + span, Scale::Linear);
                let axis = NumericAxis::new(low, high, Scale::Linear, 6, false);
                assert!(
                    (1..=13).contains(&axis.ticks.len()),
                    "{low} {high}: {:?}",
                    axis.ticks
                );
            }
        }
    }

    #[test]
    fn a_constant_series_gets_a_range_around_it() {
        assert_eq!(padded(0.0, 0.0, Scale::Linear), (-1.0, 1.0));
        assert_eq!(padded(5.0, 5.0, Scale::Linear), (4.5, 5.5));
    }

    #[test]
    fn a_logarithmic_axis_has_its_ticks_at_powers_of_ten() {
        let axis = NumericAxis::new(0.0005, 20.0, Scale::Logarithmic, 8, false);
        assert_eq!(axis.labels, ["0.001", "0.01", "0.1", "1", "10"]);
        assert!((axis.share(0.1) - 0.5).abs() < 0.01);
    }
}
