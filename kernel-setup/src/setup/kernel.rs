//! The kernel: compiled from this repository and copied into the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::progress::Step;
use crate::subprocess;

use super::fingerprint::Fingerprint;

/// Changes with everything that the kernel is compiled from.
///
/// # Errors
/// `File` when a source cannot be read.
pub fn key(paths: &Paths) -> Result<String> {
    let crates = paths.repository.join("kernel-setup");
    let compiler = subprocess::output(Command::new("rustc").arg("-vV"))?;
    let mut fingerprint = Fingerprint::default().text(&compiler);
    for path in [
        crates.join("kernel"),
        crates.join("template"),
        crates.join("runtime"),
        paths.repository.join("Cargo.toml"),
        paths.repository.join("Cargo.lock"),
    ] {
        fingerprint = fingerprint.tree(&path)?;
    }
    Ok(fingerprint.key())
}

/// Is the kernel in the cache the one that these sources make?
pub fn is_current(paths: &Paths, key: &str) -> bool {
    paths.kernel().is_file() && fs::read_to_string(key_file(paths)).is_ok_and(|found| found == key)
}

/// Compiles the kernel and puts it into the cache.
///
/// # Errors
/// `Program` with cargo's last lines when it does not compile.
pub fn build(paths: &Paths, key: &str, step: &mut Step) -> Result<((), String)> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&paths.repository).args([
        "build",
        "--release",
        "--package",
        "rust-nn-kernel",
        "--locked",
    ]);
    // What `cargo run` tells about this package would make some build scripts run again, now and in the next build.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    rust_nn_template::processors::hand_on(&mut command);
    // Cargo's own progress line, `Building [==>  ] 12/345: serde, syn`, is read and shown as ours.
    command.envs([
        ("CARGO_TERM_PROGRESS_WHEN", "always"),
        ("CARGO_TERM_PROGRESS_WIDTH", "100"),
        ("CARGO_TERM_COLOR", "never"),
    ]);
    step.message("compiling (the longest step)");
    subprocess::follow(&mut command, |line| match progress_of(line) {
        Some((done, total, crates)) => step.position(done, total, &format!("crates; {crates}")),
        None if line.trim_start().starts_with("Download") => step.message(line.trim()),
        None => (),
    })?;
    let built = target_directory(paths).join("release").join(
        paths
            .kernel()
            .file_name()
            .expect("the kernel's path has a file name"),
    );
    // The key is removed first and written last: a kernel without its key does not count.
    let _ = fs::remove_file(key_file(paths));
    copy(&built, &paths.kernel())?;
    fs::write(key_file(paths), key).map_err(Failure::file("write", &key_file(paths)))?;
    Ok(((), "compiled".to_owned()))
}

/// Where cargo puts what it builds.
pub fn target_directory(paths: &Paths) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || paths.repository.join("target"),
        |path| paths.repository.join(path),
    )
}

fn key_file(paths: &Paths) -> PathBuf {
    paths.kernel().with_extension("key")
}

/// Copies under another name, then renames: a kernel that runs keeps its own file.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let directory = to.parent().expect("the kernel lies in a directory");
    fs::create_dir_all(directory).map_err(Failure::file("create", directory))?;
    let partial = to.with_extension("partial");
    fs::copy(from, &partial).map_err(Failure::file("copy", from))?;
    fs::rename(&partial, to).map_err(Failure::file("write", to))
}

fn progress_of(line: &str) -> Option<(u64, u64, &str)> {
    let (counts, crates) = line
        .trim_start()
        .strip_prefix("Building [")?
        .split_once("] ")?
        .1
        .split_once(": ")?;
    let (done, total) = counts.split_once('/')?;
    Some((
        done.trim().parse().ok()?,
        total.trim().parse().ok()?,
        crates.trim(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_progress_line_is_understood() {
        let line = "    Building [=====>                   ] 123/345: ra_ap_hir, syn(build)...";
        assert_eq!(
            progress_of(line),
            Some((123, 345, "ra_ap_hir, syn(build)..."))
        );
        assert_eq!(progress_of("   Compiling syn v2.0.1"), None);
    }
}
