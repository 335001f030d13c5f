//! Tables of one's own: CSV files.

mod columns;
mod frame;
mod labelled;
mod records;

pub use frame::{DataFrame, ReadCsv, read_csv, read_csv_with};
pub use labelled::read_labelled_texts;

const FORMAT: &str = "CSV file";
