//! Metrics: what is watched during training, without steering it.

mod confusion;
mod mean;

use std::fmt;
use std::sync::Arc;

use ndarray::ArrayView2;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::math::decimal;

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
/// The definitions are those of <https://keras.io/api/metrics/>.
///
/// ```
/// use ndarray::array;
/// use nn_lib::metric::Metric;
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
pub enum Metric {
    /// The accuracy that fits labels and predictions, see [`Metric::resolve`].
    Accuracy,
    /// How often a prediction above 0.5 means 1.
    BinaryAccuracy,
    /// How often a prediction above the threshold means 1.
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
    /// Of the samples predicted above the threshold, the share that is positive.
    PrecisionAt {
        /// From which prediction on, this value excluded, a sample counts as positive.
        threshold: f32,
    },
    /// Of the positive samples, the share predicted above 0.5.
    Recall,
    /// Of the positive samples, the share predicted above the threshold.
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
    /// use nn_lib::metric::Metric;
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
        Custom(CustomMetric {
            name: name.to_string(),
            value: Arc::new(value),
        })
    }

    /// The name in a history: Keras's, and for the errors the short one that the book uses.
    pub fn name(&self) -> &str {
        match self {
            Accuracy => "accuracy",
            BinaryAccuracy | BinaryAccuracyAt { .. } => "binary_accuracy",
            CategoricalAccuracy => "categorical_accuracy",
            SparseCategoricalAccuracy => "sparse_categorical_accuracy",
            TopKCategoricalAccuracy { .. } => "top_k_categorical_accuracy",
            SparseTopKCategoricalAccuracy { .. } => "sparse_top_k_categorical_accuracy",
            Precision | PrecisionAt { .. } => "precision",
            Recall | RecallAt { .. } => "recall",
            Auc => "auc",
            MeanSquaredError => "mse",
            RootMeanSquaredError => "root_mean_squared_error",
            MeanAbsoluteError => "mae",
            Loss(loss) => loss.name(),
            Custom(custom) => &custom.name,
        }
    }

    /// The metric of that name: any of the table's, `acc` for short, or the name of a loss.
    ///
    /// # Errors
    ///
    /// For an unknown name; the message lists the known ones.
    ///
    /// ```
    /// use nn_lib::metric::Metric;
    ///
    /// assert_eq!(Metric::from_name("acc")?, Metric::Accuracy);
    /// assert_eq!(Metric::from_name("mae")?, Metric::MeanAbsoluteError);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn from_name(name: &str) -> Result<Metric> {
        Ok(match name {
            "accuracy" | "acc" => Accuracy,
            "binary_accuracy" => BinaryAccuracy,
            "categorical_accuracy" => CategoricalAccuracy,
            "sparse_categorical_accuracy" => SparseCategoricalAccuracy,
            "top_k_categorical_accuracy" => TopKCategoricalAccuracy { k: 5 },
            "sparse_top_k_categorical_accuracy" => SparseTopKCategoricalAccuracy { k: 5 },
            "precision" => Precision,
            "recall" => Recall,
            "auc" | "AUC" => Auc,
            "mse" | "mean_squared_error" => MeanSquaredError,
            "rmse" | "root_mean_squared_error" => RootMeanSquaredError,
            "mae" | "mean_absolute_error" => MeanAbsoluteError,
            _ => match crate::loss::Loss::from_name(name) {
                Ok(loss) => Loss(loss),
                Err(_) => {
                    return Err(Error::invalid(
                        "Metric",
                        "one of accuracy, binary_accuracy, categorical_accuracy, \
                         sparse_categorical_accuracy, top_k_categorical_accuracy, \
                         sparse_top_k_categorical_accuracy, precision, recall, auc, mse, rmse, mae, \
                         or the name of a loss",
                        name,
                    ));
                }
            },
        })
    }

    /// The metric as JSON: its name and its settings. Of a custom metric only the name can be kept.
    pub fn config(&self) -> Value {
        let mut config = json!({ "name": self.name() });
        match self {
            BinaryAccuracyAt { threshold } | PrecisionAt { threshold } | RecallAt { threshold } => {
                config["threshold"] = json!(decimal(*threshold))
            }
            TopKCategoricalAccuracy { k } | SparseTopKCategoricalAccuracy { k } => {
                config["k"] = json!(k);
            }
            Loss(loss) => config["loss"] = loss.config(),
            _ => {}
        }
        config
    }

    /// The metric that [`Metric::config`] described.
    ///
    /// # Errors
    ///
    /// If the name is missing or unknown; also for custom metrics, whose function is not in the JSON.
    pub fn from_config(config: &Value) -> Result<Metric> {
        if !config["loss"].is_null() {
            return Ok(Loss(crate::loss::Loss::from_config(&config["loss"])?));
        }
        let metric = Metric::from_name(config["name"].as_str().unwrap_or_default())?;
        let threshold = config["threshold"].as_f64().map(|t| t as f32);
        let k = config["k"].as_u64().unwrap_or(5) as usize;
        Ok(match (metric, threshold) {
            (BinaryAccuracy, Some(threshold)) => BinaryAccuracyAt { threshold },
            (Precision, Some(threshold)) => PrecisionAt { threshold },
            (Recall, Some(threshold)) => RecallAt { threshold },
            (TopKCategoricalAccuracy { .. }, _) => TopKCategoricalAccuracy { k },
            (SparseTopKCategoricalAccuracy { .. }, _) => SparseTopKCategoricalAccuracy { k },
            (metric, _) => metric,
        })
    }

    /// The metric that is really computed: `Accuracy` becomes binary for one unit, sparse categorical for several units
    /// and one label per sample, and else categorical, as in Keras. The name in the history stays `accuracy`.
    pub fn resolve(&self, target_units: usize, prediction_units: usize) -> Metric {
        match self {
            Accuracy if prediction_units == 1 => BinaryAccuracy,
            Accuracy if target_units == 1 => SparseCategoricalAccuracy,
            Accuracy => CategoricalAccuracy,
            other => other.clone(),
        }
    }

    /// Finds labels that do not fit the metric.
    ///
    /// # Errors
    ///
    /// If the number of labels per sample is not what the metric compares with `prediction_units`, or if `k` or a
    /// threshold is out of range.
    pub fn check(&self, target_units: usize, prediction_units: usize) -> Result<()> {
        let sparse = matches!(
            self,
            SparseCategoricalAccuracy
                | SparseTopKCategoricalAccuracy { .. }
                | Loss(
                    crate::loss::Loss::SparseCategoricalCrossentropy
                        | crate::loss::Loss::SparseCategoricalCrossentropyFromLogits
                )
        );
        let expected = match self {
            Accuracy | Custom(_) => target_units,
            _ if sparse => 1,
            _ => prediction_units,
        };
        if target_units != expected {
            return Err(Error::invalid(
                self.name(),
                format!("{expected} labels per sample, for {prediction_units} units"),
                target_units.to_string(),
            )
            .with_hint("Metric::Accuracy finds the kind that fits by itself"));
        }
        match self {
            TopKCategoricalAccuracy { k } | SparseTopKCategoricalAccuracy { k }
                if *k == 0 || *k > prediction_units =>
            {
                let expected = format!("a k from 1 to the {prediction_units} units");
                Err(Error::invalid(self.name(), expected, k.to_string()))
            }
            PrecisionAt { threshold } | RecallAt { threshold }
                if !(0.0..=1.0).contains(threshold) =>
            {
                let expected = "a threshold from 0 to 1";
                Err(Error::invalid(self.name(), expected, threshold.to_string()))
            }
            _ => Ok(()),
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

/// A metric from a function: see [`Metric::custom`]. Copies share the function, and two are equal if they do.
#[derive(Clone)]
pub struct CustomMetric {
    name: String,
    value: Arc<Function>,
}

type Function = dyn Fn(&[f32], &[f32]) -> f32 + Send + Sync;

impl fmt::Debug for CustomMetric {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("CustomMetric").field(&self.name).finish()
    }
}

impl PartialEq for CustomMetric {
    fn eq(&self, other: &CustomMetric) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.value, &other.value)
    }
}

#[cfg(test)]
mod tests;
