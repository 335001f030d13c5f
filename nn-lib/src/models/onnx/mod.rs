//! Models as ONNX files, which other programs compute: onnxruntime in Python, C++, a browser or a phone.
//!
//! `proto.rs` writes the bytes, `graph.rs` puts operators together, `parts.rs` has the activations, `layers.rs` says which operators
//! a layer consists of, `recurrent.rs` those of a layer with a state, and `masks.rs` which steps count.

mod graph;
mod layers;
mod masks;
mod parts;
mod proto;
mod recurrent;

use std::path::Path;

use super::Model;
use crate::error::{Error, Result};
use crate::files::write_whole;
use crate::layers::Variable;
use crate::notebook::interrupt::Region;
use crate::tensor::Shape;
use graph::{Graph, Name};
use proto::Message;

/// The version of ONNX's operators, and that of the file format which came with it.
const OPERATORS: u64 = 17;
const FORMAT: u64 = 8;
/// Protocol buffers end at two gigabytes.
const MOST_BYTES: usize = (1 << 31) - 1;

impl Model {
    /// Writes the model as an ONNX file, as Keras's `model.export(path, format="onnx")`: what `predict` computes, without the
    /// learning process. `onnxruntime.InferenceSession("model.onnx").run(None, {"input_layer": x})` computes it in Python.
    ///
    /// Inputs have the names that they were given, else `input_layer`, `input_layer_1`; outputs have those of their layers. All are
    /// 32-bit floats, word indices too, and the batch may be of any size. The file needs operators of version 17 (onnxruntime 1.12
    /// and later). Dropout is left out, since `predict` has none.
    ///
    /// The file appears under its name when it is complete; if anything fails, an older file stays as it was.
    ///
    /// # Errors
    /// When the model is not built yet, has a layer of one's own, is larger than 2 GB, or the file cannot be written.
    ///
    /// ```no_run
    /// use nn_lib::prelude::*;
    /// let mut model = Sequential::new();
    /// model.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(10_000));
    /// model.export_onnx("reviews.onnx")?;
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn export_onnx(&self, path: impl AsRef<Path>) -> Result<()> {
        self.export(path.as_ref())
    }

    fn export(&self, path: &Path) -> Result<()> {
        // Stopped half-way a file would be of no use, and after a stopped training this is what a cell still wants to do.
        let _region = Region::enter();
        let content = self.to_onnx()?;
        write_whole(path, &content)
    }

    fn to_onnx(&self) -> Result<Vec<u8>> {
        if self.plan.layers.is_empty() || !self.waiting.is_empty() {
            return Err(Error::invalid(
                "export_onnx",
                "a model whose layers are built",
                "one without an input shape",
            )
            .with_hint("say .input_shape(...) in the first layer, or train the model first"));
        }
        let weights = self.count_params().saturating_mul(4);
        if weights > MOST_BYTES {
            let expected = "a model of at most 2 GB, which is the most that an ONNX file holds";
            return Err(Error::invalid(
                "export_onnx",
                expected,
                format!("{weights} bytes of weights"),
            ));
        }
        let graph = self.onnx_graph()?;
        let operators = Message::default().text(1, "").number(2, OPERATORS);
        let model = Message::default()
            .number(1, FORMAT)
            .text(2, "nn-lib")
            .text(3, env!("CARGO_PKG_VERSION"))
            .message(7, &graph)
            .message(8, &operators);
        Ok(model.into_bytes())
    }

    fn onnx_graph(&self) -> Result<Message> {
        let plan = &self.plan;
        let mut graph = Graph::default();
        let batched = |name: &str, shape: &Shape| {
            let axes = shape.iter().map(|axis| Some(*axis));
            proto::value(name, &std::iter::once(None).chain(axes).collect::<Vec<_>>())
        };
        let input_names: Vec<&String> = plan
            .inputs
            .iter()
            .map(|node| &plan.nodes[*node].name)
            .collect();
        for name in &input_names {
            if !graph.reserve(name) {
                let received = format!("two of the name {name:?}");
                return Err(Error::invalid(
                    "export_onnx",
                    "inputs of different names",
                    received,
                ));
            }
        }
        let output_names = plan.output_names().into_iter().map(|mut name| {
            // Of an input, or of an output that was numbered.
            while !graph.reserve(&name) {
                name += "_output";
            }
            name
        });
        let output_names: Vec<Name> = output_names.collect();
        let mut computed: Vec<Value> = Vec::new();
        for (node, shape) in plan.nodes.iter().zip(&plan.shapes) {
            let Some(layer) = node.layer else {
                computed.push(Value {
                    name: node.name.clone(),
                    shape: shape.clone(),
                    mask: None,
                });
                continue;
            };
            graph.enter(&node.name);
            let layer = plan.layers[layer].lock_to_read();
            let applied = Applied {
                kind: layer.kind(),
                name: &node.name,
                config: layer.config(),
                variables: layer.variables(),
                inputs: node.inputs.iter().map(|input| &computed[*input]).collect(),
                shape,
            };
            let name = layers::operators(&mut graph, &applied)?;
            let mask = masks::mask(&mut graph, &applied);
            computed.push(Value {
                name,
                shape: shape.clone(),
                mask,
            });
        }
        for (node, name) in plan.outputs.iter().zip(&output_names) {
            graph.rename(&computed[*node].name, name);
        }
        let inputs = plan
            .inputs
            .iter()
            .map(|node| batched(&plan.nodes[*node].name, &plan.shapes[*node]));
        let outputs = plan.outputs.iter().zip(&output_names);
        let outputs = outputs.map(|(node, name)| batched(name, &plan.shapes[*node]));
        Ok(graph.encode(
            "model",
            &inputs.collect::<Vec<_>>(),
            &outputs.collect::<Vec<_>>(),
        ))
    }
}

/// The output of a node in the graph.
struct Value {
    name: Name,
    /// Without the batch.
    shape: Shape,
    /// Which steps count, bools of shape (batch, steps).
    mask: Option<Name>,
}

/// A layer where it is applied.
struct Applied<'a> {
    kind: &'static str,
    name: &'a str,
    config: serde_json::Value,
    variables: Vec<&'a Variable>,
    inputs: Vec<&'a Value>,
    /// Of the output, without the batch.
    shape: &'a Shape,
}

impl Applied<'_> {
    /// The first input.
    fn input(&self) -> &Value {
        self.inputs[0]
    }

    /// The weight of this name.
    fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|own| own.name == name).copied()
    }

    fn flag(&self, key: &str) -> bool {
        self.config[key].as_bool().unwrap_or(false)
    }

    fn text(&self, key: &str) -> &str {
        self.config[key].as_str().unwrap_or_default()
    }

    /// A height and a width.
    fn pair(&self, key: &str) -> Option<[i64; 2]> {
        let side = |nth: usize| self.config[key][nth].as_i64();
        Some([side(0)?, side(1)?])
    }
}
