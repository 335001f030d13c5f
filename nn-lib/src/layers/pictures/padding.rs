//! What happens at the edges of a picture.

use crate::error::Result;
use crate::named::{Named, same, sealed, unknown};

/// What a window does at the edges of a picture.
///
/// ```
/// use nn_lib::prelude::*;
/// let shape = |padding: Padding| {
///     let picture = Input::new([28, 28, 1]);
///     Conv2D::new(8, 3).padding(padding).apply(&picture).map(|filtered| filtered.shape().to_vec())
/// };
/// assert_eq!(shape(Padding::Valid)?, [26, 26, 8]);
/// assert_eq!(shape(Padding::Same)?, [28, 28, 8]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Padding {
    /// The window stays inside: the output is smaller than the input.
    #[default]
    Valid,
    /// Zeros around the picture, as many that with strides of 1 the output is as large as the input. Of an odd number of rows
    /// the larger part is at the end.
    Same,
}

impl Padding {
    /// The name that Keras uses: `valid`, `same`.
    pub fn name(self) -> &'static str {
        match self {
            Padding::Valid => "valid",
            Padding::Same => "same",
        }
    }

    /// The padding of that name.
    ///
    /// # Errors
    /// For an unknown name; the message lists the known ones.
    pub fn from_name(name: &str) -> Result<Padding> {
        let all = [Padding::Valid, Padding::Same];
        let found = all.into_iter().find(|own| same(own.name(), name));
        found.ok_or_else(|| unknown("Padding", &all.map(Padding::name), name))
    }
}

impl sealed::Named for Padding {}
impl Named for Padding {
    fn named(name: &str) -> Result<Padding> {
        Padding::from_name(name)
    }
}
