//! Metrics: what is watched during training, without steering it.

mod check;
mod confusion;
mod custom;
mod logs;
mod mean;
mod mode;
mod names;

use std::fmt;

use ndarray::ArrayView2;

use crate::losses::Loss;

pub use custom::CustomMetric;
pub use logs::Logs;
pub(crate) use logs::{full_name, missing};
pub use mode::Mode;

/// Something to be watched during training; a mean over all samples seen, unless said otherwise.
///
/// | variant | name | value |
/// | --- | --- | --- |
/// | `Accuracy` | `accuracy` | the fitting one of the next three, chosen as Keras does |
/// | `BinaryAccuracy` | `binary_accuracy` | share of units with `(p > 0.5) == y` |
/// | `CategoricalAccuracy` | `categorical_accuracy` | share of rows whose largest `p` is at the largest `y` |
/// | `SparseCategoricalAccuracy` | `sparse_categorical_accuracy` | the same for class numbers |
/// | `TopKCategoricalAccuracy` | `top_k_categorical_accuracy` | share of rows with the class among the `k` largest |
/// | `Precision` | `precision` | of those predicted positive, the share that is: `TP / (TP + FP)` |
/// | `Recall` | `recall` | of the positive ones, the share that was found: `TP / (TP + FN)` |
/// | `Auc` | `auc` | area under the ROC curve, from 200 thresholds |
/// | `MeanSquaredError`, `MeanAbsoluteError` | `mse`, `mae` | as the losses |
/// | `Custom` | yours | your function, see [`Metric::custom`] |
///
/// Of several metrics with one name, such as precision at two thresholds, the later ones are numbered in the history:
/// `precision`, `precision_1`.
///
/// The definitions are those of <https://keras.io/api/metrics/>.
///
/// ```
/// use ndarray::array;
/// use nn_lib::metrics::Metric;
///
/// let (y_true, y_pred) = (array![[1.0], [0.0], [1.0], [1.0]], array![[0.9], [0.2], [0.4], [0.7]]);
/// let mut accuracy = Metric::BinaryAccuracy.accumulator();
/// accuracy.update(y_true.view(), y_pred.view(), None);
/// assert_eq!(accuracy.result(), 0.75);
///
/// let mut recall = Metric::Recall.accumulator();
/// recall.update(y_true.view(), y_pred.view(), None);
/// assert_eq!(recall.result(), 2.0 / 3.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Metric {
    /// The accuracy that fits labels and predictions, see [`Metric::resolve`].
    Accuracy,
    /// How often a prediction above 0.5 means 1.
    BinaryAccuracy,
    /// How often a prediction above the threshold means 1: `Metric::BinaryAccuracy.threshold(0.7)`.
    #[doc(hidden)]
    BinaryAccuracyAt {
        /// From which prediction on, this value excluded, a sample counts as positive.
        threshold: f32,
    },
    /// How often the most probable class is that of the one-hot row.
    CategoricalAccuracy,
    /// How often the most probable class is that of the class number.
    SparseCategoricalAccuracy,
    /// How often the class of the one-hot row is among the `k` most probable; ties count as among them.
    TopKCategoricalAccuracy {
        /// How many (Keras's default: 5).
        k: usize,
    },
    /// The same for class numbers.
    SparseTopKCategoricalAccuracy {
        /// How many (Keras's default: 5).
        k: usize,
    },
    /// Of the samples predicted above 0.5, the share that is positive.
    Precision,
    /// Of the samples predicted above the threshold, the share that is positive: `Metric::Precision.threshold(0.7)`.
    #[doc(hidden)]
    PrecisionAt {
        /// From which prediction on, this value excluded, a sample counts as positive.
        threshold: f32,
    },
    /// Of the positive samples, the share predicted above 0.5.
    Recall,
    /// Of the positive samples, the share predicted above the threshold: `Metric::Recall.threshold(0.7)`.
    #[doc(hidden)]
    RecallAt {
        /// From which prediction on, this value excluded, a sample counts as positive.
        threshold: f32,
    },
    /// The probability that a positive sample is predicted higher than a negative one.
    Auc,
    /// Mean of `(p - y)^2`.
    MeanSquaredError,
    /// The root of the mean of `(p - y)^2`.
    RootMeanSquaredError,
    /// Mean of `abs(p - y)`.
    MeanAbsoluteError,
    /// A loss, watched.
    Loss(Loss),
    /// A function of your own.
    Custom(CustomMetric),
}

use Metric::*;

/// A metric in the making: fed with batches, read at the end of an epoch.
pub trait MetricState: fmt::Debug + Send {
    /// Takes in a batch.
    ///
    /// # Shapes
    ///
    /// `y_pred` is `(batch, units)`, `y_true` the same, or `(batch, 1)` for class numbers; `sample_weight` has `batch`
    /// elements.
    fn update(
        &mut self,
        y_true: ArrayView2<f32>,
        y_pred: ArrayView2<f32>,
        sample_weight: Option<&[f32]>,
    );

    /// The value for all batches since the start or the last reset; 0 if there were none.
    fn result(&self) -> f32;

    /// Forgets all batches.
    fn reset(&mut self);
}

impl Metric {
    /// A metric from a function of one sample: its targets and its predictions in, its value out.
    ///
    /// ```
    /// use ndarray::array;
    /// use nn_lib::metrics::Metric;
    ///
    /// let metric = Metric::custom("within_ten", |y_true, y_pred| {
    ///     if (y_pred[0] - y_true[0]).abs() < 10.0 { 1.0 } else { 0.0 }
    /// });
    /// let mut state = metric.accumulator();
    /// state.update(array![[20.0], [50.0]].view(), array![[25.0], [20.0]].view(), None);
    /// assert_eq!((metric.name(), state.result()), ("within_ten", 0.5));
    /// ```
    pub fn custom(
        name: &str,
        value: impl Fn(&[f32], &[f32]) -> f32 + Send + Sync + 'static,
    ) -> Metric {
        Custom(CustomMetric::new(name, value))
    }

    /// The same metric with another threshold than 0.5: a sample whose prediction is above it counts as positive. Metrics
    /// without a threshold stay as they are.
    ///
    /// ```
    /// use ndarray::array;
    /// use nn_lib::metrics::Metric;
    ///
    /// let mut recall = Metric::Recall.threshold(0.7).accumulator();
    /// recall.update(array![[1.0], [1.0]].view(), array![[0.6], [0.8]].view(), None);
    /// assert_eq!(recall.result(), 0.5);
    /// ```
    #[must_use]
    pub fn threshold(self, threshold: f32) -> Metric {
        match self {
            BinaryAccuracy | BinaryAccuracyAt { .. } => BinaryAccuracyAt { threshold },
            Precision | PrecisionAt { .. } => PrecisionAt { threshold },
            Recall | RecallAt { .. } => RecallAt { threshold },
            other => other,
        }
    }

    /// A new, empty accumulator. `Accuracy` is resolved first, see [`Metric::resolve`]; here it counts as binary.
    pub fn accumulator(&self) -> Box<dyn MetricState> {
        match self {
            Precision => Box::new(confusion::Share::precision(0.5)),
            PrecisionAt { threshold } => Box::new(confusion::Share::precision(*threshold)),
            Recall => Box::new(confusion::Share::recall(0.5)),
            RecallAt { threshold } => Box::new(confusion::Share::recall(*threshold)),
            Auc => Box::new(confusion::Area::new()),
            other => Box::new(mean::Mean::new(other.clone())),
        }
    }
}

#[cfg(test)]
mod tests;
