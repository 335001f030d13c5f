//! Metrics from counts of true and false positives: precision, recall, and the area under the ROC curve.

use ndarray::ArrayView2;

use super::MetricState;

/// Precision, `TP / (TP + FP)`, or recall, `TP / (TP + FN)`, at one threshold.
#[derive(Debug)]
pub(super) struct Share {
    threshold: f32,
    of_predicted: bool,
    found: f64,
    all: f64,
}

impl Share {
    pub(super) fn precision(threshold: f32) -> Share {
        Share {
            threshold,
            of_predicted: true,
            found: 0.0,
            all: 0.0,
        }
    }

    pub(super) fn recall(threshold: f32) -> Share {
        Share {
            of_predicted: false,
            ..Share::precision(threshold)
        }
    }
}

impl MetricState for Share {
    fn update(
        &mut self,
        y_true: ArrayView2<f32>,
        y_pred: ArrayView2<f32>,
        sample_weight: Option<&[f32]>,
    ) {
        for_each_value(y_true, y_pred, sample_weight, |positive, p, weight| {
            let predicted = p > self.threshold;
            if positive && predicted {
                self.found += weight;
            }
            if (self.of_predicted && predicted) || (!self.of_predicted && positive) {
                self.all += weight;
            }
        });
    }

    fn result(&self) -> f32 {
        share(self.found, self.all) as f32
    }

    fn reset(&mut self) {
        (self.found, self.all) = (0.0, 0.0);
    }
}

const THRESHOLDS: usize = 200;

/// The area under the curve of true positive rate over false positive rate, by the trapezoidal rule between 200 evenly
/// spread thresholds, the outermost just below 0 and just above 1.
#[derive(Debug)]
pub(super) struct Area {
    /// Weight of the positive samples between each threshold and the next.
    positive: [f64; THRESHOLDS],
    /// The same for the negative ones.
    negative: [f64; THRESHOLDS],
}

impl Area {
    pub(super) fn new() -> Area {
        Area {
            positive: [0.0; THRESHOLDS],
            negative: [0.0; THRESHOLDS],
        }
    }
}

impl MetricState for Area {
    fn update(
        &mut self,
        y_true: ArrayView2<f32>,
        y_pred: ArrayView2<f32>,
        sample_weight: Option<&[f32]>,
    ) {
        for_each_value(y_true, y_pred, sample_weight, |positive, p, weight| {
            // In single precision, like Keras: a prediction on a threshold falls to the same side.
            let above = (p.clamp(0.0, 1.0) * (THRESHOLDS - 1) as f32).ceil();
            // NaN becomes 0.
            let bucket = (above as usize).saturating_sub(1);
            let side = if positive {
                &mut self.positive
            } else {
                &mut self.negative
            };
            side[bucket] += weight;
        });
    }

    fn result(&self) -> f32 {
        let positives: f64 = self.positive.iter().sum();
        let negatives: f64 = self.negative.iter().sum();
        let (mut area, mut found, mut false_alarms) = (0.0, 0.0, 0.0);
        // From the highest threshold, with nothing above it, down to the lowest.
        for (positive, negative) in self.positive.iter().zip(&self.negative).rev() {
            let height = share(found + (found + positive), 2.0 * positives);
            area += height
                * (share(false_alarms + negative, negatives) - share(false_alarms, negatives));
            found += positive;
            false_alarms += negative;
        }
        area as f32
    }

    fn reset(&mut self) {
        *self = Area::new();
    }
}

/// `part / whole`, and 0 where there is nothing to divide by.
fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

/// Calls `take(label is positive, prediction, weight)` for every value of the batch.
fn for_each_value(
    y_true: ArrayView2<f32>,
    y_pred: ArrayView2<f32>,
    sample_weight: Option<&[f32]>,
    mut take: impl FnMut(bool, f32, f64),
) {
    for (i, (t, p)) in y_true.outer_iter().zip(y_pred.outer_iter()).enumerate() {
        let weight = sample_weight.map_or(1.0, |w| f64::from(w[i]));
        for (&t, &p) in t.iter().zip(p) {
            take(t != 0.0, p, weight);
        }
    }
}
