//! Which steps of a sequence count, in an ONNX graph: as each layer's `compute_mask` says it.

use super::Applied;
use super::graph::{Graph, Name};

/// The mask of a layer's output.
pub(super) fn mask(graph: &mut Graph, applied: &Applied<'_>) -> Option<Name> {
    let masks = || applied.inputs.iter().map(|input| input.mask.clone());
    let own = match applied.kind {
        "Embedding" => of_words(graph, applied),
        "Dense" | "Dropout" | "Activation" | "BatchNormalization" | "LayerNormalization" => {
            masks().next().flatten()
        }
        "SimpleRNN" | "LSTM" | "GRU" if applied.flag("return_sequences") => {
            masks().next().flatten()
        }
        // Where one of them says nothing, all steps count.
        "Add" | "Average" | "Multiply" | "Maximum" => {
            let all: Option<Vec<Name>> = masks().collect();
            join(graph, "Or", all.unwrap_or_default())
        }
        "Concatenate" => join(graph, "And", masks().flatten().collect()),
        _ => None,
    };
    // A mask with another number of steps counts as none.
    let steps = |shape: &[usize]| shape.first().copied();
    let of_input = applied
        .inputs
        .iter()
        .all(|input| steps(&input.shape) == steps(applied.shape));
    own.filter(|_| applied.shape.len() > 1 && of_input)
}

/// The word 0 is none.
fn of_words(graph: &mut Graph, applied: &Applied<'_>) -> Option<Name> {
    if !applied.flag("mask_zero") || applied.input().shape.len() != 1 {
        return None;
    }
    let zero = graph.number(0.0);
    let none = graph.add("Equal", &[&applied.input().name, &zero]);
    Some(graph.add("Not", &[&none]))
}

fn join(graph: &mut Graph, operator: &str, masks: Vec<Name>) -> Option<Name> {
    masks.into_iter().reduce(|one, other| match one == other {
        true => one,
        false => graph.add(operator, &[&one, &other]),
    })
}
