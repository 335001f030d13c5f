//! Lists of word indices and their labels, as a data set holds them.

use std::fmt;
use std::ops::Deref;

use crate::tensor::Origin;

/// Elements shown at each end of a long list.
const EDGE: usize = 3;
/// Lists up to this length are shown whole.
const WHOLE: usize = 10;

/// Reviews or newswires, each a list of word indices.
///
/// Behaves as a slice of `Vec<u32>`: it can be indexed, iterated and handed to
/// `vectorize_sequences(&train_data, 10_000)`.
///
/// ```
/// use nn_lib::datasets::Sequences;
/// let data = Sequences::from(vec![vec![1, 14, 22], vec![1, 194]]);
/// assert_eq!(data.len(), 2);
/// assert_eq!(data[1], [1, 194]);
/// assert_eq!(data.iter().flatten().max(), Some(&194));
/// assert_eq!(format!("{data:?}"), "[[1, 14, 22], [1, 194]]  (2 sequences)");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sequences(Vec<Vec<u32>>, Origin);

/// The labels of a data set, one whole number per sample.
///
/// Behaves as a slice of `u32`, and `Tensor::from(&labels)` makes a tensor of shape `(samples,)`.
///
/// ```
/// use nn_lib::datasets::Labels;
/// let labels = Labels::from(vec![1, 0, 0]);
/// assert_eq!(labels[0], 1);
/// assert_eq!(format!("{labels:?}"), "[1, 0, 0]");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Labels(Vec<u32>, Origin);

impl Sequences {
    pub(super) fn new(list: Vec<Vec<u32>>, origin: Origin) -> Sequences {
        Sequences(list, origin)
    }

    /// Which stand-in they are; none for real data.
    pub fn origin(&self) -> Origin {
        self.1
    }

    /// The sequences as plain vectors.
    #[must_use]
    pub fn into_vec(self) -> Vec<Vec<u32>> {
        self.0
    }
}

impl Labels {
    pub(super) fn new(list: Vec<u32>, origin: Origin) -> Labels {
        Labels(list, origin)
    }

    /// Which stand-in they are; none for real data.
    pub fn origin(&self) -> Origin {
        self.1
    }

    /// The labels as a plain vector.
    #[must_use]
    pub fn into_vec(self) -> Vec<u32> {
        self.0
    }
}

impl From<Vec<Vec<u32>>> for Sequences {
    fn from(sequences: Vec<Vec<u32>>) -> Sequences {
        Sequences(sequences, Origin::default())
    }
}

impl From<Vec<u32>> for Labels {
    fn from(labels: Vec<u32>) -> Labels {
        Labels(labels, Origin::default())
    }
}

impl Deref for Sequences {
    type Target = [Vec<u32>];

    fn deref(&self) -> &[Vec<u32>] {
        &self.0
    }
}

impl Deref for Labels {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0
    }
}

impl IntoIterator for Sequences {
    type Item = Vec<u32>;
    type IntoIter = std::vec::IntoIter<Vec<u32>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Sequences {
    type Item = &'a Vec<u32>;
    type IntoIter = std::slice::Iter<'a, Vec<u32>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Labels {
    type Item = u32;
    type IntoIter = std::vec::IntoIter<u32>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Labels {
    type Item = &'a u32;
    type IntoIter = std::slice::Iter<'a, u32>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Sequences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        abbreviate(f, &self.0, ",\n ", |f, sequence| {
            abbreviate(f, sequence, ", ", |f, index| write!(f, "{index}"))
        })?;
        write!(f, "  ({} sequences)", self.len())
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        abbreviate(f, &self.0, ", ", |f, label| write!(f, "{label}"))?;
        if self.len() > WHOLE {
            write!(f, "  ({} labels)", self.len())?;
        }
        Ok(())
    }
}

/// Writes `[a, b, c, ..., x, y, z]`, leaving out the middle of a long list.
fn abbreviate<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    wide_separator: &str,
    write_item: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    let short = items.len() <= WHOLE;
    let separator = if short { ", " } else { wide_separator };
    f.write_str("[")?;
    for (position, item) in items.iter().enumerate() {
        if !short && position == EDGE {
            write!(f, "{separator}...")?;
        }
        if !short && position >= EDGE && position + EDGE < items.len() {
            continue;
        }
        if position > 0 {
            f.write_str(separator)?;
        }
        write_item(f, item)?;
    }
    f.write_str("]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_abbreviated_as_numpy_does() {
        let labels = Labels::from((0..25_000).collect::<Vec<u32>>());
        assert_eq!(
            format!("{labels:?}"),
            "[0, 1, 2, ..., 24997, 24998, 24999]  (25000 labels)"
        );
        let data = Sequences::from(vec![(0..100).collect::<Vec<u32>>(); 50]);
        assert_eq!(
            format!("{data:?}"),
            "[[0, 1, 2, ..., 97, 98, 99],\n [0, 1, 2, ..., 97, 98, 99],\n [0, 1, 2, ..., 97, 98, 99],\n ...,\n \
             [0, 1, 2, ..., 97, 98, 99],\n [0, 1, 2, ..., 97, 98, 99],\n [0, 1, 2, ..., 97, 98, 99]]  (50 sequences)"
        );
    }

    #[test]
    fn an_empty_list_is_shown_as_an_empty_list() {
        assert_eq!(format!("{:?}", Labels::default()), "[]");
        assert_eq!(format!("{:?}", Sequences::default()), "[]  (0 sequences)");
    }
}
