//! The part of Rust's toolchain that compiles and links a cell: a third of what rustup installs.
//!
//! The compiler, LLVM, the linker, and the standard library of the platform: its shared object, its interfaces (`rmeta`),
//! and what macros of a notebook's own crates are linked with (`rlib`). Documentation, cargo, the other tools, sanitizers
//! and the source of the library are left out; of the last, the template has what type inference reads.

use std::fs;
use std::path::{Path, PathBuf};

use rust_nn_template::Toolchain;

use super::files;
use crate::failure::{Failure, Result};

/// The beginnings of the compiler's own libraries.
const COMPILER: [&str; 3] = ["librustc_driver-", "libLLVM", "libstd-"];

/// What belongs to tests and profiles.
const LEFT_OUT: [&str; 4] = [
    "libtest-",
    "libgetopts-",
    "libprofiler_builtins-",
    "libsysroot-",
];

/// Looks whether a toolchain can be taken along.
///
/// # Errors
/// `Missing` where it has no linker of its own, or is spread over the system's directories.
pub fn check(toolchain: &Toolchain) -> Result<()> {
    let own = libraries(toolchain).is_ok_and(|found| {
        let names = found.iter().filter_map(|path| path.file_name());
        names
            .map(|name| name.to_string_lossy())
            .any(|name| name.starts_with(COMPILER[0]))
    });
    if own && toolchain.linker().is_some() {
        return Ok(());
    }
    Err(Failure::missing(
        format!(
            "the Rust in {} cannot be taken along: it has no `rust-lld` of its own",
            toolchain.sysroot.display()
        ),
        "use a toolchain of rustup's (https://rustup.rs), with its rustc first on the PATH",
    ))
}

/// Copies what a cell needs.
///
/// # Errors
/// `File` when something cannot be read or written.
pub fn copy(toolchain: &Toolchain, to: &Path) -> Result<()> {
    let mut found = libraries(toolchain)?;
    found.push(toolchain.rustc.clone());
    if let Some(linker) = toolchain.linker() {
        // The second is what a C compiler calls, where a notebook's own crates are linked by one.
        let for_compilers = linker.with_file_name("gcc-ld").join("ld.lld");
        found.extend(Some(for_compilers).filter(|path| path.is_file()));
        found.push(linker);
    }
    for path in entries(&toolchain.libraries())? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_library = [".rlib", ".rmeta", ".so"]
            .iter()
            .any(|ending| name.ends_with(ending));
        if is_library && !LEFT_OUT.iter().any(|start| name.starts_with(start)) {
            found.push(path);
        }
    }
    for path in found {
        let below = path.strip_prefix(&toolchain.sysroot);
        let below = below.map_err(|_| {
            Failure::missing(
                format!("{} is not in its toolchain", path.display()),
                "use a toolchain of rustup's (https://rustup.rs)",
            )
        })?;
        files::copy(&path, &to.join(below))?;
    }
    Ok(())
}

/// The compiler's own libraries.
fn libraries(toolchain: &Toolchain) -> Result<Vec<PathBuf>> {
    let mut found = entries(&toolchain.sysroot.join("lib"))?;
    found.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.is_file() && COMPILER.iter().any(|start| name.starts_with(start))
    });
    Ok(found)
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory).map_err(Failure::file("read", directory))?;
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.sort();
    Ok(found)
}
