//! A table from a beginning and a word to a number, made for millions of look-ups.
//!
//! A look-up waits for memory. [`fetch`](Table::fetch) reads the places of many keys before anything depends on one, so that
//! the waits overlap.

/// The beginning of single words, and what stands for no n-gram.
pub(super) const NONE: u32 = u32::MAX;

/// What a beginning and a word have as a key.
pub(super) fn key(beginning: u32, word: u32) -> u64 {
    u64::from(beginning) << 32 | u64::from(word)
}

/// Keys at the place that their hash says, or behind it. At most half of the places are taken.
#[derive(Clone, Debug)]
pub(super) struct Table {
    slots: Vec<Slot>,
    used: usize,
}

/// A key, its number (`NONE`: the place is free), and in how many texts it was counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    key: u64,
    pub(super) number: u32,
    pub(super) texts: u32,
    last_text: u32,
}

const FREE: Slot = Slot {
    key: 0,
    number: NONE,
    texts: 0,
    last_text: NONE,
};

/// Both halves of the product with a large odd number.
fn hash(key: u64) -> usize {
    let product = u128::from(key ^ 0x9e37_79b9_7f4a_7c15) * 0xf135_7aea_2e62_a9c5;
    (product as u64 ^ (product >> 64) as u64) as usize
}

impl Table {
    /// A table with room for so many keys.
    pub(super) fn with_room(keys: usize) -> Table {
        Table {
            slots: vec![FREE; (2 * keys).next_power_of_two().max(16)],
            used: 0,
        }
    }

    /// The place of a key, or the free one where it belongs.
    fn place(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut place = hash(key) & mask;
        while self.slots[place].number != NONE && self.slots[place].key != key {
            place = (place + 1) & mask;
        }
        place
    }

    /// Reads the places of these keys, so that they are near when they are asked for.
    pub(super) fn fetch(&self, keys: &[u64]) {
        let mask = self.slots.len() - 1;
        let mut read = 0;
        for key in keys {
            read ^= self.slots[hash(*key) & mask].number;
        }
        std::hint::black_box(read);
    }

    /// The number of a key, or `NONE`.
    pub(super) fn get(&self, key: u64) -> u32 {
        self.slots[self.place(key)].number
    }

    /// Gives a key this number; whether it had none before.
    pub(super) fn insert(&mut self, key: u64, number: u32) -> bool {
        self.grow();
        let place = self.place(key);
        let is_new = self.slots[place].number == NONE;
        self.slots[place] = Slot {
            key,
            number,
            ..FREE
        };
        self.used += usize::from(is_new);
        is_new
    }

    /// Counts a key in this text; a new one gets the number `next`. Gives its number.
    pub(super) fn count(&mut self, key: u64, text: u32, next: u32) -> u32 {
        let mut place = self.place(key);
        if self.slots[place].number == NONE {
            self.grow();
            place = self.place(key);
            self.slots[place] = Slot {
                key,
                number: next,
                ..FREE
            };
            self.used += 1;
        }
        let slot = &mut self.slots[place];
        slot.texts += u32::from(slot.last_text != text);
        slot.last_text = text;
        slot.number
    }

    /// All keys' places.
    pub(super) fn taken(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.number != NONE)
    }

    /// Makes room for one more.
    fn grow(&mut self) {
        if 2 * (self.used + 1) <= self.slots.len() {
            return;
        }
        let twice = vec![FREE; 2 * self.slots.len()];
        for slot in std::mem::replace(&mut self.slots, twice) {
            if slot.number != NONE {
                let place = self.place(slot.key);
                self.slots[place] = slot;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_again_however_the_table_grows() {
        let mut table = Table::with_room(0);
        for number in 0..5000_u32 {
            assert!(table.insert(key(number % 7, number), number));
        }
        assert!(!table.insert(key(3, 10), 10));
        for number in 0..5000_u32 {
            assert_eq!(table.get(key(number % 7, number)), number);
            assert_eq!(table.get(key(8, number)), NONE);
        }
    }

    #[test]
    fn a_key_is_counted_once_in_each_text() {
        let mut table = Table::with_room(4);
        for (text, word) in [(0, 5), (0, 5), (1, 5), (1, u32::MAX), (4, 5)] {
            table.count(key(NONE, word), text, u32::from(word != 5));
        }
        let mut counted: Vec<(u32, u32)> = table
            .taken()
            .map(|slot| (slot.number, slot.texts))
            .collect();
        counted.sort();
        assert_eq!(counted, [(0, 3), (1, 1)]);
    }
}
