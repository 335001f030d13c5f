//! What may stand in a row of a table: texts and numbers, in a list or, of different kinds, in parentheses.

use std::borrow::Cow;

/// One cell of a table: a text or a number. Numbers with decimals are written with four digits that count.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a cell of a table",
    label = "a text or a number is expected here",
    note = "other values become texts: `format!(\"{{value:?}}\")`"
)]
pub trait Cell: Sealed {
    /// The cell as text.
    #[doc(hidden)]
    fn cell(self) -> String;
}

/// The cells of a row: a list of texts or numbers, or different ones in parentheses, as `("16 units", 0.883, 4)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a table",
    label = "a list is expected here, as `[\"16 units\", \"0.88\"]`, or texts and numbers in parentheses: `(\"16 units\", 0.88)`"
)]
pub trait Cells: Sealed {
    /// The cells as texts, in order.
    #[doc(hidden)]
    fn cells(self) -> Vec<String>;
}

/// Nobody else implements the traits: methods may be added.
pub trait Sealed {}

macro_rules! as_written {
    ($($kind:ty)*) => {$(
        impl Sealed for $kind {}
        impl Cell for $kind {
            fn cell(self) -> String {
                self.to_string()
            }
        }
    )*};
}

as_written!(String &str Cow<'_, str> char bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

macro_rules! with_four_digits {
    ($($kind:ty)*) => {$(
        impl Sealed for $kind {}
        impl Cell for $kind {
            fn cell(self) -> String {
                four_digits(self.into())
            }
        }
    )*};
}

with_four_digits!(f32 f64);

/// A reference to what is not a text itself.
macro_rules! references {
    ($($kind:ty)*) => {$(
        impl Sealed for &$kind {}
        impl Cell for &$kind {
            fn cell(self) -> String {
                self.clone().cell()
            }
        }
    )*};
}

references!(String &str char bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

/// `0.8836`, `2.451`, `396.9`, `1234`; the smallest and largest as powers of ten.
fn four_digits(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    if !(1e-4..1e7).contains(&number.abs()) {
        return format!("{number:.3e}");
    }
    // How often the number can be multiplied by ten and stay below 1,000.
    let mut decimals = 0;
    let mut shifted = number.abs();
    while shifted < 999.95 && decimals < 7 {
        shifted *= 10.0;
        decimals += 1;
    }
    format!("{number:.decimals$}")
}

impl<T, const N: usize> Sealed for [T; N] {}
impl<T: Cell, const N: usize> Cells for [T; N] {
    fn cells(self) -> Vec<String> {
        self.into_iter().map(Cell::cell).collect()
    }
}

impl<T> Sealed for Vec<T> {}
impl<T: Cell> Cells for Vec<T> {
    fn cells(self) -> Vec<String> {
        self.into_iter().map(Cell::cell).collect()
    }
}

impl<T> Sealed for &[T] {}
impl<T: Cell + Clone> Cells for &[T] {
    fn cells(self) -> Vec<String> {
        self.iter().cloned().map(Cell::cell).collect()
    }
}

macro_rules! several {
    ($($kind:ident $place:tt),*) => {
        impl<$($kind),*> Sealed for ($($kind,)*) {}
        impl<$($kind: Cell),*> Cells for ($($kind,)*) {
            fn cells(self) -> Vec<String> {
                vec![$(self.$place.cell()),*]
            }
        }
    };
}

several!(A 0);
several!(A 0, B 1);
several!(A 0, B 1, C 2);
several!(A 0, B 1, C 2, D 3);
several!(A 0, B 1, C 2, D 3, E 4);
several!(A 0, B 1, C 2, D 3, E 4, F 5);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_decimals_have_four_digits_that_count() {
        let written = [
            0.88356_f32,
            2.45149,
            396.9,
            999.97,
            1234.5,
            0.00632,
            -0.5,
            0.0,
        ]
        .map(|number| number.cell());
        assert_eq!(
            written.join(" "),
            "0.8836 2.451 396.9 1000 1234 0.006320 -0.5000 0"
        );
        assert_eq!(
            [1e-7, 2.5e9, f64::NAN].map(Cell::cell).join(" "),
            "1.000e-7 2.500e9 NaN"
        );
    }

    #[test]
    fn a_row_may_hold_texts_and_numbers_of_different_kinds() {
        let name = String::from("16 units");
        assert_eq!(
            (&name, 0.883_f32, 4_usize).cells(),
            ["16 units", "0.8830", "4"]
        );
        assert_eq!([1, 2].cells(), ["1", "2"]);
        assert_eq!(vec!["a", "b"].cells(), ["a", "b"]);
    }
}
