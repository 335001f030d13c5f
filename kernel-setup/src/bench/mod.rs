//! `cargo notebook bench`: what a claim about speed can be checked with, as ratios to what one would use instead.

mod kernel;
mod training;

use crate::cli::BenchArguments;
use crate::failure::{Failure, Result};
use crate::paths::Paths;

/// Measures training and the kernel, and prints the tables.
///
/// # Errors
/// What set-up lacks; `Program` when something that is compared cannot be installed.
pub fn bench(paths: &Paths, arguments: BenchArguments) -> Result<()> {
    if paths.installation.is_some() {
        return Err(Failure::missing(
            "measuring needs the repository: this is an installation",
            "clone the repository, and run the same command there",
        ));
    }
    training::run(paths, arguments.keras)?;
    kernel::run(paths, arguments.stock)
}
