//! Options of `fit`, callbacks and branches give the numbers of Keras: `golden/fit_options.json`, made by Keras 3.15.1
//! with JAX in float32 (`golden/make_golden_options.py`). Tolerance: 1e-4 relative.

#[path = "golden/support.rs"]
mod support;

use nn_lib::prelude::*;
use serde_json::Value;
use support::{assert_trained, numbers, tensor, tensors};

/// Trains as the case `name` says and compares history and weights.
fn check(name: &str, model: &mut Model, options: impl FnOnce(&Value) -> Fit) {
    let text = std::fs::read_to_string(format!(
        "{}/tests/golden/fit_options.json",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let case = golden["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["name"] == name)
        .unwrap();
    model
        .set_weights(&tensors(&case["initial_weights"]))
        .unwrap();
    let options = Fit {
        batch_size: 6,
        shuffle: false,
        verbose: Verbose::Silent,
        ..options(&golden)
    };
    let history = model
        .fit(&tensor(&golden["x"]), &tensor(&case["y"]), options)
        .unwrap();
    let expected = case["history"].as_object().unwrap();
    assert_eq!(
        history.keys().iter().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (key, values) in expected {
        assert_trained(key, &history[key], &numbers(values), 0.1);
    }
    for (own, expected) in model
        .get_weights()
        .iter()
        .zip(tensors(&case["final_weights"]))
    {
        assert_trained("final weights", &own.to_vec(), &expected.to_vec(), 0.1);
    }
}

fn binary() -> Sequential {
    let mut model = Sequential::new();
    model.add(Dense::new(4).activation(Activation::Tanh).input_shape(6));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model
        .compile(
            SGD::new(0.2),
            "binary_crossentropy",
            ["accuracy", "auc", "precision"],
        )
        .unwrap();
    model
}

#[test]
fn sample_weights_count_in_training_and_in_the_validation_split() {
    check("sample_weight_and_split", &mut binary(), |golden| Fit {
        epochs: 3,
        sample_weight: Some(tensor(&golden["sample_weight"])),
        validation_split: 0.3,
        ..Fit::default()
    });
}

#[test]
fn class_weights_count_in_training_alone() {
    check("class_weight_and_split", &mut binary(), |_| Fit {
        epochs: 3,
        class_weight: [(0, 0.5), (1, 2.0)].into(),
        validation_split: 0.25,
        ..Fit::default()
    });
}

#[test]
fn class_weights_understand_one_hot_rows_and_gradients_are_clipped() {
    let mut model = Sequential::new();
    model.add(Dense::new(4).activation(Activation::Tanh).input_shape(6));
    model.add(Dense::new(3).activation(Activation::Softmax));
    let optimizer = Adam::new(0.05).clipnorm(0.1);
    model
        .compile(optimizer, "categorical_crossentropy", ["accuracy"])
        .unwrap();
    check("class_weight_on_one_hot_rows", &mut model, |_| Fit {
        epochs: 3,
        class_weight: [(0, 0.5), (2, 2.0)].into(),
        ..Fit::default()
    });
}

#[test]
fn a_scheduler_sets_the_learning_rate_and_the_history_shows_it() {
    let schedule =
        LearningRateScheduler::new(|epoch, rate| if epoch > 0 { rate * 0.5 } else { rate });
    check("learning_rate_scheduler", &mut binary(), |_| Fit {
        epochs: 4,
        callbacks: vec![Box::new(schedule)],
        ..Fit::default()
    });
}

#[test]
fn early_stopping_stops_when_keras_does_and_restores_the_same_weights() {
    let mut model = binary();
    model.set_learning_rate(3.0).unwrap();
    check("early_stopping", &mut model, |_| Fit {
        epochs: 30,
        validation_split: 0.3,
        callbacks: vec![Box::new(
            EarlyStopping::new("val_loss")
                .patience(2)
                .restore_best_weights(true),
        )],
        ..Fit::default()
    });
}

#[test]
fn branches_list_their_weights_and_learn_as_in_keras() {
    let x = Input::new(6);
    let dense = |units: usize, activation| Dense::new(units).activation(activation);
    let a = dense(4, Activation::Relu).apply(&x).unwrap();
    let hidden = dense(3, Activation::Tanh).apply(&x).unwrap();
    let b = dense(4, Activation::Elu).apply(&hidden).unwrap();
    let gate = dense(4, Activation::Sigmoid).apply(&b).unwrap();
    let c = Multiply::new().apply([&a, &gate]).unwrap();
    let average = Average::new().apply([&a, &b]).unwrap();
    let maximum = Maximum::new().apply([&a, &b]).unwrap();
    let merged = Concatenate::new().apply([&average, &c, &maximum]).unwrap();
    let y = dense(1, Activation::Sigmoid).apply(&merged).unwrap();
    let mut model = Model::new([&x], [&y]).unwrap();
    let optimizer = RMSprop::new(0.05).momentum(0.9).centered(true);
    model
        .compile(optimizer, "binary_crossentropy", ["accuracy"])
        .unwrap();
    check("branches", &mut model, |_| Fit {
        epochs: 3,
        ..Fit::default()
    });
}
