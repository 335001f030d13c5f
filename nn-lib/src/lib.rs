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
//! # Reading order
//!
//! Each file holds one idea. To follow a number from the data to a trained weight, read them so:
//!
//! 1. **Numbers**: [`shape`], [`tensor`] with `tensor_index`, `tensor_rows`, `tensor_math`, `tensor_matrix`,
//!    `tensor_reduce` and `tensor_show`; [`to_tensor`] with [`number`], data of one's own; [`multi_hot`]; [`encode`], which
//!    makes tensors of texts ([`word_lists`]) and classes.
//! 2. **What a layer computes**: [`activation`], [`init`], [`regularizer`]; [`layer`], the trait, and [`dense`], its main
//!    example; [`dropout`], [`flatten`], [`activation_layer`], [`merge`], [`concatenate`]; [`named`], for options by their names.
//! 3. **What is learned from**: [`loss`] and [`metric`]; [`optimizer`] with [`sgd`], [`rmsprop`], [`adam`], [`adagrad`] and
//!    the learning rates of [`schedule`].
//! 4. **Models**: [`graph`] draws them, `trace` and `plan` put them in order, `network` runs batches through them;
//!    [`model`] and [`sequential`] are what a user holds, [`compile`] and `weights` what they are told and know;
//!    [`summary`] and `draw` show them, `save`, `architecture` and `compile_json` write them down.
//! 5. **Training**: [`fit`] has the options, `prepare` checks the data, `step` and `update` do one batch, `learner` the
//!    epochs; `train` and `predict` are what a user calls; [`history`] and [`evaluation`] hold the results; [`callbacks`],
//!    [`early_stopping`], [`checkpoint`]; [`split`] for k-fold validation.
//! 6. **Speed**: `matmul` and `small_product`; `column_kernel` with `column_part` and `column_threads`; `kernels` and
//!    `shared_layer`; `simd`, `threads`; and `apart`, for the speed of a notebook's cells.
//! 7. **Around it**: [`datasets`], [`plot`], [`table`], [`notebook`].

pub mod activation;
pub mod activation_layer;
pub mod adagrad;
pub mod adam;
mod apart;
mod architecture;
pub mod callbacks;
pub mod checkpoint;
mod column_kernel;
mod column_part;
mod column_threads;
pub mod compile;
mod compile_json;
pub mod concatenate;
pub mod data;
pub mod datasets;
pub mod dense;
mod draw;
pub mod dropout;
pub mod early_stopping;
pub mod encode;
pub mod error;
mod escape;
pub mod evaluation;
pub mod fit;
pub mod flatten;
pub mod graph;
pub mod history;
pub mod init;
mod kernels;
pub mod layer;
mod learner;
pub mod loss;
mod math;
mod matmul;
pub mod merge;
pub mod metric;
pub mod model;
pub mod multi_hot;
pub mod named;
mod network;
pub mod notebook;
pub mod number;
pub mod optimizer;
mod plan;
mod plan_names;
pub mod plot;
mod predict;
pub mod prelude;
mod prepare;
mod random;
pub mod regularizer;
pub mod rmsprop;
mod save;
pub mod schedule;
pub mod seed;
pub mod sequential;
pub mod sgd;
pub mod shape;
mod shared_layer;
pub mod simd;
mod small_product;
pub mod split;
mod step;
pub mod summary;
pub mod table;
pub mod tensor;
mod tensor_index;
mod tensor_math;
mod tensor_matrix;
mod tensor_reduce;
mod tensor_rows;
mod tensor_show;
mod threads;
pub mod to_tensor;
mod trace;
mod train;
mod update;
mod weights;
pub mod word_lists;

pub use error::{Error, Result};

/// The layer of one's own that the contributors' guide shows is a test.
#[cfg(doctest)]
#[doc = include_str!("../../CONTRIBUTING.md")]
pub struct ContributingGuide;
