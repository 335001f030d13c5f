//! The numbers that a slider gives: whole ones and real ones of any width.

/// A number that a slider can give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number that a slider gives",
    label = "a range of numbers is expected here, as `1..=64` or `0.0..=1.0`"
)]
pub trait Number: sealed::Number {}

mod sealed {
    pub trait Number: Copy + Send + 'static {
        /// Whether it has no decimals.
        const WHOLE: bool;
        /// The number as the reader has written it.
        fn written(self) -> f64;
        /// The nearest number of this kind.
        fn nearest(number: f64) -> Self;
    }
}

macro_rules! whole {
    ($($kind:ty)*) => {$(
        impl Number for $kind {}

        impl sealed::Number for $kind {
            const WHOLE: bool = true;

            fn written(self) -> f64 {
                self as f64
            }

            fn nearest(number: f64) -> $kind {
                number.round() as $kind
            }
        }
    )*};
}

whole!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Number for f64 {}

impl sealed::Number for f64 {
    const WHOLE: bool = false;

    fn written(self) -> f64 {
        self
    }

    fn nearest(number: f64) -> f64 {
        number
    }
}

impl Number for f32 {}

impl sealed::Number for f32 {
    const WHOLE: bool = false;

    /// `0.1` stays 0.1, not 0.10000000149.
    fn written(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::from(self))
    }

    fn nearest(number: f64) -> f32 {
        number as f32
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::Number;

    #[test]
    fn a_number_is_what_was_written() {
        assert_eq!(0.1f32.written(), 0.1);
        assert_eq!(f32::nearest(0.1), 0.1f32);
        assert_eq!(usize::nearest(63.999_999), 64);
        assert_eq!(i32::nearest(-3.0), -3);
        assert!(f32::NAN.written().is_nan());
    }
}
