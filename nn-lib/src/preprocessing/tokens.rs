//! From a text to its tokens: standardized, split, put together to n-grams.

use std::borrow::Cow;

use super::options::{Split, Standardize};

/// How texts become tokens.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tokens {
    pub(super) standardize: Standardize,
    pub(super) split: Split,
    /// The lengths of the n-grams; none: the parts themselves are the tokens.
    pub(super) ngrams: Option<Vec<usize>>,
}

impl Tokens {
    /// Calls `visit` with each token: all n-grams of the first length in the order of the text, then those of the next.
    pub(super) fn for_each(&self, text: &str, mut visit: impl FnMut(&str)) {
        let text = self.standardized(text);
        let parts: Vec<&str> = match self.split {
            Split::None => vec![&text],
            Split::Whitespace => text
                .split(is_space)
                .filter(|part| !part.is_empty())
                .collect(),
            Split::Character => text
                .char_indices()
                .map(|(at, c)| &text[at..at + c.len_utf8()])
                .collect(),
        };
        let Some(lengths) = &self.ngrams else {
            parts.into_iter().for_each(visit);
            return;
        };
        let mut joined = String::new();
        for &length in lengths {
            for window in parts.windows(length) {
                if let [part] = window {
                    visit(part);
                    continue;
                }
                joined.clear();
                for (nth, part) in window.iter().enumerate() {
                    if nth > 0 {
                        joined.push(' ');
                    }
                    joined.push_str(part);
                }
                visit(&joined);
            }
        }
    }

    fn standardized<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let without = || text.chars().filter(|c| !c.is_ascii_punctuation());
        match self.standardize {
            Standardize::None => Cow::Borrowed(text),
            Standardize::Lower => Cow::Owned(text.to_ascii_lowercase()),
            Standardize::StripPunctuation => Cow::Owned(without().collect()),
            Standardize::LowerAndStripPunctuation => {
                Cow::Owned(without().map(|c| c.to_ascii_lowercase()).collect())
            }
        }
    }
}

/// The six characters at which C, and so TensorFlow, splits.
fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(standardize: Standardize, split: Split, ngrams: &[usize], text: &str) -> Vec<String> {
        let ngrams = (!ngrams.is_empty()).then(|| ngrams.to_vec());
        let mut found = Vec::new();
        Tokens {
            standardize,
            split,
            ngrams,
        }
        .for_each(text, |token| found.push(token.to_string()));
        found
    }

    #[test]
    fn punctuation_goes_without_a_trace_and_spaces_separate() {
        let all = Standardize::LowerAndStripPunctuation;
        assert_eq!(
            tokens(all, Split::Whitespace, &[], " It's\tGOOD,  very-good!\n"),
            ["its", "good", "verygood"]
        );
        assert_eq!(
            tokens(Standardize::Lower, Split::None, &[], "A b."),
            ["a b."]
        );
        assert_eq!(tokens(all, Split::Character, &[], "가b!"), ["가", "b"]);
        assert!(tokens(all, Split::Whitespace, &[], " . ").is_empty());
    }

    #[test]
    fn ngrams_come_by_length_and_never_reach_over_the_end() {
        let plain =
            |lengths: &[usize]| tokens(Standardize::None, Split::Whitespace, lengths, "a b c");
        assert_eq!(plain(&[1, 2]), ["a", "b", "c", "a b", "b c"]);
        assert_eq!(plain(&[3]), ["a b c"]);
        assert!(plain(&[4]).is_empty());
    }
}
