//! Hands the kernels that read multi-hot rows over to threads for as long as a call takes, and takes them back.

use crate::apart::Apart;
use crate::column_kernel::ColumnKernel;
use crate::compile::Compiled;
use crate::layer::Columns;
use crate::optimizer::Clip;
use crate::plan::Plan;
use crate::regularizer::Regularizer;
use crate::simd::LANES;
use crate::step::fit_slots;
use crate::tensor::{Storage, Tensor};

/// Gives the kernel of every layer that reads multi-hot rows, and nothing else, to a [`ColumnKernel`].
/// To be undone by [`detach`]; with `compiled` the optimizer's memory goes along.
///
/// Clipping needs a gradient as a whole before any weight moves: then the kernels stay where they are. So do kernels
/// that are filled up with zeros, if their penalty would move these.
pub(crate) fn attach(plan: &Plan, compiled: Option<&mut Compiled>, x: &[Tensor]) {
    let mut learning = compiled;
    if learning
        .as_ref()
        .is_some_and(|compiled| compiled.optimizer.clip() != Clip::None)
    {
        return;
    }
    let mut number = 0;
    for (nth, layer) in plan.layers.iter().enumerate() {
        let mut layer = layer.lock();
        let eligible = layer.takes_multi_hot() && reads_only_multi_hot(plan, nth, x);
        let mut variables = layer.variables_mut();
        let kernel = variables.first_mut().filter(|_| eligible);
        if let Some(kernel) =
            kernel.filter(|kernel| kernel.columns.0.is_none() && kernel.shape.len() == 2)
        {
            let (dimension, units) = (kernel.shape[0], kernel.shape[1]);
            let penalty = kernel.regularizer.filter(Regularizer::moves_zero);
            if penalty.is_some() && !units.is_multiple_of(LANES) {
                number += variables.len();
                continue;
            }
            let slots: &[Vec<f32>] = match &mut learning {
                Some(Compiled {
                    optimizer, slots, ..
                }) => {
                    slots.resize_with(slots.len().max(number + 1), Vec::new);
                    fit_slots(optimizer.as_ref(), kernel.values.len(), &mut slots[number]);
                    &slots[number]
                }
                None => &[],
            };
            kernel.columns = Columns(Some(Apart::new(ColumnKernel::new(
                &kernel.values,
                slots,
                dimension,
                units,
            ))));
        }
        number += variables.len();
    }
}

/// Takes the kernels back: with `compiled` they have learned, and weights and memory are copied out.
pub(crate) fn detach(plan: &Plan, compiled: Option<&mut Compiled>) {
    let mut learned = compiled;
    let mut number = 0;
    for layer in &plan.layers {
        for variable in layer.lock().variables_mut() {
            if let (Some(columns), Some(compiled)) = (variable.columns.0.take(), &mut learned) {
                let slots = compiled
                    .slots
                    .get_mut(number)
                    .map_or(&mut [][..], Vec::as_mut_slice);
                columns.store(&mut variable.values, slots);
            }
            number += 1;
        }
    }
}

/// Whether each application of a layer reads one input of the model, and that is multi-hot.
fn reads_only_multi_hot(plan: &Plan, layer: usize, x: &[Tensor]) -> bool {
    let multi_hot = |node: &usize| {
        let input = plan.inputs.iter().position(|input| input == node);
        input
            .and_then(|input| x.get(input))
            .is_some_and(|x| match &x.storage {
                Storage::MultiHot(rows) => rows.decks().is_some(),
                Storage::Dense { .. } => false,
            })
    };
    let mut applications = plan.nodes.iter().filter(|node| node.layer == Some(layer));
    applications.all(|node| node.inputs.len() == 1 && multi_hot(&node.inputs[0]))
}
