//! How long an epoch of the book's convnet (32, 64, 64 filters, pictures of 28 × 28) takes.
//!
//! ```text
//! cargo run --release -p nn-lib --example bench_convnet -- [pictures, 6400 if nothing is said] [batch size, 64]
//! ```

use std::time::Instant;

use nn_lib::prelude::*;

fn main() -> Result<()> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let mut or = |usual| {
        numbers
            .next()
            .and_then(|number| number.ok())
            .unwrap_or(usual)
    };
    let (samples, batch_size) = (or(6_400), or(64));
    let uniform = Initializer::RandomUniform { min: 0.0, max: 1.0 };
    let x = Tensor::new([samples, 28, 28, 1], uniform.sample(&[samples, 784], 1))?;
    let y = Tensor::from((0..samples as u32).map(|row| row % 10).collect::<Vec<_>>());
    let mut model = Sequential::with_seed(1);
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
    model.compile("rmsprop", "sparse_categorical_crossentropy", ["accuracy"])?;
    for _ in 0..3 {
        let started = Instant::now();
        let options = Fit {
            epochs: 1,
            batch_size,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        let history = model.fit(&x, &y, options)?;
        let seconds = started.elapsed().as_secs_f64();
        let each = seconds / samples as f64 * 1e6;
        println!(
            "{seconds:.2} s, {each:.0} µs a picture, loss {:.4}",
            history["loss"][0]
        );
    }
    Ok(())
}
