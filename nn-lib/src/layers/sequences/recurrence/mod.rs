//! What recurrent layers have in common: options, weights, and the walk along the steps, forward and back.
//!
//! All steps of the input are multiplied by the kernel at once; only the state must wait for the step before. A batch is cut into
//! pieces of some samples, which do not depend on the number of threads, and so no bit of the sums does.

mod backward;
mod forward;
mod options;
mod pieces;
mod room;
mod weights;

use serde_json::{Value, json};

use crate::activations::Activation;
use crate::compute::decimal;
use crate::error::Result;
use crate::initializers::Initializer;
use crate::layers::options::*;
use crate::precompiled::Precompiled;
use crate::regularizers::Regularizer;

pub(super) use options::{recurrent_layer, recurrent_options};
use weights::Weights;

/// Options and weights.
#[derive(Clone, Debug)]
pub(super) struct Recurrence {
    pub(super) units: usize,
    pub(super) activation: Activation,
    pub(super) use_bias: bool,
    pub(super) kernel_initializer: Initializer,
    pub(super) recurrent_initializer: Initializer,
    pub(super) bias_initializer: Initializer,
    pub(super) kernel_regularizer: Option<Regularizer>,
    pub(super) recurrent_regularizer: Option<Regularizer>,
    pub(super) bias_regularizer: Option<Regularizer>,
    pub(super) return_sequences: bool,
    pub(super) go_backwards: bool,
    pub(super) dropout: f32,
    pub(super) recurrent_dropout: f32,
    weights: Option<Precompiled<Weights>>,
}

impl Recurrence {
    pub(super) fn new(units: usize) -> Recurrence {
        Recurrence {
            units,
            activation: Activation::Tanh,
            use_bias: true,
            kernel_initializer: Initializer::GlorotUniform,
            recurrent_initializer: Initializer::Orthogonal,
            bias_initializer: Initializer::Zeros,
            kernel_regularizer: None,
            recurrent_regularizer: None,
            bias_regularizer: None,
            return_sequences: false,
            go_backwards: false,
            dropout: 0.0,
            recurrent_dropout: 0.0,
            weights: None,
        }
    }

    pub(super) fn config(&self) -> Value {
        json!({
            "units": self.units,
            "activation": self.activation.name(),
            "use_bias": self.use_bias,
            "kernel_initializer": self.kernel_initializer.config(),
            "recurrent_initializer": self.recurrent_initializer.config(),
            "bias_initializer": self.bias_initializer.config(),
            "kernel_regularizer": regularizer_config(self.kernel_regularizer.as_ref()),
            "recurrent_regularizer": regularizer_config(self.recurrent_regularizer.as_ref()),
            "bias_regularizer": regularizer_config(self.bias_regularizer.as_ref()),
            "return_sequences": self.return_sequences,
            "go_backwards": self.go_backwards,
            "dropout": decimal(self.dropout),
            "recurrent_dropout": decimal(self.recurrent_dropout),
        })
    }

    pub(super) fn from_config(config: &Value) -> Result<Recurrence> {
        let initializer = |key: &str, usual| initializer_from(&config[key], usual);
        let regularizer = |key: &str| regularizer_from(&config[key]);
        let usual = Recurrence::new(number_from(&config["units"]));
        let recurrent_initializer = usual.recurrent_initializer;
        Ok(Recurrence {
            activation: activation_from(&config["activation"], usual.activation)?,
            use_bias: flag_from(&config["use_bias"], true),
            kernel_initializer: initializer("kernel_initializer", usual.kernel_initializer)?,
            recurrent_initializer: initializer("recurrent_initializer", recurrent_initializer)?,
            bias_initializer: initializer("bias_initializer", usual.bias_initializer)?,
            kernel_regularizer: regularizer("kernel_regularizer")?,
            recurrent_regularizer: regularizer("recurrent_regularizer")?,
            bias_regularizer: regularizer("bias_regularizer")?,
            return_sequences: flag_from(&config["return_sequences"], false),
            go_backwards: flag_from(&config["go_backwards"], false),
            dropout: float_from(&config["dropout"], 0.0),
            recurrent_dropout: float_from(&config["recurrent_dropout"], 0.0),
            ..usual
        })
    }
}
