//! Layers with a state as ONNX's `Scan`: a graph that is computed step after step.
//!
//! ONNX has operators of its own for these layers, but they know neither masks with gaps before the words nor all of Keras's
//! options. The body of the loop has the formulas of `layers/sequences` instead.

use super::Applied;
use super::graph::{Graph, Name};
use super::parts::{activation, activation_of, needed};
use super::proto::Attribute::{Graph as Body, Int, Ints};
use super::proto::{self, Message};
use crate::activations::Activation;
use crate::error::Result;
use crate::layers::Variable;

/// The formula's weights and functions.
struct Cell<'a> {
    kind: &'static str,
    units: usize,
    activation: Activation,
    gate: Activation,
    recurrent_kernel: &'a Variable,
    /// What is added to `h · recurrent_kernel`; only a GRU has it.
    recurrent_bias: Option<&'a [f32]>,
    reset_after: bool,
}

/// Adds the layer; gives the name of its output.
pub(super) fn operators(graph: &mut Graph, applied: &Applied<'_>) -> Result<Name> {
    let (kernel, recurrent_kernel) = (
        needed(applied, "kernel")?,
        needed(applied, "recurrent_kernel")?,
    );
    let (units, width) = (recurrent_kernel.shape[0], recurrent_kernel.shape[1]);
    let reset_after = applied.flag("reset_after");
    let bias = applied.variable("bias").map(|bias| &bias.values[..]);
    let gate = match applied.kind {
        "SimpleRNN" => Activation::Linear,
        _ => activation_of(applied, "recurrent_activation")?,
    };
    let cell = Cell {
        kind: applied.kind,
        units,
        activation: activation_of(applied, "activation")?,
        gate,
        recurrent_kernel,
        recurrent_bias: bias
            .and_then(|bias| bias.get(width..))
            .filter(|bias| !bias.is_empty()),
        reset_after,
    };
    // x · kernel + bias of all steps at once.
    let kernel = graph.weight("kernel", &kernel.shape, &kernel.values);
    let mut sums = graph.add("MatMul", &[&applied.input().name, &kernel]);
    if let Some(bias) = bias {
        let bias = graph.weight("bias", &[width], &bias[..width]);
        sums = graph.add("Add", &[&sums, &bias]);
    }
    let zeros = zeros(graph, &sums, units);
    let mask = applied.input().mask.as_ref();
    let sequences = applied.flag("return_sequences");
    let states = if cell.kind == "LSTM" { 2 } else { 1 };
    let mut problem = Ok(());
    let body = graph.within(|graph| {
        cell.body(graph, states, mask.is_some(), sequences)
            .unwrap_or_else(|error| {
                problem = Err(error);
                (Vec::new(), Vec::new())
            })
    });
    problem?;
    let mut inputs = vec![&zeros; states];
    inputs.push(&sums);
    inputs.extend(mask);
    let scanned = inputs.len() - states;
    let backward = i64::from(applied.flag("go_backwards"));
    let (axes, directions) = (vec![1; scanned], vec![backward; scanned]);
    let mut attributes = vec![
        ("body", Body(&body)),
        ("num_scan_inputs", Int(scanned as i64)),
        ("scan_input_axes", Ints(&axes)),
        ("scan_input_directions", Ints(&directions)),
    ];
    if sequences {
        attributes.push(("scan_output_axes", Ints(&[1])));
    }
    let outputs = graph.add_many(
        "Scan",
        &inputs,
        &attributes,
        states + usize::from(sequences),
    );
    Ok(outputs[if sequences { states } else { 0 }].clone())
}

/// The first state, (batch, units).
fn zeros(graph: &mut Graph, like: &Name, units: usize) -> Name {
    let shape = graph.add("Shape", &[like]);
    let (from, to) = (graph.integers("from", &[0]), graph.integers("to", &[1]));
    let batch = graph.add("Slice", &[&shape, &from, &to]);
    let units = graph.integers("units", &[units as i64]);
    let shape = graph.add_with("Concat", &[&batch, &units], &[("axis", Int(0))]);
    // Without a value it is filled with zeros.
    graph.add("ConstantOfShape", &[&shape])
}

impl Cell<'_> {
    /// One step: states, what the input says and whether the step counts go in; the next states, and the output, come out.
    fn body(
        &self,
        graph: &mut Graph,
        states: usize,
        masked: bool,
        sequences: bool,
    ) -> Result<(Vec<Message>, Vec<Message>)> {
        let before: Vec<Name> = (0..states).map(|_| graph.local("before")).collect();
        let sums = graph.local("sums");
        let counts = masked.then(|| graph.local("counts"));
        let mut after = match self.kind {
            "SimpleRNN" => vec![self.simple(graph, &before[0], &sums)?],
            "LSTM" => self.memory(graph, &before[0], &before[1], &sums)?,
            _ => vec![self.gated(graph, &before[0], &sums)?],
        };
        if let Some(counts) = &counts {
            let last = graph.integers("axes", &[-1]);
            let each = graph.add("Unsqueeze", &[counts, &last]);
            for (after, before) in after.iter_mut().zip(&before) {
                *after = graph.add("Where", &[&each, after, before]);
            }
        }
        let mut outputs: Vec<Name> = after
            .iter()
            .map(|after| graph.add("Identity", &[after]))
            .collect();
        if sequences {
            outputs.push(graph.add("Identity", &[&after[0]]));
        }
        let width = self.recurrent_kernel.shape[1];
        let state = |name: &Name| proto::value(name, &[None, Some(self.units)]);
        let inputs = before.iter().map(&state);
        let inputs = inputs.chain([proto::value(&sums, &[None, Some(width)])]);
        let inputs = inputs.chain(counts.iter().map(|counts| proto::flags(counts)));
        Ok((inputs.collect(), outputs.iter().map(state).collect()))
    }

    /// `hidden · recurrent_kernel`, of some of the gates.
    fn product(&self, graph: &mut Graph, hidden: &Name, gates: std::ops::Range<usize>) -> Name {
        let width = self.recurrent_kernel.shape[1];
        let columns = gates.start * self.units..gates.end * self.units;
        let rows = self.recurrent_kernel.values.chunks_exact(width);
        let own: Vec<f32> = rows
            .flat_map(|row| &row[columns.clone()])
            .copied()
            .collect();
        let kernel = graph.constant("recurrent_kernel", &[self.units, columns.len()], &own);
        graph.add("MatMul", &[hidden, &kernel])
    }

    /// `h = activation(s + h · recurrent_kernel)`
    fn simple(&self, graph: &mut Graph, hidden: &Name, sums: &Name) -> Result<Name> {
        let recurrent = self.product(graph, hidden, 0..1);
        let sum = graph.add("Add", &[sums, &recurrent]);
        activation(graph, &sum, self.activation)
    }

    /// `c = f ∘ c + i ∘ g`, `h = o ∘ activation(c)`
    fn memory(
        &self,
        graph: &mut Graph,
        hidden: &Name,
        memory: &Name,
        sums: &Name,
    ) -> Result<Vec<Name>> {
        let recurrent = self.product(graph, hidden, 0..4);
        let sum = graph.add("Add", &[sums, &recurrent]);
        let parts = graph.add_many("Split", &[&sum], &[("axis", Int(-1))], 4);
        let i = activation(graph, &parts[0], self.gate)?;
        let f = activation(graph, &parts[1], self.gate)?;
        let g = activation(graph, &parts[2], self.activation)?;
        let o = activation(graph, &parts[3], self.gate)?;
        let (kept, new) = (graph.add("Mul", &[&f, memory]), graph.add("Mul", &[&i, &g]));
        let memory = graph.add("Add", &[&kept, &new]);
        let activated = activation(graph, &memory, self.activation)?;
        Ok(vec![graph.add("Mul", &[&o, &activated]), memory])
    }

    /// `h = z ∘ h + (1 - z) ∘ n`
    fn gated(&self, graph: &mut Graph, hidden: &Name, sums: &Name) -> Result<Name> {
        let parts = graph.add_many("Split", &[sums], &[("axis", Int(-1))], 3);
        let gates = if self.reset_after { 0..3 } else { 0..2 };
        let number = gates.len();
        let mut recurrent = self.product(graph, hidden, gates);
        if let Some(bias) = self.recurrent_bias {
            let bias = graph.constant("recurrent_bias", &[bias.len()], bias);
            recurrent = graph.add("Add", &[&recurrent, &bias]);
        }
        let of_state = graph.add_many("Split", &[&recurrent], &[("axis", Int(-1))], number);
        let mut gate = |nth: usize| {
            let sum = graph.add("Add", &[&parts[nth], &of_state[nth]]);
            activation(graph, &sum, self.gate)
        };
        let (z, r) = (gate(0)?, gate(1)?);
        let of_last = match of_state.get(2) {
            Some(of_last) => graph.add("Mul", &[&r, of_last]),
            None => {
                let seen = graph.add("Mul", &[&r, hidden]);
                self.product(graph, &seen, 2..3)
            }
        };
        let sum = graph.add("Add", &[&parts[2], &of_last]);
        let n = activation(graph, &sum, self.activation)?;
        let one = graph.number(1.0);
        let (kept, part) = (
            graph.add("Mul", &[&z, hidden]),
            graph.add("Sub", &[&one, &z]),
        );
        let new = graph.add("Mul", &[&part, &n]);
        Ok(graph.add("Add", &[&kept, &new]))
    }
}
