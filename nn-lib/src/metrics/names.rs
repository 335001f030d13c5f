//! Metrics by their names, and as JSON.

use serde_json::{Value, json};

use super::Metric;
use super::kind::Kind;
use crate::compute::decimal;
use crate::error::Result;
use crate::losses::Loss;
use crate::named::unknown;

impl Metric {
    /// The name in a history: Keras's, and for the errors the short one that the book uses.
    pub fn name(&self) -> &str {
        match &self.kind {
            Kind::Accuracy => "accuracy",
            Kind::BinaryAccuracy { .. } => "binary_accuracy",
            Kind::CategoricalAccuracy => "categorical_accuracy",
            Kind::SparseCategoricalAccuracy => "sparse_categorical_accuracy",
            Kind::TopKCategoricalAccuracy { .. } => "top_k_categorical_accuracy",
            Kind::SparseTopKCategoricalAccuracy { .. } => "sparse_top_k_categorical_accuracy",
            Kind::Precision { .. } => "precision",
            Kind::Recall { .. } => "recall",
            Kind::Auc => "auc",
            Kind::MeanSquaredError => "mse",
            Kind::RootMeanSquaredError => "root_mean_squared_error",
            Kind::MeanAbsoluteError => "mae",
            Kind::Loss(loss) => loss.name(),
            Kind::Custom(custom) => custom.name(),
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
            "accuracy" | "acc" => Metric::Accuracy,
            "binary_accuracy" => Metric::BinaryAccuracy,
            "categorical_accuracy" => Metric::CategoricalAccuracy,
            "sparse_categorical_accuracy" => Metric::SparseCategoricalAccuracy,
            "top_k_categorical_accuracy" => Metric::TopKCategoricalAccuracy,
            "sparse_top_k_categorical_accuracy" => Metric::SparseTopKCategoricalAccuracy,
            "precision" => Metric::Precision,
            "recall" => Metric::Recall,
            "auc" | "AUC" => Metric::Auc,
            "mse" | "mean_squared_error" => Metric::MeanSquaredError,
            "rmse" | "root_mean_squared_error" => Metric::RootMeanSquaredError,
            "mae" | "mean_absolute_error" => Metric::MeanAbsoluteError,
            _ => match Loss::from_name(name) {
                Ok(loss) => Metric::loss(loss),
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
        match &self.kind {
            // Keras's default is left out.
            Kind::BinaryAccuracy { threshold }
            | Kind::Precision { threshold }
            | Kind::Recall { threshold }
                if *threshold != 0.5 =>
            {
                config["threshold"] = json!(decimal(*threshold));
            }
            Kind::TopKCategoricalAccuracy { k } | Kind::SparseTopKCategoricalAccuracy { k } => {
                config["k"] = json!(k);
            }
            Kind::Loss(loss) => config["loss"] = loss.config(),
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
            return Ok(Metric::loss(Loss::from_config(&config["loss"])?));
        }
        let metric = Metric::from_name(config["name"].as_str().unwrap_or_default())?;
        let metric = metric.k(config["k"].as_u64().unwrap_or(5) as usize);
        Ok(match config["threshold"].as_f64() {
            Some(threshold) => metric.threshold(threshold as f32),
            None => metric,
        })
    }
}
