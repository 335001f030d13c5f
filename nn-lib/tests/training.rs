//! What training promises besides its numbers: repeatability, resuming, shared weights, callbacks.

use nn_lib::layers::{Backward, Base, Forward};
use nn_lib::prelude::*;
use nn_lib::training::{Evaluate, Predict};
use numbers::numbers;

mod numbers;

fn data() -> (Tensor, Tensor) {
    let x = numbers([60, 5], 1);
    let y = x.sum_axis(1).unwrap().map(|sum| f32::from(sum > 0.0));
    (x, y)
}

fn network(seed: u64) -> Sequential {
    let mut model = Sequential::with_seed(seed);
    model.add(Dense::new(8).activation(Activation::Relu).input_shape(5));
    model.add(Dropout::new(0.3));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model
        .compile(
            Adam::new(0.01),
            Loss::BinaryCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    model
}

fn quiet(epochs: usize) -> Fit {
    Fit {
        epochs,
        batch_size: 16,
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_one_does_not() {
    let (x, y) = data();
    let train = |seed, fit_seed| {
        let mut model = network(seed);
        let options = Fit {
            seed: fit_seed,
            ..quiet(5)
        };
        let history = model.fit(&x, &y, options).unwrap();
        (history, model.get_weights())
    };
    assert_eq!(train(0, 0), train(0, 0));
    assert_ne!(train(0, 0).1, train(1, 0).1);
    assert_ne!(train(0, 0).1, train(0, 1).1);
}

#[test]
fn a_training_that_is_taken_up_again_equals_an_unbroken_one() {
    let (x, y) = data();
    let mut unbroken = network(0);
    unbroken.fit(&x, &y, quiet(6)).unwrap();
    let mut broken = network(0);
    broken.fit(&x, &y, quiet(4)).unwrap();
    let rest = Fit {
        initial_epoch: 4,
        ..quiet(6)
    };
    let history = broken.fit(&x, &y, rest).unwrap();
    assert_eq!(history.epochs(), [5, 6]);
    assert_eq!(broken.get_weights(), unbroken.get_weights());
}

#[test]
fn a_training_learns_what_can_be_learned() {
    let (x, y) = data();
    let mut model = network(0);
    let history = model.fit(&x, &y, quiet(200)).unwrap();
    assert!(history["loss"][199] < 0.5 * history["loss"][0]);
    assert!(model.evaluate(&x, &y).unwrap()["accuracy"] > 0.95);
}

/// Weights of a word that no text has shrink at every step. Numbers below 1e-38 would be slow to compute with.
#[test]
fn with_l2_a_weight_that_nothing_else_moves_becomes_zero() {
    let texts: Vec<Vec<u32>> = (0..40).map(|nth| vec![nth % 3, 3 + nth % 2]).collect();
    let multi_hot = vectorize_sequences(&texts, 50).unwrap();
    let dense = Tensor::new([40, 50], multi_hot.to_vec()).unwrap();
    let y = Tensor::from((0..40).map(|nth| nth % 2).collect::<Vec<u32>>());
    let learned = [multi_hot, dense].map(|x| {
        let mut model = Sequential::with_seed(1);
        let first = Dense::new(8).activation("relu").input_shape(50);
        model.add(first.kernel_regularizer(Regularizer::L2(0.1)));
        model.add(Dense::new(1).activation("sigmoid"));
        model
            .compile(RMSprop::new(0.001), "binary_crossentropy", ())
            .unwrap();
        model.fit(&x, &y, quiet(200)).unwrap();
        model.get_weights()[0].to_vec()
    });
    for kernel in &learned {
        let (used, unused) = kernel.split_at(5 * 8);
        assert!(used.iter().any(|weight| weight.abs() > 1e-3));
        assert!(unused.iter().all(|weight| *weight == 0.0));
    }
}

#[test]
fn labels_in_one_or_two_axes_mean_the_same() {
    let (x, y) = data();
    let column = y.reshape([60, 1]).unwrap();
    let (mut one, mut two) = (network(0), network(0));
    let histories = (
        one.fit(&x, &y, quiet(2)).unwrap(),
        two.fit(&x, &column, quiet(2)).unwrap(),
    );
    assert_eq!(histories.0, histories.1);
}

#[test]
fn a_clone_learns_by_itself() {
    let (x, y) = data();
    let original = network(0);
    let before = original.get_weights();
    let mut copy = original.clone();
    copy.fit(&x, &y, quiet(1)).unwrap();
    assert_eq!(original.get_weights(), before);
    assert_ne!(copy.get_weights(), before);
}

#[test]
fn models_with_layers_in_common_share_their_weights() {
    let x = Input::new(5);
    let code = Dense::new(2).apply(&x).unwrap();
    let decoded = Dense::new(5).apply(&code).unwrap();
    let mut autoencoder = Model::new([&x], [&decoded]).unwrap();
    let encoder = Model::new([&x], [&code]).unwrap();
    // From the middle of the graph on: the code is an input here.
    let decoder = Model::new([&code], [&decoded]).unwrap();
    autoencoder.compile("rmsprop", "mse", ()).unwrap();
    let (data, _) = data();
    let before = encoder.predict(&data).unwrap();
    autoencoder.fit(&data, &data, quiet(2)).unwrap();
    let code = encoder.predict(&data).unwrap();
    assert_ne!(code, before);
    assert_eq!(
        decoder.predict(&code).unwrap(),
        autoencoder.predict(&data).unwrap()
    );
}

#[test]
fn a_model_is_a_layer_of_another_model() {
    let mut tower = Sequential::new();
    tower.add(Dense::new(4).activation(Activation::Tanh).input_shape(5));
    tower.add(Dense::new(3));
    let (a, b) = (Input::new(5), Input::new(5));
    let (left, right) = (tower.apply(&a).unwrap(), tower.apply(&b).unwrap());
    let joined = Concatenate::new().apply([&left, &right]).unwrap();
    let y = Dense::new(1)
        .activation(Activation::Sigmoid)
        .apply(&joined)
        .unwrap();
    let mut siamese = Model::new([&a, &b], [&y]).unwrap();
    assert_eq!(siamese.count_params(), (5 * 4 + 4) + (4 * 3 + 3) + (6 + 1));
    let before = tower.get_weights();
    siamese
        .compile("sgd", "binary_crossentropy", ["accuracy"])
        .unwrap();
    let (x, y) = data();
    siamese.fit([&x, &(&x * 2.0)], &y, quiet(1)).unwrap();
    assert_ne!(tower.get_weights(), before);
    // The same in a stack.
    let mut stack = Sequential::new();
    stack.add(tower);
    stack.add(Dense::new(1));
    assert_eq!(stack.predict(&x).unwrap().shape(), [60, 1]);
}

#[test]
fn a_stack_without_an_input_shape_is_built_by_its_data() {
    let mut model = Sequential::new();
    model.add(Dense::new(3).activation(Activation::Relu));
    model.add(Dense::new(1));
    assert!(
        model
            .summary()
            .to_string()
            .contains("wait for the first data")
    );
    model.compile("sgd", "mse", ["mae"]).unwrap();
    let (x, y) = data();
    assert_eq!(model.predict(&x).unwrap().shape(), [60, 1]);
    model.fit(&x, &y, quiet(1)).unwrap();
    assert_eq!(model.count_params(), 5 * 3 + 3 + 3 + 1);
}

#[test]
fn callbacks_see_every_epoch_and_may_stop() {
    let (x, y) = data();
    let (sender, receiver) = std::sync::mpsc::channel();
    let watch = OnEpochEnd::new(move |training| {
        sender
            .send((training.epoch, training.logs.get("loss").unwrap()))
            .unwrap();
        if training.epoch == 2 {
            training.stop();
        }
    });
    let options = Fit {
        callbacks: vec![Box::new(watch)],
        ..quiet(10)
    };
    let history = network(0).fit(&x, &y, options).unwrap();
    let seen: Vec<(usize, f32)> = receiver.iter().collect();
    let expected: Vec<_> = history["loss"].iter().copied().enumerate().collect();
    assert_eq!(seen, expected);
    assert_eq!(history.epochs(), [1, 2, 3]);
}

#[test]
fn metrics_of_validation_are_those_of_evaluate() {
    let (x, y) = data();
    let mut model = network(0);
    let options = Fit {
        validation_data: Some((x.rows(40..), y.rows(40..))),
        ..quiet(3)
    };
    let history = model.fit(&x.rows(..40), &y.rows(..40), options).unwrap();
    let results = model.evaluate(&x.rows(40..), &y.rows(40..)).unwrap();
    assert_eq!(results.names(), ["loss", "accuracy"]);
    assert!((results[0] - history["val_loss"][2]).abs() < 1e-6);
    assert_eq!(results["accuracy"], history["val_accuracy"][2]);
}

#[test]
fn names_are_numbered_within_a_model_and_names_that_are_given_are_kept() {
    let mut model = Sequential::new();
    model.add(Dense::new(2).input_shape(3));
    model.add(Dense::new(2).name("dense_1"));
    model.add(Dense::new(2));
    model.add(ActivationLayer::new(Activation::Relu));
    assert_eq!(
        model.layer_names(),
        ["dense", "dense_1", "dense_2", "activation"]
    );
}

#[test]
fn a_custom_loss_and_metric_train_a_model() {
    let (x, y) = data();
    let mut own = network(0);
    let square = Loss::custom("square", |t, p| (t[0] - p[0]).powi(2));
    let near = Metric::custom("near", |t, p| f32::from((t[0] - p[0]).abs() < 0.5));
    own.compile(SGD::new(0.1), square, [near]).unwrap();
    let mut built_in = network(0);
    built_in
        .compile(SGD::new(0.1), "mse", ["accuracy"])
        .unwrap();
    let own = own.fit(&x, &y, quiet(3)).unwrap();
    let built_in = built_in.fit(&x, &y, quiet(3)).unwrap();
    assert_eq!(own.keys(), ["loss", "near"]);
    for (a, b) in own["loss"].iter().zip(&built_in["loss"]) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }
    assert_eq!(own["near"], built_in["accuracy"]);
}

#[test]
fn a_model_displays_its_table_and_debugs_in_one_line() {
    let mut model = Sequential::new();
    model.add(Dense::new(3).input_shape(2));
    assert_eq!(model.to_string(), model.summary().to_string());
    assert_eq!(
        format!("{model:?}"),
        "Sequential { layers: [\"dense\"], params: 9, waiting: 0, .. }"
    );
    let mut unbuilt = Sequential::new();
    unbuilt.add(Dense::new(3));
    assert!(format!("{unbuilt:?}").contains("waiting: 1"));
}

#[test]
fn the_columns_of_a_summary_stand_below_each_other_with_korean_names_too() {
    use unicode_width::UnicodeWidthStr;
    let mut model = Sequential::new();
    model.add(Dense::new(4).input_shape(3).name("은닉층"));
    model.add(Dense::new(1));
    let text = model.summary().to_string();
    let widths: Vec<usize> = text
        .lines()
        .filter(|l| l.contains('│'))
        .map(|l| l.width())
        .collect();
    assert_eq!(widths.len(), 3, "{text}");
    assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
}

#[test]
fn the_summary_shows_layers_shapes_and_counts() {
    let mut model = Sequential::new();
    model.add(
        Dense::new(16)
            .activation(Activation::Relu)
            .input_shape(10_000),
    );
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    let text = model.summary().to_string();
    for part in [
        "dense (Dense)",
        "(None, 16)",
        "160,016",
        "Total params: 160,033 (625.13 KiB)",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(
        model
            .summary()
            .to_html()
            .contains("<td style=\"text-align:right\">160,016</td>")
    );
    let a = Input::new(2).name("a");
    let shared = Dense::new(2);
    let (one, two) = (shared.apply(&a).unwrap(), shared.apply(&a).unwrap());
    let sum = Add::new().apply([&one, &two]).unwrap();
    let text = Model::new([&a], [&sum]).unwrap().summary().to_string();
    assert_eq!(text.matches("dense (Dense)").count(), 1);
    assert!(
        text.contains("dense, dense") && text.contains("a (InputLayer)"),
        "{text}"
    );
}

#[test]
fn callbacks_see_and_set_the_weights_of_a_layer_that_reads_multi_hot_rows() {
    let rows: Vec<Vec<u32>> = (0..64)
        .map(|row| vec![row % 30, row * 7 % 30, row % 3])
        .collect();
    let y: Vec<u32> = (0..64).map(|row| row % 2).collect();
    let (x, y) = (vectorize_sequences(&rows, 30).unwrap(), Tensor::from(y));
    let train = |x: &Tensor| {
        let mut model = Sequential::with_seed(1);
        model.add(Dense::new(16).activation(Activation::Tanh).input_shape(30));
        model.add(Dense::new(1).activation(Activation::Sigmoid));
        model
            .compile(
                SGD::new(0.5).momentum(0.9),
                Loss::BinaryCrossentropy,
                [Metric::Accuracy],
            )
            .unwrap();
        let (data, targets) = (x.clone(), y.clone());
        let (sender, receiver) = std::sync::mpsc::channel();
        // Reads the weights, asks the model, and half-way sets all weights to half of what they are.
        let watch = OnEpochEnd::new(move |training| {
            let weights = training.model.get_weights();
            let asked = training.model.evaluate(&data, &targets).unwrap()[0];
            let saved = training.model.clone().evaluate(&data, &targets).unwrap()[0];
            sender.send((weights[0][[0, 0]], asked, saved)).unwrap();
            if training.epoch == 1 {
                let halves: Vec<Tensor> = weights.iter().map(|weight| weight * 0.5).collect();
                training.model.set_weights(&halves).unwrap();
            }
        });
        let options = Fit {
            callbacks: vec![Box::new(watch)],
            ..quiet(4)
        };
        let history = model.fit(x, &y, options).unwrap();
        let seen: Vec<(f32, f32, f32)> = receiver.iter().collect();
        (history["loss"].clone(), seen, model.get_weights())
    };
    let (rows, matrix) = (train(&x), train(&x.to_dense()));
    for (a, b) in rows.0.iter().zip(&matrix.0) {
        assert!((a - b).abs() < 1e-4, "losses {a} {b}");
    }
    for (a, b) in rows.1.iter().zip(&matrix.1) {
        assert!((a.0 - b.0).abs() < 1e-4, "weights {a:?} {b:?}");
        assert!(
            (a.1 - b.1).abs() < 1e-4 && (a.2 - b.2).abs() < 1e-4,
            "evaluations {a:?} {b:?}"
        );
        assert_eq!(a.1, a.2);
    }
    for (a, b) in rows.2.iter().zip(&matrix.2) {
        for (a, b) in a.to_vec().iter().zip(b.to_vec()) {
            assert!((a - b).abs() < 1e-4, "final weights {a} {b}");
        }
    }
}

/// Adds noise in training, as Keras's `GaussianNoise`.
#[derive(Clone, Default)]
struct Noise(Base);

impl Layer for Noise {
    fn kind(&self) -> &'static str {
        "GaussianNoise"
    }

    fn base(&self) -> &Base {
        &self.0
    }

    fn base_mut(&mut self) -> &mut Base {
        &mut self.0
    }

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        Ok(inputs[0].clone())
    }

    fn forward(&self, mut call: Forward<'_>) {
        call.output.assign(&call.inputs.matrix(0));
        if call.training {
            call.output.mapv_inplace(|x| x + 0.1 * call.rng.normal());
        }
    }

    fn backward(&mut self, mut call: Backward<'_>) {
        if let Some(mut gradient) = call.gradients.matrix(0) {
            gradient += &call.upstream;
        }
    }

    fn config(&self) -> serde_json::Value {
        serde_json::json!({})
    }

    fn boxed_clone(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

#[test]
fn a_layer_of_ones_own_is_given_random_numbers_that_depend_on_the_seed() {
    let (x, y) = data();
    let train = |seed| {
        let mut model = Sequential::with_seed(7);
        model.add(Noise::default().input_shape(x.shape()[1]));
        model.add(Dense::new(1).activation(Activation::Sigmoid));
        model.compile("sgd", Loss::BinaryCrossentropy, ()).unwrap();
        let options = Fit { seed, ..quiet(2) };
        let history = model.fit(&x, &y, options).unwrap();
        assert_eq!(model.predict(&x).unwrap(), model.predict(&x).unwrap());
        history["loss"].to_vec()
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
}

/// Writes down what it is called for, and stops the training in the second batch of the second epoch.
struct Diary(std::sync::mpsc::Sender<String>);

impl Callback for Diary {
    fn on_train_begin(&mut self, model: &mut Model) -> Result<()> {
        self.0
            .send(format!("begin {}", model.get_weights().len()))
            .unwrap();
        Ok(())
    }

    fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.0.send(format!("epoch {}", training.epoch)).unwrap();
        Ok(())
    }

    fn on_train_batch_begin(&mut self, batch: usize, training: &mut Training<'_>) -> Result<()> {
        assert_eq!(training.log("loss")?.is_nan(), batch == 0);
        Ok(())
    }

    fn on_train_batch_end(&mut self, batch: usize, training: &mut Training<'_>) -> Result<()> {
        assert!(training.log("loss")? > 0.0);
        self.0.send(format!("batch {batch}")).unwrap();
        if training.epoch == 1 && batch == 1 {
            training.stop();
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.0
            .send(format!("end of epoch {}", training.epoch))
            .unwrap();
        Ok(())
    }

    fn on_train_end(&mut self, _model: &mut Model) -> Result<()> {
        self.0.send("end".to_string()).unwrap();
        Ok(())
    }
}

#[test]
fn a_callback_is_called_at_training_epochs_and_batches_and_may_stop_at_a_batch() {
    let (x, y) = data();
    let (sender, receiver) = std::sync::mpsc::channel();
    let options = Fit {
        batch_size: x.len().div_ceil(3),
        callbacks: vec![Box::new(Diary(sender))],
        ..quiet(5)
    };
    network(0).fit(&x, &y, options).unwrap();
    let calls: Vec<String> = receiver.iter().collect();
    let expected = "begin 4, epoch 0, batch 0, batch 1, batch 2, end of epoch 0, \
                    epoch 1, batch 0, batch 1, end of epoch 1, end";
    assert_eq!(calls.join(", "), expected);
}

#[test]
fn a_callback_at_every_batch_changes_no_number() {
    struct Reads;
    impl Callback for Reads {
        fn on_train_batch_end(&mut self, _batch: usize, training: &mut Training<'_>) -> Result<()> {
            assert!(!training.model.get_weights().is_empty());
            Ok(())
        }
    }
    let rows: Vec<Vec<u32>> = (0..60)
        .map(|row| vec![row % 7, 7 + row % 5, row % 12])
        .collect();
    let x = vectorize_sequences(&rows, 12).unwrap();
    let y = Tensor::from((0..60).map(|row| row % 2).collect::<Vec<i32>>());
    let train = |callbacks: Vec<Box<dyn Callback>>| {
        let mut model = Sequential::with_seed(3);
        model.add(Dense::new(4).activation(Activation::Relu).input_shape(12));
        model.add(Dense::new(1).activation(Activation::Sigmoid));
        model
            .compile("rmsprop", Loss::BinaryCrossentropy, ())
            .unwrap();
        let options = Fit {
            batch_size: 16,
            callbacks,
            ..quiet(3)
        };
        let history = model.fit(&x, &y, options).unwrap();
        (history["loss"].to_vec(), model.get_weights())
    };
    assert_eq!(train(vec![Box::new(Reads)]), train(Vec::new()));
}

#[test]
fn evaluate_and_predict_take_options() {
    let (x, y) = data();
    let mut model = network(0);
    let plain = model.evaluate(&x, &y).unwrap();
    let small = Evaluate {
        batch_size: 3,
        ..Evaluate::default()
    };
    let batched = model.evaluate_with(&x, &y, small).unwrap();
    assert!((plain[0] - batched[0]).abs() < 1e-6);
    let mut weights = vec![0.0; x.len()];
    weights[0] = 1.0;
    let of_the_first = Evaluate {
        sample_weight: Some(Tensor::from(weights)),
        ..Evaluate::default()
    };
    let first = model.evaluate_with(&x, &y, of_the_first).unwrap()[0];
    let alone = model.evaluate(&x.rows(..1), &y.rows(..1)).unwrap()[0];
    assert!(
        (first * x.len() as f32 - alone).abs() < 1e-4,
        "{first} {alone}"
    );
    let one = Predict { batch_size: 1 };
    let difference = (&model.predict_with(&x, one).unwrap() - &model.predict(&x).unwrap()).unwrap();
    assert!(difference.to_vec().iter().all(|value| value.abs() < 1e-6));
    let wrong = Evaluate {
        sample_weight: Some(Tensor::ones([2])),
        ..Evaluate::default()
    };
    let error = model.evaluate_with(&x, &y, wrong).unwrap_err().to_string();
    assert!(error.contains("sample_weight of shape"), "{error}");
    let none = model
        .predict_with(&x, Predict { batch_size: 0 })
        .unwrap_err();
    assert!(none.to_string().contains("batch_size"), "{none}");
}

#[test]
fn an_activation_is_a_layer() {
    let x = Tensor::from([[-1.0, 2.0]]);
    let mut model = Sequential::new();
    model.add(Input::new(2));
    model.add(Activation::Relu);
    assert_eq!(model.predict(&x).unwrap().to_vec(), [0.0, 2.0]);
    let a = Input::new(2);
    let b = Activation::Relu.apply(&a).unwrap();
    let model = Model::new([&a], [&b]).unwrap();
    assert_eq!(model.predict(&x).unwrap().to_vec(), [0.0, 2.0]);
}
