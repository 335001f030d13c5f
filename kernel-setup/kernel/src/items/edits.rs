//! Changes of a text, and where a place of the changed text lies in the text as it was.

use std::ops::Range;

/// Changes of one text, none of which touches another.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    changes: Vec<(Range<usize>, String)>,
}

impl Edits {
    /// Puts `text` in front of the byte `at`, behind what was put there before.
    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Puts `text` in the place of a range of bytes.
    pub fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.changes.push((range, text.into()));
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changed text.
    pub fn apply(&self, text: &str) -> String {
        let mut changed = String::with_capacity(text.len());
        let mut end = 0;
        for (range, new) in self.in_order() {
            changed += &text[end..range.start];
            changed += new;
            end = range.end;
        }
        changed + &text[end..]
    }

    /// The byte of the text as it was for a byte of the changed text. What was put in stands for the place that it was
    /// put at.
    pub fn before(&self, at: usize) -> usize {
        let (mut old, mut new) = (0, 0);
        for (range, text) in self.in_order() {
            let kept = range.start - old;
            if at < new + kept {
                break;
            }
            new += kept;
            old = range.start;
            if at < new + text.len() {
                return old;
            }
            new += text.len();
            old = range.end;
        }
        old + at.saturating_sub(new)
    }

    fn in_order(&self) -> Vec<&(Range<usize>, String)> {
        let mut changes: Vec<_> = self.changes.iter().collect();
        changes.sort_by_key(|(range, _)| range.start);
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::Edits;

    #[test]
    fn a_place_of_the_changed_text_is_found_in_the_text_as_it_was() {
        let mut edits = Edits::default();
        edits.replace(6..9, "GHI+");
        edits.insert(3, "[]");
        let (old, new) = ("abcdefghijk", "abc[]defGHI+jk");
        assert_eq!(edits.apply(old), new);
        for (letter, at) in [
            ('a', 0),
            ('c', 2),
            ('[', 3),
            ('d', 3),
            ('f', 5),
            ('H', 6),
            ('j', 9),
            ('k', 10),
        ] {
            assert_eq!(edits.before(new.find(letter).unwrap()), at, "{letter}");
        }
        assert_eq!(edits.before(new.len()), old.len());
    }
}
