//! Looks whether the template is there, without building it.

use crate::build_once::is_ready;
use crate::{Error, Result, Toolchain, fingerprint};
use std::path::{Path, PathBuf};

/// The template that [`ensure`](crate::ensure()) would return, if it is complete.
///
/// # Errors
/// The sources cannot be read, or the compiler does not answer.
pub fn find(cache: &Path, nn_lib_source: &Path) -> Result<Option<PathBuf>> {
    let source = nn_lib_source
        .canonicalize()
        .map_err(Error::io("cannot find nn-lib in", nn_lib_source))?;
    let lock = source
        .ancestors()
        .map(|directory| directory.join("Cargo.lock"))
        .find(|lock| lock.exists());
    let Some((lock, cache)) = lock.zip(cache.canonicalize().ok()) else {
        return Ok(None);
    };
    let name = format!(
        "template-{}",
        fingerprint::key(&source, &lock, &Toolchain::find()?)?
    );
    Ok(Some(cache.join(name)).filter(|template| is_ready(template)))
}
