//! JupyterLab of an installation for all users: packages, settings and byte code are complete, so nobody writes there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::installation::Installation;
use crate::jupyter;
use crate::kernelspec;
use crate::progress::Step;
use crate::setup::{explain_pip, with_mirrors_alone, without_pythons};
use crate::subprocess;

use super::python::Base;

/// The environment's directory in an installation.
pub const DIRECTORY: &str = "environment";
/// The packages, pinned with hashes.
const REQUIREMENTS: &str = include_str!("../../requirements.txt");
/// What a hub is started with, in an installation.
const HUB: &str = "hub";

/// Makes the environment of an installation.
///
/// # Errors
/// `Program` when pip fails, `Missing` when the hub's packages need a network that is not there.
pub fn make(installation: &Installation, base: &Base, hub: bool, step: &mut Step) -> Result<()> {
    let root = &installation.root;
    let assets = root.join("assets").join("hub");
    let directory = root.join(DIRECTORY);
    step.message("making a virtual environment");
    let mut venv = Command::new(&base.path);
    without_pythons(&mut venv)
        .args(["-I", "-m", "venv"])
        .arg(&directory);
    subprocess::follow(&mut venv, |_| ())?;
    let python = interpreter(root);

    step.message("installing JupyterLab");
    let mut list = tempfile::NamedTempFile::new().map_err(Failure::file("write", &directory))?;
    list.write_all(REQUIREMENTS.as_bytes())
        .map_err(Failure::file("write", list.path()))?;
    let mut local = pip(&python, list.path());
    local
        .args(["--no-index", "--find-links"])
        .arg(installation.wheels())
        .env("PIP_CONFIG_FILE", "/dev/null");
    subprocess::follow(&mut local, |_| ())?;
    if hub {
        step.message("installing JupyterHub");
        let mut remote = pip(&python, &assets.join("requirements.txt"));
        with_mirrors_alone(&mut remote, &python);
        subprocess::follow(&mut remote, |_| ()).map_err(explain_pip)?;
        write_hub(root, &assets)?;
    }

    let settings = directory.join("etc").join("jupyter");
    jupyter::write_settings(&settings)?;
    let name = "jupyter_server_config.py";
    copy(&assets.join(name), &settings.join(name))?;
    let kernels = directory.join("share").join("jupyter").join("kernels");
    kernelspec::write(&kernels, &installation.kernel(), &installation.template())?;

    step.message("compiling Python's packages");
    let mut compile = Command::new(&python);
    without_pythons(&mut compile).args(["-I", "-m", "compileall", "-q", "-j", "0"]);
    // Some packages ship examples for other versions of Python, which do not compile.
    let _ = subprocess::output(compile.arg(&directory).arg(root.join("assets")));
    Ok(())
}

/// The environment's Python.
pub fn interpreter(installation: &Path) -> PathBuf {
    installation.join(DIRECTORY).join("bin").join("python")
}

/// Whether the environment's Python starts and has its packages. A system that was brought up to date may have another one.
pub fn works(installation: &Path) -> bool {
    let mut ask = Command::new(interpreter(installation));
    subprocess::output(without_pythons(&mut ask).args(["-I", "-c", "import jupyterlab, zmq"]))
        .is_ok()
}

/// The program that starts a hub.
pub fn hub(installation: &Path) -> Option<PathBuf> {
    Some(installation.join(HUB).join("jupyterhub")).filter(|program| program.is_file())
}

/// pip, which takes the packages of a file and verifies them.
fn pip(python: &Path, requirements: &Path) -> Command {
    let mut pip = Command::new(python);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PIP_") {
            pip.env_remove(&name);
        }
    }
    without_pythons(&mut pip)
        .args([
            "-I",
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--require-hashes",
        ])
        .args(["--no-compile", "--no-input", "--no-cache-dir", "--quiet"])
        .args(["--progress-bar", "off", "--disable-pip-version-check"])
        .args(["--root-user-action", "ignore", "--requirement"])
        .arg(requirements);
    pip
}

/// The hub's configuration, and the program that starts the hub with it. Both name this installation: what a running hub
/// starts comes from where the hub itself comes from, also after a newer installation.
fn write_hub(installation: &Path, sources: &Path) -> Result<()> {
    let directory = installation.join(HUB);
    fs::create_dir_all(&directory).map_err(Failure::file("create", &directory))?;
    let configuration = directory.join("jupyterhub_config.py");
    copy(&sources.join("jupyterhub_config.py"), &configuration)?;
    let script = format!(
        "#!/bin/sh\n# JupyterHub with the configuration beside this file; more options go to JupyterHub.\n\
         exec '{}' -I -m jupyterhub --config='{}' \"$@\"\n",
        interpreter(installation).display(),
        configuration.display()
    );
    let program = directory.join("jupyterhub");
    fs::write(&program, script).map_err(Failure::file("write", &program))?;
    super::rights::set(&program, 0o755)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(Failure::file("copy", from))
}
