//! What the tests of the command line share: the built program, directories of its own, notebooks.

// Each test binary uses its own part of this.
#![allow(dead_code)]

pub mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use classroom_tests::kernel::{build_directory, cargo, without_cargo};
use serde_json::{Value, json};

/// The directory that this test was compiled into (`target`, or `CARGO_TARGET_DIR`).
pub fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    test.ancestors()
        .nth(3)
        .expect("target/release/deps/test")
        .to_owned()
}

/// The command line's program, compiled if it is not up to date.
pub fn program() -> PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM
        .get_or_init(|| {
            let status = cargo("build", "kernel-setup").status();
            let status = status.expect("cargo starts");
            assert!(status.success(), "the command line does not compile");
            build_directory().join(format!("kernel-setup{}", std::env::consts::EXE_SUFFIX))
        })
        .clone()
}

/// A home directory with nothing in it, and a cache that is either empty or the shared one.
pub struct Home {
    pub directory: tempfile::TempDir,
    pub cache: PathBuf,
}

impl Home {
    /// Nothing is set up.
    pub fn new() -> Home {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let cache = directory.path().join("cache");
        Home { directory, cache }
    }

    /// Everything is set up, once for all tests (and for the next run of the tests).
    pub fn set_up() -> Home {
        static READY: OnceLock<()> = OnceLock::new();
        let mut home = Home::new();
        home.cache = target().join("classroom-test-cache");
        READY.get_or_init(|| {
            let notebook = home.notebook("first", &["1 + 1"]);
            let output = home
                .command()
                .arg("run")
                .arg(notebook)
                .arg("--output")
                .arg(home.path())
                .output()
                .expect("the program starts");
            assert!(output.status.success(), "set-up failed:\n{}", text(&output));
        });
        home
    }

    /// What pages are written with is set up, once for all tests. Nothing can be executed.
    pub fn with_pages() -> Home {
        static READY: OnceLock<()> = OnceLock::new();
        let mut home = Home::new();
        home.cache = target().join("classroom-test-cache");
        READY.get_or_init(|| {
            home.notebook("set-up/first", &["1 + 1"]);
            let first = ["set-up/first.ipynb", "-o", "set-up/out"];
            let output = home.run(&[&["export", "--no-execute"], &first[..]].concat());
            assert!(output.status.success(), "set-up failed:\n{}", text(&output));
        });
        home
    }

    /// A copy of everything that is set up, made of hard links, which a test may destroy. No cell runs in it: a
    /// template works only where it was made.
    pub fn disposable() -> Home {
        let shared = Home::set_up().cache;
        let home = Home::new();
        fs::create_dir_all(&home.cache).expect("the directory can be made");
        let entries = fs::read_dir(shared).expect("it is there").flatten();
        // The directories of running kernels change, and belong to nobody else.
        let parts = entries.filter(|entry| entry.file_name() != "kernels");
        let status = Command::new("cp")
            .arg("-RPl")
            .args(parts.map(|entry| entry.path()))
            .arg(&home.cache)
            .status()
            .expect("cp starts");
        assert!(status.success());
        for entry in fs::read_dir(&home.cache).expect("it was copied").flatten() {
            // The recipe names the template's place. The file is shared with the original: replace it.
            let recipe = entry.path().join("recipe.json");
            if let Ok(text) = fs::read(&recipe) {
                let mut value: Value = serde_json::from_slice(&text).expect("valid JSON");
                value["template"] = json!(entry.path());
                fs::remove_file(&recipe).expect("it is ours");
                fs::write(&recipe, value.to_string()).expect("writable");
            }
        }
        home
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// `cargo notebook`, in this home.
    pub fn command(&self) -> Command {
        let mut command = Command::new(program());
        without_cargo(&mut command)
            .current_dir(self.path())
            .env("RUST_NN_CACHE", &self.cache)
            .env("XDG_RUNTIME_DIR", self.path().join("session"))
            .env("CARGO_TARGET_DIR", target())
            .env("JUPYTER_DATA_DIR", self.path().join("jupyter"))
            .stdin(Stdio::null());
        command
    }

    /// Runs `cargo notebook` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command()
            .args(arguments)
            .output()
            .expect("the program starts")
    }

    /// Writes a notebook of code cells.
    pub fn notebook(&self, name: &str, cells: &[&str]) -> PathBuf {
        let cells: Vec<_> = cells.iter().map(|source| code(source)).collect();
        self.notebook_of(name, cells)
    }

    /// Writes a notebook.
    pub fn notebook_of(&self, name: &str, cells: Vec<Value>) -> PathBuf {
        let cells: Vec<_> = cells
            .into_iter()
            .enumerate()
            .map(|(number, mut cell)| {
                cell["id"] = json!(format!("cell-{number}"));
                cell
            })
            .collect();
        let notebook =
            json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 });
        let path = self.path().join(format!("{name}.ipynb"));
        let directory = path.parent().expect("it lies in the home directory");
        fs::create_dir_all(directory).expect("the directory can be created");
        fs::write(&path, notebook.to_string()).expect("the notebook can be written");
        path
    }

    /// A directory of programs to be used as `PATH`: links to the named ones of this machine.
    pub fn programs(&self, names: &[&str]) -> PathBuf {
        let directory = self.path().join("programs");
        fs::create_dir_all(&directory).expect("the directory can be created");
        for name in names {
            let found = std::env::split_paths(&std::env::var_os("PATH").expect("PATH is set"))
                .map(|path| path.join(name))
                .find(|path| path.is_file())
                .unwrap_or_else(|| panic!("{name} is on the PATH"));
            std::os::unix::fs::symlink(found, directory.join(name)).expect("a link can be made");
        }
        directory
    }

    /// A program that is this shell script.
    pub fn script(&self, name: &str, body: &str) {
        use std::os::unix::fs::PermissionsExt;
        let directory = self.path().join("programs");
        fs::create_dir_all(&directory).expect("the directory can be created");
        let path = directory.join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("the script can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }
}

/// A code cell.
pub fn code(source: &str) -> Value {
    json!({ "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": source })
}

/// A Markdown cell.
pub fn markdown(source: &str) -> Value {
    json!({ "cell_type": "markdown", "metadata": {}, "source": source })
}

/// Everything that a program printed.
pub fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Makes the test fail with everything that was printed unless `expected` is part of it.
pub fn assert_says(output: &Output, expected: &str) {
    let text = text(output);
    assert!(text.contains(expected), "no {expected:?} in:\n{text}");
}
