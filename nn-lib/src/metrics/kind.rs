//! The metrics there are, each with its settings.

use super::custom::CustomMetric;
use crate::losses::Loss;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Accuracy,
    BinaryAccuracy { threshold: f32 },
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    TopKCategoricalAccuracy { k: usize },
    SparseTopKCategoricalAccuracy { k: usize },
    Precision { threshold: f32 },
    Recall { threshold: f32 },
    Auc,
    MeanSquaredError,
    RootMeanSquaredError,
    MeanAbsoluteError,
    Loss(Loss),
    Custom(CustomMetric),
}
