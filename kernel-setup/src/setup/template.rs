//! The template: nn-lib compiled once for all notebooks.

use std::path::PathBuf;

use crate::failure::{Failure, Result};
use crate::places::Places;
use crate::progress::Step;

/// The template for the library's present sources, where it is complete.
///
/// # Errors
/// `SetUp` when the sources cannot be read or the compiler does not answer.
pub fn find(places: &Places) -> Result<Option<PathBuf>> {
    rust_nn_template::find(&places.cache, &places.nn_lib()).map_err(explain)
}

/// Compiles nn-lib for the notebooks.
///
/// # Errors
/// `SetUp` when it does not compile; cargo's words are part of the message.
pub fn build(places: &Places, step: &mut Step) -> Result<String> {
    let mut compiled = 0;
    let template = rust_nn_template::ensure(&places.cache, &places.nn_lib(), &mut |line: &str| {
        compiled += usize::from(line.starts_with("Compiling"));
        step.message(line);
    });
    template
        .map_err(explain)
        .map(|_| format!("{compiled} crates compiled for the notebooks"))
}

fn explain(error: rust_nn_template::Error) -> Failure {
    Failure::SetUp(error.to_string())
}
