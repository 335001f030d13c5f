//! The template: nn-lib compiled once for all notebooks.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::progress::Step;

/// The template for the library's present sources, where it is complete.
///
/// # Errors
/// `SetUp` when the sources cannot be read or the compiler does not answer.
pub fn find(paths: &Paths) -> Result<Option<PathBuf>> {
    rust_nn_template::find(&paths.cache, &paths.nn_lib()).map_err(explain)
}

/// Compiles nn-lib for the notebooks.
///
/// # Errors
/// `SetUp` when it does not compile; cargo's words are part of the message.
pub fn build(paths: &Paths, step: &mut Step) -> Result<(PathBuf, String)> {
    let mut compiled = 0;
    let template = rust_nn_template::ensure(&paths.cache, &paths.nn_lib(), &mut |line: &str| {
        compiled += usize::from(line.starts_with("Compiling"));
        step.message(line);
    });
    let template = template.map_err(explain)?;
    Ok((
        template,
        format!("{compiled} crates compiled for the notebooks"),
    ))
}

/// Says, for as long as the file is open, that the template is in use: then a newer one does not
/// replace it.
///
/// # Errors
/// `SetUp` when it has disappeared.
pub fn hold(template: &Path) -> Result<File> {
    rust_nn_template::in_use(template).map_err(explain)
}

fn explain(error: rust_nn_template::Error) -> Failure {
    Failure::SetUp(error.to_string())
}
