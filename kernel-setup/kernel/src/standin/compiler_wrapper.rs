//! Stands between cargo and the compiler while cargo builds the crates that a notebook asks for.
//!
//! Cargo names a crate's files after all that it was asked for, and so compiles a crate again when a feature of something
//! below it changes. A notebook's values would then be of another crate's types. Here a crate is compiled when its own
//! input is new, and kept under a name that is a hash of that input (crate_store.rs). Cargo gets links to what is there:
//!
//! 1. *The template's.* nn-lib's shared object has crates in it: `ndarray`, `serde` and so on. Where a notebook's crate
//!    is one of them, and all that it depends on as well, it is handed over: so the types are nn-lib's own.
//! 2. *What values are made of.* A crate whose types are those of a notebook's variables stays as it is.
//! 3. *What was compiled before*, in this notebook or another: libraries, macros, and what macros are made of.
//!
//! Whatever is compiled here has a mark in its identity (`-Cmetadata`), so that the compiler never takes it for the one in
//! nn-lib's shared object that happens to have the same name.

use super::compiler_call::{Call, is_same_package};
use super::crate_store::{Build, Store};
use super::crates;
use crate::directory::KernelDirectory;
use crate::messages::Report;
use rust_nn_template::recipe::Inside;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is added to the identity of a notebook's crates.
const MARK: &str = "notebook";

/// Whether cargo calls this program as the compiler's wrapper.
pub fn is_call(first: Option<&str>) -> bool {
    first.is_some_and(|first| {
        Path::new(first)
            .file_name()
            .is_some_and(|name| name == "rustc")
    })
}

/// Compiles a crate, or hands over one that is there; returns the exit code.
pub fn rustc(arguments: &[OsString]) -> io::Result<i32> {
    let Some((compiler, arguments)) = arguments.split_first() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(compiler);
    let call = Call::read(arguments);
    let is_primary = std::env::var_os("CARGO_PRIMARY_PACKAGE").is_some();
    if call.kinds.is_empty() || call.name == "___" || is_primary {
        // A question, or the notebook's own package, which is empty.
        return Err(command.args(arguments).exec());
    }
    let kernel = KernelDirectory::from_environment()?;
    let recipe = kernel.recipe().map_err(io::Error::other)?;
    if !call.is_crate() {
        // A build script. That of the template's crates belongs to something that is there.
        let is_known = |inside: &Inside| is_same_package(&inside.source, &call.source);
        if !recipe.inside.iter().any(is_known) {
            tell(&kernel);
        }
        return Err(command.args(arguments).exec());
    }
    if let Some(inside) = call.find(&recipe) {
        let files = inside.files.iter();
        let files: Vec<PathBuf> = files.map(|file| recipe.template.join(file)).collect();
        call.hand_over(&files)?;
        return Ok(0);
    }
    let store = Store::from_environment()?;
    let build = Build {
        name: call.name.clone(),
        source: call.source.clone(),
        features: call.features.clone(),
        kind: call.kind(),
        identity: call.identity(&recipe)?,
    };
    if let Some(files) = store.find(&build) {
        call.hand_over(&files)?;
        return Ok(0);
    }
    tell(&kernel);
    let files = store.files(&build);
    // Cargo goes on with other crates as soon as the interface of this one is written.
    call.link(&files)?;
    let theirs = recipe.template.join(call.place(&recipe));
    command
        .args(call.without_names(arguments))
        .arg(format!("-Cmetadata={MARK}-{}", build.identity))
        .arg(format!("-Cextra-filename=-{}", build.identity))
        .arg("--out-dir")
        .arg(store.directory())
        .arg("-L")
        .arg(format!("dependency={}", theirs.display()))
        .arg("-L")
        .arg(format!("dependency={}", store.directory().display()));
    let status = command.status()?;
    if status.success() {
        call.write_sources(&files)?;
        store.keep(&build)?;
    }
    Ok(status.code().unwrap_or(1))
}

/// Tells the reader which package is being compiled, once for a cell.
fn tell(kernel: &KernelDirectory) {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let package = format!(
        "{} v{}",
        variable("CARGO_PKG_NAME"),
        variable("CARGO_PKG_VERSION")
    );
    if !crates::is_news(kernel, &package) {
        return;
    }
    let line = format!("   Compiling {package}");
    if let Ok(mut link) = crate::messages::connect(&kernel.path) {
        // Without a reader nobody misses it.
        let _ = Report::Progress(line).write(&mut link);
    }
}
