//! Reading the reference values that Keras made, and comparing with them.

#![allow(dead_code)] // Not every test needs all of it.

use ndarray::Array2;
use nn_lib::tensor::Tensor;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The cases of a file: those of this directory, of `more` and of `edges`, or of the directory in `NN_LIB_GOLDEN` instead.
pub fn cases(file: &str) -> Vec<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let directories = match std::env::var_os("NN_LIB_GOLDEN") {
        Some(elsewhere) => vec![PathBuf::from(elsewhere)],
        None => vec![here.clone(), here.join("more"), here.join("edges")],
    };
    let mut all = Vec::new();
    for path in directories.iter().map(|directory| directory.join(file)) {
        if path.exists() {
            let text = std::fs::read_to_string(&path).unwrap();
            let content: Value = serde_json::from_str(&text).unwrap();
            all.extend(content["cases"].as_array().unwrap().clone());
        }
    }
    assert!(!all.is_empty(), "no cases in {directories:?}");
    all
}

/// The cases of a file of one folder, or of the directory in `NN_LIB_GOLDEN` instead.
pub fn cases_of(folder: &str, file: &str) -> Vec<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let elsewhere = std::env::var_os("NN_LIB_GOLDEN").map(PathBuf::from);
    let path = elsewhere.unwrap_or_else(|| here.join(folder)).join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let content: Value = serde_json::from_str(&text).unwrap();
    content["cases"].as_array().unwrap().clone()
}

/// A list of lists as a matrix, a plain list as a column.
pub fn matrix(value: &Value) -> Array2<f32> {
    let rows: Vec<Vec<f32>> = value
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| match row.as_array() {
            Some(row) => row.iter().map(number).collect(),
            None => vec![number(row)],
        })
        .collect();
    let shape = (rows.len(), rows[0].len());
    Array2::from_shape_vec(shape, rows.concat()).unwrap()
}

/// A number in single precision.
pub fn number(value: &Value) -> f32 {
    value.as_f64().expect("a number") as f32
}

/// Lists within lists as a tensor.
pub fn tensor(value: &Value) -> Tensor {
    let mut shape = Vec::new();
    let mut inner = value;
    while let Some(items) = inner.as_array() {
        shape.push(items.len());
        let Some(first) = items.first() else { break };
        inner = first;
    }
    Tensor::new(shape, numbers(value)).unwrap()
}

/// A list of tensors.
pub fn tensors(value: &Value) -> Vec<Tensor> {
    value.as_array().unwrap().iter().map(tensor).collect()
}

/// All numbers of lists within lists, in order.
pub fn numbers(value: &Value) -> Vec<f32> {
    match value.as_array() {
        Some(items) => items.iter().flat_map(numbers).collect(),
        None => vec![number(value)],
    }
}

/// Whether each value of a whole training is within 1e-4 of the expected one, relative to it or to `least`.
#[track_caller]
pub fn assert_trained(what: &str, received: &[f32], expected: &[f32], least: f32) {
    assert_eq!(received.len(), expected.len(), "{what}: number of values");
    for (r, e) in received.iter().zip(expected) {
        assert!(
            (r - e).abs() <= 1e-4 * e.abs().max(least),
            "{what}: {received:?}, Keras has {expected:?}"
        );
    }
}

/// Whether each value is within 1e-6 of the expected one, relative to it. Beside that two units in the last place of
/// `scale` are allowed, the largest of the numbers whose difference the value may be; and the smallest normal number,
/// since Keras's backend takes all below it for 0.
#[track_caller]
pub fn assert_close<'a>(
    received: impl IntoIterator<Item = &'a f32>,
    expected: impl IntoIterator<Item = &'a f32>,
    scale: f32,
    what: &str,
) {
    let received: Vec<f32> = received.into_iter().copied().collect();
    let expected: Vec<f32> = expected.into_iter().copied().collect();
    assert_eq!(received.len(), expected.len(), "{what}: number of values");
    for (i, (r, e)) in received.iter().zip(&expected).enumerate() {
        let allowed = 1e-6 * e.abs() + 2.0 * f32::EPSILON * scale + f32::MIN_POSITIVE;
        let close = (r - e).abs() <= allowed;
        assert!(close, "{what}, value {i}: received {r:e}, expected {e:e}");
    }
}

/// The largest absolute value.
pub fn largest(values: &Array2<f32>) -> f32 {
    values.iter().fold(0.0, |a, b| a.max(b.abs()))
}
