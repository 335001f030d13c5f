//! Reshape: the numbers of each sample under other axes.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::layers::options::{basics, one_input};
use crate::layers::{Backward, Base, Forward, Layer};
use crate::tensor::Shape;

/// Gives the numbers of every sample other axes, in the same order: 784 pixels become a picture.
///
/// # Shapes
/// Input (batch, any axes), output (batch, target axes); the product of the axes stays. One axis may be -1: as many as are left.
///
/// Source: <https://keras.io/api/layers/reshaping_layers/reshape/>
///
/// ```
/// use nn_lib::prelude::*;
/// let picture = Reshape::new([28, 28, 1]).apply(&Input::new(784))?;
/// assert_eq!(picture.shape(), [28, 28, 1]);
/// assert_eq!(Reshape::new([-1, 4]).apply(&picture)?.shape(), [196, 4]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct Reshape {
    base: Base,
    target: Vec<isize>,
}

impl Reshape {
    /// The layer with these axes, the batch left out: `Reshape::new([28, 28, 1])`, `Reshape::new([-1])`.
    pub fn new(target_shape: impl Into<Vec<isize>>) -> Reshape {
        Reshape {
            base: Base::default(),
            target: target_shape.into(),
        }
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Reshape {
        let axes = config["target_shape"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let axes = axes.iter().map(|axis| axis.as_i64().unwrap_or(0) as isize);
        Reshape::new(axes.collect::<Vec<isize>>())
    }

    /// The axes for so many numbers; `None` where they do not fit.
    fn axes(&self, count: usize) -> Option<Vec<usize>> {
        let mut known = self.target.iter().filter(|axis| **axis != -1);
        let open = self.target.len() - known.clone().count();
        let known = known.try_fold(1_usize, |product, axis| {
            product.checked_mul(usize::try_from(*axis).ok()?)
        })?;
        let rest = match open {
            0 if known == count => 1,
            1 if known > 0 && count.is_multiple_of(known) => count / known,
            _ => return None,
        };
        let axes = self.target.iter();
        Some(
            axes.map(|axis| usize::try_from(*axis).unwrap_or(rest))
                .collect(),
        )
    }
}

impl Layer for Reshape {
    basics!("Reshape");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("Reshape", inputs)?;
        self.axes(input.count()).map(Shape::from).ok_or_else(|| {
            let axes: Vec<String> = self.target.iter().map(isize::to_string).collect();
            let expected = format!(
                "samples of as many numbers as its shape ({}) has",
                axes.join(", ")
            );
            let received = format!("{} with {} numbers", input.batched(), input.count());
            let error = Error::invalid("Reshape", expected, received);
            match self.target.iter().filter(|axis| **axis < 0).count() {
                0 | 1 => error,
                _ => error.with_hint("only one axis can be -1, and no other is negative"),
            }
        })
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
        json!({ "target_shape": self.target })
    }
}
