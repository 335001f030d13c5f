//! A layer that turns names of classes into numbers and back.

use std::fmt;
use std::path::Path;

use serde_json::{Value, json};

use super::description::{self, optional_number, text, texts};
use super::options::OutputMode;
use super::vocabulary::{Counts, Vocabulary};
use super::{MOST_NUMBERS, Texts, UNKNOWN};
use crate::error::{Error, Result};
use crate::named::OrName;
use crate::precompiled::Precompiled;
use crate::tensor::{Shape, Tensor, Values};

/// Turns labels such as `"positive"` into numbers, and back.
///
/// [`adapt`](StringLookup::adapt) learns the labels, the most frequent one first; of equally frequent ones the
/// alphabetically last comes first, as in Keras. Number 0 is `[UNK]`, for labels that were not there; without it
/// (`num_oov_indices(0)`) an unknown label is an error.
///
/// ```
/// use nn_lib::prelude::*;
/// let mut lookup = StringLookup::new().num_oov_indices(0);
/// lookup.adapt(&["bad", "good", "good", "so so"])?;
/// assert_eq!(lookup.get_vocabulary(), ["good", "so so", "bad"]);
/// assert_eq!(lookup.apply(&["bad", "good"])?, Tensor::from([2.0, 0.0]));
/// assert_eq!(lookup.invert(&[2, 0])?, ["bad", "good"]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// # Errors
/// An option that cannot be had, or an unknown name, is told by `adapt`.
///
/// Source: <https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/>. More than one number for unknown
/// labels would need TensorFlow's hash function; for several words in one text there is
/// [`TextVectorization`](super::TextVectorization).
#[derive(Clone)]
pub struct StringLookup {
    own: Precompiled<Own>,
}

#[derive(Clone)]
struct Own {
    max_tokens: Option<usize>,
    num_oov_indices: usize,
    mask_token: Option<String>,
    oov_token: String,
    output_mode: OutputMode,
    pad_to_max_tokens: bool,
    vocabulary: Option<Vocabulary>,
    /// A name that is unknown; told when the layer is used.
    mistake: Option<Error>,
}

impl Default for StringLookup {
    fn default() -> StringLookup {
        StringLookup::new()
    }
}

impl StringLookup {
    /// A layer with Keras's settings: whole numbers, and 0 for what is unknown.
    pub fn new() -> StringLookup {
        StringLookup {
            own: Precompiled::new(Own {
                max_tokens: None,
                num_oov_indices: 1,
                mask_token: None,
                oov_token: UNKNOWN.to_string(),
                output_mode: OutputMode::Int,
                pad_to_max_tokens: false,
                vocabulary: None,
                mistake: None,
            }),
        }
    }

    /// The largest vocabulary, the special labels included.
    #[must_use]
    pub fn max_tokens(mut self, max_tokens: usize) -> StringLookup {
        self.own.max_tokens = Some(max_tokens);
        self
    }

    /// How many numbers stand for unknown labels: 1, or 0 to make them an error.
    #[must_use]
    pub fn num_oov_indices(mut self, num_oov_indices: usize) -> StringLookup {
        self.own.num_oov_indices = num_oov_indices;
        self
    }

    /// A label that means *nothing here*. It gets the number 0, and unknown labels 1; in the mode `one_hot` its row has no one.
    #[must_use]
    pub fn mask_token(mut self, mask_token: &str) -> StringLookup {
        self.own.mask_token = Some(mask_token.to_string());
        self
    }

    /// The name of unknown labels, `[UNK]` as long as nothing is said.
    #[must_use]
    pub fn oov_token(mut self, oov_token: &str) -> StringLookup {
        self.own.oov_token = oov_token.to_string();
        self
    }

    /// `int`, or `one_hot` for the loss `categorical_crossentropy`; as a value or by its name.
    #[must_use]
    pub fn output_mode(mut self, output_mode: impl OrName<OutputMode>) -> StringLookup {
        match output_mode.value() {
            Ok(mode) => self.own.output_mode = mode,
            Err(error) => self.own.mistake = Some(error),
        }
        self
    }

    /// Whether `one_hot` has `max_tokens` columns even if there are fewer labels.
    #[must_use]
    pub fn pad_to_max_tokens(mut self, pad: bool) -> StringLookup {
        self.own.pad_to_max_tokens = pad;
        self
    }

    /// Learns the labels; those learned before are replaced.
    ///
    /// # Errors
    /// When options do not fit, or there are no labels.
    pub fn adapt(&mut self, labels: impl Texts) -> Result<()> {
        self.own.adapt(&labels.texts())
    }

    /// The numbers of these labels.
    ///
    /// # Shapes
    /// (labels,) in the mode `int`, (labels, vocabulary) in the mode `one_hot`
    ///
    /// # Errors
    /// Before labels are learned; for a label that is unknown, if no number stands for such.
    pub fn apply(&self, labels: impl Texts) -> Result<Tensor> {
        self.own.apply(&labels.texts())
    }

    /// The labels of these numbers; what stands for no label is `[UNK]`, as in Keras.
    ///
    /// # Errors
    /// Before labels are learned, and for what is not a whole number.
    pub fn invert(&self, numbers: impl Values) -> Result<Vec<String>> {
        self.own.invert(&numbers.to_values())
    }

    /// The labels in the order of their numbers.
    pub fn get_vocabulary(&self) -> Vec<String> {
        self.own.labels()
    }

    /// How many labels [`get_vocabulary`](StringLookup::get_vocabulary) has.
    pub fn vocabulary_size(&self) -> usize {
        self.own.labels().len()
    }

    /// Takes over labels in this order instead of learning them; the special ones may stand at the beginning or be left out.
    ///
    /// # Errors
    /// When there are none, too many, or one is there twice.
    pub fn set_vocabulary(&mut self, labels: impl Texts) -> Result<()> {
        self.own.set_vocabulary(&labels.texts())
    }

    /// Writes settings and labels to a file of JSON, to be kept beside the model.
    ///
    /// # Errors
    /// Before labels are learned, or when the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.own.save(path.as_ref())
    }

    /// Reads what [`save`](StringLookup::save) has written.
    ///
    /// # Errors
    /// When the file cannot be read or is of another kind.
    pub fn load(path: impl AsRef<Path>) -> Result<StringLookup> {
        let own = Precompiled::new(description::load(path.as_ref(), CLASS, Own::from_config)?);
        Ok(StringLookup { own })
    }
}

impl fmt::Debug for StringLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.own.vocabulary {
            Some(_) => write!(f, "StringLookup({:?})", self.get_vocabulary()),
            None => f.write_str("StringLookup(not adapted yet)"),
        }
    }
}

const CLASS: &str = "StringLookup";

fn invalid(expected: impl Into<String>, received: impl Into<String>) -> Error {
    Error::invalid(CLASS, expected, received)
}

impl Own {
    /// The labels before the learned ones.
    fn special(&self) -> Vec<&str> {
        let masked = self.output_mode == OutputMode::Int;
        let mask = self.mask_token.as_deref().filter(|_| masked);
        let unknown = (self.num_oov_indices > 0).then_some(self.oov_token.as_str());
        mask.into_iter().chain(unknown).collect()
    }

    fn check(&self) -> Result<()> {
        if let Some(mistake) = &self.mistake {
            return Err(mistake.clone());
        }
        if !matches!(self.output_mode, OutputMode::Int | OutputMode::OneHot) {
            return Err(
                invalid("int or one_hot as its output mode", self.output_mode.name())
                    .with_hint("for texts of several words there is TextVectorization"),
            );
        }
        if self.num_oov_indices > 1 {
            return Err(invalid(
                "num_oov_indices of 0 or 1",
                self.num_oov_indices.to_string(),
            ));
        }
        if let Some(max_tokens) = self
            .max_tokens
            .filter(|max| *max < 2 || *max <= self.special().len())
        {
            let least = (self.special().len() + 1).max(2);
            return Err(invalid(
                format!("max_tokens of at least {least}"),
                max_tokens.to_string(),
            ));
        }
        if self.pad_to_max_tokens && self.max_tokens.is_none() {
            return Err(invalid(
                "max_tokens to pad to",
                "pad_to_max_tokens(true) alone",
            ));
        }
        Ok(())
    }

    fn adapt(&mut self, labels: &[&str]) -> Result<()> {
        self.check()?;
        let mut counts = Counts::default();
        for label in labels {
            counts.add(label, 0);
        }
        let most = self
            .max_tokens
            .map_or(usize::MAX, |max| max - self.special().len());
        let mut special = vec![self.oov_token.as_str()];
        special.extend(self.mask_token.as_deref());
        let labels = counts.most_frequent(&special, most);
        if labels.is_empty() {
            return Err(Error::invalid("adapt", "at least one label", "none"));
        }
        let labels = labels.into_iter().map(|(label, _)| label).collect();
        self.vocabulary = Some(Vocabulary::new(labels).expect("each label was counted once"));
        Ok(())
    }

    fn set_vocabulary(&mut self, labels: &[&str]) -> Result<()> {
        self.check()?;
        let special = self.special();
        let own = labels.strip_prefix(special.as_slice()).unwrap_or(labels);
        if own.is_empty() {
            return Err(invalid("at least one label", "none"));
        }
        let size = own.len() + special.len();
        if let Some(max_tokens) = self.max_tokens.filter(|max| size > *max) {
            return Err(invalid(
                format!("at most {max_tokens} labels (max_tokens)"),
                size.to_string(),
            ));
        }
        if let Some(label) = own
            .iter()
            .find(|label| self.mask_token.as_deref() == Some(**label))
        {
            return Err(invalid(
                "the mask token at the beginning or not at all",
                format!("{label:?} among the labels"),
            ));
        }
        let own = own.iter().map(|label| Box::from(*label)).collect();
        let vocabulary = Vocabulary::new(own)
            .map_err(|label| invalid("different labels", format!("{label:?} twice")))?;
        self.vocabulary = Some(vocabulary);
        Ok(())
    }

    fn learned(&self) -> Result<&Vocabulary> {
        self.vocabulary.as_ref().ok_or_else(|| {
            invalid("labels", "none yet").with_hint("call adapt with the training labels first")
        })
    }

    /// The number of each label; none for the mask token.
    fn numbers(&self, labels: &[&str]) -> Result<Vec<Option<usize>>> {
        let vocabulary = self.learned()?;
        let first = self.special().len();
        let mut numbers = Vec::with_capacity(labels.len());
        for (row, label) in labels.iter().enumerate() {
            if self.mask_token.as_deref() == Some(*label) {
                numbers.push(None);
                continue;
            }
            let known = vocabulary.place(label).map(|place| first + place as usize);
            let unknown = || (self.num_oov_indices > 0).then(|| first - 1);
            let number = known.or_else(unknown).ok_or_else(|| {
                let known = known_labels(&vocabulary.tokens);
                let error = Error::invalid(
                    CLASS,
                    format!("one of the labels {known}"),
                    format!("{label:?} in row {row}"),
                );
                error.with_hint("num_oov_indices(1) gives unknown labels a number of their own")
            })?;
            numbers.push(Some(number));
        }
        Ok(numbers)
    }

    fn apply(&self, labels: &[&str]) -> Result<Tensor> {
        self.check()?;
        let numbers = self.numbers(labels)?;
        if self.output_mode == OutputMode::Int {
            let numbers = numbers
                .into_iter()
                .map(|number| number.unwrap_or(0) as f32)
                .collect();
            return Ok(Tensor::dense(Shape::from([labels.len()]), numbers));
        }
        let padded = self.max_tokens.filter(|_| self.pad_to_max_tokens);
        // `max_tokens` may have become smaller since the labels were learned.
        let columns = self.labels().len().max(padded.unwrap_or(0));
        if labels.len().saturating_mul(columns) > MOST_NUMBERS {
            let received = format!("{} labels and {columns} columns", labels.len());
            return Err(invalid(
                format!("at most {MOST_NUMBERS} numbers in the result"),
                received,
            ));
        }
        let mut ones = vec![0.0; labels.len() * columns];
        for (row, number) in numbers.into_iter().enumerate() {
            if let Some(number) = number {
                ones[row * columns + number] = 1.0;
            }
        }
        Ok(Tensor::dense(Shape::from([labels.len(), columns]), ones))
    }

    fn invert(&self, numbers: &[f64]) -> Result<Vec<String>> {
        self.learned()?;
        let labels = self.labels();
        let label = |(row, number): (usize, &f64)| {
            if number.fract() != 0.0 || *number < 0.0 {
                return Err(
                    invalid("whole numbers from 0", format!("{number} in row {row}"))
                        .with_hint("of a prediction the classes are predictions.classes()?"),
                );
            }
            let label = labels.get(*number as usize).unwrap_or(&self.oov_token);
            Ok(label.clone())
        };
        numbers.iter().enumerate().map(label).collect()
    }

    fn labels(&self) -> Vec<String> {
        let own = self
            .vocabulary
            .iter()
            .flat_map(|vocabulary| &vocabulary.tokens);
        let special = self.special().into_iter().map(str::to_string);
        special.chain(own.map(|label| label.to_string())).collect()
    }

    fn save(&self, path: &Path) -> Result<()> {
        self.check()?;
        self.learned()?;
        let config = json!({
            "max_tokens": self.max_tokens,
            "num_oov_indices": self.num_oov_indices,
            "mask_token": self.mask_token,
            "oov_token": self.oov_token,
            "output_mode": self.output_mode.name(),
            "pad_to_max_tokens": self.pad_to_max_tokens,
            "vocabulary": self.labels(),
        });
        description::save(path, CLASS, config)
    }

    fn from_config(config: &Value) -> Result<Own, String> {
        let say = |error: Error| error.to_string();
        let mut own = Own {
            max_tokens: optional_number(config, "max_tokens")?,
            num_oov_indices: optional_number(config, "num_oov_indices")?
                .ok_or("its num_oov_indices are missing")?,
            mask_token: config["mask_token"].as_str().map(str::to_string),
            oov_token: text(config, "oov_token")?.to_string(),
            output_mode: OutputMode::from_name(text(config, "output_mode")?).map_err(say)?,
            pad_to_max_tokens: config["pad_to_max_tokens"].as_bool().unwrap_or(false),
            vocabulary: None,
            mistake: None,
        };
        let labels = texts(config, "vocabulary")?;
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        own.set_vocabulary(&labels).map_err(say)?;
        Ok(own)
    }
}

/// The first labels, for a message.
fn known_labels(labels: &[Box<str>]) -> String {
    let first: Vec<String> = labels
        .iter()
        .take(5)
        .map(|label| format!("{label:?}"))
        .collect();
    let more = if labels.len() > 5 { ", ..." } else { "" };
    format!("{}{more}", first.join(", "))
}
