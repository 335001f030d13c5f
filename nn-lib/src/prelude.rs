//! Everything that a notebook needs: `use nn_lib::prelude::*;`.

pub use crate::activation::Activation;
pub use crate::activation_layer::ActivationLayer;
pub use crate::adagrad::Adagrad;
pub use crate::adam::Adam;
pub use crate::callbacks::{
    Callback, EarlyStopping, LearningRateScheduler, Mode, OnEpochEnd, Training,
};
pub use crate::checkpoint::ModelCheckpoint;
pub use crate::datasets::{boston_housing, imdb, reuters};
pub use crate::dense::Dense;
pub use crate::dropout::Dropout;
pub use crate::encode::{Normalization, normalize, to_categorical, vectorize_sequences};
pub use crate::error::{Error, Result};
pub use crate::fit::Fit;
pub use crate::flatten::Flatten;
pub use crate::graph::{Input, Symbol};
pub use crate::history::{Evaluation, History};
pub use crate::init::Initializer;
pub use crate::layer::Layer;
pub use crate::loss::Loss;
pub use crate::merge::{Add, Average, Concatenate, Maximum, Multiply};
pub use crate::metric::Metric;
pub use crate::model::Model;
pub use crate::notebook::Verbose;
pub use crate::optimizer::Optimizer;
pub use crate::plot::Figure;
pub use crate::regularizer::Regularizer;
pub use crate::rmsprop::RMSprop;
pub use crate::schedule::*;
pub use crate::seed::{random_seed, set_random_seed};
pub use crate::sequential::Sequential;
pub use crate::sgd::SGD;
pub use crate::shape::Shape;
pub use crate::split::{Fold, k_fold};
pub use crate::summary::Summary;
pub use crate::table::Table;
pub use crate::tensor::Tensor;
