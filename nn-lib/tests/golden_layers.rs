//! Layers for pictures and for sequences give the outputs and the gradients of Keras: `golden/layers/layers.json`, made by Keras
//! 3.15.1 with JAX in float32 (`golden/make_golden_layers.py`). Tolerance: 1e-5, relative to the largest number of the tensor.
//!
//! A layer is looked at from outside. Below it stands a layer of the test's own, whose weights are its input; above it a loss
//! that is the sum of `y · upstream`. With SGD and a learning rate of 1 a step changes every weight by its gradient.

#[path = "golden/stack.rs"]
mod stack;
#[path = "golden/support.rs"]
mod support;

use ndarray::ArrayView2;
use nn_lib::layers::{Backward, Base, Forward, Inputs, Mask, Variable};
use nn_lib::prelude::*;
use nn_lib::serde_json::{Value, json};
use nn_lib::tensor::Shape;
use support::{numbers, tensor, tensors};

/// Gives its weights, a sample for each sample of the batch, with a mask.
#[derive(Clone, Debug)]
struct Given {
    base: Base,
    samples: Variable,
    mask: Option<Mask>,
}

impl Given {
    fn new(shape: &[usize], mask: Option<Mask>) -> Given {
        Given {
            base: Base::default(),
            samples: Variable::new("samples", shape, Initializer::Zeros, None),
            mask,
        }
    }
}

impl Layer for Given {
    fn kind(&self) -> &'static str {
        "Given"
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn base_mut(&mut self) -> &mut Base {
        &mut self.base
    }

    fn build(&mut self, _inputs: &[Shape]) -> Result<Shape> {
        Ok(Shape::from(&self.samples.shape[1..]))
    }

    fn forward(&self, mut call: Forward<'_>) {
        let shape = call.output.dim();
        let samples = ArrayView2::from_shape(shape, &self.samples.values).unwrap();
        call.output.assign(&samples);
    }

    fn backward(&mut self, call: Backward<'_>) {
        for (sum, delta) in self.samples.gradient.iter_mut().zip(&call.upstream) {
            *sum += delta;
        }
    }

    fn compute_mask(&self, _inputs: Inputs<'_>) -> Option<Mask> {
        self.mask.clone()
    }

    fn variables(&self) -> Vec<&Variable> {
        vec![&self.samples]
    }

    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        vec![&mut self.samples]
    }

    fn config(&self) -> Value {
        json!({})
    }

    fn boxed_clone(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

/// `Σ y · upstream` over a batch of so many samples: a step divides by their number.
fn weighted_sum(samples: usize) -> Loss {
    let samples = samples as f32;
    Loss::custom_with_gradient(
        "weighted_sum",
        move |upstream, y| upstream.iter().zip(y).map(|(u, y)| u * y).sum::<f32>() * samples,
        move |upstream, _| upstream.iter().map(|u| u * samples).collect(),
    )
}

#[track_caller]
fn assert_near(what: &str, received: &[f32], expected: &[f32]) {
    assert_eq!(received.len(), expected.len(), "{what}: number of values");
    let largest = expected.iter().fold(1e-3_f32, |a, b| a.max(b.abs()));
    for (place, (r, e)) in received.iter().zip(expected).enumerate() {
        // Keras has no number either for the mean of no steps.
        let near = (r - e).abs() <= 1e-5 * largest || (r.is_nan() && e.is_nan());
        assert!(
            near,
            "{what}, value {place}: {received:?}, Keras has {expected:?}"
        );
    }
}

fn check(case: &Value) {
    let what = format!(
        "{} {} {}",
        case["layer"].as_str().unwrap(),
        case["config"],
        case["training"]
    );
    println!("{what}");
    let (x, upstream) = (tensor(&case["x"]), tensor(&case["upstream"]));
    let samples = x.len();
    let mask = case["mask"].as_array().map(|rows| {
        let flat = rows.iter().flat_map(|row| row.as_array().unwrap());
        let counts: Vec<bool> = flat.map(|own| own.as_bool().unwrap()).collect();
        Mask::new(counts.len() / rows.len(), counts)
    });
    // Word indices are no weights: they are given as data.
    let words = case["layer"] == "Embedding";
    let (mut given, mut own) = (vec![x.clone()], tensors(&case["weights"]));
    own.extend(tensors(&case["state"]));
    let mut model = Sequential::new();
    if words {
        given.clear();
        model.add(Input::new(&x.shape()[1..]));
    } else {
        model.add(Input::new(1));
        model.add(Given::new(x.shape(), mask));
    }
    stack::add(&mut model, case["layer"].as_str().unwrap(), &case["config"]);
    model.add(Flatten::new());
    let data = if words {
        x
    } else {
        Tensor::zeros([samples, 1])
    };
    model
        .compile(SGD::new(1.0), weighted_sum(samples), ())
        .unwrap();
    let weights = [given.clone(), own].concat();
    model.set_weights(&weights).unwrap();

    if case["training"] == false {
        let output = model.predict(&data).unwrap();
        assert_near(
            &format!("{what}: y"),
            &output.to_vec(),
            &numbers(&case["y"]),
        );
    }
    let rows = upstream
        .reshape([samples, upstream.to_vec().len() / samples])
        .unwrap();
    let results = model.train_on_batch(&data, &rows).unwrap();
    if case["training"] == false && case["layer"] == "BatchNormalization" {
        return; // A step is a training.
    }
    let total: f32 = numbers(&case["y"])
        .iter()
        .zip(rows.to_vec())
        .map(|(y, u)| y * u)
        .sum();
    assert!(
        (results.loss() - total).abs() < 1e-4 * total.abs().max(1.0),
        "{what}: loss"
    );
    let after = model.get_weights();
    let moved = |place: usize| -> Vec<f32> {
        let pairs = weights[place]
            .to_vec()
            .into_iter()
            .zip(after[place].to_vec());
        pairs.map(|(before, after)| before - after).collect()
    };
    if !words {
        assert_near(&format!("{what}: dx"), &moved(0), &numbers(&case["grad_x"]));
    }
    let first = given.len();
    let gradients = case["grad_weights"].as_array().unwrap();
    for (nth, gradient) in gradients.iter().enumerate() {
        let what = format!("{what}: gradient {nth}");
        assert_near(&what, &moved(first + nth), &numbers(gradient));
    }
    let states = case["state_after"].as_array().unwrap();
    for (nth, state) in states.iter().enumerate() {
        let own = after[first + gradients.len() + nth].to_vec();
        assert_near(&format!("{what}: state {nth}"), &own, &numbers(state));
    }
}

#[test]
fn layers_give_the_outputs_and_gradients_of_keras() {
    let cases = support::cases_of("layers", "layers.json");
    cases.iter().for_each(check);
}

/// Masks, moving averages, penalties and the optimizer along three epochs: `golden/layers/fits.json`. Tolerance: 1e-4.
#[test]
fn trainings_with_these_layers_give_the_numbers_of_keras() {
    for case in support::cases_of("layers", "fits.json") {
        let name = case["name"].as_str().unwrap();
        println!("{name}");
        let (x, y) = (tensor(&case["x"]), tensor(&case["y"]));
        let mut model = Sequential::new();
        model.add(Input::new(&x.shape()[1..]));
        for layer in case["layers"].as_array().unwrap() {
            stack::add(
                &mut model,
                layer["class"].as_str().unwrap(),
                &layer["config"],
            );
        }
        let mut optimizer = case["optimizer"].clone();
        // Keras numbers the names of its optimizers, and calls one of them rm_sprop.
        let own = optimizer["name"].as_str().unwrap().replace('_', "");
        optimizer["name"] = json!(own.trim_end_matches(|letter: char| letter.is_ascii_digit()));
        let optimizer = nn_lib::optimizers::from_config(&optimizer).unwrap();
        let metric = if case["history"]["mae"].is_array() {
            "mae"
        } else {
            "accuracy"
        };
        model
            .compile(optimizer, case["loss"].as_str().unwrap(), [metric])
            .unwrap();
        model
            .set_weights(&tensors(&case["initial_weights"]))
            .unwrap();
        let options = Fit {
            epochs: case["epochs"].as_u64().unwrap() as usize,
            batch_size: case["batch_size"].as_u64().unwrap() as usize,
            shuffle: false,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        let history = model.fit(&x, &y, options).unwrap();
        for (key, values) in case["history"].as_object().unwrap() {
            let what = format!("{key} of {name}");
            support::assert_trained(&what, &history[key.as_str()], &numbers(values), 0.1);
        }
        for (own, expected) in model
            .get_weights()
            .iter()
            .zip(tensors(&case["final_weights"]))
        {
            let what = format!("weights of {name}");
            support::assert_trained(&what, &own.to_vec(), &expected.to_vec(), 0.1);
        }
        let output = model.predict(&x).unwrap();
        support::assert_trained(
            &format!("outputs of {name}"),
            &output.to_vec(),
            &numbers(&case["predict"]),
            0.1,
        );
    }
}

/// What Keras 3.15.1 takes where nothing is said: the arguments in the signatures of its layers.
#[test]
fn the_defaults_are_those_of_keras() {
    let recurrent = || {
        json!({
            "activation": "tanh", "use_bias": true, "return_sequences": false, "go_backwards": false,
            "dropout": 0.0, "recurrent_dropout": 0.0, "kernel_regularizer": null,
            "kernel_initializer": Initializer::GlorotUniform.config(),
            "recurrent_initializer": Initializer::Orthogonal.config(),
            "bias_initializer": Initializer::Zeros.config(),
        })
    };
    let gated = |key: &str| {
        let mut config = recurrent();
        config["recurrent_activation"] = json!("sigmoid");
        config[key] = json!(true);
        config
    };
    let convolution = json!({
        "activation": "linear", "use_bias": true, "padding": "valid", "strides": [1, 1],
        "dilation_rate": [1, 1], "groups": 1, "kernel_regularizer": null,
        "kernel_initializer": Initializer::GlorotUniform.config(),
        "bias_initializer": Initializer::Zeros.config(),
    });
    let mut normalization = json!({ "epsilon": 0.001, "center": true, "scale": true });
    normalization["gamma_initializer"] = Initializer::Ones.config();
    normalization["beta_initializer"] = Initializer::Zeros.config();
    let mut over_batches = normalization.clone();
    over_batches["momentum"] = json!(0.99);
    over_batches["moving_mean_initializer"] = Initializer::Zeros.config();
    over_batches["moving_variance_initializer"] = Initializer::Ones.config();
    let (min, max) = (-0.05, 0.05);
    let uniform = Initializer::RandomUniform { min, max }.config();
    let words = json!({ "mask_zero": false, "embeddings_initializer": uniform });
    let pooling = json!({ "padding": "valid" });
    let layers: [(Box<dyn Layer>, Value); 10] = [
        (Box::new(Conv2D::new(1, 1)), convolution),
        (Box::new(MaxPooling2D::new(2)), pooling.clone()),
        (Box::new(AveragePooling2D::new(2)), pooling),
        (
            Box::new(GlobalAveragePooling2D::new()),
            json!({ "keepdims": false }),
        ),
        (Box::new(Embedding::new(1, 1)), words),
        (Box::new(SimpleRNN::new(1)), recurrent()),
        (Box::new(LSTM::new(1)), gated("unit_forget_bias")),
        (Box::new(GRU::new(1)), gated("reset_after")),
        (Box::new(BatchNormalization::new()), over_batches),
        (Box::new(LayerNormalization::new()), normalization),
    ];
    for (layer, expected) in layers {
        let config = layer.config();
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&config[key], value, "{}: {key}", layer.kind());
        }
    }
}

/// As in Keras a mean over no step is not a number. A layer of one's own may give a mask for another number of steps.
#[test]
fn a_mask_counts_for_its_own_steps_alone() {
    let mean = |mask: Mask| {
        let mut model = Sequential::new();
        model.add(Given::new(&[2, 4, 3], Some(mask)).input_shape(1));
        model.add(GlobalAveragePooling1D::new());
        let steps = (0..24).map(|number| number as f32).collect();
        let steps = Tensor::new([2, 4, 3], steps).unwrap();
        model.set_weights(&[steps]).unwrap();
        model.predict(&Tensor::zeros([2, 1])).unwrap().to_vec()
    };
    let of_all = [4.5, 5.5, 6.5, 16.5, 17.5, 18.5];
    assert_eq!(mean(Mask::new(4, [true; 8])), of_all);
    assert_eq!(mean(Mask::new(3, [false; 6])), of_all);
    let first = [true, false, false, false];
    let of_first = mean(Mask::new(4, [first, [false; 4]].concat()));
    assert_eq!(of_first[..3], [0.0, 1.0, 2.0]);
    assert!(of_first[3..].iter().all(|mean| mean.is_nan()));
}
