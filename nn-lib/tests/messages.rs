//! What the compiler says where a value does not fit: the mistake in plain words, and the line that works.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The library that this test is linked with: the newest beside it.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let files = test.parent().unwrap().read_dir().unwrap();
    let libraries = files.map(|file| file.unwrap().path()).filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libnn_lib") && name.ends_with(".rlib")
    });
    libraries
        .max_by_key(|path| path.metadata().unwrap().modified().unwrap())
        .expect("the library stands beside its tests")
}

/// What rustc says about a line of a cell.
fn said(lines: &[&str]) -> Vec<String> {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let (process, call) = (std::process::id(), CALLS.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(format!("nn-lib-messages-{process}-{call}"));
    std::fs::create_dir_all(&folder).unwrap();
    let said = lines.iter().enumerate().map(|(number, line)| {
        let source = folder.join(format!("line_{number}.rs"));
        let code = format!(
            "#![allow(unused_variables, unused_mut, dead_code)]\nuse nn_lib::prelude::*;\n\
             fn cell(mut model: Sequential, x: Tensor, y: Tensor) -> Result<()> {{\n{line}\nOk(())\n}}\n"
        );
        std::fs::write(&source, code).unwrap();
        let library = library();
        let output = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()))
            .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--out-dir"])
            .arg(&folder)
            .arg("--extern")
            .arg(format!("nn_lib={}", library.display()))
            .arg("-L")
            .arg(format!("dependency={}", library.parent().unwrap().display()))
            .arg(source)
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    });
    let said = said.collect();
    std::fs::remove_dir_all(&folder).unwrap();
    said
}

#[track_caller]
fn says(cases: &[(&str, &[&str])]) {
    let lines: Vec<&str> = cases.iter().map(|(line, _)| *line).collect();
    for ((line, parts), said) in cases.iter().zip(said(&lines)) {
        for part in *parts {
            assert!(
                said.contains(part),
                "{line}\ndoes not say {part:?} but\n{said}"
            );
        }
    }
}

#[test]
fn what_cannot_become_a_tensor_gets_the_line_that_makes_one() {
    says(&[
        (
            "let rows: Vec<Vec<f32>> = vec![vec![50.5, 2.0]]; let x = Tensor::from(&rows);",
            &[
                "`Tensor::from` cannot make a tensor of a list of `Vec<f32>`",
                "`Tensor::from_rows(&rows)?`",
            ],
        ),
        (
            "let x = Tensor::from(vec![\"1.5\", \"2\"]);",
            &["a list of `str`", "`text.parse::<f32>()?`"],
        ),
        (
            "let x = Tensor::from(Tensor::new([1], vec![1.0]));",
            &["`?`"],
        ),
        (
            "let x = Tensor::from_rows(vec![Some(1.0)]);",
            &["a tensor cannot be made of `Option<"],
        ),
    ]);
}

#[test]
fn what_does_not_fit_a_model_gets_the_line_that_works() {
    says(&[
        (
            "model.add(\"relu\");",
            &["`&str` is not a layer", "model.add(Activation::Relu)"],
        ),
        (
            "model.add(Dense::new(1).activation(3));",
            &["is neither `", "activation(\"relu\")`"],
        ),
        (
            "model.compile(0.01, \"mse\", [\"mae\"])?;",
            &["is not an optimizer", "`\"rmsprop\"`"],
        ),
        (
            "model.compile(\"sgd\", 3, [\"mae\"])?;",
            &["is not a loss", "`\"binary_crossentropy\"`"],
        ),
        (
            "model.compile(\"sgd\", \"mse\", [1])?;",
            &["is not a list of metrics", "`[\"accuracy\"]`"],
        ),
        (
            "model.predict(x)?;",
            &["is not a tensor that is lent", "consider borrowing here"],
        ),
        ("model.predict(&x.reshape([1]))?;", &["`?`"]),
        (
            "let a = Input::new(3); let b = Dense::new(1).apply(a)?;",
            &["is not a symbol that is lent", "consider borrowing here"],
        ),
        (
            "let f = Fit { callbacks: vec![Box::new(3)], ..Fit::default() };",
            &["is not a callback", "EarlyStopping::new"],
        ),
        (
            "let v = vectorize_sequences(&[\"a text\"], 10)?;",
            &["not a list of word indices", "encode_review"],
        ),
        (
            "let c = to_categorical(3, 10)?;",
            &["is not a list of numbers"],
        ),
        (
            "let f = Figure::new(\"a\").line(1..=3, \"loss\", \"b\");",
            &["is not a list of numbers"],
        ),
        (
            "let f = Figure::new(\"a\").bars([None::<u8>], [1], \"b\");",
            &["is not a name"],
        ),
    ]);
}

#[test]
fn what_does_nothing_when_it_is_dropped_is_a_warning_that_says_what_to_do() {
    says(&[
        (
            "Dense::new(1).activation(\"relu\");",
            &["Dense` that must be used", "model.add(..)"],
        ),
        (
            "Figure::new(\"a\").x_label(\"b\");",
            &["Figure` that must be used", "without a semicolon"],
        ),
        (
            "Adam::new(0.1).beta_1(0.8);",
            &["Adam` that must be used", "`compile`"],
        ),
        (
            "EarlyStopping::new(\"loss\").patience(2);",
            &["EarlyStopping` that must be used", "`callbacks`"],
        ),
        (
            "model.fit(&x, &y, Fit::default());",
            &["Result` that must be used"],
        ),
    ]);
}

/// The texts in quotes of a source file, without its tests.
fn texts(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim().starts_with("//"));
    let lines = lines.map(|line| line.replace("\\\"", "'"));
    let texts = lines.flat_map(|line| {
        let texts = line.split('"').skip(1).step_by(2).map(str::to_string);
        texts.collect::<Vec<String>>()
    });
    texts.collect()
}

/// The types in a text that are used as in `Fit::default()` or `Loss::custom(..)`.
fn types(text: &str) -> Vec<String> {
    let before = |end: usize| {
        let word = text[..end].chars().rev();
        let word: String = word.take_while(|letter| letter.is_alphanumeric()).collect();
        word.chars().rev().collect::<String>()
    };
    let words = text.match_indices("::").map(|(end, _)| before(end));
    words
        .filter(|word| word.starts_with(char::is_uppercase))
        .collect()
}

#[test]
fn every_type_that_a_message_names_is_in_the_prelude() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // The prelude has all of the schedules.
    let prelude = ["prelude.rs", "optimizers/schedules/mod.rs"]
        .map(|file| std::fs::read_to_string(source.join(file)).unwrap())
        .concat();
    let known = |name: &str| {
        let mut words = prelude.split(|letter: char| !letter.is_alphanumeric());
        words.any(|word| word == name) || name == "Vec" || name == "Box"
    };
    let mut folders = vec![source];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for file in folder.read_dir().unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "tests.rs" {
                let source = std::fs::read_to_string(&path).unwrap();
                found.extend(texts(&source).iter().flat_map(|text| types(text)));
            }
        }
    }
    for name in ["Fit", "Loss", "Panels", "Activation", "EarlyStopping"] {
        assert!(found.iter().any(|found| found == name), "{name}: {found:?}");
    }
    let missing: Vec<&String> = found.iter().filter(|name| !known(name)).collect();
    assert!(missing.is_empty(), "not in the prelude: {missing:?}");
}
