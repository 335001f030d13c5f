//! Metrics that are the mean of a score of each sample.

use ndarray::ArrayView2;

use super::MetricState;
use super::kind::Kind;
use crate::losses::Loss;

/// The weighted mean of the samples' scores, summed in double precision.
#[derive(Debug)]
pub(super) struct Mean {
    metric: Kind,
    total: f64,
    weight: f64,
}

impl Mean {
    pub(super) fn new(metric: Kind) -> Mean {
        Mean {
            metric,
            total: 0.0,
            weight: 0.0,
        }
    }

    fn add(&mut self, scores: impl Iterator<Item = f32>, sample_weight: Option<&[f32]>) {
        let Some(weights) = sample_weight else {
            let count = |(sum, count), score| (sum + f64::from(score), count + 1);
            let (sum, count) = scores.fold((0.0, 0), count);
            self.total += sum;
            self.weight += f64::from(count);
            return;
        };
        for (score, weight) in scores.zip(weights) {
            self.total += f64::from(*weight) * f64::from(score);
            self.weight += f64::from(*weight);
        }
    }
}

impl MetricState for Mean {
    fn update(
        &mut self,
        y_true: ArrayView2<f32>,
        y_pred: ArrayView2<f32>,
        sample_weight: Option<&[f32]>,
    ) {
        let metric = self.metric.clone();
        let loss = match &metric {
            Kind::Loss(loss) => Some(loss.clone()),
            Kind::MeanSquaredError | Kind::RootMeanSquaredError => Some(Loss::MeanSquaredError),
            Kind::MeanAbsoluteError => Some(Loss::MeanAbsoluteError),
            _ => None,
        };
        if let Some(loss) = loss {
            let mut losses = vec![0.0; y_pred.nrows()];
            loss.per_sample(y_true, y_pred, &mut losses);
            return self.add(losses.into_iter(), sample_weight);
        }
        let (targets, units) = (y_true.ncols().max(1), y_pred.ncols().max(1));
        let (y_true, y_pred) = (y_true.as_standard_layout(), y_pred.as_standard_layout());
        let t = y_true.as_slice().expect("a standard layout");
        let p = y_pred.as_slice().expect("a standard layout");
        let rows = t.chunks_exact(targets).zip(p.chunks_exact(units));
        self.add(rows.map(|(t, p)| score(&metric, t, p)), sample_weight);
    }

    fn result(&self) -> f32 {
        if self.weight == 0.0 {
            return 0.0;
        }
        let mean = self.total / self.weight;
        match self.metric {
            Kind::RootMeanSquaredError => mean.sqrt() as f32,
            _ => mean as f32,
        }
    }

    fn reset(&mut self) {
        (self.total, self.weight) = (0.0, 0.0);
    }
}

fn score(metric: &Kind, t: &[f32], p: &[f32]) -> f32 {
    let yes = |condition: bool| f32::from(condition);
    match metric {
        Kind::BinaryAccuracy { threshold } => share_right(t, p, *threshold),
        Kind::CategoricalAccuracy => yes(largest(t) == largest(p)),
        Kind::SparseCategoricalAccuracy => yes(t[0] == largest(p) as f32),
        Kind::TopKCategoricalAccuracy { k } => yes(in_top(*k, largest(t), p)),
        Kind::SparseTopKCategoricalAccuracy { k } => yes(in_top(*k, t[0] as usize, p)),
        Kind::Custom(custom) => custom.of_row(t, p),
        _ => share_right(t, p, 0.5),
    }
}

fn share_right(t: &[f32], p: &[f32], threshold: f32) -> f32 {
    let right = t
        .iter()
        .zip(p)
        .filter(|&(&t, &p)| t == f32::from(p > threshold));
    right.count() as f32 / p.len() as f32
}

/// The index of the largest value, the first of several.
fn largest(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = i;
        }
    }
    best
}

/// Whether fewer than `k` values are larger than that of the class.
fn in_top(k: usize, class: usize, values: &[f32]) -> bool {
    let Some(own) = values.get(class) else {
        return false;
    };
    values.iter().filter(|&value| value > own).count() < k
}
