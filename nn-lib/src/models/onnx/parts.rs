//! What several layers consist of: a weight, and the function of each number.

use super::Applied;
use super::graph::{Graph, Name};
use super::proto::Attribute::{Float, Int};
use crate::activations::Activation;
use crate::error::{Error, Result};
use crate::layers::Variable;

/// A weight that the layer has for certain.
pub(super) fn needed<'a>(applied: &'a Applied<'_>, name: &str) -> Result<&'a Variable> {
    applied.variable(name).ok_or_else(|| {
        let received = format!("{:?} without one", applied.name);
        Error::invalid(
            "export_onnx",
            format!("a layer with the weight {name:?}"),
            received,
        )
    })
}

pub(super) fn activation_of(applied: &Applied<'_>, key: &str) -> Result<Activation> {
    Activation::from_name(applied.text(key))
}

/// Adds a weight to the graph as it is.
pub(super) fn weight(graph: &mut Graph, own: &Variable) -> Name {
    graph.weight(own.name, &own.shape, &own.values)
}

/// The function of each number, and softmax along the last axis.
pub(super) fn activation(graph: &mut Graph, input: &Name, activation: Activation) -> Result<Name> {
    Ok(match activation {
        Activation::Linear => input.clone(),
        Activation::Relu => graph.add("Relu", &[input]),
        Activation::Sigmoid => graph.add("Sigmoid", &[input]),
        Activation::Tanh => graph.add("Tanh", &[input]),
        Activation::Softmax => graph.add_with("Softmax", &[input], &[("axis", Int(-1))]),
        Activation::LeakyRelu => graph.add_with("LeakyRelu", &[input], &[("alpha", Float(0.2))]),
        Activation::Elu => graph.add_with("Elu", &[input], &[("alpha", Float(1.0))]),
        // The numbers of Klambauer et al., 2017.
        Activation::Selu => {
            let (alpha, gamma) = (Float(1.673_263_2), Float(1.050_701));
            graph.add_with("Selu", &[input], &[("alpha", alpha), ("gamma", gamma)])
        }
        Activation::Softplus => graph.add("Softplus", &[input]),
        // x · (1 + erf(x / √2)) / 2
        Activation::Gelu => {
            let (root, one, half) = (
                graph.number(std::f32::consts::FRAC_1_SQRT_2),
                graph.number(1.0),
                graph.number(0.5),
            );
            let scaled = graph.add("Mul", &[input, &root]);
            let error = graph.add("Erf", &[&scaled]);
            let sum = graph.add("Add", &[&error, &one]);
            let below = graph.add("Mul", &[&sum, &half]);
            graph.add("Mul", &[input, &below])
        }
        Activation::Silu => {
            let sigmoid = graph.add("Sigmoid", &[input]);
            graph.add("Mul", &[input, &sigmoid])
        }
        Activation::Exponential => graph.add("Exp", &[input]),
        Activation::HardSigmoid => {
            let slope = ("alpha", Float(1.0 / 6.0));
            graph.add_with("HardSigmoid", &[input], &[slope, ("beta", Float(0.5))])
        }
    })
}
