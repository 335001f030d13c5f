//! What the classroom needs of the machine, checked before any long step begins.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::installation::Installation;
use crate::subprocess;

/// The oldest Rust that the engine compiles with.
const RUST_NEEDED: (u32, u32) = (1, 95);
/// The oldest Python that the pinned packages run on.
const PYTHON_NEEDED: (u32, u32) = (3, 10);

/// `1.95.0` of the compiler that cells are compiled with.
///
/// # Errors
/// `Missing` when there is no compiler or it is older than 1.95.
pub fn rust() -> Result<String> {
    let update = "rustup update stable";
    let text = subprocess::output(Command::new("rustc").arg("--version")).map_err(|_| {
        Failure::missing(
            "no Rust compiler: `rustc` does not start",
            "install Rust with rustup (see https://rustup.rs), then open a new terminal",
        )
    })?;
    let version = text
        .split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    match major_minor(&version) {
        Some(found) if found >= RUST_NEEDED => Ok(version),
        _ => Err(Failure::missing(
            format!("Rust 1.95 or newer is needed, this is `{text}`"),
            update,
        )),
    }
}

/// The standard library's source, from which the engine infers the types of a cell's variables.
/// Where it is absent and `install` is set, rustup is asked for it first.
///
/// # Errors
/// `Missing` when it is absent and could not be installed.
pub fn rust_source(install: bool) -> Result<PathBuf> {
    let sysroot = subprocess::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let source = Path::new(&sysroot).join("lib/rustlib/src/rust/library");
    let present = || source.join("std/src/lib.rs").is_file();
    if !present() && install && subprocess::find("rustup").is_some() {
        eprintln!(
            "The standard library's source is missing; asking rustup for it: rustup component add rust-src"
        );
        // The outcome is looked at below, whatever rustup says.
        let _ = Command::new("rustup")
            .args(["component", "add", "rust-src"])
            .status();
    }
    if present() {
        return Ok(source);
    }
    Err(Failure::missing(
        format!(
            "the standard library's source is not in {}",
            source.display()
        ),
        "rustup component add rust-src   (a distribution's Rust: apt install rust-src, or dnf install rust-src)",
    ))
}

/// The linker that `rustc` calls.
///
/// # Errors
/// `Missing` when there is none.
pub fn linker() -> Result<PathBuf> {
    subprocess::find("cc").ok_or_else(|| {
        let mend = if cfg!(target_os = "macos") {
            "xcode-select --install"
        } else {
            "sudo apt install build-essential   (or: sudo dnf install gcc)"
        };
        Failure::missing("no C linker: `cc` is not on the PATH", mend)
    })
}

/// A Python that can make a virtual environment, and that an installation has packages for: its path and version.
///
/// # Errors
/// `Missing` when there is none, it is too old or too new, or lacks `venv`.
pub fn python(installation: Option<&Installation>) -> Result<(PathBuf, String)> {
    let known = installation.map(|installation| installation.list("python"));
    let fits = |found: (u32, u32)| match &known {
        Some(known) => known.contains(&format!("{}.{}", found.0, found.1)),
        None => found >= PYTHON_NEEDED,
    };
    let mut unfit = None;
    for name in [
        "python3",
        "python",
        "python3.14",
        "python3.13",
        "python3.12",
        "python3.11",
        "python3.10",
    ] {
        let Some((path, version)) = subprocess::find(name)
            .and_then(|path| python_version(&path).map(|version| (path, version)))
        else {
            continue;
        };
        if major_minor(&version).is_some_and(fits) {
            let needs_pip = installation.is_none();
            return own_path(&path, needs_pip).map(|path| (path, version));
        }
        unfit = unfit.or(Some(version));
    }
    let install = if cfg!(target_os = "macos") {
        "brew install python   (or python.org)"
    } else {
        "sudo apt install python3 python3-venv   (or: sudo dnf install python3)"
    };
    Err(match (unfit, known) {
        (Some(version), Some(known)) => Failure::missing(
            format!(
                "this needs Python {} (the packages inside are made for these), found only {version}",
                known.join(", ")
            ),
            install,
        ),
        (Some(version), None) => Failure::missing(
            format!("Python 3.10 or newer is needed, found only {version}"),
            install,
        ),
        (None, _) => Failure::missing("no Python: neither `python3` nor `python` starts", install),
    })
}

/// The version of the Python at `path`, such as `3.11.2`; `None` when it does not start.
pub fn python_version(path: &Path) -> Option<String> {
    subprocess::output(Command::new(path).args([
        "-I",
        "-c",
        "import platform; print(platform.python_version())",
    ]))
    .ok()
}

/// Where a Python that can make virtual environments really is: `python` may be a launcher of pyenv or conda, or lie in
/// an environment that is active by chance, and what is made once must not depend on that.
fn own_path(python: &Path, needs_pip: bool) -> Result<PathBuf> {
    let pip = if needs_pip { ", ensurepip" } else { "" };
    let ask = format!(
        "import sys, venv{pip}; print(getattr(sys, '_base_executable', None) or sys.executable)"
    );
    let told = subprocess::output(Command::new(python).args(["-I", "-c", &ask])).map_err(|_| {
        Failure::missing(
            format!(
                "{} cannot make virtual environments: its `venv` or `ensurepip` module is missing",
                python.display()
            ),
            "sudo apt install python3-venv   (Debian and Ubuntu ship it separately)",
        )
    })?;
    let own = PathBuf::from(told);
    Ok(if own.is_file() {
        own
    } else {
        python.to_owned()
    })
}

/// Bytes that are free where `path` is, or will be; `None` when the system does not tell.
pub fn free_bytes(path: &Path) -> Option<u64> {
    let existing = path
        .ancestors()
        .find(|ancestor| ancestor.exists())?
        .canonicalize()
        .ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list();
    let disk = disks
        .iter()
        .filter(|disk| existing.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().as_os_str().len())?;
    Some(disk.available_space())
}

/// Is there room for `needed` bytes at `path`?
///
/// # Errors
/// `Missing` when there is not.
pub fn space(path: &Path, needed: u64) -> Result<u64> {
    let free = free_bytes(path).unwrap_or(u64::MAX);
    if free >= needed {
        return Ok(free);
    }
    Err(Failure::missing(
        format!(
            "too little disk space: {} needs {}, {} are free",
            path.display(),
            gibibytes(needed),
            gibibytes(free)
        ),
        "free some space, or point RUST_NN_CACHE (and CARGO_TARGET_DIR for the build) to a larger disk",
    ))
}

/// `1.5 GiB`
pub fn gibibytes(bytes: u64) -> String {
    if bytes == u64::MAX {
        return "an unknown number of GiB".to_owned();
    }
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version
        .split(['.', '-'])
        .map_while(|part| part.parse().ok());
    Some((parts.next()?, parts.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(major_minor("1.95.0"), Some((1, 95)));
        assert_eq!(major_minor("1.100.0-nightly"), Some((1, 100)));
        assert!(major_minor("1.100.0") > Some(RUST_NEEDED));
        assert_eq!(major_minor("unknown"), None);
    }

    #[test]
    fn a_launcher_of_python_leads_to_python_itself() {
        use std::os::unix::fs::PermissionsExt;

        let directory = tempfile::tempdir().expect("a temporary directory");
        let program = |name: &str, body: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("a script");
            let executable = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&path, executable).expect("a program");
            path
        };
        // Like Python, it tells where it is.
        let python = program("python3.11", "echo \"$0\"");
        let launcher = program("python3", &format!("exec '{}' \"$@\"", python.display()));
        assert_eq!(own_path(&launcher, true).expect("both work"), python);
    }

    #[test]
    fn more_space_than_any_disk_has_is_refused_with_a_way_out() {
        let failure = space(Path::new("/"), u64::MAX).expect_err("no disk is that large");
        assert!(failure.to_string().contains("too little disk space") && failure.mend().is_some());
    }
}
