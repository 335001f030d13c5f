//! The weights of a layer with one kernel.

use super::Variable;

/// A kernel, and a bias unless the layer does without.
#[derive(Clone, Debug)]
pub(super) struct KernelAndBias {
    pub(super) kernel: Variable,
    pub(super) bias: Option<Variable>,
}

impl KernelAndBias {
    pub(super) fn variables(&self) -> Vec<&Variable> {
        std::iter::once(&self.kernel).chain(&self.bias).collect()
    }

    pub(super) fn variables_mut(&mut self) -> Vec<&mut Variable> {
        let kernel = std::iter::once(&mut self.kernel);
        kernel.chain(&mut self.bias).collect()
    }
}
