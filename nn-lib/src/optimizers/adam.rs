//! Adam: running means of the gradient and of its square, corrected for their start at zero.

use serde_json::{Value, json};

use super::schedules::LearningRate;
use super::{Optimizer, Settings, check_rate, check_shares, clipping_methods};
use crate::compute::{decimal, vectorized, without_the_smallest};
use crate::error::Result;

/// Momentum and RMSprop in one, with a correction while the means warm up. With `t` the number of the step:
///
/// ```text
/// m += (1 - beta_1) * (g - m)
/// v += (1 - beta_2) * (g^2 - v)
/// w -= m * lr * sqrt(1 - beta_2^t) / (1 - beta_1^t) / (sqrt(v) + epsilon)
/// ```
///
/// Here epsilon stands outside the root, as in Keras. With AMSGrad the largest `v` so far takes the place of `v`.
///
/// Source: Kingma and Ba 2014, Reddi et al. 2018; <https://keras.io/api/optimizers/adam/>.
///
/// ```
/// use nn_lib::optimizers::Adam;
/// use nn_lib::optimizers::Optimizer;
///
/// // The first step is the learning rate against the gradient's sign, whatever its size.
/// let mut optimizer = Adam::new(0.25).epsilon(0.0);
/// let (mut weights, mut m, mut v) = ([1.0, 1.0], [0.0; 2], [0.0; 2]);
/// optimizer.begin_step();
/// optimizer.update(&mut weights, &mut [&mut m, &mut v], &[3.0, -0.01]);
/// assert!((weights[0] - 0.75_f32).abs() < 1e-5 && (weights[1] - 1.25_f32).abs() < 1e-5);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an optimizer does nothing until `compile` gets it"]
pub struct Adam {
    settings: Settings,
    beta_1: f32,
    beta_2: f32,
    new_part_1: f32,
    new_part_2: f32,
    epsilon: f32,
    amsgrad: bool,
    alpha: f32,
}

impl Default for Adam {
    fn default() -> Adam {
        Adam::new(0.001)
    }
}

clipping_methods!(Adam);

impl Adam {
    /// Adam with Keras's settings: beta_1 0.9, beta_2 0.999, epsilon 1e-7. The usual learning rate is 0.001.
    pub fn new(learning_rate: impl Into<LearningRate>) -> Adam {
        Adam {
            settings: Settings::new(learning_rate),
            beta_1: 0.0,
            beta_2: 0.0,
            new_part_1: 1.0,
            new_part_2: 1.0,
            epsilon: 1e-7,
            amsgrad: false,
            alpha: 0.0,
        }
        .beta_1(0.9)
        .beta_2(0.999)
    }

    /// How much of the gradient's running mean stays at each step. Default: 0.9.
    pub fn beta_1(mut self, beta_1: f32) -> Adam {
        self.beta_1 = beta_1;
        self.new_part_1 = (1.0 - decimal(beta_1)) as f32;
        self
    }

    /// How much of the squared gradient's running mean stays at each step. Default: 0.999.
    pub fn beta_2(mut self, beta_2: f32) -> Adam {
        self.beta_2 = beta_2;
        self.new_part_2 = (1.0 - decimal(beta_2)) as f32;
        self
    }

    /// A small number against division by zero. Default: 1e-7.
    pub fn epsilon(mut self, epsilon: f32) -> Adam {
        self.epsilon = epsilon;
        self
    }

    /// Whether steps are divided by the largest `v` so far. Default: no.
    pub fn amsgrad(mut self, amsgrad: bool) -> Adam {
        self.amsgrad = amsgrad;
        self
    }
}

impl Optimizer for Adam {
    fn name(&self) -> &'static str {
        "adam"
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// In this order: the mean, the mean of squares, the largest mean of squares (AMSGrad only).
    fn slots(&self) -> usize {
        2 + usize::from(self.amsgrad)
    }

    fn begin_step(&mut self) {
        self.settings.begin_step();
        // The powers are rounded to single precision like those of Keras: 1 - 0.999^t shows it in its fifth digit.
        let t = self.settings.step() as f64;
        let power = |beta: f32| libm::pow(f64::from(beta), t) as f32;
        let (correction_1, correction_2) = (1.0 - power(self.beta_1), 1.0 - power(self.beta_2));
        self.alpha = self.settings.rate() * correction_2.sqrt() / correction_1;
    }

    fn update(&self, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        update(self, weights, slots, gradient);
    }

    fn check(&self) -> Result<()> {
        check_rate(self)?;
        check_shares(
            self.name(),
            &[("beta_1", self.beta_1), ("beta_2", self.beta_2)],
        )
    }

    fn config(&self) -> Value {
        let mut config = self.settings.config(self.name());
        config["beta_1"] = json!(decimal(self.beta_1));
        config["beta_2"] = json!(decimal(self.beta_2));
        config["epsilon"] = json!(decimal(self.epsilon));
        config["amsgrad"] = json!(self.amsgrad);
        config
    }

    fn clone_box(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}

vectorized! {
    /// One step for each weight.
    fn update(settings: &Adam, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        let (alpha, epsilon) = (settings.alpha, settings.epsilon);
        let (new_part_1, new_part_2) = (settings.new_part_1, settings.new_part_2);
        match (slots, settings.amsgrad) {
            ([mean, velocity], false) => {
                let slots = mean.iter_mut().zip(velocity.iter_mut());
                for ((w, (m, v)), &g) in weights.iter_mut().zip(slots).zip(gradient) {
                    *m += (g - *m) * new_part_1;
                    *v = without_the_smallest(*v + (g * g - *v) * new_part_2);
                    *w -= *m * alpha / (v.sqrt() + epsilon);
                }
            }
            ([mean, velocity, largest], true) => {
                let slots = mean
                    .iter_mut()
                    .zip(velocity.iter_mut())
                    .zip(largest.iter_mut());
                for ((w, ((m, v), top)), &g) in weights.iter_mut().zip(slots).zip(gradient) {
                    *m += (g - *m) * new_part_1;
                    *v = without_the_smallest(*v + (g * g - *v) * new_part_2);
                    *top = if *v > *top { *v } else { *top };
                    *w -= *m * alpha / (top.sqrt() + epsilon);
                }
            }
            (slots, _) => panic!(
                "Adam keeps {} slots, received {}",
                settings.slots(),
                slots.len()
            ),
        }
    }
}
