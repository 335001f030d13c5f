//! The built-in stand-ins have the size and the statistics of the real sets, and are the same everywhere.
//!
//! The real sets' figures in the comments: Keras 3.15 on IMDB and Reuters.

use nn_lib::datasets::{Labels, Sequences, imdb, reuters};
use nn_lib::prelude::*;
use std::process::Command;

type Data = ((Sequences, Labels), (Sequences, Labels));

/// Runs `test` again in a process that finds neither files nor a network.
fn without_files(test: &str) -> bool {
    if std::env::var_os("NN_LIB_TEST_ALONE").is_some() {
        return true;
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("NN_LIB_TEST_ALONE", "1")
        .env(
            "KERAS_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/without-files"),
        )
        .env("NN_LIB_DATA_URL", "http://127.0.0.1:9")
        .env_remove("NN_LIB_DATA")
        .status();
    assert!(status.unwrap().success());
    false
}

/// FNV-1a over all indices and labels; the expected values are this library's own, so that no machine and no change
/// gives other texts unnoticed.
fn fingerprint(data: &Data) -> u64 {
    let ((a, b), (c, d)) = data;
    let words = a
        .iter()
        .chain(c)
        .flat_map(|sequence| sequence.iter().chain(&[u32::MAX]));
    let numbers = words.chain(b).chain(d);
    numbers.fold(0xcbf2_9ce4_8422_2325, |hash, &number| {
        (hash ^ u64::from(number)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn mean_length(data: &Sequences) -> f64 {
    data.iter().map(Vec::len).sum::<usize>() as f64 / data.len() as f64
}

/// How many samples a naive Bayes classifier with add-one smoothing gets right: what can be told from single words.
fn naive_bayes(((x, y), (x_test, y_test)): &Data, classes: usize) -> f64 {
    let mut counts = vec![vec![1.0_f64; 10_000]; classes];
    let mut samples = vec![0.0_f64; classes];
    let distinct = |sequence: &[u32]| {
        let mut words = sequence.to_vec();
        words.sort_unstable();
        words.dedup();
        words
    };
    for (sequence, &label) in x.iter().zip(y) {
        samples[label as usize] += 1.0;
        for word in distinct(sequence) {
            counts[label as usize][word as usize] += 1.0;
        }
    }
    let logs: Vec<Vec<f64>> = counts
        .iter()
        .map(|counts| {
            let total: f64 = counts.iter().sum();
            counts.iter().map(|count| (count / total).ln()).collect()
        })
        .collect();
    let right = x_test.iter().zip(y_test).filter(|(sequence, label)| {
        let words = distinct(sequence);
        let score = |class: &usize| {
            samples[*class].ln()
                + words
                    .iter()
                    .map(|&word| logs[*class][word as usize])
                    .sum::<f64>()
        };
        let best = (0..classes).max_by(|a, b| score(a).total_cmp(&score(b)));
        best == Some(**label as usize)
    });
    right.count() as f64 / x_test.len() as f64
}

#[test]
fn the_imdb_stand_in_has_the_size_and_the_words_of_imdb() {
    if !without_files("the_imdb_stand_in_has_the_size_and_the_words_of_imdb") {
        return;
    }
    let data = imdb::load_data(10_000).unwrap();
    let ((train_data, train_labels), (test_data, test_labels)) = &data;
    for (data, labels) in [(train_data, train_labels), (test_data, test_labels)] {
        assert_eq!((data.len(), labels.len()), (25_000, 25_000));
        assert_eq!(labels.iter().sum::<u32>(), 12_500);
        assert_eq!(data.iter().flatten().max(), Some(&9999));
        assert!(
            data.iter()
                .all(|review| review[0] == 1 && !review[1..].contains(&1))
        );
        // 238.7 and 230.8 words in the real sets.
        assert!(
            (mean_length(data) - 238.7).abs() < 3.0,
            "{}",
            mean_length(data)
        );
    }
    assert!(train_labels[..20].contains(&0) && train_labels[..20].contains(&1));
    assert_ne!(train_data[0], test_data[0]);
    let word_index = imdb::get_word_index().unwrap();
    assert_eq!(
        (word_index.get("film"), word_index.word(1)),
        (Some(19), Some("the"))
    );
    // 0.83 on the real reviews.
    let accuracy = naive_bayes(&data, 2);
    assert!((0.84..0.93).contains(&accuracy), "{accuracy}");
    assert_eq!(fingerprint(&data), 8_024_491_998_468_306_371);
}

#[test]
fn the_reuters_stand_in_has_the_size_and_the_topics_of_reuters() {
    if !without_files("the_reuters_stand_in_has_the_size_and_the_topics_of_reuters") {
        return;
    }
    let data = reuters::load_data(10_000).unwrap();
    let ((train_data, train_labels), (test_data, test_labels)) = &data;
    assert_eq!((train_data.len(), test_data.len()), (8982, 2246));
    let all = || train_labels.iter().chain(test_labels);
    // Of the real 11,228 newswires 3972 are on earnings, 2423 on acquisitions, 19 on lead.
    for (topic, count) in [(3, 3972), (4, 2423), (45, 19)] {
        assert_eq!(all().filter(|&&label| label == topic).count(), count);
    }
    assert_eq!(all().max(), Some(&45));
    assert_eq!(train_data.iter().flatten().max(), Some(&9999));
    assert!(
        (mean_length(train_data) - 145.9).abs() < 3.0,
        "{}",
        mean_length(train_data)
    );
    let word_index = reuters::get_word_index().unwrap();
    assert_eq!(word_index.get("said"), Some(5));
    assert_eq!(fingerprint(&data), 8_690_100_417_907_451_965);
}

/// The chapter's network after `epochs`: test loss and accuracy.
fn train(data: &Data, units: usize, outputs: usize, epochs: usize) -> (f32, f32) {
    let ((x, y), (x_test, y_test)) = data;
    let (x, x_test) = (
        vectorize_sequences(x, 10_000).unwrap(),
        vectorize_sequences(x_test, 10_000).unwrap(),
    );
    let (y, y_test) = (Tensor::from(y), Tensor::from(y_test));
    let mut model = Sequential::new();
    model.add(
        Dense::new(units)
            .activation(Activation::Relu)
            .input_shape(10_000),
    );
    model.add(Dense::new(units).activation(Activation::Relu));
    let (last, loss) = match outputs {
        1 => (Activation::Sigmoid, Loss::BinaryCrossentropy),
        _ => (Activation::Softmax, Loss::SparseCategoricalCrossentropy),
    };
    model.add(Dense::new(outputs).activation(last));
    model
        .compile(RMSprop::new(0.001), loss, [Metric::Accuracy])
        .unwrap();
    let fit = Fit {
        epochs,
        batch_size: 512,
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    model.fit(&x, &y, fit).unwrap();
    let results = model.evaluate(&x_test, &y_test).unwrap();
    (results[0], results[1])
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes too long without optimization: cargo test --release"
)]
fn the_chapters_network_fares_on_the_imdb_stand_in_as_on_imdb() {
    if !without_files("the_chapters_network_fares_on_the_imdb_stand_in_as_on_imdb") {
        return;
    }
    // 0.289 and 0.884 on the real reviews.
    let (loss, accuracy) = train(&imdb::load_data(10_000).unwrap(), 16, 1, 4);
    println!("test loss {loss}, test accuracy {accuracy}");
    assert!(
        (0.28..0.31).contains(&loss) && (0.87..0.89).contains(&accuracy),
        "{loss} {accuracy}"
    );
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes too long without optimization: cargo test --release"
)]
fn the_chapters_network_fares_on_the_reuters_stand_in_as_on_reuters() {
    if !without_files("the_chapters_network_fares_on_the_reuters_stand_in_as_on_reuters") {
        return;
    }
    // 0.78 on the real newswires.
    let (loss, accuracy) = train(&reuters::load_data(10_000).unwrap(), 64, 46, 9);
    println!("test loss {loss}, test accuracy {accuracy}");
    assert!((0.77..0.80).contains(&accuracy), "{loss} {accuracy}");
}
