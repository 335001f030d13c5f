//! Metrics by their names, and as JSON.

use serde_json::{Value, json};

use super::Metric;
use super::Metric::*;
use crate::compute::decimal;
use crate::error::Result;
use crate::named::unknown;

impl Metric {
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
            Custom(custom) => custom.name(),
        }
    }

    /// The metric of that name: any of the table's, `acc` for short, or the name of a loss.
    ///
    /// # Errors
    ///
    /// For an unknown name; the message lists the known ones.
    ///
    /// ```
    /// use nn_lib::metrics::Metric;
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
            _ => match crate::losses::Loss::from_name(name) {
                Ok(loss) => Loss(loss),
                Err(_) => {
                    let names = [
                        "accuracy",
                        "binary_accuracy",
                        "categorical_accuracy",
                        "sparse_categorical_accuracy",
                        "top_k_categorical_accuracy",
                        "sparse_top_k_categorical_accuracy",
                        "precision",
                        "recall",
                        "auc",
                        "mse",
                        "rmse",
                        "mae",
                        "or the name of a loss",
                    ];
                    return Err(unknown("Metric", &names, name));
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
            return Ok(Loss(crate::losses::Loss::from_config(&config["loss"])?));
        }
        let metric = Metric::from_name(config["name"].as_str().unwrap_or_default())?;
        let threshold = config["threshold"].as_f64().map(|t| t as f32);
        let k = config["k"].as_u64().unwrap_or(5) as usize;
        Ok(match (metric, threshold) {
            (TopKCategoricalAccuracy { .. }, _) => TopKCategoricalAccuracy { k },
            (SparseTopKCategoricalAccuracy { .. }, _) => SparseTopKCategoricalAccuracy { k },
            (metric, Some(threshold)) => metric.threshold(threshold),
            (metric, None) => metric,
        })
    }
}
