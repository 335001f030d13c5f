//! The words of a data set and their ranks by frequency.

#[cfg(feature = "datasets")]
use std::collections::HashMap;
use std::fmt;

/// Words and their ranks: the most frequent word has rank 1.
///
/// In the data, a word's index is its rank + 3, for 0, 1 and 2 stand for padding, the start of a text and an unknown
/// word.
///
/// ```
/// use nn_lib::datasets::WordIndex;
/// let word_index: WordIndex = [("the", 1), ("and", 2), ("film", 19)].into_iter().collect();
/// assert_eq!(word_index.get("film"), Some(19));
/// assert_eq!(word_index.word(2), Some("and"));
/// assert_eq!(word_index.get("zeugma"), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WordIndex {
    /// Rank and word, by rank.
    words: Vec<(u32, Box<str>)>,
    /// Places in `words`, by word.
    alphabetical: Vec<u32>,
}

impl WordIndex {
    /// The rank of `word`; words are in lower case.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<u32> {
        let found = self
            .alphabetical
            .binary_search_by(|&place| (*self.words[place as usize].1).cmp(word));
        Some(self.words[self.alphabetical[found.ok()?] as usize].0)
    }

    /// The word of `rank`: the reversed index.
    #[must_use]
    pub fn word(&self, rank: u32) -> Option<&str> {
        let found = self.words.binary_search_by_key(&rank, |(rank, _)| *rank);
        Some(&self.words[found.ok()?].1)
    }

    /// The number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Words and ranks, the most frequent word first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.words.iter().map(|(rank, word)| (&**word, *rank))
    }

    /// The words of a sequence, separated by spaces; `?` stands for the indices below `index_from` + 1 and for
    /// words that the index does not have.
    pub(crate) fn decode(&self, sequence: &[u32], index_from: u32) -> String {
        let words = sequence.iter().map(|&index| {
            let rank = index.checked_sub(index_from);
            rank.and_then(|rank| self.word(rank)).unwrap_or("?")
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Reads `{"the": 1, "and": 2, ...}`.
    #[cfg(feature = "datasets")]
    pub(crate) fn from_json(json: &[u8]) -> Result<WordIndex, String> {
        let ranks: HashMap<Box<str>, u32> =
            serde_json::from_slice(json).map_err(|error| error.to_string())?;
        Ok(ranks.into_iter().collect())
    }
}

impl<Word: Into<Box<str>>> FromIterator<(Word, u32)> for WordIndex {
    fn from_iter<I: IntoIterator<Item = (Word, u32)>>(words: I) -> WordIndex {
        let ranked = words.into_iter().map(|(word, rank)| (rank, word.into()));
        let mut words: Vec<(u32, Box<str>)> = ranked.collect();
        words.sort_unstable();
        let mut alphabetical: Vec<u32> = (0..words.len() as u32).collect();
        alphabetical.sort_unstable_by_key(|&place| &words[place as usize].1);
        WordIndex {
            words,
            alphabetical,
        }
    }
}

impl fmt::Debug for WordIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (place, (word, rank)) in self.iter().take(5).enumerate() {
            let separator = if place == 0 { "" } else { ", " };
            write!(f, "{separator}{word:?}: {rank}")?;
        }
        let rest = if self.len() > 5 { ", ..." } else { "" };
        write!(f, "{rest}}}  ({} words)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_index_is_read_from_keras_json_and_looked_up_both_ways() {
        let json = br#"{"b": 2, "a": 1, "it's": 7, "\u00e9t\u00e9": 4, "c": 3, "d": 5}"#;
        let index = WordIndex::from_json(json).unwrap();
        assert_eq!(index.len(), 6);
        assert_eq!((index.get("it's"), index.get("été")), (Some(7), Some(4)));
        assert_eq!(
            (index.word(4), index.word(6), index.word(0)),
            (Some("été"), None, None)
        );
        assert_eq!(
            format!("{index:?}"),
            r#"{"a": 1, "b": 2, "c": 3, "été": 4, "d": 5, ...}  (6 words)"#
        );
    }

    #[test]
    fn a_sequence_is_decoded_with_question_marks_for_reserved_and_unknown_indices() {
        let index: WordIndex = [("this", 1), ("film", 2)].into_iter().collect();
        assert_eq!(
            index.decode(&[1, 4, 5, 2, 0, 3, 99], 3),
            "? this film ? ? ? ?"
        );
        assert_eq!(index.decode(&[], 3), "");
    }

    #[test]
    fn json_that_is_no_word_index_is_refused() {
        for json in [
            &b""[..],
            b"[]",
            br#"{"a": -1}"#,
            br#"{"a": "b"}"#,
            br#"{"a": 1"#,
        ] {
            assert!(WordIndex::from_json(json).is_err());
        }
    }
}
