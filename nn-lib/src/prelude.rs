//! Everything that a notebook needs: `use nn_lib::prelude::*;`.

pub use crate::activations::Activation;
pub use crate::callbacks::{
    CSVLogger, Callback, EarlyStopping, LearningRateScheduler, Mode, ModelCheckpoint, OnEpochEnd,
    ReduceLROnPlateau, Training,
};
pub use crate::datasets::{boston_housing, imdb, reuters};
pub use crate::error::{Error, Result};
pub use crate::initializers::Initializer;
pub use crate::layers::{
    ActivationLayer, Add, Average, AveragePooling2D, BatchNormalization, Concatenate, Conv2D,
    Dense, Dropout, Embedding, Flatten, GRU, GlobalAveragePooling1D, GlobalAveragePooling2D, Input,
    LSTM, Layer, LayerNormalization, MaxPooling2D, Maximum, Multiply, Padding, Reshape, SimpleRNN,
    Symbol,
};
pub use crate::losses::Loss;
pub use crate::metrics::Metric;
pub use crate::models::{Model, Sequential, Summary};
pub use crate::notebook::Table;
#[cfg(feature = "notebook")]
pub use crate::notebook::check::{Check, check};
pub use crate::notebook::explore::{
    Explore, button, checkbox, choice, explore, log_slider, range, slider, text,
};
pub use crate::optimizers::schedules::*;
pub use crate::optimizers::{Adagrad, Adam, AdamW, Optimizer, RMSprop, SGD};
#[cfg(feature = "plot")]
pub use crate::plot::{Figure, Grid, Panels};
pub use crate::random::{random_seed, set_random_seed};
pub use crate::regularizers::Regularizer;
pub use crate::tensor::{
    Normalization, PadSequences, Shape, Side, Tensor, normalize, pad_sequences, pad_sequences_with,
    to_categorical, vectorize_sequences,
};
pub use crate::training::{Evaluation, Fit, Fold, History, Verbose, k_fold};
