//! Everything a tensor can be made from, and reading and writing single numbers.

use std::ops::{Index, IndexMut};

use ndarray::{Array, Dimension};

use crate::shape::Shape;
use crate::tensor::{Storage, Tensor};

impl From<f32> for Tensor {
    fn from(value: f32) -> Tensor {
        Tensor::dense(Shape::default(), vec![value])
    }
}

impl From<Vec<f32>> for Tensor {
    fn from(values: Vec<f32>) -> Tensor {
        Tensor::dense(Shape::from(values.len()), values)
    }
}

impl From<&Vec<f32>> for Tensor {
    fn from(values: &Vec<f32>) -> Tensor {
        Tensor::from(values.clone())
    }
}

impl From<&[f32]> for Tensor {
    fn from(values: &[f32]) -> Tensor {
        Tensor::from(values.to_vec())
    }
}

impl From<&[u32]> for Tensor {
    fn from(labels: &[u32]) -> Tensor {
        Tensor::from(labels.iter().map(|label| *label as f32).collect::<Vec<_>>())
    }
}

impl From<&Vec<u32>> for Tensor {
    fn from(labels: &Vec<u32>) -> Tensor {
        Tensor::from(labels.as_slice())
    }
}

impl From<Vec<u32>> for Tensor {
    fn from(labels: Vec<u32>) -> Tensor {
        Tensor::from(labels.as_slice())
    }
}

impl<const N: usize> From<[u32; N]> for Tensor {
    fn from(labels: [u32; N]) -> Tensor {
        Tensor::from(labels.as_slice())
    }
}

impl<const N: usize> From<[f32; N]> for Tensor {
    fn from(values: [f32; N]) -> Tensor {
        Tensor::from(values.to_vec())
    }
}

impl<const N: usize, const M: usize> From<[[f32; M]; N]> for Tensor {
    fn from(rows: [[f32; M]; N]) -> Tensor {
        Tensor::dense(Shape::from([N, M]), rows.as_flattened().to_vec())
    }
}

impl<const N: usize, const M: usize, const K: usize> From<[[[f32; K]; M]; N]> for Tensor {
    fn from(blocks: [[[f32; K]; M]; N]) -> Tensor {
        let values = blocks.as_flattened().as_flattened().to_vec();
        Tensor::dense(Shape::from([N, M, K]), values)
    }
}

impl<D: Dimension> From<Array<f32, D>> for Tensor {
    fn from(array: Array<f32, D>) -> Tensor {
        let shape = Shape::from(array.shape());
        Tensor::dense(shape, array.iter().copied().collect())
    }
}

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
