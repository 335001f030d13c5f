//! A small and exact Keras-like neural network library for the classroom.

pub mod activation;
pub mod adagrad;
pub mod adam;
pub mod datasets;
pub mod error;
pub mod init;
pub mod loss;
mod math;
pub mod metric;
pub mod notebook;
pub mod optimizer;
pub mod plot;
mod random;
pub mod regularizer;
pub mod rmsprop;
pub mod schedule;
pub mod sgd;
pub mod table;

pub use error::{Error, Result};
