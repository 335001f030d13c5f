//! Data brought into the form of a training: checked, split and weighted.

use ndarray::ArrayView2;

use super::fit_options::Fit;
use super::inputs::{Purpose, check_finite, check_inputs, check_rows};
use crate::compute::decimal;
use crate::error::{Error, Result, counted};
use crate::models::{Compiled, Plan};
use crate::notebook::interrupt::go_on;
use crate::tensor::{Origin, Tensor};

/// Samples with targets and weights, checked and ready for batches.
pub(crate) struct Samples {
    pub(crate) x: Vec<Tensor>,
    /// The targets of every output, each row written out.
    pub(crate) y: Vec<Tensor>,
    /// How much each sample counts in the loss.
    pub(crate) weights: Option<Vec<f32>>,
    pub(crate) count: usize,
    pub(crate) origin: Origin,
}

/// Checks that inputs, targets and model fit each other.
pub(crate) fn prepare(
    purpose: Purpose,
    plan: &Plan,
    compiled: &Compiled,
    x: Vec<Tensor>,
    y: Vec<Tensor>,
    weights: Option<Vec<f32>>,
) -> Result<Samples> {
    let operation = purpose.operation();
    compiled.check(plan)?;
    let count = check_inputs(purpose, plan, &x)?;
    let origin = Origin::of_all(x.iter().chain(&y));
    if y.len() != plan.outputs.len() {
        let expected = format!("targets for {}", counted(plan.outputs.len(), "output"));
        return Err(Error::invalid(operation, expected, format!("{}", y.len())));
    }
    check_rows(operation, count, &y)?;
    check_finite(operation, "x", &x)?;
    check_finite(operation, "y", &y)?;
    let y: Vec<Tensor> = y.iter().map(Tensor::to_dense).collect();
    go_on(operation)?;
    for ((targets, node), (loss, _)) in y.iter().zip(&plan.outputs).zip(&compiled.losses) {
        let prediction = &plan.shapes[*node];
        if prediction.len() != 1 {
            return Err(Error::invalid(
                operation,
                "outputs of shape (batch, units)",
                prediction.batched(),
            )
            .with_hint("a Flatten layer makes one row of each sample"));
        }
        let values = targets.values();
        let rows = ArrayView2::from_shape((count, columns(targets)), &values)
            .expect("a tensor has as many values as its shape says");
        let last = plan.last_activation(*node);
        loss.check(&targets.shape()[1..], prediction, rows, last)?;
    }
    for ((output, targets), node) in y.iter().enumerate().zip(&plan.outputs) {
        let (labels, units) = (columns(targets), plan.shapes[*node].count());
        for metric in compiled.metrics_of(output) {
            metric.resolve(labels, units).check(labels, units)?;
        }
    }
    Ok(Samples {
        x,
        y,
        weights,
        count,
        origin,
    })
}

/// The last share of all samples, set apart.
pub(crate) struct Split {
    pub(crate) x: Vec<Tensor>,
    pub(crate) y: Vec<Tensor>,
    pub(crate) weights: Option<Vec<f32>>,
}

/// Takes the last `share` of the samples away for validation.
pub(crate) fn split_validation(
    share: f32,
    x: &mut [Tensor],
    y: &mut [Tensor],
    weights: &mut Option<Vec<f32>>,
) -> Result<Split> {
    let count = x.first().map_or(0, Tensor::len);
    // As Keras computes it, from the number as it was typed: 0.3 is not quite 0.3 in single precision.
    let kept = (count as f64 * (1.0 - decimal(share))).floor() as usize;
    if kept == 0 || kept == count {
        return Err(Error::invalid(
            "fit",
            "a validation_split that leaves samples on both sides",
            format!("{share} of {count} samples"),
        ));
    }
    check_rows("fit", count, x)?;
    check_rows("fit", count, y)?;
    let cut = |tensors: &mut [Tensor]| -> Vec<Tensor> {
        let rest = tensors.iter().map(|tensor| tensor.rows(kept..)).collect();
        tensors
            .iter_mut()
            .for_each(|tensor| *tensor = tensor.rows(..kept));
        rest
    };
    Ok(Split {
        x: cut(x),
        y: cut(y),
        weights: weights.as_mut().map(|weights| weights.split_off(kept)),
    })
}

/// The weight of every sample from `sample_weight` or `class_weight`; `None` where all count the same.
pub(crate) fn weigh(options: &Fit, x: &[Tensor], y: &[Tensor]) -> Result<Option<Vec<f32>>> {
    let count = x.first().map_or(0, Tensor::len);
    let weights: Vec<f32> = match (&options.sample_weight, options.class_weight.is_empty()) {
        (None, true) => return Ok(None),
        (Some(_), false) => {
            return Err(
                Error::invalid("fit", "class_weight or sample_weight", "both")
                    .with_hint("multiply them into one sample_weight"),
            );
        }
        (Some(weights), true) => return Ok(Some(sample_weights("fit", weights, x)?)),
        (None, false) => {
            let [targets] = y else {
                return Err(Error::invalid(
                    "fit",
                    "one output for class_weight",
                    format!("{}", y.len()),
                )
                .with_hint("use sample_weight"));
            };
            check_rows("fit", count, y)?;
            if columns(targets) == 0 {
                let received = format!("targets of shape {}", targets.shape);
                return Err(Error::invalid(
                    "class_weight",
                    "a class for each row",
                    received,
                ));
            }
            let values = targets.values();
            let class = |row: &[f32]| match row {
                [label] => label.round(),
                _ => Tensor::from(row).argmax() as f32,
            };
            let weight = |row| {
                let class = class(row) as u32;
                let mut listed = options.class_weight.iter().rev();
                let found = listed.find(|(own, _)| *own == class);
                found.map_or(1.0, |(_, weight)| *weight)
            };
            values.chunks(columns(targets)).map(weight).collect()
        }
    };
    check_weights("fit", &weights)?;
    Ok(Some(weights))
}

/// The number of columns of a target tensor: labels of shape (n,) are one column.
pub(crate) fn columns(y: &Tensor) -> usize {
    y.row_shape().count()
}

/// A weight for each sample.
pub(super) fn sample_weights(operation: &str, weights: &Tensor, x: &[Tensor]) -> Result<Vec<f32>> {
    let count = x.first().map_or(0, Tensor::len);
    if weights.len() != count || weights.row_shape().count() != 1 {
        let expected = format!("a sample_weight of shape ({count},)");
        let received = format!("shape {}", weights.shape);
        return Err(Error::invalid(operation, expected, received));
    }
    let weights = weights.to_vec();
    check_weights(operation, &weights)?;
    Ok(weights)
}

fn check_weights(operation: &str, weights: &[f32]) -> Result<()> {
    let makes_none = |weight: &&f32| !(weight.is_finite() && **weight >= 0.0);
    match weights.iter().find(makes_none) {
        Some(wrong) => Err(Error::invalid(
            operation,
            "weights of samples that are at least 0",
            format!("{wrong}"),
        )),
        None => Ok(()),
    }
}
