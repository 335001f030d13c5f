//! Dropout: some inputs are set to zero while the model trains, so that it cannot rely on any one of them.

use serde_json::{Value, json};

use super::{Backward, Base, Forward, Inputs, Layer, Mask};
use crate::error::{Error, Result};
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
    fn kind(&self) -> &'static str {
        "Dropout"
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn base_mut(&mut self) -> &mut Base {
        &mut self.base
    }

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        if !(0.0..1.0).contains(&self.rate) {
            return Err(Error::invalid(
                "Dropout",
                "a rate of at least 0 and below 1",
                format!("{}", self.rate),
            )
            .with_hint("it is a share of the inputs: 0.5 drops every second one"));
        }
        match inputs {
            [input] => Ok(input.clone()),
            _ => Err(Error::invalid(
                "Dropout",
                "one input",
                format!("{}", inputs.len()),
            )),
        }
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

    fn boxed_clone(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}
