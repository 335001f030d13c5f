//! The lengths of a tensor's axes, written the way NumPy writes them.

use std::fmt;
use std::ops::Deref;

/// The lengths of the axes of a tensor, such as `(3, 2)`.
///
/// Functions that need a shape take a number, an array, a tuple or a slice, so that a cell stays short:
///
/// ```
/// use nn_lib::prelude::*;
/// assert_eq!(Shape::from(4).to_string(), "(4,)");
/// assert_eq!(Shape::from([28, 28]).to_string(), "(28, 28)");
/// assert_eq!(Shape::from((3, 2)).count(), 6);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// How many numbers a tensor of this shape holds: the product of its axes (1 for a scalar).
    /// Lengths whose product does not fit into a `usize` saturate.
    pub fn count(&self) -> usize {
        self.0
            .iter()
            .fold(1, |count: usize, axis| count.saturating_mul(*axis))
    }

    /// The shape of a batch of such samples, with an open first axis: `(None, 28, 28)`.
    pub fn batched(&self) -> String {
        let axes: String = self.0.iter().map(|axis| format!(", {axis}")).collect();
        if axes.is_empty() {
            "(None,)".to_string()
        } else {
            format!("(None{axes})")
        }
    }
}

impl Deref for Shape {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        &self.0
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one] => write!(f, "({one},)"),
            axes => {
                let axes: Vec<String> = axes.iter().map(usize::to_string).collect();
                write!(f, "({})", axes.join(", "))
            }
        }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<usize> for Shape {
    fn from(axis: usize) -> Shape {
        Shape(vec![axis])
    }
}

impl From<(usize, usize)> for Shape {
    fn from((rows, columns): (usize, usize)) -> Shape {
        Shape(vec![rows, columns])
    }
}

impl From<(usize, usize, usize)> for Shape {
    fn from((first, second, third): (usize, usize, usize)) -> Shape {
        Shape(vec![first, second, third])
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(axes: [usize; N]) -> Shape {
        Shape(axes.to_vec())
    }
}

impl From<&[usize]> for Shape {
    fn from(axes: &[usize]) -> Shape {
        Shape(axes.to_vec())
    }
}

impl From<Vec<usize>> for Shape {
    fn from(axes: Vec<usize>) -> Shape {
        Shape(axes)
    }
}
