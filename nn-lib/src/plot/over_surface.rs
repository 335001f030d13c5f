//! What a `Figure` has for surfaces: heights over two axes, and lines and points on them.

use super::figure::Figure;
use super::grid::Grid;
use super::mark::Mark;
use super::surface::{Contour, Surface};
use super::ticks::Scale;
use crate::tensor::{Number, Values};

impl Figure {
    /// Draws heights over a grid as coloured bands, as a map does: a cost over two weights, a model's answer over a
    /// plane. `heights` has one number for each place of the grid, in its order; a NaN leaves a gap.
    ///
    /// Both axes are in the data's own units, and y grows upwards. Between the places the height is linear. The bar
    /// beside the plot says which colour is which height: from the lowest (white) to the highest (blue), or, where there
    /// are heights on both sides of zero (or of [`Figure::middle`]), from vermilion over white to blue.
    ///
    /// What is added besides lies on the surface: [`Figure::line`], [`Figure::points`], [`Figure::path`],
    /// [`Figure::contour`]. What is outside of the grid is cut off; a path that leaves it ends at the border.
    ///
    /// The way that gradient descent takes on a cost surface, `w ← w - rate · ∂cost/∂w`:
    ///
    /// ```
    /// use nn_lib::plot::{Figure, Grid};
    ///
    /// let cost = |w: f64, b: f64| (w - 1.0).powi(2) + 4.0 * (b - 0.5).powi(2);
    /// let (mut w, mut b, rate) = (-1.5, 1.5, 0.2);
    /// let (mut path_w, mut path_b) = (vec![w], vec![b]);
    /// for _ in 0..20 {
    ///     (w, b) = (w - rate * 2.0 * (w - 1.0), b - rate * 8.0 * (b - 0.5));
    ///     path_w.push(w);
    ///     path_b.push(b);
    /// }
    /// let grid = Grid::new(-2.0..=2.0, -1.0..=2.0);
    /// let figure = Figure::new("Descent with a learning rate of 0.2")
    ///     .surface(&grid, grid.map(cost))
    ///     .contours(8)
    ///     .path(&path_w, &path_b, "20 steps")
    ///     .x_label("w")
    ///     .y_label("b")
    ///     .z_label("cost");
    /// assert!(figure.svg()?.contains("20 steps"));
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    ///
    /// The decision boundary between two clouds of points is the contour at one half:
    ///
    /// ```
    /// use nn_lib::prelude::*;
    ///
    /// # set_random_seed(1);
    /// # let low = Tensor::from([[-1.0, -0.5], [-0.8, -1.2], [-1.4, -0.9]]);
    /// # let high = Tensor::from([[1.0, 0.5], [0.7, 1.2], [1.4, 0.9]]);
    /// # let mut model = Sequential::new();
    /// # model.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(2));
    /// let grid = Grid::new(-2.0..=2.0, -2.0..=2.0);
    /// let probabilities = model.predict(&grid.points())?;
    /// let (x, y) = ([-1.0, -0.8, -1.4], [-0.5, -1.2, -0.9]);
    /// let figure = Figure::new("Two clouds")
    ///     .surface(&grid, &probabilities)
    ///     .middle(0.5)
    ///     .contour(0.5, "boundary")
    ///     .points(&x, &y, "first class")
    ///     .z_label("probability of the second class");
    /// # assert!(figure.svg()?.contains("boundary"));
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn surface(self, grid: &Grid, heights: impl Values) -> Figure {
        let origin = heights.origin();
        let surface = Surface {
            x: grid.x.clone(),
            y: grid.y.clone(),
            heights: heights.to_values(),
        };
        self.of(origin).with(Mark::Surface(surface))
    }

    /// Draws the line on which the surface has this height: with a probability of 0.5, the boundary of two classes.
    pub fn contour(self, height: impl Number, label: impl Into<String>) -> Figure {
        self.with(Mark::Contour(Contour {
            height: height.to_f64(),
            label: label.into(),
        }))
    }

    /// Draws about `count` thin lines of equal height on the surface, at round numbers.
    pub fn contours(mut self, count: usize) -> Figure {
        self.heights.lines = count.min(100);
        self
    }

    /// Makes this height of the surface white; what is lower is vermilion, what is higher is blue.
    pub fn middle(mut self, height: impl Number) -> Figure {
        self.heights.middle = Some(height.to_f64());
        self
    }

    /// Makes the colours of the surface logarithmic: each factor of ten is as far apart as the next.
    pub fn log_z(mut self) -> Figure {
        self.heights.scale = Scale::Logarithmic;
        self
    }

    /// Makes the x axis logarithmic: each power of ten takes the same room, values up to zero are left out.
    pub fn log_x(mut self) -> Figure {
        self.x_scale = Scale::Logarithmic;
        self
    }

    /// The words beside the colours of the surface.
    pub fn z_label(mut self, text: impl Into<String>) -> Figure {
        self.captions.z_label = text.into();
        self
    }
}
