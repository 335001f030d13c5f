//! A vectorization in a file of JSON, with the names of Keras's configuration.

use std::path::Path;

use serde_json::{Value, json};

use super::super::description::{self, optional_number, text, texts};
use super::super::options::{OutputMode, Split, Standardize};
use super::{Own, Tokens};
use crate::error::Result;

const CLASS: &str = "TextVectorization";

pub(super) fn save(own: &Own, path: &Path) -> Result<()> {
    own.check()?;
    let learned = own.learned()?;
    let idf_weights = (own.output_mode == OutputMode::TfIdf).then_some(&learned.idf_weights);
    let config = json!({
        "max_tokens": own.max_tokens,
        "standardize": own.tokens.standardize.name(),
        "split": own.tokens.split.name(),
        "ngrams": own.tokens.ngrams,
        "output_mode": own.output_mode.name(),
        "output_sequence_length": own.output_sequence_length,
        "pad_to_max_tokens": own.pad_to_max_tokens,
        "vocabulary": own.vocabulary(),
        "idf_weights": idf_weights,
    });
    description::save(path, CLASS, config)
}

pub(super) fn load(path: &Path) -> Result<Own> {
    description::load(path, CLASS, own)
}

fn own(config: &Value) -> Result<Own, String> {
    let say = |error: crate::Error| error.to_string();
    let lengths = match &config["ngrams"] {
        Value::Null => None,
        list => Some(numbers(list).ok_or("its ngrams are not a list of lengths")?),
    };
    let mut own = Own {
        tokens: Tokens {
            standardize: Standardize::from_name(text(config, "standardize")?).map_err(say)?,
            split: Split::from_name(text(config, "split")?).map_err(say)?,
            ngrams: lengths
                .map(|lengths| lengths.into_iter().map(|length| length as usize).collect()),
        },
        output_mode: OutputMode::from_name(text(config, "output_mode")?).map_err(say)?,
        max_tokens: optional_number(config, "max_tokens")?,
        output_sequence_length: optional_number(config, "output_sequence_length")?,
        pad_to_max_tokens: config["pad_to_max_tokens"].as_bool().unwrap_or(false),
        learned: None,
        mistake: None,
    };
    let weights = match &config["idf_weights"] {
        Value::Null => None,
        list => Some(numbers(list).ok_or("its idf_weights are not a list of numbers")?),
    };
    let vocabulary = texts(config, "vocabulary")?;
    let vocabulary: Vec<&str> = vocabulary.iter().map(String::as_str).collect();
    own.set_vocabulary(&vocabulary, weights.as_deref())
        .map_err(say)?;
    Ok(own)
}

fn numbers(list: &Value) -> Option<Vec<f64>> {
    list.as_array()?.iter().map(Value::as_f64).collect()
}
