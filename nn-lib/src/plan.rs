//! A graph put into the order in which it is computed, with names for its layers.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::graph::{Application, Symbol};
use crate::layer::SharedLayer;
use crate::shape::Shape;

/// The steps from the inputs to the outputs, every step after the ones that it needs.
#[derive(Clone, Default)]
pub(crate) struct Plan {
    pub(crate) nodes: Vec<Node>,
    /// The shape of every node's output, without the batch axis.
    pub(crate) shapes: Vec<Shape>,
    /// Whether anybody needs the gradient with respect to a node's output.
    pub(crate) needs_gradient: Vec<bool>,
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

type Key = *const Application;

fn key(symbol: &Symbol) -> Key {
    Arc::as_ptr(&symbol.0)
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
            let learns =
                layer.is_some_and(|layer| !plan.layers[layer].lock().variables().is_empty());
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
        Ok(plan)
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
}

/// A symbol that a model takes as an input ends there, whatever it was computed from.
fn layer_of<'a>(symbol: &'a Symbol, inputs: &[Symbol]) -> Option<&'a SharedLayer> {
    let is_input = inputs.iter().any(|input| input.is(symbol));
    symbol.0.layer.as_ref().filter(|_| !is_input)
}

fn inputs_of<'a>(symbol: &'a Symbol, inputs: &[Symbol]) -> &'a [Symbol] {
    layer_of(symbol, inputs).map_or(&[], |_| &symbol.0.inputs)
}

fn check_ends(inputs: &[Symbol], outputs: &[Symbol]) -> Result<()> {
    if inputs.is_empty() || outputs.is_empty() {
        return Err(Error::invalid(
            "Model",
            "at least one input and one output",
            format!("{} and {}", inputs.len(), outputs.len()),
        ));
    }
    for (nth, input) in inputs.iter().enumerate() {
        if inputs[..nth].iter().any(|earlier| earlier.is(input)) {
            return Err(Error::invalid(
                "Model",
                "every input once",
                format!("{input:?} twice"),
            ));
        }
    }
    Ok(())
}

/// Visits a symbol and what it needs, needs first; `found` numbers the symbols as they are met.
/// An explicit stack: a graph of thousands of layers must not exhaust the thread's own.
fn trace(
    output: &Symbol,
    inputs: &[Symbol],
    found: &mut HashMap<Key, usize>,
    order: &mut Vec<Symbol>,
) -> Result<()> {
    let mut stack = vec![(output, 0)];
    while let Some((symbol, nth)) = stack.pop() {
        if nth == 0 {
            if found.contains_key(&key(symbol)) {
                continue;
            }
            found.insert(key(symbol), found.len());
            if layer_of(symbol, inputs).is_none() && !inputs.iter().any(|input| input.is(symbol)) {
                return Err(Error::invalid(
                    "Model",
                    "every input that an output depends on in its list of inputs",
                    format!("an output that depends on {symbol:?}, which is not in the list"),
                ));
            }
        }
        match inputs_of(symbol, inputs).get(nth) {
            Some(input) => {
                stack.push((symbol, nth + 1));
                stack.push((input, 0));
            }
            None => order.push(symbol.clone()),
        }
    }
    Ok(())
}

/// Each layer's own name, or its type in snake case, numbered: `dense`, `dense_1`, ...
fn layer_names(layers: &[SharedLayer]) -> Result<Vec<String>> {
    let own: Vec<Option<String>> = layers
        .iter()
        .map(|layer| layer.lock().base().name.clone())
        .collect();
    for (nth, name) in own.iter().enumerate() {
        if name.is_some() && own[..nth].contains(name) {
            return Err(Error::invalid(
                "Model",
                "a different name for every layer",
                format!("{:?} twice", name.as_deref().unwrap_or_default()),
            ));
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    for (layer, own_name) in layers.iter().zip(&own) {
        let name = own_name.clone().unwrap_or_else(|| {
            let kind = snake_case(layer.lock().kind());
            let count = counts.entry(kind.clone()).or_default();
            loop {
                let name = if *count == 0 {
                    kind.clone()
                } else {
                    format!("{kind}_{count}")
                };
                *count += 1;
                if !own.contains(&Some(name.clone())) {
                    break name;
                }
            }
        });
        names.push(name);
    }
    Ok(names)
}

fn input_name(symbol: &Symbol, inputs: &[Symbol]) -> String {
    symbol.own_name().unwrap_or_else(|| {
        let nth = inputs
            .iter()
            .position(|input| input.is(symbol))
            .unwrap_or(0);
        if nth == 0 {
            "input_layer".to_string()
        } else {
            format!("input_layer_{nth}")
        }
    })
}

fn snake_case(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
