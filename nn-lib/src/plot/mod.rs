//! Charts: what a notebook shows of data and training, as PNG and SVG.

mod bars;
mod figure;
mod fonts;
mod frame;
mod heat_map;
mod histogram;
mod legend;
mod output;
mod paint;
mod pairs;
mod panels;
mod scene;
mod series;
mod theme;
mod ticks;
mod values;

pub use figure::Figure;
pub(crate) use paint::escaped;
pub use panels::Panels;
pub use values::{Labels, Number, Rows, Values};

use std::sync::RwLock;

static NOTICE: RwLock<Option<String>> = RwLock::new(None);

/// Sets the notice that every chart carries below its title, such as that its data are a stand-in.
/// `None` takes it away.
pub fn set_notice(notice: Option<String>) {
    *NOTICE
        .write()
        .unwrap_or_else(|poisoned| poisoned.into_inner()) = notice;
}

/// The notice that charts carry at this moment.
pub fn notice() -> Option<String> {
    NOTICE
        .read()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .clone()
}

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

#[cfg(test)]
mod tests {
    use super::short_number;

    #[test]
    fn short_numbers_have_three_significant_digits() {
        let written: Vec<String> = [25_000.0, 0.88396, -12.345, 1234.5, 2.5e-7, 0.0]
            .map(short_number)
            .to_vec();
        assert_eq!(
            written,
            ["25,000", "0.884", "−12.3", "1234", "2.50e-7", "0"]
        );
    }
}
