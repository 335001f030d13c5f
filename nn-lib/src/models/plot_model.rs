//! Draws a model as boxes and arrows.

use super::Model;
use crate::plot::Diagram;

impl Model {
    /// The layers with their shapes as a diagram, as Keras's `plot_model`: the last expression of a cell shows it,
    /// `save` writes it to a file. A layer that is applied twice has a box for each application.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let a = Input::new(8);
    /// let left = Dense::new(4).activation(Activation::Relu).apply(&a)?;
    /// let right = Dense::new(4).activation(Activation::Tanh).apply(&a)?;
    /// let sum = Add::new().apply([&left, &right])?;
    /// let model = Model::new([&a], [&sum])?;
    /// assert!(model.plot_model().svg()?.contains("(None, 4)"));
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn plot_model(&self) -> Diagram {
        self.plot()
    }

    /// The same as [`plot_model`](Model::plot_model).
    pub fn plot(&self) -> Diagram {
        let mut diagram = Diagram::new("");
        let mut boxes = Vec::new();
        for (node, shape) in self.plan.nodes.iter().zip(&self.plan.shapes) {
            let (kind, parameters) = match node.layer {
                None => ("Input".to_string(), 0),
                Some(layer) => {
                    let layer = self.plan.layers[layer].lock();
                    let variables = layer.variables();
                    let kind = match layer.last_activation().map(|activation| activation.name()) {
                        None | Some("linear") => layer.kind().to_string(),
                        Some(activation) => format!("{} ({activation})", layer.kind()),
                    };
                    let count = variables.iter().map(|variable| variable.values.len()).sum();
                    (kind, count)
                }
            };
            boxes.push(diagram.node(&node.name, kind, shape.batched(), parameters));
        }
        for (node, to) in self.plan.nodes.iter().zip(&boxes) {
            for from in &node.inputs {
                diagram.edge(boxes[*from], *to);
            }
        }
        diagram
    }
}
