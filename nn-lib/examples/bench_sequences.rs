//! How long an epoch over texts takes: an LSTM, a GRU, and an embedding whose average is taken.
//!
//! ```text
//! cargo run --release -p nn-lib --example bench_sequences -- [lstm | gru | average] [texts, 1000 if nothing is said]
//! ```
//!
//! Texts of 500 words out of 10,000, batches of 128, RMSprop: Embedding(10,000, 32) -> LSTM(32) -> Dense(1, sigmoid).

use std::time::Instant;

use nn_lib::prelude::*;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let kind = arguments.first().map_or("lstm", String::as_str);
    let samples = arguments.get(1).and_then(|text| text.parse().ok());
    let samples = samples.unwrap_or(1_000);
    // Frequent words have small indices, as in the reviews: the square of an even distribution.
    let uniform = Initializer::RandomUniform { min: 0.0, max: 1.0 };
    let words = uniform.sample(&[samples, 500], 1).into_iter();
    let words = words.map(|x| (x * x * 9_999.0).floor() + 1.0);
    let x = Tensor::new([samples, 500], words.collect())?;
    let y = Tensor::from((0..samples as u32).map(|row| row % 2).collect::<Vec<_>>());
    let mut model = Sequential::with_seed(1);
    model.add(Embedding::new(10_001, 32).input_shape(500));
    match kind {
        "gru" => model.add(GRU::new(32)),
        "average" => model.add(GlobalAveragePooling1D::new()),
        _ => model.add(LSTM::new(32)),
    }
    model.add(Dense::new(1).activation("sigmoid"));
    model.compile("rmsprop", "binary_crossentropy", ["accuracy"])?;
    for _ in 0..3 {
        let started = Instant::now();
        let options = Fit {
            epochs: 1,
            batch_size: 128,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        let history = model.fit(&x, &y, options)?;
        let seconds = started.elapsed().as_secs_f64();
        let each = seconds / samples as f64 * 1e3;
        println!(
            "{kind}: {seconds:.2} s, {each:.2} ms a text, loss {:.4}",
            history["loss"][0]
        );
    }
    Ok(())
}
