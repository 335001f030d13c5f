//! AdamW: Adam with a decay of the weights that does not go through the gradient.

use serde_json::{Value, json};

use super::schedules::LearningRate;
use super::{Adam, Optimizer, Settings};
use crate::compute::decimal;
use crate::error::{Error, Result};

/// At each step every weight first loses a share of itself, and then moves as with [`Adam`]:
///
/// ```text
/// w -= w * weight_decay * lr
/// ```
///
/// An L2 penalty in the loss would be divided by the size of the gradient, as all of Adam's steps are; this decay is not.
///
/// Source: Loshchilov and Hutter 2019; <https://keras.io/api/optimizers/adamw/>.
///
/// ```
/// use nn_lib::optimizers::{AdamW, Optimizer};
///
/// // Without a gradient the decay alone is left: 2 - 2 * 0.1 * 0.5.
/// let mut optimizer = AdamW::new(0.5).weight_decay(0.1);
/// let (mut weights, mut m, mut v) = ([2.0], [0.0], [0.0]);
/// optimizer.begin_step();
/// optimizer.update(&mut weights, &mut [&mut m, &mut v], &[0.0]);
/// assert_eq!(weights, [1.9]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an optimizer does nothing until `compile` gets it"]
pub struct AdamW {
    adam: Adam,
    weight_decay: f32,
}

impl Default for AdamW {
    fn default() -> AdamW {
        AdamW::new(0.001)
    }
}

impl AdamW {
    /// AdamW with Keras's settings: those of [`Adam`], and a weight_decay of 0.004.
    pub fn new(learning_rate: impl Into<LearningRate>) -> AdamW {
        AdamW {
            adam: Adam::new(learning_rate),
            weight_decay: 0.004,
        }
    }

    /// The share of each weight, times the learning rate, that is lost at each step. Default: 0.004.
    pub fn weight_decay(mut self, weight_decay: f32) -> AdamW {
        self.weight_decay = weight_decay;
        self
    }

    /// How much of the gradient's running mean stays at each step. Default: 0.9.
    pub fn beta_1(self, beta_1: f32) -> AdamW {
        self.with(|adam| adam.beta_1(beta_1))
    }

    /// How much of the squared gradient's running mean stays at each step. Default: 0.999.
    pub fn beta_2(self, beta_2: f32) -> AdamW {
        self.with(|adam| adam.beta_2(beta_2))
    }

    /// A small number against division by zero. Default: 1e-7.
    pub fn epsilon(self, epsilon: f32) -> AdamW {
        self.with(|adam| adam.epsilon(epsilon))
    }

    /// Whether steps are divided by the largest mean of squares so far. Default: no.
    pub fn amsgrad(self, amsgrad: bool) -> AdamW {
        self.with(|adam| adam.amsgrad(amsgrad))
    }

    fn with(self, change: impl FnOnce(Adam) -> Adam) -> AdamW {
        AdamW {
            adam: change(self.adam),
            ..self
        }
    }
}

super::clipping_methods!(AdamW);

impl Optimizer for AdamW {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn settings(&self) -> &Settings {
        self.adam.settings()
    }

    fn settings_mut(&mut self) -> &mut Settings {
        self.adam.settings_mut()
    }

    fn slots(&self) -> usize {
        self.adam.slots()
    }

    fn begin_step(&mut self) {
        self.adam.begin_step();
    }

    fn update(&self, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        let rate = self.settings().rate();
        for weight in &mut *weights {
            *weight -= *weight * self.weight_decay * rate;
        }
        self.adam.update(weights, slots, gradient);
    }

    fn check(&self) -> Result<()> {
        if !(self.weight_decay.is_finite() && self.weight_decay >= 0.0) {
            let received = format!("{}", self.weight_decay);
            return Err(Error::invalid(
                "adamw",
                "a weight_decay of 0 or more",
                received,
            ));
        }
        self.adam.check()
    }

    fn config(&self) -> Value {
        let mut config = self.adam.config();
        config["name"] = json!(self.name());
        config["weight_decay"] = json!(decimal(self.weight_decay));
        config
    }

    fn clone_box(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}
