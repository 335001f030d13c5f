//! `run`: executes notebooks, stops at the first failing cell, writes pages.

mod cli_support;

use std::fs;

use cli_support::{Home, assert_says, code, markdown, text};

#[test]
fn run_executes_the_cells_in_order_and_writes_notebook_and_page() {
    let home = Home::set_up();
    let notebook = home.notebook_of(
        "sums",
        vec![
            markdown("# Sums"),
            code("let a = 20;"),
            code("let b = a + 1;\nprintln!(\"the sum is {}\", a + b);"),
            code("a * b"),
        ],
    );
    let before = fs::read(&notebook).expect("readable");
    let output = home.run(&["run", "sums.ipynb", "--output", "out"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "✓ sums: 3 cells executed");
    assert_says(&output, "out/sums.html");
    let page = fs::read_to_string(home.path().join("out/sums.html")).expect("the page is written");
    assert!(page.contains("the sum is 41") && page.contains("420"));
    let executed: serde_json::Value =
        serde_json::from_slice(&fs::read(home.path().join("out/sums.ipynb")).expect("written"))
            .expect("valid JSON");
    assert_eq!(executed["cells"][2]["execution_count"], 2);
    assert_eq!(
        executed["cells"][2]["outputs"][0]["text"],
        serde_json::json!(["the sum is 41\n"])
    );
    assert_eq!(
        fs::read(&notebook).expect("readable"),
        before,
        "the notebook itself was changed"
    );
}

#[test]
fn run_prints_the_failing_cell_and_stops_there() {
    let home = Home::set_up();
    home.notebook("1-good", &["println!(\"fine\");"]);
    let marker = home.path().join("reached");
    let after = format!(
        "std::fs::write({:?}, \"\").unwrap();",
        marker.to_string_lossy()
    );
    home.notebook(
        "2-bad",
        &["let fine = 1;", "let wrong: usize = \"text\";", &after],
    );
    home.notebook("3-never", &[&after]);
    let output = home.run(&[
        "run",
        "1-good.ipynb",
        "2-bad.ipynb",
        "3-never.ipynb",
        "--output",
        "out",
        "--jobs",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_says(&output, "✗ 2-bad: cell 2 of 3 failed");
    assert_says(&output, "    let wrong: usize = \"text\";");
    assert_says(&output, "mismatched types");
    assert_says(&output, "2-bad was not executed to its end");
    assert!(
        !marker.exists(),
        "a cell after the failing one was executed"
    );
    assert!(home.path().join("out/1-good.html").exists());
    assert!(!home.path().join("out/2-bad.html").exists());
}

#[test]
fn the_first_notebook_that_fails_stops_the_others() {
    let home = Home::set_up();
    let sleep = "std::thread::sleep(std::time::Duration::from_secs(600));";
    home.notebook("1-long", &[sleep]);
    home.notebook("2-bad", &["let wrong: usize = \"text\";"]);
    let notebooks = ["1-long.ipynb", "2-bad.ipynb"];
    let output = home.run(&[&["run", "--output", "out", "--jobs", "2"], &notebooks[..]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_says(&output, "✗ 1-long: stopped");
    assert_says(&output, "✗ 2-bad: cell 1 of 1 failed");
    assert_says(&output, "2-bad was not executed to its end");
    assert!(!home.path().join("out/1-long.html").exists());
}

#[test]
fn a_panic_fails_the_run_with_its_message() {
    let home = Home::set_up();
    home.notebook("panics", &["panic!(\"the bug is here\");", "1"]);
    let output = home.run(&["run", "panics.ipynb", "--output", "out"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_says(&output, "the bug is here");
}

#[test]
fn a_cell_that_takes_too_long_is_stopped_and_named() {
    let home = Home::set_up();
    home.notebook(
        "slow",
        &["std::thread::sleep(std::time::Duration::from_secs(600));"],
    );
    let output = home.run(&["run", "slow.ipynb", "--output", "out", "--timeout", "5"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_says(&output, "longer than 5 s");
}

#[test]
fn nothing_of_the_users_jupyter_is_touched() {
    let home = Home::set_up();
    home.notebook("any", &["1"]);
    let output = home.run(&["run", "any.ipynb", "--output", "out"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(!home.path().join("jupyter").exists());
}
