//! `Grid`: the places at which a surface is known.

use std::ops::RangeInclusive;

use crate::tensor::{Number, Tensor, Values};

/// Places in rows and columns over an x and a y axis, at which a function or a model is asked for its height.
///
/// The rows begin with the lowest y, and in each row x grows; [`Grid::points`] and [`Grid::map`] go in this order.
///
/// ```
/// use nn_lib::plot::{Figure, Grid};
///
/// let grid = Grid::new(-1.0..=1.0, 0.0..=2.0).resolution(3, 2);
/// assert_eq!(grid.points().shape(), [6, 2]);
/// assert_eq!(grid.map(|x, y| x + y), [-1.0, 0.0, 1.0, 1.0, 2.0, 3.0]);
/// # let cost = grid.map(|x, y| x + y);
/// # assert!(Figure::new("x + y").surface(&grid, &cost).svg().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
}

/// As many columns and rows as a surface has that nobody asked for more: an odd number, so that the middle is one.
const PLACES: usize = 61;

impl Grid {
    /// 61 x 61 places with equal distances, from end to end of both ranges.
    pub fn new(x: RangeInclusive<impl Number>, y: RangeInclusive<impl Number>) -> Grid {
        let ends = |low: f64, high: f64| spread(low, high, PLACES);
        Grid {
            x: ends(x.start().to_f64(), x.end().to_f64()),
            y: ends(y.start().to_f64(), y.end().to_f64()),
        }
    }

    /// The given places, each list growing: learning rates and epochs that were tried, say.
    pub fn of(x: impl Values, y: impl Values) -> Grid {
        Grid {
            x: x.to_values(),
            y: y.to_values(),
        }
    }

    /// The same ranges with another number of places along each axis, at least two.
    #[must_use]
    pub fn resolution(self, columns: usize, rows: usize) -> Grid {
        let again = |places: Vec<f64>, count| match places[..] {
            [low, .., high] => spread(low, high, count),
            _ => places,
        };
        Grid {
            x: again(self.x, columns),
            y: again(self.y, rows),
        }
    }

    /// The places as a model's samples: (rows * columns, 2), each with its x and its y.
    pub fn points(&self) -> Tensor {
        let places = self.places().flat_map(|(x, y)| [x as f32, y as f32]);
        let values: Vec<f32> = places.collect();
        Tensor::dense([values.len() / 2, 2].into(), values)
    }

    /// The height at each place, by a function of x and y.
    pub fn map(&self, mut height: impl FnMut(f64, f64) -> f64) -> Vec<f64> {
        self.places().map(|(x, y)| height(x, y)).collect()
    }

    fn places(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let row = |y: &f64| {
            let y = *y;
            self.x.iter().map(move |x| (*x, y))
        };
        self.y.iter().flat_map(row)
    }
}

/// `count` numbers from `low` to `high`, both of them exactly.
fn spread(low: f64, high: f64, count: usize) -> Vec<f64> {
    let last = count.saturating_sub(1).max(1) as f64;
    let place = |k: usize| {
        let share = k as f64 / last;
        low * (1.0 - share) + high * share
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_has_both_ends_and_its_middle() {
        let grid = Grid::new(-3..=3, 0.0..=0.1);
        assert_eq!((grid.x.len(), grid.y.len()), (61, 61));
        assert_eq!((grid.x[0], grid.x[30], grid.x[60]), (-3.0, 0.0, 3.0));
        assert_eq!((grid.y[0], grid.y[60]), (0.0, 0.1));
    }

    #[test]
    fn points_and_heights_come_row_by_row_from_the_lowest_y() {
        let grid = Grid::of([1.0, 10.0], [5.0, 6.0]);
        assert_eq!(
            grid.points().values().to_vec(),
            [1.0, 5.0, 10.0, 5.0, 1.0, 6.0, 10.0, 6.0]
        );
        assert_eq!(grid.map(|x, y| x * y), [5.0, 50.0, 6.0, 60.0]);
    }
}
