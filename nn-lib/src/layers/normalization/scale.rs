//! What both normalizations have in common: the scale and the offset behind them, and the small number within.

use serde_json::{Value, json};

use crate::compute::decimal;
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::layers::Variable;
use crate::layers::options::*;
use crate::precompiled::Precompiled;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// Options and weights: `y = gamma · normalized + beta`.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    pub(super) epsilon: f32,
    pub(super) center: bool,
    pub(super) scale: bool,
    pub(super) beta_initializer: Initializer,
    pub(super) gamma_initializer: Initializer,
    pub(super) beta_regularizer: Option<Regularizer>,
    pub(super) gamma_regularizer: Option<Regularizer>,
    gamma: Option<Precompiled<Variable>>,
    beta: Option<Precompiled<Variable>>,
}

impl Scale {
    pub(super) fn new() -> Scale {
        Scale {
            epsilon: 0.001,
            center: true,
            scale: true,
            beta_initializer: Initializer::Zeros,
            gamma_initializer: Initializer::Ones,
            beta_regularizer: None,
            gamma_regularizer: None,
            gamma: None,
            beta: None,
        }
    }

    pub(super) fn config(&self) -> Value {
        json!({
            "epsilon": decimal(self.epsilon),
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": self.beta_initializer.config(),
            "gamma_initializer": self.gamma_initializer.config(),
            "beta_regularizer": regularizer_config(self.beta_regularizer.as_ref()),
            "gamma_regularizer": regularizer_config(self.gamma_regularizer.as_ref()),
        })
    }

    pub(super) fn from_config(config: &Value) -> Result<Scale> {
        let usual = Scale::new();
        Ok(Scale {
            epsilon: float_from(&config["epsilon"], usual.epsilon),
            center: flag_from(&config["center"], true),
            scale: flag_from(&config["scale"], true),
            beta_initializer: initializer_from(
                &config["beta_initializer"],
                usual.beta_initializer,
            )?,
            gamma_initializer: initializer_from(
                &config["gamma_initializer"],
                usual.gamma_initializer,
            )?,
            beta_regularizer: regularizer_from(&config["beta_regularizer"])?,
            gamma_regularizer: regularizer_from(&config["gamma_regularizer"])?,
            ..usual
        })
    }

    /// Makes the weights for the features, the last axis of the one input, and says how many there are.
    pub(super) fn build(&mut self, kind: &str, inputs: &[Shape]) -> Result<usize> {
        let input = one_input(kind, inputs)?;
        let Some(&features) = input.last() else {
            let expected = "inputs of shape (batch, ..., features)";
            return Err(Error::invalid(kind, expected, input.batched()));
        };
        self.check(kind)?;
        at_least_one(kind, "feature", features)?;
        check_weights(kind, features, format!("{features} features"))?;
        if self.scale && self.gamma.is_none() {
            let (initializer, regularizer) = (self.gamma_initializer, self.gamma_regularizer);
            let gamma = Variable::new("gamma", features, initializer, regularizer);
            self.gamma = Some(Precompiled::new(gamma));
        }
        if self.center && self.beta.is_none() {
            let (initializer, regularizer) = (self.beta_initializer, self.beta_regularizer);
            let beta = Variable::new("beta", features, initializer, regularizer);
            self.beta = Some(Precompiled::new(beta));
        }
        for known in self.variables() {
            check_known(kind, "features", known.shape[0], features)?;
        }
        Ok(features)
    }

    fn check(&self, kind: &str) -> Result<()> {
        if !self.epsilon.is_finite() || self.epsilon < 0.0 {
            let received = format!("{}", self.epsilon);
            return Err(Error::invalid(kind, "an epsilon of 0 or more", received));
        }
        for regularizer in self.beta_regularizer.iter().chain(&self.gamma_regularizer) {
            regularizer.check()?;
        }
        Ok(())
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.gamma
            .as_deref()
            .into_iter()
            .chain(self.beta.as_deref())
    }

    pub(super) fn variables_mut(&mut self) -> impl Iterator<Item = &mut Variable> {
        let (gamma, beta) = (self.gamma.as_deref_mut(), self.beta.as_deref_mut());
        gamma.into_iter().chain(beta)
    }

    /// The factor of a feature.
    pub(super) fn gamma(&self, feature: usize) -> f32 {
        self.gamma
            .as_ref()
            .map_or(1.0, |gamma| gamma.values[feature])
    }

    /// The offset of a feature.
    pub(super) fn beta(&self, feature: usize) -> f32 {
        self.beta.as_ref().map_or(0.0, |beta| beta.values[feature])
    }

    /// `d gamma = Σ dy · normalized`, `d beta = Σ dy`.
    pub(super) fn add_gradients(&mut self, of_gamma: &[f64], of_beta: &[f64]) {
        let both = [(&mut self.gamma, of_gamma), (&mut self.beta, of_beta)];
        for (variable, gradients) in both {
            let Some(variable) = variable else { continue };
            for (sum, gradient) in variable.gradient.iter_mut().zip(gradients) {
                *sum += *gradient as f32;
            }
        }
    }
}

/// The methods by which scale and offset are chosen.
macro_rules! scale_options {
    () => {
        /// Whether an offset is learned and added, true at first.
        pub fn center(mut self, center: bool) -> Self {
            self.scale.center = center;
            self
        }

        /// Whether a factor is learned and multiplied by, true at first.
        pub fn scale(mut self, scale: bool) -> Self {
            self.scale.scale = scale;
            self
        }

        /// A small number against division by zero, inside of the root; 0.001 at first.
        pub fn epsilon(mut self, epsilon: f32) -> Self {
            self.scale.epsilon = epsilon;
            self
        }

        named_options! {
            /// What the offset starts from, zeros at first, as a value or by name.
            beta_initializer: Initializer, with_beta_initializer in scale;
            /// What the factor starts from, ones at first, as a value or by name.
            gamma_initializer: Initializer, with_gamma_initializer in scale;
            /// The penalty on the offset that is added to the loss, as a value or by name.
            beta_regularizer: Regularizer, with_beta_regularizer in scale;
            /// The penalty on the factor that is added to the loss, as a value or by name.
            gamma_regularizer: Regularizer, with_gamma_regularizer in scale;
        }
    };
}
pub(super) use scale_options;
