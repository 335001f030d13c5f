//! The optimizer's step: penalties, clipping, and how the weights move.
//!
//! One layer is locked at a time. Models on two threads that share their layers so never wait for each other in a circle.

use super::workspace::Workspace;
use crate::compute::{pieces, share};
use crate::models::{Compiled, Plan, fit_slots};
use crate::optimizers::{Clip, Optimizer};
use crate::regularizers::Regularizer;

/// The sum of all penalties on weights; on request their derivatives are added to the gradients.
pub(crate) fn penalties(plan: &Plan, workspace: &mut Workspace, gradients: bool) -> f64 {
    let mut total = 0.0;
    for (nth, gradients_of_layer) in workspace.of_weights.iter_mut().enumerate() {
        let (layer, kept) = workspace.kernels.lock(plan, nth);
        for (place, variable) in layer.variables().into_iter().enumerate() {
            let Some(regularizer) = &variable.regularizer else {
                continue;
            };
            if let Some(kept) = kept.filter(|kept| kept.place == place) {
                // The derivative follows when the columns learn.
                kept.penalized.set(gradients);
                total += kept.kernel.penalty(regularizer);
                continue;
            }
            total += f64::from(regularizer.penalty(&variable.values));
            if gradients {
                let gradient = &mut gradients_of_layer[place];
                gradient.resize(variable.values.len(), 0.0);
                regularizer.add_gradient(&variable.values, gradient);
            }
        }
    }
    total
}

/// Clips the gradients and moves every weight.
pub(crate) fn update(plan: &Plan, compiled: &mut Compiled, workspace: &mut Workspace) {
    let Compiled {
        optimizer, slots, ..
    } = compiled;
    let Workspace {
        of_weights,
        kernels,
        ..
    } = workspace;
    if optimizer.clip() != Clip::None {
        let all = of_weights.iter_mut().flatten().map(Vec::as_mut_slice);
        // What is not trainable has no gradient.
        let mut gradients: Vec<&mut [f32]> = all.filter(|own| !own.is_empty()).collect();
        optimizer.clip().apply(&mut gradients);
    }
    let count = of_weights.iter().map(Vec::len).sum();
    slots.resize_with(count, Vec::new);
    optimizer.begin_step();
    let optimizer = optimizer.as_ref();
    let mut slots = slots.iter_mut();
    for (nth, gradients) in of_weights.iter_mut().enumerate() {
        let (mut layer, kept, taken) = kernels.lock_to_change(plan, nth);
        let variables = layer.variables_mut().into_iter();
        for (place, ((variable, gradient), slots)) in
            variables.zip(gradients).zip(&mut slots).enumerate()
        {
            let regularizer = variable.regularizer.as_ref();
            if let Some(kept) = kept.filter(|kept| kept.place == place) {
                kept.penalized.set(false);
                kept.kernel.learn(optimizer, regularizer);
                continue;
            }
            if !variable.trainable {
                continue;
            }
            fit_slots(optimizer, variable.values.len(), slots);
            if let Some(taken) = taken.as_ref().filter(|taken| taken.place == place) {
                // Another model has changed the weights since. The earlier steps have moved them already.
                gradient.resize(variable.values.len(), 0.0);
                taken.kernel.store_memory(slots);
                let due = regularizer.filter(|_| taken.penalized.get());
                taken.kernel.add_gradient(due, gradient);
            }
            move_weights(
                optimizer,
                regularizer,
                &mut variable.values,
                slots,
                gradient,
            );
        }
    }
}

/// So many weights make a piece worth while: a tenth of a millisecond, which a sleeping thread may take to wake up.
const WORTH: usize = 3 << 16;

/// The optimizer's step for one variable; many weights are shared out to threads.
fn move_weights(
    optimizer: &dyn Optimizer,
    regularizer: Option<&Regularizer>,
    weights: &mut [f32],
    slots: &mut [Vec<f32>],
    gradient: &[f32],
) {
    let count = weights.len();
    let length = count.div_ceil(pieces(count, WORTH)).max(1);
    let weights = weights.chunks_mut(length);
    let mut slots: Vec<_> = slots
        .iter_mut()
        .map(|slot| slot.chunks_mut(length))
        .collect();
    let parts = weights
        .zip(gradient.chunks(length))
        .map(|(weights, gradient)| {
            let slots: Vec<&mut [f32]> = slots.iter_mut().filter_map(Iterator::next).collect();
            (weights, slots, gradient)
        });
    share(parts, |(weights, mut slots, gradient)| {
        optimizer.update(weights, &mut slots, gradient);
        if let Some(regularizer) = regularizer {
            regularizer.forget_the_smallest(weights);
        }
    });
}
