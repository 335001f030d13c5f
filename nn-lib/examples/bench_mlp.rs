//! A dense network against the clock: prints one JSON object, in seconds and MiB.
//!
//! 60,000 rows of 784 random numbers -> Dense(512, relu) -> Dense(10, softmax), batches of 128, RMSprop, sparse
//! categorical cross-entropy, 5 epochs. Run it with `cargo run --release -p nn-lib --example bench_mlp`;
//! `--repeat N` trains N times: `fit5` is then the median, and `fit5_runs` has all of them.

#[path = "bench/clock.rs"]
mod clock;

use clock::{Clock, median, number_after, seconds};
use nn_lib::prelude::*;

const ROWS: usize = 60_000;
const FEATURES: usize = 784;

fn main() -> Result<()> {
    let mut clock = Clock::start();
    clock.note("backend", "nn-lib");
    clock.note("data", "random");
    // The generator of Numerical Recipes (ranqd1); its high bits are random enough.
    let mut state: u32 = 1;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let numbers = (0..ROWS * FEATURES).map(|_| random() as f32 / 65_536.0);
    let x = Tensor::new([ROWS, FEATURES], numbers.collect())?;
    let classes: Vec<u32> = (0..ROWS).map(|_| random() % 10).collect();
    let y = Tensor::from(classes);

    let mut runs = Vec::new();
    for _ in 0..number_after("--repeat") {
        let mut model = Sequential::new();
        let hidden = Dense::new(512).activation(Activation::Relu);
        model.add(hidden.input_shape(FEATURES));
        model.add(Dense::new(10).activation(Activation::Softmax));
        let loss = Loss::SparseCategoricalCrossentropy;
        model.compile(RMSprop::new(0.001), loss, [Metric::Accuracy])?;
        let options = Fit {
            epochs: 5,
            batch_size: 128,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        let (history, time) = seconds(|| model.fit(&x, &y, options));
        clock.note("loss", history?["loss"][4]);
        runs.push(time);
        if runs.len() == 1 {
            clock.time("predict", || model.predict(&x))?;
        }
    }
    clock.note("fit5", median(&runs));
    if runs.len() > 1 {
        clock.note("fit5_runs", runs);
    }
    clock.finish();
    Ok(())
}
