//! The kinds of numbers that data come in.

mod sealed {
    pub trait Sealed {}
}
pub(crate) use sealed::Sealed;

/// A kind of number that tensors are made of and charts can show: the integers of up to 64 bits, `f32`, `f64`, and
/// `bool` as 0 and 1.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "a number is expected here: an integer, `f32`, `f64` or `bool`",
    note = "a text becomes a number by `text.parse::<f32>()?`"
)]
pub trait Number: Sealed + Copy {
    /// The number as `f64`.
    fn to_f64(self) -> f64;

    /// All of them, in the same order.
    fn all_to_f64(numbers: &[Self]) -> Vec<f64>;
}

macro_rules! numbers {
    ($($kind:ty: $to_f64:expr),* $(,)?) => {$(
        impl Sealed for $kind {}
        impl Number for $kind {
            fn to_f64(self) -> f64 {
                $to_f64(self)
            }

            fn all_to_f64(numbers: &[$kind]) -> Vec<f64> {
                numbers.iter().map(|number| number.to_f64()).collect()
            }
        }
    )*};
}
numbers!(
    f32: f64::from, f64: f64::from, bool: f64::from,
    u8: f64::from, u16: f64::from, u32: f64::from, u64: |x| x as f64, usize: |x| x as f64,
    i8: f64::from, i16: f64::from, i32: f64::from, i64: |x| x as f64, isize: |x| x as f64,
);
