//! Arithmetic with tensors: element by element.

use std::ops::{Add, Div, Mul, Neg, Sub};

use ndarray::{ArrayViewD, IxDyn};

use super::Tensor;
use super::shape::Shape;
use crate::error::{Error, Result};

impl Tensor {
    /// A new tensor with `function` applied to every number: `x.map(f32::exp)`, `x.map(|v| v.max(0.0))`.
    pub fn map(&self, function: impl Fn(f32) -> f32) -> Tensor {
        let values = self.values().iter().map(|value| function(*value)).collect();
        Tensor::dense(self.shape.clone(), values).with_origin(self.origin)
    }

    /// `function(a, b)` for every pair of numbers; shapes are stretched to each other as NumPy does.
    fn zip(
        &self,
        other: &Tensor,
        operation: &str,
        function: impl Fn(f32, f32) -> f32,
    ) -> Result<Tensor> {
        let Some(shape) = common_shape(&self.shape, &other.shape) else {
            return Err(Error::invalid(
                operation,
                format!("two tensors of one shape, the first being {}", self.shape),
                format!("{}", other.shape),
            )
            .with_hint("an axis of length 1 is stretched to the other's length; axes are compared from the last one"));
        };
        let origin = self.origin.and(other.origin);
        let (left, right) = (self.values(), other.values());
        if self.shape == other.shape {
            let values = left.iter().zip(right.iter());
            return Ok(
                Tensor::dense(shape, values.map(|(a, b)| function(*a, *b)).collect())
                    .with_origin(origin),
            );
        }
        let view = |values, own: &Shape| -> ArrayViewD<'_, f32> {
            ArrayViewD::from_shape(IxDyn(own), values)
                .expect("a tensor has as many values as its shape says")
        };
        let (left, right) = (view(&left, &self.shape), view(&right, &other.shape));
        let (left, right) = (
            left.broadcast(IxDyn(&shape))
                .expect("the common shape fits the left side"),
            right
                .broadcast(IxDyn(&shape))
                .expect("the common shape fits the right side"),
        );
        let values = left.iter().zip(right.iter());
        Ok(
            Tensor::dense(shape, values.map(|(a, b)| function(*a, *b)).collect())
                .with_origin(origin),
        )
    }
}

/// The shape that both can be stretched to, if there is one.
fn common_shape(left: &[usize], right: &[usize]) -> Option<Shape> {
    let axes = left.len().max(right.len());
    let axis = |shape: &[usize], nth: usize| {
        let missing = axes - shape.len();
        nth.checked_sub(missing).map_or(1, |own| shape[own])
    };
    (0..axes)
        .map(|nth| match (axis(left, nth), axis(right, nth)) {
            (a, b) if a == b => Some(a),
            (1, b) => Some(b),
            (a, 1) => Some(a),
            _ => None,
        })
        .collect::<Option<Vec<usize>>>()
        .map(Shape::from)
}

/// The four operations: with a number always, with another tensor where the shapes fit (`(&a + &b)?`).
macro_rules! operation {
    ($trait:ident, $method:ident, $symbol:tt, $name:literal) => {
        impl $trait<&Tensor> for &Tensor {
            type Output = Result<Tensor>;
            fn $method(self, other: &Tensor) -> Result<Tensor> {
                self.zip(other, $name, |a, b| a $symbol b)
            }
        }
        impl $trait<Tensor> for Tensor {
            type Output = Result<Tensor>;
            fn $method(self, other: Tensor) -> Result<Tensor> {
                &self $symbol &other
            }
        }
        impl $trait<&Tensor> for Tensor {
            type Output = Result<Tensor>;
            fn $method(self, other: &Tensor) -> Result<Tensor> {
                &self $symbol other
            }
        }
        impl $trait<Tensor> for &Tensor {
            type Output = Result<Tensor>;
            fn $method(self, other: Tensor) -> Result<Tensor> {
                self $symbol &other
            }
        }
        impl $trait<f32> for &Tensor {
            type Output = Tensor;
            fn $method(self, number: f32) -> Tensor {
                self.map(|value| value $symbol number)
            }
        }
        impl $trait<f32> for Tensor {
            type Output = Tensor;
            fn $method(self, number: f32) -> Tensor {
                &self $symbol number
            }
        }
        impl $trait<&Tensor> for f32 {
            type Output = Tensor;
            fn $method(self, tensor: &Tensor) -> Tensor {
                tensor.map(|value| self $symbol value)
            }
        }
        impl $trait<Tensor> for f32 {
            type Output = Tensor;
            fn $method(self, tensor: Tensor) -> Tensor {
                self $symbol &tensor
            }
        }
    };
}

operation!(Add, add, +, "+");
operation!(Sub, sub, -, "-");
operation!(Mul, mul, *, "*");
operation!(Div, div, /, "/");

impl Neg for &Tensor {
    type Output = Tensor;

    fn neg(self) -> Tensor {
        self.map(|value| -value)
    }
}

impl Neg for Tensor {
    type Output = Tensor;

    fn neg(self) -> Tensor {
        -&self
    }
}

/// The same shape and the same numbers; how they are stored does not matter.
impl PartialEq for Tensor {
    fn eq(&self, other: &Tensor) -> bool {
        self.shape == other.shape && self.values() == other.values()
    }
}
