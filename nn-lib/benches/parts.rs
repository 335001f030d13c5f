//! The parts of a training, each by itself: `cargo bench -p nn-lib`.
//!
//! For whole trainings, and beside Keras, see the examples `bench_imdb` and `bench_mlp` and `cargo notebook bench`.

use divan::Bencher;
use ndarray::Array2;
use nn_lib::prelude::*;

fn main() {
    divan::main();
}

/// Rows of 130 word indices below 10,000, as reviews have them.
fn reviews(rows: u32) -> Vec<Vec<u32>> {
    let review = |row: u32| {
        (0..130)
            .map(|word| (row * 7_919 + word * 76) % 10_000)
            .collect()
    };
    (0..rows).map(review).collect()
}

fn quiet(batch_size: usize) -> Fit {
    Fit {
        batch_size,
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

fn compiled(first: usize, input: usize) -> Sequential {
    let mut model = Sequential::new();
    let first = Dense::new(first).activation(Activation::Relu);
    model.add(first.input_shape(input));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    let loss = Loss::BinaryCrossentropy;
    model
        .compile(RMSprop::new(0.001), loss, [Metric::Accuracy])
        .expect("the metric fits the loss");
    model
}

#[divan::bench(args = [1_000, 10_000])]
fn vectorize_reviews(bencher: Bencher, rows: u32) {
    let reviews = reviews(rows);
    bencher.bench(|| vectorize_sequences(&reviews, 10_000));
}

#[divan::bench(args = [16, 64, 100])]
fn epoch_of_5120_reviews_by_units(bencher: Bencher, units: usize) {
    let x = vectorize_sequences(reviews(5_120), 10_000).expect("indices below 10,000");
    let y = Tensor::zeros([5_120]);
    let mut model = compiled(units, 10_000);
    bencher.bench_local(|| model.fit(&x, &y, quiet(512)));
}

#[divan::bench]
fn predict_5120_reviews(bencher: Bencher) {
    let x = vectorize_sequences(reviews(5_120), 10_000).expect("indices below 10,000");
    let model = compiled(16, 10_000);
    bencher.bench_local(|| model.predict(&x));
}

#[divan::bench(args = [16, 128, 512])]
fn epoch_of_1024_dense_rows_by_units(bencher: Bencher, units: usize) {
    let (x, y) = (Tensor::ones([1_024, 784]), Tensor::zeros([1_024]));
    let mut model = compiled(units, 784);
    bencher.bench_local(|| model.fit(&x, &y, quiet(128)));
}

#[divan::bench(args = ["sgd", "rmsprop", "adam", "adagrad"])]
fn step_of_160000_weights(bencher: Bencher, name: &str) {
    let mut optimizer = nn_lib::optimizers::from_name(name).expect("a known name");
    optimizer.begin_step();
    let (mut weights, gradient) = (vec![0.5; 160_000], vec![0.1; 160_000]);
    let mut memory = vec![vec![0.1; 160_000]; optimizer.slots()];
    bencher.bench_local(|| {
        let mut slots: Vec<&mut [f32]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
        optimizer.update(&mut weights, &mut slots, &gradient);
    });
}

#[divan::bench(args = [Activation::Relu, Activation::Sigmoid, Activation::Softmax])]
fn activation_of_512_by_64(bencher: Bencher, activation: &Activation) {
    let mut values = Array2::from_elem((512, 64), 0.5);
    bencher.bench_local(|| activation.forward(values.view_mut()));
}
