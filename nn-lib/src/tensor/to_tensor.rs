//! Data of one's own: numbers, lists and lists of lists become a tensor.

use std::ops::{Range, RangeInclusive};

use ndarray::{ArrayBase, Dimension};

use super::number::Number;
use super::sealed;
use super::shape::Shape;
use super::{Origin, Tensor};
use crate::error::{Error, Result, counted};

/// What becomes a tensor, if its rows are of one length: a number, a list of numbers, a list of such lists.
///
/// A list is a `Vec`, a slice or an array; the arrays of `ndarray` and ranges of integers count as lists too. Numbers
/// may be of any kind (see [`Number`]). A tensor holds `f32`, which has about seven digits: an integer is exact up to
/// 16,777,216, a larger one and an `f64` are rounded.
///
/// [`Tensor::from_rows`] takes all of this, and so do `fit`, `evaluate` and `predict`.
#[diagnostic::on_unimplemented(
    message = "a tensor cannot be made of `{Self}`",
    label = "neither a number nor a list of numbers",
    note = "a tensor is made of numbers, of a `Vec`, a slice or an array of them, or of a list of such lists",
    note = "a `Result` gives its value with `?`; a text becomes a number by `text.parse::<f32>()?`"
)]
pub trait ToTensor: sealed::ToTensor {
    /// Adds the numbers to a draft; `depth` says how many lists are around them.
    #[doc(hidden)]
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()>;

    /// The same for a whole list of them.
    #[doc(hidden)]
    fn write_list(list: &[Self], depth: usize, draft: &mut Draft) -> Result<()>
    where
        Self: Sized,
    {
        for (row, item) in list.iter().enumerate() {
            if depth == 1 {
                draft.row = row;
            }
            item.write(depth, draft)?;
        }
        Ok(())
    }

    /// The axes that the type has by itself; they are those of an empty list too.
    #[doc(hidden)]
    fn own_axes(_axes: &mut Vec<usize>)
    where
        Self: Sized,
    {
    }

    /// The tensor of a list of them.
    #[doc(hidden)]
    fn tensor_of_list(list: Vec<Self>) -> Result<Tensor>
    where
        Self: Sized,
    {
        list.as_slice().to_tensor()
    }

    /// The tensor.
    ///
    /// # Errors
    /// When rows differ in length.
    fn to_tensor(&self) -> Result<Tensor> {
        let mut draft = Draft::default();
        self.write(0, &mut draft)?;
        Ok(draft.finish())
    }

    /// The same; a `Vec<f32>` is taken over without a copy.
    ///
    /// # Errors
    /// When rows differ in length.
    fn into_tensor(self) -> Result<Tensor>
    where
        Self: Sized,
    {
        self.to_tensor()
    }
}

/// What is the content of a tensor for certain: no row of it can be longer than another. [`Tensor::from`] takes it.
#[diagnostic::on_unimplemented(
    message = "`Tensor::from` cannot make a tensor of `{Self}`",
    label = "neither a number nor a list of numbers",
    note = "it takes numbers, a `Vec`, a slice or an array of them, and the arrays of `ndarray`",
    note = "a `Result` gives its value with `?`; a text becomes a number by `text.parse::<f32>()?`"
)]
pub trait Rectangular: ToTensor {}

/// A number, or an array whose length is part of its type: as rows of a list they are of one length for certain.
#[diagnostic::on_unimplemented(
    message = "`Tensor::from` cannot make a tensor of a list of `{Self}`",
    label = "neither numbers nor arrays of a fixed length",
    note = "rows that are a `Vec` or a slice each: `Tensor::from_rows(&rows)?`",
    note = "lists of word numbers: `vectorize_sequences(&lists, 10_000)?`",
    note = "a text becomes a number by `text.parse::<f32>()?`"
)]
pub trait FixedSize: ToTensor {}

/// A tensor while its numbers are put together.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Draft {
    axes: Vec<usize>,
    values: Vec<f32>,
    /// The row that is being written.
    row: usize,
    origin: Origin,
}

impl Draft {
    /// A list of `length` begins at this depth: its axis is new, or must be as long as it was before.
    fn axis(&mut self, depth: usize, length: usize) -> Result<()> {
        let Some(&expected) = self.axes.get(depth) else {
            self.axes.push(length);
            return Ok(());
        };
        if expected == length {
            return Ok(());
        }
        let (what, expected) = match depth {
            1 => ("rows", counted(expected, "number")),
            _ => ("lists", counted(expected, "item")),
        };
        let expected = format!("{what} of one length, {expected} as in the first of them");
        let received = format!("{length} in row {}", self.row);
        Err(Error::invalid("a tensor", expected, received).with_hint(
            "fill the row up or leave it out; lists of word numbers go to vectorize_sequences(&lists, 10_000)?",
        ))
    }

    fn list<T: ToTensor>(&mut self, list: &[T], depth: usize) -> Result<()> {
        self.axis(depth, list.len())?;
        if list.is_empty() && self.axes.len() == depth + 1 {
            T::own_axes(&mut self.axes);
        }
        T::write_list(list, depth + 1, self)
    }

    /// An array whose numbers lie one after the other.
    pub(crate) fn block(
        &mut self,
        depth: usize,
        shape: &[usize],
        values: impl Iterator<Item = f32>,
    ) -> Result<()> {
        for (axis, length) in shape.iter().enumerate() {
            self.axis(depth + axis, *length)?;
        }
        self.values.extend(values);
        Ok(())
    }

    /// Some of the numbers are of this origin.
    pub(crate) fn mark(&mut self, origin: Origin) {
        self.origin = self.origin.and(origin);
    }

    fn finish(self) -> Tensor {
        Tensor::dense(Shape::from(self.axes), self.values).with_origin(self.origin)
    }
}

macro_rules! numbers {
    ($($kind:ty: $tensor_of_list:expr),* $(,)?) => {$(
        impl sealed::ToTensor for $kind {}
        impl ToTensor for $kind {
            fn write(&self, _depth: usize, draft: &mut Draft) -> Result<()> {
                draft.values.push(to_f32(*self));
                Ok(())
            }

            fn write_list(list: &[$kind], _depth: usize, draft: &mut Draft) -> Result<()> {
                draft.values.extend(list.iter().map(|number| to_f32(*number)));
                Ok(())
            }

            fn tensor_of_list(list: Vec<$kind>) -> Result<Tensor> {
                $tensor_of_list(list)
            }
        }
        impl Rectangular for $kind {}
        impl FixedSize for $kind {}
    )*};
}
numbers!(
    f32: |list: Vec<f32>| Ok(Tensor::dense(Shape::from(list.len()), list)),
    f64: copied, bool: copied,
    u8: copied, u16: copied, u32: copied, u64: copied, usize: copied,
    i8: copied, i16: copied, i32: copied, i64: copied, isize: copied,
);

fn copied<T: ToTensor>(list: Vec<T>) -> Result<Tensor> {
    list.as_slice().to_tensor()
}

/// The nearest `f32`.
fn to_f32(number: impl Number) -> f32 {
    number.to_f64() as f32
}

impl<T: ToTensor> sealed::ToTensor for [T] {}
impl<T: ToTensor> ToTensor for [T] {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        draft.list(self, depth)
    }
}
impl<T: FixedSize> Rectangular for [T] {}

impl<T: ToTensor> sealed::ToTensor for Vec<T> {}
impl<T: ToTensor> ToTensor for Vec<T> {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        draft.list(self, depth)
    }

    fn into_tensor(self) -> Result<Tensor> {
        T::tensor_of_list(self)
    }
}
impl<T: FixedSize> Rectangular for Vec<T> {}

impl<T: ToTensor, const N: usize> sealed::ToTensor for [T; N] {}
impl<T: ToTensor, const N: usize> ToTensor for [T; N] {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        draft.list(self, depth)
    }

    fn own_axes(axes: &mut Vec<usize>) {
        axes.push(N);
        T::own_axes(axes);
    }
}
impl<T: FixedSize, const N: usize> Rectangular for [T; N] {}
impl<T: FixedSize, const N: usize> FixedSize for [T; N] {}

impl<T: ToTensor + ?Sized> sealed::ToTensor for &T {}
impl<T: ToTensor + ?Sized> ToTensor for &T {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        (**self).write(depth, draft)
    }
}
impl<T: Rectangular + ?Sized> Rectangular for &T {}
impl<T: FixedSize + ?Sized> FixedSize for &T {}

impl<S: ndarray::Data<Elem: Number>, D: Dimension> sealed::ToTensor for ArrayBase<S, D> {}
impl<S: ndarray::Data<Elem: Number>, D: Dimension> ToTensor for ArrayBase<S, D> {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        for (axis, length) in self.shape().iter().enumerate() {
            draft.axis(depth + axis, *length)?;
        }
        draft
            .values
            .extend(self.iter().map(|number| to_f32(*number)));
        Ok(())
    }
}
impl<S: ndarray::Data<Elem: Number>, D: Dimension> Rectangular for ArrayBase<S, D> {}

macro_rules! ranges {
    ($($kind:ty),*) => {$(ranges!(of Range<$kind>); ranges!(of RangeInclusive<$kind>);)*};
    (of $range:ty) => {
        impl sealed::ToTensor for $range {}
        impl ToTensor for $range {
            fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
                let numbers: Vec<f32> = self.clone().map(to_f32).collect();
                draft.list(&numbers, depth)
            }
        }
        impl Rectangular for $range {}
    };
}
ranges!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// Everything whose shape is certain: `Tensor::from([1.0, 2.0])`, `Tensor::from(vec![0, 1, 1])`,
/// `Tensor::from([[1, 2], [3, 4]])`, `Tensor::from(&array)`. Lists of a `Vec` each go to [`Tensor::from_rows`].
impl<D: Rectangular> From<D> for Tensor {
    fn from(data: D) -> Tensor {
        certain(data.into_tensor())
    }
}

fn certain(tensor: Result<Tensor>) -> Tensor {
    tensor.expect("the type of the data lets no row be longer than another")
}

/// Collects numbers, or rows of a fixed length: `(0..5).map(|i| [i as f32, 1.0]).collect::<Tensor>()`.
impl<T: FixedSize> FromIterator<T> for Tensor {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Tensor {
        Tensor::from(items.into_iter().collect::<Vec<T>>())
    }
}

impl Tensor {
    /// A tensor of rows, each of them a list: of `Vec<Vec<f32>>`, `&[Vec<i32>]`, `[Vec<f64>; 3]`, and deeper ones.
    ///
    /// # Errors
    /// When rows differ in length; the message names the first such row.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let houses = vec![vec![50.5, 2.0], vec![80.0, 3.0]];
    /// assert_eq!(Tensor::from_rows(&houses)?, Tensor::from([[50.5, 2.0], [80.0, 3.0]]));
    /// assert!(Tensor::from_rows(&[vec![1, 2], vec![3]]).is_err());
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn from_rows(rows: impl ToTensor) -> Result<Tensor> {
        rows.into_tensor()
    }
}
