//! Training beside Keras and scikit-learn: the chapter's movie reviews, a dense network, a convnet, and texts as sequences, in one
//! run on one machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::failure::{Failure, Result};
use crate::paths::{self, Paths};
use crate::requirements;
use crate::subprocess;

/// How often nn-lib trains for a median; it takes a moment.
const REPEAT: &str = "5";

/// How often all sides are measured by turns: a machine is not equally fast all the time.
const ROUNDS: usize = 3;

/// What is printed of the two benchmarks: the key and what it means.
const REVIEWS: [(&str, &str); 7] = [
    ("load", "load the reviews"),
    ("vectorize", "multi-hot encode them"),
    ("fit20", "20 epochs with validation"),
    ("fit4", "4 epochs on all reviews"),
    ("evaluate", "evaluate"),
    ("predict", "predict"),
    ("peak_rss_mib", "peak memory, MiB"),
];
const DENSE: [(&str, &str); 3] = [
    ("fit5", "5 epochs"),
    ("predict", "predict"),
    ("peak_rss_mib", "peak memory, MiB"),
];

const EPOCH: [(&str, &str); 2] = [("epoch", "one epoch"), ("peak_rss_mib", "peak memory, MiB")];

/// A title, nn-lib's example with its argument, and the script for the other side.
type Beyond = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
);

/// What is beyond the chapter, beside Keras on JAX.
const DEEP: [Beyond; 3] = [
    (
        "Convnet with 32, 64 and 64 filters, 60,000 pictures of 28 x 28",
        "bench_convnet",
        None,
        "convnet.py",
    ),
    (
        "LSTM(32), 10,000 texts of 500 words",
        "bench_sequences",
        Some("lstm"),
        "sequences.py",
    ),
    (
        "Average of the words, 10,000 texts of 500 words",
        "bench_sequences",
        Some("average"),
        "sequences.py",
    ),
];

/// Measures nn-lib, and with `keras` the others in the same run, and prints a table of each benchmark.
///
/// # Errors
/// `Missing` without a Python or without IMDB's file for the others; `Program` when one cannot be installed or fails.
pub(crate) fn run(paths: &Paths, keras: bool) -> Result<()> {
    let ours_on_reviews = || example(paths, "bench_imdb", &["--repeat", REPEAT]);
    let ours_on_dense = || example(paths, "bench_mlp", &[]);
    let ours_on =
        |example_name, argument: Option<&str>| example(paths, example_name, argument.as_slice());
    let (reviews, dense, deep) = if keras {
        let data = reviews_directory()?;
        // Removed with everything in it when this function is left.
        let directory = tempfile::tempdir().map_err(Failure::file("create", &paths.cache))?;
        let python = install(paths, directory.path())?;
        let reviews = by_turns(ours_on_reviews, &["jax", "tensorflow", "sklearn"], |side| {
            measure(&python, paths, "imdb.py", &[side.as_ref(), &data])
        })?;
        let dense = by_turns(ours_on_dense, &["jax", "tensorflow"], |side| {
            measure(&python, paths, "mlp.py", &[side.as_ref()])
        })?;
        let beyond = |(_, name, argument, script): Beyond| {
            by_turns(
                || ours_on(name, argument),
                &["jax"],
                |side| {
                    let arguments = [side].into_iter().chain(argument).map(Path::new);
                    measure(&python, paths, script, &arguments.collect::<Vec<_>>())
                },
            )
        };
        let deep = DEEP.into_iter().map(beyond).collect::<Result<_>>()?;
        (reviews, dense, deep)
    } else {
        let (reviews, dense) = (vec![ours_on_reviews()?], vec![ours_on_dense()?]);
        let beyond = |(_, name, argument, _): Beyond| Ok(vec![ours_on(name, argument)?]);
        let deep: Vec<Vec<Value>> = DEEP.into_iter().map(beyond).collect::<Result<_>>()?;
        (reviews, dense, deep)
    };
    let data = reviews[0]["data"].as_str().unwrap_or_default();
    println!("{}\n", machine());
    println!("Movie reviews ({data}); seconds, and how many times as much as nn-lib\n");
    println!("{}", table(&REVIEWS, &reviews));
    println!("Dense network, 784-512-10; seconds, and how many times as much as nn-lib\n");
    println!("{}", table(&DENSE, &dense));
    for ((title, ..), results) in DEEP.iter().zip(deep) {
        println!("{title}; seconds, and how many times as much as nn-lib\n");
        println!("{}", table(&EPOCH, &results));
    }
    Ok(())
}

/// Measures nn-lib and the others in [`ROUNDS`] rounds; gives the medians of each side, nn-lib's first.
fn by_turns(
    ours: impl Fn() -> Result<Value>,
    others: &[&str],
    theirs: impl Fn(&str) -> Result<Value>,
) -> Result<Vec<Value>> {
    let mut runs = vec![Vec::new(); 1 + others.len()];
    for round in 1..=ROUNDS {
        eprintln!("Round {round} of {ROUNDS}");
        runs[0].push(ours()?);
        for (other, runs) in others.iter().zip(&mut runs[1..]) {
            runs.push(theirs(other)?);
        }
    }
    Ok(runs.iter().map(|runs| medians(runs)).collect())
}

/// The first object, with the median of all objects in the place of each number.
fn medians(runs: &[Value]) -> Value {
    let mut result = runs[0].clone();
    for (key, value) in result.as_object_mut().into_iter().flatten() {
        let mut numbers: Vec<f64> = runs.iter().filter_map(|run| run[key].as_f64()).collect();
        numbers.sort_by(f64::total_cmp);
        if !numbers.is_empty() {
            *value = json!(numbers[numbers.len() / 2]);
        }
    }
    result
}

/// Compiles one of nn-lib's examples and runs it.
fn example(paths: &Paths, name: &str, arguments: &[&str]) -> Result<Value> {
    eprintln!("Measuring nn-lib: {name}");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&paths.repository).args([
        "run",
        "--release",
        "--quiet",
        "--package",
        "nn-lib",
        "--example",
        name,
        "--",
    ]);
    last_json(&subprocess::output(cargo.args(arguments))?, name)
}

/// Runs one of our scripts for the other side.
fn measure(python: &Path, paths: &Paths, script: &str, arguments: &[&Path]) -> Result<Value> {
    let name = format!("{script} {}", arguments[0].display());
    eprintln!("Measuring {name}");
    let mut python = Command::new(python);
    python.arg("-I").arg(directory(paths).join(script));
    last_json(&subprocess::output(python.args(arguments))?, &name)
}

fn directory(paths: &Paths) -> PathBuf {
    paths.repository.join("kernel-setup").join("bench")
}

/// The object in the last line: libraries say things before it.
fn last_json(output: &str, program: &str) -> Result<Value> {
    let line = output.lines().last().unwrap_or_default();
    serde_json::from_str(line).map_err(|error| Failure::Program {
        program: program.to_owned(),
        status: format!("its last line is not JSON: {error}"),
        output: output.to_owned(),
    })
}

/// Makes an environment with the pinned packages; gives its Python.
fn install(paths: &Paths, directory: &Path) -> Result<PathBuf> {
    let (base, _) = requirements::python(None)?;
    let environment = directory.join("venv");
    subprocess::output(
        Command::new(base)
            .args(["-I", "-m", "venv"])
            .arg(&environment),
    )?;
    let python = environment.join("bin").join("python");
    eprintln!("Installing Keras, JAX, TensorFlow and scikit-learn for this run (about 2 GB)");
    let mut pip = Command::new(&python);
    pip.args([
        "-I",
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--require-hashes",
        "--no-input",
    ])
    .args([
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
        "--requirement",
    ])
    .arg(self::directory(paths).join("requirements.txt"));
    subprocess::follow(&mut pip, |line| {
        if let Some(package) = line.strip_prefix("Collecting ") {
            eprintln!("  {}", package.split("==").next().unwrap_or(package));
        }
    })?;
    Ok(python)
}

/// Where IMDB's file is: the others have no stand-in.
fn reviews_directory() -> Result<PathBuf> {
    let directories = paths::data_directories();
    let found = directories
        .into_iter()
        .find(|directory| directory.join("imdb.npz").exists());
    found.ok_or_else(|| {
        Failure::missing(
            "Keras's file of movie reviews, imdb.npz, is not here, and the comparison needs it",
            "cargo notebook run   with a network, or set NN_LIB_DATA to the directory of the file",
        )
    })
}

/// The machine and the number of its cores, as far as the system says.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or(std::env::consts::ARCH, |model| {
        model.trim_matches([' ', '\t', ':'])
    });
    format!("{model}, {cores} cores")
}

/// One row for each key; the first column of numbers is ours, the others have the ratio to it in brackets.
fn table(keys: &[(&str, &str)], results: &[Value]) -> String {
    let names = results
        .iter()
        .map(|result| name(result["backend"].as_str().unwrap_or("?")));
    let mut text = format!("| | {} |\n", names.collect::<Vec<_>>().join(" | "));
    text += &format!("| --- |{}\n", " ---: |".repeat(results.len()));
    for (key, meaning) in keys {
        let ours = results[0][key].as_f64();
        let cells = results.iter().enumerate().map(|(nth, result)| {
            let Some(value) = result[key].as_f64() else {
                return "-".to_owned();
            };
            let digits = if value < 10.0 { 3 } else { 0 };
            match ours.filter(|ours| nth > 0 && *ours > 0.0) {
                Some(ours) => format!("{value:.digits$} ({:.1})", value / ours),
                None => format!("{value:.digits$}"),
            }
        });
        text += &format!(
            "| {meaning} | {} |\n",
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
    text
}

fn name(backend: &str) -> &str {
    match backend {
        "jax" => "Keras, JAX",
        "tensorflow" => "Keras, TensorFlow",
        "sklearn" => "scikit-learn (Adam)",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_ratios_to_the_first_column_and_a_dash_for_what_is_missing() {
        let results = [
            json!({ "backend": "nn-lib", "fit5": 2.0, "predict": 0.5 }),
            json!({ "backend": "jax", "fit5": 5.0 }),
        ];
        let expected = "\
            | | nn-lib | Keras, JAX |\n\
            | --- | ---: | ---: |\n\
            | 5 epochs | 2.000 | 5.000 (2.5) |\n\
            | predict | 0.500 | - |\n";
        assert_eq!(table(&DENSE[..2], &results), expected);
    }

    #[test]
    fn the_sides_take_turns_and_each_has_its_median() {
        let log = std::cell::RefCell::new(String::new());
        let side = |name: &str| {
            log.borrow_mut().push_str(name);
            let times = [5.0, 1.0, 3.0];
            let so_far = log.borrow().matches(name).count() - 1;
            Ok(json!({ "backend": name, "fit5": times[so_far], "fit5_runs": [1.0] }))
        };
        let results = by_turns(|| side("a"), &["b"], side).unwrap();
        assert_eq!(*log.borrow(), "ababab");
        let expected = |name| json!({ "backend": name, "fit5": 3.0, "fit5_runs": [1.0] });
        assert_eq!(results, [expected("a"), expected("b")]);
    }

    #[test]
    fn what_a_library_says_before_the_object_is_passed_over() {
        let output = "a warning\n{\"backend\": \"jax\"}";
        assert_eq!(last_json(output, "it").unwrap()["backend"], "jax");
        assert!(last_json("only a warning", "it").is_err());
    }
}
