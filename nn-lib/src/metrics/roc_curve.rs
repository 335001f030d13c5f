//! What every threshold of a classifier would be worth.

use std::fmt;

use crate::error::{Error, Result};
use crate::tensor::{Origin, Shape, Tensor, Values};

const OPERATION: &str = "roc_curve";

/// The curve of true positives over false positives, from the highest threshold to the lowest.
///
/// As in scikit-learn the first threshold is infinite, above every score, and points on a straight line between others are left
/// out.
#[derive(Clone)]
#[non_exhaustive]
pub struct RocCurve {
    /// False positive rate at each threshold: the share of the negative samples that score at least as high, (points,).
    pub fpr: Tensor,
    /// True positive rate, or recall: the share of the positive samples that do, (points,).
    pub tpr: Tensor,
    /// The thresholds, (points,).
    pub thresholds: Tensor,
    auc: f64,
}

impl RocCurve {
    /// The area under the curve: how often a positive sample scores higher than a negative one, where a tie counts half. 1 is
    /// perfect, 0.5 is chance.
    #[must_use]
    pub fn auc(&self) -> f32 {
        self.auc as f32
    }
}

impl fmt::Debug for RocCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RocCurve({} points, AUC {:.4})",
            self.fpr.len(),
            self.auc
        )
    }
}

/// The ROC curve of scores, such as predicted probabilities, for labels 0 and 1.
///
/// [`Metric::Auc`](super::Metric::Auc), which `fit` shows, computes the area from 200 thresholds as Keras does; here it is
/// exact.
///
/// # Shapes
/// `y_true` and `y_score` have one number for each sample.
///
/// # Errors
/// When there are not as many scores as labels, a label is neither 0 nor 1, a score is not a number, or one class is missing.
///
/// Source: <https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_curve.html>
///
/// ```
/// use nn_lib::prelude::*;
/// let roc = roc_curve(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// assert_eq!(roc.fpr.to_vec(), [0.0, 0.0, 0.5, 0.5, 1.0]);
/// assert_eq!(roc.tpr.to_vec(), [0.0, 0.5, 0.5, 1.0, 1.0]);
/// assert_eq!(roc.thresholds.to_vec(), [f32::INFINITY, 0.8, 0.4, 0.35, 0.1]);
/// assert_eq!(roc.auc(), 0.75); // of four pairs only (0.35, 0.4) is the wrong way round
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn roc_curve(y_true: impl Values, y_score: impl Values) -> Result<RocCurve> {
    let origin = y_true.origin().and(y_score.origin());
    curve(&y_true.to_values(), &y_score.to_values(), origin)
}

fn curve(y_true: &[f64], y_score: &[f64], origin: Origin) -> Result<RocCurve> {
    let invalid =
        |expected: String, received: String| Error::invalid(OPERATION, expected, received);
    if y_true.len() != y_score.len() {
        let expected = format!("a score for each of the {} labels", y_true.len());
        return Err(invalid(expected, format!("{} scores", y_score.len()))
            .with_hint("the curve is for two classes, with one score for each sample"));
    }
    if let Some(row) = y_true
        .iter()
        .position(|label| *label != 0.0 && *label != 1.0)
    {
        return Err(invalid(
            "labels 0 and 1".to_string(),
            format!("{} in row {row}", y_true[row]),
        ));
    }
    if let Some(row) = y_score.iter().position(|score| score.is_nan()) {
        return Err(invalid(
            "scores that are numbers".to_string(),
            format!("NaN in row {row}"),
        ));
    }
    let positive = y_true.iter().filter(|label| **label == 1.0).count() as f64;
    let negative = y_true.len() as f64 - positive;
    if positive == 0.0 || negative == 0.0 {
        let class = if positive == 0.0 { 1 } else { 0 };
        return Err(invalid(
            "samples of both classes".to_string(),
            format!("none of class {class}"),
        ));
    }
    let mut order: Vec<usize> = (0..y_true.len()).collect();
    order.sort_by(|one, other| y_score[*other].total_cmp(&y_score[*one]));
    // Threshold, false and true positives, at the last sample of each score.
    let mut points = vec![(f64::INFINITY, 0.0, 0.0)];
    for same in order.chunk_by(|one, other| y_score[*one] == y_score[*other]) {
        let (_, mut false_positives, mut true_positives) = points[points.len() - 1];
        for sample in same {
            true_positives += y_true[*sample];
            false_positives += 1.0 - y_true[*sample];
        }
        points.push((y_score[same[0]], false_positives, true_positives));
    }
    // A trapezium for each step.
    let areas = points
        .windows(2)
        .map(|step| (step[1].1 - step[0].1) * (step[1].2 + step[0].2) / 2.0);
    let auc = areas.sum::<f64>() / (positive * negative);
    let corners = corners(&points);
    let tensor = |value: &dyn Fn(&(f64, f64, f64)) -> f64| {
        let values: Vec<f32> = corners.iter().map(|point| value(point) as f32).collect();
        Tensor::dense(Shape::from([values.len()]), values).with_origin(origin)
    };
    Ok(RocCurve {
        fpr: tensor(&|point| point.1 / negative),
        tpr: tensor(&|point| point.2 / positive),
        thresholds: tensor(&|point| point.0),
        auc,
    })
}

/// The points at which the curve bends, and both ends. The infinite one in front is not among those that are compared.
fn corners(points: &[(f64, f64, f64)]) -> Vec<(f64, f64, f64)> {
    let (first, rest) = points.split_at(1);
    let bends = |nth: usize| {
        let [Some(before), Some(here), Some(after)] = [
            rest.get(nth.wrapping_sub(1)),
            rest.get(nth),
            rest.get(nth + 1),
        ] else {
            return true;
        };
        before.1 + after.1 != 2.0 * here.1 || before.2 + after.2 != 2.0 * here.2
    };
    let corners = rest.iter().enumerate().filter(|(nth, _)| bends(*nth));
    first
        .iter()
        .chain(corners.map(|(_, point)| point))
        .copied()
        .collect()
}
