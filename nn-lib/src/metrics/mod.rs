//! Metrics: what is watched during training, without steering it.

mod check;
mod confusion;
mod confusion_matrix;
mod custom;
mod kind;
mod logs;
mod mean;
mod mode;
mod names;
mod roc_curve;

use std::fmt;

use ndarray::ArrayView2;

use crate::losses::Loss;

pub use confusion_matrix::confusion_matrix;
use custom::CustomMetric;
use kind::Kind;
pub use logs::Logs;
pub(crate) use logs::{full_name, missing};
pub use mode::Mode;
pub use roc_curve::{RocCurve, roc_curve};

/// Something to be watched during training; a mean over all samples seen, unless said otherwise.
///
/// | metric | name | value |
/// | --- | --- | --- |
/// | `Accuracy` | `accuracy` | the fitting one of the next three, chosen as Keras does |
/// | `BinaryAccuracy` | `binary_accuracy` | share of units with `(p > threshold) == y` |
/// | `CategoricalAccuracy` | `categorical_accuracy` | share of rows whose largest `p` is at the largest `y` |
/// | `SparseCategoricalAccuracy` | `sparse_categorical_accuracy` | the same for class numbers |
/// | `TopKCategoricalAccuracy` | `top_k_categorical_accuracy` | share of rows with the class among the `k` largest |
/// | `Precision` | `precision` | of those predicted positive, the share that is: `TP / (TP + FP)` |
/// | `Recall` | `recall` | of the positive ones, the share that was found: `TP / (TP + FN)` |
/// | `Auc` | `auc` | area under the ROC curve, from 200 thresholds |
/// | `MeanSquaredError`, `MeanAbsoluteError` | `mse`, `mae` | as the losses |
/// | [`Metric::loss`] | the loss's | a loss, watched |
/// | [`Metric::custom`] | yours | your function |
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
#[derive(Clone, PartialEq)]
pub struct Metric {
    kind: Kind,
}

/// The metrics, written as Keras's classes are, with Keras's settings; the methods of their names change these.
#[allow(non_upper_case_globals)]
impl Metric {
    /// The accuracy that fits labels and predictions, see [`Metric::resolve`].
    pub const Accuracy: Metric = Metric::new(Kind::Accuracy);
    /// How often a prediction above the [threshold](Metric::threshold) means 1.
    pub const BinaryAccuracy: Metric = Metric::new(Kind::BinaryAccuracy { threshold: 0.5 });
    /// How often the most probable class is that of the one-hot row.
    pub const CategoricalAccuracy: Metric = Metric::new(Kind::CategoricalAccuracy);
    /// How often the most probable class is that of the class number.
    pub const SparseCategoricalAccuracy: Metric = Metric::new(Kind::SparseCategoricalAccuracy);
    /// How often the class of the one-hot row is among the [`k`](Metric::k) most probable; ties count as among them.
    pub const TopKCategoricalAccuracy: Metric = Metric::new(Kind::TopKCategoricalAccuracy { k: 5 });
    /// The same for class numbers.
    pub const SparseTopKCategoricalAccuracy: Metric =
        Metric::new(Kind::SparseTopKCategoricalAccuracy { k: 5 });
    /// Of the samples predicted above the [threshold](Metric::threshold), the share that is positive.
    pub const Precision: Metric = Metric::new(Kind::Precision { threshold: 0.5 });
    /// Of the positive samples, the share predicted above the [threshold](Metric::threshold).
    pub const Recall: Metric = Metric::new(Kind::Recall { threshold: 0.5 });
    /// The probability that a positive sample is predicted higher than a negative one.
    pub const Auc: Metric = Metric::new(Kind::Auc);
    /// Mean of `(p - y)^2`.
    pub const MeanSquaredError: Metric = Metric::new(Kind::MeanSquaredError);
    /// The root of the mean of `(p - y)^2`.
    pub const RootMeanSquaredError: Metric = Metric::new(Kind::RootMeanSquaredError);
    /// Mean of `abs(p - y)`.
    pub const MeanAbsoluteError: Metric = Metric::new(Kind::MeanAbsoluteError);

    const fn new(kind: Kind) -> Metric {
        Metric { kind }
    }
}

/// The running value of a metric: it takes in batches, and is read at the end of an epoch.
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
        Metric::new(Kind::Custom(CustomMetric::new(name, value)))
    }

    /// A loss, watched.
    ///
    /// ```
    /// use nn_lib::losses::Loss;
    /// use nn_lib::metrics::Metric;
    ///
    /// assert_eq!(Metric::loss(Loss::BinaryCrossentropy).name(), "binary_crossentropy");
    /// ```
    pub fn loss(loss: Loss) -> Metric {
        Metric::new(Kind::Loss(loss))
    }

    /// Above which prediction, this value excluded, a sample counts as positive (Keras's default: 0.5). Metrics without a
    /// threshold stay as they are.
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
    pub fn threshold(mut self, threshold: f32) -> Metric {
        if let Kind::BinaryAccuracy { threshold: own }
        | Kind::Precision { threshold: own }
        | Kind::Recall { threshold: own } = &mut self.kind
        {
            *own = threshold;
        }
        self
    }

    /// Among how many of the most probable classes the right one is looked for (Keras's default: 5). Metrics without a
    /// `k` stay as they are.
    ///
    /// ```
    /// use ndarray::array;
    /// use nn_lib::metrics::Metric;
    ///
    /// let mut top = Metric::SparseTopKCategoricalAccuracy.k(2).accumulator();
    /// top.update(array![[2.0], [0.0]].view(), array![[0.1, 0.5, 0.4], [0.1, 0.5, 0.4]].view(), None);
    /// assert_eq!(top.result(), 0.5);
    /// ```
    #[must_use]
    pub fn k(mut self, k: usize) -> Metric {
        if let Kind::TopKCategoricalAccuracy { k: own }
        | Kind::SparseTopKCategoricalAccuracy { k: own } = &mut self.kind
        {
            *own = k;
        }
        self
    }

    /// A new, empty accumulator. `Accuracy` is resolved first, see [`Metric::resolve`]; here it counts as binary.
    pub fn accumulator(&self) -> Box<dyn MetricState> {
        match &self.kind {
            Kind::Precision { threshold } => Box::new(confusion::Share::precision(*threshold)),
            Kind::Recall { threshold } => Box::new(confusion::Share::recall(*threshold)),
            Kind::Auc => Box::new(confusion::Area::new()),
            other => Box::new(mean::Mean::new(other.clone())),
        }
    }

    /// Whether it is a function of one's own, which cannot be saved.
    pub(crate) fn is_custom(&self) -> bool {
        match &self.kind {
            Kind::Custom(_) => true,
            Kind::Loss(loss) => loss.is_custom(),
            _ => false,
        }
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.kind.fmt(f)
    }
}

#[cfg(test)]
mod tests;
