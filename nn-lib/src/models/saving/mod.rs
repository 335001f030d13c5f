//! Models in files: weights in the safetensors format, with the architecture as JSON in the same file.
//!
//! Python reads the weights with `safetensors.numpy.load_file("model.safetensors")["dense/kernel"]`.

mod architecture;
mod compile_config;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::Model;
use super::sequential::Sequential;
use crate::error::{Error, Result};
use crate::files::write_whole;
use crate::notebook::interrupt::Region;
use crate::tensor::{Shape, Tensor};
use architecture::VERSION;

/// The entry of the file's metadata that describes the model.
const ENTRY: &str = "nn-lib";
const FORMAT: &str = "model (safetensors)";

impl Model {
    /// Writes the model to a file: architecture, weights, and, if it is compiled, the learning process with all that
    /// the optimizer remembers. Weights are named `layer/variable`, as in `dense/kernel`.
    /// Python reads them with `safetensors.numpy.load_file("model.safetensors")["dense/kernel"]`.
    ///
    /// The file appears under its name when it is complete; if anything fails, an older file stays as it was.
    ///
    /// # Errors
    /// When the model is not built yet, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        if self.plan.layers.is_empty() || !self.waiting.is_empty() {
            return Err(Error::invalid(
                "save",
                "a model whose layers are built",
                "one without an input shape",
            )
            .with_hint("say .input_shape(...) in the first layer, or train the model first"));
        }
        // Stopped half-way a file would be of no use, and after a stopped training this is what a cell still wants to do.
        let _region = Region::enter();
        let tensors = self.named_tensors();
        let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
            .into_iter()
            .map(|(name, shape, values)| {
                (
                    name,
                    shape.to_vec(),
                    values
                        .iter()
                        .flat_map(|value| value.to_le_bytes())
                        .collect(),
                )
            })
            .collect();
        let views: Result<Vec<(&String, TensorView)>> = bytes
            .iter()
            .map(|(name, shape, data)| {
                let view = TensorView::new(Dtype::F32, shape.clone(), data);
                Ok((
                    name,
                    view.map_err(|problem| Error::invalid("save", "weights", problem.to_string()))?,
                ))
            })
            .collect();
        let metadata = HashMap::from([(ENTRY.to_string(), self.to_json().to_string())]);
        let content = safetensors::serialize(views?, Some(metadata)).map_err(|problem| {
            Error::invalid("save", "weights that can be written", problem.to_string())
        })?;
        write_whole(path.as_ref(), &content)
    }

    /// Reads a model that [`save`](Model::save) wrote.
    ///
    /// # Errors
    /// When the file cannot be read, is cut short, is of another version, or holds other weights than its layers need.
    pub fn load(path: impl AsRef<Path>) -> Result<Model> {
        let _region = Region::enter();
        let path = path.as_ref();
        let content = fs::read(path).map_err(|source| Error::io("read", path, source))?;
        let (tensors, json) = open(path, &content)?;
        let json = json.ok_or_else(|| {
            format_error(path, "it holds weights but no model of nn-lib")
                .with_hint("build the model in code and use load_weights")
        })?;
        let mut model = Model::from_json_within(&json, content.len() / 4)
            .map_err(|problem| format_error(path, &problem.to_string()))?;
        if model.plan.layers.is_empty() {
            return Err(format_error(path, "its model has no layers"));
        }
        model.fill(path, &tensors, true)?;
        Ok(model)
    }

    /// Reads the weights alone into this model, which must have layers of the same names and shapes.
    ///
    /// # Errors
    /// When the file cannot be read or its weights do not fit; then the model stays as it is.
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let _region = Region::enter();
        let path = path.as_ref();
        let content = fs::read(path).map_err(|source| Error::io("read", path, source))?;
        let (tensors, _) = open(path, &content)?;
        self.fill(path, &tensors, false)
    }

    /// Weights, and behind them the optimizer's slots, with their names.
    fn named_tensors(&self) -> Vec<(String, Shape, Vec<f32>)> {
        let mut weights = Vec::new();
        let mut slots = Vec::new();
        let mut remembered = self.compiled.iter().flat_map(|compiled| &compiled.slots);
        for (layer, layer_name) in self.layers().iter().zip(&self.plan.names) {
            for variable in layer.lock_to_read().variables() {
                let name = format!("{layer_name}/{}", variable.name);
                for (nth, slot) in remembered.next().into_iter().flatten().enumerate() {
                    slots.push((
                        format!("optimizer/{nth}/{name}"),
                        variable.shape.clone(),
                        slot.clone(),
                    ));
                }
                weights.push((name, variable.shape.clone(), variable.values.clone()));
            }
        }
        weights.append(&mut slots);
        weights
    }

    /// Takes over weights and, with `optimizer`, the slots.
    fn fill(&mut self, path: &Path, tensors: &SafeTensors, optimizer: bool) -> Result<()> {
        let mut weights = Vec::new();
        let mut slots = Vec::new();
        let slot_count = self
            .compiled
            .as_ref()
            .map_or(0, |compiled| compiled.optimizer.slots());
        for (layer, layer_name) in self.layers().iter().zip(&self.plan.names) {
            for variable in layer.lock().variables() {
                let name = format!("{layer_name}/{}", variable.name);
                weights.push(Tensor::dense(
                    variable.shape.clone(),
                    read(path, tensors, &name, &variable.shape)?,
                ));
                let slot_count = if variable.trainable { slot_count } else { 0 };
                let own: Result<Vec<Vec<f32>>> = (0..slot_count)
                    .map(|nth| {
                        read(
                            path,
                            tensors,
                            &format!("optimizer/{nth}/{name}"),
                            &variable.shape,
                        )
                    })
                    .collect();
                slots.push(own);
            }
        }
        self.set_weights(&weights)?;
        if let Some(compiled) = self.compiled.as_mut().filter(|_| optimizer)
            && tensors
                .names()
                .iter()
                .any(|name| name.starts_with("optimizer/"))
        {
            compiled.slots = slots.into_iter().collect::<Result<_>>()?;
        }
        Ok(())
    }
}

impl Sequential {
    /// Reads a model that [`save`](Model::save) wrote, to put more layers on top of it.
    ///
    /// # Errors
    /// As [`Model::load`], and when the file's model is not a stack of layers.
    pub fn load(path: impl AsRef<Path>) -> Result<Sequential> {
        let model = Model::load(path)?;
        if model.kind != "Sequential" {
            return Err(Error::invalid(
                "Sequential::load",
                "a Sequential model",
                "one of the functional API",
            )
            .with_hint("use Model::load"));
        }
        Ok(Sequential::from(model))
    }
}

fn open<'a>(
    path: &Path,
    content: &'a [u8],
) -> Result<(SafeTensors<'a>, Option<serde_json::Value>)> {
    let broken = |problem: safetensors::SafeTensorError| {
        format_error(path, &problem.to_string())
            .with_hint("the file may be cut short or be of another format; save the model again")
    };
    let tensors = SafeTensors::deserialize(content).map_err(broken)?;
    let (_, header) = SafeTensors::read_metadata(content).map_err(broken)?;
    let entry = header
        .metadata()
        .as_ref()
        .and_then(|metadata| metadata.get(ENTRY));
    let json = entry.map(|text| serde_json::from_str(text)).transpose();
    let json = json.map_err(|problem| {
        format_error(
            path,
            &format!("its description (version {VERSION}) is broken: {problem}"),
        )
    })?;
    Ok((tensors, json))
}

fn read(path: &Path, tensors: &SafeTensors, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let view = tensors
        .tensor(name)
        .map_err(|_| format_error(path, &format!("it has no weight {name:?}")))?;
    if view.dtype() != Dtype::F32 || view.shape() != shape {
        let problem = format!(
            "its weight {name:?} is {:?} of shape {}, and the model has F32 of shape {}",
            view.dtype(),
            Shape::from(view.shape()),
            Shape::from(shape)
        );
        return Err(format_error(path, &problem));
    }
    let numbers = view.data().chunks_exact(4);
    Ok(numbers
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect())
}

fn format_error(path: &Path, problem: &str) -> Error {
    Error::Format {
        path: path.to_path_buf(),
        format: FORMAT,
        problem: problem.to_string(),
        hint: String::new(),
    }
}
