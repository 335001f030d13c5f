//! Data sets of the chapter, as Keras has them: IMDB, Reuters, Boston housing.

mod byte_source;
pub mod imdb;
mod locate;
mod npy;
pub mod npz;
mod pickle;
mod prepare;
mod sequences;
mod shuffle;
mod word_index;

pub use npy::Numbers;
pub use sequences::{Labels, Sequences};
pub use word_index::WordIndex;
