//! The learning process of a model: optimizer, losses and metrics, given as values or by Keras's names.

use super::plan::Plan;
use crate::error::{Error, Result};
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::optimizers;
use crate::optimizers::Optimizer;

/// What `compile` was given, and what the optimizer remembers for every weight.
#[derive(Clone)]
pub(crate) struct Compiled {
    pub(crate) optimizer: Box<dyn Optimizer>,
    /// A loss for every output, and its share of the total.
    pub(crate) losses: Vec<(Loss, f32)>,
    /// The metrics of every output.
    pub(crate) metrics: Vec<Vec<Metric>>,
    /// The optimizer's slots of every variable, in the order of the plan.
    pub(crate) slots: Vec<Vec<Vec<f32>>>,
}

impl Compiled {
    pub(crate) fn new(
        optimizer: Box<dyn Optimizer>,
        losses: Vec<(Loss, f32)>,
        metrics: Vec<Vec<Metric>>,
    ) -> Compiled {
        Compiled {
            optimizer,
            losses,
            metrics,
            slots: Vec::new(),
        }
    }

    /// One loss for every output, and a list of metrics for each: a single list serves all outputs.
    pub(crate) fn check(&self, plan: &Plan) -> Result<()> {
        let outputs = plan.outputs.len();
        if self.losses.len() != outputs {
            let received = format!("{}", self.losses.len());
            if outputs == 1 {
                return Err(Error::invalid(
                    "compile",
                    "1 loss for the one output",
                    received,
                ));
            }
            let expected = format!("a loss for each of the {outputs} outputs");
            return Err(Error::invalid("compile", expected, received)
            .with_hint("several losses are a list: [Loss::BinaryCrossentropy, Loss::CategoricalCrossentropy]"));
        }
        if self.metrics.len() > 1 && self.metrics.len() != outputs {
            return Err(Error::invalid(
                "compile",
                match outputs {
                    1 => "one list of metrics".to_string(),
                    _ => format!("one list of metrics, or one for each of the {outputs} outputs"),
                },
                format!("{}", self.metrics.len()),
            ));
        }
        Ok(())
    }

    /// What the optimizer remembers of a variable with so many weights.
    pub(crate) fn slots_of(&mut self, variable: usize, count: usize) -> &mut Vec<Vec<f32>> {
        let number = self.slots.len().max(variable + 1);
        self.slots.resize_with(number, Vec::new);
        let slots = &mut self.slots[variable];
        fit_slots(self.optimizer.as_ref(), count, slots);
        slots
    }

    /// The metrics of an output.
    pub(crate) fn metrics_of(&self, output: usize) -> &[Metric] {
        let lists = &self.metrics;
        let list = if lists.len() == 1 {
            lists.first()
        } else {
            lists.get(output)
        };
        list.map_or(&[], Vec::as_slice)
    }
}

/// Gives the slots of a variable their number and size; new ones have their first values.
pub(crate) fn fit_slots(optimizer: &dyn Optimizer, count: usize, slots: &mut Vec<Vec<f32>>) {
    if slots.iter().any(|slot| slot.len() != count) || slots.len() != optimizer.slots() {
        *slots = (0..optimizer.slots())
            .map(|slot| vec![optimizer.initial_slot_value(slot); count])
            .collect();
    }
}

/// Nobody else implements the traits: methods may be added.
mod sealed {
    pub trait Optimizer {}
    pub trait Losses {}
    pub trait Metrics {}
}

/// What `compile` takes as an optimizer: one of the structs, or a name such as `"rmsprop"`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "an optimizer is expected here, as in `RMSprop::new(0.001)`, or its name `\"rmsprop\"`",
    note = "compile takes optimizer, loss and metrics in this order: `model.compile(\"rmsprop\", \"binary_crossentropy\", [\"accuracy\"])?`"
)]
pub trait IntoOptimizer: sealed::Optimizer {
    /// The optimizer.
    ///
    /// # Errors
    /// When there is none of this name.
    fn optimizer(&self) -> Result<Box<dyn Optimizer>>;
}

impl<O: Optimizer + 'static> sealed::Optimizer for O {}
impl<O: Optimizer + 'static> IntoOptimizer for O {
    fn optimizer(&self) -> Result<Box<dyn Optimizer>> {
        Ok(self.clone_box())
    }
}

impl sealed::Optimizer for Box<dyn Optimizer> {}
impl IntoOptimizer for Box<dyn Optimizer> {
    fn optimizer(&self) -> Result<Box<dyn Optimizer>> {
        Ok(self.clone())
    }
}

impl sealed::Optimizer for &str {}
impl IntoOptimizer for &str {
    fn optimizer(&self) -> Result<Box<dyn Optimizer>> {
        optimizers::from_name(self)
    }
}

impl sealed::Optimizer for &String {}
impl IntoOptimizer for &String {
    fn optimizer(&self) -> Result<Box<dyn Optimizer>> {
        optimizers::from_name(self)
    }
}

impl sealed::Optimizer for String {}
impl IntoOptimizer for String {
    fn optimizer(&self) -> Result<Box<dyn Optimizer>> {
        optimizers::from_name(self)
    }
}

/// What `compile` takes as loss: a [`Loss`] or its name, a list of them for several outputs, and with a weight each:
/// `[(Loss::BinaryCrossentropy, 1.0), (Loss::CategoricalCrossentropy, 0.5)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss",
    label = "a loss is expected here, as in `Loss::BinaryCrossentropy`, or its name `\"binary_crossentropy\"`",
    note = "several outputs have a list of losses: `[Loss::MeanSquaredError, Loss::BinaryCrossentropy]`",
    note = "a loss of your own: `Loss::custom(\"name\", |y_true, y_pred| ...)`"
)]
pub trait IntoLosses: sealed::Losses {
    /// Losses and their weights in the total.
    ///
    /// # Errors
    /// When there is no loss of a name.
    fn losses(&self) -> Result<Vec<(Loss, f32)>>;
}

impl sealed::Losses for Loss {}
impl IntoLosses for Loss {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        Ok(vec![(self.clone(), 1.0)])
    }
}

impl sealed::Losses for &str {}
impl IntoLosses for &str {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        Ok(vec![(Loss::from_name(self)?, 1.0)])
    }
}

impl sealed::Losses for &String {}
impl IntoLosses for &String {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        self.as_str().losses()
    }
}

impl sealed::Losses for String {}
impl IntoLosses for String {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        self.as_str().losses()
    }
}

impl sealed::Losses for Vec<(Loss, f32)> {}
impl IntoLosses for Vec<(Loss, f32)> {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        Ok(self.clone())
    }
}

impl<const N: usize> sealed::Losses for [(Loss, f32); N] {}
impl<const N: usize> IntoLosses for [(Loss, f32); N] {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        Ok(self.to_vec())
    }
}

impl<const N: usize> sealed::Losses for [(&str, f32); N] {}
impl<const N: usize> IntoLosses for [(&str, f32); N] {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        self.iter()
            .map(|(name, weight)| Ok((Loss::from_name(name)?, *weight)))
            .collect()
    }
}

impl<const N: usize> sealed::Losses for [Loss; N] {}
impl<const N: usize> IntoLosses for [Loss; N] {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        Ok(self.iter().map(|loss| (loss.clone(), 1.0)).collect())
    }
}

impl<const N: usize> sealed::Losses for [&str; N] {}
impl<const N: usize> IntoLosses for [&str; N] {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        self.map(|name| (name, 1.0)).losses()
    }
}

impl sealed::Losses for Vec<Loss> {}
impl IntoLosses for Vec<Loss> {
    fn losses(&self) -> Result<Vec<(Loss, f32)>> {
        Ok(self.iter().map(|loss| (loss.clone(), 1.0)).collect())
    }
}

/// What `compile` takes as metrics: a list of [`Metric`]s or of names, `()` for none, or a list of lists, one for
/// each output. A single one needs no list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of metrics",
    label = "a list of metrics or of their names is expected here, as in `[\"accuracy\"]`; `()` for none",
    note = "names and values do not mix in one list: `[Metric::Accuracy, Metric::Auc]` or `[\"accuracy\", \"auc\"]`"
)]
pub trait IntoMetrics: sealed::Metrics {
    /// A list for all outputs, or one for each.
    ///
    /// # Errors
    /// When there is no metric of a name.
    fn metrics(&self) -> Result<Vec<Vec<Metric>>>;
}

impl sealed::Metrics for () {}
impl IntoMetrics for () {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        Ok(Vec::new())
    }
}

impl sealed::Metrics for Metric {}
impl IntoMetrics for Metric {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        Ok(vec![vec![self.clone()]])
    }
}

impl<const N: usize> sealed::Metrics for [Metric; N] {}
impl<const N: usize> IntoMetrics for [Metric; N] {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        Ok(one_list(self))
    }
}

impl sealed::Metrics for &str {}
impl IntoMetrics for &str {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        by_name(&[self])
    }
}

impl<const N: usize> sealed::Metrics for [&str; N] {}
impl<const N: usize> IntoMetrics for [&str; N] {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        by_name(self)
    }
}

impl sealed::Metrics for Vec<&str> {}
impl IntoMetrics for Vec<&str> {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        by_name(self)
    }
}

fn by_name(names: &[&str]) -> Result<Vec<Vec<Metric>>> {
    let metrics = names.iter().map(|name| Metric::from_name(name));
    Ok(vec![metrics.collect::<Result<_>>()?])
}

/// Not generic: copying metrics is then compiled here, and not in a notebook's cells.
fn one_list(metrics: &[Metric]) -> Vec<Vec<Metric>> {
    vec![metrics.to_vec()]
}

impl sealed::Metrics for Vec<Metric> {}
impl IntoMetrics for Vec<Metric> {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        Ok(vec![self.clone()])
    }
}

impl sealed::Metrics for Vec<Vec<Metric>> {}
impl IntoMetrics for Vec<Vec<Metric>> {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        Ok(self.clone())
    }
}

impl<const N: usize> sealed::Metrics for [Vec<Metric>; N] {}
impl<const N: usize> IntoMetrics for [Vec<Metric>; N] {
    fn metrics(&self) -> Result<Vec<Vec<Metric>>> {
        Ok(self.to_vec())
    }
}
