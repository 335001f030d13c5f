//! Global average pooling: one row for all steps of a sequence.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::layers::options::{basics, flag_from, one_input};
use crate::layers::{Backward, Base, Forward, Layer, global_average};
use crate::tensor::Shape;

/// `output[f]` is the mean of feature `f` over the steps, masked ones left out. Where all steps are masked there is no mean: as
/// in Keras the output is not a number.
///
/// # Shapes
/// Input (batch, steps, features), output (batch, features), or (batch, 1, features) where the axis is kept.
///
/// Source: <https://keras.io/api/layers/pooling_layers/global_average_pooling1d/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(GlobalAveragePooling1D::new().input_shape([2, 2]));
/// let sequence = Tensor::from([1.0, 10.0, 3.0, 30.0]).reshape([1, 2, 2])?;
/// assert_eq!(model.predict(&sequence)?, Tensor::from([[2.0, 20.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct GlobalAveragePooling1D {
    base: Base,
    keepdims: bool,
}

impl GlobalAveragePooling1D {
    /// The layer.
    pub fn new() -> GlobalAveragePooling1D {
        GlobalAveragePooling1D::default()
    }

    /// Whether the steps stay as an axis of length 1; false at first.
    pub fn keepdims(mut self, keepdims: bool) -> GlobalAveragePooling1D {
        self.keepdims = keepdims;
        self
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> GlobalAveragePooling1D {
        GlobalAveragePooling1D::new().keepdims(flag_from(&config["keepdims"], false))
    }
}

impl Layer for GlobalAveragePooling1D {
    basics!("GlobalAveragePooling1D");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("GlobalAveragePooling1D", inputs)?;
        match input[..] {
            [_, features] if input.count() > 0 && self.keepdims => Ok(Shape::from([1, features])),
            [_, features] if input.count() > 0 => Ok(Shape::from(features)),
            _ => Err(Error::invalid(
                "GlobalAveragePooling1D",
                "sequences of shape (batch, steps, features)",
                input.batched(),
            )),
        }
    }

    fn forward(&self, call: Forward<'_>) {
        let mask = call.inputs.mask(0);
        global_average::forward(call, mask);
    }

    // Of n steps that count each gets dy / n.
    fn backward(&mut self, call: Backward<'_>) {
        let mask = call.inputs.mask(0);
        global_average::backward(call, mask);
    }

    fn shares_work(&self) -> bool {
        true
    }

    fn averages_steps(&self) -> bool {
        true
    }

    fn config(&self) -> Value {
        json!({ "keepdims": self.keepdims })
    }
}
