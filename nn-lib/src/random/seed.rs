//! Seeds: the same numbers in every run, and other ones when asked for.

use std::sync::atomic::{AtomicU64, Ordering};

static SEED: AtomicU64 = AtomicU64::new(0);

/// The seed that models and `Fit::default()` take; 0 unless [`set_random_seed`] changed it.
pub fn random_seed() -> u64 {
    SEED.load(Ordering::Relaxed)
}

/// Changes the default seed for models and trainings made from now on, as Keras's `set_random_seed`.
///
/// ```
/// use nn_lib::prelude::*;
/// set_random_seed(42);
/// assert_eq!(random_seed(), 42);
/// assert_eq!(Fit::default().seed, 42);
/// ```
pub fn set_random_seed(seed: u64) {
    SEED.store(seed, Ordering::Relaxed);
}

/// A seed of its own for each purpose, so that more weights do not mean another order of the samples.
pub(crate) fn derive(seed: u64, purpose: &str, number: u64) -> u64 {
    let start = purpose
        .bytes()
        .fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)));
    mix(start ^ number)
}

/// One step of SplitMix64 (Steele, Lea and Flood, 2014): every bit of the result depends on every bit of the state.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_numbers_get_different_seeds() {
        let seeds = [
            derive(0, "weights", 0),
            derive(0, "weights", 1),
            derive(1, "weights", 0),
            derive(0, "shuffle", 0),
        ];
        for (nth, seed) in seeds.iter().enumerate() {
            assert!(!seeds[..nth].contains(seed));
            assert_eq!(derive(0, "weights", 0), seeds[0]);
        }
    }
}
