//! RMSprop: gradient descent whose steps are divided by the gradient's recent size.

use serde_json::{Value, json};

use super::schedules::LearningRate;
use super::{Optimizer, Settings, check_rate, check_shares, clipping_methods};
use crate::compute::{decimal, vectorized, without_the_smallest};
use crate::error::Result;

/// Divides each weight's step by the root of a running mean of its squared gradients, so that every weight moves at its
/// own suitable speed. The chapter's optimizer.
///
/// ```text
/// v = rho * v + (1 - rho) * g^2
/// w -= lr * g / sqrt(v + epsilon)
/// ```
///
/// Epsilon stands inside the root, as in Keras (PyTorch has it outside). Centered, the running mean of the gradients is
/// squared and subtracted from `v` under the root; with momentum the step `s` becomes `m = momentum * m + s`.
///
/// Source: Hinton's lecture 6e; <https://keras.io/api/optimizers/rmsprop/>.
///
/// ```
/// use nn_lib::optimizers::Optimizer;
/// use nn_lib::optimizers::RMSprop;
///
/// let mut optimizer = RMSprop::new(0.5).rho(0.75).epsilon(0.0);
/// let (mut weights, mut velocity) = ([1.0], [0.0]);
/// optimizer.begin_step();
/// optimizer.update(&mut weights, &mut [&mut velocity], &[4.0]);
/// assert_eq!(velocity, [4.0]); // 0.75 * 0 + 0.25 * 16
/// assert_eq!(weights, [0.0]); // 1 - 0.5 * 4 / sqrt(4)
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an optimizer does nothing until `compile` gets it"]
pub struct RMSprop {
    settings: Settings,
    rho: f32,
    new_part: f32,
    momentum: f32,
    epsilon: f32,
    centered: bool,
}

impl Default for RMSprop {
    fn default() -> RMSprop {
        RMSprop::new(0.001)
    }
}

clipping_methods!(RMSprop);

impl RMSprop {
    /// RMSprop with Keras's settings: rho 0.9, no momentum, epsilon 1e-7, not centered. The usual learning rate is 0.001.
    pub fn new(learning_rate: impl Into<LearningRate>) -> RMSprop {
        RMSprop {
            settings: Settings::new(learning_rate),
            rho: 0.0,
            new_part: 1.0,
            momentum: 0.0,
            epsilon: 1e-7,
            centered: false,
        }
        .rho(0.9)
    }

    /// How much of the running mean stays at each step, 0 to 1. Default: 0.9.
    pub fn rho(mut self, rho: f32) -> RMSprop {
        self.rho = rho;
        self.new_part = (1.0 - decimal(rho)) as f32;
        self
    }

    /// How much of the last step goes on in the next, 0 to 1. Default: 0.
    pub fn momentum(mut self, momentum: f32) -> RMSprop {
        self.momentum = momentum;
        self
    }

    /// A small number against division by zero. Default: 1e-7.
    pub fn epsilon(mut self, epsilon: f32) -> RMSprop {
        self.epsilon = epsilon;
        self
    }

    /// Whether to divide by the gradient's deviation instead of its size. Default: no.
    pub fn centered(mut self, centered: bool) -> RMSprop {
        self.centered = centered;
        self
    }
}

impl Optimizer for RMSprop {
    fn name(&self) -> &'static str {
        "rmsprop"
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// In this order: the mean of squares, the mean (if centered), the momentum (if there is one).
    fn slots(&self) -> usize {
        1 + usize::from(self.centered) + usize::from(self.momentum > 0.0)
    }

    fn update(&self, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        update(self, weights, slots, gradient);
    }

    fn check(&self) -> Result<()> {
        check_rate(self)?;
        check_shares(
            self.name(),
            &[("rho", self.rho), ("momentum", self.momentum)],
        )
    }

    fn config(&self) -> Value {
        let mut config = self.settings.config(self.name());
        config["rho"] = json!(decimal(self.rho));
        config["momentum"] = json!(decimal(self.momentum));
        config["epsilon"] = json!(decimal(self.epsilon));
        config["centered"] = json!(self.centered);
        config
    }

    fn clone_box(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}

vectorized! {
    /// One step for each weight.
    fn update(settings: &RMSprop, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        let (rate, rho, new_part) = (settings.settings.rate(), settings.rho, settings.new_part);
        let (momentum, epsilon) = (settings.momentum, settings.epsilon);
        let mean_of_squares = |v: f32, g: f32| without_the_smallest(rho * v + new_part * (g * g));
        let mean = |a: f32, g: f32| rho * a + new_part * g;
        match (slots, settings.centered, momentum > 0.0) {
            ([velocity], false, false) => {
                for ((w, v), &g) in weights.iter_mut().zip(velocity.iter_mut()).zip(gradient) {
                    *v = mean_of_squares(*v, g);
                    *w -= rate * g / (*v + epsilon).sqrt();
                }
            }
            ([velocity, steps], false, true) => {
                let slots = velocity.iter_mut().zip(steps.iter_mut());
                for ((w, (v, m)), &g) in weights.iter_mut().zip(slots).zip(gradient) {
                    *v = mean_of_squares(*v, g);
                    *m = momentum * *m + rate * g / (*v + epsilon).sqrt();
                    *w -= *m;
                }
            }
            ([velocity, average], true, false) => {
                let slots = velocity.iter_mut().zip(average.iter_mut());
                for ((w, (v, a)), &g) in weights.iter_mut().zip(slots).zip(gradient) {
                    *v = mean_of_squares(*v, g);
                    *a = mean(*a, g);
                    *w -= rate * g / (*v - *a * *a + epsilon).sqrt();
                }
            }
            ([velocity, average, steps], true, true) => {
                let slots = velocity
                    .iter_mut()
                    .zip(average.iter_mut())
                    .zip(steps.iter_mut());
                for ((w, ((v, a), m)), &g) in weights.iter_mut().zip(slots).zip(gradient) {
                    *v = mean_of_squares(*v, g);
                    *a = mean(*a, g);
                    *m = momentum * *m + rate * g / (*v - *a * *a + epsilon).sqrt();
                    *w -= *m;
                }
            }
            (slots, ..) => panic!(
                "RMSprop keeps {} slots, received {}",
                settings.slots(),
                slots.len()
            ),
        }
    }
}
