//! The chapter's network on the real reviews follows Keras: `golden/fit_imdb.json` and `imdb_initial_weights.npz`, made
//! by Keras 3.15.1 with JAX in float32. Needs the folder with `imdb.npz` in the environment variable `NN_LIB_DATA`.

mod support;

use nn_lib::datasets::{imdb, npz::Npz};
use nn_lib::prelude::*;
use serde_json::Value;
use support::{Missing, real_data, run, test};

fn main() {
    run([test(the_chapters_network_on_real_reviews_follows_keras)])
}

fn golden_path(name: &str) -> String {
    format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn the_chapters_network_on_real_reviews_follows_keras() -> Result<(), Missing> {
    real_data(&["imdb.npz"])?;
    let text = std::fs::read_to_string(golden_path("fit_imdb.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let ((data, labels), _) = imdb::load_data(10_000).unwrap();
    let x = vectorize_sequences(&data, 10_000).unwrap();
    let y = Tensor::from(&labels[..]);

    let mut model = Sequential::new();
    model.add(
        Dense::new(16)
            .activation(Activation::Relu)
            .input_shape(10_000),
    );
    model.add(Dense::new(16).activation(Activation::Relu));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model
        .compile(
            RMSprop::default(),
            Loss::BinaryCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    let archive = Npz::open(golden_path("imdb_initial_weights.npz")).unwrap();
    let weights: Vec<Tensor> = (0..6)
        .map(|nth| {
            let numbers = archive.numbers(&format!("w{nth}")).unwrap();
            let values = numbers.values.iter().map(|value| *value as f32).collect();
            Tensor::new(numbers.shape, values).unwrap()
        })
        .collect();
    model.set_weights(&weights).unwrap();
    let history = model
        .fit(
            &x.rows(..2000),
            &y.rows(..2000),
            Fit {
                epochs: golden["history"]["loss"].as_array().unwrap().len(),
                batch_size: 512,
                shuffle: false,
                validation_data: Some((x.rows(2000..3000), y.rows(2000..3000))),
                verbose: Verbose::Silent,
                ..Fit::default()
            },
        )
        .unwrap();
    for (name, expected) in golden["history"].as_object().unwrap() {
        for (own, expected) in history[name.as_str()]
            .iter()
            .zip(expected.as_array().unwrap())
        {
            let expected = expected.as_f64().unwrap() as f32;
            assert!(
                (own - expected).abs() < 1e-4 * expected,
                "{name}: {own}, Keras has {expected}"
            );
        }
    }
    let predictions = model.predict(&x.rows(2000..2010)).unwrap().to_vec();
    for (own, expected) in predictions
        .iter()
        .zip(golden["predict_first_10"].as_array().unwrap())
    {
        let expected = expected[0].as_f64().unwrap() as f32;
        assert!(
            (own - expected).abs() < 1e-4 * expected,
            "prediction {own}, Keras has {expected}"
        );
    }
    Ok(())
}
