//! An installation: a directory that has the kernel, a template and the compiler in it, and may lie anywhere.
//!
//! It is made by the command line, for a class (one file) or for all users of a machine. What is in it is told by the
//! manifest beside the template. Nobody writes to it: kernels have a place of their users' own.

use std::path::{Path, PathBuf};

/// The file that lists what an installation has in it.
pub const MANIFEST: &str = "manifest.json";

/// Whether a template is part of an installation.
pub fn is_installed(template: &Path) -> bool {
    let directory = template.parent();
    directory.is_some_and(|directory| directory.join(MANIFEST).is_file())
}

/// The directory with Keras's data files in the installation that a template is part of, if it has them.
pub fn installed_data(template: &Path) -> Option<PathBuf> {
    let data = template.parent()?.join("data");
    (is_installed(template) && data.is_dir()).then_some(data)
}
