//! Losses and their gradients are those of Keras.

#[path = "golden/support.rs"]
mod support;

use ndarray::Array2;
use nn_lib::losses::Loss;
use support::{assert_close, cases, largest, matrix, number};

#[test]
fn golden_losses_are_those_of_keras() {
    for case in cases("losses.json") {
        let loss = Loss::from_config(&case).unwrap();
        let (y_true, y_pred) = (matrix(&case["y_true"]), matrix(&case["y_pred"]));
        let what = format!("{} of {:?}", loss.config(), y_pred.dim());
        let value = loss.mean(y_true.view(), y_pred.view());
        assert_close([&value], [&number(&case["value"])], 0.0, &what);

        if case["grad"].is_array() {
            let factor = vec![1.0 / y_pred.nrows() as f32; y_pred.nrows()];
            let mut gradient = Array2::zeros(y_pred.dim());
            loss.gradient(y_true.view(), y_pred.view(), &factor, gradient.view_mut());
            let what = format!("gradient of {what}");
            let expected = matrix(&case["grad"]);
            assert_close(&gradient, &expected, largest(&expected), &what);
        }
    }
}
