//! Lists of word indices, all made equally long.

use std::borrow::Cow;

use super::Tensor;
use super::shape::Shape;
use super::word_lists::WordLists;
use crate::error::{Error, Result};
use crate::notebook::interrupt::Region;

/// An end of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Side {
    /// The beginning: Keras's `"pre"`.
    #[default]
    Pre,
    /// The end: Keras's `"post"`.
    Post,
}

/// How [`pad_sequences_with`] makes sequences equally long.
#[derive(Clone, Debug)]
pub struct PadSequences {
    /// The length of all; that of the longest one if nothing is said.
    pub maxlen: Option<usize>,
    /// Where short ones are filled up.
    pub padding: Side,
    /// Where long ones are cut off.
    pub truncating: Side,
    /// What they are filled up with: 0, which stands for no word.
    pub value: f32,
}

impl Default for PadSequences {
    fn default() -> PadSequences {
        PadSequences {
            maxlen: None,
            padding: Side::Pre,
            truncating: Side::Pre,
            value: 0.0,
        }
    }
}

/// Makes rows of `maxlen` word indices of lists: short ones are filled up with zeros at their beginning, of long ones the end
/// stays. An [`Embedding`](crate::layers::Embedding) takes such rows.
///
/// # Shapes
/// (samples, maxlen)
///
/// # Errors
/// When an index is negative, `maxlen` is 0, the result would not fit into memory, or the cell is interrupted.
///
/// Source: <https://keras.io/api/data_loading/timeseries/>, `keras.utils.pad_sequences`.
///
/// ```
/// use nn_lib::prelude::*;
/// let x = pad_sequences(&[vec![1, 2], vec![3, 4, 5, 6]], 3)?;
/// assert_eq!(x, Tensor::from([[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn pad_sequences(sequences: impl WordLists, maxlen: usize) -> Result<Tensor> {
    let maxlen = Some(maxlen);
    pad_sequences_with(
        sequences,
        PadSequences {
            maxlen,
            ..PadSequences::default()
        },
    )
}

/// The same with options.
///
/// # Errors
/// As [`pad_sequences`], and when nothing says how long an empty list of sequences is to be.
///
/// ```
/// use nn_lib::prelude::*;
/// let options = PadSequences { padding: Side::Post, ..PadSequences::default() };
/// let x = pad_sequences_with(&[vec![1, 2], vec![3, 4, 5]], options)?;
/// assert_eq!(x, Tensor::from([[1.0, 2.0, 0.0], [3.0, 4.0, 5.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn pad_sequences_with(sequences: impl WordLists, options: PadSequences) -> Result<Tensor> {
    let origin = sequences.origin();
    Ok(padded(&sequences.word_lists()?, &options)?.with_origin(origin))
}

/// Four gigabytes: a larger number is a typing error.
const MOST_NUMBERS: usize = 1 << 30;

fn padded(sequences: &[Cow<'_, [u32]>], options: &PadSequences) -> Result<Tensor> {
    let _region = Region::begin("pad_sequences")?;
    let longest = sequences.iter().map(|sequence| sequence.len()).max();
    let length = options.maxlen.or(longest).unwrap_or(0);
    if length == 0 {
        return Err(Error::invalid(
            "pad_sequences",
            "a maxlen of at least 1",
            "0",
        ));
    }
    if sequences.len().saturating_mul(length) > MOST_NUMBERS {
        let expected = format!("at most {MOST_NUMBERS} numbers in the result");
        let received = format!("{} sequences of {length} numbers", sequences.len());
        return Err(Error::invalid("pad_sequences", expected, received));
    }
    let mut rows = vec![options.value; sequences.len() * length];
    for (row, sequence) in rows.chunks_exact_mut(length).zip(sequences) {
        let kept = match options.truncating {
            Side::Pre => &sequence[sequence.len().saturating_sub(length)..],
            Side::Post => &sequence[..sequence.len().min(length)],
        };
        let first = match options.padding {
            Side::Pre => length - kept.len(),
            Side::Post => 0,
        };
        for (to, word) in row[first..].iter_mut().zip(kept) {
            *to = *word as f32;
        }
    }
    Ok(Tensor::dense(Shape::from([sequences.len(), length]), rows))
}
