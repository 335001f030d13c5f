//! Finding the n-grams that stand in enough texts.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::Own;
use super::table::{NONE, Table, key};
use super::trie::Trie;
use crate::error::{Error, Result};
use crate::notebook::interrupt::{Region, go_on};

const OPERATION: &str = "adapt";

/// An n-gram that was seen: its beginning, its last word, and in how many texts it stands.
#[derive(Debug)]
struct Seen {
    beginning: u32,
    word: u32,
    texts: u32,
}

impl Own {
    pub(super) fn adapt(&mut self, texts: &[Cow<'_, [u32]>]) -> Result<()> {
        self.check()?;
        let _region = Region::begin(OPERATION)?;
        // The n-grams of all lengths, shorter ones first; `beginning` is a place in this list.
        let mut found: Vec<Seen> = Vec::new();
        // For each place of each text the n-gram of the present length that begins there.
        let mut here: Vec<Vec<u32>> = texts.iter().map(|text| vec![NONE; text.len()]).collect();
        for length in 1..=self.longest {
            let first = found.len();
            self.count(texts, length, &mut here, &mut found)?;
            if !found[first..].iter().any(|seen| self.is_frequent(seen)) {
                break;
            }
        }
        let mut order: Vec<u32> = (0..found.len() as u32).collect();
        order.retain(|place| self.is_frequent(&found[*place as usize]));
        // A beginning stands in as many texts or more and is shorter: it comes first. So does the rest without the first word.
        order.sort_by_key(|place| Reverse(found[*place as usize].texts));
        order.truncate(self.max_tokens.unwrap_or(usize::MAX));
        if order.is_empty() {
            let expected = format!("words that stand in at least {} texts", self.min_documents);
            let error = Error::invalid(
                OPERATION,
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

    fn is_frequent(&self, seen: &Seen) -> bool {
        seen.texts as usize >= self.min_documents
    }

    /// Counts the n-grams of this length whose parts are frequent; `here` then has those that are frequent themselves.
    fn count(
        &self,
        texts: &[Cow<'_, [u32]>],
        length: usize,
        here: &mut [Vec<u32>],
        found: &mut Vec<Seen>,
    ) -> Result<()> {
        let first = found.len();
        let mut table = Table::with_room(1 << 16);
        let (mut places, mut keys) = (Vec::new(), Vec::new());
        for (nth, (text, here)) in texts.iter().zip(here.iter_mut()).enumerate() {
            go_on(OPERATION)?;
            places.clear();
            keys.clear();
            for place in 0..(text.len() + 1).saturating_sub(length) {
                let word = text[place + length - 1];
                // Both parts of the length before are frequent, and no word is a zero.
                let parts = length == 1 || here[place] != NONE && here[place + 1] != NONE;
                if word != 0 && parts {
                    places.push(place);
                    keys.push(key(if length == 1 { NONE } else { here[place] }, word));
                }
            }
            table.fetch(&keys);
            here.fill(NONE);
            for (place, key) in places.iter().zip(&keys) {
                let number = table.count(*key, nth as u32, found.len() as u32);
                here[*place] = number;
                if number as usize == found.len() {
                    let (beginning, word) = ((key >> 32) as u32, *key as u32);
                    found.push(Seen {
                        beginning,
                        word,
                        texts: 0,
                    });
                }
            }
        }
        for slot in table.taken() {
            found[slot.number as usize].texts = slot.texts;
        }
        let frequent: Vec<bool> = found[first..]
            .iter()
            .map(|seen| self.is_frequent(seen))
            .collect();
        for number in here.iter_mut().flatten().filter(|number| **number != NONE) {
            if !frequent[*number as usize - first] {
                *number = NONE;
            }
        }
        Ok(())
    }
}
