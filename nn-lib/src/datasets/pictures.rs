//! Grey pictures of one size, as a data set holds them.

use std::fmt;
use std::ops::{Index, RangeBounds};
use std::sync::Arc;

use crate::error::Result;
use crate::tensor::{Draft, Origin, Rectangular, ToTensor, clipped, sealed};

/// Grey pictures, each pixel a number from 0 to 255 in one byte, as Keras's arrays of type `uint8`.
///
/// `pictures[i]` are the pixels of one picture, row after row, and `Tensor::from(&pictures)` makes a tensor of shape
/// (pictures, height, width) with the same numbers, which takes four times the memory. [`rows`](Pictures::rows) shares the pixels.
///
/// ```
/// use nn_lib::datasets::Pictures;
/// use nn_lib::prelude::*;
/// let pictures = Pictures::new([2, 1, 3], vec![0, 128, 255, 1, 2, 3])?;
/// assert_eq!(pictures[1], [1, 2, 3]);
/// assert_eq!(Tensor::from(&pictures).shape(), [2, 1, 3]);
/// assert_eq!(format!("{pictures:?}"), "Pictures of shape (2, 1, 3), numbers from 0 to 255");
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone)]
pub struct Pictures {
    pixels: Arc<Vec<u8>>,
    /// The first picture of these among all that share the pixels.
    first: usize,
    shape: [usize; 3],
    origin: Origin,
}

impl Pictures {
    /// Pictures of this shape, (pictures, height, width), the pixels row after row.
    ///
    /// # Errors
    /// When the number of pixels is not the product of the axes.
    pub fn new(shape: [usize; 3], pixels: Vec<u8>) -> Result<Pictures> {
        Pictures::of_origin(shape, pixels, Origin::default())
    }

    pub(super) fn of_origin(
        shape: [usize; 3],
        pixels: Vec<u8>,
        origin: Origin,
    ) -> Result<Pictures> {
        let expected = shape
            .iter()
            .try_fold(1_usize, |all, axis| all.checked_mul(*axis));
        if expected != Some(pixels.len()) {
            return Err(crate::Error::invalid(
                format!("pictures of shape {shape:?}"),
                "as many pixels as the product of the axes",
                format!("{}", pixels.len()),
            ));
        }
        Ok(Pictures {
            pixels: Arc::new(pixels),
            first: 0,
            shape,
            origin,
        })
    }

    /// How many pictures there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape[0]
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Pictures, height, width.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Which stand-in they are; none for real data.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Some of the pictures, as `pictures.rows(..1000)`; they share their pixels with these. A range that reaches past the end
    /// stops there, as that of a tensor's rows.
    #[must_use]
    pub fn rows(&self, range: impl RangeBounds<usize>) -> Pictures {
        let range = clipped(range, self.len());
        let mut part = self.clone();
        part.first += range.start;
        part.shape[0] = range.len();
        part
    }

    /// The pixels of each picture.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        (0..self.len()).map(|nth| &self[nth])
    }

    /// All pixels, picture after picture.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        let size = self.size();
        &self.pixels[self.first * size..(self.first + self.len()) * size]
    }

    /// Pixels of a picture.
    fn size(&self) -> usize {
        self.shape[1] * self.shape[2]
    }
}

impl Index<usize> for Pictures {
    type Output = [u8];

    /// The pixels of a picture, row after row.
    fn index(&self, nth: usize) -> &[u8] {
        let (size, count) = (self.size(), self.len());
        assert!(nth < count, "picture {nth} of {count}");
        &self.pixels[(self.first + nth) * size..][..size]
    }
}

impl PartialEq for Pictures {
    fn eq(&self, other: &Pictures) -> bool {
        self.shape == other.shape && self.as_slice() == other.as_slice()
    }
}

impl fmt::Debug for Pictures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [count, height, width] = self.shape;
        write!(
            f,
            "Pictures of shape ({count}, {height}, {width}), numbers from 0 to 255"
        )
    }
}

impl sealed::ToTensor for Pictures {}
impl ToTensor for Pictures {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        draft.mark(self.origin);
        draft.block(
            depth,
            &self.shape,
            self.as_slice().iter().map(|pixel| f32::from(*pixel)),
        )
    }
}
impl Rectangular for Pictures {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::Tensor;

    fn pictures() -> Pictures {
        Pictures::new([3, 1, 2], vec![0, 1, 2, 3, 4, 255]).unwrap()
    }

    #[test]
    fn parts_share_the_pixels_and_count_from_their_own_beginning() {
        let part = pictures().rows(1..).rows(1..=1);
        assert_eq!((part.len(), part.shape()), (1, [1, 1, 2]));
        assert_eq!((&part[0], part.as_slice()), (&[4, 255][..], &[4, 255][..]));
        assert_eq!(part.iter().len(), 1);
        assert!(pictures().rows(3..).is_empty() && pictures().rows(7..9).is_empty());
        assert_eq!(pictures().rows(1..99).len(), 2);
    }

    #[test]
    fn a_tensor_has_the_numbers_of_the_pixels() {
        let tensor = Tensor::from(&pictures());
        assert_eq!(tensor.shape(), [3, 1, 2]);
        assert_eq!(tensor.to_vec(), [0.0, 1.0, 2.0, 3.0, 4.0, 255.0]);
    }

    #[test]
    fn too_few_pixels_are_said() {
        let error = Pictures::new([2, 2, 2], vec![0; 7])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("[2, 2, 2]") && error.contains('7'),
            "{error}"
        );
    }

    #[test]
    #[should_panic(expected = "picture 3 of 3")]
    fn a_picture_that_is_not_there_is_named() {
        let _ = pictures()[3];
    }
}
