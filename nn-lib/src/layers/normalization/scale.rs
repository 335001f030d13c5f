//! The scale and the offset behind a normalization.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::layers::Variable;
use crate::layers::options::*;
use crate::precompiled::Precompiled;
use crate::regularizers::Regularizer;

/// Options and weights: `y = gamma · normalized + beta`.
#[derive(Clone, Debug)]
pub(super) struct Scale {
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
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": self.beta_initializer.config(),
            "gamma_initializer": self.gamma_initializer.config(),
            "beta_regularizer": regularizer_config(self.beta_regularizer.as_ref()),
            "gamma_regularizer": regularizer_config(self.gamma_regularizer.as_ref()),
        })
    }

    pub(super) fn from_config(config: &Value) -> Result<Scale> {
        Ok(Scale {
            center: flag_from(&config["center"], true),
            scale: flag_from(&config["scale"], true),
            beta_initializer: initializer_from(&config["beta_initializer"], Initializer::Zeros)?,
            gamma_initializer: initializer_from(&config["gamma_initializer"], Initializer::Ones)?,
            beta_regularizer: regularizer_from(&config["beta_regularizer"])?,
            gamma_regularizer: regularizer_from(&config["gamma_regularizer"])?,
            gamma: None,
            beta: None,
        })
    }

    /// Makes the weights for so many features.
    pub(super) fn build(&mut self, kind: &str, features: usize) -> Result<()> {
        at_least_one(kind, "feature", features)?;
        check_weights(kind, features, format!("{features} features"))?;
        for regularizer in self.beta_regularizer.iter().chain(&self.gamma_regularizer) {
            regularizer.check()?;
        }
        if self.scale && self.gamma.is_none() {
            let (initializer, regularizer) = (self.gamma_initializer, self.gamma_regularizer);
            self.gamma = Some(Precompiled::new(Variable::new(
                "gamma",
                features,
                initializer,
                regularizer,
            )));
        }
        if self.center && self.beta.is_none() {
            let (initializer, regularizer) = (self.beta_initializer, self.beta_regularizer);
            self.beta = Some(Precompiled::new(Variable::new(
                "beta",
                features,
                initializer,
                regularizer,
            )));
        }
        match self.variables().find(|own| own.shape[0] != features) {
            None => Ok(()),
            Some(known) => Err(other_features(kind, known.shape[0], features)),
        }
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

pub(super) fn other_features(kind: &str, known: usize, features: usize) -> Error {
    let error = Error::invalid(kind, format!("{known} features"), format!("{features}"));
    error.with_hint("a layer that is applied twice has one set of weights, so both inputs need the same features")
}

/// A small number against division by zero is 0 or more.
pub(super) fn check_epsilon(kind: &str, epsilon: f32) -> Result<()> {
    if epsilon.is_finite() && epsilon >= 0.0 {
        return Ok(());
    }
    Err(Error::invalid(
        kind,
        "an epsilon of 0 or more",
        format!("{epsilon}"),
    ))
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
            self.epsilon = epsilon;
            self
        }

        scale_options! {
            /// What the offset starts from, zeros at first, as a value or by name.
            beta_initializer: Initializer, with_beta_initializer, std::convert::identity;
            /// What the factor starts from, ones at first, as a value or by name.
            gamma_initializer: Initializer, with_gamma_initializer, std::convert::identity;
            /// The penalty on the offset that is added to the loss, as a value or by name.
            beta_regularizer: Regularizer, with_beta_regularizer, Some;
            /// The penalty on the factor that is added to the loss, as a value or by name.
            gamma_regularizer: Regularizer, with_gamma_regularizer, Some;
        }
    };
    ($($(#[$doc:meta])* $option:ident: $type:ty, $keep:ident, $made:expr;)*) => {$(
        $(#[$doc])*
        pub fn $option(self, $option: impl $crate::named::OrName<$type>) -> Self {
            self.$keep($option.value())
        }

        fn $keep(mut self, value: Result<$type>) -> Self {
            self.scale.$option = self.base.option(value.map($made));
            self
        }
    )*};
}
pub(super) use scale_options;
