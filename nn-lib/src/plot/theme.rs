//! The look of all charts: colours that colour-blind readers tell apart, sizes that a projector carries.

/// A colour: red, green, blue, and how much of what lies below it covers (1 hides all).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Color {
    pub rgb: (u8, u8, u8),
    pub alpha: f64,
}

impl Color {
    pub(crate) const fn new(red: u8, green: u8, blue: u8) -> Color {
        Color {
            rgb: (red, green, blue),
            alpha: 1.0,
        }
    }

    /// The same colour, letting what lies below shine through.
    pub(crate) fn translucent(self, alpha: f64) -> Color {
        Color { alpha, ..self }
    }

    /// The colour that is `share` of the way to `other`.
    pub(crate) fn mix(self, other: Color, share: f64) -> Color {
        let between =
            |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
        let ((r1, g1, b1), (r2, g2, b2)) = (self.rgb, other.rgb);
        Color::new(between(r1, r2), between(g1, g2), between(b1, b2))
    }

    /// The relative luminance of WCAG 2, from 0 (black) to 1 (white).
    pub(crate) fn luminance(self) -> f64 {
        let linear = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        let (r, g, b) = self.rgb;
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    /// Black or white, whichever reads better on this colour.
    pub(crate) fn readable_ink(self) -> Color {
        const BLACK: Color = Color::new(0, 0, 0);
        let background = self.luminance() + 0.05;
        if 1.05 / background > background / 0.05 {
            PAPER
        } else {
            BLACK
        }
    }
}

/// The sheet.
pub(crate) const PAPER: Color = Color::new(255, 255, 255);
/// Titles and labels.
pub(crate) const INK: Color = Color::new(33, 37, 41);
/// Numbers at the ticks, subtitles.
pub(crate) const SOFT_INK: Color = Color::new(73, 80, 87);
/// The axes.
pub(crate) const AXIS: Color = Color::new(110, 117, 125);
/// Grid lines and the legend's frame.
pub(crate) const GRID: Color = Color::new(226, 230, 234);
/// A notice that must not be missed.
pub(crate) const WARNING: Color = Color::new(176, 64, 0);

/// Okabe and Ito's palette ("Color Universal Design", 2008), without its yellow, which white paper swallows.
const PALETTE: [Color; 7] = [
    Color::new(0, 114, 178),
    Color::new(213, 94, 0),
    Color::new(0, 158, 115),
    Color::new(204, 121, 167),
    Color::new(230, 159, 0),
    Color::new(86, 180, 233),
    Color::new(90, 90, 90),
];

/// The colour of the series at `index`; a chart with more than seven series repeats them.
pub(crate) fn series_color(index: usize) -> Color {
    PALETTE[index % PALETTE.len()]
}

/// The colour of a heat map at `share` of its range: white, then deeper and deeper blue.
pub(crate) fn sequential(share: f64) -> Color {
    const STOPS: [Color; 5] = [
        Color::new(247, 251, 255),
        Color::new(198, 219, 239),
        Color::new(107, 174, 214),
        Color::new(33, 113, 181),
        Color::new(8, 48, 107),
    ];
    ramp(&STOPS, share)
}

/// The colour of a heat map of signed values, `share` from -1 (vermilion) over 0 (white) to 1 (blue).
pub(crate) fn diverging(share: f64) -> Color {
    const STOPS: [Color; 5] = [
        Color::new(166, 54, 3),
        Color::new(241, 163, 95),
        Color::new(250, 250, 250),
        Color::new(107, 174, 214),
        Color::new(8, 69, 148),
    ];
    ramp(&STOPS, (share + 1.0) / 2.0)
}

fn ramp(stops: &[Color; 5], share: f64) -> Color {
    let position = share.clamp(0.0, 1.0) * 4.0;
    let index = (position as usize).min(3);
    stops[index].mix(stops[index + 1], position - index as f64)
}

/// Font sizes in logical pixels.
pub(crate) const TITLE_SIZE: f64 = 18.0;
/// Axis labels and the legend.
pub(crate) const LABEL_SIZE: f64 = 15.0;
/// Numbers at the ticks.
pub(crate) const TICK_SIZE: f64 = 13.5;
/// Subtitles and notices.
pub(crate) const SUBTITLE_SIZE: f64 = 13.5;
/// The thickness of a data line.
pub(crate) const LINE_WIDTH: f64 = 2.4;
/// The radius of a data point.
pub(crate) const POINT_RADIUS: f64 = 4.0;
/// The radius of a step of a path.
pub(crate) const STEP_RADIUS: f64 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_on_every_heat_map_colour_has_a_contrast_of_at_least_4_5() {
        for step in -20..=20 {
            let share = f64::from(step) / 20.0;
            for color in [sequential(share.abs()), diverging(share)] {
                let (a, b) = (
                    color.luminance() + 0.05,
                    color.readable_ink().luminance() + 0.05,
                );
                let contrast = a.max(b) / a.min(b);
                assert!(contrast >= 4.5, "{color:?} has contrast {contrast}");
            }
        }
    }

    #[test]
    fn the_luminance_of_white_and_black_is_one_and_zero() {
        assert_eq!(PAPER.luminance(), 1.0);
        assert_eq!(Color::new(0, 0, 0).luminance(), 0.0);
    }
}
