//! Adagrad: steps divided by the size of all gradients so far.

use serde_json::{Value, json};

use super::schedules::LearningRate;
use super::{Optimizer, Settings, clipping_methods};
use crate::compute::{decimal, vectorized};

/// Weights that are seldom moved take larger steps; all steps shrink as training goes on.
///
/// ```text
/// a += g^2
/// w -= lr * g / sqrt(a + epsilon)
/// ```
///
/// Source: Duchi et al. 2011; <https://keras.io/api/optimizers/adagrad/>.
///
/// ```
/// use nn_lib::optimizers::Adagrad;
/// use nn_lib::optimizers::Optimizer;
///
/// let mut optimizer = Adagrad::new(0.5).initial_accumulator_value(6.0).epsilon(1.0);
/// assert_eq!(optimizer.initial_slot_value(0), 6.0);
/// let (mut weights, mut accumulator) = ([1.0], [6.0]);
/// optimizer.begin_step();
/// optimizer.update(&mut weights, &mut [&mut accumulator], &[3.0]);
/// assert_eq!((weights, accumulator), ([0.625], [15.0])); // 1 - 0.5 * 3 / sqrt(6 + 9 + 1)
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an optimizer does nothing until `compile` gets it"]
pub struct Adagrad {
    settings: Settings,
    initial_accumulator_value: f32,
    epsilon: f32,
}

impl Default for Adagrad {
    fn default() -> Adagrad {
        Adagrad::new(0.001)
    }
}

clipping_methods!(Adagrad);

impl Adagrad {
    /// Adagrad with Keras's settings: accumulators start at 0.1, epsilon 1e-7. Keras's default learning rate is 0.001.
    pub fn new(learning_rate: impl Into<LearningRate>) -> Adagrad {
        Adagrad {
            settings: Settings::new(learning_rate),
            initial_accumulator_value: 0.1,
            epsilon: 1e-7,
        }
    }

    /// With what the sums of squares start. Default: 0.1.
    pub fn initial_accumulator_value(mut self, value: f32) -> Adagrad {
        self.initial_accumulator_value = value;
        self
    }

    /// A small number against division by zero. Default: 1e-7.
    pub fn epsilon(mut self, epsilon: f32) -> Adagrad {
        self.epsilon = epsilon;
        self
    }
}

impl Optimizer for Adagrad {
    fn name(&self) -> &'static str {
        "adagrad"
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn slots(&self) -> usize {
        1
    }

    fn initial_slot_value(&self, _slot: usize) -> f32 {
        self.initial_accumulator_value
    }

    fn update(&self, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        update(self, weights, slots, gradient);
    }

    fn config(&self) -> Value {
        let mut config = self.settings.config(self.name());
        config["initial_accumulator_value"] = json!(decimal(self.initial_accumulator_value));
        config["epsilon"] = json!(decimal(self.epsilon));
        config
    }

    fn clone_box(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}

vectorized! {
    /// One step for each weight.
    fn update(settings: &Adagrad, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]) {
        let [accumulator] = slots else {
            panic!("Adagrad keeps one slot, received {}", slots.len());
        };
        let (rate, epsilon) = (settings.settings.rate(), settings.epsilon);
        for ((w, a), &g) in weights.iter_mut().zip(accumulator.iter_mut()).zip(gradient) {
            *a += g * g;
            *w -= rate * g / (*a + epsilon).sqrt();
        }
    }
}
