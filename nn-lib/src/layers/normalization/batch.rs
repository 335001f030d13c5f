//! Batch normalization: each feature is measured over the batch.

use serde_json::{Value, json};

use super::scale::{Scale, scale_options};
use crate::compute::{decimal, vectorized};
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::layers::options::*;
use crate::layers::{Backward, Base, Forward, Inputs, Layer, Mask, Variable};
use crate::precompiled::Precompiled;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// `output = gamma · (input - mean) / sqrt(variance + epsilon) + beta`, feature by feature.
///
/// While the model trains, mean and variance are those of the batch, over all axes but the last; steps that are masked do not
/// count. Otherwise they are moving averages: each step of a training moves them by `1 - momentum` of the way to the batch's own.
/// The averages are no weights of the optimizer's, but they are saved, loaded and listed with them, behind gamma and beta.
///
/// # Shapes
/// Input (batch, ..., features), output the same; gamma, beta, and both averages (features,).
///
/// Defaults as in Keras: momentum 0.99, epsilon 0.001.
/// Source: Ioffe and Szegedy, *Batch normalization* (2015);
/// <https://keras.io/api/layers/normalization_layers/batch_normalization/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(BatchNormalization::new().momentum(0.5).epsilon(0.0).input_shape(1));
/// model.compile(SGD::new(0.0), "mse", ())?;
/// let x = Tensor::from([[1.0], [3.0]]);
/// model.train_on_batch(&x, &x)?; // mean 2, variance 1
/// let [_gamma, _beta, mean, variance] = &model.get_weights()[..] else { panic!("four of them") };
/// assert_eq!((mean[[0]], variance[[0]]), (1.0, 1.0)); // halfway from 0 to 2, and from 1 to 1
/// assert_eq!(model.predict(&x)?.to_vec(), [0.0, 2.0]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct BatchNormalization {
    base: Base,
    scale: Scale,
    momentum: f32,
    moving_mean_initializer: Initializer,
    moving_variance_initializer: Initializer,
    averages: Option<Precompiled<[Variable; 2]>>,
}

impl Default for BatchNormalization {
    fn default() -> BatchNormalization {
        BatchNormalization::new()
    }
}

impl BatchNormalization {
    /// The layer, which normalizes the last axis.
    pub fn new() -> BatchNormalization {
        BatchNormalization {
            base: Base::default(),
            scale: Scale::new(),
            momentum: 0.99,
            moving_mean_initializer: Initializer::Zeros,
            moving_variance_initializer: Initializer::Ones,
            averages: None,
        }
    }

    /// How much of the moving averages stays at each step of a training, from 0 to 1; 0.99 at first.
    pub fn momentum(mut self, momentum: f32) -> BatchNormalization {
        self.momentum = momentum;
        self
    }

    scale_options!();

    named_options! {
        /// What the moving mean starts from, zeros at first, as a value or by name.
        moving_mean_initializer: Initializer, with_moving_mean_initializer;
        /// What the moving variance starts from, ones at first, as a value or by name.
        moving_variance_initializer: Initializer, with_moving_variance_initializer;
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<BatchNormalization> {
        let usual = BatchNormalization::new();
        let (mean, variance) = (
            &config["moving_mean_initializer"],
            &config["moving_variance_initializer"],
        );
        Ok(BatchNormalization {
            scale: Scale::from_config(config)?,
            momentum: float_from(&config["momentum"], usual.momentum),
            moving_mean_initializer: initializer_from(mean, Initializer::Zeros)?,
            moving_variance_initializer: initializer_from(variance, Initializer::Ones)?,
            ..usual
        })
    }
}

impl Layer for BatchNormalization {
    basics!("BatchNormalization");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let kind = "BatchNormalization";
        let features = self.scale.build(kind, inputs)?;
        if !(0.0..=1.0).contains(&self.momentum) {
            let received = format!("{}", self.momentum);
            return Err(Error::invalid(kind, "a momentum from 0 to 1", received));
        }
        let averages = self.averages.get_or_insert_with(|| {
            Precompiled::new([
                Variable::state("moving_mean", features, self.moving_mean_initializer),
                Variable::state(
                    "moving_variance",
                    features,
                    self.moving_variance_initializer,
                ),
            ])
        });
        check_known(kind, "features", averages[0].shape[0], features)?;
        Ok(inputs[0].clone())
    }

    fn forward(&self, mut call: Forward<'_>) {
        let averages = self.averages.as_deref().expect(BUILT);
        let features = averages[0].values.len();
        let input = call.inputs.matrix(0);
        let x = input.as_slice().expect("inputs are contiguous");
        call.cache.clear();
        if call.training {
            let counts = counting(call.inputs, features);
            let (mean, variance) = moments(x, counts, features);
            call.cache
                .extend(mean.iter().chain(&variance).map(|value| *value as f32));
        } else {
            call.cache
                .extend(averages.iter().flat_map(|own| &own.values));
        }
        // One product and one sum for each number.
        let (mean, variance) = call.cache.split_at(features);
        let factors: Vec<f32> = (0..features)
            .map(|nth| self.scale.gamma(nth) / (variance[nth] + self.scale.epsilon).sqrt())
            .collect();
        let offsets: Vec<f32> = (0..features)
            .map(|nth| self.scale.beta(nth) - mean[nth] * factors[nth])
            .collect();
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        scaled(x, &factors, &offsets, output);
    }

    // With n = (x - mean) · r and r = 1 / sqrt(variance + epsilon):  d gamma = Σ dy·n,  d beta = Σ dy. A number that counts also
    // moves mean and variance: dx = gamma · r · (dy - (Σ dy + n · Σ dy·n) / N), the bracket behind the minus for those alone.
    fn backward(&mut self, mut call: Backward<'_>) {
        let features = self.averages.as_ref().expect(BUILT)[0].values.len();
        let counts = counting(call.inputs, features);
        let input = call.inputs.matrix(0);
        let x = input.as_slice().expect("inputs are contiguous");
        let upstream = call.upstream.as_slice().expect("gradients are contiguous");
        let (mean, variance) = call.cache.split_at(features);
        let roots: Vec<f32> = variance
            .iter()
            .map(|own| 1.0 / (own + self.scale.epsilon).sqrt())
            .collect();
        let (mut of_gamma, mut of_beta) = (vec![0.0; features], vec![0.0; features]);
        for (x, upstream) in x
            .chunks(ROWS * features)
            .zip(upstream.chunks(ROWS * features))
        {
            let (mut products, mut sums) = (vec![0.0; features], vec![0.0; features]);
            gradients(x, upstream, mean, &roots, &mut products, &mut sums);
            add(&mut of_gamma, &products);
            add(&mut of_beta, &sums);
        }
        if let Some(mut gradient) = call.gradients.matrix(0) {
            let number = number(&counts, x.len() / features);
            let part = |sums: &[f64]| {
                sums.iter()
                    .map(|sum| (sum / number) as f32)
                    .collect::<Vec<f32>>()
            };
            let (of_mean, of_variance) = (part(&of_beta), part(&of_gamma));
            let factors: Vec<f32> = (0..features)
                .map(|nth| self.scale.gamma(nth) * roots[nth])
                .collect();
            let gradient = gradient.as_slice_mut().expect("gradients are contiguous");
            let rows = gradient
                .chunks_exact_mut(features)
                .zip(x.chunks_exact(features));
            for (nth, ((gradient, x), delta)) in
                rows.zip(upstream.chunks_exact(features)).enumerate()
            {
                let moves = counts.as_ref().is_none_or(|counts| counts[nth]);
                for place in 0..features {
                    let normalized = (x[place] - mean[place]) * roots[place];
                    let moved = of_mean[place] + normalized * of_variance[place];
                    let own = delta[place] - if moves { moved } else { 0.0 };
                    gradient[place] += factors[place] * own;
                }
            }
        }
        self.scale.add_gradients(&of_gamma, &of_beta);
    }

    fn update_state(&mut self, cache: &[f32]) {
        let (momentum, new) = (self.momentum, (1.0 - decimal(self.momentum)) as f32);
        let averages = self.averages.as_deref_mut().into_iter().flatten();
        let values = averages.flat_map(|own| own.values.iter_mut());
        for (average, own) in values.zip(cache) {
            *average = *average * momentum + own * new;
        }
    }

    fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
        inputs.mask(0).cloned()
    }

    fn variables(&self) -> Vec<&Variable> {
        self.scale
            .variables()
            .chain(self.averages.as_deref().into_iter().flatten())
            .collect()
    }

    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        let averages = self.averages.as_deref_mut().into_iter().flatten();
        self.scale.variables_mut().chain(averages).collect()
    }

    fn config(&self) -> Value {
        let mut config = self.scale.config();
        config["momentum"] = json!(decimal(self.momentum));
        config["moving_mean_initializer"] = self.moving_mean_initializer.config();
        config["moving_variance_initializer"] = self.moving_variance_initializer.config();
        config
    }
}

/// So many rows are summed in single precision; their sums in double precision.
const ROWS: usize = 256;

/// For each row of features whether it counts, if there is a mask.
fn counting(inputs: Inputs<'_>, features: usize) -> Option<Vec<bool>> {
    let mask = inputs.mask(0)?;
    let rows = inputs.matrix(0).len() / features;
    let each = rows / mask.as_slice().len().max(1);
    let counts = mask
        .as_slice()
        .iter()
        .flat_map(|counts| std::iter::repeat_n(*counts, each));
    Some(counts.collect())
}

/// How many rows count; as in Keras never quite zero.
fn number(counts: &Option<Vec<bool>>, rows: usize) -> f64 {
    match counts {
        None => rows as f64,
        Some(counts) => counts.iter().filter(|counts| **counts).count() as f64 + 1e-7,
    }
}

/// Mean and variance of each feature over the rows that count.
fn moments(x: &[f32], counts: Option<Vec<bool>>, features: usize) -> (Vec<f64>, Vec<f64>) {
    let number = number(&counts, x.len() / features);
    let total = |middle: &[f32], squared: bool| -> Vec<f64> {
        let mut totals = vec![0.0; features];
        for (nth, rows) in x.chunks(ROWS * features).enumerate() {
            let counts = counts.as_deref().map_or(&[][..], |all| &all[nth * ROWS..]);
            let mut sums = vec![0.0; features];
            deviations(rows, counts, middle, squared, &mut sums);
            add(&mut totals, &sums);
        }
        totals.iter().map(|total| total / number).collect()
    };
    let mean = total(&vec![0.0; features], false);
    let middle: Vec<f32> = mean.iter().map(|mean| *mean as f32).collect();
    let variance = total(&middle, true);
    (mean, variance)
}

fn add(totals: &mut [f64], sums: &[f32]) {
    for (total, sum) in totals.iter_mut().zip(sums) {
        *total += f64::from(*sum);
    }
}

vectorized! {
    /// The sums of `x - middle`, or of the squares, over rows that count: all where `counts` is empty.
    fn deviations(rows: &[f32], counts: &[bool], middle: &[f32], squared: bool, sums: &mut [f32]) {
        for (nth, row) in rows.chunks_exact(sums.len()).enumerate() {
            if !counts.get(nth).is_none_or(|counts| *counts) {
                continue;
            }
            for ((sum, x), middle) in sums.iter_mut().zip(row).zip(middle) {
                let own = x - middle;
                *sum += if squared { own * own } else { own };
            }
        }
    }
}

vectorized! {
    fn scaled(x: &[f32], factors: &[f32], offsets: &[f32], output: &mut [f32]) {
        let rows = x.chunks_exact(factors.len()).zip(output.chunks_exact_mut(factors.len()));
        for (x, output) in rows {
            for ((to, x), (factor, offset)) in output.iter_mut().zip(x).zip(factors.iter().zip(offsets)) {
                *to = x * factor + offset;
            }
        }
    }
}

vectorized! {
    /// The sums of `dy · normalized` and of `dy`.
    fn gradients(x: &[f32], upstream: &[f32], mean: &[f32], roots: &[f32], products: &mut [f32], sums: &mut [f32]) {
        let rows = x.chunks_exact(mean.len()).zip(upstream.chunks_exact(mean.len()));
        for (x, delta) in rows {
            let settings = mean.iter().zip(roots);
            let sums = products.iter_mut().zip(&mut *sums);
            for (((x, delta), (mean, root)), (product, sum)) in x.iter().zip(delta).zip(settings).zip(sums) {
                *product += delta * ((x - mean) * root);
                *sum += delta;
            }
        }
    }
}
