//! The n-grams that were found: which column each has, and which of them a text has.

use std::borrow::Cow;

use super::CLASS;
use super::table::{NONE, Table, key};
use crate::error::Result;
use crate::notebook::interrupt::go_on;

/// The n-grams by column: the one that it begins with, and its last word. What an n-gram begins with, and what is left
/// without its first word, are in it as well.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    pub(super) grams: Vec<(u32, u32)>,
    columns: Table,
}

impl Trie {
    pub(super) fn new(grams: Vec<(u32, u32)>) -> Trie {
        let mut columns = Table::with_room(grams.len());
        for (column, &(beginning, word)) in grams.iter().enumerate() {
            columns.insert(key(beginning, word), column as u32);
        }
        Trie { grams, columns }
    }

    /// The n-grams of a file, by column.
    pub(super) fn from_words(vocabulary: &[Vec<u32>], longest: usize) -> Result<Trie, String> {
        let mut trie = Trie::new(Vec::new());
        for gram in vocabulary {
            let Some((&word, beginning)) = gram.split_last().filter(|_| gram.len() <= longest)
            else {
                return Err(format!(
                    "its vocabulary has an n-gram of {} words",
                    gram.len()
                ));
            };
            let is_known = |words: &[u32]| words.is_empty() || trie.column(words) != NONE;
            if !is_known(beginning) || !is_known(&gram[1..]) {
                return Err(format!("its n-gram {gram:?} comes before its parts"));
            }
            let key = key(trie.column(beginning), word);
            if !trie.columns.insert(key, trie.grams.len() as u32) {
                return Err(format!("its n-gram {gram:?} is there twice"));
            }
            trie.grams.push(((key >> 32) as u32, word));
        }
        Ok(trie)
    }

    /// The column of an n-gram; `NONE` for one that is not there, and for no words at all.
    fn column(&self, words: &[u32]) -> u32 {
        let mut column = NONE;
        for (nth, word) in words.iter().enumerate() {
            column = self.columns.get(key(column, *word));
            if column == NONE && nth + 1 < words.len() {
                return NONE;
            }
        }
        column
    }

    pub(super) fn words(&self, mut column: u32) -> Vec<u32> {
        let mut words = Vec::new();
        while let Some(&(beginning, word)) = self.grams.get(column as usize) {
            words.push(word);
            column = beginning;
        }
        words.reverse();
        words
    }

    /// The columns of each text's n-grams: all single words, then the pairs whose words are both there, and so on.
    pub(super) fn rows(&self, texts: &[Cow<'_, [u32]>], longest: usize) -> Result<Vec<Vec<u32>>> {
        let mut rows = Vec::with_capacity(texts.len());
        // Where an n-gram of the present length begins, its column, and the key of what it is one word longer.
        let (mut places, mut columns, mut keys) =
            (Vec::<u32>::new(), Vec::<u32>::new(), Vec::<u64>::new());
        for text in texts {
            go_on(CLASS)?;
            let mut row = Vec::with_capacity(2 * text.len());
            places.clear();
            places.extend(0..text.len() as u32);
            keys.clear();
            keys.extend(text.iter().map(|word| key(NONE, *word)));
            for length in 1..=longest {
                if keys.is_empty() {
                    break;
                }
                self.columns.fetch(&keys);
                columns.clear();
                columns.extend(keys.iter().map(|key| self.columns.get(*key)));
                row.extend(columns.iter().filter(|column| **column != NONE));
                keys.clear();
                let mut kept = 0;
                for nth in 0..places.len().saturating_sub(1) {
                    let (place, after) = (places[nth], places[nth + 1]);
                    // What begins one place further must be there, too.
                    if columns[nth] != NONE && after == place + 1 && columns[nth + 1] != NONE {
                        keys.push(key(columns[nth], text[place as usize + length]));
                        places[kept] = place;
                        kept += 1;
                    }
                }
                places.truncate(kept);
            }
            rows.push(row);
        }
        Ok(rows)
    }
}
