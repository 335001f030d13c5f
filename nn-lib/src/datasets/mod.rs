//! Data sets of the chapter, as Keras has them (IMDB, Reuters, Boston housing), and data of one's own: CSV files, folders of
//! texts, a split into training and test set.
//!
//! `load_data` looks in the directory that the environment variable `NN_LIB_DATA` names, then in `~/.keras/datasets`
//! (or `datasets` below `KERAS_HOME`), which is shared with Keras, and else downloads Keras's own files there;
//! `NN_LIB_DATA_URL` names a mirror, such as a server in the classroom. Without a network (or with `NN_LIB_OFFLINE`, which
//! saves the try) a built-in stand-in of the same statistics takes over and says so.

mod arrange;
pub mod boston_housing;
#[cfg(feature = "datasets")]
mod csv;
#[cfg(feature = "datasets")]
mod download;
pub mod imdb;
#[cfg(feature = "datasets")]
mod locate;
#[cfg(feature = "datasets")]
pub mod npz;
pub mod reuters;
mod sequences;
mod stand_in;
mod tensors;
mod text_dataset;
mod text_directory;
mod topics;
mod train_test_split;
mod utf8;
mod word_index;

#[cfg(feature = "datasets")]
pub use csv::{DataFrame, ReadCsv, read_csv, read_csv_with, read_labelled_texts};
#[cfg(feature = "datasets")]
pub use npz::Numbers;
pub use sequences::{Labels, Sequences};
pub use stand_in::using_stand_in;
pub use text_dataset::TextDataset;
pub use text_directory::{
    TextDirectory, text_dataset_from_directory, text_dataset_from_directory_with,
};
pub use train_test_split::{Samples, TrainTestSplit, train_test_split, train_test_split_with};
pub use word_index::WordIndex;
