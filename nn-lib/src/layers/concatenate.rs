//! The layer that puts branches side by side.

use serde_json::{Value, json};

use super::options::basics;
use super::{Backward, Base, Forward, Inputs, Layer, Mask};
use crate::error::{Error, Result};
use crate::tensor::Shape;

/// Its inputs side by side along the last axis.
///
/// # Shapes
/// Inputs (batch, a), (batch, b), ...; output (batch, a + b + ...). Other axes must be equal.
///
/// Source: <https://keras.io/api/layers/merging_layers/concatenate/>
///
/// ```
/// use nn_lib::prelude::*;
/// let (a, b) = (Input::new(2), Input::new(1));
/// let both = Concatenate::new().apply([&a, &b])?;
/// let model = Model::new([&a, &b], [&both])?;
/// let y = model.predict([&Tensor::from([[1.0, 2.0]]), &Tensor::from([[3.0]])])?;
/// assert_eq!(y.to_vec(), [1.0, 2.0, 3.0]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct Concatenate {
    base: Base,
}

impl Concatenate {
    /// The layer; it joins along the last axis.
    pub fn new() -> Concatenate {
        Concatenate::default()
    }
}

impl Layer for Concatenate {
    basics!("Concatenate");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let (Some(Some((_, before))), 2..) = (inputs.first().map(|s| s.split_last()), inputs.len())
        else {
            let received = format!("{} of shapes {inputs:?}", inputs.len());
            return Err(Error::invalid(
                "Concatenate",
                "two or more inputs with an axis to join",
                received,
            ));
        };
        let mut joined: usize = 0;
        for shape in inputs {
            match shape.split_last() {
                Some((last, others)) if others == before => joined = joined.saturating_add(*last),
                _ => {
                    let expected = format!(
                        "inputs that differ in the last axis only, the first being {}",
                        inputs[0].batched()
                    );
                    return Err(Error::invalid("Concatenate", expected, shape.batched()));
                }
            }
        }
        Ok(Shape::from([before, &[joined]].concat()))
    }

    fn forward(&self, mut call: Forward<'_>) {
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        for_each_part(call.inputs, |nth, row, width, place| {
            let matrix = call.inputs.matrix(nth);
            let values = matrix.as_slice().expect("inputs are contiguous");
            output[place..place + width].copy_from_slice(&values[row * width..(row + 1) * width]);
        });
    }

    // Each input gets its own part of dy.
    fn backward(&mut self, mut call: Backward<'_>) {
        let upstream = call.upstream.as_slice().expect("gradients are contiguous");
        for_each_part(call.inputs, |nth, row, width, place| {
            if let Some(mut gradient) = call.gradients.matrix(nth) {
                let gradient = gradient.as_slice_mut().expect("gradients are contiguous");
                for (sum, delta) in gradient[row * width..]
                    .iter_mut()
                    .zip(&upstream[place..place + width])
                {
                    *sum += delta;
                }
            }
        });
    }

    fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
        Mask::all(inputs.masks())
    }

    fn config(&self) -> Value {
        json!({})
    }
}

/// Calls `visit(input, row, width, place in the output)` for every row of every input, in the output's order.
fn for_each_part(inputs: Inputs<'_>, mut visit: impl FnMut(usize, usize, usize, usize)) {
    let width = |nth: usize| inputs.shape(nth).last().copied().unwrap_or(1);
    let rows = inputs.matrix(0).len() / width(0).max(1);
    let mut place = 0;
    for row in 0..rows {
        for nth in 0..inputs.len() {
            visit(nth, row, width(nth), place);
            place += width(nth);
        }
    }
}
