//! A small and exact Keras-like neural network library for the classroom.

pub mod datasets;
pub mod error;

pub use error::{Error, Result};
