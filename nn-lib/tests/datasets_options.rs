//! Every option of `load_data_with` does what it does in Keras.
//!
//! `tests/keras_files/load_data.json` holds what Keras 3.15.1 makes of the two small archives beside it, for many
//! options; `make.py` made all three. The archives are found through the environment of a child process.

use nn_lib::datasets::{Labels, Sequences, imdb, reuters};
use serde_json::Value;
use std::process::Command;

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keras_files");

/// Runs `test` again in a process whose data are the small archives; true in that process.
fn with_small_archives(test: &str) -> bool {
    if std::env::var_os("NN_LIB_TEST_SMALL").is_some() {
        return true;
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("NN_LIB_TEST_SMALL", "1")
        .env("NN_LIB_DATA", FILES)
        .status();
    assert!(status.unwrap().success());
    false
}

/// A whole number, or `None` for null; `default` where the option is not given.
fn number(options: &Value, name: &str, default: Option<u64>) -> Option<u64> {
    options.get(name).map_or(default, Value::as_u64)
}

fn imdb_options(options: &Value) -> imdb::LoadData {
    let index = |name, default| number(options, name, default).map(|number| number as u32);
    let count = |name, default| number(options, name, default).map(|number| number as usize);
    imdb::LoadData {
        num_words: count("num_words", None),
        skip_top: count("skip_top", Some(0)).unwrap(),
        maxlen: count("maxlen", None),
        seed: index("seed", Some(113)).unwrap(),
        start_char: index("start_char", Some(1)),
        oov_char: index("oov_char", Some(2)),
        index_from: index("index_from", Some(3)).unwrap(),
    }
}

fn reuters_options(options: &Value) -> reuters::LoadData {
    let shared = imdb_options(options);
    reuters::LoadData {
        num_words: shared.num_words,
        skip_top: shared.skip_top,
        maxlen: shared.maxlen,
        test_split: options
            .get("test_split")
            .map_or(0.2, |split| split.as_f64().unwrap()),
        seed: shared.seed,
        start_char: shared.start_char,
        oov_char: shared.oov_char,
        index_from: shared.index_from,
    }
}

fn lists(value: &Value) -> Sequences {
    serde_json::from_value::<Vec<Vec<u32>>>(value.clone())
        .unwrap()
        .into()
}

fn labels(value: &Value) -> Labels {
    serde_json::from_value::<Vec<u32>>(value.clone())
        .unwrap()
        .into()
}

#[test]
fn every_option_does_what_it_does_in_keras() {
    if !with_small_archives("every_option_does_what_it_does_in_keras") {
        return;
    }
    let json = std::fs::read(format!("{FILES}/load_data.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_slice(&json).unwrap();
    assert_eq!(cases.len(), 26);
    for case in &cases {
        let options = &case["options"];
        let loaded = match case["dataset"].as_str() {
            Some("imdb") => imdb::load_data_with(imdb_options(options)).unwrap(),
            _ => reuters::load_data_with(reuters_options(options)).unwrap(),
        };
        let expected = (
            (lists(&case["x_train"]), labels(&case["y_train"])),
            (lists(&case["x_test"]), labels(&case["y_test"])),
        );
        assert_eq!(loaded, expected, "{} {options}", case["dataset"]);
    }
}

#[test]
fn options_that_leave_nothing_or_make_no_sense_are_errors() {
    if !with_small_archives("options_that_leave_nothing_or_make_no_sense_are_errors") {
        return;
    }
    let options = imdb::LoadData {
        maxlen: Some(2),
        ..Default::default()
    };
    let text = imdb::load_data_with(options).unwrap_err().to_string();
    assert!(
        text.contains("received maxlen 2") && text.contains("increase maxlen"),
        "{text}"
    );
    for test_split in [-0.1, 1.5, f64::NAN] {
        let options = reuters::LoadData {
            test_split,
            ..Default::default()
        };
        let text = reuters::load_data_with(options).unwrap_err().to_string();
        assert!(text.contains("a test_split from 0 to 1"), "{text}");
        let options = nn_lib::datasets::boston_housing::LoadData {
            test_split,
            ..Default::default()
        };
        let error = nn_lib::datasets::boston_housing::load_data_with(options);
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("a test_split from 0 to less than 1")
        );
    }
}
