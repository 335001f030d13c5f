//! The losses there are, each with its settings, and the formulas of one sample.

use super::cross_entropy::{self, one_hot};
use super::custom::CustomLoss;
use super::regression;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    BinaryCrossentropy { from_logits: bool },
    CategoricalCrossentropy { from_logits: bool },
    SparseCategoricalCrossentropy { from_logits: bool },
    MeanSquaredError,
    MeanAbsoluteError,
    Huber { delta: f32 },
    Custom(CustomLoss),
}

use Kind::*;

impl Kind {
    /// The loss of a sample with the targets `t` and the predictions `p`.
    pub(super) fn of_row(&self, t: &[f32], p: &[f32]) -> f32 {
        match self {
            BinaryCrossentropy { from_logits: false } => cross_entropy::binary(t, p),
            BinaryCrossentropy { from_logits: true } => cross_entropy::binary_from_logits(t, p),
            CategoricalCrossentropy { from_logits: false } => {
                cross_entropy::categorical(|j| t[j], p)
            }
            CategoricalCrossentropy { from_logits: true } => {
                cross_entropy::categorical_from_logits(|j| t[j], p)
            }
            SparseCategoricalCrossentropy { from_logits: false } => {
                cross_entropy::categorical(one_hot(t), p)
            }
            SparseCategoricalCrossentropy { from_logits: true } => {
                cross_entropy::categorical_from_logits(one_hot(t), p)
            }
            MeanSquaredError => regression::squared(t, p),
            MeanAbsoluteError => regression::absolute(t, p),
            Huber { delta } => regression::huber(*delta, t, p),
            Custom(custom) => custom.of_row(t, p),
        }
    }

    /// The derivative of `factor * loss` by each prediction.
    pub(super) fn gradient_of_row(&self, t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
        match self {
            BinaryCrossentropy { from_logits: false } => {
                cross_entropy::binary_gradient(t, p, factor, out);
            }
            BinaryCrossentropy { from_logits: true } => {
                cross_entropy::binary_from_logits_gradient(t, p, factor, out);
            }
            CategoricalCrossentropy { from_logits: false } => {
                cross_entropy::categorical_gradient(|j| t[j], p, factor, out);
            }
            CategoricalCrossentropy { from_logits: true } => {
                cross_entropy::categorical_from_logits_gradient(|j| t[j], p, factor, out);
            }
            SparseCategoricalCrossentropy { from_logits: false } => {
                cross_entropy::categorical_gradient(one_hot(t), p, factor, out);
            }
            SparseCategoricalCrossentropy { from_logits: true } => {
                cross_entropy::categorical_from_logits_gradient(one_hot(t), p, factor, out);
            }
            MeanSquaredError => regression::squared_gradient(t, p, factor, out),
            MeanAbsoluteError => regression::absolute_gradient(t, p, factor, out),
            Huber { delta } => regression::huber_gradient(*delta, t, p, factor, out),
            Custom(custom) => custom.gradient_of_row(t, p, factor, out),
        }
    }
}
