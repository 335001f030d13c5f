//! Activations and their gradients are those of Keras.

#[path = "golden/support.rs"]
mod support;

use nn_lib::activations::Activation;
use support::{assert_close, cases, largest, matrix};

#[test]
fn golden_activations_are_those_of_keras() {
    for case in cases("activations.json") {
        let name = case["name"].as_str().unwrap();
        let activation = Activation::from_name(name).unwrap();
        let x = matrix(&case["x"]);
        let mut y = x.clone();
        activation.forward(y.view_mut());
        assert_close(&y, &matrix(&case["y"]), 0.0, name);

        let mut gradient = matrix(&case["upstream"]);
        let scale = largest(&gradient);
        activation.backward(x.view(), y.view(), gradient.view_mut());
        assert_close(
            &gradient,
            &matrix(&case["grad"]),
            scale,
            &format!("gradient of {name}"),
        );
    }
}
