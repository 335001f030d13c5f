//! Layer normalization: each row of features is measured by itself.

use serde_json::Value;

use super::scale::{Scale, scale_options};
use crate::error::Result;
use crate::initializers::Initializer;
use crate::layers::options::*;
use crate::layers::{Backward, Base, Forward, Inputs, Layer, Mask, Variable, rows, rows_mut};
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// `output = gamma · (input - mean) / sqrt(variance + epsilon) + beta`, with mean and variance over the features of each sample,
/// and of each step of a sequence, by itself.
///
/// # Shapes
/// Input (batch, ..., features), output the same; gamma and beta (features,).
///
/// Default as in Keras: epsilon 0.001.
/// Source: Ba, Kiros and Hinton, *Layer normalization* (2016);
/// <https://keras.io/api/layers/normalization_layers/layer_normalization/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(LayerNormalization::new().epsilon(0.0).input_shape(2));
/// let y = model.predict(&Tensor::from([[1.0, 3.0], [10.0, -10.0]]))?;
/// assert_eq!(y, Tensor::from([[-1.0, 1.0], [1.0, -1.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct LayerNormalization {
    base: Base,
    scale: Scale,
}

impl Default for LayerNormalization {
    fn default() -> LayerNormalization {
        LayerNormalization::new()
    }
}

impl LayerNormalization {
    /// The layer, which normalizes along the last axis.
    pub fn new() -> LayerNormalization {
        LayerNormalization {
            base: Base::default(),
            scale: Scale::new(),
        }
    }

    scale_options!();

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<LayerNormalization> {
        Ok(LayerNormalization {
            scale: Scale::from_config(config)?,
            ..LayerNormalization::new()
        })
    }
}

impl Layer for LayerNormalization {
    basics!("LayerNormalization");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        self.scale.build("LayerNormalization", inputs)?;
        Ok(inputs[0].clone())
    }

    // The cache keeps 1 / sqrt(variance + epsilon) and the mean of each row.
    fn forward(&self, call: Forward<'_>) {
        let features = call.inputs.shape(0).last().copied().unwrap_or(1);
        call.cache.clear();
        let mut output = rows_mut(call.output, features);
        for (x, mut y) in rows(call.inputs.matrix(0), features)
            .outer_iter()
            .zip(output.outer_iter_mut())
        {
            let mean = (x.iter().map(|x| f64::from(*x)).sum::<f64>() / features as f64) as f32;
            let squares = x.iter().map(|x| f64::from((x - mean) * (x - mean)));
            let variance = (squares.sum::<f64>() / features as f64) as f32;
            let root = 1.0 / (variance + self.scale.epsilon).sqrt();
            for (nth, (y, x)) in y.iter_mut().zip(x).enumerate() {
                *y = (x - mean) * root * self.scale.gamma(nth) + self.scale.beta(nth);
            }
            call.cache.extend([mean, root]);
        }
    }

    // With n = (x - mean) · r and d = dy · gamma:  dx = r · (d - mean of d - n · mean of d·n),  d gamma = Σ dy·n,  d beta = Σ dy.
    fn backward(&mut self, mut call: Backward<'_>) {
        let features = call.inputs.shape(0).last().copied().unwrap_or(1);
        let (mut of_gamma, mut of_beta) = (vec![0.0; features], vec![0.0; features]);
        let upstream = rows(call.upstream.view(), features);
        let mut gradient = call.gradients.matrix(0).map(|all| rows_mut(all, features));
        let inputs = rows(call.inputs.matrix(0), features);
        for (row, (x, delta)) in inputs.outer_iter().zip(upstream.outer_iter()).enumerate() {
            let (mean, root) = (call.cache[2 * row], call.cache[2 * row + 1]);
            let (mut sum, mut product) = (0.0, 0.0);
            for (nth, (x, delta)) in x.iter().zip(&delta).enumerate() {
                let normalized = (x - mean) * root;
                of_gamma[nth] += f64::from(delta * normalized);
                of_beta[nth] += f64::from(*delta);
                let own = delta * self.scale.gamma(nth);
                sum += f64::from(own);
                product += f64::from(own * normalized);
            }
            let Some(gradient) = &mut gradient else {
                continue;
            };
            let (sum, product) = (
                (sum / features as f64) as f32,
                (product / features as f64) as f32,
            );
            for (nth, (to, (x, delta))) in gradient
                .row_mut(row)
                .iter_mut()
                .zip(x.iter().zip(&delta))
                .enumerate()
            {
                let normalized = (x - mean) * root;
                *to += root * (delta * self.scale.gamma(nth) - sum - normalized * product);
            }
        }
        self.scale.add_gradients(&of_gamma, &of_beta);
    }

    fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
        inputs.mask(0).cloned()
    }

    fn variables(&self) -> Vec<&Variable> {
        self.scale.variables().collect()
    }

    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        self.scale.variables_mut().collect()
    }

    fn config(&self) -> Value {
        self.scale.config()
    }
}
