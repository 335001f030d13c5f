//! The values of one loss or metric, epoch by epoch.

use std::fmt;
use std::ops::Deref;

use crate::tensor::{Origin, Sealed, Values};

/// The values of a loss or a metric, one for each epoch; NaN where an epoch has none.
///
/// It is used as a slice: `history["loss"][0]`, `.len()`, `.iter()`, `.last()`, `.to_vec()`. A chart that draws it says whether
/// the training was on a stand-in for a data set.
#[derive(Clone, Default, PartialEq)]
pub struct Series {
    pub(super) values: Vec<f32>,
    origin: Origin,
}

impl Series {
    pub(super) fn new(values: Vec<f32>, origin: Origin) -> Series {
        Series { values, origin }
    }
}

impl Deref for Series {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values
    }
}

impl<'a> IntoIterator for &'a Series {
    type Item = &'a f32;
    type IntoIter = std::slice::Iter<'a, f32>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter()
    }
}

impl From<Series> for Vec<f32> {
    fn from(series: Series) -> Vec<f32> {
        series.values
    }
}

impl Sealed for Series {}
impl Values for Series {
    fn to_values(&self) -> Vec<f64> {
        self.values.to_values()
    }

    fn origin(&self) -> Origin {
        self.origin
    }
}

impl PartialEq<[f32]> for Series {
    fn eq(&self, other: &[f32]) -> bool {
        self.values == other
    }
}

impl PartialEq<Vec<f32>> for Series {
    fn eq(&self, other: &Vec<f32>) -> bool {
        self.values == *other
    }
}

impl<const N: usize> PartialEq<[f32; N]> for Series {
    fn eq(&self, other: &[f32; N]) -> bool {
        self.values == other
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.values, f)
    }
}
