//! A stack of layers learns what no single layer can: to tell whether two switches differ.
//!
//! Run it with `cargo run -p nn-lib --example 05_sequential`.

use nn_lib::prelude::*;

fn quiet(epochs: usize) -> Fit {
    Fit {
        epochs,
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

pub(crate) fn main() -> nn_lib::Result<()> {
    // The answer is 1 if exactly one of the two switches is on.
    let x = Tensor::from([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    let y = Tensor::from([0.0, 1.0, 1.0, 0.0]);

    // Layers follow each other in the order in which they are added. Only the first must be told its input.
    let mut model = Sequential::with_seed(1);
    model.add(Dense::new(8).activation(Activation::Tanh).input_shape(2));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    println!("{}", model.summary());
    // Two weights and a bias for each of the 8 units, then 8 weights and a bias for the last one.
    assert_eq!(model.count_params(), (2 * 8 + 8) + (8 + 1));

    // How to learn: the optimizer, the loss that is made small, the metrics that are watched.
    model.compile(
        Adam::new(0.05),
        Loss::BinaryCrossentropy,
        [Metric::Accuracy],
    )?;
    let history = model.fit(&x, &y, quiet(300))?;
    println!(
        "loss {:.3} at first, {:.3} at last",
        history["loss"][0], history["loss"][299]
    );
    assert_eq!(history["loss"].len(), 300);
    assert!(history["loss"][299] < 0.1);

    // How good is it, and what does it say? One row for each sample, the probability of "they differ".
    let results = model.evaluate(&x, &y)?;
    assert_eq!(results["accuracy"], 1.0);
    let answers = model.predict(&x)?;
    println!("{answers}");
    assert_eq!(answers.shape(), [4, 1]);
    assert!(answers[[1, 0]] > 0.9 && answers[[3, 0]] < 0.1);

    // Without a hidden layer the answer changes along a straight line, and no line has (0, 0) and (1, 1)
    // on one side and the other two corners on the other: at most three of four can be right.
    let mut line = Sequential::with_seed(1);
    line.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(2));
    line.compile("adam", "binary_crossentropy", ["accuracy"])?; // Keras's names do as well
    line.fit(&x, &y, quiet(300))?;
    assert!(line.evaluate(&x, &y)?["accuracy"] <= 0.75);

    // Data that do not fit are an error that says what was expected.
    let mistake = model.predict(&Tensor::zeros([1, 3])).unwrap_err();
    println!("{mistake}");
    assert!(
        mistake
            .to_string()
            .starts_with("Dense expects 2 features, received 3")
    );
    Ok(())
}
