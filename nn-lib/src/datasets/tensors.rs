//! Labels as tensors.

use super::Labels;
use crate::tensor::Tensor;

impl From<&Labels> for Tensor {
    /// A tensor of shape `(samples,)`.
    fn from(labels: &Labels) -> Tensor {
        Tensor::from(&**labels)
    }
}

impl From<Labels> for Tensor {
    /// A tensor of shape `(samples,)`.
    fn from(labels: Labels) -> Tensor {
        Tensor::from(&labels)
    }
}
