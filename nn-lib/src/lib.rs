//! A small and exact Keras-like neural network library for the classroom.

pub mod error;

pub use error::{Error, Result};
