//! Optimizers by their names, and from JSON.

use serde_json::{Value, json};

use super::schedules::LearningRate;
use super::{Adagrad, Adam, AdamW, Clip, Optimizer, RMSprop, SGD, Settings};
use crate::error::Result;
use crate::named::unknown;

/// The optimizer of that name with Keras's default settings: `sgd`, `rmsprop`, `adam`, `adamw` or `adagrad`.
///
/// # Errors
///
/// For another name.
pub fn from_name(name: &str) -> Result<Box<dyn Optimizer>> {
    from_config(&json!({ "name": name }))
}

/// The optimizer that [`Optimizer::config`] described; settings left out take their defaults.
///
/// # Errors
///
/// For an unknown name or a learning rate that is none.
pub fn from_config(config: &Value) -> Result<Box<dyn Optimizer>> {
    let number = |key: &str, default: f32| config[key].as_f64().map_or(default, |x| x as f32);
    let flag = |key: &str| config[key].as_bool().unwrap_or(false);
    let name = config["name"].as_str().unwrap_or_default();
    let name = name.to_lowercase();
    let mut optimizer: Box<dyn Optimizer> = match name.as_str() {
        "sgd" => Box::new(
            SGD::default()
                .momentum(number("momentum", 0.0))
                .nesterov(flag("nesterov")),
        ),
        "rmsprop" => Box::new(
            RMSprop::default()
                .rho(number("rho", 0.9))
                .momentum(number("momentum", 0.0))
                .epsilon(number("epsilon", 1e-7))
                .centered(flag("centered")),
        ),
        "adam" => Box::new(
            Adam::default()
                .beta_1(number("beta_1", 0.9))
                .beta_2(number("beta_2", 0.999))
                .epsilon(number("epsilon", 1e-7))
                .amsgrad(flag("amsgrad")),
        ),
        "adamw" => Box::new(
            AdamW::default()
                .weight_decay(number("weight_decay", 0.004))
                .beta_1(number("beta_1", 0.9))
                .beta_2(number("beta_2", 0.999))
                .epsilon(number("epsilon", 1e-7))
                .amsgrad(flag("amsgrad")),
        ),
        "adagrad" => Box::new(
            Adagrad::default()
                .initial_accumulator_value(number("initial_accumulator_value", 0.1))
                .epsilon(number("epsilon", 1e-7)),
        ),
        _ => {
            let names = ["sgd", "rmsprop", "adam", "adamw", "adagrad"];
            return Err(unknown("Optimizer", &names, &name));
        }
    };
    let settings = optimizer.settings_mut();
    if !config["learning_rate"].is_null() {
        *settings = Settings::new(LearningRate::from_config(&config["learning_rate"])?);
    }
    for (key, kind) in [
        ("clipnorm", Clip::Norm as fn(f32) -> Clip),
        ("global_clipnorm", Clip::GlobalNorm),
        ("clipvalue", Clip::Value),
    ] {
        if let Some(limit) = config[key].as_f64() {
            settings.set_clip(kind(limit as f32));
        }
    }
    Ok(optimizer)
}
