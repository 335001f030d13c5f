//! An array of numbers with any number of axes: what goes into a layer and what comes out of it.

mod arithmetic;
mod display;
mod encode;
mod index;
mod matrix;
mod number;
mod origin;
mod pad_sequences;
mod reduce;
mod rows;
pub(crate) mod sealed;
mod shape;
mod to_tensor;
mod values;
mod word_lists;

use std::borrow::Cow;
use std::sync::Arc;

use ndarray::{ArrayViewD, IxDyn};

use crate::error::{Error, Result};
use crate::multi_hot::MultiHot;

pub use encode::{Normalization, normalize, to_categorical, vectorize_sequences};
pub use number::Number;
pub(crate) use number::Sealed;
pub use origin::Origin;
pub use pad_sequences::{PadSequences, Side, pad_sequences, pad_sequences_with};
pub(crate) use rows::clipped;
pub use shape::Shape;
pub use to_tensor::{Draft, FixedSize, Rectangular, ToTensor};
pub use values::Values;
pub use word_lists::{WordList, WordLists, WordNumber};

/// An n-dimensional array of `f32`, cheap to clone: clones and `rows` share their storage.
///
/// Rows of word indices made by [`vectorize_sequences`] behave like the
/// matrix of zeros and ones that they stand for, and take a hundredth of its memory.
///
/// ```
/// use nn_lib::prelude::*;
/// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
/// assert_eq!(x.shape(), [3, 2]);
/// assert_eq!(x[[2, 0]], 5.0);
/// assert_eq!(x.rows(1..), Tensor::from([[3.0, 4.0], [5.0, 6.0]]));
/// ```
#[derive(Clone)]
pub struct Tensor {
    pub(crate) shape: Shape,
    pub(crate) storage: Storage,
    pub(crate) origin: Origin,
}

/// Where the numbers are: written out one after the other (last axis fastest), or as the positions of ones.
#[derive(Clone)]
pub(crate) enum Storage {
    Dense { values: Arc<Vec<f32>>, start: usize },
    MultiHot(MultiHot),
}

impl Tensor {
    /// A tensor of this shape with these values, the last axis running fastest.
    ///
    /// # Errors
    /// When the number of values is not the product of the axes.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let x = Tensor::new([2, 2], vec![1.0, 2.0, 3.0, 4.0])?;
    /// assert_eq!(x[[1, 0]], 3.0);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn new(shape: impl Into<Shape>, values: Vec<f32>) -> Result<Tensor> {
        let shape = shape.into();
        if shape.count() != values.len() {
            return Err(Error::invalid(
                format!("a tensor of shape {shape}"),
                format!("{} values", shape.count()),
                format!("{}", values.len()),
            ));
        }
        Ok(Tensor::dense(shape, values))
    }

    /// A tensor of zeros, to be filled in with `x[[i, j]] = 1.0`.
    pub fn zeros(shape: impl Into<Shape>) -> Tensor {
        Tensor::full(shape, 0.0)
    }

    /// A tensor of ones.
    pub fn ones(shape: impl Into<Shape>) -> Tensor {
        Tensor::full(shape, 1.0)
    }

    /// A tensor with the same value everywhere.
    pub fn full(shape: impl Into<Shape>, value: f32) -> Tensor {
        Tensor::filled(shape.into(), value)
    }

    fn filled(shape: Shape, value: f32) -> Tensor {
        let values = vec![value; shape.count()];
        Tensor::dense(shape, values)
    }

    pub(crate) fn dense(shape: Shape, values: Vec<f32>) -> Tensor {
        debug_assert_eq!(shape.count(), values.len());
        let storage = Storage::Dense {
            values: Arc::new(values),
            start: 0,
        };
        Tensor {
            shape,
            storage,
            origin: Origin::default(),
        }
    }

    pub(crate) fn from_multi_hot(rows: MultiHot) -> Tensor {
        Tensor {
            shape: Shape::from((rows.len(), rows.dimension())),
            storage: Storage::MultiHot(rows),
            origin: Origin::default(),
        }
    }

    /// The same tensor, made of numbers of this origin.
    pub(crate) fn with_origin(self, origin: Origin) -> Tensor {
        Tensor { origin, ..self }
    }

    /// Which stand-ins of data sets the numbers were computed from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The length of every axis; the first one counts the samples.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// How many rows there are: the length of the first axis (1 for a scalar), as Python's `len`.
    pub fn len(&self) -> usize {
        self.shape.first().copied().unwrap_or(1)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of one row: every axis but the first.
    pub(crate) fn row_shape(&self) -> Shape {
        Shape::from(self.shape.get(1..).unwrap_or(&[]))
    }

    /// The number at a position, or `None` outside of the tensor.
    pub fn get(&self, position: impl AsRef<[usize]>) -> Option<f32> {
        let position = position.as_ref();
        let offset = self.offset(position)?;
        Some(match &self.storage {
            Storage::Dense { values, start } => values[start + offset],
            Storage::MultiHot(rows) => f32::from(u8::from(rows.contains(position[0], position[1]))),
        })
    }

    /// The offset of a position among the values of this tensor.
    pub(crate) fn offset(&self, position: &[usize]) -> Option<usize> {
        if position.len() != self.shape.len() {
            return None;
        }
        let mut offset = 0;
        for (index, length) in position.iter().zip(self.shape.iter()) {
            if index >= length {
                return None;
            }
            offset = offset * length + index;
        }
        Some(offset)
    }

    /// All numbers in order, the last axis running fastest.
    pub fn to_vec(&self) -> Vec<f32> {
        self.values().into_owned()
    }

    /// All numbers in order: borrowed where they are written out, made on the spot for multi-hot rows.
    pub(crate) fn values(&self) -> Cow<'_, [f32]> {
        match &self.storage {
            Storage::Dense { values, start } => {
                Cow::Borrowed(&values[*start..start + self.shape.count()])
            }
            Storage::MultiHot(rows) => Cow::Owned(rows.to_dense()),
        }
    }

    /// The numbers for writing: shared or multi-hot storage is copied first, so no other tensor changes.
    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        let count = self.shape.count();
        let own = match &mut self.storage {
            Storage::Dense { values, .. } => Arc::get_mut(values).is_some(),
            Storage::MultiHot(_) => false,
        };
        if !own {
            let values = self.to_vec();
            *self = Tensor::dense(self.shape.clone(), values).with_origin(self.origin);
        }
        let Storage::Dense { values, start } = &mut self.storage else {
            unreachable!("multi-hot rows were written out above")
        };
        let values = Arc::get_mut(values).expect("the storage is not shared, as checked above");
        &mut values[*start..*start + count]
    }

    /// A view for `ndarray`, or `None` for multi-hot rows (see [`to_dense`](Tensor::to_dense)).
    pub fn view(&self) -> Option<ArrayViewD<'_, f32>> {
        match &self.storage {
            Storage::Dense { values, start } => {
                let values = &values[*start..start + self.shape.count()];
                ArrayViewD::from_shape(IxDyn(&self.shape), values).ok()
            }
            Storage::MultiHot(_) => None,
        }
    }

    /// The same numbers written out; 25,000 multi-hot rows of 10,000 columns become a gigabyte.
    pub fn to_dense(&self) -> Tensor {
        match &self.storage {
            Storage::Dense { .. } => self.clone(),
            Storage::MultiHot(rows) => {
                Tensor::dense(self.shape.clone(), rows.to_dense()).with_origin(self.origin)
            }
        }
    }

    /// Whether the storage holds the positions of ones instead of numbers.
    pub fn is_multi_hot(&self) -> bool {
        matches!(self.storage, Storage::MultiHot(_))
    }
}
