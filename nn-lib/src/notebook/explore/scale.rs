//! The positions of a slider: a number for each, from the left to the right.

/// The longest scale: more positions cannot be told apart.
const MOST: usize = 100_000;

/// What the numbers on a slider are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The number of the first position; on a logarithmic scale, its power of ten.
    pub first: f64,
    /// What is between two positions.
    pub step: f64,
    /// The number of positions.
    pub count: usize,
    /// How the numbers go on.
    pub kind: ScaleKind,
}

/// How the numbers on a slider go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScaleKind {
    /// By whole numbers.
    Whole,
    /// By real numbers.
    Real,
    /// By powers of ten.
    Logarithmic,
}

impl Scale {
    /// From `first` to `last` in steps; the last position is the last that a step reaches.
    pub fn even(first: f64, last: f64, step: f64, whole: bool) -> Result<Scale, String> {
        if !(first.is_finite() && last.is_finite() && first < last) {
            return Err(format!(
                "needs a range from a smaller to a larger number, as `1..=64`, and has {first}..={last}"
            ));
        }
        if !(step.is_finite() && step > 0.0 && step <= last - first) {
            let range = last - first;
            return Err(format!(
                "needs a step above 0 and up to its range of {range}, and has {step}"
            ));
        }
        let kind = if whole {
            ScaleKind::Whole
        } else {
            ScaleKind::Real
        };
        // A step that does not divide exactly only by the way numbers are written reaches the end as well.
        Scale::new(first, step, ((last - first) / step + 1e-9).floor(), kind)
    }

    /// From `first` to `last` with so many positions from one power of ten to the next.
    pub fn logarithmic(first: f64, last: f64, per_decade: usize) -> Result<Scale, String> {
        if !(first > 0.0 && last.is_finite() && first < last) {
            return Err(format!(
                "needs a range from a smaller to a larger number, both above 0, as `1e-4..=1.0`, and has {first}..={last}"
            ));
        }
        if per_decade == 0 {
            return Err("needs at least 1 position per decade".to_owned());
        }
        let (low, high) = (libm::log10(first), libm::log10(last));
        let steps = ((high - low) * per_decade as f64 + 1e-9).floor();
        Scale::new(low, 1.0 / per_decade as f64, steps, ScaleKind::Logarithmic)
    }

    fn new(first: f64, step: f64, steps: f64, kind: ScaleKind) -> Result<Scale, String> {
        if steps >= MOST as f64 {
            return Err(format!(
                "has more than {MOST} positions: give it a larger step, as `.step({})`",
                step * 10.0
            ));
        }
        Ok(Scale {
            first,
            step,
            count: steps as usize + 1,
            kind,
        })
    }

    /// The number at a position.
    pub fn number(&self, place: usize) -> f64 {
        let even = self.first + self.step * place as f64;
        match self.kind {
            ScaleKind::Whole => even,
            // What a reader writes has fewer digits than a sum of steps.
            ScaleKind::Real => rounded(even, 12),
            ScaleKind::Logarithmic => rounded(libm::pow(10.0, even), 3),
        }
    }

    /// The position whose number is nearest to this one.
    pub fn place(&self, number: f64) -> usize {
        let number = match self.kind {
            ScaleKind::Logarithmic => libm::log10(number),
            _ => number,
        };
        let place = ((number - self.first) / self.step).round();
        // Not a number becomes the first.
        (place.max(0.0) as usize).min(self.count - 1)
    }

    /// The position of a number that has to be on the scale.
    pub fn start(&self, number: f64) -> Result<usize, String> {
        let (low, high) = (self.number(0), self.number(self.count - 1));
        match (low..=high).contains(&number) {
            true => Ok(self.place(number)),
            false => Err(format!(
                "starts at {number}, which is not between {low} and {high}"
            )),
        }
    }

    /// The number at a position as text.
    pub fn label(&self, place: usize) -> String {
        let number = self.number(place);
        match self.kind {
            ScaleKind::Logarithmic if !(1e-4..1e6).contains(&number) => format!("{number:e}"),
            _ => number.to_string(),
        }
    }
}

/// The number with so many significant digits.
fn rounded(number: f64, digits: usize) -> f64 {
    let text = format!("{number:.*e}", digits - 1);
    text.parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(scale: Scale) -> Vec<String> {
        (0..scale.count).map(|place| scale.label(place)).collect()
    }

    #[test]
    fn a_scale_of_real_numbers_reaches_its_end_and_has_the_numbers_that_one_writes() {
        let scale = Scale::even(0.0, 1.0, 0.1, false).unwrap();
        assert_eq!(
            numbers(scale).join(" "),
            "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"
        );
        assert_eq!(scale.place(0.30001), 3);
        assert_eq!(scale.place(-7.0), 0);
        assert_eq!(scale.place(f64::NAN), 0);
        assert_eq!(scale.place(f64::INFINITY), 10);
    }

    #[test]
    fn a_step_that_does_not_divide_the_range_ends_before_its_end() {
        let scale = Scale::even(1.0, 64.0, 9.0, true).unwrap();
        assert_eq!(numbers(scale).join(" "), "1 10 19 28 37 46 55 64");
        assert_eq!(Scale::even(1.0, 10.0, 4.0, true).unwrap().count, 3);
    }

    #[test]
    fn a_logarithmic_scale_has_as_many_positions_in_each_decade() {
        let scale = Scale::logarithmic(1e-4, 1.0, 1).unwrap();
        assert_eq!(numbers(scale).join(" "), "0.0001 0.001 0.01 0.1 1");
        let scale = Scale::logarithmic(1e-6, 1e-5, 2).unwrap();
        assert_eq!(numbers(scale).join(" "), "1e-6 3.16e-6 1e-5");
        assert_eq!(scale.place(3e-6), 1);
        assert_eq!(scale.place(0.0), 0);
    }

    #[test]
    fn what_is_no_scale_says_what_to_write() {
        let problem = |scale: Result<Scale, String>| scale.unwrap_err();
        assert!(problem(Scale::even(64.0, 1.0, 1.0, true)).contains("has 64..=1"));
        assert!(problem(Scale::even(f64::NAN, 1.0, 1.0, false)).contains("has NaN..=1"));
        assert!(problem(Scale::even(0.0, 1.0, 0.0, false)).contains("has 0"));
        assert!(problem(Scale::even(0.0, 1.0, 2.0, false)).contains("has 2"));
        assert!(problem(Scale::even(0.0, 1e9, 1.0, true)).contains("larger step"));
        assert!(problem(Scale::logarithmic(0.0, 1.0, 4)).contains("above 0"));
        assert!(problem(Scale::logarithmic(0.1, 1.0, 0)).contains("per decade"));
        let scale = Scale::even(1.0, 64.0, 1.0, true).unwrap();
        assert!(scale.start(65.0).unwrap_err().contains("between 1 and 64"));
    }
}
