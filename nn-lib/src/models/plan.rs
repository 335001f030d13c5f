//! A graph put into the order in which it is computed, with names for its layers.

use std::collections::HashMap;

use super::layer_names::{input_name, layer_names};
use super::traversal::{Key, check_ends, inputs_of, key, layer_of, trace};
use crate::activations::Activation;
use crate::error::{Error, Result};
use crate::layers::{SharedLayer, Symbol};
use crate::tensor::Shape;

/// The steps from the inputs to the outputs, every step after the ones that it needs.
#[derive(Clone, Default)]
pub(crate) struct Plan {
    pub(crate) nodes: Vec<Node>,
    /// The shape of every node's output, without the batch axis.
    pub(crate) shapes: Vec<Shape>,
    /// Whether the gradient with respect to a node's output is needed.
    pub(crate) needs_gradient: Vec<bool>,
    /// The nodes whose layers measure something while they train.
    pub(crate) measuring: Vec<usize>,
    /// For each node whose layer averages the steps of an embedding that nothing else reads: the embedding's node. Its words are
    /// added up at once, and the tensor of all steps is never made.
    pub(crate) averages: Vec<Option<usize>>,
    /// How many nodes use a node's output.
    pub(crate) consumers: Vec<usize>,
    pub(crate) inputs: Vec<usize>,
    pub(crate) outputs: Vec<usize>,
    /// Each layer once, in Keras's order; the weights of a model are listed in this order.
    pub(crate) layers: Vec<SharedLayer>,
    /// The name of each layer.
    pub(crate) names: Vec<String>,
}

/// One application of a layer.
#[derive(Clone)]
pub(crate) struct Node {
    /// The layer's place in [`Plan::layers`]; an input has none.
    pub(crate) layer: Option<usize>,
    /// The nodes that it is applied to.
    pub(crate) inputs: Vec<usize>,
    /// The name of its layer, or of the input.
    pub(crate) name: String,
    pub(crate) symbol: Symbol,
}

impl Plan {
    /// Orders everything between `inputs` and `outputs`.
    pub(crate) fn new(inputs: &[Symbol], outputs: &[Symbol]) -> Result<Plan> {
        check_ends(inputs, outputs)?;
        let mut order = Vec::new();
        let mut found = HashMap::new();
        for output in outputs {
            trace(output, inputs, &mut found, &mut order)?;
        }
        let unused = inputs.iter().find(|input| !found.contains_key(&key(input)));
        if let Some(unused) = unused {
            return Err(Error::invalid(
                "Model",
                "inputs that lead to an output",
                format!("{unused:?}, which leads to none"),
            ));
        }
        // The depth of a node is its longest way to an output; Keras lists layers by depth, the deepest first.
        let mut depth: HashMap<Key, usize> = HashMap::new();
        for symbol in order.iter().rev() {
            let own = *depth.entry(key(symbol)).or_insert(0);
            for input in inputs_of(symbol, inputs) {
                let deeper = depth.entry(key(input)).or_insert(0);
                *deeper = (*deeper).max(own + 1);
            }
        }
        order.sort_by_key(|symbol| std::cmp::Reverse(depth[&key(symbol)]));
        Plan::in_order(order, &depth, &found, inputs, outputs)
    }

    fn in_order(
        order: Vec<Symbol>,
        depth: &HashMap<Key, usize>,
        found: &HashMap<Key, usize>,
        inputs: &[Symbol],
        outputs: &[Symbol],
    ) -> Result<Plan> {
        let mut ranked: Vec<(SharedLayer, usize, usize)> = Vec::new();
        for symbol in &order {
            let Some(layer) = layer_of(symbol, inputs) else {
                continue;
            };
            let (deep, first) = (depth[&key(symbol)], found[&key(symbol)]);
            match ranked.iter_mut().find(|(known, ..)| known.is(layer)) {
                None => ranked.push((layer.clone(), deep, first)),
                Some((_, known_depth, known_first)) => {
                    *known_depth = deep.max(*known_depth);
                    *known_first = first.min(*known_first);
                }
            }
        }
        ranked.sort_by_key(|(_, depth, first)| (std::cmp::Reverse(*depth), *first));
        let layers: Vec<SharedLayer> = ranked.into_iter().map(|(layer, ..)| layer).collect();
        let names = layer_names(&layers)?;

        let place: HashMap<Key, usize> = order.iter().map(key).zip(0..).collect();
        let mut plan = Plan {
            inputs: inputs.iter().map(|input| place[&key(input)]).collect(),
            outputs: outputs.iter().map(|output| place[&key(output)]).collect(),
            consumers: vec![0; order.len()],
            layers,
            names,
            ..Plan::default()
        };
        for symbol in order {
            let layer = layer_of(&symbol, inputs)
                .and_then(|own| plan.layers.iter().position(|known| known.is(own)));
            let sources: Vec<usize> = inputs_of(&symbol, inputs)
                .iter()
                .map(|input| place[&key(input)])
                .collect();
            for source in &sources {
                plan.consumers[*source] += 1;
            }
            let has = |trainable: bool| {
                let all = layer.map(|layer| plan.layers[layer].lock());
                all.is_some_and(|own| own.variables().iter().any(|v| v.trainable == trainable))
            };
            let (learns, measures) = (has(true), has(false));
            if measures {
                plan.measuring.push(plan.nodes.len());
            }
            plan.needs_gradient
                .push(learns || sources.iter().any(|source| plan.needs_gradient[*source]));
            plan.shapes.push(symbol.0.shape.clone());
            let name = match layer {
                Some(layer) => plan.names[layer].clone(),
                None => input_name(&symbol, inputs),
            };
            plan.nodes.push(Node {
                layer,
                inputs: sources,
                name,
                symbol,
            });
        }
        plan.averages = (0..plan.nodes.len())
            .map(|node| plan.averaged(node))
            .collect();
        Ok(plan)
    }

    /// The node whose steps this one averages, if it can be left out.
    fn averaged(&self, node: usize) -> Option<usize> {
        let layer_of = |node: usize| Some(self.layers[self.nodes[node].layer?].lock());
        let &[source] = &self.nodes[node].inputs[..] else {
            return None;
        };
        let averages = layer_of(node)?.averages_steps();
        let alone = self.consumers[source] == 1 && !self.outputs.contains(&source);
        (averages && alone && layer_of(source)?.knows_average()).then_some(source)
    }

    /// Whether a node's output is never made: see [`averages`](Plan::averages).
    pub(crate) fn is_left_out(&self, node: usize) -> bool {
        self.averages.contains(&Some(node))
    }

    /// The names of the outputs: their layers' names, numbered where one layer gives several.
    pub(crate) fn output_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for output in &self.outputs {
            let name = &self.nodes[*output].name;
            let same = names.iter().filter(|known| *known == name).count();
            names.push(if same == 0 {
                name.clone()
            } else {
                format!("{name}_{same}")
            });
        }
        names
    }

    /// The layer that computes a node's output, the nodes that it reads, and whether it computes the average of its steps: the
    /// node's own `layer`, or the embedding that it averages.
    pub(crate) fn applied(&self, node: usize, layer: usize) -> (usize, &[usize], bool) {
        let embedding = self.averages[node].map(|source| &self.nodes[source]);
        match embedding.and_then(|own| Some((own.layer?, &own.inputs))) {
            Some((layer, inputs)) => (layer, inputs, true),
            None => (layer, &self.nodes[node].inputs, false),
        }
    }

    /// The activation that ends a node's layer.
    pub(crate) fn last_activation(&self, node: usize) -> Option<Activation> {
        let layer = self.nodes[node].layer?;
        self.layers[layer].lock().last_activation()
    }

    /// Applies the layers of this plan, or what `layer_for` gives for them, to other inputs.
    pub(crate) fn replay(
        &self,
        inputs: &[Symbol],
        layer_for: impl Fn(&SharedLayer) -> SharedLayer,
    ) -> Result<Vec<Symbol>> {
        let mut symbols: Vec<Symbol> = Vec::with_capacity(self.nodes.len());
        for (number, node) in self.nodes.iter().enumerate() {
            let symbol = match node.layer {
                Some(layer) => {
                    let sources = node.inputs.iter().map(|source| symbols[*source].clone());
                    Symbol::apply(&layer_for(&self.layers[layer]), sources.collect())?
                }
                None => {
                    let nth = self.inputs.iter().position(|input| *input == number);
                    let symbol = inputs[nth.expect("a node without a layer is an input")].clone();
                    if symbol.0.shape != self.shapes[number] {
                        let expected =
                            format!("samples of shape {}", self.shapes[number].batched());
                        return Err(Error::invalid(
                            "the model",
                            expected,
                            symbol.0.shape.batched(),
                        ));
                    }
                    symbol
                }
            };
            symbols.push(symbol);
        }
        Ok(self
            .outputs
            .iter()
            .map(|output| symbols[*output].clone())
            .collect())
    }

    /// A new input like that of a node, with its name.
    pub(crate) fn fresh_input(&self, node: usize) -> Symbol {
        let input = Symbol::input(self.shapes[node].clone());
        match self.nodes[node].symbol.own_name() {
            Some(name) => input.name(&name),
            None => input,
        }
    }
}
