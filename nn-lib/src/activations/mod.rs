//! Activation functions: what a layer does to its sums, and the derivative that training needs.

mod names;

use ndarray::{ArrayView2, ArrayViewMut2, Axis, Zip};

use crate::compute::math;

/// An activation function, applied to each value of a layer's output (softmax: to each row).
///
/// | variant | formula | range |
/// | --- | --- | --- |
/// | `Linear` | `x` | all numbers |
/// | `Relu` | `max(x, 0)` | from 0 |
/// | `Sigmoid` | `1 / (1 + e^-x)` | 0 to 1 |
/// | `Tanh` | `(e^x - e^-x) / (e^x + e^-x)` | -1 to 1 |
/// | `Softmax` | `e^x / sum of e^x over the row` | 0 to 1, each row sums to 1 |
/// | `LeakyRelu` | `x` from 0, else `0.2 x` | all numbers |
/// | `Elu` | `x` above 0, else `e^x - 1` | from -1 |
/// | `Selu` | `1.0507 x` above 0, else `1.0507 * 1.6733 (e^x - 1)` | from -1.7581 |
/// | `Softplus` | `ln(1 + e^x)` | above 0 |
/// | `Gelu` | `x P(X <= x)` with a standard normal `X` | from -0.17 |
/// | `Silu` | `x / (1 + e^-x)`, also called swish | from -0.28 |
/// | `Exponential` | `e^x` | above 0 |
/// | `HardSigmoid` | `x / 6 + 1/2`, not below 0 and not above 1 | 0 to 1 |
///
/// The definitions are those of <https://keras.io/api/layers/activations/>.
///
/// ```
/// use ndarray::array;
/// use nn_lib::activations::Activation;
///
/// let mut values = array![[-1.0, 0.0, 2.0]];
/// Activation::Relu.forward(values.view_mut());
/// assert_eq!(values, array![[0.0, 0.0, 2.0]]);
///
/// let mut logits = array![[0.0, 0.0]];
/// Activation::Softmax.forward(logits.view_mut());
/// assert_eq!(logits, array![[0.5, 0.5]]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Activation {
    /// `x`: no activation, for regression and for logits.
    #[default]
    Linear,
    /// `max(x, 0)`: the usual choice between layers.
    Relu,
    /// `1 / (1 + e^-x)`: a probability, for two classes.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `e^x` divided by its sum over the row: one probability for each of several classes.
    Softmax,
    /// Relu that keeps a fifth of the negative side.
    LeakyRelu,
    /// The exponential linear unit.
    Elu,
    /// The scaled exponential linear unit, which keeps mean 0 and variance 1 from layer to layer.
    Selu,
    /// A smooth relu.
    Softplus,
    /// The Gaussian error linear unit, exact (not the tanh approximation).
    Gelu,
    /// The sigmoid linear unit, `x sigmoid(x)`.
    Silu,
    /// `e^x`: for positive outputs such as rates.
    Exponential,
    /// A sigmoid of three straight lines.
    HardSigmoid,
}

use Activation::*;

const LEAK: f32 = 0.2;
// Klambauer et al., "Self-Normalizing Neural Networks", 2017.
const SELU_SCALE: f32 = 1.050_701;
const SELU_ALPHA: f32 = 1.673_263_2;

impl Activation {
    /// Replaces each value by its activation.
    ///
    /// # Shapes
    ///
    /// `(batch, units)`, any layout. Softmax works along the units.
    pub fn forward(self, mut values: ArrayViewMut2<f32>) {
        match self {
            Linear => {}
            Relu => values.mapv_inplace(|x| if x < 0.0 { 0.0 } else { x }),
            Sigmoid => values.mapv_inplace(math::sigmoid),
            Tanh => values.mapv_inplace(math::tanh),
            Softmax => {
                for mut row in values.axis_iter_mut(Axis(0)) {
                    // The largest becomes e^0: no exponential overflows and the sum is at least 1.
                    let largest = row.fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a });
                    row.mapv_inplace(|x| math::exp(x - largest));
                    let sum = row.sum();
                    row.mapv_inplace(|e| e / sum);
                }
            }
            LeakyRelu => values.mapv_inplace(|x| if x < 0.0 { LEAK * x } else { x }),
            Elu => values.mapv_inplace(|x| if x > 0.0 { x } else { libm::expm1f(x) }),
            Selu => values.mapv_inplace(|x| {
                SELU_SCALE
                    * if x > 0.0 {
                        x
                    } else {
                        SELU_ALPHA * libm::expm1f(x)
                    }
            }),
            Softplus => values.mapv_inplace(math::softplus),
            Gelu => values.mapv_inplace(|x| x * normal_below(x)),
            Silu => values.mapv_inplace(|x| x * math::sigmoid(x)),
            Exponential => values.mapv_inplace(math::exp),
            HardSigmoid => values.mapv_inplace(|x| (x + 3.0).clamp(0.0, 6.0) / 6.0),
        }
    }

    /// Whether [`Activation::backward`] needs the values before the activation; for the others the output is enough.
    pub fn needs_input(self) -> bool {
        matches!(self, Selu | Gelu | Silu)
    }

    /// Turns `gradient` from the derivative of the loss by the output into that by the input: the chain rule,
    /// `dL/dx = dL/dy * dy/dx`.
    ///
    /// # Shapes
    ///
    /// All three `(batch, units)`; `input` may be empty where [`Activation::needs_input`] is false.
    ///
    /// ```
    /// use ndarray::{Array2, array};
    /// use nn_lib::activations::Activation;
    ///
    /// // The slope of the sigmoid where it is a half: 0.5 * (1 - 0.5).
    /// let mut gradient = array![[1.0]];
    /// let input = Array2::zeros((0, 0));
    /// Activation::Sigmoid.backward(input.view(), array![[0.5]].view(), gradient.view_mut());
    /// assert_eq!(gradient, array![[0.25]]);
    /// ```
    pub fn backward(
        self,
        input: ArrayView2<f32>,
        output: ArrayView2<f32>,
        mut gradient: ArrayViewMut2<f32>,
    ) {
        let from_output = Zip::from(&mut gradient).and(&output);
        match self {
            Linear => {}
            Relu => from_output.for_each(|g, &y| *g = if y > 0.0 { *g } else { 0.0 }),
            Sigmoid => from_output.for_each(|g, &y| *g *= y * (1.0 - y)),
            // g (1 - y^2), as g (1 - y) (1 + y), the second product in the order that JAX takes: the last digits agree.
            Tanh => from_output.for_each(|g, &y| {
                let part = *g * (1.0 - y);
                *g = part + part * y;
            }),
            // dy_j/dx_i = y_j (1 if i = j, else 0) - y_j y_i
            Softmax => {
                for (mut g, y) in gradient.axis_iter_mut(Axis(0)).zip(output.outer_iter()) {
                    let mean: f32 = g.iter().zip(&y).map(|(g, y)| g * y).sum();
                    Zip::from(&mut g)
                        .and(&y)
                        .for_each(|g, &y| *g = y * (*g - mean));
                }
            }
            LeakyRelu => from_output.for_each(|g, &y| *g *= if y < 0.0 { LEAK } else { 1.0 }),
            // Below zero y = e^x - 1, whose derivative e^x is y + 1.
            Elu => from_output.for_each(|g, &y| *g *= if y > 0.0 { 1.0 } else { y + 1.0 }),
            // ln(1 + e^x) has the derivative sigmoid(x) = 1 - e^-y.
            Softplus => from_output.for_each(|g, &y| *g *= -libm::expm1f(-y)),
            Exponential => from_output.for_each(|g, &y| *g *= y),
            HardSigmoid => {
                from_output.for_each(|g, &y| *g *= if y > 0.0 && y < 1.0 { 1.0 / 6.0 } else { 0.0 })
            }
            Selu => Zip::from(&mut gradient).and(&input).for_each(|g, &x| {
                *g *= SELU_SCALE
                    * if x > 0.0 {
                        1.0
                    } else {
                        SELU_ALPHA * (libm::expm1f(x) + 1.0)
                    }
            }),
            // (x P(x))' = P(x) + x p(x), with the normal density p.
            Gelu => Zip::from(&mut gradient)
                .and(&input)
                .for_each(|g, &x| *g *= normal_below(x) + x * normal_density(x)),
            // (x s)' = s + x s (1 - s)
            Silu => Zip::from(&mut gradient).and(&input).for_each(|g, &x| {
                let s = math::sigmoid(x);
                *g *= s * (1.0 + x * (1.0 - s));
            }),
        }
    }
}

/// The probability that a standard normal number is below `x`.
fn normal_below(x: f32) -> f32 {
    0.5 * math::erfc(-x * std::f32::consts::FRAC_1_SQRT_2)
}

/// The density of the standard normal distribution at `x`.
fn normal_density(x: f32) -> f32 {
    math::exp(-0.5 * x * x) / std::f32::consts::TAU.sqrt()
}

#[cfg(test)]
mod tests;
