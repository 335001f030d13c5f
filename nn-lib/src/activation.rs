//! Activation functions: what a layer does to its sums, and the derivative that training needs.

use ndarray::{ArrayView2, ArrayViewMut2, Axis, Zip};

use crate::error::{Error, Result};
use crate::math;

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
///
/// The definitions are those of <https://keras.io/api/layers/activations/>.
///
/// ```
/// use ndarray::array;
/// use nn_lib::activation::Activation;
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
}

use Activation::*;

const LEAK: f32 = 0.2;
// Klambauer et al., "Self-Normalizing Neural Networks", 2017.
const SELU_SCALE: f32 = 1.050_701;
const SELU_ALPHA: f32 = 1.673_263_2;

impl Activation {
    /// Every activation, in the order of the table above.
    pub const ALL: [Activation; 12] = [
        Linear,
        Relu,
        Sigmoid,
        Tanh,
        Softmax,
        LeakyRelu,
        Elu,
        Selu,
        Softplus,
        Gelu,
        Silu,
        Exponential,
    ];

    /// The name that Keras uses: `relu`, `leaky_relu`.
    pub fn name(self) -> &'static str {
        match self {
            Linear => "linear",
            Relu => "relu",
            Sigmoid => "sigmoid",
            Tanh => "tanh",
            Softmax => "softmax",
            LeakyRelu => "leaky_relu",
            Elu => "elu",
            Selu => "selu",
            Softplus => "softplus",
            Gelu => "gelu",
            Silu => "silu",
            Exponential => "exponential",
        }
    }

    /// The activation of that name.
    ///
    /// # Errors
    ///
    /// For a name that is none of [`Activation::ALL`] (`swish` is `silu`); the message lists them.
    ///
    /// ```
    /// use nn_lib::activation::Activation;
    ///
    /// assert_eq!(Activation::from_name("relu")?, Activation::Relu);
    /// assert!(Activation::from_name("rleu").is_err());
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn from_name(name: &str) -> Result<Activation> {
        let wanted = if name == "swish" { "silu" } else { name };
        let found = Activation::ALL.into_iter().find(|a| a.name() == wanted);
        found.ok_or_else(|| {
            let names: Vec<&str> = Activation::ALL.iter().map(|a| a.name()).collect();
            Error::invalid("Activation", format!("one of {}", names.join(", ")), name)
        })
    }

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
            Gelu => values.mapv_inplace(|x| (f64::from(x) * normal_below(x)) as f32),
            Silu => values.mapv_inplace(|x| x * math::sigmoid(x)),
            Exponential => values.mapv_inplace(math::exp),
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
    /// use nn_lib::activation::Activation;
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
            // 1 - y^2, factored: exact where y is close to 1.
            Tanh => from_output.for_each(|g, &y| *g = (*g + *g * y) * (1.0 - y)),
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
            Selu => Zip::from(&mut gradient).and(&input).for_each(|g, &x| {
                *g *= SELU_SCALE
                    * if x > 0.0 {
                        1.0
                    } else {
                        SELU_ALPHA * (libm::expm1f(x) + 1.0)
                    }
            }),
            // (x P(x))' = P(x) + x p(x), with the normal density p.
            Gelu => Zip::from(&mut gradient).and(&input).for_each(|g, &x| {
                *g *= (normal_below(x) + f64::from(x) * normal_density(x)) as f32
            }),
            // (x s)' = s + x s (1 - s)
            Silu => Zip::from(&mut gradient).and(&input).for_each(|g, &x| {
                let s = math::sigmoid(x);
                *g *= s * (1.0 + x * (1.0 - s));
            }),
        }
    }
}

/// The probability that a standard normal number is below `x`.
fn normal_below(x: f32) -> f64 {
    0.5 * libm::erfc(-f64::from(x) * std::f64::consts::FRAC_1_SQRT_2)
}

/// The density of the standard normal distribution at `x`.
fn normal_density(x: f32) -> f64 {
    let x = f64::from(x);
    libm::exp(-0.5 * x * x) / std::f64::consts::TAU.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn every_activation_passes_a_finite_difference_check() {
        // Away from the kinks at zero.
        let input = array![[-2.3_f32, -0.7, 0.4], [1.9, -1.1, 0.2], [3.0, 2.0, -3.5]];
        let upstream = array![[0.3_f32, -1.2, 0.8], [1.0, 0.5, -0.6], [-0.9, 0.1, 0.7]];
        for activation in Activation::ALL {
            let run = |x: &Array2<f32>| {
                let mut y = x.clone();
                activation.forward(y.view_mut());
                y
            };
            let mut gradient = upstream.clone();
            activation.backward(input.view(), run(&input).view(), gradient.view_mut());
            let step = 1e-2_f32;
            for index in ndarray::indices(input.dim()) {
                let loss = |shift: f32| {
                    let mut x = input.clone();
                    x[index] += shift;
                    let products = run(&x) * &upstream;
                    products.iter().map(|&p| f64::from(p)).sum::<f64>()
                };
                let expected = (loss(step) - loss(-step)) / (2.0 * f64::from(step));
                let received = f64::from(gradient[index]);
                assert!(
                    (received - expected).abs() < 1e-3 * (1.0 + expected.abs()),
                    "{activation:?} at {index:?}: {received} against {expected}"
                );
            }
        }
    }

    #[test]
    fn every_activation_is_finite_far_out_except_the_exponential() {
        for activation in Activation::ALL.into_iter().filter(|&a| a != Exponential) {
            let mut y = array![[1e4_f32, -1e4, 0.0]];
            let x = y.clone();
            activation.forward(y.view_mut());
            assert!(y.iter().all(|v| v.is_finite()), "{activation:?}: {y}");
            let mut gradient = array![[1.0_f32, 1.0, 1.0]];
            activation.backward(x.view(), y.view(), gradient.view_mut());
            assert!(gradient.iter().all(|v| v.is_finite()), "{activation:?}");
        }
    }

    #[test]
    fn not_a_number_is_never_hidden() {
        for activation in Activation::ALL {
            let mut y = array![[f32::NAN]];
            activation.forward(y.view_mut());
            assert!(y[[0, 0]].is_nan(), "{activation:?}");
        }
    }

    #[test]
    fn every_name_leads_back_to_its_activation() {
        for activation in Activation::ALL {
            assert_eq!(
                Activation::from_name(activation.name()).unwrap(),
                activation
            );
        }
        assert_eq!(Activation::from_name("swish").unwrap(), Silu);
        let message = Activation::from_name("sigmod").unwrap_err().to_string();
        assert!(
            message.contains("sigmoid") && message.ends_with("received sigmod"),
            "{message}"
        );
    }
}
