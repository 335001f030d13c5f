//! Charts in words, for a terminal and for readers who cannot see them: what a curve does, computed from its numbers.

use super::series::{Series, Style};
use super::short_number;

/// A change below this share of a curve's span is none.
const NOTHING: f64 = 0.03;

/// What a series shows: `"Validation loss" falls from 0.38 to 0.279 at epoch 5, then rises to 0.526`.
pub(super) fn series(series: &Series, x_label: &str) -> String {
    let kind = match series.style {
        Style::Points => "points",
        Style::Line => "line",
        Style::Path => "path",
    };
    let pairs: Vec<(f64, f64)> = series.pairs().collect();
    let (count, name) = (pairs.len(), &series.label);
    let Some((&first, &last)) = pairs.first().zip(pairs.last()) else {
        return format!("{kind} {name:?} without a value");
    };
    let at = |(x, y): (f64, f64)| format!("({}, {})", short_number(x), short_number(y));
    if count == 1 {
        return format!("{kind} {name:?} at {}", at(first));
    }
    if series.style == Style::Path {
        return format!(
            "path {name:?} of {count} places from {} to {}",
            at(first),
            at(last)
        );
    }
    if !pairs.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        let xs = pairs.iter().map(|pair| pair.0);
        let ys = pairs.iter().map(|pair| pair.1);
        return format!("{count} {kind} {name:?}, x {}, y {}", range(xs), range(ys));
    }
    format!("{kind} {name:?} {}", course(&pairs, x_label))
}

/// How a curve goes: up, down, where it turns.
fn course(pairs: &[(f64, f64)], x_label: &str) -> String {
    let (first, last) = (pairs[0], pairs[pairs.len() - 1]);
    let lowest = *pairs
        .iter()
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or(&first);
    let highest = *pairs
        .iter()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or(&first);
    let little = NOTHING * (highest.1 - lowest.1);
    let near = |one: (f64, f64), other: (f64, f64)| (one.1 - other.1).abs() <= little;
    let said = |pair: (f64, f64)| short_number(pair.1);
    let place = |pair: (f64, f64)| place(pair.0, x_label);
    if highest.1 == lowest.1 {
        return format!("stays at {}", said(first));
    }
    let (low_ends, high_ends) = (
        near(first, lowest) || near(last, lowest),
        near(first, highest) || near(last, highest),
    );
    match (low_ends, high_ends) {
        (true, true) if near(first, highest) && near(last, lowest) => {
            format!("falls from {} to {}", said(first), said(last))
        }
        (true, true) if near(first, lowest) && near(last, highest) => {
            format!("rises from {} to {}", said(first), said(last))
        }
        (false, true) => format!(
            "falls from {} to {} {}, then rises to {}",
            said(first),
            said(lowest),
            place(lowest),
            said(last)
        ),
        (true, false) => format!(
            "rises from {} to {} {}, then falls to {}",
            said(first),
            said(highest),
            place(highest),
            said(last)
        ),
        _ => format!(
            "goes from {} to {}, lowest {} {}, highest {} {}",
            said(first),
            said(last),
            said(lowest),
            place(lowest),
            said(highest),
            place(highest)
        ),
    }
}

/// `at epoch 5`, where the axis is called "Epochs", and `at x = 5` where its name is none for one of its places.
fn place(x: f64, label: &str) -> String {
    let word = label.trim();
    let counts = word
        .strip_suffix('s')
        .filter(|word| word.chars().all(|c| c.is_ascii_alphabetic()));
    match counts {
        Some(word) if !word.is_empty() => {
            format!("at {} {}", word.to_ascii_lowercase(), short_number(x))
        }
        _ => format!("at x = {}", short_number(x)),
    }
}

/// `0.18 to 0.51`
pub(super) fn range(values: impl Iterator<Item = f64>) -> String {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    format!("{} to {}", short_number(low), short_number(high))
}

/// A named value: the largest and the smallest of many.
pub(super) fn extremes<'a>(named: impl Iterator<Item = (&'a str, f64)> + Clone) -> String {
    let known = named.filter(|(_, value)| value.is_finite());
    let highest = known.clone().max_by(|a, b| a.1.total_cmp(&b.1));
    let lowest = known.min_by(|a, b| a.1.total_cmp(&b.1));
    let said = |found: Option<(&str, f64)>| {
        found.map_or_else(String::new, |(name, value)| {
            format!("{name} {}", short_number(value))
        })
    };
    format!("highest {}, lowest {}", said(highest), said(lowest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(y: &[f64]) -> String {
        let x = (1..=y.len()).map(|k| k as f64).collect();
        let line = Series {
            style: Style::Line,
            x,
            y: y.to_vec(),
            label: "Loss".to_owned(),
        };
        series(&line, "Epochs")
    }

    #[test]
    fn a_curve_is_told_by_where_it_turns() {
        assert_eq!(
            said(&[0.5, 0.3, 0.2, 0.1]),
            "line \"Loss\" falls from 0.500 to 0.100"
        );
        assert_eq!(
            said(&[0.38, 0.3, 0.279, 0.4, 0.526]),
            "line \"Loss\" falls from 0.380 to 0.279 at epoch 3, then rises to 0.526"
        );
        assert_eq!(
            said(&[0.6, 0.3, 0.279, 0.4, 0.526]),
            "line \"Loss\" falls from 0.600 to 0.279 at epoch 3, then rises to 0.526"
        );
        assert_eq!(
            said(&[0.6, 0.8, 0.9, 0.7]),
            "line \"Loss\" rises from 0.600 to 0.900 at epoch 3, then falls to 0.700"
        );
        assert_eq!(
            said(&[0.5, 0.1, 0.9, 0.4]),
            "line \"Loss\" goes from 0.500 to 0.400, lowest 0.100 at epoch 2, highest 0.900 at epoch 3"
        );
        assert_eq!(said(&[2.0, 2.0]), "line \"Loss\" stays at 2");
        assert_eq!(said(&[f64::NAN, f64::NAN]), "line \"Loss\" without a value");
        assert_eq!(said(&[1.0]), "line \"Loss\" at (1, 1)");
    }

    #[test]
    fn a_cloud_of_points_is_told_by_its_extent() {
        let cloud = Series {
            style: Style::Points,
            x: vec![2.0, -1.0, 0.0],
            y: vec![1.0, 5.0, 3.0],
            label: "red".to_owned(),
        };
        assert_eq!(series(&cloud, ""), "3 points \"red\", x −1 to 2, y 1 to 5");
    }

    #[test]
    fn a_place_is_named_by_its_axis() {
        assert_eq!(place(5.0, "Epochs"), "at epoch 5");
        assert_eq!(place(0.5, "Probability of the answer"), "at x = 0.500");
        assert_eq!(place(0.5, ""), "at x = 0.500");
    }
}
