//! What layers have in common: their options as values, by name and as JSON, and the four methods that all write alike.

use serde_json::{Value, json};

use crate::activations::Activation;
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// Methods that take an option as a value or by its name, for a field of the layer, or of a part of it. They only convert;
/// what is not generic is compiled once, in the library.
macro_rules! named_options {
    ($($(#[$doc:meta])* $option:ident: $type:ty, $keep:ident $(in $part:ident)?;)*) => {$(
        $(#[$doc])*
        pub fn $option(self, $option: impl $crate::named::OrName<$type>) -> Self {
            self.$keep($option.value())
        }

        fn $keep(mut self, value: $crate::error::Result<$type>) -> Self {
            self$(.$part)?.$option = self.base.option(value.map(Into::into));
            self
        }
    )*};
}
pub(super) use named_options;

/// The methods of [`Layer`](super::Layer) that are the same in each layer with a field `base`.
macro_rules! basics {
    ($kind:expr) => {
        fn kind(&self) -> &'static str {
            $kind
        }

        fn base(&self) -> &$crate::layers::Base {
            &self.base
        }

        fn base_mut(&mut self) -> &mut $crate::layers::Base {
            &mut self.base
        }

        fn boxed_clone(&self) -> Box<dyn $crate::layers::Layer> {
            Box::new(self.clone())
        }
    };
}
pub(super) use basics;

/// The most weights, one gigabyte, and with gradient and optimizer several: a larger number is a typing error.
pub(super) const MOST_WEIGHTS: usize = 1 << 28;

/// Why the weights are there when a layer computes.
pub(super) const BUILT: &str = "a model builds its layers before it runs them";

/// The one input of a layer that takes one.
pub(super) fn one_input<'a>(kind: &str, inputs: &'a [Shape]) -> Result<&'a Shape> {
    match inputs {
        [input] => Ok(input),
        _ => Err(Error::invalid(
            kind,
            "one input",
            format!("{}", inputs.len()),
        )),
    }
}

/// A number of units or filters is at least 1.
pub(super) fn at_least_one(kind: &str, what: &str, number: usize) -> Result<()> {
    match number {
        0 => Err(Error::invalid(kind, format!("at least 1 {what}"), "0")),
        _ => Ok(()),
    }
}

/// Whether so many weights are reasonable.
pub(super) fn check_weights(kind: &str, weights: usize, received: String) -> Result<()> {
    if weights > MOST_WEIGHTS {
        let expected = format!("at most {MOST_WEIGHTS} weights");
        return Err(Error::invalid(kind, expected, received));
    }
    Ok(())
}

/// A layer that is applied again takes as many features (or channels) as before.
pub(super) fn check_known(kind: &str, what: &str, known: usize, received: usize) -> Result<()> {
    if received == known {
        return Ok(());
    }
    let error = Error::invalid(kind, format!("{known} {what}"), format!("{received}"));
    let reason = "a layer that is applied twice has one set of weights";
    Err(error.with_hint(format!("{reason}, so both inputs need the same {what}")))
}

/// A share of numbers to be dropped, at least 0 and below 1.
pub(super) fn check_rate(kind: &str, what: &str, rate: f32) -> Result<()> {
    if (0.0..1.0).contains(&rate) {
        return Ok(());
    }
    let expected = format!("a {what} of at least 0 and below 1");
    let error = Error::invalid(kind, expected, format!("{rate}"));
    Err(error.with_hint("it is a share of the numbers: 0.5 drops every second one"))
}

/// A regularizer as JSON, null for none.
pub(super) fn regularizer_config(regularizer: Option<&Regularizer>) -> Value {
    regularizer.map_or(Value::Null, |own| json!(own.config()))
}

/// The regularizer that [`regularizer_config`] described.
pub(super) fn regularizer_from(config: &Value) -> Result<Option<Regularizer>> {
    match config {
        Value::Null => Ok(None),
        config => Regularizer::from_config(config).map(Some),
    }
}

/// The initializer that is described under this key, or the usual one.
pub(super) fn initializer_from(config: &Value, usual: Initializer) -> Result<Initializer> {
    match config {
        Value::Null => Ok(usual),
        config => Initializer::from_config(config),
    }
}

/// The activation that is named, or the usual one.
pub(super) fn activation_from(config: &Value, usual: Activation) -> Result<Activation> {
    config.as_str().map_or(Ok(usual), Activation::from_name)
}

/// A whole number of a description, 0 where there is none.
pub(super) fn number_from(config: &Value) -> usize {
    config.as_u64().unwrap_or(0) as usize
}

/// A number of a description, or the usual one.
pub(super) fn float_from(config: &Value, usual: f32) -> f32 {
    config.as_f64().map_or(usual, |number| number as f32)
}

/// A truth value of a description, or the usual one.
pub(super) fn flag_from(config: &Value, usual: bool) -> bool {
    config.as_bool().unwrap_or(usual)
}
