//! What pooling layers have in common: a window without weights, over each channel by itself.

use serde_json::{Value, json};

use super::window::{Place, Sliding, Window};
use super::{Padding, Pair};
use crate::compute::share_if;
use crate::error::Result;
use crate::layers::options::one_input;
use crate::layers::{Backward, Forward};
use crate::tensor::Shape;

/// Size, strides and padding of the window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pooling {
    pub(super) pool_size: Pair,
    /// The size of the window, unless something else is said.
    pub(super) strides: Option<Pair>,
    pub(super) padding: Padding,
}

/// From so many numbers on, threads are worth while.
const WORTH: usize = 1 << 16;
/// Into how many pieces a batch is cut at most.
const PIECES: usize = 8;

impl Pooling {
    pub(super) fn new(pool_size: Pair) -> Pooling {
        Pooling {
            pool_size,
            strides: None,
            padding: Padding::Valid,
        }
    }

    pub(super) fn config(&self) -> Value {
        json!({
            "pool_size": self.pool_size.config(),
            "strides": self.strides.map(Pair::config),
            "padding": self.padding.name(),
        })
    }

    pub(super) fn from_config(config: &Value) -> Result<Pooling> {
        let strides = Some(&config["strides"]).filter(|strides| !strides.is_null());
        Ok(Pooling {
            pool_size: Pair::from_config(&config["pool_size"]),
            strides: strides.map(Pair::from_config),
            padding: Padding::from_name(config["padding"].as_str().unwrap_or_default())?,
        })
    }

    pub(super) fn build(&self, kind: &str, inputs: &[Shape]) -> Result<Shape> {
        let window = self.window(kind, one_input(kind, inputs)?)?;
        Ok(window.output(window.channels))
    }

    fn window(&self, kind: &str, input: &Shape) -> Result<Window> {
        let sliding = Sliding {
            size: self.pool_size,
            strides: self.strides.unwrap_or(self.pool_size),
            dilation: Pair::from(1),
            padding: self.padding,
        };
        sliding.over(kind, input)
    }

    /// Calls `pool(window, picture, output)` for every picture.
    pub(super) fn forward(
        &self,
        mut call: Forward<'_>,
        pool: impl Fn(&Window, &[f32], &mut [f32]) + Sync + Send,
    ) {
        let window = self
            .window("", call.inputs.shape(0))
            .expect("checked when the layer was built");
        let input = call.inputs.matrix(0);
        let pictures = input.as_slice().expect("inputs are contiguous");
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        let (from, to) = (window.input_size(), window.output(window.channels).count());
        let at_once = call.inputs.samples().div_ceil(PIECES).max(1);
        let pieces = pictures
            .chunks(at_once * from)
            .zip(output.chunks_mut(at_once * to));
        share_if(pictures.len() >= WORTH, pieces, |(pictures, output)| {
            for (picture, output) in pictures.chunks_exact(from).zip(output.chunks_exact_mut(to)) {
                pool(&window, picture, output);
            }
        });
    }

    /// Calls `pool(window, picture, output, upstream, gradient)` for every picture, if anybody needs the gradient.
    pub(super) fn backward(
        &self,
        mut call: Backward<'_>,
        pool: impl Fn(&Window, &[f32], &[f32], &mut [f32], &mut [f32]) + Sync + Send,
    ) {
        let window = self
            .window("", call.inputs.shape(0))
            .expect("checked when the layer was built");
        let Some(mut gradient) = call.gradients.matrix(0) else {
            return;
        };
        let gradient = gradient.as_slice_mut().expect("gradients are contiguous");
        let input = call.inputs.matrix(0);
        let pictures = input.as_slice().expect("inputs are contiguous");
        let output = call.output.as_slice().expect("outputs are contiguous");
        let upstream = call
            .upstream
            .as_slice_mut()
            .expect("gradients are contiguous");
        let (from, to) = (window.input_size(), window.output(window.channels).count());
        let at_once = call.inputs.samples().div_ceil(PIECES).max(1);
        let pieces = pictures
            .chunks(at_once * from)
            .zip(gradient.chunks_mut(at_once * from))
            .zip(
                output
                    .chunks(at_once * to)
                    .zip(upstream.chunks_mut(at_once * to)),
            );
        let worthwhile = pictures.len() >= WORTH;
        share_if(
            worthwhile,
            pieces,
            |((pictures, gradient), (output, upstream))| {
                let inputs = pictures
                    .chunks_exact(from)
                    .zip(gradient.chunks_exact_mut(from));
                let outputs = output.chunks_exact(to).zip(upstream.chunks_exact_mut(to));
                for ((picture, gradient), (output, upstream)) in inputs.zip(outputs) {
                    pool(&window, picture, output, upstream, gradient);
                }
            },
        );
    }
}

/// Calls `visit(row, column, place)` for each place of a window, in the order of the output: `place` is that of its first
/// channel there.
#[inline(always)]
pub(super) fn for_each_place(window: &Window, mut visit: impl FnMut(&Place, &Place, usize)) {
    let mut place = 0;
    for row in &window.rows {
        for column in &window.columns {
            visit(row, column, place);
            place += window.channels;
        }
    }
}

/// Calls `visit(place)` for each pixel that a window sees, where `place` is that of its first channel in the picture.
#[inline(always)]
pub(super) fn for_each_pixel(
    window: &Window,
    row: &Place,
    column: &Place,
    mut visit: impl FnMut(usize),
) {
    for y in row.start..row.start + row.count {
        for x in column.start..column.start + column.count {
            visit((y * window.input.width + x) * window.channels);
        }
    }
}
