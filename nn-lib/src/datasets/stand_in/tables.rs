//! The word statistics inside the library: which words, how often, in texts of which length.

use super::super::WordIndex;
use super::alias::Alias;
use crate::random::RandomState;
use std::io::Read;

/// Words of one bin of lengths.
const BIN: u32 = 20;

/// The text of a table that was compressed with gzip.
fn text_of(gz: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(gz)
        .read_to_string(&mut text)
        .expect("the library's own tables are intact");
    text
}

/// Reads a number of a table.
pub(crate) fn number(text: &str) -> u32 {
    text.parse().expect("the library's own tables hold numbers")
}

/// The words of a table, by rank, and what stands in their lines; rank 0 stands for all rarer words.
pub(crate) struct Words {
    text: String,
}

impl Words {
    pub(crate) fn new(gz: &[u8]) -> Words {
        Words { text: text_of(gz) }
    }

    /// The word of each rank and the rest of its line.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.text.split_terminator('\n');
        lines.map(|line| line.split_once('\t').expect("a word is followed by a tab"))
    }

    /// The words and their ranks.
    pub(crate) fn index(&self) -> WordIndex {
        let ranked = self.lines().map(|(word, _)| word).zip(0..).skip(1);
        ranked.collect()
    }
}

/// The lengths of texts in words, start mark included.
pub(crate) struct Lengths {
    upper_edges: Vec<u32>,
    bins: Alias,
}

impl Lengths {
    /// Reads lines of an upper edge and a count of texts.
    pub(crate) fn new(table: &str) -> Lengths {
        let lines = table.lines().filter_map(|line| line.split_once('\t'));
        let (upper_edges, counts): (Vec<u32>, Vec<f64>) = lines
            .map(|(edge, count)| (number(edge), f64::from(number(count))))
            .unzip();
        Lengths {
            upper_edges,
            bins: Alias::new(&counts),
        }
    }

    /// Draws a length: a bin, and any length in it.
    pub(crate) fn draw(&self, random: &mut RandomState) -> usize {
        let edge = self.upper_edges[self.bins.draw(random.next_u32()) as usize];
        (edge - random.up_to(BIN - 1)) as usize
    }
}
