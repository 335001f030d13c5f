//! Global average pooling: one row for all steps of a sequence.

use serde_json::{Value, json};

use crate::compute::{share_if, vectorized};
use crate::error::{Error, Result};
use crate::layers::options::{basics, flag_from, one_input};
use crate::layers::{Backward, Base, Forward, Layer, Mask};
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

/// From so many numbers on, threads are worth while.
const WORTH: usize = 1 << 16;
/// Into how many pieces a batch is cut at most.
const PIECES: usize = 8;

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

    fn forward(&self, mut call: Forward<'_>) {
        let features = call.inputs.shape(0)[1];
        let (input, mask) = (call.inputs.matrix(0), call.inputs.mask(0));
        let sequences = input.as_slice().expect("inputs are contiguous");
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        let (size, at_once) = (input.ncols(), input.nrows().div_ceil(PIECES).max(1));
        let pieces = sequences
            .chunks(at_once * size)
            .zip(output.chunks_mut(at_once * features));
        share_if(
            sequences.len() >= WORTH,
            pieces.enumerate(),
            |(piece, (sequences, means))| {
                let samples = sequences
                    .chunks_exact(size)
                    .zip(means.chunks_exact_mut(features));
                for (nth, (sequence, mean)) in samples.enumerate() {
                    means_of(sequence, counting(mask, piece * at_once + nth), mean);
                }
            },
        );
    }

    // Of n steps that count each gets dy / n.
    fn backward(&mut self, mut call: Backward<'_>) {
        let features = call.inputs.shape(0)[1];
        let mask = call.inputs.mask(0);
        let Some(mut gradient) = call.gradients.matrix(0) else {
            return;
        };
        let (size, at_once) = (gradient.ncols(), gradient.nrows().div_ceil(PIECES).max(1));
        let upstream = call
            .upstream
            .as_slice_mut()
            .expect("gradients are contiguous");
        let gradient = gradient.as_slice_mut().expect("gradients are contiguous");
        let worthwhile = gradient.len() >= WORTH;
        let pieces = gradient
            .chunks_mut(at_once * size)
            .zip(upstream.chunks_mut(at_once * features));
        share_if(
            worthwhile,
            pieces.enumerate(),
            |(piece, (gradient, upstream))| {
                let samples = gradient
                    .chunks_exact_mut(size)
                    .zip(upstream.chunks_exact_mut(features));
                for (nth, (sequence, delta)) in samples.enumerate() {
                    shared_out(delta, counting(mask, piece * at_once + nth), sequence);
                }
            },
        );
    }

    fn shares_work(&self) -> bool {
        true
    }

    fn config(&self) -> Value {
        json!({ "keepdims": self.keepdims })
    }
}

/// The steps of a sample that count; empty where all do.
fn counting(mask: Option<&Mask>, sample: usize) -> &[bool] {
    mask.map_or(&[], |mask| mask.sample(sample))
}

/// How many steps count.
#[inline(always)]
fn number(mask: &[bool], steps: usize) -> f32 {
    match mask {
        [] => steps as f32,
        mask => mask.iter().filter(|counts| **counts).count() as f32,
    }
}

vectorized! {
    fn means_of(sequence: &[f32], mask: &[bool], mean: &mut [f32]) {
        mean.fill(0.0);
        let features = mean.len();
        for (nth, step) in sequence.chunks_exact(features).enumerate() {
            if mask.get(nth).is_none_or(|counts| *counts) {
                for (sum, value) in mean.iter_mut().zip(step) {
                    *sum += value;
                }
            }
        }
        let count = number(mask, sequence.len() / features);
        for sum in mean {
            *sum /= count;
        }
    }
}

vectorized! {
    fn shared_out(delta: &mut [f32], mask: &[bool], gradient: &mut [f32]) {
        let count = number(mask, gradient.len() / delta.len());
        for delta in &mut *delta {
            *delta /= count;
        }
        for (nth, step) in gradient.chunks_exact_mut(delta.len()).enumerate() {
            if mask.get(nth).is_none_or(|counts| *counts) {
                for (sum, delta) in step.iter_mut().zip(&*delta) {
                    *sum += delta;
                }
            }
        }
    }
}
