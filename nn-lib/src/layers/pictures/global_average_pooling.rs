//! Global average pooling: one number for each channel of a picture.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::layers::options::{basics, flag_from, one_input};
use crate::layers::{Backward, Base, Forward, Layer, global_average};
use crate::tensor::Shape;

/// `output[c]` is the mean of channel `c` over the whole picture.
///
/// # Shapes
/// Input (batch, height, width, channels), output (batch, channels), or (batch, 1, 1, channels) where the axes are kept.
///
/// Source: <https://keras.io/api/layers/pooling_layers/global_average_pooling2d/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(GlobalAveragePooling2D::new().input_shape([2, 1, 2]));
/// let picture = Tensor::from([1.0, 10.0, 3.0, 30.0]).reshape([1, 2, 1, 2])?;
/// assert_eq!(model.predict(&picture)?, Tensor::from([[2.0, 20.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct GlobalAveragePooling2D {
    base: Base,
    keepdims: bool,
}

impl GlobalAveragePooling2D {
    /// The layer.
    pub fn new() -> GlobalAveragePooling2D {
        GlobalAveragePooling2D::default()
    }

    /// Whether height and width stay as axes of length 1; false at first.
    pub fn keepdims(mut self, keepdims: bool) -> GlobalAveragePooling2D {
        self.keepdims = keepdims;
        self
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> GlobalAveragePooling2D {
        GlobalAveragePooling2D::new().keepdims(flag_from(&config["keepdims"], false))
    }
}

impl Layer for GlobalAveragePooling2D {
    basics!("GlobalAveragePooling2D");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("GlobalAveragePooling2D", inputs)?;
        match input[..] {
            [_, _, channels] if input.count() > 0 && self.keepdims => {
                Ok(Shape::from([1, 1, channels]))
            }
            [_, _, channels] if input.count() > 0 => Ok(Shape::from(channels)),
            _ => Err(Error::invalid(
                "GlobalAveragePooling2D",
                "pictures of shape (batch, height, width, channels)",
                input.batched(),
            )),
        }
    }

    fn forward(&self, call: Forward<'_>) {
        global_average::forward(call, None);
    }

    // Of n pixels each gets dy / n.
    fn backward(&mut self, call: Backward<'_>) {
        global_average::backward(call, None);
    }

    fn shares_work(&self) -> bool {
        true
    }

    fn config(&self) -> Value {
        json!({ "keepdims": self.keepdims })
    }
}
