//! Tokens and their numbers, the most frequent one first.

use std::collections::HashMap;

/// Tokens in their order, and the place of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    pub(super) tokens: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
}

impl Vocabulary {
    /// The place of a token.
    pub(super) fn place(&self, token: &str) -> Option<u32> {
        self.places.get(token).copied()
    }

    /// A vocabulary in this order, or the token that is there twice.
    pub(super) fn new(tokens: Vec<Box<str>>) -> Result<Vocabulary, String> {
        let mut places = HashMap::with_capacity(tokens.len());
        for (place, token) in tokens.iter().enumerate() {
            if places.insert(token.clone(), place as u32).is_some() {
                return Err(token.to_string());
            }
        }
        Ok(Vocabulary { tokens, places })
    }
}

/// How often a token occurs, and in how many texts.
#[derive(Clone, Copy, Debug)]
struct Count {
    occurrences: u64,
    texts: u32,
    last_text: u32,
}

/// Tokens while they are counted.
#[derive(Debug, Default)]
pub(super) struct Counts(HashMap<Box<str>, Count>);

impl Counts {
    /// Counts a token of this text; the texts come one after the other.
    pub(super) fn add(&mut self, token: &str, text: u32) {
        if let Some(count) = self.0.get_mut(token) {
            count.occurrences += 1;
            if count.last_text != text {
                count.texts += 1;
                count.last_text = text;
            }
            return;
        }
        let first = Count {
            occurrences: 1,
            texts: 1,
            last_text: text,
        };
        self.0.insert(token.into(), first);
    }

    /// The most frequent tokens but for the special ones, and in how many texts each occurs. Of equally frequent ones the
    /// larger comes first, by their bytes: Keras sorts upwards and turns the list round.
    pub(super) fn most_frequent(mut self, special: &[&str], limit: usize) -> Vec<(Box<str>, u32)> {
        for token in special {
            self.0.remove(*token);
        }
        let mut tokens: Vec<(Box<str>, Count)> = self.0.into_iter().collect();
        tokens.sort_unstable_by(|(a, of_a), (b, of_b)| {
            let by_count = of_b.occurrences.cmp(&of_a.occurrences);
            by_count.then_with(|| b.cmp(a))
        });
        tokens.truncate(limit);
        let texts = tokens
            .into_iter()
            .map(|(token, count)| (token, count.texts));
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_ordered_by_frequency_and_then_backwards() {
        let mut counts = Counts::default();
        for (text, token) in [
            (0, "b"),
            (0, "a"),
            (0, "b"),
            (1, "c"),
            (1, "b"),
            (1, "[UNK]"),
        ] {
            counts.add(token, text);
        }
        let tokens = counts.most_frequent(&["[UNK]"], 3);
        let tokens: Vec<(&str, u32)> = tokens
            .iter()
            .map(|(token, texts)| (&**token, *texts))
            .collect();
        assert_eq!(tokens, [("b", 2), ("c", 1), ("a", 1)]);
    }

    #[test]
    fn a_token_that_is_there_twice_is_named() {
        let twice = Vocabulary::new(vec!["a".into(), "b".into(), "a".into()]);
        assert_eq!(twice.map(|_| ()), Err("a".to_string()));
    }
}
