//! Layers as Keras describes them.

use nn_lib::layers::Pair;
use nn_lib::prelude::*;
use nn_lib::serde_json::Value;

/// What recurrent layers have in common.
macro_rules! recurrent {
    ($layer:ident, $config:expr) => {{
        let config = $config;
        let mut layer = $layer::new(config["units"].as_u64().unwrap() as usize)
            .activation(name(config, "activation", "tanh"))
            .use_bias(flag(config, "use_bias", true))
            .return_sequences(flag(config, "return_sequences", false))
            .go_backwards(flag(config, "go_backwards", false));
        if let Some(penalty) = regularizer(config, "kernel_regularizer") {
            layer = layer.kernel_regularizer(penalty);
        }
        if let Some(penalty) = regularizer(config, "recurrent_regularizer") {
            layer = layer.recurrent_regularizer(penalty);
        }
        layer
    }};
}

/// What normalizations have in common.
macro_rules! normalization {
    ($layer:ident, $config:expr) => {{
        let config = $config;
        let mut layer = $layer::new()
            .center(flag(config, "center", true))
            .scale(flag(config, "scale", true))
            .epsilon(config["epsilon"].as_f64().unwrap_or(0.001) as f32);
        if let Some(penalty) = regularizer(config, "beta_regularizer") {
            layer = layer.beta_regularizer(penalty);
        }
        if let Some(penalty) = regularizer(config, "gamma_regularizer") {
            layer = layer.gamma_regularizer(penalty);
        }
        layer
    }};
}

/// Puts the layer of this class with these arguments on a stack. What is not said keeps its default.
pub fn add(model: &mut Sequential, class: &str, config: &Value) {
    let number = |key: &str| config[key].as_u64().unwrap() as usize;
    match class {
        "Dense" => model.add(
            Dense::new(number("units"))
                .activation(name(config, "activation", "linear"))
                .use_bias(flag(config, "use_bias", true)),
        ),
        "Activation" => model.add(ActivationLayer::new(name(config, "activation", "linear"))),
        "Flatten" => model.add(Flatten::new()),
        "Reshape" => model.add(Reshape::new(
            config["target_shape"]
                .as_array()
                .unwrap()
                .iter()
                .map(|axis| axis.as_i64().unwrap() as isize)
                .collect::<Vec<_>>(),
        )),
        "Conv2D" => {
            let mut layer = Conv2D::new(number("filters"), pair(config, "kernel_size", 1))
                .strides(pair(config, "strides", 1))
                .dilation_rate(pair(config, "dilation_rate", 1))
                .groups(config["groups"].as_u64().unwrap_or(1) as usize)
                .padding(name(config, "padding", "valid"))
                .activation(name(config, "activation", "linear"))
                .use_bias(flag(config, "use_bias", true));
            if let Some(penalty) = regularizer(config, "kernel_regularizer") {
                layer = layer.kernel_regularizer(penalty);
            }
            if let Some(penalty) = regularizer(config, "bias_regularizer") {
                layer = layer.bias_regularizer(penalty);
            }
            model.add(layer);
        }
        "MaxPooling2D" => {
            let layer = MaxPooling2D::new(pair(config, "pool_size", 2))
                .padding(name(config, "padding", "valid"));
            model.add(match config["strides"].is_null() {
                true => layer,
                false => layer.strides(pair(config, "strides", 1)),
            });
        }
        "AveragePooling2D" => {
            let layer = AveragePooling2D::new(pair(config, "pool_size", 2))
                .padding(name(config, "padding", "valid"));
            model.add(match config["strides"].is_null() {
                true => layer,
                false => layer.strides(pair(config, "strides", 1)),
            });
        }
        "GlobalAveragePooling2D" => {
            model.add(GlobalAveragePooling2D::new().keepdims(flag(config, "keepdims", false)))
        }
        "GlobalAveragePooling1D" => {
            model.add(GlobalAveragePooling1D::new().keepdims(flag(config, "keepdims", false)))
        }
        "Embedding" => {
            let mut layer = Embedding::new(number("input_dim"), number("output_dim"))
                .mask_zero(flag(config, "mask_zero", false));
            if let Some(penalty) = regularizer(config, "embeddings_regularizer") {
                layer = layer.embeddings_regularizer(penalty);
            }
            model.add(layer);
        }
        "SimpleRNN" => model.add(recurrent!(SimpleRNN, config)),
        "LSTM" => model.add(
            recurrent!(LSTM, config)
                .recurrent_activation(name(config, "recurrent_activation", "sigmoid"))
                .unit_forget_bias(flag(config, "unit_forget_bias", true)),
        ),
        "GRU" => model.add(
            recurrent!(GRU, config)
                .recurrent_activation(name(config, "recurrent_activation", "sigmoid"))
                .reset_after(flag(config, "reset_after", true)),
        ),
        "BatchNormalization" => {
            let mut layer = normalization!(BatchNormalization, config);
            if let Some(momentum) = config["momentum"].as_f64() {
                layer = layer.momentum(momentum as f32);
            }
            model.add(layer);
        }
        "LayerNormalization" => model.add(normalization!(LayerNormalization, config)),
        other => panic!("no layer {other}"),
    }
}

/// Keras writes None for linear.
fn name<'a>(config: &'a Value, key: &str, usual: &'a str) -> &'a str {
    config[key].as_str().unwrap_or(usual)
}

fn flag(config: &Value, key: &str, usual: bool) -> bool {
    config[key].as_bool().unwrap_or(usual)
}

/// A number for a square, or a list of two.
fn pair(config: &Value, key: &str, usual: usize) -> Pair {
    let number = |value: &Value| value.as_u64().map(|number| number as usize);
    match config[key].as_array() {
        Some(list) => Pair::from((number(&list[0]).unwrap(), number(&list[1]).unwrap())),
        None => Pair::from(number(&config[key]).unwrap_or(usual)),
    }
}

fn regularizer(config: &Value, key: &str) -> Option<Regularizer> {
    let penalty = &config[key];
    let factor = |key: &str| penalty["config"][key].as_f64().map(|factor| factor as f32);
    match penalty["class_name"].as_str()? {
        "L1" => factor("l1").map(Regularizer::L1),
        "L2" => factor("l2").map(Regularizer::L2),
        other => panic!("no penalty {other}"),
    }
}
