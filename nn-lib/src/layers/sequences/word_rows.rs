//! The rows of an embedding's table that words stand for: found, added up, and added to.

use ndarray::ArrayViewMut2;

use crate::compute::{LANES, add, vectorized};

/// Where the row of a word would be for a number that is none of a word.
pub(super) const NO_ROW: u32 = u32::MAX;

/// Whether a number is whole, from 0 and below `words`.
#[inline(always)]
pub(super) fn is_word(number: f32, words: f32) -> bool {
    // From here on all numbers are whole; a smaller one loses what is behind its point in the sum.
    const WHOLE: f32 = (1 << 23) as f32;
    let whole = ((number + WHOLE) - WHOLE == number) | (number >= WHOLE);
    (number >= 0.0) & (number < words) & whole
}

/// Without the zeros before the first word and behind the last one.
pub(super) fn without_padding(words: &[f32]) -> &[f32] {
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
    pub(super) fn are_words(numbers: &[f32], words: f32, all: &mut bool) {
        for number in numbers {
            *all &= is_word(*number, words);
        }
    }
}

/// The row of a word, rounded towards zero; [`NO_ROW`] for a number that is none of a word.
#[inline(always)]
pub(super) fn row_of_word(word: f32, input_dim: f32) -> u32 {
    if word > -1.0 && word < input_dim {
        whole_part(word)
    } else {
        NO_ROW
    }
}

vectorized! {
    /// The row of each word; `all` becomes false where one has none.
    pub(super) fn rows_of_words(words: &[f32], input_dim: f32, rows: &mut [u32], all: &mut bool) {
        for (row, word) in rows.iter_mut().zip(words) {
            *row = row_of_word(*word, input_dim);
            *all &= *row != NO_ROW;
        }
    }
}

vectorized! {
    /// The mean of these rows of the table, added up in their order.
    pub(super) fn average_of_rows(table: &[f32], rows: &[u32], mean: &mut [f32]) {
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
    pub(super) fn add_to_each(numbers: &[f32], rows: &[u32], columns: &mut ArrayViewMut2<'_, f32>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_parts_are_those_of_the_language() {
        let largest = (1 << 24) as f32;
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
        let largest = (1 << 24) as f32;
        for number in [0.0, 1.0, 8_388_607.0, 8_388_609.0, largest - 1.0] {
            assert!(is_word(number, largest), "{number}");
        }
        for number in [1e-30, 0.999_999_94, 4_194_303.5, 8_388_607.5, largest] {
            assert!(!is_word(number, largest), "{number}");
        }
    }
}
