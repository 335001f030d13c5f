//! Numbers to train on.

use nn_lib::prelude::*;

/// Numbers without a pattern, between -1 and 1.
pub fn numbers(shape: [usize; 2], seed: u64) -> Tensor {
    let values = Initializer::RandomUniform {
        min: -1.0,
        max: 1.0,
    }
    .sample(&shape, seed);
    Tensor::new(shape, values).unwrap()
}
