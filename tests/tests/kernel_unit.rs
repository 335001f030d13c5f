//! The kernel's own unit tests, built by name so that the kernel is compiled once.

use classroom_tests::kernel::{build_directory, repository};
use std::process::Command;

#[test]
fn the_kernels_own_tests_pass() {
    let target = build_directory();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["test", "--package", "rust-nn-kernel", "--target-dir"])
        .arg(target.parent().unwrap())
        .current_dir(repository());
    if target.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success());
}
