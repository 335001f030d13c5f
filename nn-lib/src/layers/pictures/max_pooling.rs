//! Max pooling: of each window the largest number stays.

use serde_json::Value;

use super::pooling::{Pooling, for_each_pixel, for_each_place};
use super::window::Window;
use super::{Padding, Pair};
use crate::compute::vectorized;
use crate::error::Result;
use crate::layers::options::{basics, named_options};
use crate::layers::{Backward, Base, Forward, Layer};
use crate::tensor::Shape;

/// `output[y, x, c]` is the largest `input` of channel `c` in the window at `(y, x)`: pictures become smaller, and a pattern
/// counts wherever in the window it was found.
///
/// # Shapes
/// Input (batch, height, width, channels), output (batch, rows, columns, channels). Without padding there are
/// `(height - window) / stride + 1` rows, rounded down, with [`Padding::Same`] `height / stride`, rounded up; what lies outside
/// of the picture does not count.
///
/// Source: <https://keras.io/api/layers/pooling_layers/max_pooling2d/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(MaxPooling2D::new(2).input_shape([2, 4, 1]));
/// let picture = Tensor::from([1.0, 2.0, 5.0, 6.0, 3.0, 4.0, 7.0, 8.0]).reshape([1, 2, 4, 1])?;
/// assert_eq!(model.predict(&picture)?.to_vec(), [4.0, 8.0]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct MaxPooling2D {
    base: Base,
    pooling: Pooling,
}

impl MaxPooling2D {
    /// A layer with a window of this size: `MaxPooling2D::new(2)`, `MaxPooling2D::new((2, 3))`.
    pub fn new(pool_size: impl Into<Pair>) -> MaxPooling2D {
        MaxPooling2D::of(Pooling::new(pool_size.into()))
    }

    fn of(pooling: Pooling) -> MaxPooling2D {
        MaxPooling2D {
            base: Base::default(),
            pooling,
        }
    }

    /// By how many rows and columns the window moves; its own size at first, so that windows do not overlap.
    pub fn strides(mut self, strides: impl Into<Pair>) -> MaxPooling2D {
        self.pooling.strides = Some(strides.into());
        self
    }

    named_options! {
        /// What happens at the edges, [`Padding::Valid`] at first; also by name, `"same"`.
        padding: Padding, with_padding in pooling;
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<MaxPooling2D> {
        Ok(MaxPooling2D::of(Pooling::from_config(config)?))
    }
}

impl Layer for MaxPooling2D {
    basics!("MaxPooling2D");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        self.pooling.build("MaxPooling2D", inputs)
    }

    fn forward(&self, call: Forward<'_>) {
        self.pooling.forward(call, largest);
    }

    // dy goes to the pixel that is the largest; of several equal ones to the first, as in Keras.
    fn backward(&mut self, call: Backward<'_>) {
        self.pooling.backward(call, to_the_largest);
    }

    fn shares_work(&self) -> bool {
        true
    }

    fn config(&self) -> Value {
        self.pooling.config()
    }
}

vectorized! {
    fn largest(window: &Window, picture: &[f32], output: &mut [f32]) {
        let channels = window.channels;
        for_each_place(window, |row, column, place| {
            let output = &mut output[place..place + channels];
            output.fill(f32::NEG_INFINITY);
            for_each_pixel(window, row, column, |pixel| {
                for (largest, value) in output.iter_mut().zip(&picture[pixel..pixel + channels]) {
                    *largest = if *value > *largest || value.is_nan() { *value } else { *largest };
                }
            });
        });
    }
}

vectorized! {
    fn to_the_largest(window: &Window, picture: &[f32], output: &[f32], upstream: &mut [f32], gradient: &mut [f32]) {
        let channels = window.channels;
        for_each_place(window, |row, column, place| {
            let (output, upstream) = (&output[place..place + channels], &mut upstream[place..place + channels]);
            for_each_pixel(window, row, column, |pixel| {
                let pixels = picture[pixel..pixel + channels].iter().zip(&mut gradient[pixel..pixel + channels]);
                for ((value, sum), (largest, delta)) in pixels.zip(output.iter().zip(&mut *upstream)) {
                    // Who has got it leaves nothing for the others.
                    let hit = *value == *largest;
                    *sum += if hit { *delta } else { 0.0 };
                    *delta = if hit { 0.0 } else { *delta };
                }
            });
        });
    }
}
