//! The compiler that builds the template and the cells.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Rust toolchain, by the real paths of its programs: rustup's stand-ins cost every call some
/// 30 ms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Toolchain {
    /// The directory that holds the toolchain.
    pub sysroot: PathBuf,
    /// The compiler.
    pub rustc: PathBuf,
    /// The package manager; empty in an installation, which has none.
    pub cargo: PathBuf,
    /// The platform, such as `x86_64-unknown-linux-gnu`.
    pub host: String,
    /// The answer to `rustc -vV`.
    pub version: String,
}

impl Toolchain {
    /// Finds the toolchain that `rustc` on the search path (or `$RUSTC`) belongs to.
    ///
    /// # Errors
    /// There is no `rustc`, or it does not answer.
    pub fn find() -> Result<Toolchain> {
        let rustc = std::env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from);
        let sysroot = PathBuf::from(ask(&rustc, &["--print", "sysroot"])?.trim());
        let version = ask(&rustc, &["-vV"])?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .ok_or_else(|| Error::Toolchain("rustc -vV names no host".to_owned()))?
            .to_owned();
        let real = |name: &str, otherwise: PathBuf| {
            let path = sysroot.join("bin").join(name);
            if path.exists() { path } else { otherwise }
        };
        let cargo = std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from);
        Ok(Toolchain {
            rustc: real("rustc", rustc),
            cargo: real("cargo", cargo),
            sysroot,
            host,
            version,
        })
    }
}

impl Toolchain {
    /// The directory with what belongs to the platform.
    fn platform(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(&self.host)
    }

    /// The directory with the standard library.
    pub fn libraries(&self) -> PathBuf {
        self.platform().join("lib")
    }

    /// The toolchain's own linker, where it has one that links shared objects for Linux.
    pub fn linker(&self) -> Option<PathBuf> {
        let linker = self.platform().join("bin").join("rust-lld");
        (cfg!(target_os = "linux") && linker.is_file()).then_some(linker)
    }
}

fn ask(rustc: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(rustc)
        .args(arguments)
        .output()
        .map_err(|error| {
            Error::Toolchain(format!(
                "cannot run {}: {error}; install Rust from rustup.rs",
                rustc.display()
            ))
        })?;
    if !output.status.success() {
        return Err(Error::Toolchain(format!(
            "{} {} failed: {}",
            rustc.display(),
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
