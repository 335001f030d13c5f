//! Initializers by their names, and as JSON.

use serde_json::{Value, json};

use super::Initializer;
use super::Initializer::*;
use crate::compute::decimal;
use crate::error::Result;
use crate::named::{Named, same, sealed, unknown};

impl Initializer {
    /// The name that Keras uses: `glorot_uniform`.
    pub fn name(&self) -> &'static str {
        match self {
            GlorotUniform => "glorot_uniform",
            GlorotNormal => "glorot_normal",
            HeUniform => "he_uniform",
            HeNormal => "he_normal",
            LecunUniform => "lecun_uniform",
            LecunNormal => "lecun_normal",
            Orthogonal => "orthogonal",
            Zeros => "zeros",
            Ones => "ones",
            Constant(_) => "constant",
            RandomUniform { .. } => "random_uniform",
            RandomNormal { .. } => "random_normal",
            TruncatedNormal { .. } => "truncated_normal",
        }
    }

    /// The initializer of that name, with Keras's defaults where it has settings.
    ///
    /// # Errors
    ///
    /// For an unknown name; the message lists the known ones.
    pub fn from_name(name: &str) -> Result<Initializer> {
        let defaults = [
            GlorotUniform,
            GlorotNormal,
            HeUniform,
            HeNormal,
            LecunUniform,
            LecunNormal,
            Orthogonal,
            Zeros,
            Ones,
            Constant(0.0),
            RandomUniform {
                min: -0.05,
                max: 0.05,
            },
            RandomNormal {
                mean: 0.0,
                stddev: 0.05,
            },
            TruncatedNormal {
                mean: 0.0,
                stddev: 0.05,
            },
        ];
        let found = defaults.into_iter().find(|own| same(own.name(), name));
        found.ok_or_else(|| {
            unknown(
                "Initializer",
                &defaults.each_ref().map(Initializer::name),
                name,
            )
        })
    }

    /// The initializer as JSON: its name and its settings.
    pub fn config(&self) -> Value {
        let mut config = json!({ "name": self.name() });
        let settings = match *self {
            Constant(value) => vec![("value", value)],
            RandomUniform { min, max } => vec![("min", min), ("max", max)],
            RandomNormal { mean, stddev } | TruncatedNormal { mean, stddev } => {
                vec![("mean", mean), ("stddev", stddev)]
            }
            _ => vec![],
        };
        for (key, value) in settings {
            config[key] = json!(decimal(value));
        }
        config
    }

    /// The initializer that [`Initializer::config`] described; settings left out take Keras's defaults.
    ///
    /// # Errors
    ///
    /// If the name is missing or unknown.
    pub fn from_config(config: &Value) -> Result<Initializer> {
        let name = config["name"].as_str().unwrap_or_default();
        let or = |key: &str, default: f32| config[key].as_f64().map_or(default, |x| x as f32);
        Ok(match Initializer::from_name(name)? {
            Constant(value) => Constant(or("value", value)),
            RandomUniform { min, max } => RandomUniform {
                min: or("min", min),
                max: or("max", max),
            },
            RandomNormal { mean, stddev } => RandomNormal {
                mean: or("mean", mean),
                stddev: or("stddev", stddev),
            },
            TruncatedNormal { mean, stddev } => TruncatedNormal {
                mean: or("mean", mean),
                stddev: or("stddev", stddev),
            },
            other => other,
        })
    }
}

impl sealed::Named for Initializer {}
impl Named for Initializer {
    fn named(name: &str) -> Result<Initializer> {
        Initializer::from_name(name)
    }
}
