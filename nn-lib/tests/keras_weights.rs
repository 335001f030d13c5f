//! Weights that Keras wrote give what Keras computes: `golden/keras_weights`, made by `golden/make_keras_weights.py`.

mod says;

use std::path::{Path, PathBuf};

use nn_lib::prelude::*;
use says::says;
use serde_json::Value;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/keras_weights")
        .join(name)
}

fn pictures() -> Model {
    let mut model = Sequential::new();
    model.add(
        Conv2D::new(3, 3)
            .padding("same")
            .strides(2)
            .input_shape([7, 6, 2]),
    );
    model.add(BatchNormalization::new());
    model.add(Activation::Relu);
    model.add(MaxPooling2D::new(2));
    model.add(Dropout::new(0.5));
    model.add(Flatten::new());
    model.add(LayerNormalization::new());
    model.add(Dense::new(2).activation("softmax"));
    Model::clone(&model)
}

fn words(units: usize) -> Model {
    let mut model = Sequential::new();
    model.add(Embedding::new(9, 4).mask_zero(true).input_shape(5));
    model.add(LSTM::new(3).return_sequences(true));
    model.add(GRU::new(3).return_sequences(true));
    model.add(GRU::new(2).reset_after(false).return_sequences(true));
    model.add(SimpleRNN::new(2));
    model.add(Dense::new(units));
    Model::clone(&model)
}

fn branches() -> Model {
    let (a, b) = (Input::new(3), Input::new(4));
    let shared = Dense::new(3);
    let left = Dense::new(3).activation("tanh").apply(&a).unwrap();
    let right = Dense::new(3).use_bias(false).apply(&b).unwrap();
    let (one, two) = (shared.apply(&left).unwrap(), shared.apply(&right).unwrap());
    let both = Concatenate::new().apply([&one, &two, &left]).unwrap();
    let outputs = [
        Dense::new(2).apply(&both).unwrap(),
        Dense::new(1).apply(&right).unwrap(),
    ];
    Model::new([&a, &b], &outputs[..]).unwrap()
}

fn tensors(list: &Value) -> Vec<Tensor> {
    let numbers = |own: &Value| {
        let shape: Vec<usize> = serde_json::from_value(own["shape"].clone()).unwrap();
        let values: Vec<f32> = serde_json::from_value(own["values"].clone()).unwrap();
        Tensor::new(shape, values).unwrap()
    };
    list.as_array().unwrap().iter().map(numbers).collect()
}

#[test]
fn with_the_weights_of_keras_a_model_computes_what_keras_computes() {
    let json = std::fs::read(file("outputs.json")).unwrap();
    let cases: Value = serde_json::from_slice(&json).unwrap();
    for (name, mut model) in [
        ("pictures", pictures()),
        ("words", words(1)),
        ("branches", branches()),
    ] {
        model
            .load_keras_weights(file(&format!("{name}.safetensors")))
            .unwrap();
        let outputs = model.predict_all(tensors(&cases[name]["inputs"])).unwrap();
        let expected = tensors(&cases[name]["outputs"]);
        assert_eq!(outputs.len(), expected.len());
        for (output, expected) in outputs.iter().zip(&expected) {
            assert_eq!(output.shape(), expected.shape());
            for (own, other) in output.to_vec().iter().zip(expected.to_vec()) {
                assert!((own - other).abs() < 1e-5, "{name}: {own} and {other}");
            }
        }
    }
}

#[test]
fn weights_that_do_not_fit_are_named_on_both_sides_and_nothing_changes() {
    let path = file("words.safetensors");
    let mut model = words(2);
    let before = model.get_weights();
    says(
        model.load_keras_weights(&path),
        &[
            "weight 13, \"0013 sequential_1/dense_1/kernel\"",
            "(2, 1)",
            "\"dense/kernel\"",
            "(2, 2)",
            "same layers",
        ],
    );
    assert_eq!(model.get_weights(), before);

    let mut longer = Sequential::from(words(1));
    longer.add(Dense::new(1));
    says(
        longer.load_keras_weights(&path),
        &[
            "15 weights and the model has 17",
            "it has none for \"dense_1/kernel\"",
        ],
    );
    let mut shorter = Sequential::new();
    shorter.add(Embedding::new(9, 4).input_shape(5));
    says(
        shorter.load_keras_weights(&path),
        &["15 weights and the model has 1", "too many is \"0001 "],
    );
}

#[test]
fn a_file_of_another_kind_is_refused_with_the_way_out() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.safetensors");
    let mut model = branches();
    says(
        model.load_keras_weights(&path),
        &["cannot read", "model.safetensors"],
    );
    model.save(&path).unwrap();
    says(
        model.load_keras_weights(&path),
        &["not numbered", "load_weights"],
    );
    std::fs::write(&path, b"\x89HDF\r\n\x1a\n and more").unwrap();
    says(model.load_keras_weights(&path), &["model.safetensors"]);
    let mut unbuilt = Sequential::new();
    unbuilt.add(Dense::new(1));
    says(
        unbuilt.load_keras_weights(file("words.safetensors")),
        &["layers are built", "input_shape"],
    );
}
