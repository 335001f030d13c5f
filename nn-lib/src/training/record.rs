//! What is known of a running training: what its display shows.

use crate::tensor::Origin;

/// A finished epoch.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Epoch {
    /// Counted from 1.
    pub number: usize,
    pub seconds: f64,
    /// One value for each name of the record, NaN where the epoch has none.
    pub values: Vec<f32>,
}

/// Everything that is known of a training at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record {
    /// The number of the last epoch that is planned.
    pub last_epoch: usize,
    pub names: Vec<String>,
    pub finished: Vec<Epoch>,
    /// Batch and batches of the running epoch, and its values so far as text.
    pub running: Option<(usize, usize, String)>,
    pub notes: Vec<String>,
    pub origin: Origin,
}
