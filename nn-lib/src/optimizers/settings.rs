//! What all optimizers share: the learning rate, the count of steps, and the clipping of gradients.

use serde_json::{Value, json};

use super::Clip;
use super::schedules::LearningRate;
use crate::compute::decimal;

/// What all optimizers share: learning rate, step counter, clipping. For writing an optimizer of your own.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub(super) learning_rate: LearningRate,
    pub(super) steps: u64,
    rate: f32,
    pub(super) clip: Clip,
}

impl Settings {
    /// The settings of an optimizer that has taken no step yet.
    pub fn new(learning_rate: impl Into<LearningRate>) -> Settings {
        let learning_rate = learning_rate.into();
        let rate = learning_rate.at(0);
        Settings {
            learning_rate,
            steps: 0,
            rate,
            clip: Clip::None,
        }
    }

    /// Counts a step and fixes its learning rate.
    pub fn begin_step(&mut self) {
        self.rate = self.learning_rate.at(self.steps);
        self.steps += 1;
    }

    /// The learning rate of the present step.
    pub fn rate(&self) -> f32 {
        self.rate
    }

    /// The number of the present step; the first is 1.
    pub fn step(&self) -> u64 {
        self.steps
    }

    /// Limits gradients from now on.
    pub fn set_clip(&mut self, clip: Clip) {
        self.clip = clip;
    }

    pub(crate) fn config(&self, name: &str) -> Value {
        let mut config = json!({ "name": name, "learning_rate": self.learning_rate.config() });
        match self.clip {
            Clip::None => {}
            Clip::Norm(limit) => config["clipnorm"] = json!(decimal(limit)),
            Clip::GlobalNorm(limit) => config["global_clipnorm"] = json!(decimal(limit)),
            Clip::Value(limit) => config["clipvalue"] = json!(decimal(limit)),
        }
        config
    }
}

/// The three settings that every optimizer has, as methods to be chained.
macro_rules! clipping_methods {
    ($optimizer:ident) => {
        impl $optimizer {
            /// Shortens each weight tensor's gradient to at most this length.
            pub fn clipnorm(mut self, limit: f32) -> $optimizer {
                $crate::optimizers::Optimizer::settings_mut(&mut self)
                    .set_clip($crate::optimizers::Clip::Norm(limit));
                self
            }

            /// Shortens all gradients together to at most this length.
            pub fn global_clipnorm(mut self, limit: f32) -> $optimizer {
                $crate::optimizers::Optimizer::settings_mut(&mut self)
                    .set_clip($crate::optimizers::Clip::GlobalNorm(limit));
                self
            }

            /// Cuts each element of the gradient to this absolute value.
            pub fn clipvalue(mut self, limit: f32) -> $optimizer {
                $crate::optimizers::Optimizer::settings_mut(&mut self)
                    .set_clip($crate::optimizers::Clip::Value(limit));
                self
            }
        }
    };
}
pub(crate) use clipping_methods;
