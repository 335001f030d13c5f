//! Layers that bring branches together: Add, Average, Multiply, Maximum, Concatenate.

use ndarray::Zip;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::layer::{Backward, Base, Forward, Layer};
use crate::shape::Shape;

/// The parts that all merging layers have in common; `$forward` and `$backward` say what they compute.
macro_rules! merge_layer {
    ($(#[$doc:meta])* $name:ident, forward: $forward:expr, backward: $backward:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            base: Base,
        }

        impl $name {
            /// The layer; it has no options.
            pub fn new() -> $name {
                $name::default()
            }
        }

        impl Layer for $name {
            fn kind(&self) -> &'static str {
                stringify!($name)
            }

            fn base(&self) -> &Base {
                &self.base
            }

            fn base_mut(&mut self) -> &mut Base {
                &mut self.base
            }

            fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
                same_shape(stringify!($name), inputs)
            }

            fn forward(&self, call: Forward<'_>) {
                let forward: fn(Forward<'_>) = $forward;
                forward(call);
            }

            fn backward(&mut self, call: Backward<'_>) {
                let backward: fn(Backward<'_>) = $backward;
                backward(call);
            }

            fn config(&self) -> Value {
                json!({})
            }

            fn boxed_clone(&self) -> Box<dyn Layer> {
                Box::new(self.clone())
            }
        }
    };
}

fn same_shape(operation: &str, inputs: &[Shape]) -> Result<Shape> {
    let (Some(first), 2..) = (inputs.first(), inputs.len()) else {
        return Err(Error::invalid(
            operation,
            "two or more inputs",
            format!("{}", inputs.len()),
        ));
    };
    match inputs.iter().find(|shape| *shape != first) {
        None => Ok(first.clone()),
        Some(other) => Err(Error::invalid(
            operation,
            format!("inputs of one shape, the first being {}", first.batched()),
            other.batched(),
        )),
    }
}

merge_layer! {
    /// The sum of its inputs: `y = a + b + ...`
    ///
    /// # Shapes
    /// All inputs and the output have the same shape.
    ///
    /// Source: <https://keras.io/api/layers/merging_layers/add/>
    Add,
    forward: |mut call| {
        call.output.assign(&call.inputs.matrix(0));
        for nth in 1..call.inputs.len() {
            call.output += &call.inputs.matrix(nth);
        }
    },
    // da = db = ... = dy
    backward: |mut call| {
        for nth in 0..call.inputs.len() {
            if let Some(mut gradient) = call.gradients.matrix(nth) {
                gradient += &call.upstream;
            }
        }
    }
}

merge_layer! {
    /// The mean of its inputs: `y = (a + b + ...) / n`
    ///
    /// # Shapes
    /// All inputs and the output have the same shape.
    ///
    /// Source: <https://keras.io/api/layers/merging_layers/average/>
    Average,
    forward: |mut call| {
        call.output.assign(&call.inputs.matrix(0));
        for nth in 1..call.inputs.len() {
            call.output += &call.inputs.matrix(nth);
        }
        call.output /= call.inputs.len() as f32;
    },
    // da = db = ... = dy / n
    backward: |mut call| {
        call.upstream /= call.inputs.len() as f32;
        for nth in 0..call.inputs.len() {
            if let Some(mut gradient) = call.gradients.matrix(nth) {
                gradient += &call.upstream;
            }
        }
    }
}

merge_layer! {
    /// The product of its inputs, element by element: `y = a · b · ...`
    ///
    /// # Shapes
    /// All inputs and the output have the same shape.
    ///
    /// Source: <https://keras.io/api/layers/merging_layers/multiply/>
    Multiply,
    forward: |mut call| {
        call.output.assign(&call.inputs.matrix(0));
        for nth in 1..call.inputs.len() {
            call.output *= &call.inputs.matrix(nth);
        }
    },
    // da = dy · (product of the others); multiplied out, since dividing y by a fails where a = 0.
    backward: |mut call| {
        for nth in 0..call.inputs.len() {
            call.cache.clear();
            call.cache.extend(call.upstream.iter());
            for other in (0..call.inputs.len()).filter(|other| *other != nth) {
                for (product, factor) in call.cache.iter_mut().zip(call.inputs.matrix(other)) {
                    *product *= factor;
                }
            }
            if let Some(mut gradient) = call.gradients.matrix(nth) {
                for (sum, product) in gradient.iter_mut().zip(call.cache.iter()) {
                    *sum += product;
                }
            }
        }
    }
}

merge_layer! {
    /// The largest of its inputs, element by element: `y = max(a, b, ...)`
    ///
    /// # Shapes
    /// All inputs and the output have the same shape.
    ///
    /// Source: <https://keras.io/api/layers/merging_layers/maximum/>
    Maximum,
    forward: |mut call| {
        call.output.assign(&call.inputs.matrix(0));
        for nth in 1..call.inputs.len() {
            Zip::from(&mut call.output)
                .and(call.inputs.matrix(nth))
                .for_each(|largest, value| *largest = largest.max(*value));
        }
    },
    // dy goes to the inputs that are the largest; equal ones share it evenly.
    backward: |mut call| {
        for (position, delta) in call.upstream.iter_mut().enumerate() {
            let (row, column) = (position / call.output.ncols(), position % call.output.ncols());
            let largest = call.output[(row, column)];
            let equals = (0..call.inputs.len())
                .filter(|nth| call.inputs.matrix(*nth)[(row, column)] == largest)
                .count();
            *delta /= equals.max(1) as f32;
        }
        for nth in 0..call.inputs.len() {
            if let Some(mut gradient) = call.gradients.matrix(nth) {
                Zip::from(&mut gradient)
                    .and(&call.upstream)
                    .and(&call.output)
                    .and(call.inputs.matrix(nth))
                    .for_each(|sum, delta, largest, value| {
                        if value == largest {
                            *sum += delta;
                        }
                    });
            }
        }
    }
}

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
    fn kind(&self) -> &'static str {
        "Concatenate"
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn base_mut(&mut self) -> &mut Base {
        &mut self.base
    }

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
        let mut joined = 0;
        for shape in inputs {
            match shape.split_last() {
                Some((last, others)) if others == before => joined += last,
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

    fn config(&self) -> Value {
        json!({})
    }

    fn boxed_clone(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

/// Calls `visit(input, row, width, place in the output)` for every row of every input, in the output's order.
fn for_each_part(
    inputs: crate::layer::Inputs<'_>,
    mut visit: impl FnMut(usize, usize, usize, usize),
) {
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
