//! The book's convnet against the clock: prints one JSON object, in seconds and MiB.
//!
//! Random pictures of 28 × 28 -> Conv2D(32, 3) -> MaxPooling2D(2) -> Conv2D(64, 3) -> MaxPooling2D(2) -> Conv2D(64, 3) ->
//! Dense(64) -> Dense(10, softmax), batches of 64, RMSprop; one epoch, after some batches that do not count.
//!
//! ```text
//! cargo run --release -p nn-lib --example bench_convnet -- [--pictures 60000] [--batch 64]
//! ```

#[path = "bench/clock.rs"]
mod clock;

use clock::{Clock, number_after};
use nn_lib::prelude::*;

fn main() -> Result<()> {
    let mut clock = Clock::start();
    clock.note("backend", "nn-lib");
    let given = |option: &str, usual| {
        Some(number_after(option))
            .filter(|n| *n > 1)
            .unwrap_or(usual)
    };
    let (samples, batch_size) = (given("--pictures", 60_000), given("--batch", 64));
    clock.note("data", format!("{samples} random pictures"));
    let uniform = Initializer::RandomUniform { min: 0.0, max: 1.0 };
    let x = Tensor::new([samples, 28, 28, 1], uniform.sample(&[samples, 784], 1))?;
    let y = Tensor::from((0..samples as u32).map(|row| row % 10).collect::<Vec<_>>());
    let mut model = Sequential::with_seed(1);
    let first = Conv2D::new(32, 3).activation("relu");
    model.add(first.input_shape([28, 28, 1]));
    model.add(MaxPooling2D::new(2));
    model.add(Conv2D::new(64, 3).activation("relu"));
    model.add(MaxPooling2D::new(2));
    model.add(Conv2D::new(64, 3).activation("relu"));
    model.add(Flatten::new());
    model.add(Dense::new(64).activation("relu"));
    model.add(Dense::new(10).activation("softmax"));
    model.compile("rmsprop", "sparse_categorical_crossentropy", ["accuracy"])?;
    let mut epoch = |samples: usize| {
        let options = Fit {
            batch_size,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        model.fit(&x.rows(..samples), &y.rows(..samples), options)
    };
    epoch(samples.min(640))?;
    let history = clock.time("epoch", || epoch(samples))?;
    clock.note("loss", history["loss"][0]);
    clock.finish();
    Ok(())
}
