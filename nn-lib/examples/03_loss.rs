//! A loss says in one number how wrong the predictions are, and its slope says which way is better.
//!
//! Run it with `cargo run -p nn-lib --example 03_loss`.

use ndarray::array;
use nn_lib::prelude::*;

/// Equal but for the last digits of a float.
fn close(a: f32, b: f32) -> bool {
    (a - b).abs() < 1e-3
}

pub(crate) fn main() -> nn_lib::Result<()> {
    // Numbers: the mean of the squares, or of the distances. A large error weighs more in the first.
    let (truth, guess) = (array![[1.0], [2.0]], array![[1.5], [5.0]]);
    let (truth, guess) = (truth.view(), guess.view());
    assert_eq!(Loss::MeanSquaredError.mean(truth, guess), 4.625); // (0.25 + 9) / 2
    assert_eq!(Loss::MeanAbsoluteError.mean(truth, guess), 1.75); // (0.5 + 3) / 2

    // Yes or no: minus the logarithm of the probability that was given to the true answer.
    // A wrong answer given with confidence is by far the worst.
    for (probability, expected) in [(0.9, 0.105), (0.5, 0.693), (0.1, 2.303)] {
        let loss =
            Loss::BinaryCrossentropy.mean(array![[1.0]].view(), array![[probability]].view());
        println!("truth 1, prediction {probability}: loss {loss:.3}");
        assert!(close(loss, expected));
    }

    // Several classes: the same, whether the truth is a one-hot row or the number of the class.
    let guess = array![[0.25, 0.5, 0.25]];
    let one_hot = Loss::CategoricalCrossentropy.mean(array![[0.0, 1.0, 0.0]].view(), guess.view());
    let number = Loss::SparseCategoricalCrossentropy.mean(array![[1.0]].view(), guess.view());
    assert!(close(one_hot, 0.693) && close(number, 0.693)); // -ln 0.5

    // The slope. For (p - y)² at p = 3 and y = 1 it is 2·(3 - 1) = 4: a larger p makes the loss larger.
    let mut slope = array![[0.0]];
    let (truth, guess) = (array![[1.0]], array![[3.0]]);
    Loss::MeanSquaredError.gradient(truth.view(), guess.view(), &[1.0], slope.view_mut());
    assert_eq!(slope, array![[4.0]]);

    // No need to believe that: go a little to each side and see how much the loss changes.
    let loss_at = |p: f32| Loss::MeanSquaredError.mean(truth.view(), array![[p]].view());
    let tried = (loss_at(3.0 + 0.125) - loss_at(3.0 - 0.125)) / 0.25;
    assert_eq!(tried, 4.0);

    // A loss of your own is a function of the targets and the predictions of one sample.
    // This one thinks it twice as bad to guess too low.
    let too_low_is_worse = Loss::custom("too_low_is_worse", |y_true, y_pred| {
        let error = y_pred[0] - y_true[0];
        if error < 0.0 { -2.0 * error } else { error }
    });
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(1));
    model.set_weights(&[Tensor::from([[1.0]]), Tensor::from([0.0])])?; // says what it hears
    model.compile(SGD::default(), too_low_is_worse, ())?;
    let (x, y) = (Tensor::from([[1.0], [2.0]]), Tensor::from([2.0, 1.0]));
    assert_eq!(model.evaluate(&x, &y)?.loss(), 1.5); // (2 + 1) / 2
    Ok(())
}
