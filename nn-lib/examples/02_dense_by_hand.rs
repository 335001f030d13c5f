//! A dense layer is one product, one sum and one bend, and its learning is the chain rule.
//!
//! Run it with `cargo run -p nn-lib --example 02_dense_by_hand`.

use nn_lib::prelude::*;

pub(crate) fn main() -> nn_lib::Result<()> {
    forward()?;
    one_step_of_learning()
}

/// `output = relu(x · kernel + bias)`
fn forward() -> nn_lib::Result<()> {
    let x = Tensor::from([[1.0, 2.0], [3.0, -1.0]]);
    let kernel = Tensor::from([[1.0, -1.0], [2.0, 0.5]]); // (features, units)
    let bias = Tensor::from([0.5, 1.0]); // one for each unit

    let sums = (x.dot(&kernel)? + &bias)?;
    // First sample, first unit: 1·1 + 2·2 + 0.5 = 5.5
    assert_eq!(sums, Tensor::from([[5.5, 1.0], [1.5, -2.5]]));
    let by_hand = sums.map(|sum| sum.max(0.0));
    assert_eq!(by_hand, Tensor::from([[5.5, 1.0], [1.5, 0.0]]));

    // The layer of the library computes the same.
    let mut model = Sequential::new();
    model.add(Dense::new(2).activation(Activation::Relu).input_shape(2));
    model.set_weights(&[kernel, bias])?;
    assert_eq!(model.predict(&x)?, by_hand);
    Ok(())
}

/// From the prediction back to the weights: which way makes the loss smaller?
fn one_step_of_learning() -> nn_lib::Result<()> {
    let (x, y) = (Tensor::from([[1.0, 2.0]]), Tensor::from([[1.0]]));
    let (kernel, bias) = (Tensor::from([[0.5], [-1.0]]), Tensor::from([0.0]));

    let prediction = (x.dot(&kernel)? + &bias)?;
    assert_eq!(prediction[[0, 0]], -1.5); // 1·0.5 + 2·(-1)
    let error = (&prediction - &y)?;
    let loss = (&error * &error)?.mean();
    assert_eq!(loss, 6.25); // (-1.5 - 1)²

    // loss = error², so d loss / d prediction = 2 · error; each weight has its input as a factor in front.
    let slope = &error * 2.0;
    let kernel_gradient = x.t().dot(&slope)?;
    assert_eq!(kernel_gradient, Tensor::from([[-5.0], [-10.0]]));
    let bias_gradient = slope.sum_axis(0)?;
    assert_eq!(bias_gradient.to_vec(), [-5.0]);

    // A step against the gradient, a tenth of its length: -1 + 0.1·10 = 0.
    let new_kernel = (&kernel - &kernel_gradient * 0.1)?;
    let new_bias = (&bias - &bias_gradient * 0.1)?;
    assert_eq!(new_kernel, Tensor::from([[1.0], [0.0]]));
    assert_eq!(new_bias, Tensor::from([0.5]));

    // The same step by the library.
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(2));
    model.set_weights(&[kernel, bias])?;
    model.compile(SGD::new(0.1), Loss::MeanSquaredError, ())?;
    let quiet = Fit {
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    let history = model.fit(&x, &y, quiet)?;
    assert_eq!(history["loss"], [6.25]);
    assert_eq!(model.get_weights(), [new_kernel, new_bias]);
    assert_eq!(model.evaluate(&x, &y)?.loss(), 0.25); // the prediction is 1.5 now
    Ok(())
}
