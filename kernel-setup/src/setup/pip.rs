//! The private Python environment: made by `venv`, filled by pip from the pinned file.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::progress::Step;
use crate::subprocess;

use super::Lock;
use super::python::{Plan, interpreter, marker, use_file};
use super::python_variables::{with_mirrors_alone, without_pythons};

/// Makes the private environment and removes older ones that nobody uses.
///
/// # Errors
/// `Missing` without a network; `Program` when pip fails for another reason.
pub fn install(paths: &Paths, plan: &Plan, step: &mut Step) -> Result<((), String)> {
    let Plan::Private {
        directory, base, ..
    } = plan
    else {
        return Ok(((), "given".to_owned()));
    };
    remove(directory)?; // it was never finished, or its Python does not start any more
    step.message("making a virtual environment");
    let mut venv = Command::new(base);
    without_pythons(&mut venv).args(["-I", "-m", "venv"]);
    if let Some(installation) = &paths.installation {
        subprocess::follow(venv.arg("--without-pip").arg(directory), |_| ())?;
        step.message("unpacking the packages");
        let mut unpack = Command::new(interpreter(directory));
        without_pythons(&mut unpack)
            .args(["-I", "-B"])
            .arg(paths.assets().join("unpack.py"))
            .arg(installation.wheels());
        let said = subprocess::output(&mut unpack)?;
        return finish(paths, directory).map(|()| ((), format!("{said} unpacked")));
    }
    subprocess::follow(venv.arg(directory), |_| ())?;

    let file = paths.requirements();
    let text = fs::read_to_string(&file).map_err(Failure::file("read", &file))?;
    let total = text
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphanumeric()))
        .count() as u64;
    let mut done = 0;
    // The file lists everything, so pip need not resolve; byte code is made on first import.
    let mut pip = Command::new(interpreter(directory));
    with_mirrors_alone(&mut pip, &interpreter(directory));
    without_pythons(&mut pip)
        .args([
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--require-hashes",
            "--no-compile",
            "--no-input",
            "--progress-bar",
            "off",
        ])
        .args([
            "--disable-pip-version-check",
            "--retries",
            "2",
            "--timeout",
            "15",
            "--requirement",
        ])
        .arg(&file);
    let result = subprocess::follow(&mut pip, |line| {
        if let Some(package) = line.strip_prefix("Collecting ") {
            done += 1;
            step.position(done, total, package.split("==").next().unwrap_or(package));
        } else if line.starts_with("Installing") {
            step.message("installing the packages");
        }
    });
    result.map_err(explain)?;
    finish(paths, directory)?;
    Ok(((), format!("{done} Python packages installed")))
}

/// Marks the environment as complete.
fn finish(paths: &Paths, directory: &Path) -> Result<()> {
    fs::write(marker(directory), "").map_err(Failure::file("write", &marker(directory)))?;
    remove_older(paths, directory);
    Ok(())
}

/// pip's message for a missing network is long and names the wrong cause.
pub fn explain(failure: Failure) -> Failure {
    let Failure::Program { output, .. } = &failure else {
        return failure;
    };
    let offline = [
        "Temporary failure in name resolution",
        "Name or service not known",
        "Network is unreachable",
        "NewConnectionError",
        "nodename nor servname",
        "ConnectTimeoutError",
        "getaddrinfo failed",
    ];
    if offline.iter().any(|sign| output.contains(sign)) {
        return Failure::missing(
            "there is no network, so Jupyter cannot be installed",
            "connect once and run this again (later it works offline), or use an existing Jupyter: --python PATH",
        );
    }
    failure
}

fn remove_older(paths: &Paths, current: &Path) {
    let Ok(entries) = fs::read_dir(&paths.cache) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_environment = path.is_dir()
            && path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("venv-"));
        if is_environment
            && path != current
            && let Some(_nobody_uses_it) = Lock::try_exclusive(&use_file(&path))
        {
            // What stays, stays until the next time.
            let _ = remove(&path);
            let _ = fs::remove_file(use_file(&path));
        }
    }
}

fn remove(directory: &Path) -> Result<()> {
    if !directory.exists() {
        return Ok(());
    }
    // The marker goes first: a half-removed environment does not count as whole.
    let _ = fs::remove_file(marker(directory));
    fs::remove_dir_all(directory).map_err(Failure::file("remove", directory))
}
