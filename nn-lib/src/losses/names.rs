//! Losses by their names, and as JSON.

use serde_json::{Value, json};

use super::Loss;
use super::Loss::*;
use crate::compute::decimal;
use crate::error::Result;
use crate::named::unknown;

impl Loss {
    /// The name that Keras uses: `binary_crossentropy`.
    pub fn name(&self) -> &str {
        match self {
            BinaryCrossentropy | BinaryCrossentropyFromLogits => "binary_crossentropy",
            CategoricalCrossentropy | CategoricalCrossentropyFromLogits => {
                "categorical_crossentropy"
            }
            SparseCategoricalCrossentropy | SparseCategoricalCrossentropyFromLogits => {
                "sparse_categorical_crossentropy"
            }
            MeanSquaredError => "mean_squared_error",
            MeanAbsoluteError => "mean_absolute_error",
            Huber { .. } => "huber",
            Custom(custom) => custom.name(),
        }
    }

    /// The loss of that name, `mse` and `mae` for short.
    ///
    /// # Errors
    ///
    /// For an unknown name; the message lists the known ones.
    ///
    /// ```
    /// use nn_lib::losses::Loss;
    ///
    /// assert_eq!(Loss::from_name("binary_crossentropy")?, Loss::BinaryCrossentropy);
    /// assert_eq!(Loss::from_name("mse")?, Loss::MeanSquaredError);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn from_name(name: &str) -> Result<Loss> {
        Ok(match name {
            "binary_crossentropy" => BinaryCrossentropy,
            "categorical_crossentropy" => CategoricalCrossentropy,
            "sparse_categorical_crossentropy" => SparseCategoricalCrossentropy,
            "mean_squared_error" | "mse" => MeanSquaredError,
            "mean_absolute_error" | "mae" => MeanAbsoluteError,
            "huber" => Huber { delta: 1.0 },
            _ => {
                let names = [
                    "binary_crossentropy",
                    "categorical_crossentropy",
                    "sparse_categorical_crossentropy",
                    "mse",
                    "mae",
                    "huber",
                ];
                let error = unknown("Loss", &names, name);
                return Err(if error.has_hint() {
                    error
                } else {
                    error.with_hint(
                        r#"a loss of your own: Loss::custom("name", |y_true, y_pred| ...)"#,
                    )
                });
            }
        })
    }

    /// The loss as JSON: its name and its settings. Of a custom loss only the name can be kept.
    pub fn config(&self) -> Value {
        let mut config = json!({ "name": self.name() });
        match self {
            Huber { delta } => config["delta"] = json!(decimal(*delta)),
            loss if loss.expects_logits() => config["from_logits"] = json!(true),
            _ => {}
        }
        config
    }

    /// The loss that [`Loss::config`] described.
    ///
    /// # Errors
    ///
    /// If the name is missing or unknown; also for custom losses, whose function is not in the JSON.
    pub fn from_config(config: &Value) -> Result<Loss> {
        let loss = Loss::from_name(config["name"].as_str().unwrap_or_default())?;
        Ok(match (loss, config["delta"].as_f64()) {
            (Huber { .. }, Some(delta)) => Huber {
                delta: delta as f32,
            },
            (loss, _) if config["from_logits"] == true => loss.from_logits(),
            (loss, _) => loss,
        })
    }
}
