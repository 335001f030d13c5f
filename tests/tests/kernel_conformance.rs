//! The conformance suite of the Jupyter project (`jupyter_kernel_test`), every test of it.

use classroom_tests::kernel::{build_directory, program, repository, template};
use classroom_tests::trials::{Missing, python_environment, run, test};
use std::process::Command;

fn main() {
    run([test(the_kernel_passes_the_conformance_suite_of_jupyter)])
}

/// The tests of the suite; a skipped one counts as missing.
const TESTS: usize = 13;

fn the_kernel_passes_the_conformance_suite_of_jupyter() -> Result<(), Missing> {
    let requirements = repository().join("tests").join("requirements.txt");
    let python = python_environment(&build_directory().join("test-venv"), &requirements)?;
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
