//! The embedding: each word index has a vector of its own, which is learned.

use ndarray::{ArrayView2, ArrayViewMut2, Axis};
use serde_json::{Value, json};

use crate::compute::{LANES, add, add_rows, pieces, share_if, vectorized};
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

/// Where the row of a word would be for a number that is none of a word.
const NO_ROW: u32 = u32::MAX;

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

/// Whether a number is whole, from 0 and below `words`.
#[inline(always)]
fn is_word(number: f32, words: f32) -> bool {
    // From here on all numbers are whole; a smaller one loses what is behind its point in the sum.
    const WHOLE: f32 = (1 << 23) as f32;
    let whole = ((number + WHOLE) - WHOLE == number) | (number >= WHOLE);
    (number >= 0.0) & (number < words) & whole
}

/// Without the zeros before the first word and behind the last one.
fn without_padding(words: &[f32]) -> &[f32] {
    // Most of it in pieces, which are looked at whole.
    let empty = |piece: &&[f32; LANES]| piece.iter().fold(true, |all, word| all & (*word == 0.0));
    let before = words.as_chunks().0.iter().take_while(empty).count();
    let words = &words[before * LANES..];
    let behind = words.as_rchunks().1.iter().rev().take_while(empty).count();
    let words = &words[..words.len() - behind * LANES];
    let counts = |word: &f32| *word != 0.0;
    let first = words.iter().position(counts).unwrap_or(words.len());
    let end = words
        .iter()
        .rposition(counts)
        .map_or(first, |last| last + 1);
    &words[first..end]
}

vectorized! {
    /// Looks whether all numbers are words.
    fn are_words(numbers: &[f32], words: f32, all: &mut bool) {
        for number in numbers {
            *all &= is_word(*number, words);
        }
    }
}

/// The row of a word, rounded towards zero; [`NO_ROW`] for a number that is none of a word.
#[inline(always)]
fn row_of_word(word: f32, input_dim: f32) -> u32 {
    if word > -1.0 && word < input_dim {
        whole_part(word)
    } else {
        NO_ROW
    }
}

vectorized! {
    /// The row of each word; `all` becomes false where one has none.
    fn rows_of_words(words: &[f32], input_dim: f32, rows: &mut [u32], all: &mut bool) {
        for (row, word) in rows.iter_mut().zip(words) {
            *row = row_of_word(*word, input_dim);
            *all &= *row != NO_ROW;
        }
    }
}

vectorized! {
    /// The mean of these rows of the table, added up in their order.
    fn average_of_rows(table: &[f32], rows: &[u32], mean: &mut [f32]) {
        let (size, mut first) = (mean.len(), 0);
        // So many numbers at a time stay in registers.
        let (blocks, rest) = mean.as_chunks_mut::<32>();
        for block in blocks {
            sums(table, size, first, rows, block);
            first += block.len();
        }
        let (blocks, rest) = rest.as_chunks_mut::<8>();
        for block in blocks {
            sums(table, size, first, rows, block);
            first += block.len();
        }
        let (blocks, _) = rest.as_chunks_mut::<1>();
        for block in blocks {
            sums(table, size, first, rows, block);
            first += block.len();
        }
        for mean in mean {
            *mean /= rows.len() as f32;
        }
    }
}

/// What is before the point of a number between -2^24 and 2^24, without its sign: any number gives one, but only these the right
/// one. As `as u32`, which compilers do not do for several numbers at a time.
#[inline(always)]
fn whole_part(number: f32) -> u32 {
    let bits = number.to_bits();
    let exponent = (bits >> 23) & 0xff;
    // The point stands so many digits before the end of the mantissa.
    let behind = (150 - exponent.min(150)).min(31);
    ((bits & 0x7f_ffff) | 0x80_0000) >> behind
}

/// The sums of some of the columns.
#[inline(always)]
fn sums<const N: usize>(table: &[f32], size: usize, first: usize, rows: &[u32], to: &mut [f32; N]) {
    let mut sums = [0.0; N];
    for row in rows {
        let numbers = &table[*row as usize * size + first..][..N];
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum += number;
        }
    }
    *to = sums;
}

vectorized! {
    /// Adds the numbers to each of these rows.
    fn add_to_each(numbers: &[f32], rows: &[u32], columns: &mut ArrayViewMut2<'_, f32>) {
        // Padding is the same row many times, at one end or the other.
        let (before, rows) = rows.split_at(leading(rows.iter()));
        let (rows, behind) = rows.split_at(rows.len() - leading(rows.iter().rev()));
        add_to_row(numbers, before, columns);
        for row in rows {
            add_to_row(numbers, &[*row], columns);
        }
        add_to_row(numbers, behind, columns);
    }
}

/// How many rows are the same as the first one, that included.
fn leading<'a>(mut rows: impl Iterator<Item = &'a u32>) -> usize {
    let Some(first) = rows.next() else { return 0 };
    1 + rows.take_while(|row| *row == first).count()
}

/// Adds the numbers to a row as often as it stands in the list.
#[inline(always)]
fn add_to_row(numbers: &[f32], same: &[u32], columns: &mut ArrayViewMut2<'_, f32>) {
    let Some(row) = same.first() else { return };
    let mut sums = columns.row_mut(*row as usize);
    let sums = sums.as_slice_mut().expect("a part of a row");
    let (blocks, rest) = sums.as_chunks_mut::<LANES>();
    let (given, rest_given) = numbers.as_chunks::<LANES>();
    for (sums, numbers) in blocks.iter_mut().zip(given) {
        *sums = same.iter().fold(*sums, |sums, _| add(sums, numbers));
    }
    for (sum, number) in rest.iter_mut().zip(rest_given) {
        *sum = same.iter().fold(*sum, |sum, _| sum + number);
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
    fn whole_parts_are_those_of_the_language() {
        let largest = MOST_WORDS as f32;
        let mut numbers = vec![
            0.0,
            0.5,
            0.999_999_94,
            1.0,
            1.5,
            2.0,
            8_388_607.5,
            largest - 1.0,
        ];
        numbers.extend((0..100_000).map(|n| n as f32 * 167.77 / 3.0));
        numbers.extend([f32::MIN_POSITIVE, 1e-45, 1e-30]);
        for number in numbers.into_iter().filter(|number| *number < largest) {
            assert_eq!(whole_part(number), number as u32, "{number}");
            if number < 1.0 {
                assert_eq!(whole_part(-number), 0, "{number}");
            }
        }
    }

    #[test]
    fn numbers_that_are_no_words_are_found() {
        let words = |numbers: &[f32]| {
            let mut all = true;
            are_words(numbers, 10.0, &mut all);
            all
        };
        let mut row = vec![3.0; 37];
        assert!(words(&row));
        for wrong in [-1.0, -0.5, 0.5, 9.5, 10.0, 1e30, f32::INFINITY, f32::NAN] {
            for place in [0, 20, 36] {
                row[place] = wrong;
                assert!(!words(&row), "{wrong} at {place}");
                row[place] = 9.0;
            }
        }
        row[5] = -0.0;
        assert!(words(&row));
    }

    #[test]
    fn words_are_whole_up_to_the_largest_table() {
        let largest = MOST_WORDS as f32;
        for number in [0.0, 1.0, 8_388_607.0, 8_388_609.0, largest - 1.0] {
            assert!(is_word(number, largest), "{number}");
        }
        for number in [1e-30, 0.999_999_94, 4_194_303.5, 8_388_607.5, largest] {
            assert!(!is_word(number, largest), "{number}");
        }
    }

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
