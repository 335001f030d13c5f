//! Flatten: the axes of every sample become one.

use serde_json::{Value, json};

use super::options::{basics, one_input};
use super::{Backward, Base, Forward, Layer};
use crate::error::Result;
use crate::tensor::Shape;

/// Makes one row of numbers of every sample: an image becomes a vector that `Dense` can take.
///
/// # Shapes
/// Input (batch, a, b, ...), output (batch, a·b·...).
///
/// Source: <https://keras.io/api/layers/reshaping_layers/flatten/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Flatten::new().input_shape([28, 28]));
/// assert_eq!(model.output_shape(), Some(Shape::from(784)));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct Flatten {
    base: Base,
}

impl Flatten {
    /// The layer; it has no options.
    pub fn new() -> Flatten {
        Flatten::default()
    }
}

impl Layer for Flatten {
    basics!("Flatten");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        Ok(Shape::from(one_input("Flatten", inputs)?.count()))
    }

    // The numbers stay in their order, so forward and backward are copies.
    fn forward(&self, mut call: Forward<'_>) {
        call.output.assign(&call.inputs.matrix(0));
    }

    fn backward(&mut self, mut call: Backward<'_>) {
        if let Some(mut gradient) = call.gradients.matrix(0) {
            gradient += &call.upstream;
        }
    }

    fn config(&self) -> Value {
        json!({})
    }
}
