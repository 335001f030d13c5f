//! One batch: forward, loss, backward, and the optimizer's step.

use ndarray::ArrayView2;

use super::output_state::{Mean, OutputState};
use super::samples::{Samples, columns};
use super::update::{penalties, update};
use super::workspace::{Rows, Workspace};
use crate::metrics::Logs;
use crate::models::{Compiled, Plan};

/// Everything that a pass over data needs besides the model; its room is kept from batch to batch.
pub(crate) struct Pass {
    pub(crate) workspace: Workspace,
    outputs: Vec<OutputState>,
    past_activation: Vec<bool>,
    losses: Vec<f32>,
    factors: Vec<f32>,
    targets: Vec<f32>,
    total: Mean,
    has_penalty: bool,
}

impl Pass {
    pub(crate) fn new(plan: &Plan, compiled: &Compiled, samples: &Samples) -> Pass {
        let names = plan.output_names();
        let outputs = plan.outputs.iter().enumerate().map(|(nth, &node)| {
            OutputState::new(
                plan,
                compiled,
                nth,
                node,
                names[nth].clone(),
                &samples.y[nth],
            )
        });
        let has_penalty = plan.layers.iter().any(|layer| {
            let layer = layer.lock();
            layer
                .variables()
                .iter()
                .any(|variable| variable.regularizer.is_some())
        });
        Pass {
            workspace: Workspace::new(plan),
            outputs: outputs.collect(),
            past_activation: vec![false; plan.nodes.len()],
            losses: Vec::new(),
            factors: Vec::new(),
            targets: Vec::new(),
            total: Mean::default(),
            has_penalty,
        }
    }

    /// Forgets the losses and metrics of the batches so far.
    pub(crate) fn reset(&mut self) {
        self.total = Mean::default();
        for output in &mut self.outputs {
            output.reset();
        }
    }

    /// Trains on the batch `rows`; gives the loss of the batch.
    ///
    /// No weight moves before everything is computed. So a loss, a metric or a layer of one's own that panics leaves the model
    /// as the step before has left it.
    pub(crate) fn train(
        &mut self,
        plan: &Plan,
        compiled: &mut Compiled,
        samples: &Samples,
        rows: Rows<'_>,
    ) -> f64 {
        self.workspace.forward(plan, &samples.x, rows, true);
        self.workspace.clear_gradients(plan);
        let loss = self.score(plan, samples, rows.now, true);
        self.workspace
            .backward(plan, &samples.x, rows, &self.past_activation);
        update(plan, compiled, &mut self.workspace);
        self.workspace.update_states(plan);
        loss
    }

    /// Adds the batch `rows` to the losses and metrics, changing nothing in the model.
    pub(crate) fn evaluate(&mut self, plan: &Plan, samples: &Samples, rows: Rows<'_>) {
        self.workspace.forward(plan, &samples.x, rows, false);
        self.score(plan, samples, rows.now, false);
    }

    /// Loss and metrics of the batch that went forward, and on request the gradients of its outputs.
    ///
    /// The loss of a batch of n samples is `Σ weight · (Σ sample_weight_i · loss_i) / n` over the outputs, plus the
    /// penalties on the weights.
    fn score(&mut self, plan: &Plan, samples: &Samples, rows: &[u32], gradients: bool) -> f64 {
        let count = rows.len();
        let mut total = 0.0;
        for (state, y) in self.outputs.iter_mut().zip(&samples.y) {
            let width = columns(y);
            let all = y.values();
            self.targets.clear();
            if width == 1 {
                self.targets
                    .extend(rows.iter().map(|row| all[*row as usize]));
            } else {
                for row in rows {
                    let first = *row as usize * width;
                    self.targets.extend_from_slice(&all[first..first + width]);
                }
            }
            let truth = ArrayView2::from_shape((count, width), &self.targets)
                .expect("a target row for each sample");
            self.factors.clear();
            match &samples.weights {
                Some(weights) => self
                    .factors
                    .extend(rows.iter().map(|row| weights[*row as usize])),
                None => self.factors.resize(count, 1.0),
            }
            self.losses.clear();
            self.losses.resize(count, 0.0);
            let predicted = self.workspace.output(plan, state.node);
            state.loss.per_sample(truth, predicted, &mut self.losses);
            let weighted = self.losses.iter().zip(&self.factors);
            let loss = weighted
                .map(|(loss, factor)| f64::from(loss * factor))
                .sum::<f64>()
                / count as f64;
            state.mean.add(loss, count);
            total += loss * f64::from(state.loss_weight);
            for (_, metric) in &mut state.metrics {
                metric.update(truth, predicted, None);
            }
            if gradients {
                let scale = state.loss_weight / count as f32;
                self.factors.iter_mut().for_each(|factor| *factor *= scale);
                self.past_activation[state.node] =
                    state.write_gradient(plan, &mut self.workspace, truth, &self.factors);
            }
        }
        if self.has_penalty {
            total += penalties(plan, &mut self.workspace, gradients);
        }
        self.total.add(total, count);
        total
    }

    /// Loss and metrics since the last reset, named as Keras does.
    pub(crate) fn logs(&self) -> Logs {
        let mut logs = Logs::default();
        logs.set("loss", self.total.value());
        let several = self.outputs.len() > 1;
        for output in self.outputs.iter().filter(|_| several) {
            logs.set(&format!("{}_loss", output.name), output.mean.value());
        }
        for output in &self.outputs {
            for (name, metric) in &output.metrics {
                let name = if several {
                    format!("{}_{name}", output.name)
                } else {
                    name.clone()
                };
                logs.set(&name, metric.result());
            }
        }
        logs
    }
}
