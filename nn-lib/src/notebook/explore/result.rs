//! What a closure may give: everything that shows itself in a cell.

use crate::notebook::stage::Stage;
use crate::notebook::{Bundle, Table};

/// What can be shown under the controls: a chart, a table, text, numbers, nothing, or several of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown under the controls",
    label = "the closure has to end with `Ok(..)` of a chart, a table, text, a number, or several of these in parentheses; for any other value `Ok(format!(\"{{value:?}}\"))`"
)]
pub trait Shown: Sealed {
    /// Puts the value on the stage.
    #[doc(hidden)]
    fn put(&self, stage: &Stage);
}

/// Nobody else implements the trait: methods may be added.
pub trait Sealed {}

/// For what is shown as a bundle.
macro_rules! shows {
    ($kind:ty, $bundle:expr) => {
        impl crate::notebook::explore::Sealed for $kind {}
        impl crate::notebook::explore::Shown for $kind {
            fn put(&self, stage: &crate::notebook::stage::Stage) {
                let bundle: fn(&$kind) -> crate::notebook::Bundle = $bundle;
                stage.show(&bundle(self), None);
            }
        }
    };
}
pub(crate) use shows;

shows!(Bundle, Bundle::clone);
shows!(Table, Table::bundle);

impl Sealed for () {}
impl Shown for () {
    fn put(&self, _: &Stage) {}
}

macro_rules! as_text {
    ($($kind:ty)*) => {$(
        impl Sealed for $kind {}
        impl Shown for $kind {
            fn put(&self, stage: &Stage) {
                stage.print(&format!("{self}\n"));
            }
        }
    )*};
}

as_text!(str String bool char u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

impl<T: ?Sized> Sealed for &T {}
impl<T: Shown + ?Sized> Shown for &T {
    fn put(&self, stage: &Stage) {
        T::put(self, stage);
    }
}

impl<T> Sealed for Vec<T> {}
impl<T: Shown> Shown for Vec<T> {
    fn put(&self, stage: &Stage) {
        self.iter().for_each(|part| part.put(stage));
    }
}

impl<T, const N: usize> Sealed for [T; N] {}
impl<T: Shown, const N: usize> Shown for [T; N] {
    fn put(&self, stage: &Stage) {
        self.iter().for_each(|part| part.put(stage));
    }
}

impl<T> Sealed for Option<T> {}
impl<T: Shown> Shown for Option<T> {
    fn put(&self, stage: &Stage) {
        self.iter().for_each(|part| part.put(stage));
    }
}

macro_rules! several {
    ($($part:ident $place:tt),*) => {
        impl<$($part),*> Sealed for ($($part,)*) {}
        impl<$($part: Shown),*> Shown for ($($part,)*) {
            fn put(&self, stage: &Stage) {
                $(self.$place.put(stage);)*
            }
        }
    };
}

several!(A 0, B 1);
several!(A 0, B 1, C 2);
several!(A 0, B 1, C 2, D 3);
