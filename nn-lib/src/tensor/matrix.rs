//! Matrices: products, transposition, other shapes.

use ndarray::{Array2, ArrayView2};

use super::shape::Shape;
use super::{Storage, Tensor};
use crate::compute::multiply;
use crate::error::{Error, Result};

impl Tensor {
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
        Ok(
            Tensor::dense(Shape::from(shape), product.iter().copied().collect())
                .with_origin(self.origin.and(other.origin)),
        )
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
        Ok(Tensor {
            shape,
            ..self.to_dense()
        })
    }

    /// The transposed tensor: its axes in reverse order.
    pub fn t(&self) -> Tensor {
        let dense = self.to_dense();
        let view = dense.view().expect("the tensor was written out above");
        Tensor::from(view.reversed_axes().to_owned()).with_origin(self.origin)
    }
}

fn two_axes(side: &str, tensor: &Tensor) -> Error {
    Error::invalid(
        "dot",
        format!("a vector or a matrix {side}"),
        format!("a tensor of shape {}", tensor.shape),
    )
}
