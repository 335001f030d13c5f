//! Texts and names of classes become numbers, as by Keras's preprocessing layers.
//!
//! What is learned here, the vocabulary, is learned from training data alone and kept beside the model: a model can read
//! only what was turned into numbers by the same vocabulary.

mod description;
mod log_count_ratio;
mod ngrams;
mod options;
mod string_lookup;
mod text_vectorization;
mod texts;
mod tokens;
mod vocabulary;

pub use log_count_ratio::log_count_ratio;
pub use ngrams::NGrams;
pub use options::{OutputMode, Split, Standardize};
pub use string_lookup::StringLookup;
pub use text_vectorization::TextVectorization;
pub use texts::Texts;

/// Four gigabytes: a larger number is a typing error.
const MOST_NUMBERS: usize = 1 << 30;

/// What stands for every unknown token.
const UNKNOWN: &str = "[UNK]";
