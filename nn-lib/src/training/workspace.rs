//! Runs a plan on batches: forward through every node, and backward with the gradients.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::column_kernels::{Kept, Kernels};
use crate::layers::{Backward, Forward, InputGradients, Inputs, Locked, Mask};
use crate::models::Plan;
use crate::multi_hot::Selection;
use crate::random::{Rng, rng};
use crate::tensor::{Storage, Tensor};

/// The numbers of one batch on their way through a plan; the room is kept from batch to batch.
pub(crate) struct Workspace {
    samples: usize,
    outputs: Vec<Vec<f32>>,
    gradients: Vec<Vec<f32>>,
    caches: Vec<Vec<f32>>,
    /// Which steps of each node's output count.
    masks: Vec<Option<Mask>>,
    /// For each layer the gradients of its variables. A layer has them within `backward` alone, so that two models may train
    /// a layer that they share.
    pub(crate) of_weights: Vec<Vec<Vec<f32>>>,
    /// The kernels that are kept by columns: borrowed by a training, copied for an evaluation.
    pub(crate) kernels: Kernels,
    pub(crate) rng: Rng,
}

/// Which samples a batch has, and which the batch after it, so that what they need can be fetched early.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) now: &'a [u32],
    pub(crate) next: &'a [u32],
}

impl<'a> Rows<'a> {
    /// Samples in their order, cut into batches; the last one may be smaller.
    pub(crate) fn batches(order: &'a [u32], size: usize) -> impl Iterator<Item = Rows<'a>> {
        order.chunks(size).enumerate().map(move |(nth, now)| {
            let after = &order[nth * size + now.len()..];
            Rows {
                now,
                next: &after[..after.len().min(size)],
            }
        })
    }

    /// All samples in one batch.
    pub(crate) fn all(order: &'a [u32]) -> Rows<'a> {
        Rows {
            now: order,
            next: &[],
        }
    }
}

impl Workspace {
    pub(crate) fn new(plan: &Plan) -> Workspace {
        let empty = || vec![Vec::new(); plan.nodes.len()];
        Workspace {
            samples: 0,
            outputs: empty(),
            gradients: empty(),
            caches: empty(),
            masks: vec![None; plan.nodes.len()],
            of_weights: vec![Vec::new(); plan.layers.len()],
            kernels: Kernels::default(),
            rng: rng(0),
        }
    }

    /// The output of a node for the last batch, (samples, size).
    pub(crate) fn output(&self, plan: &Plan, node: usize) -> ArrayView2<'_, f32> {
        let size = plan.shapes[node].count();
        ArrayView2::from_shape(
            (self.samples, size),
            &self.outputs[node][..self.samples * size],
        )
        .expect("the forward pass made samples × size values")
    }

    /// The gradient with respect to the output of a node and that output itself.
    pub(crate) fn gradient_and_output(
        &mut self,
        plan: &Plan,
        node: usize,
    ) -> (ArrayViewMut2<'_, f32>, ArrayView2<'_, f32>) {
        let size = plan.shapes[node].count();
        let count = self.samples * size;
        let shape = (self.samples, size);
        (
            ArrayViewMut2::from_shape(shape, &mut self.gradients[node][..count])
                .expect("the gradients were sized for this batch"),
            ArrayView2::from_shape(shape, &self.outputs[node][..count])
                .expect("the forward pass made samples × size values"),
        )
    }

    /// Computes every node for the rows `rows` of the inputs `x`.
    pub(crate) fn forward(&mut self, plan: &Plan, x: &[Tensor], rows: Rows<'_>, training: bool) {
        self.samples = rows.now.len();
        let multi_hot = self.load(plan, x, rows);
        for (number, node) in plan.nodes.iter().enumerate() {
            let Some(layer) = node.layer else { continue };
            if plan.is_left_out(number) {
                continue;
            }
            let (layer, sources, average) = plan.applied(number, layer);
            let size = plan.shapes[number].count();
            let count = self.samples * size;
            let (before, own) = self.outputs.split_at_mut(number);
            if own[0].len() < count {
                own[0].resize(count, 0.0);
            }
            let (layer, kept) = self.kernels.lock(plan, layer);
            let takes_multi_hot = layer.takes_multi_hot();
            let inputs = Inputs {
                samples: self.samples,
                sources,
                shapes: &plan.shapes,
                values: before,
                multi_hot: if takes_multi_hot { &multi_hot } else { &[] },
                masks: &self.masks,
                by_columns: kept.map(|kept| kept.view(training)),
            };
            let mask = match average {
                true => None,
                false => layer.compute_mask(inputs),
            };
            let call = Forward {
                inputs,
                output: ArrayViewMut2::from_shape((self.samples, size), &mut own[0][..count])
                    .expect("the buffer was sized above"),
                cache: &mut self.caches[number],
                training,
                rng: &mut self.rng,
            };
            match average {
                true => layer.forward_average(call),
                false => layer.forward(call),
            }
            let steps = plan.shapes[number].first().copied().unwrap_or(0);
            self.masks[number] = mask.filter(|mask| mask.fits(self.samples, steps));
        }
    }

    /// The way back, after `forward` in training and after the outputs' gradients were written.
    /// `past_activation[node]` says that a gradient lies before its layer's last activation already.
    pub(crate) fn backward(
        &mut self,
        plan: &Plan,
        x: &[Tensor],
        rows: Rows<'_>,
        past_activation: &[bool],
    ) {
        let multi_hot = selections(plan, x, rows);
        for (number, node) in plan.nodes.iter().enumerate().rev() {
            let Some(layer) = node.layer else { continue };
            if !plan.needs_gradient[number] || plan.is_left_out(number) {
                continue;
            }
            let (layer, sources, average) = plan.applied(number, layer);
            let size = plan.shapes[number].count();
            let count = self.samples * size;
            let (before, own) = self.gradients.split_at_mut(number);
            let of_weights = &mut self.of_weights[layer];
            let (mut layer, kept) = self.kernels.lock(plan, layer);
            let takes_multi_hot = layer.takes_multi_hot();
            swap_gradients(&mut layer, of_weights, kept);
            let shape = (self.samples, size);
            let call = Backward {
                inputs: Inputs {
                    samples: self.samples,
                    sources,
                    shapes: &plan.shapes,
                    values: &self.outputs,
                    multi_hot: if takes_multi_hot { &multi_hot } else { &[] },
                    masks: &self.masks,
                    by_columns: kept.map(|kept| kept.view(true)),
                },
                output: ArrayView2::from_shape(shape, &self.outputs[number][..count])
                    .expect("the forward pass made samples × size values"),
                upstream: ArrayViewMut2::from_shape(shape, &mut own[0][..count])
                    .expect("the gradients were sized for this batch"),
                gradients: InputGradients {
                    samples: self.samples,
                    sources,
                    shapes: &plan.shapes,
                    needed: &plan.needs_gradient,
                    values: before,
                },
                cache: &mut self.caches[number],
                past_activation: past_activation[number],
            };
            match average {
                true => layer.backward_average(call),
                false => layer.backward(call),
            }
            for (variable, own) in layer.variables_mut().into_iter().zip(of_weights) {
                std::mem::swap(&mut variable.gradient, own);
            }
        }
    }

    /// Sets all gradients to zero and gives them room for the current batch.
    pub(crate) fn clear_gradients(&mut self, plan: &Plan) {
        for (number, gradient) in self.gradients.iter_mut().enumerate() {
            let needed = plan.needs_gradient[number] || plan.outputs.contains(&number);
            if needed && !plan.is_left_out(number) {
                gradient.clear();
                gradient.resize(self.samples * plan.shapes[number].count(), 0.0);
            }
        }
        for (layer, gradients) in self.of_weights.iter_mut().enumerate() {
            let (mut locked, kept) = self.kernels.lock(plan, layer);
            let variables = locked.variables_mut();
            gradients.resize(variables.len(), Vec::new());
            for (place, (variable, gradient)) in variables.into_iter().zip(gradients).enumerate() {
                if gradient.capacity() == 0 {
                    std::mem::swap(&mut variable.gradient, gradient);
                }
                gradient.clear();
                if kept.is_none_or(|kept| kept.place != place) {
                    gradient.resize(variable.gradient_len(), 0.0);
                }
            }
        }
    }

    /// What the layers measure is taken over after a step: see [`Layer::update_state`](crate::layers::Layer::update_state).
    pub(crate) fn update_states(&mut self, plan: &Plan) {
        for node in &plan.measuring {
            if let Some(layer) = plan.nodes[*node].layer {
                let mut layer = plan.layers[layer].lock_to_change();
                layer.update_state(&self.caches[*node]);
            }
        }
    }

    /// Gives the buffers of the weights' gradients to the layers, so that the next training need not make new ones.
    pub(crate) fn leave_room(&mut self, plan: &Plan) {
        for (layer, gradients) in plan.layers.iter().zip(&mut self.of_weights) {
            for (variable, own) in layer.lock().variables_mut().into_iter().zip(gradients) {
                std::mem::swap(&mut variable.gradient, own);
            }
        }
    }

    /// Copies the rows of the inputs into their nodes; multi-hot rows only where a layer cannot read them.
    fn load<'a>(
        &mut self,
        plan: &Plan,
        x: &'a [Tensor],
        rows: Rows<'a>,
    ) -> Vec<Option<Selection<'a>>> {
        let multi_hot = selections(plan, x, rows);
        for (tensor, node) in x.iter().zip(&plan.inputs) {
            let size = plan.shapes[*node].count();
            let values = &mut self.outputs[*node];
            match multi_hot[*node] {
                Some(selection) => {
                    if needs_numbers(plan, *node) {
                        values.resize(rows.now.len() * size, 0.0);
                        selection.write_dense(&mut values[..rows.now.len() * size]);
                    }
                }
                None => {
                    values.clear();
                    let source = tensor.values();
                    for row in rows.now {
                        let first = *row as usize * size;
                        values.extend_from_slice(&source[first..first + size]);
                    }
                }
            }
        }
        multi_hot
    }
}

/// Gives a layer the gradients that its backward call adds to. The gradient of a kernel that another model has taken back
/// within the step has no buffer yet.
fn swap_gradients(layer: &mut Locked<'_>, gradients: &mut [Vec<f32>], kept: Option<&Kept>) {
    let variables = layer.variables_mut().into_iter();
    for (place, (variable, own)) in variables.zip(gradients).enumerate() {
        if kept.is_none_or(|kept| kept.place != place) {
            own.resize(variable.gradient_len(), 0.0);
        }
        std::mem::swap(&mut variable.gradient, own);
    }
}

fn selections<'a>(plan: &Plan, x: &'a [Tensor], rows: Rows<'a>) -> Vec<Option<Selection<'a>>> {
    let mut selections = vec![None; plan.nodes.len()];
    for (tensor, node) in x.iter().zip(&plan.inputs) {
        if let Storage::MultiHot(storage) = &tensor.storage {
            selections[*node] = Some(storage.batch(rows.now).before(rows.next));
        }
    }
    selections
}

/// Whether an input must be written out: it is an output itself, or a layer that reads it cannot take multi-hot rows.
fn needs_numbers(plan: &Plan, input: usize) -> bool {
    plan.outputs.contains(&input)
        || plan.nodes.iter().any(|node| {
            node.inputs.contains(&input)
                && node
                    .layer
                    .is_some_and(|layer| !plan.layers[layer].lock().takes_multi_hot())
        })
}
