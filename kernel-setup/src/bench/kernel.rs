//! The kernel beside evcxr's own: start, restart, latency of short cells, memory.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::failure::{Failure, Result};
use crate::jupyter;
use crate::paths::Paths;
use crate::setup::{self, Need};
use crate::subprocess;

/// The version that ours is compared with: the same engine.
const STOCK: &str = "evcxr_jupyter@0.22.0";

/// Measures this project's kernel, and with `stock` evcxr's own in the same run, and prints a table.
///
/// # Errors
/// What set-up lacks; `Program` when the other kernel cannot be compiled or one does not answer.
pub(crate) fn run(paths: &Paths, stock: bool) -> Result<()> {
    let classroom = setup::ensure(paths, Need::KernelAndPython, None)?;
    let template = classroom
        .template
        .as_ref()
        .expect("set-up of the kernel makes the template");
    let other = stock.then(|| install_stock(paths)).transpose()?;
    let plan = json!({
        "ours": [paths.kernel(), PathBuf::from("--template"), template.clone(), PathBuf::from("{connection_file}")],
        "stock": other.map(|program| [program, PathBuf::from("--control_file"), PathBuf::from("{connection_file}")]),
        // Both load the same sources.
        "nn_lib": template.join("nn-lib"),
    });
    // Evcxr's own kernel leaves its build behind when it is stopped; here it goes with this directory.
    let scratch = tempfile::tempdir().map_err(Failure::file("create", &std::env::temp_dir()))?;
    let mut python = jupyter::python(paths, &classroom)?;
    python
        .arg(paths.assets().join("bench_kernel.py"))
        .arg(plan.to_string())
        .env("TMPDIR", scratch.path());
    // `cargo run` names the workspace's own build of nn-lib here, which cells of another kernel would be loaded with.
    for name in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        python.env_remove(name);
    }
    let status = python
        .status()
        .map_err(Failure::file("run", &paths.assets()))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Program {
        program: "the measurement".to_owned(),
        status: status.to_string(),
        output: String::new(),
    })
}

/// Compiles evcxr's kernel into the cache, which takes as long as ours, once.
fn install_stock(paths: &Paths) -> Result<PathBuf> {
    let root = paths.cache.join("stock");
    eprintln!(
        "Installing {STOCK} into {} (once; about ten minutes)",
        root.display()
    );
    let mut cargo = Command::new("cargo");
    cargo
        .args(["install", "--locked", STOCK, "--root"])
        .arg(&root);
    subprocess::follow(&mut cargo, |line| eprintln!("{line}"))?;
    Ok(root.join("bin").join("evcxr_jupyter"))
}
