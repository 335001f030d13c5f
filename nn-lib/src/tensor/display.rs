//! How a tensor looks when it is printed: as NumPy prints it, long axes abbreviated.

use std::fmt::{self, Write};

use super::Tensor;
use crate::notebook::Bundle;
use crate::notebook::explore::shows;

shows!(Tensor, Tensor::bundle);

/// Tensors with more numbers than this are abbreviated.
const THRESHOLD: usize = 1000;
/// How many items are shown at both ends of an abbreviated axis.
const EDGE: usize = 3;
/// Where a line of numbers is broken, in characters.
const LINE_WIDTH: usize = 75;

/// `array([0., 1., 1., ..., 0., 0., 0.])`
impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.shape.count() == 0 {
            return match *self.shape {
                [_] => f.write_str("array([])"),
                _ => write!(f, "array([], shape={})", self.shape),
            };
        }
        let edge = if self.shape.count() > THRESHOLD {
            EDGE
        } else {
            usize::MAX / 2
        };
        let mut shown = Vec::new();
        collect(self, &mut Vec::new(), edge, &mut shown);
        let format = NumberFormat::of(&shown);
        let mut text = String::from("array(");
        let mut numbers = shown.into_iter();
        write_axis(&mut text, &self.shape, edge, 6, &mut || {
            format.text(numbers.next().unwrap_or(f32::NAN))
        })?;
        text.push(')');
        f.write_str(&text)
    }
}

impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Tensor {
    /// Shows the tensor in a notebook, as text and as HTML with its shape.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        crate::notebook::display(&self.bundle());
    }

    fn bundle(&self) -> Bundle {
        let text = format!("{self:?}");
        let html = format!(
            "<pre style=\"margin:0\">{text}</pre><small>shape {}</small>",
            self.shape
        );
        Bundle::text(text).html(html)
    }
}

/// The positions that are shown of an axis; `None` stands for the dots.
fn positions(length: usize, edge: usize) -> impl Iterator<Item = Option<usize>> {
    let (head, tail) = if length > 2 * edge {
        (edge, length - edge)
    } else {
        (length, length)
    };
    let dots = (head < tail).then_some(None);
    (0..head)
        .map(Some)
        .chain(dots)
        .chain((tail..length).map(Some))
}

fn collect(tensor: &Tensor, position: &mut Vec<usize>, edge: usize, shown: &mut Vec<f32>) {
    match tensor.shape.get(position.len()) {
        None => shown.extend(tensor.get(&*position)),
        Some(&length) => {
            for index in positions(length, edge).flatten() {
                position.push(index);
                collect(tensor, position, edge, shown);
                position.pop();
            }
        }
    }
}

fn write_axis(
    text: &mut String,
    shape: &[usize],
    edge: usize,
    indent: usize,
    number: &mut dyn FnMut() -> String,
) -> fmt::Result {
    let Some((&length, inner)) = shape.split_first() else {
        return text.write_str(&number());
    };
    text.push('[');
    let mut column = indent + 1;
    for (nth, position) in positions(length, edge).enumerate() {
        if inner.is_empty() {
            let item = position.map_or_else(|| "...".to_string(), |_| number());
            if nth > 0 && column + item.len() + 2 > LINE_WIDTH {
                write!(text, ",\n{}", " ".repeat(indent + 1))?;
                column = indent + 1;
            } else if nth > 0 {
                text.push_str(", ");
                column += 2;
            }
            column += item.len();
            text.push_str(&item);
        } else {
            if nth > 0 {
                let line_breaks = "\n".repeat(inner.len());
                write!(text, ",{line_breaks}{}", " ".repeat(indent + 1))?;
            }
            match position {
                None => text.push_str("..."),
                Some(_) => write_axis(text, inner, edge, indent + 1, number)?,
            }
        }
    }
    text.push(']');
    Ok(())
}

/// The common width of all numbers shown, so that columns line up.
struct NumberFormat {
    scientific: bool,
    left: usize,
    right: usize,
}

impl NumberFormat {
    fn of(values: &[f32]) -> NumberFormat {
        let sizes = || {
            values
                .iter()
                .map(|value| value.abs())
                .filter(|value| value.is_finite() && *value > 0.0)
        };
        let largest = sizes().fold(0.0, f32::max);
        let smallest = sizes().fold(f32::INFINITY, f32::min);
        let scientific =
            largest > 0.0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e3 * 1e5);
        let mut format = NumberFormat {
            scientific,
            left: 0,
            right: 0,
        };
        for value in values.iter().filter(|value| value.is_finite()) {
            let (left, right) = format.split(*value);
            format.left = format.left.max(left.len());
            format.right = format.right.max(right.len());
        }
        // "nan" and "inf" take the place of the whole number, the point included.
        for value in values.iter().filter(|value| !value.is_finite()) {
            let length = value.to_string().len();
            format.left = format.left.max(length.saturating_sub(format.right + 1));
        }
        format
    }

    /// The text up to the decimal point, and the digits behind it.
    fn split(&self, value: f32) -> (String, String) {
        let text = if self.scientific {
            let text = format!("{value:.8e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let exponent: i32 = exponent.parse().unwrap_or(0);
            let sign = if exponent < 0 { '-' } else { '+' };
            let digits = digits.trim_end_matches('0');
            format!("{digits}e{sign}{:02}", exponent.abs())
        } else {
            let exact = value.to_string();
            let decimals = exact.split_once('.').map_or(0, |(_, digits)| digits.len());
            if decimals > 8 {
                format!("{value:.8}").trim_end_matches('0').to_string()
            } else {
                exact
            }
        };
        match text.split_once('.') {
            Some((left, right)) => (left.to_string(), right.to_string()),
            None => (text, String::new()),
        }
    }

    fn text(&self, value: f32) -> String {
        if !value.is_finite() {
            let text = value.to_string().to_lowercase();
            return format!("{text:>width$}", width = self.left + 1 + self.right);
        }
        let (left, right) = self.split(value);
        format!(
            "{left:>width$}.{right:<digits$}",
            width = self.left,
            digits = self.right
        )
    }
}

/// The numbers of a tensor as the answer to an exercise.
#[cfg(feature = "notebook")]
impl crate::notebook::check::Answer for Tensor {
    fn parts(&self) -> Vec<crate::notebook::check::Part> {
        self.to_vec().parts()
    }
}

#[cfg(test)]
mod tests {
    use super::Tensor;

    // Expected texts: repr() of the same arrays in NumPy 2.1.
    #[test]
    fn numbers_look_as_in_numpy() {
        let show = |tensor: Tensor| format!("{tensor:?}");
        assert_eq!(show(Tensor::from([0.0, 1.0])), "array([0., 1.])");
        assert_eq!(
            show(Tensor::from([0.5, 1.25, -3.0])),
            "array([ 0.5 ,  1.25, -3.  ])"
        );
        assert_eq!(
            show(Tensor::from([[1.0, 2.0], [3.0, 4.5]])),
            "array([[1. , 2. ],\n       [3. , 4.5]])"
        );
        assert_eq!(show(Tensor::from(1.5)), "array(1.5)");
        assert_eq!(show(Tensor::from([f32::NAN, 1.0])), "array([nan,  1.])");
        assert_eq!(show(Tensor::zeros(0)), "array([])");
    }

    #[test]
    fn more_than_a_thousand_numbers_are_abbreviated() {
        let mut row = Tensor::zeros(10_000);
        row[[1]] = 1.0;
        row[[2]] = 1.0;
        assert_eq!(format!("{row:?}"), "array([0., 1., 1., ..., 0., 0., 0.])");
        let table = format!("{:?}", Tensor::ones([40, 40]));
        assert_eq!(table.lines().count(), 7);
        assert!(table.contains("\n       ...,\n"), "{table}");
    }
}
