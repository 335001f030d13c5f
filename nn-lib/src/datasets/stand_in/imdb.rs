//! A statistical twin of IMDB: as many reviews, of the same lengths, with the same words as often in either class.
//!
//! Each word of a review is drawn on its own, so a review reads as nonsense; but what a network of the chapter learns
//! from, which words occur, is as in the real set. With p0(w) the frequency of the word w in all reviews and
//! r(w) = p(w | positive) / p(w | negative), the words of a positive review are drawn in proportion to
//! p0(w) r(w)^(b/2), those of a negative one in proportion to p0(w) r(w)^(-b/2). At b = 1 these are the words of the real
//! classes; b differs from review to review, for some are outspoken and others could be either.

use super::super::WordIndex;
use super::super::arrange::Lists;
use super::alias::Alias;
use super::tables::{Lengths, Words, number};
use crate::compute::both;
use crate::error::Result;
use crate::notebook::interrupt::go_on;
use crate::random::RandomState;

/// Reviews in each of the two sets.
const REVIEWS: usize = 25_000;

/// How outspoken reviews are: how many of a thousand, roughly, have which 4 b, beginning with `WEAKEST`. A normal
/// distribution of mean 0.73 and standard deviation 0.30, and one or two reviews in a hundred that speak against their
/// label; chosen so that the chapter's network fares as on the real reviews (test loss 0.29, test accuracy 0.88 after
/// four epochs).
const OUTSPOKEN: [f64; 11] = [
    15.0, 2.0, 17.0, 91.0, 243.0, 325.0, 217.0, 73.0, 12.0, 1.0, 0.0,
];
const WEAKEST: i32 = -2;

/// The words with their counts in negative and positive reviews.
fn words() -> Words {
    Words::new(include_bytes!("../../../data/imdb_words.tsv.gz"))
}

/// The words of the twin and their ranks.
pub(crate) fn word_index() -> WordIndex {
    words().index()
}

/// The training and the test set: lists of word ranks (a rare word has the rank after all others) and labels, positive
/// reviews first. The same on every machine.
pub(crate) fn lists() -> Result<(Lists, Lists)> {
    let model = Model::new();
    let (train, test) = both(|| model.set(1), || model.set(2));
    Ok((train?, test?))
}

/// What is drawn from.
struct Model {
    lengths: Lengths,
    outspoken: Alias,
    /// The words at -max, ..., +max times b / 4.
    by_strength: Vec<Alias>,
    strongest: i32,
}

impl Model {
    fn new() -> Model {
        let counts: Vec<[f64; 2]> = words()
            .lines()
            .map(|(_, counts)| {
                let (negative, positive) = counts.split_once('\t').expect("two counts a word");
                // Half a word more keeps the ratio finite where a class never has the word.
                [negative, positive].map(|count| f64::from(number(count)) + 0.5)
            })
            .collect();
        let total = |class: usize| counts.iter().map(|count| count[class]).sum::<f64>();
        let (negatives, positives) = (total(0), total(1));
        let overall: Vec<f64> = counts.iter().map(|count| count[0] + count[1]).collect();
        // r^(1/8) by square roots, which, unlike powers, are the same to the last bit on every machine.
        let ratio = |[negative, positive]: &[f64; 2]| positive / positives / (negative / negatives);
        let root = |count| ratio(count).sqrt().sqrt().sqrt();
        let roots: Vec<f64> = counts.iter().map(root).collect();
        let strongest = WEAKEST + OUTSPOKEN.len() as i32 - 1;
        let stronger = |steps: i32| {
            let mut weights = overall.clone();
            for _ in 0..steps.abs() {
                for (weight, root) in weights.iter_mut().zip(&roots) {
                    *weight = if steps > 0 {
                        *weight * root
                    } else {
                        *weight / root
                    };
                }
            }
            Alias::new(&weights)
        };
        Model {
            lengths: Lengths::new(include_str!("../../../data/imdb_lengths.tsv")),
            outspoken: Alias::new(&OUTSPOKEN),
            by_strength: (-strongest..=strongest).map(stronger).collect(),
            strongest,
        }
    }

    /// One set of reviews, drawn from its own generator.
    fn set(&self, seed: u32) -> Result<Lists> {
        let mut random = RandomState::new(seed);
        let labels: Vec<u32> = (0..REVIEWS).map(|i| u32::from(i < REVIEWS / 2)).collect();
        let lists = labels.iter().map(|&label| {
            go_on("imdb::load_data")?;
            Ok(self.review(label, &mut random))
        });
        Ok((lists.collect::<Result<_>>()?, labels))
    }

    fn review(&self, label: u32, random: &mut RandomState) -> Vec<u32> {
        let strength = WEAKEST + self.outspoken.draw(random.next_u32()) as i32;
        let strength = if label == 1 { strength } else { -strength };
        let words = &self.by_strength[(self.strongest + strength) as usize];
        let rarest = words.len() as u32;
        let length = self.lengths.draw(random) - 1;
        let draw = |_| match words.draw(random.next_u32()) {
            0 => rarest,
            rank => rank,
        };
        (0..length).map(draw).collect()
    }
}
