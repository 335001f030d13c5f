//! The conformance suite of the Jupyter project (`jupyter_kernel_test`), every test of it.

use classroom_tests::kernel::{build_directory, program, repository, template};
use classroom_tests::trials::{Missing, PYTHON, missing, run, test};
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    run([test(the_kernel_passes_the_conformance_suite_of_jupyter)])
}

/// The tests of the suite; a skipped one counts as missing.
const TESTS: usize = 13;

fn the_kernel_passes_the_conformance_suite_of_jupyter() -> Result<(), Missing> {
    let python = python().ok_or_else(|| missing(PYTHON, "no environment could be made"))?;
    let data = tempfile::tempdir().unwrap();
    let kernelspec = data.path().join("kernels").join("rust-nn");
    std::fs::create_dir_all(&kernelspec).unwrap();
    let json = serde_json::json!({
        "argv": [program(), "--template", template(), "{connection_file}"],
        "display_name": "Rust (nn-lib)", "language": "rust", "interrupt_mode": "message"
    });
    std::fs::write(kernelspec.join("kernel.json"), json.to_string()).unwrap();
    let output = Command::new(python)
        .arg(repository().join("tests").join("kernel_conformance.py"))
        .env("JUPYTER_PATH", data.path())
        .env("JUPYTER_PLATFORM_DIRS", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    eprintln!("{said}");
    assert!(output.status.success());
    assert!(
        said.contains(&format!("Ran {TESTS} tests")),
        "another number of tests"
    );
    assert!(!said.contains("skipped="), "a test was skipped");
    Ok(())
}

/// The Python of an environment with the suite, made on first use.
fn python() -> Option<PathBuf> {
    let environment = build_directory().join("test-venv");
    let python = environment.join("bin").join("python");
    let requirements = repository().join("tests").join("requirements.txt");
    let installed = environment.join("installed");
    let wanted = std::fs::read(&requirements).unwrap();
    if std::fs::read(&installed).is_ok_and(|text| text == wanted) {
        return Some(python);
    }
    succeeds("python3", &["-m", "venv", "--clear"], &environment)?;
    let pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r"];
    succeeds(python.to_str()?, &pip, &requirements)?;
    std::fs::write(installed, wanted).ok()?;
    Some(python)
}

fn succeeds(program: &str, arguments: &[&str], last: &Path) -> Option<()> {
    let status = Command::new(program)
        .args(arguments)
        .arg(last)
        .status()
        .ok()?;
    status.success().then_some(())
}
