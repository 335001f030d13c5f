//! The weights of a recurrent layer: a kernel for the inputs, one for the state, and a bias.

use std::ops::Range;

use super::Recurrence;
use crate::error::{Error, Result};
use crate::layers::Variable;
use crate::layers::options::*;
use crate::precompiled::Precompiled;
use crate::tensor::Shape;

#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub(super) kernel: Variable,
    pub(super) recurrent_kernel: Variable,
    pub(super) bias: Option<Variable>,
}

impl Recurrence {
    /// Makes the weights of so many gates. `bias` are the axes of the bias, the last one in gates, and `ones` its places that
    /// start from one.
    pub(in crate::layers::sequences) fn build(
        &mut self,
        kind: &str,
        inputs: &[Shape],
        gates: usize,
        bias: &[usize],
        ones: Range<usize>,
    ) -> Result<Shape> {
        let [steps, features] = steps_and_features(kind, one_input(kind, inputs)?)?;
        self.check(kind)?;
        let units = self.units;
        let width = units.saturating_mul(gates);
        let count = features.saturating_add(units).saturating_mul(width);
        check_weights(
            kind,
            count,
            format!("{features} features and {units} units"),
        )?;
        if self.weights.is_none() {
            let weights = self.new_weights(features, width, bias, ones);
            self.weights = Some(Precompiled::new(weights));
        }
        let known = self.weights().kernel.shape[0];
        check_known(kind, "features", known, features)?;
        Ok(match self.return_sequences {
            true => Shape::from([steps, units]),
            false => Shape::from(units),
        })
    }

    fn check(&self, kind: &str) -> Result<()> {
        at_least_one(kind, "unit", self.units)?;
        check_rate(kind, "dropout", self.dropout)?;
        check_rate(kind, "recurrent_dropout", self.recurrent_dropout)?;
        let penalties = [
            &self.kernel_regularizer,
            &self.recurrent_regularizer,
            &self.bias_regularizer,
        ];
        for regularizer in penalties.into_iter().flatten() {
            regularizer.check()?;
        }
        Ok(())
    }

    fn new_weights(
        &self,
        features: usize,
        width: usize,
        bias: &[usize],
        ones: Range<usize>,
    ) -> Weights {
        let mut bias_shape = bias.to_vec();
        if let Some(last) = bias_shape.last_mut() {
            *last *= self.units;
        }
        let bias = Variable::new(
            "bias",
            bias_shape,
            self.bias_initializer,
            self.bias_regularizer,
        );
        Weights {
            kernel: Variable::new(
                "kernel",
                [features, width],
                self.kernel_initializer,
                self.kernel_regularizer,
            ),
            recurrent_kernel: Variable::new(
                "recurrent_kernel",
                [self.units, width],
                self.recurrent_initializer,
                self.recurrent_regularizer,
            ),
            bias: self.use_bias.then(|| bias.with_ones(ones)),
        }
    }

    pub(super) fn weights(&self) -> &Weights {
        self.weights.as_deref().expect(BUILT)
    }

    pub(in crate::layers::sequences) fn variables(&self) -> Vec<&Variable> {
        let all = self.weights.as_deref().into_iter();
        all.flat_map(|w| [&w.kernel, &w.recurrent_kernel].into_iter().chain(&w.bias))
            .collect()
    }

    pub(in crate::layers::sequences) fn variables_mut(&mut self) -> Vec<&mut Variable> {
        let all = self.weights.as_deref_mut().into_iter();
        all.flat_map(|w| {
            let kernels = [&mut w.kernel, &mut w.recurrent_kernel];
            kernels.into_iter().chain(&mut w.bias)
        })
        .collect()
    }
}

fn steps_and_features(kind: &str, input: &Shape) -> Result<[usize; 2]> {
    let [steps, features] = input[..] else {
        let expected = "sequences of shape (batch, steps, features)";
        let error = Error::invalid(kind, expected, input.batched());
        return Err(match input.len() {
            1 => error.with_hint("an Embedding layer makes features of word indices; a recurrent layer before it needs return_sequences(true)"),
            _ => error.with_hint("a Reshape layer changes the axes of each sample"),
        });
    };
    at_least_one(kind, "step", steps)?;
    at_least_one(kind, "feature", features)?;
    Ok([steps, features])
}
