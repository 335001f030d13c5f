//! The kernel's own unit tests, built by name so that the kernel is compiled once.

use classroom_tests::kernel::cargo_for_kernel;

#[test]
fn the_kernels_own_tests_pass() {
    assert!(cargo_for_kernel("test").status().unwrap().success());
}
