//! One batch: forward, loss, backward, and the optimizer's step.

use ndarray::ArrayView2;

use super::samples::{Samples, columns};
use super::update::{penalties, update};
use super::workspace::{Rows, Workspace};
use crate::activations::Activation;
use crate::losses::Loss;
use crate::metrics::Logs;
use crate::metrics::{Metric, MetricState};
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

/// One output: its loss and metrics so far.
struct OutputState {
    node: usize,
    name: String,
    loss: Loss,
    loss_weight: f32,
    mean: Mean,
    metrics: Vec<(String, Box<dyn MetricState>)>,
    /// The activation that ends it, where its gradient can be joined with that of the loss.
    joined: Option<Activation>,
    gradient: Vec<f32>,
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, value: f64, count: usize) {
        self.sum += value * count as f64;
        self.count += count;
    }

    fn value(&self) -> f32 {
        (self.sum / self.count as f64) as f32
    }
}

/// The name of the metric at `place`; of several with one name the later ones are numbered, as `precision_1`.
fn numbered(metrics: &[Metric], place: usize) -> String {
    let name = metrics[place].name();
    let earlier = &metrics[..place];
    match earlier
        .iter()
        .filter(|metric| metric.name() == name)
        .count()
    {
        0 => name.to_string(),
        count => format!("{name}_{count}"),
    }
}

impl Pass {
    pub(crate) fn new(plan: &Plan, compiled: &Compiled, samples: &Samples) -> Pass {
        let names = plan.output_names();
        let outputs = plan.outputs.iter().enumerate().map(|(nth, &node)| {
            let (loss, loss_weight) = compiled.losses[nth].clone();
            let prediction_units = plan.shapes[node].count();
            let listed = compiled.metrics_of(nth);
            let metrics = listed.iter().enumerate().map(|(place, metric)| {
                let resolved = metric.resolve(columns(&samples.y[nth]), prediction_units);
                (numbered(listed, place), resolved.accumulator())
            });
            let alone = plan.consumers[node] == 0
                && plan.outputs.iter().filter(|o| **o == node).count() == 1;
            OutputState {
                node,
                name: names[nth].clone(),
                metrics: metrics.collect(),
                loss,
                loss_weight,
                mean: Mean::default(),
                joined: plan.last_activation(node).filter(|_| alone),
                gradient: Vec::new(),
            }
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
            output.mean = Mean::default();
            for (_, metric) in &mut output.metrics {
                metric.reset();
            }
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

impl OutputState {
    /// The gradient of the loss with respect to this output; true if it lies before the last activation already.
    fn write_gradient(
        &mut self,
        plan: &Plan,
        workspace: &mut Workspace,
        truth: ArrayView2<f32>,
        factors: &[f32],
    ) -> bool {
        let (mut gradient, output) = workspace.gradient_and_output(plan, self.node);
        if let Some(activation) = self.joined {
            let joined =
                self.loss
                    .fused_gradient(activation, truth, output, factors, gradient.view_mut());
            if !joined {
                self.loss.gradient(truth, output, factors, gradient);
            }
            return joined;
        }
        // The output has another use, so its gradient is a sum.
        self.gradient.resize(gradient.len(), 0.0);
        let mut own = ndarray::ArrayViewMut2::from_shape(gradient.raw_dim(), &mut self.gradient)
            .expect("the room was made above");
        self.loss.gradient(truth, output, factors, own.view_mut());
        gradient += &own;
        false
    }
}
