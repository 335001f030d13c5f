//! Trainings with unusual combinations give the numbers of Keras: `golden/fit_trainings.json`, made by Keras 3.15.1 with
//! JAX in float32 (`golden/make_golden_trainings.py`). Tolerance: 1e-4 relative.

#[path = "golden/support.rs"]
mod support;

use nn_lib::prelude::*;
use serde_json::Value;
use support::{assert_trained, number, numbers, tensor, tensors};

/// The data that all trainings share, and what Keras made of them.
struct Golden(Value);

impl Golden {
    fn read() -> Golden {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/golden/fit_trainings.json"
        );
        Golden(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn data(&self, name: &str) -> Tensor {
        tensor(&self.0[name])
    }

    /// Trains as the case `name` says and compares history, evaluation and weights.
    fn check(&self, name: &str, model: &mut Model, x: &[Tensor], y: &[Tensor], options: Fit) {
        let mut cases = self.0["cases"].as_array().unwrap().iter();
        let case = cases.find(|case| case["name"] == name).unwrap();
        model
            .set_weights(&tensors(&case["initial_weights"]))
            .unwrap();
        let options = Fit {
            batch_size: 5,
            shuffle: false,
            verbose: Verbose::Silent,
            ..options
        };
        let history = model.fit(x, y, options).unwrap();
        let expected = case["history"].as_object().unwrap();
        assert!(history.keys().iter().eq(expected.keys()), "{name}");
        for (key, values) in expected {
            let what = format!("{key} of {name}");
            assert_trained(&what, &history[key.as_str()], &numbers(values), 0.01);
        }
        let results = model.evaluate(x, y).unwrap();
        for (key, value) in case["evaluate"].as_object().unwrap() {
            let what = format!("{key} of {name}, evaluated");
            assert_trained(&what, &[results[key.as_str()]], &[number(value)], 0.01);
        }
        let weights = tensors(&case["final_weights"]);
        for (own, expected) in model.get_weights().iter().zip(&weights) {
            let what = format!("weights of {name}");
            assert_trained(&what, &own.to_vec(), &expected.to_vec(), 0.01);
        }
    }
}

fn three() -> Fit {
    Fit {
        epochs: 3,
        ..Fit::default()
    }
}

fn dense(units: usize, activation: Activation) -> Dense {
    Dense::new(units).activation(activation)
}

fn stack(layers: impl IntoIterator<Item = Dense>) -> Sequential {
    let mut model = Sequential::new();
    model.add(Input::new(6));
    layers.into_iter().for_each(|layer| model.add(layer));
    model
}

/// Two classes, by a hyperbolic tangent and a sigmoid.
fn binary(optimizer: impl Optimizer + 'static) -> Sequential {
    let mut model = stack([dense(4, Activation::Tanh), dense(1, Activation::Sigmoid)]);
    model
        .compile(optimizer, "binary_crossentropy", ["accuracy"])
        .unwrap();
    model
}

#[test]
fn two_outputs_with_penalties_weights_and_metrics_of_their_own() {
    let golden = Golden::read();
    let (a, b) = (Input::new(6), Input::new(6));
    let shared = dense(4, Activation::Gelu)
        .kernel_regularizer(Regularizer::L1L2 { l1: 0.01, l2: 0.02 })
        .bias_regularizer(Regularizer::L2(0.1));
    let (left, right) = (shared.apply(&a).unwrap(), shared.apply(&b).unwrap());
    let product = Multiply::new().apply([&left, &right]).unwrap();
    let largest = Maximum::new().apply([&left, &right]).unwrap();
    let one = dense(1, Activation::Sigmoid)
        .name("one")
        .bias_regularizer(Regularizer::L1(0.05))
        .apply(&product)
        .unwrap();
    let two = dense(3, Activation::Softmax)
        .name("two")
        .apply(&largest)
        .unwrap();
    let mut model = Model::new([&a, &b], [&one, &two]).unwrap();
    let losses = [
        ("binary_crossentropy", 0.3),
        ("sparse_categorical_crossentropy", 2.0),
    ];
    let metrics = [
        vec![Metric::Accuracy, Metric::Auc],
        vec![Metric::Accuracy, Metric::SparseTopKCategoricalAccuracy.k(2)],
    ];
    let optimizer = Adam::new(0.02).amsgrad(true).clipnorm(0.5);
    model.compile(optimizer, losses, metrics).unwrap();
    let (x, y) = (["x", "reversed"], ["yes", "class"]);
    let options = Fit {
        sample_weight: Some(golden.data("weight")),
        ..three()
    };
    let (x, y) = (
        x.map(|name| golden.data(name)),
        y.map(|name| golden.data(name)),
    );
    golden.check("two_outputs_with_weights", &mut model, &x, &y, options);
}

#[test]
fn an_output_that_is_the_mean_of_two_sigmoids_trains_with_a_crossentropy() {
    let golden = Golden::read();
    let a = Input::new(6);
    let left = dense(1, Activation::Sigmoid).apply(&a).unwrap();
    let hidden = dense(3, Activation::Tanh).apply(&a).unwrap();
    let right = dense(1, Activation::Sigmoid).apply(&hidden).unwrap();
    let mean = Average::new().apply([&left, &right]).unwrap();
    let mut model = Model::new([&a], [&mean]).unwrap();
    model
        .compile("rmsprop", "binary_crossentropy", ["accuracy"])
        .unwrap();
    let (x, y) = ([golden.data("x")], [golden.data("yes")]);
    golden.check("mean_of_two_sigmoids", &mut model, &x, &y, three());
}

#[test]
fn a_model_that_is_applied_four_times_sums_its_gradients() {
    let golden = Golden::read();
    let tower = stack([
        dense(4, Activation::Exponential).use_bias(false),
        dense(3, Activation::Tanh),
    ]);
    let (a, b) = (Input::new(6), Input::new(6));
    let towers = [&a, &b, &a, &b].map(|input| tower.apply(input).unwrap());
    let sum = Add::new().apply([&towers[0], &towers[1]]).unwrap();
    let all = Concatenate::new()
        .apply([&towers[2], &towers[3], &sum])
        .unwrap();
    let output = Dense::new(2).apply(&all).unwrap();
    let mut model = Model::new([&a, &b], [&output]).unwrap();
    model
        .compile(Adagrad::new(0.05).clipvalue(0.1), "mae", ["mse"])
        .unwrap();
    let x = ["x", "reversed"].map(|name| &golden.data(name) * 0.3);
    golden.check(
        "model_as_layer",
        &mut model,
        &x,
        &[golden.data("numbers")],
        three(),
    );
}

#[test]
fn an_output_that_feeds_another_gets_both_gradients() {
    let golden = Golden::read();
    let a = Input::new(6);
    let first = dense(3, Activation::Softmax)
        .name("first")
        .apply(&a)
        .unwrap();
    let second = dense(1, Activation::Sigmoid)
        .name("second")
        .apply(&first)
        .unwrap();
    let mut model = Model::new([&a], [&first, &second]).unwrap();
    let losses = ["categorical_crossentropy", "binary_crossentropy"];
    model
        .compile(Adam::new(0.03), losses, ["accuracy"])
        .unwrap();
    let y = ["one_hot", "yes"].map(|name| golden.data(name));
    golden.check(
        "output_that_feeds_another",
        &mut model,
        &[golden.data("x")],
        &y,
        three(),
    );
}

#[test]
fn dense_works_on_more_axes() {
    let golden = Golden::read();
    let mut model = Sequential::new();
    model.add(Input::new([2, 3]));
    model.add(dense(4, Activation::Softplus).kernel_regularizer(Regularizer::L1(0.01)));
    model.add(dense(3, Activation::Softmax));
    model.add(Flatten::new());
    model.add(ActivationLayer::new(Activation::LeakyRelu));
    model.add(Dense::new(2));
    model
        .compile(SGD::new(0.05), "huber", ["mae", "mse"])
        .unwrap();
    let x = golden.data("x").reshape([23, 2, 3]).unwrap();
    let options = Fit {
        validation_split: 0.3,
        sample_weight: Some(golden.data("weight")),
        ..three()
    };
    golden.check(
        "more_axes",
        &mut model,
        &[x],
        &[golden.data("numbers")],
        options,
    );
}

#[test]
fn a_penalty_on_absolute_values_moves_biases_of_zero() {
    let golden = Golden::read();
    let mut model = stack([
        dense(4, Activation::Tanh).bias_regularizer(Regularizer::L1(0.01)),
        dense(1, Activation::Sigmoid).bias_regularizer(Regularizer::L1L2 { l1: 0.02, l2: 0.03 }),
    ]);
    model
        .compile(RMSprop::new(0.01), "binary_crossentropy", ["accuracy"])
        .unwrap();
    let (x, y) = ([golden.data("x")], [golden.data("yes")]);
    golden.check("l1_on_biases_of_zero", &mut model, &x, &y, three());
}

#[test]
fn logits_train_with_weights_momentum_and_clipping() {
    let golden = Golden::read();
    let x = [golden.data("x")];
    let mut model = stack([dense(5, Activation::Relu), Dense::new(3)]);
    let loss = Loss::SparseCategoricalCrossentropy.from_logits(true);
    model
        .compile(Adagrad::new(0.1), loss, ["accuracy"])
        .unwrap();
    let options = Fit {
        class_weight: [(0, 0.2), (2, 3.0)].into(),
        validation_split: 0.2,
        ..three()
    };
    let y = [golden.data("class")];
    golden.check(
        "sparse_logits_with_class_weight",
        &mut model,
        &x,
        &y,
        options,
    );

    let mut model = stack([dense(5, Activation::Silu), Dense::new(3)]);
    let optimizer = SGD::new(0.1)
        .momentum(0.8)
        .nesterov(true)
        .global_clipnorm(0.4);
    let loss = Loss::CategoricalCrossentropy.from_logits(true);
    let metrics = ["accuracy", "categorical_crossentropy"];
    model.compile(optimizer, loss, metrics).unwrap();
    let y = [golden.data("one_hot")];
    golden.check("categorical_logits", &mut model, &x, &y, three());

    let mut model = stack([dense(5, Activation::Elu), Dense::new(1)]);
    let optimizer = RMSprop::new(0.02).momentum(0.5);
    let loss = Loss::BinaryCrossentropy.from_logits(true);
    let metrics = [Metric::BinaryAccuracy.threshold(0.0)];
    model.compile(optimizer, loss, metrics).unwrap();
    let options = Fit {
        sample_weight: Some(golden.data("weight")),
        validation_split: 0.4,
        ..three()
    };
    let y = [golden.data("yes")];
    golden.check("binary_logits", &mut model, &x, &y, options);
}

#[test]
fn metrics_of_one_name_are_numbered() {
    let golden = Golden::read();
    let mut model = stack([dense(5, Activation::Selu), dense(3, Activation::Sigmoid)]);
    let metrics = [
        Metric::Accuracy,
        Metric::BinaryAccuracy,
        Metric::Precision,
        Metric::Precision.threshold(0.7),
        Metric::Recall,
        Metric::Auc,
    ];
    model
        .compile(Adam::new(0.02), "binary_crossentropy", metrics)
        .unwrap();
    let options = Fit {
        sample_weight: Some(golden.data("weight")),
        ..three()
    };
    let (x, y) = ([golden.data("x")], [golden.data("many")]);
    let name = "several_labels_and_metrics_of_one_name";
    golden.check(name, &mut model, &x, &y, options);
}

#[test]
fn a_training_that_starts_at_a_later_epoch_keeps_its_learning_rates() {
    let golden = Golden::read();
    let (x, y) = ([golden.data("x")], [golden.data("yes")]);
    let later = || Fit {
        epochs: 5,
        initial_epoch: 2,
        ..Fit::default()
    };
    let schedule = PiecewiseConstantDecay::new([4, 9], [0.1, 0.05, 0.01]).unwrap();
    let mut model = binary(RMSprop::new(schedule));
    golden.check("initial_epoch_and_schedule", &mut model, &x, &y, later());
    let scheduler = LearningRateScheduler::new(|epoch, rate| rate / (1.0 + epoch as f32));
    let options = Fit {
        callbacks: vec![Box::new(scheduler)],
        ..later()
    };
    let mut model = binary(SGD::new(0.3));
    golden.check("initial_epoch_and_scheduler", &mut model, &x, &y, options);
}

#[test]
fn early_stopping_stops_and_restores_with_every_option() {
    let golden = Golden::read();
    let (x, y) = ([golden.data("x")], [golden.data("yes")]);
    let loss = || EarlyStopping::new("val_loss").restore_best_weights(true);
    let accuracy = || EarlyStopping::new("val_accuracy").restore_best_weights(true);
    let plain = EarlyStopping::new("val_loss");
    let never = EarlyStopping::new("loss").restore_best_weights(true);
    for (name, rate, epochs, stopping) in [
        (
            "stop_min_delta",
            0.2,
            12,
            plain.clone().min_delta(0.02).patience(1),
        ),
        ("stop_auto", 0.5, 12, accuracy().patience(2)),
        (
            "stop_max",
            0.5,
            12,
            accuracy().mode(Mode::Max).min_delta(0.2).patience(2),
        ),
        (
            "stop_wrong_mode",
            0.2,
            12,
            loss().mode(Mode::Max).patience(3),
        ),
        (
            "stop_start_from_epoch",
            2.0,
            12,
            loss().start_from_epoch(4).patience(1),
        ),
        ("stop_without_patience", 2.0, 12, plain),
        ("stop_never", 0.05, 4, never.patience(5)),
    ] {
        let options = Fit {
            epochs,
            validation_split: 0.3,
            callbacks: vec![Box::new(stopping)],
            ..Fit::default()
        };
        golden.check(name, &mut binary(SGD::new(rate)), &x, &y, options);
    }
}
