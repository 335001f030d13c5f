//! Dropout: some inputs are set to zero while the model trains, so that it cannot rely on any one of them.

use serde_json::{Value, json};

use super::options::{basics, check_rate, one_input};
use super::{Backward, Base, Forward, Inputs, Layer, Mask};
use crate::error::Result;
use crate::tensor::Shape;

/// Sets a random share of the inputs to 0 and scales the others by `1 / (1 - rate)`, so that their sum is kept on
/// average. At inference it does nothing.
///
/// # Shapes
/// Any; the output has the shape of the input.
///
/// Source: Srivastava et al., *Dropout* (2014); <https://keras.io/api/layers/regularization_layers/dropout/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dropout::new(0.5).input_shape(3));
/// let x = Tensor::from([[1.0, 2.0, 3.0]]);
/// assert_eq!(model.predict(&x)?, x);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct Dropout {
    base: Base,
    rate: f32,
}

impl Dropout {
    /// A layer that drops this share of its inputs, at least 0 and below 1.
    pub fn new(rate: f32) -> Dropout {
        Dropout {
            base: Base::default(),
            rate,
        }
    }
}

impl Layer for Dropout {
    basics!("Dropout");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        check_rate("Dropout", "rate", self.rate)?;
        one_input("Dropout", inputs).cloned()
    }

    // y = x ∘ mask with mask = 0 or 1/(1 - rate); the cache keeps the mask, empty where nothing is dropped.
    fn forward(&self, mut call: Forward<'_>) {
        call.cache.clear();
        call.output.assign(&call.inputs.matrix(0));
        if call.training && self.rate > 0.0 {
            let scale = 1.0 / (1.0 - self.rate);
            for value in &mut call.output {
                let kept = if call.rng.unit() >= self.rate {
                    scale
                } else {
                    0.0
                };
                call.cache.push(kept);
                *value *= kept;
            }
        }
    }

    // dx = dy ∘ mask
    fn backward(&mut self, mut call: Backward<'_>) {
        for (delta, kept) in call.upstream.iter_mut().zip(call.cache.iter()) {
            *delta *= kept;
        }
        if let Some(mut gradient) = call.gradients.matrix(0) {
            gradient += &call.upstream;
        }
    }

    fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
        inputs.mask(0).cloned()
    }

    fn config(&self) -> Value {
        json!({ "rate": self.rate })
    }
}
