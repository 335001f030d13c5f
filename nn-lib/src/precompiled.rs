//! Values whose destructor is compiled with the library.
//!
//! A crate that holds an ordinary value compiles the value's destructor, and those of everything in it. In a notebook that would be
//! every cell that holds a model: most of such a cell's compilation was taking models, optimizers and threads apart.

use std::fmt;
use std::ops::{Deref, DerefMut};

/// A box whose destructor is compiled here, behind a table of functions, instead of in every crate that drops it.
///
/// To be made in a function of the library that is not generic: only there its destructor is compiled once for all.
pub(crate) struct Precompiled<T>(Box<dyn Holds<T>>);

/// A value behind a table of functions, its destructor among them.
trait Holds<T>: Send + Sync {
    fn value(&self) -> &T;
    fn value_mut(&mut self) -> &mut T;
}

impl<T: Send + Sync> Holds<T> for T {
    fn value(&self) -> &T {
        self
    }

    fn value_mut(&mut self) -> &mut T {
        self
    }
}

impl<T: Send + Sync + 'static> Precompiled<T> {
    pub(crate) fn new(value: T) -> Precompiled<T> {
        Precompiled(Box::new(value))
    }
}

impl<T> Deref for Precompiled<T> {
    type Target = T;

    fn deref(&self) -> &T {
        (*self.0).value()
    }
}

impl<T> DerefMut for Precompiled<T> {
    fn deref_mut(&mut self) -> &mut T {
        (*self.0).value_mut()
    }
}

impl<T: Clone + Send + Sync + 'static> Clone for Precompiled<T> {
    fn clone(&self) -> Precompiled<T> {
        Precompiled::new(T::clone(self))
    }
}

impl<T: fmt::Debug> fmt::Debug for Precompiled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Precompiled;

    #[test]
    fn the_value_is_there_and_goes_with_its_box() {
        let witness = Arc::new(7);
        let mut boxed = Precompiled::new(vec![Arc::clone(&witness)]);
        boxed.push(Arc::clone(&witness));
        assert_eq!((boxed.len(), *boxed[1]), (2, 7));
        assert_eq!(Arc::strong_count(&witness), 3);
        drop(boxed);
        assert_eq!(Arc::strong_count(&witness), 1);
    }
}
