//! What `load_data` returns on the real files equals what Keras returns.
//!
//! Expected numbers: Keras 3.15.1 and NumPy's `RandomState(113)` on files of Keras's format. The files are looked for
//! in the directory that `NN_LIB_DATA` names; without them the tests are reported as ignored.

mod support;

use nn_lib::datasets::npz::Npz;
use nn_lib::datasets::{
    Labels, Pictures, Sequences, boston_housing, fashion_mnist, imdb, mnist, reuters,
};
use support::{Missing, by_name, real_data, real_pictures, run, test};

fn main() {
    run([
        test(imdb_is_loaded_as_keras_loads_it),
        test(the_first_review_is_decoded),
        test(reuters_is_loaded_as_keras_loads_it),
        test(boston_housing_is_split_as_keras_splits_it),
        test(the_rows_of_boston_housing_are_those_of_keras_file),
        test(mnist_is_loaded_as_keras_loads_it),
        test(fashion_mnist_is_loaded_as_keras_loads_it),
        by_name(
            "takes some minutes",
            the_books_convnet_reaches_99_percent_on_mnist,
        ),
    ])
}

fn words(sequences: &Sequences) -> usize {
    sequences.iter().map(Vec::len).sum()
}

fn ones(sequences: &Sequences) -> usize {
    let distinct = |words: &Vec<u32>| words.iter().collect::<std::collections::HashSet<_>>().len();
    sequences.iter().map(distinct).sum()
}

fn share_of_ones(labels: &Labels) -> f64 {
    f64::from(labels.iter().sum::<u32>()) / labels.len() as f64
}

fn imdb_is_loaded_as_keras_loads_it() -> Result<(), Missing> {
    real_data(&["imdb.npz"])?;
    let start = std::time::Instant::now();
    let ((train_data, train_labels), (test_data, test_labels)) = imdb::load_data(10_000).unwrap();
    println!("loaded in {:?}", start.elapsed());
    assert_eq!((train_data.len(), test_data.len()), (25_000, 25_000));
    assert_eq!(train_data[0].len(), 218);
    assert_eq!(
        train_data[0][..10],
        [1, 14, 22, 16, 43, 529, 972, 1608, 1385, 65]
    );
    assert_eq!(
        train_data[0][208..],
        [
            12, 16, 283, 5, 16, 4420, 113, 103, 32, 15, 16, 5351, 19, 178, 32
        ][5..]
    );
    assert_eq!(test_data[0][..6], [1, 589, 202, 14, 31, 6]);
    assert_eq!(train_labels[..10], [1, 0, 0, 1, 0, 0, 1, 0, 1, 0]);
    assert_eq!(test_labels[..10], [0, 1, 1, 0, 1, 1, 1, 0, 0, 1]);
    assert_eq!(train_data.iter().flatten().max(), Some(&9999));
    assert_eq!(
        (words(&train_data), words(&test_data)),
        (5_967_532, 5_769_387)
    );
    assert_eq!(ones(&train_data), 3_292_477);
    assert_eq!(
        (share_of_ones(&train_labels), share_of_ones(&test_labels)),
        (0.5, 0.5)
    );
    Ok(())
}

fn the_first_review_is_decoded() -> Result<(), Missing> {
    real_data(&["imdb.npz", "imdb_word_index.json"])?;
    let ((train_data, _), _) = imdb::load_data(10_000).unwrap();
    let word_index = imdb::get_word_index().unwrap();
    let text = imdb::decode_review(&train_data[0], &word_index);
    assert!(
        text.starts_with("? this film was just brilliant casting location"),
        "{text}"
    );
    assert_eq!(word_index.get("film"), Some(19));
    Ok(())
}

fn reuters_is_loaded_as_keras_loads_it() -> Result<(), Missing> {
    real_data(&["reuters.npz", "reuters_word_index.json"])?;
    let ((train_data, train_labels), (test_data, test_labels)) =
        reuters::load_data(10_000).unwrap();
    assert_eq!((train_data.len(), test_data.len()), (8982, 2246));
    assert_eq!(
        train_data[0][..16],
        [
            1, 2, 2, 8, 43, 10, 447, 5, 25, 207, 270, 5, 3124, 112, 16, 368
        ]
    );
    assert_eq!(train_labels[..10], [3, 4, 3, 4, 4, 4, 4, 3, 3, 16]);
    assert_eq!(test_labels[..10], [3, 10, 1, 4, 4, 3, 3, 3, 3, 3]);
    assert_eq!(reuters::get_label_names()[train_labels[0] as usize], "earn");
    let word_index = reuters::get_word_index().unwrap();
    let text = reuters::decode_newswire(&train_data[0], &word_index);
    assert!(
        text.starts_with("? ? ? said as a result of its december"),
        "{text}"
    );
    Ok(())
}

fn boston_housing_is_split_as_keras_splits_it() {
    let ((train_data, train_targets), (test_data, test_targets)) =
        boston_housing::load_data().unwrap();
    assert_eq!(
        (train_data.shape(), test_data.shape()),
        (&[404, 13][..], &[102, 13][..])
    );
    let row = [
        1.23247, 0.0, 8.14, 0.0, 0.538, 6.142, 91.7, 3.9769, 4.0, 307.0, 21.0, 396.9, 18.72,
    ];
    assert_eq!(train_data.row(0).unwrap().to_vec(), row);
    assert_eq!(
        train_targets.rows(..10).to_vec(),
        [15.2, 42.3, 50.0, 21.1, 17.7, 18.5, 11.3, 15.6, 15.6, 14.4]
    );
    assert_eq!(
        test_targets.rows(..5).to_vec(),
        [7.2, 18.8, 19.0, 27.0, 22.2]
    );
}

fn the_rows_of_boston_housing_are_those_of_keras_file() -> Result<(), Missing> {
    let directory = real_data(&["boston_housing.npz"])?;
    let archive = Npz::open(directory.join("boston_housing.npz")).unwrap();
    let (x, y) = (archive.numbers("x").unwrap(), archive.numbers("y").unwrap());
    assert_eq!((x.shape, y.shape), (vec![506, 13], vec![506]));
    let options = boston_housing::LoadData {
        test_split: 0.0,
        ..Default::default()
    };
    let ((data, targets), _) = boston_housing::load_data_with(options).unwrap();
    let sorted = |values: Vec<f32>| {
        let mut values = values;
        values.sort_by(f32::total_cmp);
        values
    };
    let narrow = |values: Vec<f64>| values.iter().map(|&value| value as f32).collect();
    assert_eq!(sorted(data.to_vec()), sorted(narrow(x.values)));
    assert_eq!(sorted(targets.to_vec()), sorted(narrow(y.values)));
    Ok(())
}

fn mean(pictures: &Pictures) -> f64 {
    let pixels = pictures.as_slice();
    pixels.iter().map(|pixel| f64::from(*pixel)).sum::<f64>() / pixels.len() as f64
}

fn mnist_is_loaded_as_keras_loads_it() -> Result<(), Missing> {
    real_pictures(&["mnist.npz"])?;
    let ((x_train, y_train), (x_test, y_test)) = mnist::load_data().unwrap();
    assert_eq!(
        (x_train.shape(), x_test.shape()),
        ([60_000, 28, 28], [10_000, 28, 28])
    );
    assert_eq!(y_train[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(y_test[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    assert!(
        (mean(&x_train) - 33.318_421).abs() < 1e-5,
        "{}",
        mean(&x_train)
    );
    Ok(())
}

fn fashion_mnist_is_loaded_as_keras_loads_it() -> Result<(), Missing> {
    real_pictures(&["fashion-mnist/train-images-idx3-ubyte.gz"])?;
    let ((x_train, y_train), (x_test, _)) = fashion_mnist::load_data().unwrap();
    assert_eq!(
        (x_train.shape(), x_test.shape()),
        ([60_000, 28, 28], [10_000, 28, 28])
    );
    assert_eq!(y_train[..10], [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    assert!(
        (mean(&x_train) - 72.940_352).abs() < 1e-5,
        "{}",
        mean(&x_train)
    );
    Ok(())
}

/// Three convolutions of 32, 64 and 64 filters, five epochs of 60,000 pictures.
fn the_books_convnet_reaches_99_percent_on_mnist() -> Result<(), Missing> {
    use nn_lib::prelude::*;
    real_pictures(&["mnist.npz"])?;
    let ((x_train, y_train), (x_test, y_test)) = mnist::load_data().unwrap();
    let pictures = |x: &Pictures| {
        let x = Tensor::from(x).reshape([x.len(), 28, 28, 1]).unwrap();
        x / 255.0
    };
    let mut model = Sequential::new();
    model.add(
        Conv2D::new(32, 3)
            .activation("relu")
            .input_shape([28, 28, 1]),
    );
    model.add(MaxPooling2D::new(2));
    model.add(Conv2D::new(64, 3).activation("relu"));
    model.add(MaxPooling2D::new(2));
    model.add(Conv2D::new(64, 3).activation("relu"));
    model.add(Flatten::new());
    model.add(Dense::new(64).activation("relu"));
    model.add(Dense::new(10).activation("softmax"));
    let loss = Loss::SparseCategoricalCrossentropy;
    model
        .compile(RMSprop::new(0.001), loss, [Metric::Accuracy])
        .unwrap();
    let fit = Fit {
        epochs: 5,
        batch_size: 64,
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    model
        .fit(&pictures(&x_train), &Tensor::from(&y_train), fit)
        .unwrap();
    let results = model
        .evaluate(&pictures(&x_test), &Tensor::from(&y_test))
        .unwrap();
    assert!(results["accuracy"] >= 0.99, "{results:?}");
    Ok(())
}
