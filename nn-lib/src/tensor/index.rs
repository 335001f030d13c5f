//! Reading and writing single numbers of a tensor.

use std::ops::{Index, IndexMut};

use super::shape::Shape;
use super::{Storage, Tensor};

impl From<&Tensor> for Tensor {
    fn from(tensor: &Tensor) -> Tensor {
        tensor.clone()
    }
}

fn outside(tensor: &Tensor, position: &[usize]) -> String {
    format!(
        "position {} is outside of a tensor of shape {}",
        Shape::from(position),
        tensor.shape
    )
}

/// `x[[i, j]]` reads one number; a position outside of the tensor panics, as with a `Vec`.
/// [`Tensor::get`] gives `None` instead.
impl<const N: usize> Index<[usize; N]> for Tensor {
    type Output = f32;

    fn index(&self, position: [usize; N]) -> &f32 {
        let Some(offset) = self.offset(&position) else {
            panic!("{}", outside(self, &position))
        };
        match &self.storage {
            Storage::Dense { values, start } => &values[start + offset],
            Storage::MultiHot(rows) if rows.contains(position[0], position[1]) => &1.0,
            Storage::MultiHot(_) => &0.0,
        }
    }
}

/// `x[[i, j]] = 1.0` writes one number; other tensors that share the storage keep theirs.
impl<const N: usize> IndexMut<[usize; N]> for Tensor {
    fn index_mut(&mut self, position: [usize; N]) -> &mut f32 {
        let Some(offset) = self.offset(&position) else {
            panic!("{}", outside(self, &position))
        };
        &mut self.values_mut()[offset]
    }
}
