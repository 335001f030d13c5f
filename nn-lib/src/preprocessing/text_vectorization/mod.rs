//! A layer that turns texts into numbers, by a vocabulary that it learns.

mod encode;
mod learned;
mod saving;

use std::fmt;
use std::path::Path;

use super::Texts;
use super::options::{OutputMode, Split, Standardize};
use super::tokens::Tokens;
use crate::error::{Error, Result};
use crate::named::OrName;
use crate::precompiled::Precompiled;
use crate::tensor::{Tensor, Values};
use learned::Learned;

/// Turns texts into tensors: standardize, split, put together to n-grams, look up in the vocabulary.
///
/// [`adapt`](TextVectorization::adapt) learns the vocabulary from the training texts, the most frequent token first; of
/// equally frequent ones the alphabetically last comes first, as in Keras. [`apply`](TextVectorization::apply) gives a
/// tensor. `[UNK]` stands for every token that the vocabulary has not.
///
/// | output mode | row of a text | columns |
/// | --- | --- | --- |
/// | `int` (as long as nothing is said) | the numbers of its tokens in order, then zeros; 1 is `[UNK]`, 2 the most frequent token | the longest text, or `output_sequence_length` |
/// | `multi_hot` | a one for each token that occurs | the vocabulary; column 0 is `[UNK]` |
/// | `count` | how often each token occurs | the same |
/// | `tf_idf` | the count times the token's weight, ln(1 + texts / (1 + texts with the token)); of `[UNK]` the mean weight | the same |
///
/// `multi_hot` stores the places of the ones alone, as [`vectorize_sequences`](crate::tensor::vectorize_sequences) does: it
/// takes a hundredth of the memory, and trains fastest.
///
/// ```
/// use nn_lib::prelude::*;
/// let mut vectorization = TextVectorization::new().output_mode("multi_hot");
/// vectorization.adapt(&["A good film!", "good, good music", "a bad film"])?;
/// assert_eq!(vectorization.get_vocabulary(), ["[UNK]", "good", "film", "a", "music", "bad"]);
/// let x = vectorization.apply(&["good music, good story"])?;
/// assert_eq!(x, Tensor::from([[1.0, 1.0, 0.0, 0.0, 1.0, 0.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// # Errors
/// An option that does not fit the others, or an unknown name, is told by `adapt`.
///
/// Source: <https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/>. Functions of one's own for
/// `standardize` and `split` could not be saved: change the texts before.
#[derive(Clone)]
pub struct TextVectorization {
    own: Precompiled<Own>,
}

#[derive(Clone)]
struct Own {
    tokens: Tokens,
    output_mode: OutputMode,
    max_tokens: Option<usize>,
    output_sequence_length: Option<usize>,
    pad_to_max_tokens: bool,
    learned: Option<Learned>,
    /// A name that is unknown; told when the layer is used.
    mistake: Option<Error>,
}

impl Default for TextVectorization {
    fn default() -> TextVectorization {
        TextVectorization::new()
    }
}

impl TextVectorization {
    /// A layer with Keras's settings: small letters without punctuation, split at spaces, whole numbers in order.
    pub fn new() -> TextVectorization {
        TextVectorization {
            own: Precompiled::new(Own {
                tokens: Tokens {
                    standardize: Standardize::LowerAndStripPunctuation,
                    split: Split::Whitespace,
                    ngrams: None,
                },
                output_mode: OutputMode::Int,
                max_tokens: None,
                output_sequence_length: None,
                pad_to_max_tokens: false,
                learned: None,
                mistake: None,
            }),
        }
    }

    /// The largest vocabulary, `[UNK]` and in the mode `int` the zero of filled up rows included.
    #[must_use]
    pub fn max_tokens(mut self, max_tokens: usize) -> TextVectorization {
        self.own.max_tokens = Some(max_tokens);
        self
    }

    /// What is done to a text before it is split, as a value or by its name.
    #[must_use]
    pub fn standardize(self, standardize: impl OrName<Standardize>) -> TextVectorization {
        self.keep(standardize.value(), |own, value| {
            own.tokens.standardize = value
        })
    }

    /// Where a text is split, as a value or by its name.
    #[must_use]
    pub fn split(self, split: impl OrName<Split>) -> TextVectorization {
        self.keep(split.value(), |own, value| own.tokens.split = value)
    }

    /// Tokens are single words, pairs of neighbouring words and so on, up to `longest` words.
    #[must_use]
    pub fn ngrams(mut self, longest: usize) -> TextVectorization {
        self.own.tokens.ngrams = Some((1..=longest).collect());
        self
    }

    /// Tokens are the n-grams of these lengths alone: `&[2]` are pairs without single words.
    #[must_use]
    pub fn ngrams_of(mut self, lengths: &[usize]) -> TextVectorization {
        self.own.tokens.ngrams = Some(lengths.to_vec());
        self
    }

    /// What comes of a text, as a value or by its name.
    #[must_use]
    pub fn output_mode(self, output_mode: impl OrName<OutputMode>) -> TextVectorization {
        self.keep(output_mode.value(), |own, value| own.output_mode = value)
    }

    /// In the mode `int`: every row has this length; longer texts lose their end, shorter ones are filled up with zeros.
    #[must_use]
    pub fn output_sequence_length(mut self, length: usize) -> TextVectorization {
        self.own.output_sequence_length = Some(length);
        self
    }

    /// Whether there are `max_tokens` columns even if the vocabulary is smaller.
    #[must_use]
    pub fn pad_to_max_tokens(mut self, pad: bool) -> TextVectorization {
        self.own.pad_to_max_tokens = pad;
        self
    }

    /// Learns the vocabulary from these texts, those of the training set; one learned before is replaced.
    ///
    /// # Errors
    /// When options do not fit, the texts have no word, or the cell is interrupted.
    pub fn adapt(&mut self, texts: impl Texts) -> Result<()> {
        self.own.adapt(&texts.texts())
    }

    /// The tensor of these texts.
    ///
    /// # Shapes
    /// (texts, length) in the mode `int`, otherwise (texts, vocabulary)
    ///
    /// # Errors
    /// Before a vocabulary is learned, when a dense result would not fit into memory, or the cell is interrupted.
    pub fn apply(&self, texts: impl Texts) -> Result<Tensor> {
        self.own.apply(&texts.texts())
    }

    /// The tokens in the order of their numbers: in the mode `int` an empty one for 0 and `[UNK]` come first, otherwise `[UNK]`
    /// alone.
    pub fn get_vocabulary(&self) -> Vec<String> {
        self.own.vocabulary()
    }

    /// How many tokens [`get_vocabulary`](TextVectorization::get_vocabulary) has: the columns of every mode but `int`, and the
    /// `input_dim` of an [`Embedding`](crate::layers::Embedding).
    pub fn vocabulary_size(&self) -> usize {
        self.own.vocabulary_size()
    }

    /// Takes over a vocabulary instead of learning one; `[UNK]` (and the empty token) may stand at its beginning or be left out.
    ///
    /// # Errors
    /// When it is empty, too large or has a token twice; in the mode `tf_idf`, which needs weights.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let mut vectorization = TextVectorization::new().output_sequence_length(4);
    /// vectorization.set_vocabulary(&["earth", "wind", "and", "fire"])?;
    /// assert_eq!(vectorization.apply("Wind and water")?, Tensor::from([[3.0, 4.0, 1.0, 0.0]]));
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn set_vocabulary(&mut self, vocabulary: impl Texts) -> Result<()> {
        self.own.set_vocabulary(&vocabulary.texts(), None)
    }

    /// The same with the weights of the mode `tf_idf`, one for each token; `[UNK]` gets their mean if it is left out.
    ///
    /// # Errors
    /// As [`set_vocabulary`](TextVectorization::set_vocabulary), and when there are more or fewer weights than tokens.
    pub fn set_vocabulary_with_idf_weights(
        &mut self,
        vocabulary: impl Texts,
        idf_weights: impl Values,
    ) -> Result<()> {
        let weights = idf_weights.to_values();
        self.own.set_vocabulary(&vocabulary.texts(), Some(&weights))
    }

    /// Writes settings and vocabulary to a file of JSON, to be kept beside the model.
    ///
    /// The file appears under its name when it is complete; if anything fails, an older file stays as it was.
    ///
    /// # Errors
    /// Before a vocabulary is learned, or when the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        saving::save(&self.own, path.as_ref())
    }

    /// Reads what [`save`](TextVectorization::save) has written.
    ///
    /// # Errors
    /// When the file cannot be read or is of another kind.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// # let path = std::env::temp_dir().join(format!("nn-lib-doc-{}.json", std::process::id()));
    /// let mut vectorization = TextVectorization::new();
    /// vectorization.adapt(&["a good film"])?;
    /// vectorization.save(&path)?;
    /// let loaded = TextVectorization::load(&path)?;
    /// assert_eq!(loaded.apply("good")?, vectorization.apply("good")?);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn load(path: impl AsRef<Path>) -> Result<TextVectorization> {
        let own = Precompiled::new(saving::load(path.as_ref())?);
        Ok(TextVectorization { own })
    }

    fn keep<T>(mut self, value: Result<T>, set: impl FnOnce(&mut Own, T)) -> TextVectorization {
        match value {
            Ok(value) => set(&mut self.own, value),
            Err(error) => self.own.mistake = self.own.mistake.take().or(Some(error)),
        }
        self
    }
}

impl fmt::Debug for TextVectorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = self.own.output_mode.name();
        match &self.own.learned {
            Some(_) => write!(
                f,
                "TextVectorization({mode}, {} tokens)",
                self.vocabulary_size()
            ),
            None => write!(f, "TextVectorization({mode}, not adapted yet)"),
        }
    }
}
