//! The embedding: each word index has a vector of its own, which is learned.

use ndarray::{ArrayView2, Axis};
use serde_json::{Value, json};

use super::word_rows::{
    NO_ROW, add_to_each, are_words, average_of_rows, is_word, row_of_word, rows_of_words,
    without_padding,
};
use crate::compute::{LANES, add_rows, pieces, share_if};
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::layers::options::*;
use crate::layers::{Backward, Base, Forward, Inputs, Layer, Mask, Variable};
use crate::precompiled::Precompiled;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// `output[step] = embeddings[input[step]]`: the row of the word with this index.
///
/// With [`mask_zero`](Embedding::mask_zero) the index 0 stands for no word, as [`pad_sequences`](crate::tensor::pad_sequences)
/// fills up short texts with: the layers behind pass over such steps.
///
/// # Shapes
/// Input (batch, steps), whole numbers from 0 and below `input_dim`; output (batch, steps, `output_dim`); embeddings
/// (`input_dim`, `output_dim`). More axes of the input are kept.
///
/// Default as in Keras: embeddings between -0.05 and 0.05, every number equally likely.
/// Source: <https://keras.io/api/layers/core_layers/embedding/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Embedding::new(3, 2).input_shape(2));
/// model.set_weights(&[Tensor::from([[0.0, 0.1], [1.0, 1.1], [2.0, 2.1]])])?;
/// let words = model.predict(&Tensor::from([[2.0, 1.0]]))?;
/// assert_eq!(words.shape(), [1, 2, 2]);
/// assert_eq!(words.to_vec(), [2.0, 2.1, 1.0, 1.1]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct Embedding {
    base: Base,
    input_dim: usize,
    output_dim: usize,
    embeddings_initializer: Initializer,
    embeddings_regularizer: Option<Regularizer>,
    mask_zero: bool,
    embeddings: Option<Precompiled<Variable>>,
}

/// Word indices above this are no whole numbers in single precision any more.
const MOST_WORDS: usize = 1 << 24;

/// From so many numbers on, threads are worth while.
const WORTH: usize = 1 << 16;
/// The same for averages, which only add up: less work is done before another thread has woken up.
const WORTH_OF_AVERAGES: usize = 1 << 22;
/// Into how many pieces the words are cut at most.
const PIECES: usize = 8;

impl Embedding {
    /// A table of `input_dim` words (the largest index plus one) with vectors of `output_dim` numbers.
    pub fn new(input_dim: usize, output_dim: usize) -> Embedding {
        Embedding {
            base: Base::default(),
            input_dim,
            output_dim,
            embeddings_initializer: Initializer::RandomUniform {
                min: -0.05,
                max: 0.05,
            },
            embeddings_regularizer: None,
            mask_zero: false,
            embeddings: None,
        }
    }

    /// Whether the index 0 stands for no word, false at first: the layers behind then pass over such steps.
    pub fn mask_zero(mut self, mask_zero: bool) -> Embedding {
        self.mask_zero = mask_zero;
        self
    }

    named_options! {
        /// What the embeddings start from, as a value or by name.
        embeddings_initializer: Initializer, with_initializer;
        /// The penalty on the embeddings that is added to the loss, as a value or by name.
        embeddings_regularizer: Regularizer, with_regularizer;
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<Embedding> {
        let usual = Embedding::new(
            number_from(&config["input_dim"]),
            number_from(&config["output_dim"]),
        );
        let initializer = &config["embeddings_initializer"];
        Ok(Embedding {
            embeddings_initializer: initializer_from(initializer, usual.embeddings_initializer)?,
            embeddings_regularizer: regularizer_from(&config["embeddings_regularizer"])?,
            mask_zero: flag_from(&config["mask_zero"], false),
            ..usual
        })
    }

    /// The rows of the words that count, in their order; false if one of the numbers is none of a word.
    fn rows_that_count(&self, words: &[f32], rows: &mut Vec<u32>) -> bool {
        let words = match self.mask_zero {
            true => without_padding(words),
            false => words,
        };
        rows.resize(words.len(), 0);
        let mut all = true;
        rows_of_words(words, self.input_dim as f32, rows, &mut all);
        let no_word = |any, word: &f32| any | (*word == 0.0);
        if self.mask_zero && words.iter().fold(false, no_word) {
            let mut words = words.iter();
            rows.retain(|_| words.next().is_some_and(|word| *word != 0.0));
        }
        all
    }

    /// The row of a word; `None` for a number that is none of a word.
    #[inline(always)]
    fn row(&self, word: f32) -> Option<usize> {
        let row = row_of_word(word, self.input_dim as f32);
        (row != NO_ROW).then_some(row as usize)
    }
}

impl Layer for Embedding {
    basics!("Embedding");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("Embedding", inputs)?;
        at_least_one("Embedding", "word", self.input_dim)?;
        at_least_one("Embedding", "number for each word", self.output_dim)?;
        if self.input_dim > MOST_WORDS {
            let expected = format!("at most {MOST_WORDS} words");
            return Err(Error::invalid(
                "Embedding",
                expected,
                format!("{}", self.input_dim),
            ));
        }
        let shape = [self.input_dim, self.output_dim];
        let received = format!("{} words with {} numbers each", shape[0], shape[1]);
        check_weights("Embedding", shape[0].saturating_mul(shape[1]), received)?;
        if let Some(regularizer) = &self.embeddings_regularizer {
            regularizer.check()?;
        }
        self.embeddings.get_or_insert_with(|| {
            let (initializer, regularizer) =
                (self.embeddings_initializer, self.embeddings_regularizer);
            Precompiled::new(Variable::new("embeddings", shape, initializer, regularizer))
        });
        Ok(Shape::from([&input[..], &[self.output_dim]].concat()))
    }

    fn check_values(&self, rows: ArrayView2<'_, f32>) -> Result<()> {
        let words = self.input_dim as f32;
        for (nth, row) in rows.outer_iter().enumerate() {
            let row = row.to_slice().expect("inputs are contiguous");
            let mut all = true;
            are_words(row, words, &mut all);
            if all {
                continue;
            }
            let wrong = row.iter().find(|number| !is_word(**number, words));
            let wrong = wrong.expect("one of them is none of a word");
            let expected = format!(
                "whole numbers from 0 and below {}, one for each word",
                self.input_dim
            );
            let error = Error::invalid("Embedding", expected, format!("{wrong} in row {nth}"));
            return Err(match *wrong >= words {
                true => error.with_hint("input_dim is the largest word index plus one"),
                false => error.with_hint("pad_sequences makes such rows of lists of word indices"),
            });
        }
        Ok(())
    }

    /// The steps that have a word.
    fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
        let [steps] = inputs.shape(0)[..] else {
            return None;
        };
        let counts = || {
            inputs
                .matrix(0)
                .iter()
                .map(|word| *word != 0.0)
                .collect::<Vec<bool>>()
        };
        self.mask_zero.then(|| Mask::new(steps, counts()))
    }

    fn forward(&self, mut call: Forward<'_>) {
        let table = &self.embeddings.as_ref().expect(BUILT).values;
        let size = self.output_dim;
        let input = call.inputs.matrix(0);
        let words = input.as_slice().expect("inputs are contiguous");
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        let at_once = words.len().div_ceil(PIECES).max(1);
        let worthwhile = output.len() >= WORTH;
        let pieces = words.chunks(at_once).zip(output.chunks_mut(at_once * size));
        share_if(worthwhile, pieces, |(words, output)| {
            for (word, vector) in words.iter().zip(output.chunks_exact_mut(size)) {
                match self.row(*word) {
                    Some(row) => vector.copy_from_slice(&table[row * size..(row + 1) * size]),
                    None => vector.fill(f32::NAN),
                }
            }
        });
    }

    // The row of a word gets the gradients of all steps that have this word. There is none by a word index.
    fn backward(&mut self, call: Backward<'_>) {
        let (size, input) = (self.output_dim, call.inputs.matrix(0));
        let words = input.as_slice().expect("inputs are contiguous");
        let upstream = call.upstream.as_slice().expect("gradients are contiguous");
        let mut embeddings = self.embeddings.take().expect(BUILT);
        // Each piece has some of the columns: words are so different in number that pieces of the rows would not be alike.
        let pieces = pieces(upstream.len(), WORTH);
        let width = size.div_ceil(pieces).next_multiple_of(LANES);
        let mut gradient = embeddings.gradient_matrix();
        let columns = gradient.axis_chunks_iter_mut(Axis(1), width).enumerate();
        share_if(pieces > 1, columns, |(nth, mut columns)| {
            let (first, width) = (nth * width, columns.ncols());
            for (word, delta) in words.iter().zip(upstream.chunks_exact(size)) {
                let Some(row) = self.row(*word) else { continue };
                let mut sums = columns.row_mut(row);
                let sums = sums.as_slice_mut().expect("a part of a row");
                add_rows(&delta[first..first + width], sums);
            }
        });
        self.embeddings = Some(embeddings);
    }

    fn knows_average(&self) -> bool {
        true
    }

    // As `forward` and the layer of the average one after the other: the same sums in the same order.
    fn forward_average(&self, mut call: Forward<'_>) {
        let table = &self.embeddings.as_ref().expect(BUILT).values;
        let size = self.output_dim;
        let input = call.inputs.matrix(0);
        let (steps, at_once) = (input.ncols(), input.nrows().div_ceil(PIECES).max(1));
        let words = input.as_slice().expect("inputs are contiguous");
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        let worthwhile = words.len() * size >= WORTH_OF_AVERAGES;
        let pieces = words
            .chunks(at_once * steps)
            .zip(output.chunks_mut(at_once * size));
        share_if(worthwhile, pieces, |(words, output)| {
            let mut rows = Vec::with_capacity(steps);
            for (words, mean) in words.chunks_exact(steps).zip(output.chunks_exact_mut(size)) {
                match self.rows_that_count(words, &mut rows) {
                    true => average_of_rows(table, &rows, mean),
                    false => mean.fill(f32::NAN),
                }
            }
        });
    }

    // With n words that count, the row of each of them gets dy / n.
    fn backward_average(&mut self, call: Backward<'_>) {
        let (size, input) = (self.output_dim, call.inputs.matrix(0));
        let steps = input.ncols();
        let words = input.as_slice().expect("inputs are contiguous");
        let deltas = call.upstream.as_slice().expect("gradients are contiguous");
        let mut embeddings = self.embeddings.take().expect(BUILT);
        let pieces = pieces(words.len() * size, WORTH_OF_AVERAGES);
        let width = size.div_ceil(pieces).next_multiple_of(LANES);
        let mut gradient = embeddings.gradient_matrix();
        let columns = gradient.axis_chunks_iter_mut(Axis(1), width).enumerate();
        share_if(pieces > 1, columns, |(nth, mut columns)| {
            let (first, width) = (nth * width, columns.ncols());
            let (mut rows, mut share) = (Vec::with_capacity(steps), vec![0.0; width]);
            let samples = words.chunks_exact(steps).zip(deltas.chunks_exact(size));
            for (words, delta) in samples {
                let all = self.rows_that_count(words, &mut rows);
                for (share, delta) in share.iter_mut().zip(&delta[first..]) {
                    *share = delta / rows.len() as f32;
                }
                if !all {
                    rows.retain(|row| *row != NO_ROW);
                }
                add_to_each(&share, &rows, &mut columns);
            }
        });
        self.embeddings = Some(embeddings);
    }

    fn variables(&self) -> Vec<&Variable> {
        self.embeddings.as_deref().into_iter().collect()
    }

    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        self.embeddings.as_deref_mut().into_iter().collect()
    }

    fn shares_work(&self) -> bool {
        true
    }

    fn config(&self) -> Value {
        json!({
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": self.embeddings_initializer.config(),
            "embeddings_regularizer": regularizer_config(self.embeddings_regularizer.as_ref()),
            "mask_zero": self.mask_zero,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_left_out_at_both_ends_and_within() {
        let embedding = Embedding::new(10, 2).mask_zero(true);
        for (before, behind) in [(0, 0), (1, 0), (15, 17), (16, 16), (33, 2), (2, 33)] {
            for middle in [&[][..], &[3.0], &[3.0, -0.0, 0.0, 9.0, 9.0], &[4.0; 40]] {
                let (before, behind) = (vec![0.0; before], vec![-0.0; behind]);
                let words = [&before[..], middle, &behind].concat();
                let mut rows = vec![7; 3];
                assert!(embedding.rows_that_count(&words, &mut rows));
                let expected = words.iter().filter(|word| **word != 0.0);
                assert!(rows.iter().map(|row| *row as f32).eq(expected.copied()));
            }
        }
    }
}
