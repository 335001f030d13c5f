//! NumPy's legacy shuffle, so that the reviews stand in the same order as in Keras, and are split as by scikit-learn.
//!
//! Keras's data sets are put in order by `numpy.random.RandomState(seed).shuffle`: the Mersenne Twister MT19937
//! (Matsumoto and Nishimura, 1998), random numbers below a bound by masking and rejection, and the shuffle of
//! Fisher and Yates from the last element down. All three are reproduced here bit for bit.

/// Words of state of the generator.
const STATE: usize = 624;
/// Distance of the word that is mixed in.
const MIDDLE: usize = 397;

/// The generator behind `numpy.random.RandomState`.
#[derive(Clone, Debug)]
pub(crate) struct RandomState {
    state: Vec<u32>,
    next: usize,
}

impl RandomState {
    /// The generator that NumPy makes of the same `seed`.
    pub(crate) fn new(seed: u32) -> RandomState {
        let mut state = Vec::with_capacity(STATE);
        let mut word = seed;
        state.push(word);
        for index in 1..STATE as u32 {
            word = 1_812_433_253_u32
                .wrapping_mul(word ^ (word >> 30))
                .wrapping_add(index);
            state.push(word);
        }
        RandomState { state, next: STATE }
    }

    /// The next 32 random bits.
    #[inline]
    pub(crate) fn next_u32(&mut self) -> u32 {
        if self.next == STATE {
            self.renew();
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    /// Computes the next 624 words from the present ones.
    fn renew(&mut self) {
        for index in 0..STATE {
            let joined =
                (self.state[index] & 0x8000_0000) | (self.state[(index + 1) % STATE] & 0x7fff_ffff);
            let twist = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[index] = self.state[(index + MIDDLE) % STATE] ^ (joined >> 1) ^ twist;
        }
        self.next = 0;
    }

    /// A number from 0 to `max`, both included: bits are masked to the width of `max` and drawn again while too large.
    pub(crate) fn up_to(&mut self, max: u32) -> u32 {
        if max == 0 {
            return 0;
        }
        let mask = u32::MAX >> max.leading_zeros();
        loop {
            let value = self.next_u32() & mask;
            if value <= max {
                return value;
            }
        }
    }

    /// The numbers `0..count` in shuffled order: element `i` of the shuffled data is element `permutation[i]` of the file.
    pub(crate) fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            let bound = u32::try_from(last).expect("a data set has fewer than 2^32 samples");
            order.swap(last, self.up_to(bound) as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected numbers: NumPy 2.4, `numpy.random.RandomState(113)`, the permutations that Keras's load_data uses.

    #[test]
    fn imdb_permutations_are_those_of_numpy() {
        let mut random = RandomState::new(113);
        let train = random.permutation(25_000);
        assert_eq!(
            train[..8],
            [7798, 13226, 18078, 793, 17499, 23003, 574, 19638]
        );
        assert_eq!(
            train[24_995..],
            [11010, 16236, 22690, 4828, 14501],
            "the end of the training set"
        );
        let test = random.permutation(25_000);
        assert_eq!(
            test[..8],
            [22748, 4083, 8015, 13688, 5310, 4466, 736, 22654],
            "the test set goes on with the same generator"
        );
    }

    #[test]
    fn smaller_permutations_are_those_of_numpy() {
        let reuters = RandomState::new(113).permutation(11_228);
        assert_eq!(reuters[..5], [1341, 4427, 5095, 2044, 3024]);
        let boston = RandomState::new(113).permutation(506);
        assert_eq!(boston[..5], [22, 202, 368, 335, 461]);
    }

    #[test]
    fn a_permutation_of_nothing_or_of_one_is_itself() {
        assert!(RandomState::new(1).permutation(0).is_empty());
        assert_eq!(RandomState::new(1).permutation(1), [0]);
    }
}
