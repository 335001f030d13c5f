//! Layers for sequences, (steps, features): words in their order.

mod cell;
mod embedding;
mod global_average_pooling;
mod gru;
mod lstm;
mod recurrence;
mod simple_rnn;
mod word_rows;

pub use embedding::Embedding;
pub use global_average_pooling::GlobalAveragePooling1D;
pub use gru::GRU;
pub use lstm::LSTM;
pub use simple_rnn::SimpleRNN;
