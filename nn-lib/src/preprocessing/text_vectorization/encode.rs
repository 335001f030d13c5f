//! From texts to the tensor of each output mode.

use super::super::MOST_NUMBERS;
use super::super::options::OutputMode;
use super::{Own, learned::Learned};
use crate::error::{Error, Result};
use crate::multi_hot::MultiHot;
use crate::notebook::interrupt::{Region, go_on};
use crate::tensor::{Shape, Tensor};

const OPERATION: &str = "TextVectorization";

impl Own {
    pub(super) fn apply(&self, texts: &[&str]) -> Result<Tensor> {
        self.check()?;
        let learned = self.learned()?;
        let _region = Region::begin(OPERATION)?;
        let rows = self.numbers(learned, texts)?;
        match self.output_mode {
            OutputMode::Int => self.padded(&rows),
            OutputMode::MultiHot => {
                let rows = MultiHot::new(OPERATION, &rows, self.columns())?;
                Ok(Tensor::from_multi_hot(rows))
            }
            OutputMode::TfIdf => self.counts(&rows, &learned.idf_weights),
            _ => self.counts(&rows, &[]),
        }
    }

    /// The width of every mode but `int`. `max_tokens` may have become smaller since the vocabulary was learned.
    fn columns(&self) -> usize {
        let padded = self.max_tokens.filter(|_| self.pad_to_max_tokens);
        self.vocabulary_size().max(padded.unwrap_or(0))
    }

    /// The number of each token of each text. An empty token, which a text that is not split may be, is left out.
    fn numbers(&self, learned: &Learned, texts: &[&str]) -> Result<Vec<Vec<u32>>> {
        let first = self.special().len() as u32;
        let mut rows = Vec::with_capacity(texts.len());
        for text in texts {
            go_on(OPERATION)?;
            let mut row = Vec::new();
            self.tokens.for_each(text, |token| {
                if !token.is_empty() {
                    let place = learned.vocabulary.place(token);
                    row.push(place.map_or(first - 1, |place| first + place));
                }
            });
            rows.push(row);
        }
        Ok(rows)
    }

    fn padded(&self, rows: &[Vec<u32>]) -> Result<Tensor> {
        let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
        let length = self.output_sequence_length.unwrap_or(longest);
        let mut numbers = zeros(rows.len(), length)?;
        for (to, row) in numbers.chunks_exact_mut(length.max(1)).zip(rows) {
            for (to, number) in to.iter_mut().zip(row) {
                *to = *number as f32;
            }
        }
        Ok(Tensor::dense(Shape::from([rows.len(), length]), numbers))
    }

    /// How often each token occurs, times its weight where there are weights.
    fn counts(&self, rows: &[Vec<u32>], weights: &[f32]) -> Result<Tensor> {
        let columns = self.columns();
        let mut numbers = zeros(rows.len(), columns)?;
        for (to, row) in numbers.chunks_exact_mut(columns).zip(rows) {
            for number in row {
                to[*number as usize] += 1.0;
            }
            for (count, weight) in to.iter_mut().zip(weights) {
                *count *= weight;
            }
        }
        Ok(Tensor::dense(Shape::from([rows.len(), columns]), numbers))
    }
}

fn zeros(rows: usize, columns: usize) -> Result<Vec<f32>> {
    if rows.saturating_mul(columns) > MOST_NUMBERS {
        let expected = format!("at most {MOST_NUMBERS} numbers in the result");
        let received = format!("{rows} texts and {columns} columns");
        return Err(Error::invalid(OPERATION, expected, received).with_hint(
            "choose a smaller max_tokens, or the mode multi_hot, which stores the places of the ones alone",
        ));
    }
    Ok(vec![0.0; rows * columns])
}
