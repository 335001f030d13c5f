//! Learning rates as JSON.

use serde_json::{Value, json};

use super::*;
use crate::compute::decimal;
use crate::error::{Error, Result};

impl LearningRate {
    /// The learning rate as JSON: a number, or a schedule's name and settings.
    pub fn config(&self) -> Value {
        match self {
            LearningRate::Constant(rate) => json!(decimal(*rate)),
            LearningRate::ExponentialDecay(s) => json!({
                "name": "ExponentialDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "decay_rate": decimal(s.decay_rate),
                "staircase": s.staircase,
            }),
            LearningRate::PiecewiseConstantDecay(s) => json!({
                "name": "PiecewiseConstantDecay",
                "boundaries": s.boundaries,
                "values": s.values.iter().map(|&v| decimal(v)).collect::<Vec<_>>(),
            }),
            LearningRate::InverseTimeDecay(s) => json!({
                "name": "InverseTimeDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "decay_rate": decimal(s.decay_rate),
                "staircase": s.staircase,
            }),
            LearningRate::PolynomialDecay(s) => json!({
                "name": "PolynomialDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "end_learning_rate": decimal(s.end_learning_rate),
                "power": decimal(s.power),
                "cycle": s.cycle,
            }),
            LearningRate::CosineDecay(s) => json!({
                "name": "CosineDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "alpha": decimal(s.alpha),
                "warmup_target": s.warmup.map(|(target, _)| decimal(target)),
                "warmup_steps": s.warmup.map_or(0, |(_, steps)| steps),
            }),
        }
    }

    /// The learning rate that [`LearningRate::config`] described.
    ///
    /// # Errors
    ///
    /// For an unknown schedule or a missing setting.
    pub fn from_config(config: &Value) -> Result<LearningRate> {
        if let Some(rate) = config.as_f64() {
            return Ok(LearningRate::Constant(rate as f32));
        }
        let missing = |key: &str| {
            Error::invalid(
                "LearningRate",
                format!("a number, or a schedule's name and settings with `{key}`"),
                config.to_string(),
            )
        };
        let number = |key: &str| {
            config[key]
                .as_f64()
                .map(|x| x as f32)
                .ok_or_else(|| missing(key))
        };
        let count = |key: &str| config[key].as_u64().ok_or_else(|| missing(key));
        let flag = |key: &str| config[key].as_bool().unwrap_or(false);
        let list = |key: &str| config[key].as_array().ok_or_else(|| missing(key));
        let initial = || number("initial_learning_rate");
        Ok(match config["name"].as_str().unwrap_or_default() {
            "ExponentialDecay" => {
                ExponentialDecay::new(initial()?, count("decay_steps")?, number("decay_rate")?)
                    .staircase(flag("staircase"))
                    .into()
            }
            "InverseTimeDecay" => {
                InverseTimeDecay::new(initial()?, count("decay_steps")?, number("decay_rate")?)
                    .staircase(flag("staircase"))
                    .into()
            }
            "PolynomialDecay" => PolynomialDecay::new(initial()?, count("decay_steps")?)
                .end_learning_rate(number("end_learning_rate")?)
                .power(number("power")?)
                .cycle(flag("cycle"))
                .into(),
            "CosineDecay" => {
                let schedule =
                    CosineDecay::new(initial()?, count("decay_steps")?).alpha(number("alpha")?);
                match config["warmup_target"].as_f64() {
                    Some(target) => schedule
                        .warmup(target as f32, count("warmup_steps")?)
                        .into(),
                    None => schedule.into(),
                }
            }
            "PiecewiseConstantDecay" => {
                let boundaries = list("boundaries")?.iter().filter_map(Value::as_u64);
                let values = list("values")?.iter().filter_map(Value::as_f64);
                PiecewiseConstantDecay::new(
                    boundaries.collect::<Vec<_>>(),
                    values.map(|x| x as f32).collect::<Vec<_>>(),
                )?
                .into()
            }
            _ => return Err(missing("name")),
        })
    }
}
