//! Stochastic gradient descent, with momentum and Nesterov's variant.

use serde_json::{Value, json};

use super::schedules::LearningRate;
use super::{Optimizer, Settings, check_rate, check_shares, clipping_methods};
use crate::compute::{decimal, vectorized};
use crate::error::Result;

/// Gradient descent: a step against the gradient.
///
/// | setting | update |
/// | --- | --- |
/// | no momentum | `w -= lr * g` |
/// | momentum | `m = momentum * m - lr * g`, then `w += m` |
/// | nesterov | `m` likewise, then `w += momentum * m - lr * g` |
///
/// Source: <https://keras.io/api/optimizers/sgd/>.
///
/// ```
/// use nn_lib::optimizers::Optimizer;
/// use nn_lib::optimizers::SGD;
///
/// let mut optimizer = SGD::new(0.5).momentum(0.5);
/// let (mut weights, mut momentum) = ([1.0], [0.0]);
/// for expected in [0.5, -0.25] {
///     optimizer.begin_step();
///     optimizer.update(&mut weights, &mut [&mut momentum], &[1.0]);
///     assert_eq!(weights, [expected]); // steps of -0.5 and of 0.5 * -0.5 - 0.5
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an optimizer does nothing until `compile` gets it"]
pub struct SGD {
    settings: Settings,
    momentum: f32,
    nesterov: bool,
}

impl Default for SGD {
    fn default() -> SGD {
        SGD::new(0.01)
    }
}

clipping_methods!(SGD);

impl SGD {
    /// Plain gradient descent. Keras's default learning rate is 0.01.
    pub fn new(learning_rate: impl Into<LearningRate>) -> SGD {
        SGD {
            settings: Settings::new(learning_rate),
            momentum: 0.0,
            nesterov: false,
        }
    }

    /// How much of the last step goes on in the next, 0 to 1. Default: 0.
    pub fn momentum(mut self, momentum: f32) -> SGD {
        self.momentum = momentum;
        self
    }

    /// Whether the gradient counts as taken where the momentum leads to. Default: no.
    pub fn nesterov(mut self, nesterov: bool) -> SGD {
        self.nesterov = nesterov;
        self
    }
}

impl Optimizer for SGD {
    fn name(&self) -> &'static str {
        "sgd"
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn slots(&self) -> usize {
        usize::from(self.momentum != 0.0)
    }

    fn update(&self, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        update(self, weights, slots, gradient);
    }

    fn check(&self) -> Result<()> {
        check_rate(self)?;
        check_shares(self.name(), &[("momentum", self.momentum)])
    }

    fn config(&self) -> Value {
        let mut config = self.settings.config(self.name());
        config["momentum"] = json!(decimal(self.momentum));
        config["nesterov"] = json!(self.nesterov);
        config
    }

    fn clone_box(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}

vectorized! {
    /// One step for each weight.
    fn update(settings: &SGD, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        let (rate, momentum) = (settings.settings.rate(), settings.momentum);
        if momentum == 0.0 {
            for (w, &g) in weights.iter_mut().zip(gradient) {
                *w -= g * rate;
            }
            return;
        }
        let [velocity] = slots else {
            panic!("SGD with momentum keeps one slot, received {}", slots.len());
        };
        let steps = weights.iter_mut().zip(velocity.iter_mut()).zip(gradient);
        if settings.nesterov {
            for ((w, m), &g) in steps {
                *m = *m * momentum - g * rate;
                *w += *m * momentum - g * rate;
            }
        } else {
            for ((w, m), &g) in steps {
                *m = *m * momentum - g * rate;
                *w += *m;
            }
        }
    }
}
