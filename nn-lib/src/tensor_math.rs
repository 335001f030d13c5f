//! Arithmetic with tensors: element by element, sums along axes, products of matrices.

use std::ops::{Add, Div, Mul, Neg, Sub};

use ndarray::{Array2, ArrayView2, ArrayViewD, IxDyn};

use crate::error::{Error, Result};
use crate::matmul::multiply;
use crate::shape::Shape;
use crate::tensor::{Storage, Tensor};

impl Tensor {
    /// A new tensor with `function` applied to every number: `x.map(f32::exp)`, `x.map(|v| v.max(0.0))`.
    pub fn map(&self, function: impl Fn(f32) -> f32) -> Tensor {
        let values = self.values().iter().map(|value| function(*value)).collect();
        Tensor::dense(self.shape.clone(), values)
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
        let (left, right) = (self.values(), other.values());
        if self.shape == other.shape {
            let values = left.iter().zip(right.iter());
            return Ok(Tensor::dense(
                shape,
                values.map(|(a, b)| function(*a, *b)).collect(),
            ));
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
        Ok(Tensor::dense(
            shape,
            values.map(|(a, b)| function(*a, *b)).collect(),
        ))
    }

    /// The product of two matrices, of a matrix and a vector, or of two vectors.
    ///
    /// # Shapes
    /// (m, k) · (k, n) gives (m, n); (k,) stands for (1, k) on the left and (k, 1) on the right, and its axis of
    /// length 1 is left out of the result, as in NumPy.
    ///
    /// # Errors
    /// When the inner lengths differ, or a tensor has more than two axes.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.dot(&Tensor::from([1.0, 10.0]))?.to_vec(), [21.0, 43.0]);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn dot(&self, other: &Tensor) -> Result<Tensor> {
        let (rows, inner) = match *self.shape {
            [inner] => (1, inner),
            [rows, inner] => (rows, inner),
            _ => return Err(two_axes("on the left", self)),
        };
        let (other_inner, columns) = match *other.shape {
            [inner] => (inner, 1),
            [inner, columns] => (inner, columns),
            _ => return Err(two_axes("on the right", other)),
        };
        if inner != other_inner {
            return Err(Error::invalid(
                "dot",
                format!("{inner} rows on the right, as many as the left has columns"),
                format!("shapes {} and {}", self.shape, other.shape),
            ));
        }
        let right = other.values();
        let mut product = Array2::zeros((rows, columns));
        if let (Storage::MultiHot(ones), Some(product)) = (&self.storage, product.as_slice_mut()) {
            let order: Vec<u32> = (0..rows as u32).collect();
            if columns > 0 {
                ones.batch(&order).gather(&right, columns, product);
            }
        } else {
            let left = self.values();
            let matrix = |shape, values| {
                ArrayView2::from_shape(shape, values).expect("the lengths were checked above")
            };
            multiply(
                matrix((rows, inner), &left),
                matrix((inner, columns), &right),
                product.view_mut(),
            );
        }
        let mut shape = Vec::new();
        shape.extend((self.shape.len() == 2).then_some(rows));
        shape.extend((other.shape.len() == 2).then_some(columns));
        Ok(Tensor::dense(
            Shape::from(shape),
            product.iter().copied().collect(),
        ))
    }

    /// The same numbers in another shape.
    ///
    /// # Errors
    /// When the shapes hold different numbers of values.
    pub fn reshape(&self, shape: impl Into<Shape>) -> Result<Tensor> {
        let shape = shape.into();
        if shape.count() != self.shape.count() {
            return Err(Error::invalid(
                "reshape",
                format!("a shape of {} values", self.shape.count()),
                format!("{shape}, which holds {}", shape.count()),
            ));
        }
        let Tensor { storage, .. } = self.to_dense();
        Ok(Tensor { shape, storage })
    }

    /// The transposed tensor: its axes in reverse order.
    pub fn t(&self) -> Tensor {
        let dense = self.to_dense();
        let view = dense.view().expect("the tensor was written out above");
        Tensor::from(view.reversed_axes().to_owned())
    }

    /// Several tensors one after the other along the first axis.
    ///
    /// # Errors
    /// When the list is empty or the rows have different shapes.
    pub fn concatenate(parts: &[Tensor]) -> Result<Tensor> {
        let Some(first) = parts.first() else {
            return Err(Error::invalid("concatenate", "at least one tensor", "none"));
        };
        let row = first.row_shape();
        let mut values = Vec::new();
        for part in parts {
            if part.row_shape() != row || part.shape.is_empty() {
                return Err(Error::invalid(
                    "concatenate",
                    format!("rows of shape {row}"),
                    format!("a tensor of shape {}", part.shape),
                ));
            }
            values.extend_from_slice(&part.values());
        }
        let rows = parts.iter().map(Tensor::len).sum();
        let shape: Vec<usize> = std::iter::once(rows).chain(row.iter().copied()).collect();
        Ok(Tensor::dense(Shape::from(shape), values))
    }
}

fn two_axes(side: &str, tensor: &Tensor) -> Error {
    Error::invalid(
        "dot",
        format!("a vector or a matrix {side}"),
        format!("a tensor of shape {}", tensor.shape),
    )
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
