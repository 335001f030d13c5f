//! Everything that a notebook needs: `use nn_lib::prelude::*;`.

pub use crate::activations::Activation;
pub use crate::callbacks::{
    CSVLogger, Callback, EarlyStopping, LearningRateScheduler, Mode, ModelCheckpoint, OnEpochEnd,
    ReduceLROnPlateau, Training,
};
#[cfg(feature = "datasets")]
pub use crate::datasets::{DataFrame, ReadCsv, read_csv, read_csv_with, read_labelled_texts};
pub use crate::datasets::{
    TextDataset, TextDirectory, TrainTestSplit, boston_housing, fashion_mnist, imdb, mnist,
    reuters, text_dataset_from_directory, text_dataset_from_directory_with, train_test_split,
    train_test_split_with,
};
pub use crate::error::{Error, Result};
pub use crate::initializers::Initializer;
pub use crate::layers::{
    ActivationLayer, Add, Average, AveragePooling2D, BatchNormalization, Concatenate, Conv2D,
    Dense, Dropout, Embedding, Flatten, GRU, GlobalAveragePooling1D, GlobalAveragePooling2D, Input,
    LSTM, Layer, LayerNormalization, MaxPooling2D, Maximum, Multiply, Padding, Reshape, SimpleRNN,
    Symbol,
};
pub use crate::losses::Loss;
pub use crate::metrics::{Metric, RocCurve, confusion_matrix, roc_curve};
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
pub use crate::preprocessing::{
    NGrams, OutputMode, Split, Standardize, StringLookup, TextVectorization, log_count_ratio,
};
pub use crate::random::{random_seed, set_random_seed};
pub use crate::regularizers::Regularizer;
pub use crate::tensor::{
    Normalization, PadSequences, Shape, Side, Tensor, normalize, pad_sequences, pad_sequences_with,
    to_categorical, vectorize_sequences,
};
pub use crate::training::{Evaluation, Fit, Fold, History, LearningRateFinder, Verbose, k_fold};
