//! Every notebook of the chapter runs from its first cell to its last, and says what its text promises.

mod cli_support;

use std::fs;
use std::path::{Path, PathBuf};

use classroom_tests::claims::{Basis, CLAIMS, Claim, sentences_with_results};
use classroom_tests::claims_further::FURTHER_CLAIMS;
use classroom_tests::notebook::{FURTHER, file, joined};
use classroom_tests::trials::{Missing, real_data, real_pictures, run, test};
use cli_support::{Home, text};
use serde_json::{Value, json};

fn main() {
    run([
        test(every_line_of_code_fits_a_page),
        test(every_sentence_with_a_result_says_what_it_rests_on),
        test(every_notebook_explains_the_rust_that_it_uses),
        test(every_notebook_lets_its_reader_predict_before_a_cell_runs),
        test(the_chapter_runs_on_the_real_data_and_reaches_kerass_numbers),
        test(without_data_and_network_the_chapter_and_its_solutions_run_on_stand_ins_and_say_so),
        test(what_goes_further_runs_on_the_real_data_and_reaches_its_numbers),
        test(what_goes_further_runs_on_the_real_pictures),
        test(without_data_and_network_what_goes_further_and_its_solutions_run_as_well),
    ])
}

/// The chapter, in its order, with the number of charts and diagrams that each notebook shows at least.
const CHAPTER: [(&str, usize); 7] = [
    ("3.1-anatomy-of-a-neural-network", 3),
    ("3.2-introduction-to-nn-lib", 1),
    ("3.3-the-workstation", 0),
    ("3.4-classifying-movie-reviews", 4),
    ("3.5-classifying-newswires", 4),
    ("3.6-predicting-house-prices", 2),
    ("4.4-overfitting", 3),
];

/// The names of all notebooks.
fn all() -> impl Iterator<Item = &'static str> {
    let further = FURTHER.iter().copied();
    CHAPTER.iter().map(|(name, _)| *name).chain(further)
}

/// A notebook that was executed.
struct Executed {
    name: String,
    cells: Vec<Value>,
    page: String,
}

impl Executed {
    fn read(directory: &Path, name: &str) -> Executed {
        let read = |extension| {
            let path = directory.join(format!("{name}.{extension}"));
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let notebook: Value = serde_json::from_str(&read("ipynb")).expect("a notebook is JSON");
        let cells = notebook["cells"].as_array().expect("it has cells").clone();
        Executed {
            name: name.to_owned(),
            cells,
            page: read("html"),
        }
    }

    fn outputs(&self) -> impl Iterator<Item = &Value> {
        self.cells
            .iter()
            .filter_map(|cell| cell["outputs"].as_array())
            .flatten()
    }

    /// The text of all outputs of the first code cell that contains `code`.
    fn text_of(&self, code: &str) -> String {
        let cell = self
            .cells
            .iter()
            .find(|cell| cell["cell_type"] == "code" && joined(&cell["source"]).contains(code))
            .unwrap_or_else(|| panic!("{}: no cell with {code:?}", self.name));
        let outputs = cell["outputs"].as_array().into_iter().flatten();
        outputs
            .map(|output| joined(&output["text"]) + &joined(&output["data"]["text/plain"]))
            .collect()
    }

    /// The numbers in that text.
    fn numbers_of(&self, code: &str) -> Vec<f64> {
        numbers(&self.text_of(code))
    }

    /// The text of all outputs of the last cell with this code, and behind it the numbers of its charts as lines.
    fn claimed(&self, code: &str) -> Option<String> {
        let mut cells = self.cells.iter().rev();
        let cell = cells
            .find(|cell| cell["cell_type"] == "code" && joined(&cell["source"]).contains(code))?;
        let outputs = cell["outputs"].as_array().into_iter().flatten();
        let mut text = String::new();
        for output in outputs {
            let data = &output["data"];
            text += &(joined(&output["text"]) + &joined(&data["text/plain"]));
            let tables = data["application/vnd.nn-lib.tables+json"].as_array();
            for row in tables.into_iter().flatten().flat_map(|table| {
                let rows = table["rows"].as_array().expect("a table has rows");
                ["table".to_owned()]
                    .into_iter()
                    .chain(rows.iter().map(|row| {
                        let cells = row
                            .as_array()
                            .into_iter()
                            .flatten()
                            .filter_map(Value::as_str);
                        cells.collect::<Vec<_>>().join(" | ")
                    }))
            }) {
                text += &format!("\n{row}");
            }
        }
        Some(text)
    }

    fn all_text(&self) -> String {
        self.outputs()
            .map(|output| joined(&output["text"]) + &joined(&output["data"]["text/plain"]))
            .collect()
    }

    fn charts(&self) -> usize {
        self.outputs()
            .filter(|output| output["data"]["image/svg+xml"] != Value::Null)
            .count()
    }
}

/// The numbers in a text, without their signs: `1,234` is one number.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .filter_map(|word| {
            word.trim_end_matches(['.', ','])
                .replace(',', "")
                .parse()
                .ok()
        })
        .collect()
}

/// What notebooks are executed with.
#[derive(Clone, Copy, PartialEq)]
enum Data {
    Real,
    StandIn,
}

/// What the text says in numbers, beside what this run has printed.
fn check_claims(notebooks: &[Executed], claims: &[Claim], data: Data) {
    let mut contradictions = Vec::new();
    for (section, sentence, basis) in claims {
        let mut executed = notebooks.iter();
        let Some(notebook) = executed.find(|notebook| notebook.name.starts_with(section)) else {
            continue;
        };
        let (code, behind, holds, must) = match basis {
            Basis::OnRealData(code, behind, holds) if data == Data::Real => {
                (code, behind, holds, true)
            }
            Basis::OnStandIn(code, behind, holds) if data == Data::StandIn => {
                (code, behind, holds, true)
            }
            Basis::Given | Basis::OnRealData(..) | Basis::OnStandIn(..) => continue,
            Basis::Printed(code, behind, holds) => (code, behind, holds, true),
            Basis::Solution(code, behind, holds) => (code, behind, holds, false),
        };
        let Some(text) = notebook.claimed(code) else {
            assert!(!must, "{section}: no cell with {code:?}");
            continue;
        };
        let found = text.split_once(behind).map(|(_, rest)| numbers(rest));
        let right = found
            .as_deref()
            .is_some_and(|numbers| std::panic::catch_unwind(|| holds(numbers)).unwrap_or(false));
        if !right {
            contradictions.push(format!(
                "{section}: {sentence:?}, but {code:?} prints\n{text}"
            ));
        }
    }
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n\n"));
}

/// Whoever writes a sentence with a result names the cell that prints it, in `tests/src/claims.rs` or `claims_further.rs`.
fn every_sentence_with_a_result_says_what_it_rests_on() {
    let claims = [CLAIMS, FURTHER_CLAIMS].concat();
    let mut problems = Vec::new();
    let mut used = vec![false; claims.len()];
    for name in all() {
        let text = fs::read_to_string(file(name)).expect("it is part of the repository");
        let notebook: Value = serde_json::from_str(&text).expect("a notebook is JSON");
        let cells = notebook["cells"].as_array().expect("it has cells").iter();
        for cell in cells.filter(|cell| cell["cell_type"] == "markdown") {
            let source = joined(&cell["source"]);
            if source.contains("<summary>Rust in this notebook") {
                continue;
            }
            let whole = source.split_whitespace().collect::<Vec<_>>().join(" ");
            for (place, (section, part, _)) in claims.iter().enumerate() {
                used[place] |= name.starts_with(section) && whole.contains(part);
            }
            for sentence in sentences_with_results(&source) {
                let covered = claims.iter().any(|(section, part, _)| {
                    name.starts_with(section)
                        && (sentence.contains(part)
                            || whole.contains(part)
                                && part.contains(sentence.trim_end_matches([':', '.'])))
                });
                if !covered {
                    problems.push(format!("{name}: {sentence:?} has no basis"));
                }
            }
        }
    }
    for ((section, part, _), used) in claims.iter().zip(used) {
        if !used {
            problems.push(format!("{section}: no sentence {part:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A copy of a notebook in which the code of the exercises' solutions, folded away in the text, is cells.
fn with_solutions(notebook: &Path, copy: &Path) {
    let text = fs::read_to_string(notebook).expect("it is part of the repository");
    let mut value: Value = serde_json::from_str(&text).expect("a notebook is JSON");
    let mut cells = Vec::new();
    let mut solutions = 0;
    for cell in value["cells"].as_array().expect("it has cells") {
        cells.push(cell.clone());
        let source = joined(&cell["source"]);
        if cell["cell_type"] != "markdown" || !source.contains("<details>") {
            continue;
        }
        let blocks = source.split("```rust\n").skip(1);
        for block in blocks.filter_map(|rest| rest.split("\n```").next()) {
            solutions += 1;
            cells.push(json!({
                "cell_type": "code", "id": format!("solution-{solutions}"), "metadata": {},
                "source": block, "outputs": [], "execution_count": null,
            }));
        }
    }
    assert!(
        solutions >= 2,
        "{}: {solutions} solutions",
        notebook.display()
    );
    value["cells"] = json!(cells);
    fs::write(copy, value.to_string()).expect("writable");
}

/// Executes notebooks with this data.
fn execute(home: &Home, notebooks: &[PathBuf], data: Option<&Path>) -> Vec<Executed> {
    let output = home.path().join("executed");
    let mut command = home.command();
    command.arg("run").arg("--output").arg(&output);
    command.args(notebooks);
    match data {
        Some(data) => command.env("NN_LIB_DATA", data),
        // Nothing listens there: as without a network, on any machine.
        None => command
            .env_remove("NN_LIB_DATA")
            .env("KERAS_HOME", home.path().join("keras"))
            .env("NN_LIB_DATA_URL", "http://127.0.0.1:9"),
    };
    let result = command.output().expect("the program starts");
    assert!(result.status.success(), "{}", text(&result));
    let names = notebooks.iter().filter_map(|path| path.file_stem());
    names
        .map(|name| Executed::read(&output, &name.to_string_lossy()))
        .collect()
}

/// That a notebook has run without an error or a warning, and is a page of at most 3 MiB that loads nothing.
fn check_page(notebook: &Executed) {
    let name = &notebook.name;
    for output in notebook.outputs() {
        assert_ne!(output["output_type"], "error", "{name}: {output}");
        assert_ne!(output["name"], "stderr", "{name}: {output}");
    }
    assert!(
        notebook.page.len() < 3 << 20,
        "{name}: {} bytes",
        notebook.page.len()
    );
    for attribute in ["src=\"http", "href=\"http", "url(http", "@import"] {
        let loaded = notebook.page.matches(attribute).count();
        let links = notebook.page.matches("<a ").count();
        let allowed = if attribute.starts_with("href") {
            links
        } else {
            0
        };
        assert!(loaded <= allowed, "{name}: {loaded} times {attribute}");
    }
}

fn check(chapter: &[Executed], data: Data) {
    check_claims(chapter, CLAIMS, data);
    for (notebook, (name, charts)) in chapter.iter().zip(CHAPTER) {
        check_page(notebook);
        assert!(
            notebook.charts() >= charts,
            "{name}: {} charts",
            notebook.charts()
        );
    }
    let reviews = &chapter[3];
    let evaluated = reviews.numbers_of("let results = model.evaluate");
    assert!(
        (0.28..0.31).contains(&evaluated[0]),
        "3.4: test loss {}",
        evaluated[0]
    );
    assert!(
        (0.87..0.89).contains(&evaluated[1]),
        "3.4: test accuracy {}",
        evaluated[1]
    );
    let best = reviews.numbers_of("let mut table = Table::new");
    let best = best
        .iter()
        .copied()
        .filter(|number| *number < 1.0)
        .fold(0.0, f64::max);
    assert!(
        (0.87..0.895).contains(&best),
        "3.4: best validation accuracy {best}"
    );

    let newswires = chapter[4].numbers_of("let results = model.evaluate");
    assert!(
        (0.77..0.80).contains(&newswires[1]),
        "3.5: test accuracy {}",
        newswires[1]
    );

    let prices = chapter[5].numbers_of("on average");
    let average = prices.last().expect("it prints the average");
    assert!((2.2..2.8).contains(average), "3.6: 4-fold MAE {average}");
}

/// What is particular to Rust, and the line about it in the folded list at the top of a notebook that uses it.
const NOTIONS: [(&str, &str); 40] = [
    ("let ", "- `let x"),
    ("let mut ", "- `let mut x"),
    ("::", "`Tensor::from`"),
    (")?", ")?`"),
    ("&x", "- `&x`"),
    ("&mut ", "- `&mut x`"),
    ("fn ", "- `fn "),
    ("Result<", "- `Result<"),
    ("Ok(", "- `Ok(x)`"),
    ("Some(", "- `Some(3)`"),
    ("match ", "- `match x"),
    ("if let ", "- `if let "),
    ("println!", "- `println!("),
    ("format!", "- `format!("),
    ("to_string()", "`\"text\".to_string()`"),
    ("for ", "- `for i in "),
    ("[[0, 0]]", "- `x[[i, j]]`"),
    ("f32", "- `f32`"),
    ("usize", "- `usize`"),
    (" as f32", "- `n as f32`"),
    ("Vec", "- `Vec<f32>`"),
    (".collect()", ".collect()`"),
    (".zip(", ".zip("),
    (".enumerate()", ".enumerate()`"),
    ("sum::<", "::<f32>()`"),
    ("..Fit::default()", "`Fit { "),
    (".clone()", "- `x.clone()`"),
    ("todo!(", "- `todo!()`"),
    ("[0; ", "- `[0.0; 3]`"),
    ("[\"\"; ", "- `[0.0; 3]`"),
    (".sort_by(", "- `list.sort_by("),
    ("[..", "- `&list[..3]`, `&list[3..]`"),
    (".filter(", "- `.filter("),
    (".windows(", "- `list.windows("),
    ("Instant::now", "- `std::time::Instant::now()`"),
    (") else {", "- `let Some(n) = x else {"),
    ("move |", "- `move |n|"),
    ("**label", "`**x`"),
    ("Err(", "- `Err(error)`"),
    ("u32", "- `u32`, `u64`"),
];

fn every_notebook_explains_the_rust_that_it_uses() {
    for name in all() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let copy = directory.path().join("copy.ipynb");
        with_solutions(&file(name), &copy);
        let text = fs::read_to_string(copy).expect("it was written");
        let value: Value = serde_json::from_str(&text).expect("a notebook is JSON");
        let cells = value["cells"].as_array().expect("it has cells");
        let of = |kind: &str| {
            let cells = cells.iter().filter(|cell| cell["cell_type"] == kind);
            cells
                .map(|cell| joined(&cell["source"]))
                .collect::<Vec<_>>()
        };
        let first_code = cells.iter().position(|cell| cell["cell_type"] == "code");
        let list = cells
            .iter()
            .position(|cell| joined(&cell["source"]).contains("<summary>Rust in this notebook"));
        assert!(list.is_some() && list < first_code, "{name}: no list");
        let list = joined(&cells[list.expect("it is there")]["source"]);
        let code = of("code").join("\n");
        for (notion, line) in NOTIONS {
            assert!(
                !code.contains(notion) || list.contains(line),
                "{name}: {notion:?} is used, and its list has no line with {line:?}"
            );
        }
    }
}

/// The question stands above the cell that answers it, and its answer is folded.
fn every_notebook_lets_its_reader_predict_before_a_cell_runs() {
    for name in all() {
        let text = fs::read_to_string(file(name)).expect("it is part of the repository");
        let notebook: Value = serde_json::from_str(&text).expect("a notebook is JSON");
        let cells = notebook["cells"].as_array().expect("it has cells");
        let is_question = |cell: &Value| joined(&cell["source"]).starts_with("**Predict first.** ");
        let questions = cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| is_question(cell));
        let mut count = 0;
        for (place, question) in questions {
            count += 1;
            let question = joined(&question["source"]);
            assert!(
                question.contains("<summary>Answer</summary>"),
                "{name}: {question}"
            );
            let after = &cells[place + 1..cells.len().min(place + 3)];
            assert!(
                after.iter().any(|cell| cell["cell_type"] == "code"),
                "{name}: no cell answers {question}"
            );
        }
        assert!(count >= 3, "{name}: {count} questions");
    }
}

/// The width of a page of 1366 pixels, and about that of JupyterLab beside its side bar.
fn every_line_of_code_fits_a_page() {
    for name in all() {
        let text = fs::read_to_string(file(name)).expect("it is part of the repository");
        let notebook: Value = serde_json::from_str(&text).expect("a notebook is JSON");
        let cells = notebook["cells"].as_array().expect("it has cells");
        for cell in cells.iter().filter(|cell| cell["cell_type"] == "code") {
            for line in joined(&cell["source"]).lines() {
                assert!(line.chars().count() <= 100, "{name}: {line}");
            }
        }
    }
}

fn the_chapter_runs_on_the_real_data_and_reaches_kerass_numbers() -> Result<(), Missing> {
    let data = real_data(&["imdb.npz", "reuters.npz"])?;
    let data = data.canonicalize().expect("it exists");
    let notebooks = CHAPTER.map(|(name, _)| file(name));
    let chapter = execute(&Home::set_up(), &notebooks, Some(&data));
    check(&chapter, Data::Real);
    for notebook in &chapter {
        assert!(
            !notebook.all_text().contains("stand-in"),
            "{}",
            notebook.name
        );
    }
    Ok(())
}

fn without_data_and_network_the_chapter_and_its_solutions_run_on_stand_ins_and_say_so() {
    let home = Home::set_up();
    let copies = CHAPTER.map(|(name, _)| {
        let copy = home.path().join(format!("{name}.ipynb"));
        with_solutions(&file(name), &copy);
        copy
    });
    let chapter = execute(&home, &copies, None);
    check(&chapter, Data::StandIn);
    for notebook in [&chapter[3], &chapter[4], &chapter[6]] {
        let name = &notebook.name;
        assert!(
            notebook.all_text().contains("stand-in"),
            "{name}: no notice in the outputs"
        );
        let mut charts = notebook
            .outputs()
            .map(|output| joined(&output["data"]["image/svg+xml"]));
        assert!(
            charts.any(|chart| chart.contains("stand-in")),
            "{name}: no notice in the charts"
        );
    }
}

/// Notebooks on reviews; pictures have a data set of their own.
fn what_goes_further_runs_on_the_real_data_and_reaches_its_numbers() -> Result<(), Missing> {
    let data = real_data(&["imdb.npz"])?;
    let data = data.canonicalize().expect("it exists");
    let on_texts = FURTHER.iter().filter(|name| !name.starts_with("5."));
    let files: Vec<PathBuf> = on_texts.map(|name| file(name)).collect();
    let notebooks = execute(&Home::set_up(), &files, Some(&data));
    check_claims(&notebooks, FURTHER_CLAIMS, Data::Real);
    for notebook in &notebooks {
        // Pictures are drawn pixel by pixel.
        check_page(notebook);
        let name = &notebook.name;
        assert!(!notebook.all_text().contains("stand-in"), "{name}");
    }
    let bags = notebooks
        .iter()
        .find(|notebook| notebook.name.starts_with("4.5"));
    let results = bags
        .expect("4.5 is among them")
        .numbers_of("let results = model.evaluate");
    let accuracy = results.last().expect("it prints the accuracy");
    assert!(
        (0.915..0.93).contains(accuracy),
        "4.5: test accuracy {accuracy}"
    );
    Ok(())
}

fn what_goes_further_runs_on_the_real_pictures() -> Result<(), Missing> {
    let data = real_pictures(&["mnist.npz"])?;
    let data = data.canonicalize().expect("it exists");
    let pictures = FURTHER.iter().filter(|name| name.starts_with("5."));
    let files: Vec<PathBuf> = pictures.map(|name| file(name)).collect();
    let notebooks = execute(&Home::set_up(), &files, Some(&data));
    check_claims(&notebooks, FURTHER_CLAIMS, Data::Real);
    for notebook in &notebooks {
        check_page(notebook);
        assert!(!notebook.all_text().contains("stand-in"));
    }
    Ok(())
}

fn without_data_and_network_what_goes_further_and_its_solutions_run_as_well() {
    let home = Home::set_up();
    let mut copies = Vec::new();
    for name in FURTHER {
        let original = file(name);
        let copy = home.path().join(format!("{name}.ipynb"));
        with_solutions(&original, &copy);
        copies.push(copy);
        // The tables and pictures beside it.
        let folder = original.parent().expect("it lies in a folder");
        for entry in fs::read_dir(folder).expect("it is there") {
            let path = entry.expect("readable").path();
            let target = home
                .path()
                .join(path.file_name().expect("a file has a name"));
            if path.is_file()
                && !target.exists()
                && path.extension().is_none_or(|found| found != "ipynb")
            {
                fs::copy(&path, target).expect("writable");
            }
        }
    }
    let notebooks = execute(&home, &copies, None);
    check_claims(&notebooks, FURTHER_CLAIMS, Data::StandIn);
    for notebook in &notebooks {
        // Pictures are drawn pixel by pixel.
        check_page(notebook);
    }
}
