//! What the exercises of the notebooks say to a stub, to a wrong, a nearly right and two right answers.

mod cli_support;

use std::fs;
use std::path::{Path, PathBuf};

use classroom_tests::exercises::{Answers, CHAPTER};
use classroom_tests::exercises_further::FURTHER;
use classroom_tests::notebook::{file, joined};
use cli_support::{Home, text};
use serde_json::{Value, json};

/// The cell with an answer in the place of its stub: the body of a function, or the result of the code that is checked.
fn answered(stub: &str, answer: &str) -> String {
    let (before, rest) = stub.split_once("todo!(").expect("it has a stub");
    // What the stub says ends with a quotation mark.
    let end = if rest.starts_with('"') { "\")" } else { ")" };
    let (_, after) = rest.split_once(end).expect("the stub is closed");
    if stub.starts_with("fn ") && before.trim_end().ends_with("-> Option<usize> {") {
        format!("{before}{answer}{after}")
    } else {
        format!("{before}Ok({answer}){after}")
    }
}

/// A copy of a notebook in which each exercise is followed by its cell with every answer. Of the other cells it has all, or
/// those that are needed.
fn with_answers(notebook: &Path, copy: &Path, needed: Option<&[&str]>, exercises: &[Answers]) {
    let mut value: Value =
        serde_json::from_slice(&fs::read(notebook).expect("it is part of the repository"))
            .expect("JSON");
    let mut cells = Vec::new();
    for cell in value["cells"].as_array().expect("it has cells") {
        let id = cell["id"].as_str().unwrap_or_default();
        let number = id.strip_prefix("check-");
        if number.is_some() || needed.is_none_or(|needed| needed.contains(&id)) {
            cells.push(cell.clone());
        }
        let Some(number) = number else {
            continue;
        };
        let exercise = exercises
            .iter()
            .find(|exercise| exercise.number.to_string() == number)
            .unwrap_or_else(|| panic!("{}: no answers for {id}", notebook.display()));
        let stub = joined(&cell["source"]);
        for (kind, answers) in [
            ("wrong", exercise.wrong.0),
            ("near", exercise.near.0),
            ("right", exercise.right[0]),
            ("other", exercise.right[1]),
        ] {
            cells.push(json!({
                "cell_type": "code", "id": format!("{id}-{kind}"), "metadata": {}, "outputs": [], "execution_count": null,
                "source": answered(&stub, answers),
            }));
        }
    }
    value["cells"] = json!(cells);
    fs::write(copy, value.to_string()).expect("writable");
}

/// What a cell of this name said.
fn said(cells: &[Value], id: &str) -> String {
    let cell = cells.iter().find(|cell| cell["id"] == id);
    let outputs = cell.unwrap_or_else(|| panic!("no cell {id}"))["outputs"].as_array();
    let outputs = outputs.into_iter().flatten();
    outputs
        .map(|output| joined(&output["text"]) + &joined(&output["data"]["text/plain"]))
        .collect()
}

/// Runs the copies without data and network, and compares what each answer is told.
fn check_answers(home: &Home, notebooks: &[(&str, &[Answers])]) -> usize {
    let mut command = home.command();
    command.args(["run", "--output", "executed"]);
    command.args(notebooks.iter().map(|(name, _)| copy_of(home, name)));
    let output = command
        .env_remove("NN_LIB_DATA")
        .env("KERAS_HOME", home.path().join("keras"))
        .env("NN_LIB_DATA_URL", "http://127.0.0.1:9")
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", text(&output));
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, exercises) in notebooks {
        let file = home.path().join("executed").join(format!("{name}.ipynb"));
        let notebook: Value =
            serde_json::from_slice(&fs::read(file).expect("written")).expect("JSON");
        let cells = notebook["cells"].as_array().expect("cells");
        for exercise in *exercises {
            let id = format!("check-{}", exercise.number);
            let mut expect = |kind: &str, begins: &str, contains: &str| {
                count += 1;
                let said = said(cells, &format!("{id}{kind}"));
                // Above it stands what the student's code has printed.
                let verdict = format!("{begins} {}, exercise {}: ", &name[..3], exercise.number);
                if !said.contains(&verdict) || !said.contains(contains) {
                    wrong.push(format!(
                        "{name}, {id}{kind}: expected {begins} {contains:?}, said {said:?}"
                    ));
                }
            };
            expect("", "○", "not answered yet");
            expect("-wrong", "✗", exercise.wrong.1);
            expect("-near", "✗", exercise.near.1);
            expect("-right", "✓", "right.");
            expect("-other", "✓", "right.");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

fn copy_of(home: &Home, name: &str) -> PathBuf {
    home.path().join(format!("{name}.ipynb"))
}

#[test]
fn every_exercise_tells_a_stub_a_wrong_a_nearly_right_and_two_right_answers_apart() {
    let home = Home::set_up();
    for (name, exercises) in CHAPTER {
        with_answers(&file(name), &copy_of(&home, name), None, exercises);
    }
    assert_eq!(check_answers(&home, &CHAPTER), 27 * 5);
}

#[test]
fn so_does_every_exercise_of_the_notebooks_that_go_further() {
    let home = Home::set_up();
    for (name, needed, exercises) in FURTHER {
        with_answers(&file(name), &copy_of(&home, name), Some(needed), exercises);
    }
    let table = file(FURTHER[3].0).with_file_name("film-reviews.csv");
    fs::copy(table, home.path().join("film-reviews.csv")).expect("writable");
    let notebooks = FURTHER.map(|(name, _, exercises)| (name, exercises));
    assert_eq!(check_answers(&home, &notebooks), 12 * 5);
}

/// Whoever opens the file in an editor finds no answer in the cells that check.
#[test]
fn no_cell_that_checks_shows_its_answer() {
    let further = FURTHER.map(|(name, _, exercises)| (name, exercises));
    for (name, exercises) in CHAPTER.into_iter().chain(further) {
        let notebook: Value =
            serde_json::from_slice(&fs::read(file(name)).expect("readable")).expect("JSON");
        let cells = notebook["cells"].as_array().expect("cells").iter();
        let checks: Vec<_> = cells
            .filter(|cell| {
                cell["id"]
                    .as_str()
                    .is_some_and(|id| id.starts_with("check-"))
            })
            .collect();
        assert_eq!(checks.len(), exercises.len(), "{name}");
        for cell in checks {
            let source = joined(&cell["source"]);
            assert!(
                source.contains("todo!(") && source.contains("check"),
                "{source}"
            );
            assert!(source.contains(".hint("), "{source}");
            assert_eq!(cell["outputs"], json!([]), "{name}");
            let id = cell["id"].as_str().unwrap_or_default();
            let exercise = exercises
                .iter()
                .find(|e| format!("check-{}", e.number) == id);
            let right = exercise.expect("it has answers").right[0];
            // Short ones stand in the exercise's own number, or in its question.
            if source.contains(".equals(") && right.len() > 3 {
                assert!(!source.contains(right), "{source}");
            }
        }
    }
}
