//! `install --system`: what is refused before anything is made, and what is laid out in a home.

#![cfg(target_os = "linux")]

mod cli_support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output};

use classroom_tests::kernel::repository;
use cli_support::{Home, assert_says, text};

/// The number of a user who owns nothing.
const NOBODY: &str = "65534";

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[test]
fn an_installation_for_all_in_the_usual_place_needs_root_and_says_what_to_type() {
    let home = Home::new();
    let given = home.command();
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
        // The program and its place must be within reach.
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let copy = home.path().join("notebook");
        fs::copy(given.get_program(), &copy).expect("it can be copied");
        command.arg(copy);
    } else {
        command.arg(given.get_program());
    }
    for (name, value) in given.get_envs() {
        value.map(|value| command.env(name, value));
    }
    let output = command
        .args(["install", "--system"])
        .current_dir("/")
        .output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_says(&output, "only root can do this in /opt/rust-nn");
    assert_says(&output, "install --system");
    assert!(!Path::new("/opt/rust-nn/set-up.lock").exists());
}

#[test]
fn an_installation_that_others_could_not_reach_is_refused() {
    let home = Home::new();
    let closed = home.path().join("closed");
    fs::create_dir(&closed).expect("writable");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("it is ours");
    let output = home.run(&["install", "--system", "--prefix", "closed/place"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_says(&output, "other users cannot look into");
    assert_says(&output, "chmod o+x '");
    assert_eq!(fs::read_dir(&closed).expect("it is ours").count(), 0);
    assert!(!home.cache.exists());
}

#[test]
fn a_place_without_an_installation_is_left_as_it_is() {
    let home = Home::new();
    let place = home.path().join("place");
    fs::create_dir(&place).expect("writable");
    fs::write(place.join("mine"), "").expect("writable");
    let output = home.run(&["uninstall", "--system", "--prefix", "place"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "Nothing to remove");
    assert_eq!(fs::read_dir(&place).expect("it is ours").count(), 1);
}

/// What a server of an installation does at its start, for a user with this home.
fn start_server(installation: &Path, home: &Path) -> Output {
    let script = repository().join("kernel-setup/assets/hub/jupyter_server_config.py");
    let start = format!(
        "import sys; sys.prefix = {:?}; exec(open({script:?}).read())",
        installation.join("environment")
    );
    let mut python = Command::new("python3");
    python.args(["-c", &start]).env("HOME", home);
    let python = python.env("RUST_NN_NOTEBOOKS", "chapter").output();
    python.expect("Python starts")
}

#[test]
fn the_chapter_is_laid_out_once_and_what_somebody_has_changed_is_never_touched() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let (originals, home) = (root.path().join("notebooks"), root.path().join("home"));
    for directory in [&originals.join("further"), &home] {
        fs::create_dir_all(directory).expect("writable");
    }
    let write =
        |name: &str, content: &str| fs::write(originals.join(name), content).expect("writable");
    let laid =
        |name: &str| fs::read_to_string(home.join("chapter").join(name)).expect("it is there");
    let start = || {
        let output = start_server(root.path(), &home);
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            text(&output)
        );
    };
    for name in ["kept", "changed", "removed", "further/one"] {
        write(name, "first");
    }
    start();
    assert_eq!(laid("further/one"), "first");
    fs::write(home.join("chapter/changed"), "mine").expect("writable");
    fs::remove_file(home.join("chapter/removed")).expect("it is there");
    for name in ["kept", "changed", "removed"] {
        write(name, "second");
    }
    start();
    assert_eq!(
        ["kept", "changed", "removed"].map(laid),
        ["second", "mine", "second"]
    );
    // The original comes back where the changed one is out of its way.
    fs::rename(home.join("chapter/changed"), home.join("chapter/my own")).expect("it is there");
    start();
    assert_eq!(["changed", "my own"].map(laid), ["second", "mine"]);
    // A home that is full or closed does not keep a server from starting.
    fs::remove_dir_all(home.join("chapter")).expect("it is ours");
    fs::write(home.join("chapter"), "in the way").expect("writable");
    let output = start_server(root.path(), &home);
    assert!(output.status.success());
    assert_says(&output, "the notebooks were not copied");
}
