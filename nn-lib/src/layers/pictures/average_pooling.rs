//! Average pooling: of each window the mean stays.

use serde_json::Value;

use super::pooling::{Pooling, for_each_pixel, for_each_place};
use super::window::Window;
use super::{Padding, Pair};
use crate::compute::vectorized;
use crate::error::Result;
use crate::layers::options::{basics, named_options};
use crate::layers::{Backward, Base, Forward, Layer};
use crate::tensor::Shape;

/// `output[y, x, c]` is the mean of `input` of channel `c` in the window at `(y, x)`.
///
/// # Shapes
/// Input (batch, height, width, channels), output (batch, rows, columns, channels). Without padding there are
/// `(height - window) / stride + 1` rows, rounded down, with [`Padding::Same`] `height / stride`, rounded up; what lies outside
/// of the picture does not count.
///
/// Source: <https://keras.io/api/layers/pooling_layers/average_pooling2d/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(AveragePooling2D::new(2).input_shape([2, 4, 1]));
/// let picture = Tensor::from([1.0, 2.0, 5.0, 6.0, 3.0, 4.0, 7.0, 8.0]).reshape([1, 2, 4, 1])?;
/// assert_eq!(model.predict(&picture)?.to_vec(), [2.5, 6.5]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct AveragePooling2D {
    base: Base,
    pooling: Pooling,
}

impl AveragePooling2D {
    /// A layer with a window of this size: `AveragePooling2D::new(2)`, `AveragePooling2D::new((2, 3))`.
    pub fn new(pool_size: impl Into<Pair>) -> AveragePooling2D {
        AveragePooling2D::of(Pooling::new(pool_size.into()))
    }

    fn of(pooling: Pooling) -> AveragePooling2D {
        AveragePooling2D {
            base: Base::default(),
            pooling,
        }
    }

    /// By how many rows and columns the window moves; its own size at first, so that windows do not overlap.
    pub fn strides(mut self, strides: impl Into<Pair>) -> AveragePooling2D {
        self.pooling.strides = Some(strides.into());
        self
    }

    named_options! {
        /// What happens at the edges, [`Padding::Valid`] at first; also by name, `"same"`.
        padding: Padding, with_padding in pooling;
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<AveragePooling2D> {
        Ok(AveragePooling2D::of(Pooling::from_config(config)?))
    }
}

impl Layer for AveragePooling2D {
    basics!("AveragePooling2D");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        self.pooling.build("AveragePooling2D", inputs)
    }

    fn forward(&self, call: Forward<'_>) {
        self.pooling.forward(call, means);
    }

    // Of n pixels each gets dy / n.
    fn backward(&mut self, call: Backward<'_>) {
        self.pooling.backward(call, shared_out);
    }

    fn shares_work(&self) -> bool {
        true
    }

    fn config(&self) -> Value {
        self.pooling.config()
    }
}

vectorized! {
    fn means(window: &Window, picture: &[f32], output: &mut [f32]) {
        let channels = window.channels;
        for_each_place(window, |row, column, place| {
            let output = &mut output[place..place + channels];
            output.fill(0.0);
            for_each_pixel(window, row, column, |pixel| {
                for (sum, value) in output.iter_mut().zip(&picture[pixel..pixel + channels]) {
                    *sum += *value;
                }
            });
            let count = (row.count * column.count) as f32;
            for sum in output {
                *sum /= count;
            }
        });
    }
}

vectorized! {
    fn shared_out(window: &Window, _picture: &[f32], _output: &[f32], upstream: &mut [f32], gradient: &mut [f32]) {
        let channels = window.channels;
        for_each_place(window, |row, column, place| {
            let upstream = &mut upstream[place..place + channels];
            let count = (row.count * column.count) as f32;
            for delta in &mut *upstream {
                *delta /= count;
            }
            for_each_pixel(window, row, column, |pixel| {
                for (sum, delta) in gradient[pixel..pixel + channels].iter_mut().zip(&*upstream) {
                    *sum += *delta;
                }
            });
        });
    }
}
