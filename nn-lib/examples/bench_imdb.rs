//! The chapter's movie reviews against the clock: prints one JSON object, in seconds and MiB.
//!
//! Run it with `cargo run --release -p nn-lib --example bench_imdb`. `NN_LIB_DATA` names a directory with Keras's files;
//! without the real reviews their stand-in is measured, and `data` says which it was. The keys are those of the Keras
//! side of `cargo notebook bench`. Options:
//!
//! - `--repeat N` trains N times; `fit20` is then the median, and `fit20_runs` has all of them.
//! - `--linearity` shows instead how time grows with epochs, rows, and ones in a row.

#[path = "bench/clock.rs"]
mod clock;

use clock::{Clock, median, number_after, seconds};
use nn_lib::datasets::using_stand_in;
use nn_lib::prelude::*;
use serde_json::json;

/// The columns of a multi-hot row.
const WORDS: usize = 10_000;

fn main() -> Result<()> {
    if std::env::args().any(|argument| argument == "--linearity") {
        return linearity();
    }
    let mut clock = Clock::start();
    clock.note("backend", "nn-lib");
    let ((train_data, train_labels), (test_data, test_labels)) =
        clock.time("load", || imdb::load_data(WORDS))?;
    clock.note("data", if using_stand_in() { "stand-in" } else { "IMDB" });
    let (x_train, x_test) = clock.time("vectorize", || {
        let train = vectorize_sequences(&train_data, WORDS);
        (train, vectorize_sequences(&test_data, WORDS))
    });
    let (x_train, x_test) = (x_train?, x_test?);
    let (y_train, y_test) = (Tensor::from(&train_labels), Tensor::from(&test_labels));

    let (x, y) = (x_train.rows(10_000..), y_train.rows(10_000..));
    let mut runs = Vec::new();
    for _ in 0..number_after("--repeat") {
        let mut model = network()?;
        let options = Fit {
            validation_data: Some((x_train.rows(..10_000), y_train.rows(..10_000))),
            ..options(20, 512)
        };
        let (history, time) = seconds(|| model.fit(&x, &y, options));
        let history = history?;
        clock.note("val_accuracy", json!(history["val_accuracy"].to_vec()));
        clock.note("val_loss", json!(history["val_loss"].to_vec()));
        runs.push(time);
    }
    clock.note("fit20", median(&runs));
    if runs.len() > 1 {
        clock.note("fit20_runs", runs);
    }

    let mut model = network()?;
    clock.time("fit4", || model.fit(&x_train, &y_train, options(4, 512)))?;
    let results = clock.time("evaluate", || model.evaluate(&x_test, &y_test))?;
    clock.note("evaluate_result", results.to_vec());
    clock.time("predict", || model.predict(&x_test))?;
    clock.finish();
    Ok(())
}

/// The chapter's network.
fn network() -> Result<Sequential> {
    let relu = |units| Dense::new(units).activation(Activation::Relu);
    let mut model = Sequential::new();
    model.add(relu(16).input_shape(WORDS));
    model.add(relu(16));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    let loss = Loss::BinaryCrossentropy;
    model.compile(RMSprop::new(0.001), loss, [Metric::Accuracy])?;
    Ok(model)
}

fn options(epochs: usize, batch_size: usize) -> Fit {
    Fit {
        epochs,
        batch_size,
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

/// Doubles epochs, rows, and ones in a row, and prints what that costs: a line for each, `ratio` to the first.
///
/// Rows are long and batches large, so that the ones are the work: the rest of the network costs the same for any row,
/// and the optimizer's step, which moves every weight, the same for any batch.
fn linearity() -> Result<()> {
    let (small, tall) = (random_rows(4_096, 1_000)?, random_rows(8_192, 1_000)?);
    let wide = random_rows(4_096, 2_000)?;
    let trainings = [
        ("the beginning", &small, 12),
        ("epochs doubled", &small, 24),
        ("rows doubled", &tall, 12),
        ("ones in a row doubled", &wide, 12),
    ];
    let mut times = vec![Vec::new(); trainings.len()];
    // Whatever else the machine does only makes a training slower: the fastest of many turns is the one to compare.
    for _ in 0..15 {
        for ((_, x, epochs), times) in trainings.iter().zip(&mut times) {
            let mut model = network()?;
            let y = Tensor::zeros([x.len()]);
            let (history, time) = seconds(|| model.fit(*x, &y, options(*epochs, 4_096)));
            history?;
            times.push(time);
        }
    }
    println!("{:24} {:>8} {:>6}", "", "seconds", "ratio");
    let fastest = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
    let first = fastest(&times[0]);
    for ((title, ..), times) in trainings.iter().zip(&times) {
        let time = fastest(times);
        println!("{title:24} {time:8.4} {:6.2}", time / first);
    }
    Ok(())
}

/// Multi-hot rows with exactly so many ones, spread evenly at random.
fn random_rows(rows: usize, ones: usize) -> Result<Tensor> {
    // The generator of Numerical Recipes (ranqd1); its high bits are random enough.
    let mut state: u32 = 1;
    let gap = WORDS / ones;
    let mut sequences = vec![Vec::with_capacity(ones); rows];
    for sequence in &mut sequences {
        for one in 0..ones {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            sequence.push((one * gap) as u32 + (state >> 16) % gap as u32);
        }
    }
    vectorize_sequences(&sequences, WORDS)
}
