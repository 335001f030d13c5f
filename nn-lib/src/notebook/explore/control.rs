//! What stands in the list of controls, and what the closure gets for it.

use super::spec::{Kind, Position, Spec};

/// One control, or a reference to a value that the closure is given with it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no control",
    label = "controls are expected here, as `slider(\"units\", 1..=64)`: one, or up to eight in parentheses; a variable stands among them as a reference, `&x`, and its type has `#[derive(Clone)]`",
    note = "the others: `log_slider`, `range`, `choice`, `checkbox`, `text`, `button`"
)]
pub trait Control: sealed::Control {
    /// What the closure gets.
    type Value;

    /// What it is, or what is wrong with it; and its value at a position.
    #[doc(hidden)]
    fn parts(self) -> (Result<Spec, String>, Reader<Self::Value>);
}

/// One control, or several in parentheses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no controls",
    label = "controls are expected here, as `slider(\"units\", 1..=64)`: one, or up to eight in parentheses; a variable stands among them as a reference, `&x`, and its type has `#[derive(Clone)]`",
    note = "the others: `log_slider`, `range`, `choice`, `checkbox`, `text`, `button`"
)]
pub trait Controls: sealed::Controls {
    /// What the closure gets: a value, or one for each control in parentheses.
    type Values;

    /// What they are, or what is wrong with them; and their values at positions.
    #[doc(hidden)]
    fn parts(self) -> (Vec<Result<Spec, String>>, Readers<Self::Values>);
}

pub(super) mod sealed {
    pub trait Control {}

    pub trait Controls {}
}

/// Turns a position into a value.
pub type Reader<V> = Box<dyn FnMut(&Position) -> V + Send>;

/// Turns all positions into the values.
pub type Readers<V> = Box<dyn FnMut(&[Position]) -> V + Send>;

/// A copy of a variable of the notebook: the closure is given one at each run, and the notebook keeps the variable.
impl<T: Clone + Send + 'static> Control for &T {
    type Value = T;

    fn parts(self) -> (Result<Spec, String>, Reader<T>) {
        let value = self.clone();
        (Ok(given()), Box::new(move |_| value.clone()))
    }
}

impl<T> sealed::Control for &T {}

fn given() -> Spec {
    Spec {
        name: String::new(),
        kind: Kind::Given,
        start: Position::Nowhere,
    }
}

impl<C: Control> sealed::Controls for C {}

impl<C: Control<Value: 'static> + Sized> Controls for C {
    type Values = C::Value;

    fn parts(self) -> (Vec<Result<Spec, String>>, Readers<C::Value>) {
        let (spec, mut read) = Control::parts(self);
        (vec![spec], Box::new(move |positions| read(&positions[0])))
    }
}

macro_rules! several {
    ($($control:ident $place:tt),*) => {
        impl<$($control),*> sealed::Controls for ($($control,)*) {}

        impl<$($control: Control<Value: 'static>),*> Controls for ($($control,)*) {
            type Values = ($($control::Value,)*);

            fn parts(self) -> (Vec<Result<Spec, String>>, Readers<Self::Values>) {
                let mut parts = ($(Control::parts(self.$place),)*);
                let specs = vec![$(std::mem::replace(&mut parts.$place.0, Err(String::new()))),*];
                let read = move |positions: &[Position]| ($((parts.$place.1)(&positions[$place]),)*);
                (specs, Box::new(read))
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
