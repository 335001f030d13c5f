//! A small and exact Keras-like neural network library for the classroom.

pub mod error;
pub mod notebook;
pub mod plot;

pub use error::{Error, Result};
