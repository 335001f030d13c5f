//! A small and exact Keras-like neural network library for the classroom.
//!
//! ```
//! use nn_lib::prelude::*;
//!
//! let x = vectorize_sequences(&[vec![0, 2], vec![1, 2], vec![0, 3], vec![1, 3]], 4)?;
//! let y = Tensor::from([1.0, 0.0, 1.0, 0.0]);
//!
//! let mut model = Sequential::new();
//! model.add(Dense::new(4).activation(Activation::Relu).input_shape(4));
//! model.add(Dense::new(1).activation(Activation::Sigmoid));
//! model.compile(RMSprop::new(0.01), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
//! let history = model.fit(&x, &y, Fit { epochs: 100, verbose: Verbose::Silent, ..Fit::default() })?;
//! assert!(history["loss"][99] < history["loss"][0]);
//! assert_eq!(model.evaluate(&x, &y)?["accuracy"], 1.0);
//! # Ok::<(), nn_lib::Error>(())
//! ```
//!
//! # Features
//!
//! All are on by default; `default-features = false` leaves out what is not named. `plot`: charts and diagrams. `datasets`:
//! IMDB, Reuters, MNIST and Fashion-MNIST from files and the network (without it `load_data` gives the built-in stand-ins),
//! and CSV files. `notebook`: exercises that check themselves, displays that change in place, and interrupts. `threads`: large
//! dense layers on several threads. Without them the library also compiles for `wasm32-unknown-unknown`.
//!
//! # Reading order
//!
//! Each folder has the name that Keras has for its idea, and each file holds one. To follow a number from the data to a
//! trained weight, read [`tensor`], [`layers`] (the trait, then `dense.rs`), [`losses`], [`optimizers`], [`models`]
//! (`plan.rs`), and [`training`] (`fit.rs`, `learner.rs`, `step.rs`). What is fast is in [`multi_hot`] and `compute`.

#![warn(missing_debug_implementations)]

pub mod activations;
pub mod callbacks;
mod column_kernel;
#[doc(hidden)] // `use_portable`, for the tests
pub mod compute;
pub mod datasets;
pub mod error;
mod files;
pub mod initializers;
pub mod layers;
pub mod losses;
pub mod metrics;
pub mod models;
pub mod multi_hot;
pub mod named;
pub mod notebook;
pub mod optimizers;
#[cfg(feature = "plot")]
pub mod plot;
mod precompiled;
pub mod prelude;
pub mod preprocessing;
pub mod random;
pub mod regularizers;
pub mod tensor;
pub mod training;

pub use error::{Error, Result};

/// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// The arrays that layers compute on and that tensors are made of.
pub use ndarray;
/// JSON, which layers and optimizers describe themselves in.
pub use serde_json;
