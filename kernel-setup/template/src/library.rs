//! The standard library's source, as far as the type inference of a notebook reads it.
//!
//! rust-analyzer reads whatever lies in the directory of the library, and keeps it: half of that are the instructions
//! of every processor (`core::arch`), which no cell of a notebook names. Three crates without them take a third less
//! memory and time at every kernel's start.

use crate::{Result, Toolchain, snapshot};
use std::path::Path;

/// The crates whose source is copied.
pub(crate) const CRATES: [&str; 3] = ["core", "alloc", "std"];

/// Copies the crates of the toolchain's standard library.
///
/// # Errors
/// The toolchain has no source of its library (`rustup component add rust-src`), or the disk is full.
pub(crate) fn copy(toolchain: &Toolchain, to: &Path) -> Result<()> {
    let library = toolchain.sysroot.join("lib/rustlib/src/rust/library");
    for name in CRATES {
        let (from, to) = (library.join(name).join("src"), to.join(name).join("src"));
        for path in snapshot::files(&from)? {
            snapshot::copy(&from.join(&path), &to.join(&path))?;
        }
    }
    Ok(())
}
