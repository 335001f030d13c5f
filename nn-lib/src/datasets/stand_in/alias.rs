//! Drawing from a list of weights in constant time: the alias method.
//!
//! Every place holds an equal share of the probability, filled by its own item and at most one other. A draw is one
//! random number: its upper part chooses the place, its lower part which of the two. Source: Vose, *A Linear Algorithm
//! for Generating Random Numbers with a Given Distribution*, IEEE Transactions on Software Engineering 17, 1991.

/// A distribution over the numbers `0..len`.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    /// Per place: the other item, and below which fraction (of 2^32) the place's own item is drawn.
    places: Vec<(u32, u32)>,
}

impl Alias {
    /// The distribution proportional to `weights`, which are finite, not negative and not all zero.
    ///
    /// Only additions, multiplications and divisions in a fixed order take place, so every machine makes the same table.
    pub(crate) fn new(weights: &[f64]) -> Alias {
        let total: f64 = weights.iter().sum();
        let count = weights.len() as f64;
        let mut share: Vec<f64> = weights.iter().map(|w| w / total * count).collect();
        let own = |item: usize| (item as u32, u32::MAX);
        let mut places: Vec<(u32, u32)> = (0..weights.len()).map(own).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..weights.len()).partition(|&item| share[item] < 1.0);
        // A place that its own item cannot fill is filled up by an item that has more than its share.
        while let (Some(&low), Some(&high)) = (small.last(), large.last()) {
            small.pop();
            places[low] = (high as u32, (share[low] * 4_294_967_296.0) as u32);
            share[high] -= 1.0 - share[low];
            if share[high] < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        Alias { places }
    }

    /// How many numbers there are to draw.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The number that the 32 random `bits` choose.
    #[inline]
    pub(crate) fn draw(&self, bits: u32) -> u32 {
        let scaled = u64::from(bits) * self.places.len() as u64;
        let place = (scaled >> 32) as u32;
        let (other, threshold) = self.places[place as usize];
        if (scaled as u32) < threshold {
            place
        } else {
            other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_drawn_in_proportion_to_their_weights() {
        let weights = [1.0, 0.0, 5.0, 2.0, 0.5, 1.5];
        let alias = Alias::new(&weights);
        // All fractions are met evenly by stepping through the 32-bit numbers.
        let draws = 1_000_000_u64;
        let mut counts = [0.0; 6];
        for step in 0..draws {
            counts[alias.draw(((step << 32) / draws) as u32) as usize] += 1.0;
        }
        for (count, weight) in counts.iter().zip(weights) {
            let share = count / draws as f64;
            assert!((share - weight / 10.0).abs() < 1e-4, "{counts:?}");
        }
    }

    #[test]
    fn one_item_is_always_drawn() {
        let alias = Alias::new(&[3.0]);
        assert!([0, 1, u32::MAX].iter().all(|&bits| alias.draw(bits) == 0));
    }
}
