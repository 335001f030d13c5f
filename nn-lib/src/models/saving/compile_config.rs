//! The learning process of a model as JSON, and back.

use serde_json::{Value, json};

use super::super::compile::Compiled;
use crate::error::{Error, Result};
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::optimizers;

/// Losses and metrics of one's own are functions and cannot be written down; then a loaded model is to be compiled.
pub(crate) fn compiled_to_json(compiled: &Compiled) -> Option<Value> {
    let losses: Option<Vec<Value>> = compiled
        .losses
        .iter()
        .map(|(loss, weight)| {
            (!loss.is_custom()).then(|| json!({ "loss": loss.config(), "weight": weight }))
        })
        .collect();
    let metric = |metric: &Metric| (!metric.is_custom()).then(|| metric.config());
    let metrics: Option<Vec<Vec<Value>>> = compiled
        .metrics
        .iter()
        .map(|list| list.iter().map(metric).collect())
        .collect();
    Some(json!({
        "optimizer": compiled.optimizer.config(),
        "iterations": compiled.optimizer.iterations(),
        "losses": losses?,
        "metrics": metrics?,
    }))
}

pub(crate) fn compiled_from_json(json: &Value) -> Result<Compiled> {
    let mut optimizer = optimizers::from_config(&json["optimizer"])?;
    optimizer.set_iterations(json["iterations"].as_u64().unwrap_or(0));
    let loss = |entry: &Value| {
        let weight = entry["weight"].as_f64().unwrap_or(1.0) as f32;
        Ok((Loss::from_config(&entry["loss"])?, weight))
    };
    let metrics = |entry: &Value| -> Result<Vec<Metric>> {
        let list = entry
            .as_array()
            .ok_or_else(|| broken("one without a list of metrics"))?;
        list.iter().map(Metric::from_config).collect()
    };
    Ok(Compiled::new(
        optimizer,
        list(json, "losses")?
            .iter()
            .map(loss)
            .collect::<Result<_>>()?,
        list(json, "metrics")?
            .iter()
            .map(metrics)
            .collect::<Result<_>>()?,
    ))
}

pub(crate) fn broken(problem: &str) -> Error {
    Error::invalid("load", "the description of a model", problem)
}

pub(crate) fn list<'a>(json: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    json[key]
        .as_array()
        .ok_or_else(|| broken(&format!("one without a list of {key}")))
}
