//! A model: layers in a graph with their weights, ready to be compiled, trained and asked.

mod compile;
mod layer_names;
mod learning_process;
mod onnx;
mod plan;
#[cfg(feature = "plot")]
mod plot_model;
mod saving;
mod sequential;
mod summary;
mod traversal;
mod weights;

use std::fmt;

use crate::error::{Error, Result};
use crate::layers::{SharedLayer, Symbol, Symbols};
use crate::precompiled::Precompiled;
use crate::random::{derive, random_seed, rng};
use crate::tensor::{Origin, Shape, Tensor};

pub(crate) use compile::{Compiled, fit_slots};
pub use compile::{IntoLosses, IntoMetrics, IntoOptimizer};
pub(crate) use learning_process::not_compiled;
pub(crate) use plan::Plan;
pub use sequential::{Part, Sequential, Stackable};
pub use summary::Summary;

/// A directed acyclic graph of layers, made with the functional API.
///
/// ```
/// use nn_lib::prelude::*;
/// let a = Input::new(3);
/// let hidden = Dense::new(4).activation(Activation::Relu).apply(&a)?;
/// let positive = Dense::new(1).activation(Activation::Sigmoid).apply(&hidden)?;
/// let topic = Dense::new(5).activation(Activation::Softmax).apply(&hidden)?;
/// let model = Model::new([&a], [&positive, &topic])?;
/// assert_eq!(model.count_params(), 3 * 4 + 4 + 4 + 1 + 4 * 5 + 5);
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// A model can be applied like a layer; layers that two models have in common share their weights. A clone shares
/// nothing with its original.
pub struct Model {
    pub(crate) plan: Precompiled<Plan>,
    pub(crate) compiled: Precompiled<Option<Compiled>>,
    /// The parts of a `Sequential` that wait for an input shape, or that failed to fit.
    pub(crate) waiting: Precompiled<Vec<Part>>,
    pub(crate) kind: &'static str,
    pub(crate) seed: u64,
    /// The stand-ins that the weights were trained on.
    pub(crate) origin: Origin,
}

impl Model {
    /// The model that computes `outputs` from `inputs`.
    ///
    /// # Errors
    /// When an output depends on an input that is not listed, an input leads nowhere, or two layers share a name.
    pub fn new(inputs: impl Symbols, outputs: impl Symbols) -> Result<Model> {
        Model::with_seed(inputs, outputs, random_seed())
    }

    /// The same with the first weights drawn from this seed.
    ///
    /// # Errors
    /// As [`Model::new`].
    pub fn with_seed(inputs: impl Symbols, outputs: impl Symbols, seed: u64) -> Result<Model> {
        let mut model = Model::empty("Functional", seed);
        model.set_graph(&inputs.symbols(), &outputs.symbols())?;
        Ok(model)
    }

    pub(crate) fn empty(kind: &'static str, seed: u64) -> Model {
        Model {
            plan: Precompiled::new(Plan::default()),
            compiled: Precompiled::new(None),
            waiting: Precompiled::new(Vec::new()),
            kind,
            seed,
            origin: Origin::default(),
        }
    }

    /// Takes a new graph and draws the first weights of layers that have none.
    pub(crate) fn set_graph(&mut self, inputs: &[Symbol], outputs: &[Symbol]) -> Result<()> {
        *self.plan = Plan::new(inputs, outputs)?;
        for (nth, layer) in self.plan.layers.iter().enumerate() {
            let mut generator = rng(derive(self.seed, "weights", nth as u64));
            for variable in layer.lock().variables_mut() {
                variable.initialize(&mut generator);
            }
        }
        Ok(())
    }

    /// Chooses the optimizer, the loss and the metrics: `compile(RMSprop::new(0.001), Loss::BinaryCrossentropy,
    /// [Metric::Accuracy])`, or by name `compile("rmsprop", "binary_crossentropy", ["accuracy"])`. `()` in place of
    /// the metrics stands for none.
    ///
    /// # Errors
    /// When a name is unknown, a setting of the optimizer cannot train, the layers do not fit each other, or there is not one loss for every output.
    pub fn compile(
        &mut self,
        optimizer: impl IntoOptimizer,
        loss: impl IntoLosses,
        metrics: impl IntoMetrics,
    ) -> Result<()> {
        self.compile_with(&optimizer, &loss, &metrics)
    }

    fn compile_with(
        &mut self,
        optimizer: &dyn IntoOptimizer,
        loss: &dyn IntoLosses,
        metrics: &dyn IntoMetrics,
    ) -> Result<()> {
        let compiled = Compiled::new(optimizer.optimizer()?, loss.losses()?, metrics.metrics()?);
        compiled.optimizer.check()?;
        self.settle(None)?;
        if !self.plan.nodes.is_empty() {
            compiled.check(&self.plan)?;
        }
        *self.compiled = Some(compiled);
        Ok(())
    }

    /// Makes sure that the layers are built, from the shape of the data where it was not given.
    pub(crate) fn ready(&mut self, operation: &str, x: &[Tensor]) -> Result<()> {
        self.settle(x.first().map(Tensor::row_shape))?;
        if self.plan.layers.is_empty() {
            return Err(Error::invalid(
                operation,
                "a model with at least one layer",
                "an empty model",
            )
            .with_hint("add layers first: model.add(Dense::new(16))"));
        }
        Ok(())
    }

    /// The layers, each once, in the order of the weights.
    pub(crate) fn layers(&self) -> &[SharedLayer] {
        &self.plan.layers
    }

    /// The names of the layers.
    pub fn layer_names(&self) -> Vec<String> {
        self.plan.names.clone()
    }

    /// The shape of a sample of the (first) output, known once the model is built.
    pub fn output_shape(&self) -> Option<Shape> {
        let output = self.plan.outputs.first()?;
        Some(self.plan.shapes[*output].clone())
    }

    /// Applies the whole model to symbols, as one applies a layer; the weights are shared.
    ///
    /// # Errors
    /// When the shapes do not fit, or the model has several outputs (see [`apply_all`](Model::apply_all)).
    pub fn apply(&self, inputs: impl Symbols) -> Result<Symbol> {
        let mut outputs = self.apply_all(inputs)?;
        match (outputs.pop(), outputs.is_empty()) {
            (Some(output), true) => Ok(output),
            (_, _) => Err(
                Error::invalid("apply", "a model with one output", "several")
                    .with_hint("apply_all gives the list of outputs"),
            ),
        }
    }

    /// Applies the whole model to symbols and gives all of its outputs.
    ///
    /// # Errors
    /// When the shapes do not fit.
    pub fn apply_all(&self, inputs: impl Symbols) -> Result<Vec<Symbol>> {
        let inputs = inputs.symbols();
        if self.plan.nodes.is_empty() {
            let [input] = inputs.as_slice() else {
                return Err(Error::invalid(
                    "apply",
                    "one input",
                    format!("{}", inputs.len()),
                ));
            };
            let output = self
                .waiting
                .iter()
                .try_fold(input.clone(), |symbol, part| part.apply(&symbol))?;
            return Ok(vec![output]);
        }
        if inputs.len() != self.plan.inputs.len() {
            let expected = format!("{} inputs", self.plan.inputs.len());
            return Err(Error::invalid(
                "apply",
                expected,
                format!("{}", inputs.len()),
            ));
        }
        self.plan.replay(&inputs, SharedLayer::clone)
    }
}

impl Clone for Model {
    fn clone(&self) -> Model {
        let inputs: Vec<Symbol> = self
            .plan
            .inputs
            .iter()
            .map(|node| self.plan.fresh_input(*node))
            .collect();
        let copies: Vec<SharedLayer> = self.layers().iter().map(SharedLayer::copy).collect();
        let copy_of = |layer: &SharedLayer| {
            let place = self.layers().iter().position(|own| own.is(layer));
            place.map_or_else(|| layer.copy(), |place| copies[place].clone())
        };
        let mut clone = Model::empty(self.kind, self.seed);
        clone.origin = self.origin;
        if !self.plan.nodes.is_empty() {
            let outputs = self.plan.replay(&inputs, copy_of);
            *clone.plan = outputs
                .and_then(|outputs| Plan::new(&inputs, &outputs))
                .expect("what was built once can be built again");
        }
        *clone.waiting = self.waiting.iter().map(Part::copy).collect();
        *clone.compiled = Option::clone(&self.compiled);
        clone
    }
}

/// Shows the [`summary`](Model::summary).
impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.summary(), f)
    }
}

/// The names of the layers, the number of weights, and how many layers wait for the shape of the input.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.kind)
            .field("layers", &self.layer_names())
            .field("params", &self.count_params())
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}
