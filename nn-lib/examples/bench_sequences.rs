//! Texts as sequences against the clock: prints one JSON object, in seconds and MiB.
//!
//! 10,000 texts of 500 words out of 10,000 -> Embedding(32) -> an LSTM or a GRU of 32 units, or the average of the words ->
//! Dense(1, sigmoid), batches of 128, RMSprop; one epoch, after some batches that do not count.
//!
//! ```text
//! cargo run --release -p nn-lib --example bench_sequences -- [lstm | gru | average] [--texts 10000]
//! ```

#[path = "bench/clock.rs"]
mod clock;

use clock::{Clock, number_after};
use nn_lib::prelude::*;

fn main() -> Result<()> {
    let mut clock = Clock::start();
    clock.note("backend", "nn-lib");
    let kind = std::env::args().nth(1).unwrap_or_default();
    let samples = match number_after("--texts") {
        0 | 1 => 10_000,
        given => given,
    };
    clock.note("data", format!("{samples} random texts"));
    // Frequent words have small indices, as in the reviews: the square of an even distribution.
    let uniform = Initializer::RandomUniform { min: 0.0, max: 1.0 };
    let words = uniform.sample(&[samples, 500], 1).into_iter();
    let words = words.map(|x| (x * x * 9_999.0).floor() + 1.0);
    let x = Tensor::new([samples, 500], words.collect())?;
    let y = Tensor::from((0..samples as u32).map(|row| row % 2).collect::<Vec<_>>());
    let mut model = Sequential::with_seed(1);
    model.add(Embedding::new(10_001, 32).input_shape(500));
    match &*kind {
        "gru" => model.add(GRU::new(32)),
        "average" => model.add(GlobalAveragePooling1D::new()),
        _ => model.add(LSTM::new(32)),
    }
    model.add(Dense::new(1).activation("sigmoid"));
    model.compile("rmsprop", "binary_crossentropy", ["accuracy"])?;
    let mut epoch = |x: &Tensor, y: &Tensor| {
        let options = Fit {
            batch_size: 128,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        model.fit(x, y, options)
    };
    let few = samples.min(256);
    epoch(&x.rows(..few), &y.rows(..few))?;
    let history = clock.time("epoch", || epoch(&x, &y))?;
    clock.note("loss", history["loss"][0]);
    clock.finish();
    Ok(())
}
