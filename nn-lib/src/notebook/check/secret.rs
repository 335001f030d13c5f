//! Right answers that a notebook can hold without showing them: a sum over each part, which cannot be read backwards.
//!
//! It keeps an answer from being read. It is no lock: whoever writes a program can try all small numbers.

use super::answer::{Answer, Part};
use crate::{Error, Result};

/// Parts of an answer; more are no exercise.
const MOST_PARTS: usize = 64;
/// Makes trying all numbers tedious, and costs a millisecond for a part.
const ROUNDS: usize = 500;

/// The code of a right answer for [`Check::equals`](super::Check::equals): an author computes it once and writes it into the
/// exercise of that name.
///
/// A number that is no further from the answer than `tolerance` is right, and one further away than twice of it is wrong; what
/// lies between depends on the steps to which both are rounded. With 0 it has to be the same.
///
/// ```
/// use nn_lib::notebook::check::secret;
///
/// println!("{}", secret("area", 12.5, 0.01)?);
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// # Errors
/// A tolerance that is negative or no number, an answer without a part or with more than 64.
pub fn secret(name: &str, answer: impl Answer, tolerance: f64) -> Result<String> {
    let parts = answer.parts();
    if !(tolerance >= 0.0 && tolerance.is_finite()) {
        return Err(Error::invalid(
            "secret",
            "a tolerance of 0 or more",
            tolerance.to_string(),
        ));
    }
    if parts.is_empty() || parts.len() > MOST_PARTS {
        return Err(Error::invalid(
            "secret",
            "an answer of 1 to 64 numbers or texts",
            parts.len().to_string(),
        ));
    }
    let sums: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(place, part)| sum(name, place, &written(part, tolerance, 0)))
        .collect();
    Ok(format!("{tolerance}:{}", sums.join(",")))
}

/// Whether an answer is the one that a code stands for; an error for what is no code.
pub(super) fn fits(name: &str, parts: &[Part], code: &str) -> std::result::Result<bool, String> {
    let read = code.split_once(':');
    let Some((tolerance, sums)) = read.and_then(|(t, sums)| Some((t.parse::<f64>().ok()?, sums)))
    else {
        return Err(format!(
            "{code:?} is no code of nn_lib::notebook::check::secret"
        ));
    };
    let sums: Vec<&str> = sums.split(',').collect();
    let fits = |(place, (part, wanted)): (usize, (&Part, &&str))| {
        [0, -1, 1]
            .iter()
            .any(|step| sum(name, place, &written(part, tolerance, *step)) == **wanted)
    };
    Ok(sums.len() == parts.len() && parts.iter().zip(&sums).enumerate().all(fits))
}

/// A part as it is summed up: a number as the count of steps of the tolerance's size, `step` further.
fn written(part: &Part, tolerance: f64, step: i64) -> String {
    match part {
        Part::Text(text) => format!("text {text}"),
        Part::Number(number) if tolerance == 0.0 => format!("number {}", number + 0.0),
        Part::Number(number) => {
            let steps = (number / tolerance).round();
            if steps.is_finite() {
                format!("step {}", (steps as i64).saturating_add(step))
            } else {
                format!("number {number}")
            }
        }
    }
}

fn sum(name: &str, place: usize, text: &str) -> String {
    let mut sum = hmac_sha256::HMAC::mac(text.as_bytes(), format!("{name} {place}").as_bytes());
    for _ in 1..ROUNDS {
        sum = hmac_sha256::HMAC::mac(sum, name.as_bytes());
    }
    sum[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(answer: impl Answer, right: impl Answer, tolerance: f64) -> bool {
        fits(
            "n",
            &answer.parts(),
            &secret("n", right, tolerance).unwrap(),
        )
        .unwrap()
    }

    #[test]
    fn numbers_of_any_type_texts_and_lists_are_compared() {
        assert!(is(407_050_u32, 407_050_usize, 0.0) && is(407_050.0, 407_050, 0.0));
        assert!(!is(407_051, 407_050, 0.0));
        assert!(is(" Sigmoid ", "sigmoid", 0.0) && !is("softmax", "sigmoid", 0.0));
        assert!(is(vec![0.1, 0.2], [0.1, 0.2], 0.01) && !is(vec![0.1], [0.1, 0.2], 0.01));
        assert!(is(Some(3), 3, 0.0) && is(None::<f64>, "none", 0.0) && is(true, true, 0.0));
        assert!(is((1, "a"), (1.0, "A"), 0.0) && !is(-0.5, 0.5, 0.1) && is(-0.0, 0.0, 0.0));
    }

    #[test]
    fn what_is_within_the_tolerance_is_right_and_what_is_twice_as_far_is_wrong() {
        for right in [0.5, -0.5, 0.49, 7.0, 1e300] {
            assert!(is(right + 0.99, right, 1.0) && is(right - 0.99, right, 1.0));
        }
        assert!(!is(2.51, 0.5, 1.0) && !is(-1.51, 0.5, 1.0));
    }

    #[test]
    fn a_code_shows_nothing_of_its_answer_and_holds_for_its_exercise_alone() {
        let code = secret("one", 105, 0.0).unwrap();
        assert!(!code.contains("105"), "{code}");
        assert_ne!(code, secret("two", 105, 0.0).unwrap());
        assert!(fits("one", &105.parts(), "no code").is_err());
        assert!(secret("one", 1, -1.0).is_err() && secret("one", Vec::<f32>::new(), 0.0).is_err());
    }
}
