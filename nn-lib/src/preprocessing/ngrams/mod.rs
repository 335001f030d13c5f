//! Words and neighbouring words of sequences of numbers, such as Keras's reviews, become multi-hot rows.

mod count;
mod table;
mod trie;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde_json::{Value, json};

use super::description::{self, optional_number};
use crate::compute::both;
use crate::error::{Error, Result};
use crate::multi_hot::MultiHot;
use crate::notebook::interrupt::Region;
use crate::precompiled::Precompiled;
use crate::tensor::{Origin, Tensor, WordLists};
use trie::Trie;

/// Turns lists of word numbers into rows with a one for each word, each pair of neighbouring words and so on that occurs.
///
/// [`adapt`](NGrams::adapt) finds the n-grams of the training texts: those that stand in at least `min_documents` texts, and
/// of these the `max_tokens` that stand in most. The n-gram in most texts has column 0; of equally frequent ones the shorter
/// comes first, then the one that occurs first. [`apply`](NGrams::apply) gives multi-hot rows, for a `Dense` layer; n-grams that
/// were not found are left out. Zeros, which fill up rows, belong to no n-gram.
///
/// It is what `TextVectorization::new().ngrams(2).output_mode("multi_hot")` does with texts, for data whose words are numbers
/// already: `imdb::load_data` of any number of words. Two limits keep it small: every part of a frequent n-gram is frequent
/// itself, so rare ones are never put together (Agrawal and Srikant, *Fast Algorithms for Mining Association Rules*, 1994), and
/// an n-gram is kept as its beginning's column and its last word.
///
/// ```
/// use nn_lib::prelude::*;
/// let reviews = [vec![7, 3, 9], vec![7, 3], vec![3, 7]];
/// let mut ngrams = NGrams::new(2);
/// ngrams.adapt(&reviews)?;
/// // Words 7 and 3 are in three texts, the pair (7, 3) is in two; all else is in one alone.
/// assert_eq!(ngrams.get_vocabulary(), [vec![7], vec![3], vec![7, 3]]);
/// assert_eq!(ngrams.apply(&[vec![1, 7, 3], vec![3, 7]])?, Tensor::from([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone)]
pub struct NGrams {
    own: Precompiled<Own>,
}

#[derive(Clone)]
struct Own {
    longest: usize,
    max_tokens: Option<usize>,
    min_documents: usize,
    learned: Option<Trie>,
}

impl NGrams {
    /// N-grams of 1 to `longest` words.
    pub fn new(longest: usize) -> NGrams {
        NGrams {
            own: Precompiled::new(Own {
                longest,
                max_tokens: None,
                min_documents: 2,
                learned: None,
            }),
        }
    }

    /// The most n-grams, those that stand in most texts. Up to 262,144 columns a `Dense` layer trains on the fast path.
    #[must_use]
    pub fn max_tokens(mut self, max_tokens: usize) -> NGrams {
        self.own.max_tokens = Some(max_tokens);
        self
    }

    /// In how many texts an n-gram must stand, 2 as long as nothing is said: what one text alone has says nothing about others.
    #[must_use]
    pub fn min_documents(mut self, min_documents: usize) -> NGrams {
        self.own.min_documents = min_documents;
        self
    }

    /// Finds the n-grams of these sequences, those of the training set; what was found before is replaced.
    ///
    /// # Errors
    /// When a length or a limit is 0, no n-gram stands in enough texts, a word's number is negative or too large, or the cell
    /// is interrupted.
    pub fn adapt(&mut self, sequences: impl WordLists) -> Result<()> {
        self.own.adapt(&sequences.word_lists()?)
    }

    /// The multi-hot rows of these sequences.
    ///
    /// # Shapes
    /// (sequences, n-grams)
    ///
    /// # Errors
    /// Before n-grams are found, for a number that is negative or too large, or when the cell is interrupted.
    pub fn apply(&self, sequences: impl WordLists) -> Result<Tensor> {
        self.own.apply(&sequences.word_lists()?, sequences.origin())
    }

    /// How many n-grams there are: the columns.
    pub fn vocabulary_size(&self) -> usize {
        self.own.learned.as_ref().map_or(0, |trie| trie.grams.len())
    }

    /// The words of each column, in order.
    pub fn get_vocabulary(&self) -> Vec<Vec<u32>> {
        let trie = self.own.learned.iter();
        trie.flat_map(|trie| (0..trie.grams.len()).map(|column| trie.words(column as u32)))
            .collect()
    }

    /// The words of one column.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn ngram(&self, column: usize) -> Result<Vec<u32>> {
        let count = self.vocabulary_size();
        match &self.own.learned {
            Some(trie) if column < count => Ok(trie.words(column as u32)),
            _ => Err(Error::invalid(
                "ngram",
                format!("a column below {count}"),
                column.to_string(),
            )),
        }
    }

    /// Writes settings and n-grams to a file of JSON, to be kept beside the model.
    ///
    /// # Errors
    /// Before n-grams are found, or when the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.own.learned()?;
        let config = json!({
            "longest": self.own.longest,
            "max_tokens": self.own.max_tokens,
            "min_documents": self.own.min_documents,
            "vocabulary": self.get_vocabulary(),
        });
        description::save(path.as_ref(), CLASS, config)
    }

    /// Reads what [`save`](NGrams::save) has written.
    ///
    /// # Errors
    /// When the file cannot be read or is of another kind.
    pub fn load(path: impl AsRef<Path>) -> Result<NGrams> {
        let own = Precompiled::new(description::load(path.as_ref(), CLASS, Own::from_config)?);
        Ok(NGrams { own })
    }
}

impl fmt::Debug for NGrams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NGrams(1 to {} words, ", self.own.longest)?;
        match &self.own.learned {
            Some(trie) => write!(f, "{} columns)", trie.grams.len()),
            None => f.write_str("not adapted yet)"),
        }
    }
}

const CLASS: &str = "NGrams";

impl Own {
    fn check(&self) -> Result<()> {
        let settings = [
            ("n-grams of", "word", self.longest),
            ("max_tokens of", "n-gram", self.max_tokens.unwrap_or(1)),
            ("min_documents of", "text", self.min_documents),
        ];
        match settings.into_iter().find(|(_, _, number)| *number == 0) {
            Some((what, unit, _)) => Err(Error::invalid(
                CLASS,
                format!("{what} at least 1 {unit}"),
                "0",
            )),
            None => Ok(()),
        }
    }

    fn learned(&self) -> Result<&Trie> {
        self.learned.as_ref().ok_or_else(|| {
            Error::invalid(CLASS, "n-grams", "none yet")
                .with_hint("call adapt with the training data first")
        })
    }

    fn apply(&self, texts: &[Cow<'_, [u32]>], origin: Origin) -> Result<Tensor> {
        let trie = self.learned()?;
        let _region = Region::begin(CLASS)?;
        let longest = self.longest;
        let (one, other) = texts.split_at(texts.len() / 2);
        let (rows, others) = both(|| trie.rows(one, longest), || trie.rows(other, longest));
        let mut rows = rows?;
        rows.extend(others?);
        let rows = MultiHot::new(CLASS, &rows, trie.grams.len())?;
        Ok(Tensor::from_multi_hot(rows).with_origin(origin))
    }

    fn from_config(config: &Value) -> Result<Own, String> {
        let number = |name| optional_number(config, name)?.ok_or(format!("its {name} is missing"));
        let own = Own {
            longest: number("longest")?,
            max_tokens: optional_number(config, "max_tokens")?,
            min_documents: number("min_documents")?,
            learned: None,
        };
        own.check().map_err(|error| error.to_string())?;
        let vocabulary: Vec<Vec<u32>> = serde_json::from_value(config["vocabulary"].clone())
            .map_err(|_| "its vocabulary is not a list of lists of word numbers")?;
        let trie = Trie::from_words(&vocabulary, own.longest)?;
        Ok(Own {
            learned: Some(trie),
            ..own
        })
    }
}
