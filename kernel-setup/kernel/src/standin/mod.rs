//! Stands in for cargo and rustup, as far as the engine and its rust-analyzer ask for them.
//!
//! The engine compiles a cell by `cargo build`, and rust-analyzer learns about the package by a
//! dozen questions. What they get instead:
//!
//! - the preloaded crates belong to every cell, without a `:dep` and the second start of
//!   rust-analyzer that it brings;
//! - a cell goes straight to rustc (compile_cell.rs) and to rustc's own linker (linker.rs), once: what was
//!   made is kept (cell_cache.rs);
//! - the crates that a notebook asks for are built by the real cargo, beside nn-lib (crates/,
//!   compiler_wrapper.rs);
//! - questions with a known answer are answered from memory (metadata_cache.rs), and the answer names no package that type
//!   inference has no use for (metadata.rs);
//! - the compiler's warnings do not reach the engine, and some of them the reader (warnings.rs);
//! - a compilation can be stopped as a group, and cargo's progress streams into the cell.

mod cell_cache;
mod compile_cell;
mod compiler_call;
mod compiler_wrapper;
mod crate_store;
mod crates;
mod linker;
mod metadata;
mod metadata_cache;
mod rewrite;
pub mod statics;
mod warnings;

pub use cell_cache::{keep_file, read_trusted};
pub use compiler_wrapper::{is_call as is_compilers_call, rustc};
pub use crates::{begin_cell, forget as forget_crates};
pub use linker::write_libraries;

use crate::directory::KernelDirectory;
use crate::messages::Report;
use crate::process;
use rust_nn_template::recipe::Recipe;
use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

/// Does what `cargo` was called for, and returns its exit code.
pub fn cargo(arguments: Vec<OsString>) -> io::Result<i32> {
    let kernel = KernelDirectory::from_environment()?;
    end_with_kernel(&kernel)?;
    if kernel.interrupted().exists() {
        return Ok(130);
    }
    let subcommand = arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .find(|argument| !argument.starts_with(['-', '+']) && *argument != "unstable-options");
    let offline = arguments.iter().any(|argument| argument == "--offline");
    match subcommand {
        Some("build") => compile_cell::compile(&kernel, compile_cell::Goal::Run, offline),
        Some("check") => compile_cell::compile(&kernel, compile_cell::Goal::Check, offline),
        Some("metadata") if metadata_cache::is_trial(&kernel, &arguments) => {
            crates::try_dependency(&kernel, offline)
        }
        Some("clean") => Ok(0),
        _ => metadata_cache::answer(&kernel, &arguments),
    }
}

/// Makes this process end, with all that it starts, when the kernel stops the cell or is gone.
fn end_with_kernel(kernel: &KernelDirectory) -> io::Result<()> {
    process::lead_group();
    let mut link = crate::messages::connect(&kernel.path)?;
    Report::Working.write(&mut link)?;
    std::thread::spawn(move || {
        // Nothing is ever sent: this waits for the end of the connection.
        let _ = link.read(&mut [0]);
        process::end_own_group();
    });
    Ok(())
}

/// Does what `rustup` was called for, and returns its exit code.
pub fn rustup(arguments: Vec<OsString>) -> io::Result<i32> {
    let kernel = KernelDirectory::from_environment()?;
    if arguments.first().is_some_and(|first| first == "which") {
        let path = match arguments.get(1).and_then(|tool| tool.to_str()) {
            Some("cargo") => Some(kernel.path.join("bin").join("cargo")),
            Some("rustc") => std::env::var_os("RUSTC").map(PathBuf::from),
            _ => None,
        };
        if let Some(path) = path {
            println!("{}", path.display());
            return Ok(0);
        }
    }
    let Some(program) = find("rustup") else {
        return Ok(1);
    };
    let mut command = Command::new(program);
    kernel.restore_environment(&mut command);
    Err(command.args(arguments).exec())
}

/// Finds a program on the path that the kernel was started with.
fn find(name: &str) -> Option<PathBuf> {
    which::which_in(name, KernelDirectory::saved("PATH"), "/").ok()
}

/// Whether there is a C compiler, which links what a crate's build needs.
fn has_compiler() -> bool {
    find("cc").is_some()
}

/// The real cargo: the toolchain's, or in an installation, which has none, the one that the user has.
fn real_cargo(recipe: &Recipe) -> Option<PathBuf> {
    let own = &recipe.toolchain.cargo;
    if !own.as_os_str().is_empty() {
        return Some(own.clone());
    }
    let home = KernelDirectory::saved("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let beside = home.map(|home| home.join("bin").join("cargo"));
    find("cargo").or(beside.filter(|cargo| cargo.is_file()))
}
