//! What a compiled model knows of its learning process.

use super::Model;
use super::compile::Compiled;
use crate::error::{Error, Result};

impl Model {
    /// The learning rate of the next step.
    ///
    /// # Errors
    /// When the model is not compiled.
    pub fn learning_rate(&self) -> Result<f32> {
        Ok(self.compiled("learning_rate")?.optimizer.learning_rate())
    }

    /// Changes the learning rate; a schedule of the optimizer ends.
    ///
    /// # Errors
    /// When the model is not compiled, or the rate is negative or not a number.
    pub fn set_learning_rate(&mut self, learning_rate: f32) -> Result<()> {
        if !(learning_rate.is_finite() && learning_rate >= 0.0) {
            return Err(Error::invalid(
                "set_learning_rate",
                "a learning rate of 0 or more",
                format!("{learning_rate}"),
            ));
        }
        let compiled = self.compiled.as_mut();
        let compiled = compiled.ok_or_else(|| not_compiled("set_learning_rate"))?;
        compiled.optimizer.set_learning_rate(learning_rate);
        Ok(())
    }

    pub(crate) fn compiled(&self, operation: &str) -> Result<&Compiled> {
        self.compiled
            .as_ref()
            .ok_or_else(|| not_compiled(operation))
    }
}

pub(crate) fn not_compiled(operation: &str) -> Error {
    Error::invalid(
        operation,
        "a compiled model",
        "one that was not compiled since its last layer was added",
    )
    .with_hint("call model.compile(optimizer, loss, metrics)? first")
}
