//! A notebook that cannot be used is named, with what to do, before anything is set up or executed.

mod cli_support;

use std::fs;
use std::process::Command;

use cli_support::{Home, assert_says, program, text};
use serde_json::json;

/// Runs a notebook of this content where nothing is set up, and expects these words.
fn refused(name: &str, content: &[u8], words: &[&str]) {
    let home = Home::new();
    fs::write(home.path().join(name), content).expect("writable");
    for command in [&["run"][..], &["export", "--no-execute"]] {
        let output = home.run(&[command, &[name, "-o", "out"]].concat());
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        for word in words.iter().chain(&[name, "to mend it:"]) {
            assert_says(&output, word);
        }
        assert!(!text(&output).contains("Traceback") && !text(&output).contains("Setting up"));
        assert!(!home.path().join("out").exists());
    }
}

#[test]
fn an_empty_notebook_is_named() {
    refused(
        "empty.ipynb",
        b"",
        &["the file is empty", "git checkout -- '"],
    );
    refused("blank.ipynb", b" \n", &["the file is empty"]);
}

#[test]
fn a_notebook_with_the_marks_of_a_merge_says_how_to_choose_a_side() {
    let content = b"{\"cells\":[\n<<<<<<< HEAD\n],\n=======\n],\n>>>>>>> theirs\n\"nbformat\":4}";
    refused(
        "merged.ipynb",
        content,
        &[
            "merge that was not finished (line 2)",
            "git checkout --ours '",
        ],
    );
}

#[test]
fn a_file_that_is_no_notebook_is_named() {
    refused(
        "half.ipynb",
        b"{\"cells\": [",
        &["its JSON is broken", "line 1"],
    );
    refused("page.ipynb", b"<html></html>", &["its JSON is broken"]);
    refused(
        "settings.ipynb",
        b"{\"theme\": 1}",
        &["JSON, but not a notebook"],
    );
    refused("list.ipynb", b"[1, 2]", &["JSON, but not a notebook"]);
    refused("wide.ipynb", b"\xff\xfe{\0}\0", &["not UTF-8"]);
}

#[test]
fn a_notebook_of_another_format_says_how_to_convert_it() {
    refused(
        "old.ipynb",
        b"{\"nbformat\": 3, \"worksheets\": []}",
        &["old notebook format 3", "nbconvert"],
    );
    refused(
        "new.ipynb",
        b"{\"nbformat\": 5, \"cells\": []}",
        &["format 5", "newer"],
    );
    refused("none.ipynb", b"{\"nbformat\": 4}", &["no list of cells"]);
}

#[test]
fn a_directory_or_a_name_that_leads_nowhere_is_named() {
    let home = Home::new();
    fs::create_dir(home.path().join("week 1")).expect("writable");
    std::os::unix::fs::symlink("gone", home.path().join("link.ipynb")).expect("a link");
    let output = home.run(&["run", "week 1", "link.ipynb", "missing.ipynb"]);
    assert_eq!(output.status.code(), Some(1));
    assert_says(&output, "week 1: this is a directory");
    assert_says(&output, "link.ipynb: No such file");
    assert_says(&output, "there is no notebook missing.ipynb");
}

#[test]
fn a_notebook_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let path = home.notebook("private", &["1"]);
    let allow = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    allow(&path, 0o000);
    let mut command = home.command();
    if fs::read(&path).is_ok() {
        // Root reads everything: somebody else runs a copy of the program.
        let copy = home.path().join("cargo-notebook");
        fs::copy(program(), &copy).expect("the program can be copied");
        allow(home.path(), 0o755);
        allow(&copy, 0o755);
        command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(copy)
            .current_dir(home.path())
            .env("RUST_NN_CACHE", &home.cache);
    }
    let output = command.args(["run", "private.ipynb"]).output();
    let output = output.expect("it starts");
    assert_says(
        &output,
        "private.ipynb: it may not be read (permission denied)",
    );
    assert_says(&output, "chmod u+r");
}

#[test]
fn a_notebook_for_another_kernel_is_not_executed_as_rust() {
    let home = Home::new();
    let notebook = |kernel| json!({ "cells": [], "metadata": { "kernelspec": kernel }, "nbformat": 4, "nbformat_minor": 5 });
    let python =
        notebook(json!({ "name": "python3", "display_name": "Python 3", "language": "python" }));
    fs::write(home.path().join("python.ipynb"), python.to_string()).expect("writable");
    let output = home.run(&["run", "python.ipynb"]);
    assert_eq!(output.status.code(), Some(1));
    assert_says(
        &output,
        "python.ipynb: this is a notebook for Python 3, not for Rust",
    );
    assert_says(&output, "--no-execute");
}

#[test]
fn a_notebook_whose_cells_are_broken_is_named_before_another_is_written() {
    let home = Home::with_pages();
    home.notebook("1-good", &["1"]);
    for (name, cell) in [
        ("2-no-source", json!({ "cell_type": "code" })),
        ("2-number", json!(5)),
        (
            "2-type",
            json!({ "cell_type": "game", "metadata": {}, "source": "" }),
        ),
    ] {
        let notebook =
            json!({ "cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5 });
        fs::write(
            home.path().join(format!("{name}.ipynb")),
            notebook.to_string(),
        )
        .expect("writable");
        let file = format!("{name}.ipynb");
        let output = home.run(&["export", "--no-execute", "1-good.ipynb", &file, "-o", "out"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert_says(
            &output,
            &format!("{file}: it does not follow the notebook format"),
        );
        assert!(!text(&output).contains("Traceback"));
        assert!(!home.path().join("out/1-good.html").exists());
    }
}

#[test]
fn a_notebook_with_a_byte_order_mark_and_a_strange_name_is_read() {
    let home = Home::with_pages();
    let path = home.notebook("-50% #1 수업?", &["1"]);
    let mut content = b"\xef\xbb\xbf".to_vec();
    content.extend(fs::read(&path).expect("readable"));
    fs::write(&path, content).expect("writable");
    let output = home.run(&[
        "export",
        "--no-execute",
        "-o",
        "결과 #1 %20",
        "--",
        "-50% #1 수업?.ipynb",
    ]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(home.path().join("결과 #1 %20/-50% #1 수업?.html").exists());
}

#[test]
fn a_bad_number_of_threads_is_named_before_anything_is_done() {
    let home = Home::new();
    let mut command = home.command();
    let output = command.env("NN_LIB_THREADS", "all").args(["run"]).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert_says(
        &output,
        "NN_LIB_THREADS is \"all\", which is no number of threads",
    );
    assert_says(&output, "set NN_LIB_THREADS to a number, or unset it");
    assert!(!home.cache.exists());
}
