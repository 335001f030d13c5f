//! Losses by their names, and as JSON.

use serde_json::{Value, json};

use super::Loss;
use super::kind::Kind;
use crate::compute::decimal;
use crate::error::Result;
use crate::named::unknown;

impl Loss {
    /// The name that Keras uses: `binary_crossentropy`.
    pub fn name(&self) -> &str {
        match &self.kind {
            Kind::BinaryCrossentropy { .. } => "binary_crossentropy",
            Kind::CategoricalCrossentropy { .. } => "categorical_crossentropy",
            Kind::SparseCategoricalCrossentropy { .. } => "sparse_categorical_crossentropy",
            Kind::MeanSquaredError => "mean_squared_error",
            Kind::MeanAbsoluteError => "mean_absolute_error",
            Kind::Huber { .. } => "huber",
            Kind::Custom(custom) => custom.name(),
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
            "binary_crossentropy" => Loss::BinaryCrossentropy,
            "categorical_crossentropy" => Loss::CategoricalCrossentropy,
            "sparse_categorical_crossentropy" => Loss::SparseCategoricalCrossentropy,
            "mean_squared_error" | "mse" => Loss::MeanSquaredError,
            "mean_absolute_error" | "mae" => Loss::MeanAbsoluteError,
            "huber" => Loss::Huber,
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
        if let Kind::Huber { delta } = self.kind {
            config["delta"] = json!(decimal(delta));
        }
        if self.expects_logits() {
            config["from_logits"] = json!(true);
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
        let loss = loss.from_logits(config["from_logits"] == true);
        Ok(match config["delta"].as_f64() {
            Some(delta) => loss.delta(delta as f32),
            None => loss,
        })
    }
}
