//! Layers that bring branches together: Add, Average, Multiply, Maximum.

use ndarray::Zip;
use serde_json::{Value, json};

use super::options::basics;
use super::{Backward, Base, Forward, Inputs, Layer, Mask};
use crate::error::{Error, Result};
use crate::tensor::Shape;

/// The parts that all merging layers have in common; `$forward` and `$backward` say what they compute.
macro_rules! merge_layer {
    ($(#[$doc:meta])* $name:ident, forward: $forward:expr, backward: $backward:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        #[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
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
            basics!(stringify!($name));

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

            fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
                Mask::either(inputs.masks())
            }

            fn config(&self) -> Value {
                json!({})
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
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let (a, b) = (Input::new(2), Input::new(2));
    /// let model = Model::new([&a, &b], [&Add::new().apply([&a, &b])?])?;
    /// let y = model.predict([&Tensor::from([[1.0, 2.0]]), &Tensor::from([[10.0, 20.0]])])?;
    /// assert_eq!(y.to_vec(), [11.0, 22.0]);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
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
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let (a, b) = (Input::new(2), Input::new(2));
    /// let model = Model::new([&a, &b], [&Average::new().apply([&a, &b])?])?;
    /// let y = model.predict([&Tensor::from([[1.0, 2.0]]), &Tensor::from([[10.0, 20.0]])])?;
    /// assert_eq!(y.to_vec(), [5.5, 11.0]);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
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
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let (a, b) = (Input::new(2), Input::new(2));
    /// let model = Model::new([&a, &b], [&Multiply::new().apply([&a, &b])?])?;
    /// let y = model.predict([&Tensor::from([[1.0, 2.0]]), &Tensor::from([[10.0, 20.0]])])?;
    /// assert_eq!(y.to_vec(), [10.0, 40.0]);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
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
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let (a, b) = (Input::new(2), Input::new(2));
    /// let model = Model::new([&a, &b], [&Maximum::new().apply([&a, &b])?])?;
    /// let y = model.predict([&Tensor::from([[1.0, 2.0]]), &Tensor::from([[10.0, 20.0]])])?;
    /// assert_eq!(y.to_vec(), [10.0, 20.0]);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
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
