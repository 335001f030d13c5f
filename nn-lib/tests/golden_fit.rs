//! Whole trainings give the numbers of Keras: `golden/fit_*.json`, made by Keras 3.15.1 with JAX in float32
//! (`golden/make_golden.py`), from fixed initial weights without shuffling. Tolerance: 1e-4 relative.

use std::path::{Path, PathBuf};

use nn_lib::prelude::*;
use serde_json::Value;

const TOLERANCE: f32 = 1e-4;

/// All files of this name: ours, those of other seeds, or the ones in the folder `NN_LIB_GOLDEN`.
fn golden(name: &str) -> Vec<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = match std::env::var_os("NN_LIB_GOLDEN") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![here.clone(), here.join("more")],
    };
    let paths = folders
        .iter()
        .map(|folder| folder.join(format!("{name}.json")));
    let files = paths.map(|path| {
        let text = std::fs::read_to_string(&path).expect("the golden file is part of the tests");
        serde_json::from_str(&text).expect("the golden file is JSON")
    });
    files.collect()
}

fn numbers(value: &Value, shape: &mut Vec<usize>, depth: usize, into: &mut Vec<f32>) {
    match value.as_array() {
        Some(items) => {
            if shape.len() == depth {
                shape.push(items.len());
            }
            items
                .iter()
                .for_each(|item| numbers(item, shape, depth + 1, into));
        }
        None => into.push(value.as_f64().expect("a number") as f32),
    }
}

fn tensor(value: &Value) -> Tensor {
    let (mut shape, mut values) = (Vec::new(), Vec::new());
    numbers(value, &mut shape, 0, &mut values);
    Tensor::new(shape, values).expect("a rectangular array")
}

fn tensors(value: &Value) -> Vec<Tensor> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(tensor)
        .collect()
}

fn assert_close(what: &str, actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "{what}: number of values");
    for (nth, (a, e)) in actual.iter().zip(expected).enumerate() {
        let allowed = TOLERANCE * e.abs().max(1e-2);
        assert!(
            (a - e).abs() <= allowed,
            "{what}[{nth}]: {a}, Keras has {e}"
        );
    }
}

/// Trains a copy of `model` as each file says and compares everything that the file holds.
fn check(name: &str, model: &Model, options: impl Fn() -> Fit) {
    for golden in golden(name) {
        check_one(&golden, &mut model.clone(), options());
    }
}

fn check_one(golden: &Value, model: &mut Model, options: Fit) {
    let several = golden["x"][0][0].is_array();
    let list = |key: &str| {
        if several {
            tensors(&golden[key])
        } else {
            vec![tensor(&golden[key])]
        }
    };
    model
        .set_weights(&tensors(&golden["initial_weights"]))
        .unwrap();
    let history = model
        .fit(
            list("x"),
            list("y"),
            Fit {
                epochs: golden["epochs"].as_u64().unwrap() as usize,
                batch_size: golden["batch_size"].as_u64().unwrap() as usize,
                shuffle: golden["shuffle"].as_bool().unwrap(),
                validation_lists: Some((list("x_val"), list("y_val"))),
                verbose: Verbose::Silent,
                ..options
            },
        )
        .unwrap();
    let expected = golden["history"].as_object().unwrap();
    let keys: Vec<&String> = expected.keys().collect();
    assert_eq!(history.keys().iter().collect::<Vec<_>>(), keys);
    for (key, values) in expected {
        assert_close(key, &history[key], &tensor(values).to_vec());
    }
    if let Some(expected) = golden.get("evaluate") {
        let results = model.evaluate(list("x_val"), list("y_val")).unwrap();
        assert_close("evaluate", &results.to_vec(), &tensor(expected).to_vec());
    }
    let expected = if several {
        tensors(&golden["predict"])
    } else {
        vec![tensor(&golden["predict"])]
    };
    for (output, expected) in model
        .predict_all(list("x_val"))
        .unwrap()
        .iter()
        .zip(&expected)
    {
        assert_eq!(output.shape(), expected.shape());
        assert_close("predict", &output.to_vec(), &expected.to_vec());
    }
    let weights = tensors(&golden["final_weights"]);
    for (nth, (own, expected)) in model.get_weights().iter().zip(&weights).enumerate() {
        assert_close(&format!("weight {nth}"), &own.to_vec(), &expected.to_vec());
    }
}

fn stack(layers: Vec<Dense>) -> Sequential {
    let mut model = Sequential::new();
    for (nth, layer) in layers.into_iter().enumerate() {
        model.add(if nth == 0 {
            layer.input_shape(7)
        } else {
            layer
        });
    }
    model
}

#[test]
fn binary_classification_with_rmsprop_follows_keras() {
    let mut model = stack(vec![
        Dense::new(5).activation(Activation::Relu),
        Dense::new(4).activation(Activation::Relu),
        Dense::new(1).activation(Activation::Sigmoid),
    ]);
    model
        .compile(
            RMSprop::new(0.01),
            Loss::BinaryCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    check("fit_binary_rmsprop", &model, Fit::default);
}

#[test]
fn categorical_classification_with_adam_follows_keras() {
    let mut model = stack(vec![
        Dense::new(6).activation(Activation::Tanh),
        Dense::new(4).activation(Activation::Softmax),
    ]);
    model
        .compile(
            Adam::new(0.01),
            Loss::CategoricalCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    check("fit_categorical_adam", &model, Fit::default);
}

#[test]
fn integer_labels_with_sgd_and_momentum_follow_keras() {
    let mut model = stack(vec![
        Dense::new(6).activation(Activation::Relu),
        Dense::new(4).activation(Activation::Softmax),
    ]);
    let optimizer = SGD::new(0.1).momentum(0.9);
    model
        .compile(
            optimizer,
            Loss::SparseCategoricalCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    check("fit_sparse_categorical_sgd", &model, Fit::default);
}

#[test]
fn regression_in_batches_of_one_follows_keras() {
    let mut model = stack(vec![
        Dense::new(8).activation(Activation::Relu),
        Dense::new(8).activation(Activation::Relu),
        Dense::new(1),
    ]);
    model.compile(RMSprop::new(0.005), "mse", ["mae"]).unwrap();
    check("fit_regression_rmsprop", &model, Fit::default);
}

#[test]
fn class_weights_count_in_the_loss_as_in_keras() {
    let mut model = stack(vec![
        Dense::new(5).activation(Activation::Relu),
        Dense::new(1).activation(Activation::Sigmoid),
    ]);
    model
        .compile(
            RMSprop::new(0.01),
            Loss::BinaryCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    let options = || Fit {
        class_weight: [(0, 1.0), (1, 2.5)].into(),
        ..Fit::default()
    };
    check("fit_class_weight", &model, options);
}

#[test]
fn penalties_on_weights_are_part_of_the_loss_as_in_keras() {
    let mut model = stack(vec![
        Dense::new(5)
            .activation(Activation::Relu)
            .kernel_regularizer(Regularizer::L2(0.01)),
        Dense::new(1)
            .activation(Activation::Sigmoid)
            .kernel_regularizer(Regularizer::L1(0.003)),
    ]);
    model
        .compile(
            RMSprop::new(0.01),
            Loss::BinaryCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    check("fit_l2", &model, Fit::default);
}

#[test]
fn two_inputs_a_shared_layer_and_two_weighted_outputs_follow_keras() {
    let (a, b) = (Input::new(7), Input::new(7));
    let shared = Dense::new(4).activation(Activation::Relu).name("shared");
    let (left, right) = (shared.apply(&a).unwrap(), shared.apply(&b).unwrap());
    let joined = Concatenate::new().apply([&left, &right]).unwrap();
    let sentiment = Dense::new(1)
        .activation(Activation::Sigmoid)
        .name("sentiment")
        .apply(&joined)
        .unwrap();
    let sum = Add::new().apply([&left, &right]).unwrap();
    let topic = Dense::new(3)
        .activation(Activation::Softmax)
        .name("topic")
        .apply(&sum)
        .unwrap();
    let mut model = Model::new([&a, &b], [&sentiment, &topic]).unwrap();
    let losses = [
        (Loss::BinaryCrossentropy, 1.0),
        (Loss::CategoricalCrossentropy, 0.5),
    ];
    model
        .compile(RMSprop::new(0.01), losses, [Metric::Accuracy])
        .unwrap();
    check("fit_functional", &model, Fit::default);
}
