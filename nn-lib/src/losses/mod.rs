//! Losses: one number for how far predictions are from the truth, and its derivative by each prediction.

mod check;
mod cross_entropy;
mod custom;
mod kind;
mod names;
mod regression;
mod rows;

use std::fmt;

use ndarray::{ArrayView2, ArrayViewMut2};

use crate::activations::Activation;
use custom::CustomLoss;
use kind::Kind;
use rows::{for_rows, rows};

/// A loss function, the quantity that training makes small.
///
/// Each sample has its loss, from its row of `k` targets `y` and its row of `k` predictions `p`; the loss of a batch is
/// the mean over its samples.
///
/// | loss | value for a sample | targets |
/// | --- | --- | --- |
/// | `BinaryCrossentropy` | mean of `-(y ln p + (1 - y) ln(1 - p))` | 0 or 1 |
/// | `CategoricalCrossentropy` | sum of `-y ln p` | a one-hot row |
/// | `SparseCategoricalCrossentropy` | `-ln p[class]` | one class number |
/// | `MeanSquaredError` | mean of `(p - y)^2` | numbers |
/// | `MeanAbsoluteError` | mean of `abs(p - y)` | numbers |
/// | `Huber` | mean of `e^2 / 2` or, for `abs(e) > delta`, `delta abs(e) - delta^2 / 2`; `e = p - y` | numbers |
/// | [`Loss::custom`] | your function | anything |
///
/// As in Keras, probabilities are kept within `[1e-7, 1 - 1e-7]` before the logarithm, and a categorical row is divided
/// by its sum first. The cross-entropies also take logits, the values before sigmoid or softmax:
/// `Loss::BinaryCrossentropy.from_logits(true)`.
///
/// The definitions are those of <https://keras.io/api/losses/>.
///
/// ```
/// use ndarray::array;
/// use nn_lib::losses::Loss;
///
/// let (y_true, y_pred) = (array![[1.0, 2.0]], array![[1.5, 4.0]]);
/// assert_eq!(Loss::MeanSquaredError.mean(y_true.view(), y_pred.view()), 2.125); // (0.25 + 4) / 2
/// assert_eq!(Loss::MeanAbsoluteError.mean(y_true.view(), y_pred.view()), 1.25); // (0.5 + 2) / 2
///
/// // Truth (1, 0, 0), and the first class is given a probability of one half: -ln(0.5) = ln 2.
/// let (y_true, y_pred) = (array![[1.0, 0.0, 0.0]], array![[0.5, 0.25, 0.25]]);
/// let loss = Loss::CategoricalCrossentropy.mean(y_true.view(), y_pred.view());
/// assert!((loss - 2.0_f32.ln()).abs() < 1e-6);
/// ```
#[derive(Clone, PartialEq)]
pub struct Loss {
    kind: Kind,
}

/// The losses, written as Keras's classes are, with Keras's settings; the methods of their names change these.
#[allow(non_upper_case_globals)]
impl Loss {
    /// For two classes and a sigmoid (or several independent yes-or-no answers).
    pub const BinaryCrossentropy: Loss = Loss::new(Kind::BinaryCrossentropy { from_logits: false });
    /// For several classes, one-hot targets and a softmax.
    pub const CategoricalCrossentropy: Loss =
        Loss::new(Kind::CategoricalCrossentropy { from_logits: false });
    /// For several classes, targets that are class numbers, and a softmax.
    pub const SparseCategoricalCrossentropy: Loss =
        Loss::new(Kind::SparseCategoricalCrossentropy { from_logits: false });
    /// For regression, `mse`.
    pub const MeanSquaredError: Loss = Loss::new(Kind::MeanSquaredError);
    /// For regression with outliers, `mae`.
    pub const MeanAbsoluteError: Loss = Loss::new(Kind::MeanAbsoluteError);
    /// Squared for errors up to [`delta`](Loss::delta), absolute for larger ones.
    pub const Huber: Loss = Loss::new(Kind::Huber { delta: 1.0 });

    const fn new(kind: Kind) -> Loss {
        Loss { kind }
    }
}

impl Loss {
    /// A loss from a function of one sample: its targets and its predictions in, its loss out. The gradient is found by
    /// trying: four calls for each predicted value of each sample, good to three or four digits. Where that is too slow
    /// or too rough use [`Loss::custom_with_gradient`].
    ///
    /// ```
    /// use ndarray::array;
    /// use nn_lib::losses::Loss;
    ///
    /// let my_loss = Loss::custom("fourth_power", |y_true, y_pred| (y_pred[0] - y_true[0]).powi(4));
    /// assert_eq!(my_loss.mean(array![[1.0]].view(), array![[3.0]].view()), 16.0);
    /// ```
    pub fn custom(
        name: &str,
        value: impl Fn(&[f32], &[f32]) -> f32 + Send + Sync + 'static,
    ) -> Loss {
        Loss::new(Kind::Custom(CustomLoss::new(name, value)))
    }

    /// A loss from two functions of one sample's targets and predictions: the loss, and its derivative by each
    /// prediction.
    ///
    /// ```
    /// use nn_lib::losses::Loss;
    ///
    /// let my_mse = Loss::custom_with_gradient(
    ///     "my_mse",
    ///     |y_true, y_pred| (y_pred[0] - y_true[0]).powi(2),
    ///     |y_true, y_pred| vec![2.0 * (y_pred[0] - y_true[0])],
    /// );
    /// assert_eq!(my_mse.name(), "my_mse");
    /// ```
    pub fn custom_with_gradient(
        name: &str,
        value: impl Fn(&[f32], &[f32]) -> f32 + Send + Sync + 'static,
        gradient: impl Fn(&[f32], &[f32]) -> Vec<f32> + Send + Sync + 'static,
    ) -> Loss {
        Loss::new(Kind::Custom(
            CustomLoss::new(name, value).with_gradient(gradient),
        ))
    }

    /// Whether the cross-entropy takes logits, the values of a last layer without sigmoid or softmax. Other losses stay
    /// as they are.
    ///
    /// ```
    /// use ndarray::array;
    /// use nn_lib::losses::Loss;
    ///
    /// // A logit of 0 is a probability of one half.
    /// let loss = Loss::BinaryCrossentropy.from_logits(true);
    /// let value = loss.mean(array![[1.0]].view(), array![[0.0]].view());
    /// assert!((value - 2.0_f32.ln()).abs() < 1e-6);
    /// ```
    #[must_use]
    #[allow(clippy::wrong_self_convention)] // Keras's word for it.
    pub fn from_logits(mut self, from_logits: bool) -> Loss {
        if let Kind::BinaryCrossentropy { from_logits: own }
        | Kind::CategoricalCrossentropy { from_logits: own }
        | Kind::SparseCategoricalCrossentropy { from_logits: own } = &mut self.kind
        {
            *own = from_logits;
        }
        self
    }

    /// Where Huber's loss goes over from the square to the absolute error. Other losses stay as they are.
    ///
    /// ```
    /// use ndarray::array;
    /// use nn_lib::losses::Loss;
    ///
    /// let loss = Loss::Huber.delta(2.0);
    /// assert_eq!(loss.mean(array![[0.0]].view(), array![[2.0]].view()), 2.0); // 2² / 2
    /// assert_eq!(loss.mean(array![[0.0]].view(), array![[3.0]].view()), 4.0); // 2 · 3 - 2² / 2
    /// ```
    #[must_use]
    pub fn delta(mut self, delta: f32) -> Loss {
        if let Kind::Huber { delta: own } = &mut self.kind {
            *own = delta;
        }
        self
    }

    /// Whether predictions are logits.
    pub fn expects_logits(&self) -> bool {
        matches!(
            self.kind,
            Kind::BinaryCrossentropy { from_logits: true }
                | Kind::CategoricalCrossentropy { from_logits: true }
                | Kind::SparseCategoricalCrossentropy { from_logits: true }
        )
    }

    /// Whether it is a function of one's own, which cannot be saved.
    pub(crate) fn is_custom(&self) -> bool {
        matches!(self.kind, Kind::Custom(_))
    }

    /// Whether the targets are class numbers.
    pub(crate) fn is_sparse(&self) -> bool {
        matches!(self.kind, Kind::SparseCategoricalCrossentropy { .. })
    }

    /// The loss of each sample.
    ///
    /// # Shapes
    ///
    /// `y_pred` is `(batch, units)`, `y_true` the same, or `(batch, 1)` for the sparse loss; `out` has `batch` elements.
    pub fn per_sample(&self, y_true: ArrayView2<f32>, y_pred: ArrayView2<f32>, out: &mut [f32]) {
        let (targets, units) = (y_true.ncols(), y_pred.ncols());
        let (y_true, y_pred) = (y_true.as_standard_layout(), y_pred.as_standard_layout());
        if let (Kind::BinaryCrossentropy { from_logits: false }, 1, Some(t), Some(p)) =
            (&self.kind, units, y_true.as_slice(), y_pred.as_slice())
        {
            return cross_entropy::binary_column(t, p, out);
        }
        let (t, p) = (rows(&y_true, targets), rows(&y_pred, units));
        for ((t, p), value) in t.zip(p).zip(out) {
            *value = self.kind.of_row(t, p);
        }
    }

    /// The mean loss of the samples; 0 if there is none.
    ///
    /// # Shapes
    ///
    /// As for [`Loss::per_sample`].
    pub fn mean(&self, y_true: ArrayView2<f32>, y_pred: ArrayView2<f32>) -> f32 {
        let mut values = vec![0.0; y_pred.nrows()];
        self.per_sample(y_true, y_pred, &mut values);
        let total: f64 = values.iter().map(|&v| f64::from(v)).sum();
        (total / values.len().max(1) as f64) as f32
    }

    /// The derivative of `sum over samples of sample_factor * loss` by each prediction.
    ///
    /// # Shapes
    ///
    /// `y_true` and `y_pred` as for [`Loss::per_sample`], `sample_factor` has `batch` elements (for the mean: `1 / batch`
    /// each), `out` has the shape of `y_pred`.
    pub fn gradient(
        &self,
        y_true: ArrayView2<f32>,
        y_pred: ArrayView2<f32>,
        sample_factor: &[f32],
        out: ArrayViewMut2<f32>,
    ) {
        for_rows(y_true, y_pred, sample_factor, out, |t, p, factor, out| {
            self.kind.gradient_of_row(t, p, factor, out);
        });
    }

    /// Writes the gradient by the values *before* the last activation, if loss and activation together have a simple
    /// one, and says whether it did. For sigmoid with binary cross-entropy and softmax with the categorical ones it is
    /// `p - y`: exact where the separate derivatives lose their digits.
    ///
    /// # Shapes
    ///
    /// As for [`Loss::gradient`].
    pub fn fused_gradient(
        &self,
        last: Activation,
        y_true: ArrayView2<f32>,
        y_pred: ArrayView2<f32>,
        sample_factor: &[f32],
        out: ArrayViewMut2<f32>,
    ) -> bool {
        let of_row = match (&self.kind, last) {
            (Kind::BinaryCrossentropy { from_logits: false }, Activation::Sigmoid) => {
                cross_entropy::sigmoid_binary_gradient
            }
            (Kind::CategoricalCrossentropy { from_logits: false }, Activation::Softmax) => {
                cross_entropy::softmax_categorical_gradient
            }
            (Kind::SparseCategoricalCrossentropy { from_logits: false }, Activation::Softmax) => {
                cross_entropy::softmax_sparse_gradient
            }
            _ => return false,
        };
        for_rows(y_true, y_pred, sample_factor, out, of_row);
        true
    }
}

impl fmt::Debug for Loss {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.kind.fmt(f)
    }
}

#[cfg(test)]
mod tests;
