//! One output of a model while batches go by: its loss, its metrics, and the gradient of its loss.

use ndarray::ArrayView2;

use super::samples::columns;
use super::workspace::Workspace;
use crate::activations::Activation;
use crate::losses::Loss;
use crate::metrics::{Metric, MetricState};
use crate::models::{Compiled, Plan};
use crate::tensor::Tensor;

/// One output: its loss and metrics so far.
pub(super) struct OutputState {
    pub(super) node: usize,
    pub(super) name: String,
    pub(super) loss: Loss,
    pub(super) loss_weight: f32,
    pub(super) mean: Mean,
    pub(super) metrics: Vec<(String, Box<dyn MetricState>)>,
    /// The activation that ends it, where its gradient can be joined with that of the loss.
    joined: Option<Activation>,
    gradient: Vec<f32>,
}

#[derive(Default)]
pub(super) struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    pub(super) fn add(&mut self, value: f64, count: usize) {
        self.sum += value * count as f64;
        self.count += count;
    }

    pub(super) fn value(&self) -> f32 {
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

impl OutputState {
    /// The output number `nth`, which is that of `node`; `y` are its targets.
    pub(super) fn new(
        plan: &Plan,
        compiled: &Compiled,
        nth: usize,
        node: usize,
        name: String,
        y: &Tensor,
    ) -> OutputState {
        let (loss, loss_weight) = compiled.losses[nth].clone();
        let prediction_units = plan.shapes[node].count();
        let listed = compiled.metrics_of(nth);
        let metrics = listed.iter().enumerate().map(|(place, metric)| {
            let resolved = metric.resolve(columns(y), prediction_units);
            (numbered(listed, place), resolved.accumulator())
        });
        let alone =
            plan.consumers[node] == 0 && plan.outputs.iter().filter(|o| **o == node).count() == 1;
        OutputState {
            node,
            name,
            metrics: metrics.collect(),
            loss,
            loss_weight,
            mean: Mean::default(),
            joined: plan.last_activation(node).filter(|_| alone),
            gradient: Vec::new(),
        }
    }

    /// Forgets the batches so far.
    pub(super) fn reset(&mut self) {
        self.mean = Mean::default();
        for (_, metric) in &mut self.metrics {
            metric.reset();
        }
    }

    /// The gradient of the loss with respect to this output; true if it lies before the last activation already.
    pub(super) fn write_gradient(
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
