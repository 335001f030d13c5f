//! The check that reads which tests were ignored: one that could have run here is a failure.

use std::process::{Command, Output};

use classroom_tests::kernel::repository;

/// What `.ci/ignored.sh` makes of the lines that `cargo test` printed, on a machine without the real data.
fn check(lines: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    std::fs::write(&log, lines).unwrap();
    let mut command = Command::new("bash");
    command.arg(repository().join(".ci/ignored.sh")).arg(log);
    command.env_remove("NN_LIB_DATA").env_remove("NOT_RUN");
    command.env("CARGO_TARGET_DIR", directory.path());
    command.output().unwrap()
}

#[test]
fn tests_that_pass_or_that_the_list_names_are_no_failure() {
    let list = std::fs::read_to_string(repository().join(".ci/ignored.txt")).unwrap();
    let mut lines = String::from("test one_and_one ... ok\n");
    for name in list.lines() {
        lines += &format!("test {name} ... ignored, takes minutes\n");
        lines += &format!("test {name}      ... ignored (takes minutes)\n");
    }
    let output = check(&lines);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

#[test]
fn what_a_machine_lacks_is_told_and_is_no_failure() {
    let output = check("test of_keras   ... ignored (needs the real data: none)\n");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "not run: the test of_keras: needs the real data: none\n"
    );
}

#[test]
fn a_test_that_is_ignored_without_need_is_a_failure_that_names_it() {
    for line in [
        "test a::forgotten ... ignored",
        "test a::forgotten ... ignored, flaky",
        "test a::forgotten   ... ignored (needs a better day: rain)",
    ] {
        let output = check(&format!("test other ... ok\n{line}\n"));
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("without need: a::forgotten"), "{said}");
    }
}
