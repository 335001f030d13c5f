//! Random numbers that are the same in every run, on every machine and with every version of a dependency.
//!
//! The generator is xoshiro256++ (Blackman and Vigna, <https://prng.di.unimi.it>), seeded through SplitMix64 as its
//! authors advise: both are fixed algorithms. What is made of its 64 random bits is written out here, so no update of a
//! distribution library can change a classroom's numbers.

mod numpy;
mod seed;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng as _, SeedableRng};

pub(crate) use numpy::RandomState;
pub(crate) use seed::derive;
pub use seed::{random_seed, set_random_seed};

/// The one generator of this library: a [layer](crate::layers::Forward::rng) is given it.
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

/// A generator for `seed`: the same seed, the same numbers.
pub(crate) fn rng(seed: u64) -> Rng {
    Rng(Xoshiro256PlusPlus::seed_from_u64(seed))
}

impl Rng {
    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 (included) to 1 (excluded): one of 2^24 equally likely values, as many as f32 keeps apart there.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 * (1.0 / (1u32 << 24) as f32)
    }

    /// A number from `low` (included) to `high` (excluded but for rounding).
    pub fn uniform(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A number from the standard normal distribution, by Box and Muller's transform in double precision.
    pub fn normal(&mut self) -> f32 {
        // 53 bits, moved from [0, 1) to (0, 1] so that the logarithm is finite.
        let radius_source = ((self.bits() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64);
        let angle = (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64);
        let radius = (-2.0 * libm::log(radius_source)).sqrt();
        (radius * libm::cos(std::f64::consts::TAU * angle)) as f32
    }

    /// A standard normal number, drawn again until it lies within two standard deviations.
    pub fn truncated_normal(&mut self) -> f32 {
        loop {
            let value = self.normal();
            if value.abs() <= 2.0 {
                return value;
            }
        }
    }

    /// A whole number from 0 to `bound - 1`, without bias (Lemire, *Fast random integer generation in an interval*,
    /// 2019). `bound` must not be zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.bits()) * u128::from(bound);
            if product as u64 >= threshold {
                return (product >> 64) as u64;
            }
        }
    }

    /// Brings `items` into a random order, every order equally likely (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let chosen = self.below(last as u64 + 1) as usize;
            items.swap(last, chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From an independent implementation in Python of the authors' xoshiro256plusplus.c, seeded by splitmix64.c with 0.
    #[test]
    fn the_generator_is_xoshiro256_plus_plus_seeded_by_splitmix() {
        let mut rng = rng(0);
        let first = [rng.bits(), rng.bits(), rng.bits()];
        assert_eq!(
            first,
            [
                5987356902031041503,
                7051070477665621255,
                6633766593972829180
            ]
        );
    }

    #[test]
    fn a_seed_repeats_its_numbers_and_another_seed_does_not() {
        let draw = |seed| {
            let mut rng = rng(seed);
            (0..20).map(|_| rng.normal()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn uniform_numbers_fill_their_interval_evenly() {
        let mut rng = rng(1);
        let draws: Vec<f32> = (0..40_000).map(|_| rng.uniform(-2.0, 6.0)).collect();
        assert!(draws.iter().all(|&x| (-2.0..6.0).contains(&x)));
        let mean = draws.iter().sum::<f32>() / draws.len() as f32;
        // Standard error: 8 / sqrt(12 * 40,000) = 0.0115; four of them.
        assert!((mean - 2.0).abs() < 0.046, "mean {mean}");
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut rng = rng(2);
        let draws: Vec<f64> = (0..40_000).map(|_| f64::from(rng.normal())).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.03, "variance {variance}");
    }

    #[test]
    fn truncated_normal_numbers_stay_within_two_standard_deviations() {
        let mut rng = rng(3);
        let draws: Vec<f64> = (0..40_000)
            .map(|_| f64::from(rng.truncated_normal()))
            .collect();
        assert!(draws.iter().all(|x| x.abs() <= 2.0));
        let deviation = (draws.iter().map(|x| x * x).sum::<f64>() / draws.len() as f64).sqrt();
        // The standard deviation of the normal distribution cut at two: 0.8796.
        assert!((deviation - 0.879_625_661).abs() < 0.01, "{deviation}");
    }

    #[test]
    fn a_shuffle_is_a_permutation_and_each_order_is_equally_likely() {
        let mut rng = rng(4);
        let mut counts = [0u32; 6];
        for _ in 0..6000 {
            let mut items = [0, 1, 2];
            rng.shuffle(&mut items);
            let mut sorted = items;
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2]);
            counts[items[0] * 2 + usize::from(items[1] > items[2])] += 1;
        }
        // 1000 expected, standard deviation 29; five of them.
        assert!(counts.iter().all(|c| c.abs_diff(1000) < 145), "{counts:?}");
    }

    /// Computed independently in Python: xoshiro256++ seeded by SplitMix64 with 1234, Lemire's bounded numbers, last to first.
    #[test]
    fn a_shuffle_keeps_its_order_for_ever() {
        let mut items: Vec<u32> = (0..10).collect();
        rng(1234).shuffle(&mut items);
        assert_eq!(items, [6, 8, 2, 5, 1, 4, 0, 9, 3, 7]);
    }

    #[test]
    fn nothing_and_one_thing_can_be_shuffled() {
        let mut rng = rng(5);
        rng.shuffle::<u8>(&mut []);
        let mut one = [9];
        rng.shuffle(&mut one);
        assert_eq!(one, [9]);
    }
}
