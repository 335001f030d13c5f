//! Boston housing: 506 districts of Boston in the 1970s, 13 features each, and the median price of their houses.
//!
//! Source: Harrison and Rubinfeld, *Hedonic Housing Prices and the Demand for Clean Air*, Journal of Environmental
//! Economics and Management 5, 1978; the order and the split are those of
//! [`keras.datasets.boston_housing`](https://keras.io/api/datasets/boston_housing/). The rows are facts of 1970 and
//! part of the library: nothing is downloaded.
//!
//! **An ethical problem.** The feature `B` is made from the share of Black residents, on the assumption that
//! self-segregation raises prices. Use the data to learn about regression and about such assumptions, for nothing else.

use crate::random::RandomState;
use crate::tensor::Tensor;
use crate::{Error, Result};

/// The features, in the order of the columns.
///
/// | feature | meaning | unit |
/// | --- | --- | --- |
/// | `CRIM` | crimes per resident | |
/// | `ZN` | residential land in lots over 25,000 square feet | % |
/// | `INDUS` | land of businesses other than retail | % |
/// | `CHAS` | at the Charles River | 1 or 0 |
/// | `NOX` | nitrogen oxides | parts in 10 million |
/// | `RM` | rooms per dwelling | |
/// | `AGE` | owner-occupied units built before 1940 | % |
/// | `DIS` | weighted distance to five employment centres | |
/// | `RAD` | access to radial highways | index |
/// | `TAX` | property tax | $ per $10,000 |
/// | `PTRATIO` | pupils per teacher | |
/// | `B` | 1000 (share of Black residents - 0.63)²; see the note above | |
/// | `LSTAT` | residents of lower status | % |
pub const FEATURES: [&str; 13] = [
    "CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT",
];

/// One district a line: its features, then its price in thousands of dollars.
const TABLE: &str = include_str!("../../data/boston_housing.csv");

/// How [`load_data_with`] splits the districts; the names and defaults are Keras's.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadData {
    /// The share of the districts that is the test set, from 0 to less than 1. Default 0.2.
    pub test_split: f64,
    /// The seed of NumPy's shuffle. Default 113.
    pub seed: u32,
}

impl Default for LoadData {
    fn default() -> LoadData {
        LoadData {
            test_split: 0.2,
            seed: 113,
        }
    }
}

/// Loads the districts: `((train_data, train_targets), (test_data, test_targets))`.
///
/// The targets are median prices of owner-occupied houses in thousands of dollars.
///
/// # Shapes
/// Data (404, 13) and (102, 13), targets (404,) and (102,).
///
/// # Errors
/// None with the defaults.
///
/// ```
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::datasets::boston_housing;
/// let ((train_data, train_targets), (test_data, _)) = boston_housing::load_data()?;
/// assert_eq!(train_data.shape(), [404, 13]);
/// assert_eq!(test_data.shape(), [102, 13]);
/// assert_eq!(train_targets.get([0]), Some(15.2)); // 15,200 dollars
/// # Ok(())
/// # }
/// ```
pub fn load_data() -> Result<((Tensor, Tensor), (Tensor, Tensor))> {
    load_data_with(LoadData::default())
}

/// Loads the districts as the options say.
///
/// # Errors
/// A `test_split` that is not from 0 to less than 1.
///
/// ```
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::datasets::boston_housing::{self, LoadData};
/// let (train, test) = boston_housing::load_data_with(LoadData { test_split: 0.5, ..Default::default() })?;
/// assert_eq!((train.0.shape()[0], test.0.shape()[0]), (253, 253));
/// # Ok(())
/// # }
/// ```
pub fn load_data_with(options: LoadData) -> Result<((Tensor, Tensor), (Tensor, Tensor))> {
    if !(0.0..1.0).contains(&options.test_split) {
        return Err(Error::invalid(
            "boston_housing::load_data",
            "a test_split from 0 to less than 1",
            options.test_split.to_string(),
        ));
    }
    let rows: Vec<Vec<f32>> = TABLE.lines().map(row).collect();
    let order = RandomState::new(options.seed).permutation(rows.len());
    let train = (rows.len() as f64 * (1.0 - options.test_split)) as usize;
    let (train, test) = order.split_at(train);
    Ok((split(&rows, train)?, split(&rows, test)?))
}

fn row(line: &str) -> Vec<f32> {
    let numbers = line.split(',').map(str::parse);
    numbers
        .collect::<Result<_, _>>()
        .expect("the library's own table holds numbers")
}

/// The features and the prices of the districts at `places`.
fn split(rows: &[Vec<f32>], places: &[usize]) -> Result<(Tensor, Tensor)> {
    let count = FEATURES.len();
    let data = places
        .iter()
        .flat_map(|&place| rows[place][..count].iter().copied());
    let prices = places.iter().map(|&place| rows[place][count]);
    let data = Tensor::new([places.len(), count], data.collect())?;
    Ok((data, Tensor::from(prices.collect::<Vec<f32>>())))
}
