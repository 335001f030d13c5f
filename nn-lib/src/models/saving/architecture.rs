//! A model's layers and graph as JSON, and back.

use serde_json::{Value, json};

use super::super::Model;
use super::compile_config::{broken, compiled_from_json, compiled_to_json, list};
use crate::activations::Activation;
use crate::error::{Error, Result};
use crate::layers::{
    ActivationLayer, Add, Average, AveragePooling2D, BatchNormalization, Concatenate, Conv2D,
    Dense, Dropout, Embedding, Flatten, GRU, GlobalAveragePooling1D, GlobalAveragePooling2D, LSTM,
    Layer, LayerNormalization, MaxPooling2D, Maximum, Multiply, Reshape, SharedLayer, SimpleRNN,
    Symbol,
};
use crate::tensor::Shape;

/// Changes when a file can no longer be read by older versions.
pub(crate) const VERSION: u64 = 1;

impl Model {
    /// Layers, graph, optimizer, losses and metrics as JSON, without the weights.
    pub fn to_json(&self) -> Value {
        let layers: Vec<Value> = self.layers().iter().map(layer_to_json).collect();
        let nodes = self
            .plan
            .nodes
            .iter()
            .zip(&self.plan.shapes)
            .map(|(node, shape)| match node.layer {
                Some(layer) => json!({ "layer": layer, "inputs": node.inputs }),
                None => json!({ "input": **shape, "name": node.symbol.own_name() }),
            });
        json!({
            "version": VERSION,
            "kind": self.kind,
            "seed": self.seed,
            "layers": layers,
            "nodes": nodes.collect::<Vec<Value>>(),
            "inputs": self.plan.inputs,
            "outputs": self.plan.outputs,
            "compile": self.compiled.as_ref().and_then(compiled_to_json),
        })
    }

    /// The model that [`to_json`](Model::to_json) described, with new first weights.
    ///
    /// # Errors
    /// When the JSON is not that of a model, is of a newer version, or names a layer that this library does not have.
    pub fn from_json(json: &Value) -> Result<Model> {
        Model::from_json_within(json, usize::MAX)
    }

    /// The same for a file that holds so many weights: a layer cannot have more.
    pub(crate) fn from_json_within(json: &Value, most_weights: usize) -> Result<Model> {
        match json["version"].as_u64() {
            Some(VERSION) => {}
            version => {
                let received = version.map_or("none".to_string(), |version| format!("{version}"));
                return Err(Error::invalid(
                    "load",
                    format!("a model of version {VERSION}"),
                    received,
                )
                .with_hint("a file of a newer version needs a newer nn-lib"));
            }
        }
        let layers: Vec<SharedLayer> = list(json, "layers")?
            .iter()
            .map(|layer| Ok(SharedLayer::new(layer_from_json(layer)?)))
            .collect::<Result<_>>()?;
        let mut symbols: Vec<Symbol> = Vec::new();
        for node in list(json, "nodes")? {
            let symbol = match node["layer"].as_u64() {
                None => {
                    let input = Symbol::input(shape(&node["input"])?);
                    node["name"]
                        .as_str()
                        .map_or(input.clone(), |name| input.name(name))
                }
                Some(layer) => {
                    let layer = layers
                        .get(layer as usize)
                        .ok_or_else(|| broken("a layer that is not listed"))?;
                    let inputs = places(node, "inputs", &symbols)?;
                    let features = inputs.iter().filter_map(|input| input.shape().last()).max();
                    let units = layer.lock().config()["units"].as_u64().unwrap_or(0) as usize;
                    if features.copied().unwrap_or(0).saturating_mul(units) > most_weights {
                        return Err(broken("a layer with more weights than the file holds"));
                    }
                    let symbol = Symbol::apply(layer, inputs)?;
                    let layer = layer.lock();
                    let counts = layer.variables().into_iter().map(|own| own.values.len());
                    if counts.sum::<usize>() > most_weights {
                        return Err(broken("a layer with more weights than the file holds"));
                    }
                    drop(layer);
                    symbol
                }
            };
            symbols.push(symbol);
        }
        let kind = if json["kind"] == "Sequential" {
            "Sequential"
        } else {
            "Functional"
        };
        let mut model = Model::empty(kind, json["seed"].as_u64().unwrap_or(0));
        model.set_graph(
            &places(json, "inputs", &symbols)?,
            &places(json, "outputs", &symbols)?,
        )?;
        if !json["compile"].is_null() {
            let compiled = compiled_from_json(&json["compile"])?;
            compiled.optimizer.check()?;
            compiled.check(&model.plan)?;
            *model.compiled = Some(compiled);
        }
        Ok(model)
    }
}

/// The symbols with the numbers listed under `key`. A number that is not there yet would be a cycle.
fn places(json: &Value, key: &str, symbols: &[Symbol]) -> Result<Vec<Symbol>> {
    let symbol = |number: &Value| {
        let place = number
            .as_u64()
            .and_then(|place| symbols.get(place as usize));
        place
            .cloned()
            .ok_or_else(|| broken("a graph with a cycle or with a node that is missing"))
    };
    list(json, key)?.iter().map(symbol).collect()
}

fn shape(json: &Value) -> Result<Shape> {
    let axes = json.as_array().map(|axes| {
        axes.iter()
            .map(|axis| Some(axis.as_u64()? as usize))
            .collect()
    });
    let axes: Option<Vec<usize>> = axes.flatten();
    axes.map(Shape::from)
        .ok_or_else(|| broken("an input without a shape"))
}

fn layer_to_json(layer: &SharedLayer) -> Value {
    let layer = layer.lock();
    json!({
        "kind": layer.kind(),
        "name": layer.base().name,
        "input_shape": layer.base().input_shape.as_deref(),
        "config": layer.config(),
    })
}

fn layer_from_json(json: &Value) -> Result<Box<dyn Layer>> {
    let config = &json["config"];
    let mut layer: Box<dyn Layer> = match json["kind"].as_str().unwrap_or_default() {
        "Dense" => Box::new(Dense::from_config(config)?),
        "Dropout" => Box::new(Dropout::new(
            config["rate"].as_f64().unwrap_or(f64::NAN) as f32
        )),
        "Activation" => {
            let name = config["activation"].as_str().unwrap_or_default();
            Box::new(ActivationLayer::new(Activation::from_name(name)?))
        }
        "Flatten" => Box::new(Flatten::new()),
        "Conv2D" => Box::new(Conv2D::from_config(config)?),
        "MaxPooling2D" => Box::new(MaxPooling2D::from_config(config)?),
        "AveragePooling2D" => Box::new(AveragePooling2D::from_config(config)?),
        "GlobalAveragePooling2D" => Box::new(GlobalAveragePooling2D::from_config(config)),
        "Embedding" => Box::new(Embedding::from_config(config)?),
        "GlobalAveragePooling1D" => Box::new(GlobalAveragePooling1D::from_config(config)),
        "SimpleRNN" => Box::new(SimpleRNN::from_config(config)?),
        "LSTM" => Box::new(LSTM::from_config(config)?),
        "GRU" => Box::new(GRU::from_config(config)?),
        "BatchNormalization" => Box::new(BatchNormalization::from_config(config)?),
        "LayerNormalization" => Box::new(LayerNormalization::from_config(config)?),
        "Reshape" => Box::new(Reshape::from_config(config)),
        "Add" => Box::new(Add::new()),
        "Average" => Box::new(Average::new()),
        "Multiply" => Box::new(Multiply::new()),
        "Maximum" => Box::new(Maximum::new()),
        "Concatenate" => Box::new(Concatenate::new()),
        other => {
            return Err(Error::invalid(
                "load",
                "layers of this library",
                format!("a layer of type {other:?}"),
            )
            .with_hint(
                "a model with layers of your own is built in code; then load_weights fills it",
            ));
        }
    };
    layer.base_mut().name = json["name"].as_str().map(str::to_string);
    if !json["input_shape"].is_null() {
        layer.base_mut().input_shape = Some(shape(&json["input_shape"])?);
    }
    Ok(layer)
}
