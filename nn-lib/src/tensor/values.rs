//! Lists of numbers, in every form in which a notebook has them.

use std::ops::{Range, RangeInclusive};

use super::number::{Number, Sealed};
use super::{Origin, Tensor};

/// Numbers to draw: a `Vec`, a slice, an array or a range of any number type, a tensor, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of numbers",
    label = "a `Vec`, a slice, an array or a range of numbers, or a tensor, is expected here",
    note = "the values of an epoch's loss are `&history[\"loss\"]`, the numbers of the epochs `history.epochs()`"
)]
pub trait Values: Sealed {
    /// The numbers, in order.
    fn to_values(&self) -> Vec<f64>;

    /// Which stand-ins of data sets they were computed from.
    #[doc(hidden)]
    fn origin(&self) -> Origin {
        Origin::default()
    }
}

impl<T: Number> Sealed for [T] {}
impl<T: Number> Values for [T] {
    fn to_values(&self) -> Vec<f64> {
        T::all_to_f64(self)
    }
}

impl<T: Number> Sealed for Vec<T> {}
impl<T: Number> Values for Vec<T> {
    fn to_values(&self) -> Vec<f64> {
        self.as_slice().to_values()
    }
}

impl<T: Number, const N: usize> Sealed for [T; N] {}
impl<T: Number, const N: usize> Values for [T; N] {
    fn to_values(&self) -> Vec<f64> {
        self.as_slice().to_values()
    }
}

/// All numbers of a tensor in order: of a prediction of shape (n, 1) the n values.
impl Sealed for Tensor {}
impl Values for Tensor {
    fn to_values(&self) -> Vec<f64> {
        f32::all_to_f64(&self.values())
    }

    fn origin(&self) -> Origin {
        self.origin
    }
}

/// The longest range that is written out: more points than any chart can show.
const LONGEST_RANGE: f64 = 1e7;

fn counted(first: f64, count: f64) -> Vec<f64> {
    let count = count.clamp(0.0, LONGEST_RANGE) as usize;
    (0..count).map(|k| first + k as f64).collect()
}

impl<T: Number> Sealed for Range<T> {}
impl<T: Number> Values for Range<T> {
    fn to_values(&self) -> Vec<f64> {
        let (start, end) = (self.start.to_f64(), self.end.to_f64());
        counted(start, (end - start).ceil())
    }
}

impl<T: Number> Sealed for RangeInclusive<T> {}
impl<T: Number> Values for RangeInclusive<T> {
    fn to_values(&self) -> Vec<f64> {
        let (start, end) = (self.start().to_f64(), self.end().to_f64());
        counted(start, (end - start).floor() + 1.0)
    }
}

impl<S: Sealed + ?Sized> Sealed for &S {}
impl<V: Values + ?Sized> Values for &V {
    fn to_values(&self) -> Vec<f64> {
        (**self).to_values()
    }

    fn origin(&self) -> Origin {
        (**self).origin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(v: impl Values) -> Vec<f64> {
        v.to_values()
    }

    #[test]
    fn vectors_slices_arrays_and_ranges_of_every_number_are_values() {
        let epochs = 1..=3;
        assert_eq!(values(&epochs), [1.0, 2.0, 3.0]);
        assert_eq!(values(1..=20).len(), 20);
        assert_eq!(values(0..3usize), [0.0, 1.0, 2.0]);
        let losses: Vec<f32> = vec![0.5, 0.25];
        assert_eq!(values(&losses), [0.5, 0.25]);
        assert_eq!(values(&losses[1..]), [0.25]);
        assert_eq!(values([1u8, 2]), [1.0, 2.0]);
        assert_eq!(values([7i32]), [7.0]);
        let (from, to) = (5, 2);
        assert_eq!(values(from..to), [0.0; 0]);
    }

    #[test]
    fn an_enormous_range_takes_bounded_memory() {
        assert_eq!(values(0..u64::MAX).len(), 10_000_000);
    }
}
