//! Who links a cell: the toolchain's own `rust-lld` where there is one, else the system's `cc`.
//!
//! A cell is a shared object. It has no start files, and what it calls outside of itself is found in the process that
//! loads it, so neither a C compiler nor the C library's development files are needed. rustc names the C library's parts
//! to every linker (`-lc -lm ..`); here archives without content stand for them ([`write_libraries`]).
//!
//! A crate that a notebook has asked for may need any library of the system, and so may a cell with `#[link(..)]`: these
//! are linked by `cc` where it is installed.

use crate::directory::KernelDirectory;
use rust_nn_template::Toolchain;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What rustc links every object with on Linux, and what the process of the cells has loaded already.
const LOADED: [&str; 7] = ["c", "dl", "gcc_s", "m", "pthread", "rt", "util"];

/// An archive without content.
const NOTHING: &[u8] = b"!<arch>\n";

/// How a linker complains of a library that it does not find.
const MISSING: &str = "unable to find library";

/// What links a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Linker {
    /// The toolchain's own.
    Own(PathBuf),
    /// The one that rustc calls by itself.
    System,
}

impl Linker {
    /// The linkers for a cell; the second is tried where the first does not find a library. `has_crates`: whether the
    /// notebook has asked for crates.
    pub fn choose(toolchain: &Toolchain, has_crates: bool) -> Vec<Linker> {
        let own = toolchain.linker().map(Linker::Own);
        let system = super::has_compiler().then_some(Linker::System);
        let mut linkers: Vec<Linker> = own.into_iter().chain(system).collect();
        if has_crates {
            linkers.reverse();
        }
        if linkers.is_empty() {
            // It says what is missing.
            linkers.push(Linker::System);
        }
        linkers
    }

    /// Makes the compiler link with this.
    pub fn set(&self, compiler: &mut Command, kernel: &KernelDirectory) {
        if let Linker::Own(program) = self {
            compiler
                .arg("-Clinker-flavor=ld.lld")
                .arg(format!("-Clinker={}", program.display()))
                .arg("-L")
                .arg(format!("native={}", kernel.libraries().display()));
        }
        if cfg!(not(target_os = "linux")) {
            compiler.arg("-Crpath");
        }
    }

    /// The option that gives a shared object its name.
    pub fn name_option(&self, name: &str) -> String {
        match self {
            Linker::Own(_) => format!("-Clink-arg=-soname={name}"),
            Linker::System if cfg!(target_os = "macos") => {
                format!("-Clink-arg=-Wl,-install_name,{name}")
            }
            Linker::System => format!("-Clink-arg=-Wl,-soname,{name}"),
        }
    }
}

/// Whether the compiler's messages say that the linker did not find a library.
pub fn lacks_library(said: &str) -> bool {
    said.contains(MISSING)
}

/// Writes what stands for the parts of the C library.
pub fn write_libraries(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    LOADED
        .iter()
        .try_for_each(|name| std::fs::write(directory.join(format!("lib{name}.a")), NOTHING))
}
