//! The weights of a layer with one kernel.

use super::Variable;

/// A kernel, and a bias unless the layer does without.
#[derive(Clone, Debug)]
pub(super) struct KernelAndBias {
    pub(super) kernel: Variable,
    pub(super) bias: Option<Variable>,
}

impl KernelAndBias {
    /// The weights as a list, empty before they are made.
    pub(super) fn variables(weights: Option<&KernelAndBias>) -> Vec<&Variable> {
        let own = weights.into_iter();
        own.flat_map(|own| std::iter::once(&own.kernel).chain(&own.bias))
            .collect()
    }

    pub(super) fn variables_mut(weights: Option<&mut KernelAndBias>) -> Vec<&mut Variable> {
        let own = weights.into_iter();
        own.flat_map(|own| std::iter::once(&mut own.kernel).chain(&mut own.bias))
            .collect()
    }
}
