//! The cache: half-made things never count, two set-ups do not trip over each other, and
//! uninstalling leaves neither files nor processes.

mod cli_support;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cli_support::{Home, assert_says, text};

/// A package index that answers nothing.
const NO_INDEX: [(&str, &str); 3] = [
    ("PIP_INDEX_URL", "http://127.0.0.1:9/simple"),
    ("PIP_EXTRA_INDEX_URL", ""),
    ("PIP_FIND_LINKS", ""),
];

/// The private Python environments in a cache.
fn environments(home: &Home) -> Vec<PathBuf> {
    let entries = fs::read_dir(&home.cache).expect("the cache can be read");
    let paths = entries.map(|entry| entry.expect("readable").path());
    paths
        .filter(|path| path.is_dir() && path.to_string_lossy().contains("venv-"))
        .collect()
}

#[test]
fn without_a_network_the_missing_python_packages_are_explained_and_nothing_half_made_counts() {
    let home = Home::new();
    let notebook = home.notebook("any", &["1"]);
    for attempt in ["first", "second"] {
        let output = home
            .command()
            .args(["export", "--no-execute"])
            .arg(&notebook)
            .envs(NO_INDEX)
            .output()
            .expect("it starts");
        assert!(!output.status.success(), "{attempt}: {}", text(&output));
        assert_says(
            &output,
            "there is no network, so Jupyter cannot be installed",
        );
        assert_says(&output, "--python PATH");
        let unfinished = environments(&home);
        assert_eq!(unfinished.len(), 1, "{attempt}");
        assert!(!unfinished[0].join("complete").exists(), "{attempt}");
    }
}

#[test]
fn an_environment_that_was_moved_with_its_cache_is_made_again() {
    let home = Home::disposable();
    let moved = environments(&home).remove(0);
    assert!(moved.join("complete").exists());
    let notebook = home.notebook("any", &["1"]);
    let output = home
        .command()
        .args(["export", "--no-execute"])
        .arg(&notebook)
        .envs(NO_INDEX)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(&output, "there is no network");
    assert!(
        moved.join("complete").exists(),
        "it was removed before there was another one"
    );
}

#[test]
fn a_complete_cache_needs_no_network_and_builds_nothing() {
    let home = Home::set_up();
    let notebook = home.notebook("any", &["1"]);
    let output = home
        .command()
        .args(["export", "--no-execute", "--output"])
        .arg(home.path())
        .arg(notebook)
        .envs(NO_INDEX)
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{}", text(&output));
    assert!(!text(&output).contains("Setting up"), "{}", text(&output));
    assert!(home.path().join("any.html").exists());
}

#[test]
fn a_kernel_whose_key_is_missing_is_replaced_by_a_whole_one() {
    let home = Home::disposable();
    let kernel = home.cache.join("bin").join("rust-nn-kernel");
    let whole = fs::metadata(&kernel).expect("it is set up").len();
    // The cache shares its files with others: replace, do not write into them.
    fs::remove_file(home.cache.join("bin/rust-nn-kernel.key")).expect("it had a key");
    fs::remove_file(&kernel).expect("it is there");
    fs::write(&kernel, "half").expect("writable");
    let output = home.run(&["install"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(
        fs::metadata(&kernel).expect("it is there again").len(),
        whole
    );
}

#[test]
fn a_second_set_up_waits_for_the_first_and_says_so() {
    let home = Home::set_up();
    let lock = File::options()
        .write(true)
        .open(home.cache.join("set-up.lock"))
        .expect("set-up leaves a lock file");
    lock.lock().expect("nobody sets up now");
    let mut waiting = home
        .command()
        .args(["export", "--no-execute", "--output"])
        .arg(home.path())
        .arg(home.notebook("any", &["1"]))
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut stderr = BufReader::new(waiting.stderr.take().expect("standard error is piped"));
    let mut line = String::new();
    stderr.read_line(&mut line).expect("it says something");
    assert!(line.contains("Waiting for another set-up"), "{line}");
    assert_eq!(waiting.try_wait().expect("it can be asked"), None);
    drop(lock);
    assert!(waiting.wait().expect("it ends").success());
}

#[test]
fn installing_twice_and_uninstalling_leaves_neither_kernelspec_nor_cache() {
    let home = Home::disposable();
    for _ in 0..2 {
        let output = home.run(&["install"]);
        assert!(output.status.success(), "{}", text(&output));
    }
    let directory = home.path().join("jupyter/kernels/rust-nn");
    let text = fs::read_to_string(directory.join("kernel.json")).expect("it is installed");
    let specification: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    assert_eq!(specification["display_name"], "Rust (nn-lib)");
    assert_eq!(specification["language"], "rust");
    assert_eq!(specification["interrupt_mode"], "message");
    let argv: Vec<_> = specification["argv"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|word| word.as_str().expect("text"))
        .collect();
    assert_eq!(
        argv[0],
        home.cache.join("bin/rust-nn-kernel").to_string_lossy()
    );
    assert!(PathBuf::from(argv[2]).join("complete").exists(), "{argv:?}");
    assert_eq!(argv[3], "{connection_file}");

    let output = home.run(&["uninstall"]);
    assert!(output.status.success());
    assert_says(&output, &directory.to_string_lossy());
    assert_says(&output, &home.cache.to_string_lossy());
    assert!(!directory.exists() && !home.cache.exists());
    let output = home.run(&["uninstall"]);
    assert!(output.status.success());
    assert_says(&output, "Nothing to remove");
}

#[test]
fn install_with_a_prefix_writes_below_it_and_uninstall_removes_it() {
    let home = Home::disposable();
    let prefix = home.path().join("venv");
    let prefix_text = prefix.to_str().expect("a plain path");
    let output = home.run(&["install", "--prefix", prefix_text]);
    assert!(output.status.success(), "{}", text(&output));
    let directory = prefix.join("share/jupyter/kernels/rust-nn");
    assert!(directory.join("kernel.json").exists());
    assert!(!home.path().join("jupyter").exists());
    assert!(
        home.run(&["uninstall", "--prefix", prefix_text])
            .status
            .success()
    );
    assert!(!directory.exists());
}

#[test]
fn uninstall_finds_the_kernels_of_a_user_without_a_cache() {
    let home = Home::new();
    let place = home.path().join("session").join("rust-nn");
    let kernel = place.join("kernels").join("a");
    fs::create_dir_all(&kernel).expect("the directory can be created");
    // The program lies in somebody else's installation.
    let mut ours = Command::new("sleep")
        .arg("600")
        .env("RUST_NN_DIRECTORY", &kernel)
        .spawn()
        .expect("sleep starts");
    let output = home.run(&["uninstall"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "Ended 1 running process");
    ours.wait().expect("it has ended");
    assert!(!place.exists());
}

#[test]
fn uninstall_ends_the_processes_that_run_from_the_cache_and_no_other() {
    let home = Home::new();
    fs::create_dir_all(home.cache.join("bin")).expect("the directory can be created");
    let kernel = home.cache.join("bin/rust-nn-kernel");
    let sleep = if PathBuf::from("/bin/sleep").exists() {
        "/bin/sleep"
    } else {
        "/usr/bin/sleep"
    };
    fs::copy(sleep, &kernel).expect("a program can be copied");
    let mut ours = Command::new(&kernel)
        .arg("600")
        .spawn()
        .expect("the stand-in starts");
    let mut another = Command::new(sleep)
        .arg("600")
        .spawn()
        .expect("sleep starts");
    let output = home.run(&["uninstall"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "Ended 1 running process");
    let started = Instant::now();
    while ours.try_wait().expect("it can be asked").is_none() {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "the kernel still runs"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(
        another.try_wait().expect("it can be asked"),
        None,
        "a stranger was ended"
    );
    another.kill().expect("it can be ended");
    another.wait().expect("it ends");
    assert!(!home.cache.exists());
}
