//! Saving and loading: the identity, and clear errors for files that are not whole.

use std::fs;
use std::path::PathBuf;

use nn_lib::prelude::*;
use numbers::numbers;

mod numbers;

/// A folder of its own for each test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::env::temp_dir().join(format!("nn-lib-saving-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn quiet(epochs: usize) -> Fit {
    Fit {
        epochs,
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

/// Every type of layer, a shared one among them, and two outputs.
fn everything() -> Model {
    let (a, b) = (Input::new([2, 3]).name("picture"), Input::new(6));
    let flat = Flatten::new().apply(&a).unwrap();
    let shared = Dense::new(4)
        .activation(Activation::Elu)
        .kernel_initializer(Initializer::HeNormal)
        .kernel_regularizer(Regularizer::L1L2 { l1: 0.01, l2: 0.02 })
        .name("shared");
    let (left, right) = (shared.apply(&flat).unwrap(), shared.apply(&b).unwrap());
    let dropped = Dropout::new(0.25).apply(&left).unwrap();
    let sum = Add::new().apply([&dropped, &right]).unwrap();
    let mean = Average::new().apply([&dropped, &right]).unwrap();
    let product = Multiply::new().apply([&sum, &mean]).unwrap();
    let largest = Maximum::new().apply([&sum, &mean]).unwrap();
    let joined = Concatenate::new().apply([&product, &largest]).unwrap();
    let logits = Dense::new(3).use_bias(false).apply(&joined).unwrap();
    let topic = ActivationLayer::new(Activation::Softmax)
        .name("topic")
        .apply(&logits)
        .unwrap();
    let score = Dense::new(1)
        .activation(Activation::Sigmoid)
        .name("score")
        .apply(&joined)
        .unwrap();
    let mut model = Model::new([&a, &b], [&topic, &score]).unwrap();
    let losses = [
        (Loss::SparseCategoricalCrossentropy, 1.0),
        (Loss::BinaryCrossentropy, 0.3),
    ];
    model
        .compile(Adam::new(0.02), losses, [Metric::Accuracy])
        .unwrap();
    model
}

fn data() -> ([Tensor; 2], [Tensor; 2]) {
    let x = [
        numbers([12, 6], 1).reshape([12, 2, 3]).unwrap(),
        numbers([12, 6], 2),
    ];
    let labels: Vec<u32> = (0..12).map(|row| row % 3).collect();
    let y = [
        Tensor::from(labels),
        numbers([12, 1], 3).map(|value| f32::from(value > 0.0)),
    ];
    (x, y)
}

#[test]
fn save_and_load_is_the_identity_and_training_goes_on_as_if_unbroken() {
    let folder = Folder::new("identity");
    let path = folder.file("model.safetensors");
    let (x, y) = data();
    let mut model = everything();
    model.fit(&x, &y, quiet(3)).unwrap();
    model.save(&path).unwrap();
    let mut loaded = Model::load(&path).unwrap();
    assert_eq!(loaded.get_weights(), model.get_weights());
    assert_eq!(
        loaded.predict_all(&x).unwrap(),
        model.predict_all(&x).unwrap()
    );
    assert_eq!(
        loaded.evaluate(&x, &y).unwrap(),
        model.evaluate(&x, &y).unwrap()
    );
    assert_eq!(loaded.summary().to_string(), model.summary().to_string());
    assert_eq!(loaded.to_json(), model.to_json());
    let rest = || Fit {
        initial_epoch: 3,
        ..quiet(5)
    };
    assert_eq!(
        loaded.fit(&x, &y, rest()).unwrap(),
        model.fit(&x, &y, rest()).unwrap()
    );
    assert_eq!(loaded.get_weights(), model.get_weights());
}

#[test]
fn a_loaded_stack_can_grow() {
    let folder = Folder::new("stack");
    let path = folder.file("stack.safetensors");
    let mut model = Sequential::new();
    model.add(Dense::new(2).activation(Activation::Relu).input_shape(3));
    model.save(&path).unwrap();
    let mut loaded = Sequential::load(&path).unwrap();
    loaded.add(Dense::new(1));
    assert_eq!(loaded.count_params(), 3 * 2 + 2 + 2 + 1);
    everything().save(&path).unwrap();
    let message = Sequential::load(&path).unwrap_err().to_string();
    assert!(message.contains("Model::load"), "{message}");
}

#[test]
fn weights_alone_fill_a_model_of_the_same_layers() {
    let folder = Folder::new("weights");
    let path = folder.file("weights.safetensors");
    let (model, mut other) = (everything(), everything());
    let mut weights = model.get_weights();
    weights[0] = Tensor::full([6, 4], 0.25);
    other.set_weights(&weights).unwrap();
    other.save(&path).unwrap();
    let mut filled = model.clone();
    filled.load_weights(&path).unwrap();
    assert_eq!(filled.get_weights(), weights);
    let mut wrong = Sequential::new();
    wrong.add(Dense::new(5).name("shared").input_shape(6));
    let before = wrong.get_weights();
    let message = wrong.load_weights(&path).unwrap_err().to_string();
    assert!(
        message.contains("shared/kernel") && message.contains("(6, 5)"),
        "{message}"
    );
    assert_eq!(wrong.get_weights(), before);
}

#[test]
fn a_file_that_is_cut_short_anywhere_is_an_error() {
    let folder = Folder::new("cut");
    let path = folder.file("model.safetensors");
    let (x, y) = data();
    let mut model = everything();
    model.fit(&x, &y, quiet(1)).unwrap();
    model.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(37).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..length]).unwrap();
        let message = Model::load(&path).unwrap_err().to_string();
        assert!(message.contains("model.safetensors"), "{length}: {message}");
    }
}

#[test]
fn a_file_with_flipped_bits_never_panics() {
    let folder = Folder::new("flipped");
    let path = folder.file("model.safetensors");
    everything().save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let mut errors = 0;
    for place in (0..whole.len()).step_by(3) {
        let mut broken = whole.clone();
        broken[place] ^= 1 << (place % 8);
        fs::write(&path, broken).unwrap();
        errors += usize::from(Model::load(&path).is_err());
    }
    assert!(errors > 0);
}

#[test]
fn a_file_of_another_version_or_kind_says_so() {
    let folder = Folder::new("version");
    let path = folder.file("model.safetensors");
    everything().save(&path).unwrap();
    let text = |from: &str, to: &str| {
        let content = fs::read(&path).unwrap();
        let place = content
            .windows(from.len())
            .position(|window| window == from.as_bytes())
            .unwrap();
        let mut changed = content.clone();
        changed[place..place + to.len()].copy_from_slice(to.as_bytes());
        let other = folder.file("other.safetensors");
        fs::write(&other, changed).unwrap();
        Model::load(&other).unwrap_err().to_string()
    };
    let message = text("\\\"version\\\":1", "\\\"version\\\":9");
    assert!(message.contains("version 1, received 9"), "{message}");
    let message = text("\\\"kind\\\":\\\"Flatten", "\\\"kind\\\":\\\"Glatten");
    assert!(message.contains("Glatten"), "{message}");
    fs::write(&path, b"PK\x03\x04 this is a zip").unwrap();
    assert!(Model::load(&path).is_err());
    assert!(
        Model::load(folder.file("missing"))
            .unwrap_err()
            .to_string()
            .contains("cannot read")
    );
}

#[test]
fn a_graph_with_a_cycle_is_an_error() {
    let mut json = everything().to_json();
    let nodes = json["nodes"].as_array_mut().unwrap();
    let last = nodes.len() - 1;
    nodes[2]["inputs"] = serde_json::json!([last]);
    let message = Model::from_json(&json).unwrap_err().to_string();
    assert!(message.contains("cycle"), "{message}");
}

#[test]
fn a_failed_save_leaves_the_old_file_as_it_was() {
    let folder = Folder::new("failed");
    let path = folder.file("model.safetensors");
    everything().save(&path).unwrap();
    let old = fs::read(&path).unwrap();
    let mut unbuilt = Sequential::new();
    unbuilt.add(Dense::new(1));
    assert!(unbuilt.save(&path).is_err());
    assert!(
        everything()
            .save(folder.file("no/such/folder/model"))
            .is_err()
    );
    // A folder in the way of the file: the last step, the renaming, fails.
    let in_the_way = folder.file("folder");
    fs::create_dir_all(in_the_way.join("full")).unwrap();
    assert!(everything().save(&in_the_way).is_err());
    assert_eq!(fs::read(&path).unwrap(), old);
    let left: Vec<_> = fs::read_dir(&folder.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "unfinished files stay: {left:?}");
}

#[test]
fn a_model_with_a_loss_of_ones_own_is_loaded_uncompiled() {
    let folder = Folder::new("custom");
    let path = folder.file("model.safetensors");
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(2));
    model
        .compile("sgd", Loss::custom("own", |t, p| (t[0] - p[0]).abs()), ())
        .unwrap();
    let x = numbers([4, 2], 1);
    model
        .fit(&x, &x.rows(..).sum_axis(1).unwrap(), quiet(1))
        .unwrap();
    model.save(&path).unwrap();
    let mut loaded = Model::load(&path).unwrap();
    assert_eq!(loaded.predict(&x).unwrap(), model.predict(&x).unwrap());
    assert!(
        loaded
            .evaluate(&x, &x)
            .unwrap_err()
            .to_string()
            .contains("compile")
    );
}

#[test]
fn a_checkpoint_keeps_the_best_epoch() {
    let folder = Folder::new("checkpoint");
    let best = folder.file("best.safetensors");
    let every = folder.file("epoch-{epoch}.safetensors");
    let (x, y) = data();
    let mut model = everything();
    let options = Fit {
        callbacks: vec![
            Box::new(
                ModelCheckpoint::new(best.to_str().unwrap())
                    .monitor("loss")
                    .save_best_only(true),
            ),
            Box::new(ModelCheckpoint::new(every.to_str().unwrap())),
        ],
        ..quiet(6)
    };
    let history = model.fit(&x, &y, options).unwrap();
    let losses = &history["loss"];
    let lowest = (0..6)
        .min_by(|a, b| losses[*a].total_cmp(&losses[*b]))
        .unwrap();
    let expected = Model::load(folder.file(&format!("epoch-{}.safetensors", lowest + 1))).unwrap();
    assert_eq!(
        Model::load(&best).unwrap().get_weights(),
        expected.get_weights()
    );
}

#[test]
fn the_name_of_a_checkpoint_is_filled_in_as_python_does_it() {
    let folder = Folder::new("names");
    let (x, y) = data();
    let train = |name: &str| {
        let checkpoint = ModelCheckpoint::new(folder.file(name).to_str().unwrap());
        let options = Fit {
            callbacks: vec![Box::new(checkpoint)],
            ..quiet(1)
        };
        everything().fit(&x, &y, options)
    };
    let history = train("{epoch:03d}-{loss:.2f}.safetensors").unwrap();
    let expected = format!("001-{:.2}.safetensors", history["loss"][0]);
    assert!(folder.file(&expected).exists(), "{expected}");
    train("{}{epoch:d").unwrap_err();
    let message = train("{val_loss:.2f}").unwrap_err().to_string();
    assert!(message.contains("received \"val_loss\""), "{message}");
    train("a}b{c").unwrap();
    assert!(folder.file("a}b{c").exists());
}

#[test]
fn a_file_whose_model_has_no_layers_is_an_error() {
    let folder = Folder::new("no-layers");
    let path = folder.file("model.safetensors");
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(3));
    model.save(&path).unwrap();
    // The graph ends where it begins; the length of the description stays the same.
    let mut bytes = fs::read(&path).unwrap();
    let (whole, without) = (b"outputs\\\":[1]", b"outputs\\\":[0]");
    let place = bytes.windows(whole.len()).position(|piece| piece == whole);
    let place = place.expect("the description names the output");
    bytes[place..place + whole.len()].copy_from_slice(without);
    fs::write(&path, bytes).unwrap();
    let message = Model::load(&path).unwrap_err().to_string();
    assert!(message.contains("no layers"), "{message}");
}
