//! A window that slides over a picture: where it stands, and which pixels it sees.

use serde_json::{Value, json};

use super::Padding;
use crate::error::{Error, Result};
use crate::tensor::Shape;

/// A height and a width: `3` for a square, or `(3, 2)`.
///
/// ```
/// use nn_lib::layers::Pair;
/// assert_eq!(Pair::from(3), Pair { height: 3, width: 3 });
/// assert_eq!(Pair::from((3, 2)), Pair::from([3, 2]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// Along the first axis of the picture.
    pub height: usize,
    /// Along the second one.
    pub width: usize,
}

impl From<usize> for Pair {
    fn from(side: usize) -> Pair {
        Pair::from((side, side))
    }
}

impl From<(usize, usize)> for Pair {
    fn from((height, width): (usize, usize)) -> Pair {
        Pair { height, width }
    }
}

impl From<[usize; 2]> for Pair {
    fn from([height, width]: [usize; 2]) -> Pair {
        Pair { height, width }
    }
}

impl Pair {
    pub(super) fn config(self) -> Value {
        json!([self.height, self.width])
    }

    /// The pair that [`config`](Pair::config) described; 0 where a number is missing.
    pub(super) fn from_config(config: &Value) -> Pair {
        let side = |nth: usize| config[nth].as_u64().unwrap_or(0) as usize;
        Pair::from((side(0), side(1)))
    }

    fn is_positive(self) -> bool {
        self.height > 0 && self.width > 0
    }
}

/// What a layer says of its window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sliding {
    pub(super) size: Pair,
    pub(super) strides: Pair,
    pub(super) dilation: Pair,
    pub(super) padding: Padding,
}

/// A window over pictures of one size: its places along both axes.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) input: Pair,
    pub(super) channels: usize,
    pub(super) size: Pair,
    pub(super) dilation: Pair,
    pub(super) rows: Vec<Place>,
    pub(super) columns: Vec<Place>,
}

/// Where a window stands along an axis, and how much of it lies inside of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The first row (or column) of the window that lies inside.
    pub(super) first: usize,
    /// How many do, from that one on.
    pub(super) count: usize,
    /// The row of the picture that the first one sees; each of the others sees one that is farther by the dilation.
    pub(super) start: usize,
}

/// The most numbers of a picture, a gigabyte: a larger number is a typing error.
const MOST_NUMBERS: usize = 1 << 28;

impl Sliding {
    /// The window over pictures of this shape.
    ///
    /// # Errors
    /// When the shape is none of a picture, a number is 0, or the window is larger than the picture.
    pub(super) fn over(self, kind: &str, input: &Shape) -> Result<Window> {
        let [height, width, channels] = input[..] else {
            let expected = "pictures of shape (batch, height, width, channels)";
            return Err(
                Error::invalid(kind, expected, input.batched()).with_hint(match input[..] {
                    [height, width] => format!(
                        "give grey pictures a last axis: x.reshape([samples, {height}, {width}, 1])?, or add \
                         Reshape::new([{height}, {width}, 1]) before"
                    ),
                    _ => "a Reshape layer changes the axes of each sample".to_string(),
                }),
            );
        };
        for (what, pair) in [
            ("a window of at least 1 row and 1 column", self.size),
            ("strides of at least 1", self.strides),
            ("a dilation_rate of at least 1", self.dilation),
        ] {
            if !pair.is_positive() {
                let received = format!("({}, {})", pair.height, pair.width);
                return Err(Error::invalid(kind, what, received));
            }
        }
        if channels == 0 {
            return Err(Error::invalid(kind, "at least 1 channel", "0"));
        }
        if input.count() > MOST_NUMBERS {
            let expected = format!("pictures of at most {MOST_NUMBERS} numbers");
            return Err(Error::invalid(kind, expected, input.batched()));
        }
        let (strides, padding) = (self.strides, self.padding);
        let axis = |length, size, stride, dilation| places(length, size, stride, dilation, padding);
        let (size, dilation) = (self.size, self.dilation);
        let rows = axis(height, size.height, strides.height, dilation.height);
        let columns = axis(width, size.width, strides.width, dilation.width);
        let (Some(rows), Some(columns)) = (rows, columns) else {
            let received = format!("pictures of {height} × {width}");
            let expected = format!(
                "pictures at least as large as its window of {} × {}",
                span(size.height, dilation.height),
                span(size.width, dilation.width)
            );
            return Err(Error::invalid(kind, expected, received).with_hint(
                "use a smaller window, fewer layers that make pictures smaller, or padding \"same\"",
            ));
        };
        Ok(Window {
            input: Pair { height, width },
            channels,
            size,
            dilation,
            rows,
            columns,
        })
    }
}

/// How much of an axis a window covers.
fn span(size: usize, dilation: usize) -> usize {
    (size - 1).saturating_mul(dilation).saturating_add(1)
}

/// The places of a window along an axis; `None` where it does not fit.
fn places(
    length: usize,
    size: usize,
    stride: usize,
    dilation: usize,
    padding: Padding,
) -> Option<Vec<Place>> {
    let span = span(size, dilation);
    let (count, zeros_before) = match padding {
        Padding::Valid => (length.checked_sub(span)? / stride + 1, 0),
        Padding::Same => {
            let count = length.div_ceil(stride);
            let needed = (count.checked_sub(1)? * stride).saturating_add(span);
            (count, needed.saturating_sub(length) / 2)
        }
    };
    let place = |nth: usize| {
        let from = nth * stride; // counted from the first zero
        let first = zeros_before.saturating_sub(from).div_ceil(dilation);
        let end = (length + zeros_before - from.min(length + zeros_before)).div_ceil(dilation);
        Place {
            first,
            count: end.min(size).saturating_sub(first),
            start: (from + first * dilation).saturating_sub(zeros_before),
        }
    };
    Some((0..count).map(place).collect())
}

impl Window {
    /// How many numbers a picture has.
    pub(super) fn input_size(&self) -> usize {
        self.input.height * self.input.width * self.channels
    }

    /// The shape of the output with so many channels.
    pub(super) fn output(&self, channels: usize) -> Shape {
        Shape::from([self.rows.len(), self.columns.len(), channels])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odd_row_of_zeros_is_at_the_end() {
        let seen = |length, size, stride| -> Vec<(usize, usize, usize)> {
            let places = places(length, size, stride, 1, Padding::Same).unwrap();
            let seen = places.iter().map(|p| (p.first, p.count, p.start));
            seen.collect()
        };
        // (2 - 1) · 3 + 4 - 5 = 2 zeros: one before, one behind.
        assert_eq!(seen(5, 4, 3), [(1, 3, 0), (0, 3, 2)]);
        // One zero: behind.
        assert_eq!(seen(6, 4, 3), [(0, 4, 0), (0, 3, 3)]);
    }

    #[test]
    fn a_place_lists_what_lies_inside() {
        for (length, size, stride, dilation) in [
            (7, 3, 1, 1_usize),
            (6, 4, 3, 1),
            (9, 3, 1, 2),
            (2, 5, 1, 1),
            (5, 2, 1, 4),
        ] {
            for (padding, zeros) in [
                (Padding::Valid, 0),
                (
                    Padding::Same,
                    ((size - 1) * dilation + 1_usize).saturating_sub(stride),
                ),
            ] {
                for (nth, place) in places(length, size, stride, dilation, padding)
                    .into_iter()
                    .flatten()
                    .enumerate()
                {
                    if length % stride != 0 && padding == Padding::Same {
                        continue; // Fewer zeros than in the formula above.
                    }
                    let sees = |k: usize| {
                        (nth * stride + k * dilation)
                            .checked_sub(zeros / 2)
                            .filter(|at| *at < length)
                    };
                    let inside: Vec<usize> = (0..size).filter_map(sees).collect();
                    assert_eq!(place.count, inside.len());
                    let own = (0..place.count).map(|k| place.start + k * dilation);
                    assert!(
                        own.eq(inside),
                        "{length} {size} {stride} {dilation} {padding:?} {place:?}"
                    );
                    assert!((0..place.first).all(|k| sees(k).is_none()));
                }
            }
        }
    }

    #[test]
    fn a_window_that_does_not_fit_has_no_places() {
        assert_eq!(places(4, 5, 1, 1, Padding::Valid), None);
        assert_eq!(places(4, 3, 1, 2, Padding::Valid), None);
        assert_eq!(places(0, 1, 1, 1, Padding::Same), None);
    }
}
