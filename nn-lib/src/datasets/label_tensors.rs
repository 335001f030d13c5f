//! Labels as numbers: for tensors of shape `(samples,)`, for `to_categorical`, for charts.

use super::Labels;
use crate::error::Result;
use crate::plot::Values;
use crate::tensor::{Draft, Rectangular, Sealed, ToTensor};

impl ToTensor for Labels {
    fn write(&self, depth: usize, draft: &mut Draft) -> Result<()> {
        (**self).write(depth, draft)
    }
}
impl Rectangular for Labels {}

impl Sealed for Labels {}
impl Values for Labels {
    fn to_values(&self) -> Vec<f64> {
        (**self).to_values()
    }
}
