//! Learning the vocabulary, or taking one over.

use super::super::UNKNOWN;
use super::super::options::OutputMode;
use super::super::vocabulary::{Counts, Vocabulary};
use super::Own;
use crate::error::{Error, Result, counted};
use crate::notebook::interrupt::{Region, go_on};

/// A vocabulary without its special tokens, and the weights of the mode `tf_idf` with theirs.
#[derive(Clone, Debug)]
pub(super) struct Learned {
    pub(super) vocabulary: Vocabulary,
    pub(super) idf_weights: Vec<f32>,
}

fn invalid(expected: impl Into<String>, received: impl Into<String>) -> Error {
    Error::invalid("TextVectorization", expected, received)
}

impl Own {
    /// The tokens that come before those of the texts.
    pub(super) fn special(&self) -> &'static [&'static str] {
        match self.output_mode {
            OutputMode::Int => &["", UNKNOWN],
            _ => &[UNKNOWN],
        }
    }

    /// Whether the options fit each other.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(mistake) = &self.mistake {
            return Err(mistake.clone());
        }
        let mode = self.output_mode.name();
        if self.output_mode == OutputMode::OneHot {
            return Err(
                invalid("int, multi_hot, count or tf_idf as its output mode", mode)
                    .with_hint("one_hot is for labels: StringLookup"),
            );
        }
        if let Some(max_tokens) = self.max_tokens.filter(|max| *max <= self.special().len()) {
            let least = self.special().len() + 1;
            return Err(invalid(
                format!("max_tokens of at least {least} in the mode {mode}"),
                max_tokens.to_string(),
            )
            .with_hint("the special tokens count, too"));
        }
        if self.pad_to_max_tokens && self.max_tokens.is_none() {
            return Err(invalid(
                "max_tokens to pad to",
                "pad_to_max_tokens(true) alone",
            ));
        }
        if let Some(length) = self.output_sequence_length {
            if self.output_mode != OutputMode::Int {
                return Err(invalid(
                    "output_sequence_length in the mode int alone",
                    format!("the mode {mode}"),
                )
                .with_hint("a row of the other modes is as long as the vocabulary"));
            }
            if length == 0 {
                return Err(invalid("an output_sequence_length of at least 1", "0"));
            }
        }
        if self
            .tokens
            .ngrams
            .as_ref()
            .is_some_and(|lengths| lengths.is_empty() || lengths.contains(&0))
        {
            return Err(invalid("n-grams of at least 1 word", "0"));
        }
        Ok(())
    }

    pub(super) fn adapt(&mut self, texts: &[&str]) -> Result<()> {
        const OPERATION: &str = "adapt";
        self.check()?;
        let _region = Region::begin(OPERATION)?;
        let mut counts = Counts::default();
        for (nth, text) in texts.iter().enumerate() {
            go_on(OPERATION)?;
            self.tokens
                .for_each(text, |token| counts.add(token, nth as u32));
        }
        let most = self
            .max_tokens
            .map_or(usize::MAX, |max| max - self.special().len());
        let tokens = counts.most_frequent(&["", UNKNOWN], most);
        if tokens.is_empty() {
            let received = match texts.len() {
                0 => "no texts".to_string(),
                count => format!("{} without any", counted(count, "text")),
            };
            return Err(Error::invalid(
                "adapt",
                "texts with at least one word",
                received,
            ));
        }
        let mut idf_weights = Vec::new();
        if self.output_mode == OutputMode::TfIdf {
            let weight = |texts_with: u32| {
                libm::log(1.0 + texts.len() as f64 / (1.0 + f64::from(texts_with))) as f32
            };
            idf_weights = tokens
                .iter()
                .map(|(_, texts_with)| weight(*texts_with))
                .collect();
            idf_weights.insert(0, mean(&idf_weights));
        }
        let tokens = tokens.into_iter().map(|(token, _)| token).collect();
        let vocabulary = Vocabulary::new(tokens).expect("each token was counted once");
        self.learned = Some(Learned {
            vocabulary,
            idf_weights,
        });
        Ok(())
    }

    pub(super) fn set_vocabulary(
        &mut self,
        vocabulary: &[&str],
        weights: Option<&[f64]>,
    ) -> Result<()> {
        self.check()?;
        let special = self.special();
        let has_special = vocabulary.starts_with(special);
        let own = if has_special {
            &vocabulary[special.len()..]
        } else {
            vocabulary
        };
        if own.is_empty() {
            return Err(invalid(
                "a vocabulary of at least one token",
                "an empty one",
            ));
        }
        if let Some(place) = own.iter().position(|token| token.is_empty()) {
            return Err(invalid(
                "tokens with at least one letter",
                format!("an empty token at place {place}"),
            )
            .with_hint(format!(
                "leave the special tokens out, or begin with {special:?}"
            )));
        }
        let size = own.len() + special.len();
        if let Some(max_tokens) = self.max_tokens.filter(|max| size > *max) {
            return Err(invalid(
                format!("a vocabulary of at most {max_tokens} tokens (max_tokens)"),
                size.to_string(),
            ));
        }
        let idf_weights = match (self.output_mode, weights) {
            (OutputMode::TfIdf, Some(weights)) if weights.len() == vocabulary.len() => {
                let mut weights: Vec<f32> = weights.iter().map(|weight| *weight as f32).collect();
                if !has_special {
                    weights.insert(0, mean(&weights));
                }
                weights
            }
            (OutputMode::TfIdf, Some(weights)) => {
                let expected = format!("a weight for each of the {} tokens", vocabulary.len());
                return Err(invalid(expected, weights.len().to_string()));
            }
            (OutputMode::TfIdf, None) => {
                return Err(without_weights());
            }
            (mode, Some(_)) => {
                return Err(invalid(
                    "idf_weights in the mode tf_idf alone",
                    format!("the mode {}", mode.name()),
                ));
            }
            (_, None) => Vec::new(),
        };
        let tokens = own.iter().map(|token| Box::from(*token)).collect();
        let vocabulary = Vocabulary::new(tokens).map_err(|token| {
            invalid(
                "a vocabulary of different tokens",
                format!("{token:?} twice"),
            )
        })?;
        self.learned = Some(Learned {
            vocabulary,
            idf_weights,
        });
        Ok(())
    }

    pub(super) fn learned(&self) -> Result<&Learned> {
        let learned = self.learned.as_ref().ok_or_else(|| {
            invalid("a vocabulary", "none yet")
                .with_hint("call adapt with the training texts first")
        })?;
        if self.output_mode == OutputMode::TfIdf && learned.idf_weights.is_empty() {
            return Err(without_weights());
        }
        Ok(learned)
    }

    pub(super) fn vocabulary(&self) -> Vec<String> {
        let special = self.special().iter().map(|token| token.to_string());
        let own = self
            .learned
            .iter()
            .flat_map(|learned| &learned.vocabulary.tokens);
        special.chain(own.map(|token| token.to_string())).collect()
    }

    pub(super) fn vocabulary_size(&self) -> usize {
        let own = self
            .learned
            .as_ref()
            .map_or(0, |learned| learned.vocabulary.tokens.len());
        self.special().len() + own
    }
}

fn without_weights() -> Error {
    invalid("idf_weights in the mode tf_idf", "a vocabulary alone")
        .with_hint("call set_vocabulary_with_idf_weights, or adapt")
}

fn mean(weights: &[f32]) -> f32 {
    let sum: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    (sum / weights.len() as f64) as f32
}
