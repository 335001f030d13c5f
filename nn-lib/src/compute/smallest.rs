//! Numbers so small that most processors are slow with them. They change nothing, and become zero. (Keras's backend takes
//! the smallest numbers for zero, too.)

use super::simd::vectorized;

/// What is below this is taken for zero. The slow numbers begin at 1e-38; a product reaches them earlier.
const SMALLEST: f32 = 1e-30;

vectorized! {
    /// Sets numbers that are too small to zero.
    pub(crate) fn forget_the_smallest(numbers: &mut [f32]) {
        for number in numbers {
            *number = if number.abs() < SMALLEST { 0.0 } else { *number };
        }
    }
}

/// A number that is not negative, or zero if it is too small.
#[inline(always)]
pub(crate) fn without_the_smallest(number: f32) -> f32 {
    if number < SMALLEST { 0.0 } else { number }
}
