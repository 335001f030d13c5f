//! The weights of a model as tensors.

use super::Model;
use crate::error::{Error, Result};
use crate::layers::{SharedLayer, Variable};
use crate::tensor::{Origin, Tensor};

impl Model {
    /// The number of weights, moving averages included.
    pub fn count_params(&self) -> usize {
        self.count(|_| true)
    }

    /// The number of those that no optimizer moves, such as moving averages.
    pub(crate) fn count_state(&self) -> usize {
        self.count(|variable| !variable.trainable)
    }

    fn count(&self, wanted: impl Fn(&Variable) -> bool) -> usize {
        let count = |layer: &SharedLayer| -> usize {
            let layer = layer.lock();
            let variables = layer.variables().into_iter();
            let wanted = variables.filter(|variable| wanted(variable));
            wanted.map(|variable| variable.values.len()).sum()
        };
        self.layers().iter().map(count).sum()
    }

    /// All weights in Keras's order: kernel and bias of each layer, and behind them its moving averages.
    pub fn get_weights(&self) -> Vec<Tensor> {
        let mut weights = Vec::new();
        for layer in self.layers() {
            for variable in layer.lock_to_read().variables() {
                let values = variable.values.clone();
                let weight = Tensor::dense(variable.shape.clone(), values);
                weights.push(weight.with_origin(self.origin));
            }
        }
        weights
    }

    /// Sets all weights, in the order of [`get_weights`](Model::get_weights).
    ///
    /// # Errors
    /// When their number or their shapes differ; then nothing is changed.
    pub fn set_weights(&mut self, weights: &[Tensor]) -> Result<()> {
        let expected: Vec<Tensor> = self.get_weights();
        if expected.len() != weights.len() {
            return Err(Error::invalid(
                "set_weights",
                format!("{} tensors", expected.len()),
                format!("{}", weights.len()),
            ));
        }
        for (nth, (own, given)) in expected.iter().zip(weights).enumerate() {
            if own.shape() != given.shape() {
                return Err(Error::invalid(
                    "set_weights",
                    format!("shape {} for weight {nth}", own.shape),
                    format!("{}", given.shape),
                ));
            }
        }
        self.origin = Origin::of_all(weights);
        let mut given = weights.iter();
        for layer in self.layers() {
            for (variable, tensor) in layer
                .lock_to_change()
                .variables_mut()
                .into_iter()
                .zip(&mut given)
            {
                variable.set(&tensor.values());
            }
        }
        Ok(())
    }
}
