//! What an installation needs of the machine beside Python: it compiles nothing to find out.

use std::process::Command;

use crate::failure::{Failure, Result};
use crate::installation::{Installation, UNPACK_AGAIN};
use crate::subprocess;

/// Looks whether the compiler of the installation starts here: it needs some libraries of the system.
///
/// # Errors
/// `Missing` with what to install.
pub fn check(installation: &Installation) -> Result<()> {
    let compiler = installation.compiler();
    let Err(failure) = subprocess::output(Command::new(&compiler).arg("--version")) else {
        return Ok(());
    };
    let text = failure.to_string();
    let library = text
        .split_once("error while loading shared libraries: ")
        .and_then(|(_, rest)| rest.split(':').next());
    Err(match library {
        Some(library) => Failure::missing(
            format!("the system lacks a library that the compiler needs: {library}"),
            match library {
                "libz.so.1" => "sudo apt install zlib1g   (or: sudo dnf install zlib)",
                "libgcc_s.so.1" => "sudo apt install libgcc-s1   (or: sudo dnf install libgcc)",
                _ => "install the package that has it",
            },
        ),
        None => Failure::missing(
            format!("{} does not start: {}", compiler.display(), text.trim()),
            UNPACK_AGAIN,
        ),
    })
}
