//! Layers that give their inputs mean 0 and deviation 1, and then a scale and an offset that are learned.

mod batch;
mod layer;
mod scale;

pub use batch::BatchNormalization;
pub use layer::LayerNormalization;
