//! A restless student: presses Tab and Shift-Tab anywhere, stops trainings, runs cells again and out of order, makes
//! mistakes, adds a crate. Whatever is done, nothing is lost.

use classroom_tests::kernel::{Answer, Kernel, repository, template};
use classroom_tests::notebook::{CHAPTER, FURTHER, code_cells, names};
use serde_json::json;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What must still be there after every action: a variable, and what a trained model says.
const WATCHED: &str = "let watched = vec![3, 1, 4];
let watched_x = Tensor::from([[0.1, 0.9], [0.8, 0.2], [0.5, 0.5]]);
let mut watched_model = Sequential::new();
watched_model.add(Dense::new(4).activation(Activation::Relu).input_shape(2));
watched_model.add(Dense::new(1));
watched_model.compile(\"rmsprop\", \"mse\", [\"mae\"])?;
watched_model.fit(&watched_x, &Tensor::from([1.0, 0.0, 0.5]), Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() })?;
let watched_answer = watched_model.predict(&watched_x)?.to_vec();";

const LOOK: &str = "(watched.len(), watched_model.predict(&watched_x)?.to_vec() == watched_answer)";

/// Cells that fail, each in its own way.
const MISTAKES: [&str; 10] = [
    "let broken: i32 = \"text\";",
    "nothing_of_this_name + 1",
    "let let = 3;",
    "watched[99]",
    "Tensor::zeros([2, 3]).reshape([5])?;",
    "watched_model.fit(&watched_x, &Tensor::zeros([5]), Fit::default())?;",
    "panic!(\"on purpose\")",
    "let open = vec![1, 2",
    ":nonsense",
    "watched.push(\"text\")",
];

/// What came of a walk.
#[derive(Debug, Default)]
struct Tally {
    actions: usize,
    completions: usize,
    /// Completions without an answer where the name exists.
    empty: Vec<String>,
    /// Answers without the name that is there.
    without_name: Vec<String>,
    stops: usize,
    /// Stops that met plain Rust code, and said that the variables are lost.
    told: usize,
}

struct Student {
    kernel: Kernel,
    random: fastrand::Rng,
    tally: Tally,
    /// The crates that were added, removed at the end.
    packages: Vec<TempDir>,
}

impl Student {
    fn new(seed: u64) -> Student {
        Student::with(Kernel::start(), seed)
    }

    fn with(mut kernel: Kernel, seed: u64) -> Student {
        kernel.ok(WATCHED);
        Student {
            kernel,
            random: fastrand::Rng::with_seed(seed),
            tally: Tally::default(),
            packages: Vec::new(),
        }
    }

    /// Fails unless everything is still there.
    fn look(&mut self, after: &str) {
        let answer = self.kernel.run(LOOK);
        assert_eq!(
            answer.result(),
            Some("(3, true)"),
            "after {after}:\n{}",
            answer.traceback()
        );
    }

    fn complete(&mut self, code: &str, end: usize, name: &str, exists: bool) {
        let content = json!({ "code": code, "cursor_pos": end });
        let answer = self.kernel.request("complete_request", content);
        assert_eq!(answer.reply["status"], "ok", "{answer:#?}");
        assert!(answer.published.is_empty(), "{answer:#?}");
        self.tally.completions += 1;
        let matches: Vec<&str> = answer.reply["matches"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str())
            .collect();
        if !exists {
            return;
        }
        let place: String = code.chars().take(end).collect();
        let place = place.lines().last().unwrap_or_default().to_owned();
        if matches.is_empty() && self.needs_what_is_not_there(code, end, &place) {
            return;
        }
        if matches.is_empty() {
            println!("empty: {place}");
            self.tally.empty.push(place);
        } else if !matches
            .iter()
            .any(|found| found.ends_with(name) || found.trim_end_matches('!') == name)
        {
            println!("without the name: {place}");
            self.tally.without_name.push(place);
        }
    }

    /// Whether a line up to the cursor uses a variable that no cell has made: one of a cell that was stopped, that
    /// failed, or that has not run.
    fn needs_what_is_not_there(&mut self, code: &str, end: usize, line: &str) -> bool {
        let known = self
            .kernel
            .ok(":vars")
            .result()
            .unwrap_or_default()
            .to_owned();
        const NUMBERS: [&str; 8] = ["f32", "f64", "i32", "i64", "u8", "u32", "u64", "usize"];
        let letters: Vec<char> = code.chars().collect();
        let in_cell = names(code);
        let in_line = end - line.chars().count()..=end;
        in_cell.iter().any(|name| {
            let start = name.end - name.text.chars().count();
            let before = start.checked_sub(1).map_or(' ', |at| letters[at]);
            let after = letters.get(name.end).copied().unwrap_or(' ');
            let is_variable = !['.', ':'].contains(&before)
                && !['(', ':', '!'].contains(&after)
                && name.text.starts_with(char::is_lowercase)
                && !NUMBERS.contains(&name.text);
            let is_made = known
                .lines()
                .any(|variable| variable.starts_with(&format!("{}:", name.text)))
                || in_cell
                    .iter()
                    .any(|other| other.declared && other.text == name.text);
            in_line.contains(&name.end) && !name.declared && is_variable && !is_made
        })
    }

    fn inspect(&mut self, code: &str, end: usize) {
        let content = json!({ "code": code, "cursor_pos": end, "detail_level": 0 });
        let answer = self.kernel.request("inspect_request", content);
        assert_eq!(answer.reply["status"], "ok", "{answer:#?}");
    }

    /// Runs a cell and stops it after a while; whether the variables were lost, which the cell has to say.
    fn stop(&mut self, code: &str) {
        let start = Instant::now();
        let id = self.kernel.begin(code);
        std::thread::sleep(Duration::from_millis(self.random.u64(0..1500)));
        self.kernel.interrupt_now();
        let answer = self.kernel.wait(&id, start);
        self.tally.stops += 1;
        self.allow_a_told_loss(&answer);
    }

    /// A stop of plain Rust code ends the process: then the cell says so, and the student runs the cells again.
    fn allow_a_told_loss(&mut self, answer: &Answer) {
        if answer.traceback().contains("variables are lost") {
            self.tally.told += 1;
            self.kernel.ok(WATCHED);
        }
    }

    /// One action in a notebook of which `reached` cells have run.
    fn act(&mut self, cells: &[String], reached: &mut usize) -> String {
        self.tally.actions += 1;
        let some = self.random.usize(0..cells.len().min(*reached + 1));
        let code = &cells[some];
        let names = names(code);
        match self.random.u32(0..100) {
            0..24 if *reached < cells.len() => {
                // Several at once, as with Shift-Enter.
                let next = cells.len().min(*reached + 3);
                for cell in &cells[*reached..next] {
                    self.kernel.run(cell);
                }
                *reached = next;
                format!("the cells up to {reached}")
            }
            0..32 => {
                // Out of order a cell may fail, and that is told.
                let answer = self.kernel.run(code);
                format!("cell {} again: {:?}", some + 1, answer.reply["status"])
            }
            32..64 if !names.is_empty() => {
                let name = &names[self.random.usize(0..names.len())];
                self.complete(code, name.end, name.text, !name.declared);
                format!("Tab after {} in cell {}", name.text, some + 1)
            }
            64..76 if !names.is_empty() => {
                let name = &names[self.random.usize(0..names.len())];
                self.inspect(code, name.end);
                format!("Shift-Tab at {} in cell {}", name.text, some + 1)
            }
            76..84 => {
                let trainings = cells[..*reached].iter();
                let trainings: Vec<&String> =
                    trainings.filter(|cell| cell.contains(".fit(")).collect();
                let Some(cell) = self.random.choice(trainings) else {
                    return "nothing to stop".to_owned();
                };
                self.stop(cell);
                format!("a stop of {cell}")
            }
            84..94 => {
                let mistake = self.random.choice(MISTAKES).expect("there are some");
                let answer = self.kernel.run(mistake);
                assert_eq!(answer.reply["status"], "error", "{mistake}: {answer:#?}");
                mistake.to_owned()
            }
            94..96 => {
                let content = json!({
                    "hist_access_type": "tail", "n": 5, "output": false, "raw": true,
                    "session": 0, "start": 0, "stop": 0
                });
                self.kernel.request("history_request", content);
                "the history".to_owned()
            }
            96..99 => {
                let content = json!({ "code": code });
                self.kernel.request("is_complete_request", content);
                "a question whether a cell is complete".to_owned()
            }
            _ => self.add_crate(),
        }
    }

    /// Adds a crate of one's own, which needs no network.
    fn add_crate(&mut self) -> String {
        let name = format!("own{}", self.packages.len() + 1);
        let package = tempfile::tempdir().unwrap();
        std::fs::create_dir(package.path().join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n"
        );
        std::fs::write(package.path().join("Cargo.toml"), manifest).unwrap();
        std::fs::write(
            package.path().join("src/lib.rs"),
            "pub fn seven() -> i32 { 7 }",
        )
        .unwrap();
        let cell = format!(":dep {name} = {{ path = {:?} }}", package.path());
        self.kernel.ok(&cell);
        let answer = self.kernel.ok(&format!("{name}::seven()"));
        assert_eq!(answer.result(), Some("7"));
        self.packages.push(package);
        cell
    }

    /// Goes through the chapter, with so many actions.
    fn walk(&mut self, actions: usize) {
        for (nth, notebook) in CHAPTER.iter().enumerate() {
            let cells = code_cells(notebook);
            let mut reached = 0;
            let share = actions * (nth + 1) / CHAPTER.len() - actions * nth / CHAPTER.len();
            for _ in 0..share {
                let action = self.act(&cells, &mut reached);
                self.look(&format!("{notebook}, {action}"));
            }
            println!("{} actions, up to {notebook}", self.tally.actions);
        }
    }
}

fn at_most_one_in_a_hundred_is_empty(tally: &Tally) {
    println!(
        "{} actions, {} completions: {} empty, {} without the name; {} stops, {} of plain Rust code",
        tally.actions,
        tally.completions,
        tally.empty.len(),
        tally.without_name.len(),
        tally.stops,
        tally.told
    );
    assert!(
        tally.empty.len() <= 2 + tally.completions / 100,
        "{:#?}",
        tally.empty
    );
}

fn a_hundred_actions(seed: u64) {
    let mut student = Student::new(seed);
    student.walk(100);
    at_most_one_in_a_hundred_is_empty(&student.tally);
}

// Two tests, so that the students work side by side.

#[test]
fn a_restless_student_loses_nothing() {
    a_hundred_actions(2026);
}

#[test]
fn another_restless_student_loses_nothing_either() {
    a_hundred_actions(2027);
}

/// The five walks of the long run, each by a student and a kernel of its own. `RESTLESS_WALK=3` takes the third alone.
#[test]
#[ignore = "more than an hour; run by name, as CONTRIBUTING.md says"]
fn a_restless_student_loses_nothing_in_five_thousand_actions() {
    let wanted = std::env::var("RESTLESS_WALK").ok();
    let wanted: Option<u64> = wanted.map(|walk| walk.parse().expect("RESTLESS_WALK is a number"));
    for walk in (1..=5).filter(|walk| wanted.is_none_or(|wanted| wanted == *walk)) {
        let start = Instant::now();
        let mut student = Student::new(5000 + walk);
        student.walk(1000);
        println!("walk {walk}: {:.0?}", start.elapsed());
        at_most_one_in_a_hundred_is_empty(&student.tally);
    }
}

/// `RESTLESS_NOTEBOOK=3.4` takes the notebooks alone whose names begin so.
#[test]
#[ignore = "minutes; run by name, as CONTRIBUTING.md says"]
fn tab_after_every_name_of_every_notebook_loses_nothing() {
    let wanted = std::env::var("RESTLESS_NOTEBOOK").unwrap_or_default();
    let notebooks = CHAPTER.iter().chain(FURTHER);
    // Beside a notebook lies what it reads.
    let folder = tempfile::tempdir().unwrap();
    let data = "film-reviews.csv";
    let ours = repository().join("notebooks/going-further").join(data);
    std::fs::copy(ours, folder.path().join(data)).unwrap();
    let mut student = Student::with(Kernel::start_with(template(), folder.path()), 1);
    for notebook in notebooks.filter(|notebook| notebook.starts_with(&wanted)) {
        for (nth, cell) in code_cells(notebook).iter().enumerate() {
            for name in names(cell) {
                student.complete(cell, name.end, name.text, !name.declared);
            }
            student.look(&format!("every Tab in cell {} of {notebook}", nth + 1));
            // The cells whose mistakes are on purpose fail.
            let answer = student.kernel.run(cell);
            if answer.reply["status"] == "error" {
                println!("{notebook}, cell {}: {}", nth + 1, answer.reply["evalue"]);
            }
        }
        println!(
            "{notebook}: {} completions so far",
            student.tally.completions
        );
    }
    at_most_one_in_a_hundred_is_empty(&student.tally);
}
