//! Weights that Keras wrote, in a file of safetensors in which they are numbered in Keras's order.

use std::fs;
use std::path::Path;

use safetensors::SafeTensors;

use super::super::Model;
use super::{format_error, open, read};
use crate::error::{Error, Result};
use crate::layers::SharedLayer;
use crate::notebook::interrupt::Region;
use crate::tensor::{Shape, Tensor};

impl Model {
    /// Sets all weights to those of a Keras model with the same layers in the same order. Names do not matter.
    ///
    /// Keras writes HDF5, which this library does not read. Four lines of Python number the weights and write them as
    /// safetensors (packages `keras` and `safetensors`):
    ///
    /// ```python
    /// import keras, safetensors.numpy
    /// model = keras.saving.load_model("model.keras")   # or: build it and model.load_weights("model.weights.h5")
    /// weights = {f"{nth:04} {own.path}": own.numpy() for nth, own in enumerate(model.weights)}
    /// safetensors.numpy.save_file(weights, "weights.safetensors")
    /// ```
    ///
    /// Then, with the same layers here, `model.load_keras_weights("weights.safetensors")?`.
    ///
    /// # Errors
    /// When the file cannot be read, is not such a file, or has weights of another number or other shapes; the message names both
    /// sides of the first that differs. Then the model stays as it is.
    pub fn load_keras_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.load_numbered(path.as_ref())
    }

    fn load_numbered(&mut self, path: &Path) -> Result<()> {
        if self.plan.layers.is_empty() || !self.waiting.is_empty() {
            return Err(Error::invalid(
                "load_keras_weights",
                "a model whose layers are built",
                "one without an input shape",
            )
            .with_hint("say .input_shape(...) in the first layer"));
        }
        let _region = Region::enter();
        let content = fs::read(path).map_err(|source| Error::io("read", path, source))?;
        let (tensors, _) = open(path, &content)?;
        let names = numbered(path, &tensors)?;
        let own = self.named_shapes();
        let shape_of = |name: &str| {
            tensors
                .tensor(name)
                .map(|view| Shape::from(view.shape()))
                .unwrap_or_default()
        };
        for (nth, (name, (own_name, own_shape))) in names.iter().zip(&own).enumerate() {
            let shape = shape_of(name);
            if shape != *own_shape {
                let problem = format!(
                    "its weight {nth}, {name:?}, has the shape {shape}, and the model's weight {nth}, {own_name:?}, has {own_shape}"
                );
                return Err(other_model(path, &problem));
            }
        }
        if names.len() != own.len() {
            let next = match (names.get(own.len()), own.get(names.len())) {
                (Some(name), _) => format!("the first one too many is {name:?}"),
                (_, Some((own, _))) => format!("it has none for {own:?}"),
                _ => String::new(),
            };
            let problem = format!(
                "it has {} weights and the model has {}: {next}",
                names.len(),
                own.len()
            );
            return Err(other_model(path, &problem));
        }
        let weights = names.iter().zip(own).map(|(name, (_, shape))| {
            let values = read(path, &tensors, name, &shape)?;
            Ok(Tensor::dense(shape, values))
        });
        let weights: Vec<Tensor> = weights.collect::<Result<_>>()?;
        self.set_weights(&weights)
    }

    /// The names and shapes of the weights, in the order of [`get_weights`](Model::get_weights).
    fn named_shapes(&self) -> Vec<(String, Shape)> {
        let of_layer = |(layer, layer_name): (&SharedLayer, &String)| -> Vec<(String, Shape)> {
            let layer = layer.lock();
            let variables = layer.variables().into_iter();
            variables
                .map(|own| (format!("{layer_name}/{}", own.name), own.shape.clone()))
                .collect()
        };
        self.layers()
            .iter()
            .zip(&self.plan.names)
            .flat_map(of_layer)
            .collect()
    }
}

/// The names of the tensors by their numbers, which must be 0, 1, 2 and so on.
fn numbered(path: &Path, tensors: &SafeTensors) -> Result<Vec<String>> {
    let number = |name: &str| name.split(' ').next()?.parse::<usize>().ok();
    let mut names: Vec<(Option<usize>, String)> = tensors
        .names()
        .into_iter()
        .map(|name| (number(name), name.to_string()))
        .collect();
    names.sort();
    let in_order = names
        .iter()
        .enumerate()
        .all(|(nth, (number, _))| *number == Some(nth));
    if !in_order || names.is_empty() {
        return Err(format_error(path, "its weights are not numbered, as in \"0000 dense/kernel\"").with_hint(
            "the documentation of load_keras_weights has the lines of Python that write such a file; load_weights reads what \
             save wrote",
        ));
    }
    Ok(names.into_iter().map(|(_, name)| name).collect())
}

fn other_model(path: &Path, problem: &str) -> Error {
    format_error(path, problem)
        .with_hint("build the model from the same layers, in the same order, with the same options")
}
