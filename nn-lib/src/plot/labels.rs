//! What a chart accepts as names and tables: everything that a notebook's variables are made of.

use std::borrow::Cow;

use crate::tensor::{Origin, Tensor, Values};

/// Only this library says what can be converted.
mod sealed {
    pub trait Labels {}
    pub trait Name {}
    pub trait Rows {}
}

/// Names to write along an axis: a `Vec`, a slice or an array of texts or numbers, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of names",
    label = "a list of texts or numbers is expected here, as in `[\"bad\", \"good\"]`"
)]
pub trait Labels: sealed::Labels {
    /// The names, in order.
    fn to_labels(&self) -> Vec<String>;
}

impl<N: Name> sealed::Labels for [N] {}
impl<N: Name> Labels for [N] {
    fn to_labels(&self) -> Vec<String> {
        self.iter().map(Name::text).collect()
    }
}

impl<N: Name> sealed::Labels for Vec<N> {}
impl<N: Name> Labels for Vec<N> {
    fn to_labels(&self) -> Vec<String> {
        self.as_slice().to_labels()
    }
}

impl<T: Name, const N: usize> sealed::Labels for [T; N] {}
impl<T: Name, const N: usize> Labels for [T; N] {
    fn to_labels(&self) -> Vec<String> {
        self.as_slice().to_labels()
    }
}

impl<L: Labels + ?Sized> sealed::Labels for &L {}
impl<L: Labels + ?Sized> Labels for &L {
    fn to_labels(&self) -> Vec<String> {
        (**self).to_labels()
    }
}

/// One name: a text, or a number such as that of a class.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a name",
    label = "a list of texts or numbers is expected here, as in `[\"bad\", \"good\"]`",
    note = "other values become texts by `values.iter().map(|v| format!(\"{{v:?}}\")).collect::<Vec<_>>()`"
)]
pub trait Name: sealed::Name {
    /// The name as text.
    fn text(&self) -> String;
}

macro_rules! names {
    ($($kind:ty),*) => {$(
        impl sealed::Name for $kind {}
        impl Name for $kind {
            fn text(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
names!(str, String, Cow<'_, str>, char, bool);
names!(f32, f64, u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl<N: Name + ?Sized> sealed::Name for &N {}
impl<N: Name + ?Sized> Name for &N {
    fn text(&self) -> String {
        (**self).text()
    }
}

/// A table of numbers: a `Vec`, a slice or an array of rows, each of them [`Values`], or a tensor with two axes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table of numbers",
    label = "a list of rows is expected here, as in `[[1, 2], [3, 4]]`, or a tensor"
)]
pub trait Rows: sealed::Rows {
    /// The rows, each with its numbers in order.
    fn to_rows(&self) -> Vec<Vec<f64>>;

    /// Which stand-ins of data sets they were computed from.
    #[doc(hidden)]
    fn origin(&self) -> Origin {
        Origin::default()
    }
}

impl<V: Values> sealed::Rows for [V] {}
impl<V: Values> Rows for [V] {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(Values::to_values).collect()
    }
}

impl<V: Values> sealed::Rows for Vec<V> {}
impl<V: Values> Rows for Vec<V> {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.as_slice().to_rows()
    }
}

impl<V: Values, const N: usize> sealed::Rows for [V; N] {}
impl<V: Values, const N: usize> Rows for [V; N] {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.as_slice().to_rows()
    }
}

impl sealed::Rows for Tensor {}
impl Rows for Tensor {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        let rows = (0..self.len()).map(|row| self.rows(row..=row).to_values());
        rows.collect()
    }

    fn origin(&self) -> Origin {
        Tensor::origin(self)
    }
}

impl<R: Rows + ?Sized> sealed::Rows for &R {}
impl<R: Rows + ?Sized> Rows for &R {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        (**self).to_rows()
    }

    fn origin(&self) -> Origin {
        (**self).origin()
    }
}
