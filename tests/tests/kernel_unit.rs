//! The kernel's own unit tests, built by name so that the kernel is compiled once.

use classroom_tests::kernel::cargo;

#[test]
fn the_kernels_own_tests_pass() {
    assert!(cargo("test", "rust-nn-kernel").status().unwrap().success());
}
