//! Labels as numbers: for tensors of shape `(samples,)`, for `to_categorical`, for charts; and sequences as word lists.

use std::borrow::Cow;

use super::{Labels, Sequences};
use crate::error::Result;
use crate::tensor::{Draft, Origin, Rectangular, Sealed, ToTensor, Values, WordLists, sealed};

impl sealed::ToTensor for Labels {}
impl ToTensor for Labels {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        draft.mark(self.origin());
        (**self).write(depth, draft)
    }
}
impl Rectangular for Labels {}

impl Sealed for Labels {}
impl Values for Labels {
    fn to_values(&self) -> Vec<f64> {
        (**self).to_values()
    }

    fn origin(&self) -> Origin {
        Labels::origin(self)
    }
}

impl sealed::WordLists for Sequences {}
impl WordLists for Sequences {
    fn word_lists(&self) -> Result<Vec<Cow<'_, [u32]>>> {
        (**self).word_lists()
    }

    fn origin(&self) -> Origin {
        Sequences::origin(self)
    }
}
