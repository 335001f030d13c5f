//! Words and neighbouring words of sequences of numbers, such as Keras's reviews, become multi-hot rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::path::Path;

use serde_json::{Value, json};

use super::description::{self, optional_number};
use crate::compute::both;
use crate::error::{Error, Result};
use crate::multi_hot::MultiHot;
use crate::notebook::interrupt::{Region, go_on};
use crate::precompiled::Precompiled;
use crate::tensor::{Origin, Tensor, WordLists};

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

/// The n-grams by column: the one that it begins with, and its last word.
#[derive(Clone, Debug, Default)]
struct Trie {
    grams: Vec<(u32, u32)>,
    columns: Numbers,
}

/// From a beginning and a word to a number.
type Numbers = HashMap<u64, u32, BuildHasherDefault<Fold>>;

/// The beginning of single words, and what stands for no n-gram.
const NONE: u32 = u32::MAX;

fn key(beginning: u32, word: u32) -> u64 {
    u64::from(beginning) << 32 | u64::from(word)
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

/// An n-gram that was seen: its beginning, its last word, and in how many texts it stands.
#[derive(Debug)]
struct Seen {
    beginning: u32,
    word: u32,
    texts: u32,
    last_text: u32,
}

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

    fn adapt(&mut self, texts: &[Cow<'_, [u32]>]) -> Result<()> {
        self.check()?;
        let _region = Region::begin("adapt")?;
        // The n-grams of all lengths, shorter ones first; `beginning` is a place in this list.
        let mut found: Vec<Seen> = Vec::new();
        // For each place of each text the n-gram of the present length that begins there.
        let mut here: Vec<Vec<u32>> = texts.iter().map(|text| vec![NONE; text.len()]).collect();
        for length in 1..=self.longest {
            let first = found.len();
            self.count(texts, length, &mut here, &mut found)?;
            if !found[first..]
                .iter()
                .any(|seen| seen.texts as usize >= self.min_documents)
            {
                break;
            }
        }
        let mut order: Vec<u32> = (0..found.len() as u32).collect();
        order.retain(|place| found[*place as usize].texts as usize >= self.min_documents);
        // A beginning stands in as many texts or more and is shorter: it comes first.
        order.sort_by_key(|place| std::cmp::Reverse(found[*place as usize].texts));
        order.truncate(self.max_tokens.unwrap_or(usize::MAX));
        if order.is_empty() {
            let expected = format!("words that stand in at least {} texts", self.min_documents);
            let error = Error::invalid(
                "adapt",
                expected,
                format!("{} texts without one", texts.len()),
            );
            return Err(error.with_hint("min_documents says in how many"));
        }
        let mut columns = vec![NONE; found.len()];
        for (column, place) in order.iter().enumerate() {
            columns[*place as usize] = column as u32;
        }
        let gram = |place: &u32| {
            let Seen {
                beginning, word, ..
            } = found[*place as usize];
            (
                columns.get(beginning as usize).copied().unwrap_or(NONE),
                word,
            )
        };
        self.learned = Some(Trie::new(order.iter().map(gram).collect()));
        Ok(())
    }

    /// Counts the n-grams of this length whose parts are frequent; `here` then has those that are frequent themselves.
    fn count(
        &self,
        texts: &[Cow<'_, [u32]>],
        length: usize,
        here: &mut [Vec<u32>],
        found: &mut Vec<Seen>,
    ) -> Result<()> {
        let mut numbers = Numbers::default();
        for (nth, (text, here)) in texts.iter().zip(here.iter_mut()).enumerate() {
            go_on("adapt")?;
            for place in 0..text.len() {
                let Some(&word) = text.get(place + length - 1).filter(|word| **word != 0) else {
                    here[place] = NONE;
                    continue;
                };
                let beginning = here[place];
                // The place behind still has the n-gram of the length before.
                if length > 1 && (beginning == NONE || here[place + 1] == NONE) {
                    here[place] = NONE;
                    continue;
                }
                let beginning = if length > 1 { beginning } else { NONE };
                let number = *numbers.entry(key(beginning, word)).or_insert_with(|| {
                    found.push(Seen {
                        beginning,
                        word,
                        texts: 0,
                        last_text: u32::MAX,
                    });
                    found.len() as u32 - 1
                });
                let seen = &mut found[number as usize];
                if seen.last_text != nth as u32 {
                    seen.texts += 1;
                    seen.last_text = nth as u32;
                }
                here[place] = number;
            }
        }
        for number in here.iter_mut().flatten().filter(|number| **number != NONE) {
            if (found[*number as usize].texts as usize) < self.min_documents {
                *number = NONE;
            }
        }
        Ok(())
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
        let (one, other) = texts.split_at(texts.len() / 2);
        let (rows, others) = both(|| trie.rows(one), || trie.rows(other));
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
        let mut trie = Trie::default();
        for gram in vocabulary {
            let Some((&word, beginning)) = gram.split_last().filter(|_| gram.len() <= own.longest)
            else {
                return Err(format!(
                    "its vocabulary has an n-gram of {} words",
                    gram.len()
                ));
            };
            let beginning = match beginning {
                [] => Some(NONE),
                words => trie.column(words),
            };
            let beginning = beginning
                .ok_or_else(|| format!("its n-gram {gram:?} comes before its beginning"))?;
            trie.grams.push((beginning, word));
            if trie
                .columns
                .insert(key(beginning, word), trie.grams.len() as u32 - 1)
                .is_some()
            {
                return Err(format!("its n-gram {gram:?} is there twice"));
            }
        }
        Ok(Own {
            learned: Some(trie),
            ..own
        })
    }
}

impl Trie {
    fn new(grams: Vec<(u32, u32)>) -> Trie {
        let mut columns =
            Numbers::with_capacity_and_hasher(grams.len(), BuildHasherDefault::default());
        for (column, &(beginning, word)) in grams.iter().enumerate() {
            columns.insert(key(beginning, word), column as u32);
        }
        Trie { grams, columns }
    }

    /// The column of an n-gram.
    fn column(&self, words: &[u32]) -> Option<u32> {
        let mut beginning = NONE;
        for word in words {
            beginning = *self.columns.get(&key(beginning, *word))?;
        }
        Some(beginning)
    }

    fn words(&self, mut column: u32) -> Vec<u32> {
        let mut words = Vec::new();
        while let Some(&(beginning, word)) = self.grams.get(column as usize) {
            words.push(word);
            column = beginning;
        }
        words.reverse();
        words
    }

    /// The columns of each text's n-grams: from each place one goes on word by word as long as there is such an n-gram.
    fn rows(&self, texts: &[Cow<'_, [u32]>]) -> Result<Vec<Vec<u32>>> {
        let mut rows = Vec::with_capacity(texts.len());
        for text in texts {
            go_on(CLASS)?;
            let mut row = Vec::with_capacity(2 * text.len());
            for place in 0..text.len() {
                let mut beginning = NONE;
                for word in &text[place..] {
                    let Some(column) = self.columns.get(&key(beginning, *word)) else {
                        break;
                    };
                    row.push(*column);
                    beginning = *column;
                }
            }
            rows.push(row);
        }
        Ok(rows)
    }
}

/// A hash of one number: both halves of its product with a large odd one.
#[derive(Clone, Copy, Debug, Default)]
struct Fold(u64);

impl Hasher for Fold {
    fn write_u64(&mut self, number: u64) {
        let product = u128::from(number ^ 0x9e37_79b9_7f4a_7c15) * 0xf135_7aea_2e62_a9c5;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 << 8 ^ u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
