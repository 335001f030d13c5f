//! Charts: what a notebook shows of data and training, as PNG and SVG.

mod bands;
mod bars;
mod bitmap;
mod data;
mod diagram;
mod figure;
mod fonts;
mod frame;
mod geometry;
mod grid;
mod heat_map;
mod heights;
mod histogram;
mod labels;
mod legend;
mod letters;
mod mark;
mod output;
mod over_surface;
mod paint;
mod pairs;
mod panels;
mod pictures;
mod png_file;
mod scene;
mod series;
mod surface;
mod surface_chart;
mod text;
mod theme;
mod ticks;
mod words;

pub use crate::tensor::Number;
pub use crate::tensor::Values;
pub use diagram::Diagram;
pub use figure::Figure;
pub use grid::Grid;
pub use labels::{Labels, Name, Rows};
pub use letters::missing_letters;
pub use panels::Panels;

/// A number with about three significant digits, whole numbers in full: `25,000`, `0.884`, `2.5e-7`.
fn short_number(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e7 {
        ticks::number(value, 0)
    } else if (1e-3..1e6).contains(&size) {
        let decimals = (2.0 - size.log10().floor()).clamp(0.0, 5.0) as usize;
        ticks::number(value, decimals)
    } else {
        format!("{value:.2e}")
    }
}

/// Numbers that stand beside each other, with the same number of decimals: as many as three significant digits of
/// the largest need, fewer if all of them are zeros.
fn short_numbers(values: &[f64]) -> Vec<String> {
    let finite = || values.iter().copied().filter(|v| series::drawable(*v));
    let largest = finite().fold(0.0, |m: f64, v| m.max(v.abs()));
    if largest >= 1e7 || (largest > 0.0 && largest < 1e-3) {
        return values.iter().map(|v| short_number(*v)).collect();
    }
    let most = if largest == 0.0 {
        0
    } else {
        (2.0 - largest.log10().floor()).clamp(0.0, 5.0) as usize
    };
    let exact = |decimals: usize| {
        let power = 10f64.powi(decimals as i32);
        finite()
            .all(|v| (v * power - (v * power).round()).abs() < 1e-6 * power.max(v.abs() * power))
    };
    let decimals = (0..most).find(|d| exact(*d)).unwrap_or(most);
    values
        .iter()
        .map(|v| {
            if series::drawable(*v) {
                ticks::number(*v, decimals)
            } else {
                "–".to_string()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{short_number, short_numbers};

    #[test]
    fn numbers_beside_each_other_have_the_same_decimals() {
        assert_eq!(
            short_numbers(&[0.61, -0.07, 0.5]),
            ["0.61", "−0.07", "0.50"]
        );
        assert_eq!(
            short_numbers(&[f64::from(0.61f32), 1.0 / 3.0]),
            ["0.610", "0.333"]
        );
        assert_eq!(short_numbers(&[450.0, 0.0, f64::NAN]), ["450", "0", "–"]);
        assert_eq!(short_numbers(&[1234.5678, 2.0]), ["1,235", "2"]);
    }

    #[test]
    fn short_numbers_have_three_significant_digits() {
        let written: Vec<String> = [25_000.0, 0.88396, -12.345, 1234.5, 2.5e-7, 0.0]
            .map(short_number)
            .to_vec();
        assert_eq!(
            written,
            ["25,000", "0.884", "−12.3", "1,234", "2.50e-7", "0"]
        );
    }
}
