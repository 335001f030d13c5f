//! Walks through a graph from its outputs back to its inputs.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::layers::{Application, SharedLayer, Symbol};

/// A symbol's identity: the address of its `Application`.
pub(crate) type Key = *const Application;

pub(crate) fn key(symbol: &Symbol) -> Key {
    Arc::as_ptr(&symbol.0)
}

/// A symbol that a model takes as an input ends there, whatever it was computed from.
pub(crate) fn layer_of<'a>(symbol: &'a Symbol, inputs: &[Symbol]) -> Option<&'a SharedLayer> {
    let is_input = inputs.iter().any(|input| input.is(symbol));
    symbol.0.layer.as_ref().filter(|_| !is_input)
}

pub(crate) fn inputs_of<'a>(symbol: &'a Symbol, inputs: &[Symbol]) -> &'a [Symbol] {
    layer_of(symbol, inputs).map_or(&[], |_| &symbol.0.inputs)
}

pub(crate) fn check_ends(inputs: &[Symbol], outputs: &[Symbol]) -> Result<()> {
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

/// Visits what a symbol needs, then the symbol itself; `found` numbers the symbols in that order.
/// An explicit stack: a graph of thousands of layers must not exhaust the thread's own.
pub(crate) fn trace(
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
