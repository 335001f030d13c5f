//! What is written: every result under a name of its own, and nothing of the user's overwritten.

mod cli_support;

use std::fs;
use std::process::Command;

use cli_support::{Home, assert_says, program, text};

#[test]
fn two_notebooks_of_one_name_give_two_pages() {
    let home = Home::with_pages();
    home.notebook("group a/lab", &["// of the first group"]);
    home.notebook("group b/lab", &["// of the second group"]);
    let both = [
        "group a/lab.ipynb",
        "group b/lab.ipynb",
        "./group b/lab.ipynb",
    ];
    let output = home.run(&[&["export", "--no-execute", "-o", "out"], &both[..]].concat());
    assert!(output.status.success(), "{}", text(&output));
    let page =
        |name: &str| fs::read_to_string(home.path().join("out").join(name)).expect("written");
    assert!(page("group a-lab.html").contains("of the first group"));
    assert!(page("group b-lab.html").contains("of the second group"));
    assert_eq!(
        fs::read_dir(home.path().join("out"))
            .expect("readable")
            .count(),
        3,
        "two pages and their index"
    );
}

#[test]
fn two_notebooks_of_one_name_are_executed_side_by_side() {
    let home = Home::set_up();
    home.notebook("a/lab", &["println!(\"group {}\", 1 + 1);"]);
    home.notebook("b/lab", &["println!(\"group {}\", 2 + 3);"]);
    let output = home.run(&["run", "-o", "out", "a/lab.ipynb", "b/lab.ipynb"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "✓ a-lab: 1 cell executed");
    let read =
        |name: &str| fs::read_to_string(home.path().join("out").join(name)).expect("written");
    assert!(read("a-lab.html").contains("group 2") && read("b-lab.html").contains("group 5"));
    assert!(read("a-lab.ipynb").contains("group 2") && read("b-lab.ipynb").contains("group 5"));
}

#[test]
fn run_into_the_notebooks_own_folder_does_not_overwrite_it() {
    let home = Home::set_up();
    let notebook = home.notebook("work/homework", &["6 * 7"]);
    std::os::unix::fs::symlink("work", home.path().join("link")).expect("a link");
    let before = fs::read(&notebook).expect("readable");
    for folder in ["work", "link", "work/../work/."] {
        let output = home.run(&["run", "-o", folder, "work/homework.ipynb"]);
        assert!(output.status.success(), "{folder}: {}", text(&output));
        assert_eq!(fs::read(&notebook).expect("readable"), before, "{folder}");
    }
    let executed = home.path().join("work/homework.executed.ipynb");
    let mut text_of_it = fs::read_to_string(&executed).expect("it is written beside it");
    assert!(text_of_it.contains("42") && home.path().join("work/homework.html").exists());

    // Somebody goes on working in the executed notebook.
    text_of_it = text_of_it.replace("6 * 7", "6 * 7 * 100");
    fs::write(&executed, &text_of_it).expect("writable");
    let output = home.run(&["run", "-o", "work", "work/homework.ipynb"]);
    assert_eq!(output.status.code(), Some(1));
    assert_says(&output, "homework.executed.ipynb is there already");
    assert_eq!(fs::read_to_string(&executed).expect("readable"), text_of_it);
}

#[test]
fn a_page_that_somebody_else_has_made_is_not_overwritten() {
    let home = Home::with_pages();
    home.notebook("essay", &["1"]);
    let page = home.path().join("out/essay.html");
    fs::create_dir(home.path().join("out")).expect("writable");
    fs::write(&page, "<p>from JupyterLab</p>").expect("writable");
    let export = ["export", "--no-execute", "essay.ipynb", "-o", "out"];
    let output = home.run(&export);
    assert_eq!(output.status.code(), Some(1));
    assert_says(&output, "out/essay.html is there already");
    assert_says(&output, "name another folder with -o");
    assert_eq!(
        fs::read_to_string(&page).expect("readable"),
        "<p>from JupyterLab</p>"
    );
    fs::remove_file(&page).expect("it is ours");
    for _ in 0..2 {
        let output = home.run(&export);
        assert!(
            output.status.success(),
            "its own page is replaced: {}",
            text(&output)
        );
    }
}

#[test]
fn an_output_folder_that_cannot_be_written_is_said_before_set_up() {
    let home = Home::new();
    home.notebook("any", &["1"]);
    fs::write(home.path().join("file"), "").expect("writable");
    for folder in ["file", "file/below", "/proc/nobody/writes/here"] {
        let output = home.run(&["run", "any.ipynb", "-o", folder]);
        assert_eq!(output.status.code(), Some(1), "{folder}");
        assert_says(&output, "cannot write to");
        assert_says(&output, "name another folder with -o");
        assert!(!text(&output).contains("Setting up"), "{folder}");
    }
}

#[test]
fn a_disk_that_is_full_leaves_no_half_page_and_is_said() {
    let home = Home::with_pages();
    home.notebook("any", &["1"]);
    fs::create_dir(home.path().join("out")).expect("writable");
    // No file may be longer than 4 KiB, and a page is.
    let limited = format!(
        "ulimit -f 8; exec '{}' export --no-execute any.ipynb -o out",
        program().display()
    );
    let output = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(home.path())
        .env("RUST_NN_CACHE", &home.cache)
        .output()
        .expect("sh starts");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_says(&output, "cannot write");
    assert_says(&output, "File too large");
    assert!(!text(&output).contains("Traceback"));
    let left = fs::read_dir(home.path().join("out"))
        .expect("readable")
        .count();
    assert_eq!(left, 0, "half a page is left");
}
