//! MNIST and Fashion-MNIST: from Keras's files as Keras loads them, and else drawn, the same on every machine.
//!
//! `tests/keras_files/make_pictures.py` made the small files and `load_pictures.json`, which holds what Keras 3.15.1 makes of
//! them. Where data come from belongs to a process: each test starts this program again.

use nn_lib::datasets::{Labels, Pictures};
use nn_lib::prelude::*;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

type Data = ((Pictures, Labels), (Pictures, Labels));

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keras_files");

/// Runs `test` again in a process whose data are in this directory, and without a network; true in that process.
fn with_data(test: &str, directory: &Path) -> bool {
    if std::env::var_os("NN_LIB_TEST_AGAIN").is_some() {
        return true;
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("NN_LIB_TEST_AGAIN", "1")
        .env("NN_LIB_DATA", directory)
        .env(
            "KERAS_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/no-keras"),
        )
        .env("NN_LIB_DATA_URL", "http://127.0.0.1:9")
        .status();
    assert!(status.unwrap().success());
    false
}

/// In a process without data.
fn with_stand_in(test: &str) -> bool {
    with_data(test, Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// The sum of each picture, and the sum of its pixels times their places.
fn sums(pictures: &Pictures) -> Vec<[u64; 2]> {
    let sums = |picture: &[u8]| {
        let places = picture.iter().zip(0..);
        let all = picture.iter().map(|pixel| u64::from(*pixel)).sum();
        [
            all,
            places.map(|(pixel, place)| u64::from(*pixel) * place).sum(),
        ]
    };
    pictures.iter().map(sums).collect()
}

#[test]
fn pictures_are_loaded_from_files_as_keras_loads_them() {
    if !with_data(
        "pictures_are_loaded_from_files_as_keras_loads_them",
        Path::new(FILES),
    ) {
        return;
    }
    let json = std::fs::read(format!("{FILES}/load_pictures.json")).unwrap();
    let expected: Value = serde_json::from_slice(&json).unwrap();
    let loaded: [(&str, Data); 2] = [
        ("mnist", mnist::load_data().unwrap()),
        ("fashion_mnist", fashion_mnist::load_data().unwrap()),
    ];
    for (name, ((x_train, y_train), (x_test, y_test))) in loaded {
        let expected = &expected[name];
        for (set, x, y) in [("train", &x_train, &y_train), ("test", &x_test, &y_test)] {
            let values = |key: String| expected[key].clone();
            let pictures: Vec<[u64; 2]> =
                serde_json::from_value(values(format!("x_{set}"))).unwrap();
            let labels: Vec<u32> = serde_json::from_value(values(format!("y_{set}"))).unwrap();
            assert_eq!(x.shape(), [labels.len(), 28, 28]);
            assert_eq!(sums(x), pictures, "{name} {set}");
            assert_eq!(y[..], labels, "{name} {set}");
            assert_eq!((x.origin().notice(), y.origin().notice()), (None, None));
        }
    }
}

#[test]
fn a_damaged_file_is_named_and_what_to_do_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("fashion-mnist");
    std::fs::create_dir(&folder).unwrap();
    for file in std::fs::read_dir(Path::new(FILES).join("fashion-mnist")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    let images = folder.join("t10k-images-idx3-ubyte.gz");
    let content = std::fs::read(&images).unwrap();
    std::fs::write(&images, &content[..content.len() - 9]).unwrap();
    std::fs::write(directory.path().join("mnist.npz"), "no archive").unwrap();
    if !with_data(
        "a_damaged_file_is_named_and_what_to_do_is_said",
        directory.path(),
    ) {
        return;
    }
    for (error, file) in [
        (
            fashion_mnist::load_data().unwrap_err(),
            "t10k-images-idx3-ubyte.gz",
        ),
        (mnist::load_data().unwrap_err(), "mnist.npz"),
    ] {
        let error = error.to_string();
        assert!(
            error.contains(file) && error.contains("delete the file"),
            "{error}"
        );
    }
}

/// FNV-1a over all pixels and labels; the expected values are this library's own.
fn fingerprint(data: &Data) -> u64 {
    let ((a, b), (c, d)) = data;
    let pixels = a
        .as_slice()
        .iter()
        .chain(c.as_slice())
        .map(|pixel| u32::from(*pixel));
    let numbers = pixels.chain(b.iter().copied()).chain(d.iter().copied());
    numbers.fold(0xcbf2_9ce4_8422_2325, |hash, number| {
        (hash ^ u64::from(number)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn the_stand_ins_have_the_size_of_the_real_sets_and_the_same_pixels_on_every_machine() {
    let test = "the_stand_ins_have_the_size_of_the_real_sets_and_the_same_pixels_on_every_machine";
    if !with_stand_in(test) {
        return;
    }
    for (name, data, expected) in [
        ("MNIST", mnist::load_data().unwrap(), MNIST_FINGERPRINT),
        (
            "Fashion-MNIST",
            fashion_mnist::load_data().unwrap(),
            FASHION_FINGERPRINT,
        ),
    ] {
        let ((x_train, y_train), (x_test, y_test)) = &data;
        assert_eq!(
            (x_train.shape(), x_test.shape()),
            ([60_000, 28, 28], [10_000, 28, 28])
        );
        for labels in [y_train, y_test] {
            let of_class = |class: u32| labels.iter().filter(|&&label| label == class).count();
            assert!(
                (0..10)
                    .all(|class| of_class(class).abs_diff(labels.len() / 10) < labels.len() / 100)
            );
            assert!(labels.iter().all(|&label| label < 10));
        }
        let notice = Some(format!("{name} stand-in, not the real data"));
        assert_eq!(Tensor::from(x_test).origin().notice(), notice);
        assert_eq!(Tensor::from(y_train).origin().notice(), notice);
        assert_ne!(x_train[0], x_test[0]);
        assert_eq!(fingerprint(&data), expected, "{name}");
    }
}

const MNIST_FINGERPRINT: u64 = 7_586_189_087_308_934_181;
const FASHION_FINGERPRINT: u64 = 9_019_665_398_338_188_987;

/// Test accuracies of a dense network and of a convnet after some epochs on some of the pictures.
fn compare(((x, y), (x_test, y_test)): &Data) -> (f32, f32) {
    let (count, test) = (6_000, 2_000);
    let flat = |x: &Pictures, count| Tensor::from(&x.rows(..count)) / 255.0;
    let (x, x_test) = (flat(x, count), flat(x_test, test));
    let (y, y_test) = (Tensor::from(&y[..count]), Tensor::from(&y_test[..test]));
    let mut dense = Sequential::with_seed(1);
    dense.add(Flatten::new().input_shape([28, 28]));
    dense.add(Dense::new(512).activation(Activation::Relu));
    let mut convnet = Sequential::with_seed(1);
    convnet.add(Reshape::new([28, 28, 1]).input_shape([28, 28]));
    for filters in [8, 16] {
        convnet.add(Conv2D::new(filters, 3).activation(Activation::Relu));
        convnet.add(MaxPooling2D::new(2));
    }
    convnet.add(Flatten::new());
    convnet.add(Dense::new(64).activation(Activation::Relu));
    let accuracy = |mut model: Sequential, epochs| {
        model.add(Dense::new(10).activation(Activation::Softmax));
        let loss = Loss::SparseCategoricalCrossentropy;
        model
            .compile(Adam::new(0.001), loss, [Metric::Accuracy])
            .unwrap();
        let verbose = Verbose::Silent;
        let fit = Fit {
            epochs,
            batch_size: 64,
            verbose,
            seed: 1,
            ..Fit::default()
        };
        model.fit(&x, &y, fit).unwrap();
        model.evaluate(&x_test, &y_test).unwrap()["accuracy"]
    };
    (accuracy(dense, 8), accuracy(convnet, 8))
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes too long without optimization: cargo test --release"
)]
fn on_the_stand_ins_a_convnet_makes_far_fewer_mistakes_than_a_dense_network() {
    if !with_stand_in("on_the_stand_ins_a_convnet_makes_far_fewer_mistakes_than_a_dense_network") {
        return;
    }
    for (name, data, most) in [
        ("MNIST", mnist::load_data().unwrap(), 0.5),
        ("Fashion-MNIST", fashion_mnist::load_data().unwrap(), 0.88),
    ] {
        let (dense, convnet) = compare(&data);
        println!("{name}: dense {dense}, convnet {convnet}");
        assert!(dense > 0.75, "{name}: {dense}");
        assert!(
            (1.0 - convnet) < most * (1.0 - dense),
            "{name}: {convnet} against {dense}"
        );
    }
}
