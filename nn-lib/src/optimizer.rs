//! Optimizers: how the weights follow the gradient down to a smaller loss.

use std::fmt::Debug;

use serde_json::{Value, json};

use crate::adagrad::Adagrad;
use crate::adam::Adam;
use crate::error::{Error, Result};
use crate::math::decimal;
use crate::rmsprop::RMSprop;
use crate::schedule::LearningRate;
use crate::sgd::SGD;

/// An algorithm that changes weights so that the loss becomes smaller.
///
/// A training step calls [`Optimizer::begin_step`] once, clips the gradients with [`Optimizer::clip`], and then calls
/// [`Optimizer::update`] for every weight tensor. An update treats each weight by itself, so a tensor can be handed over
/// in pieces, in any order and from several threads.
///
/// ```
/// use nn_lib::optimizer::Optimizer;
/// use nn_lib::sgd::SGD;
///
/// let mut optimizer = SGD::new(0.5);
/// let mut weights = [1.0, 2.0];
/// optimizer.begin_step();
/// optimizer.update(&mut weights, &mut [], &[2.0, -2.0]);
/// assert_eq!(weights, [0.0, 3.0]); // w - 0.5 * gradient
/// ```
pub trait Optimizer: Debug + Send + Sync {
    /// The name that Keras uses: `rmsprop`.
    fn name(&self) -> &'static str;

    /// Learning rate, step counter and clipping: what all optimizers share.
    fn pace(&self) -> &Pace;

    /// The same, to be changed.
    fn pace_mut(&mut self) -> &mut Pace;

    /// The number of values that the optimizer remembers for each weight, such as a running mean.
    fn slots(&self) -> usize;

    /// The value with which a slot starts.
    fn initial_slot_value(&self, _slot: usize) -> f32 {
        0.0
    }

    /// Counts the step and computes what is the same for all weights. To be called once for every batch, before
    /// [`Optimizer::update`].
    fn begin_step(&mut self) {
        self.pace_mut().begin_step();
    }

    /// Moves each weight.
    ///
    /// # Shapes
    ///
    /// `weights`, `gradient` and each of the [`Optimizer::slots`] have the same length.
    ///
    /// # Panics
    ///
    /// If there are fewer slots than [`Optimizer::slots`] says: a mistake of the training loop, not of its user.
    fn update(&self, weights: &mut [f32], slots: &mut [&mut [f32]], gradient: &[f32]);

    /// The settings as JSON: `{"name": "sgd", "learning_rate": 0.01, ...}`; see [`from_config`].
    fn config(&self) -> Value;

    /// A copy in a box of its own.
    fn clone_box(&self) -> Box<dyn Optimizer>;

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f32 {
        self.pace().learning_rate.at(self.pace().steps)
    }

    /// Sets the learning rate, from the next step on; a schedule ends.
    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.pace_mut().learning_rate = LearningRate::Constant(learning_rate);
    }

    /// How gradients are limited.
    fn clip(&self) -> Clip {
        self.pace().clip
    }

    /// The number of steps taken.
    fn iterations(&self) -> u64 {
        self.pace().steps
    }

    /// Sets the number of steps taken, to go on with a saved training.
    fn set_iterations(&mut self, iterations: u64) {
        self.pace_mut().steps = iterations;
    }
}

impl Clone for Box<dyn Optimizer> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}

/// What all optimizers share: learning rate, step counter, clipping. For writing an optimizer of your own.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    learning_rate: LearningRate,
    steps: u64,
    rate: f32,
    clip: Clip,
}

impl Pace {
    /// The pace of an optimizer that has taken no step yet.
    pub fn new(learning_rate: impl Into<LearningRate>) -> Pace {
        let learning_rate = learning_rate.into();
        let rate = learning_rate.at(0);
        Pace {
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

/// How gradients are limited, so that one bad batch cannot throw the weights far away.
///
/// ```
/// use nn_lib::optimizer::Clip;
///
/// let mut gradient = [3.0, 4.0]; // of length 5
/// Clip::Norm(1.0).apply(&mut [&mut gradient]);
/// assert_eq!(gradient, [0.6, 0.8]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Clip {
    /// Not at all.
    #[default]
    None,
    /// Each weight tensor's gradient is shortened to at most this length (Keras's `clipnorm`).
    Norm(f32),
    /// All gradients together are shortened to at most this length (`global_clipnorm`).
    GlobalNorm(f32),
    /// Each element is cut to this absolute value (`clipvalue`).
    Value(f32),
}

impl Clip {
    /// Limits the gradients of one step, one slice for each weight tensor. As in Keras a limit of 0 or less is none.
    pub fn apply(self, gradients: &mut [&mut [f32]]) {
        match self {
            Clip::Norm(limit) if limit > 0.0 => {
                for gradient in gradients {
                    let norm = squared_norm(gradient).sqrt() as f32;
                    let longest = norm.max(limit);
                    gradient.iter_mut().for_each(|g| *g = *g * limit / longest);
                }
            }
            Clip::GlobalNorm(limit) if limit > 0.0 => {
                let total: f64 = gradients
                    .iter()
                    .map(|gradient| squared_norm(gradient))
                    .sum();
                let norm = total.sqrt() as f32;
                // A norm that is infinite or not a number makes the weights NaN: a mistake to be seen, not hidden.
                let scale = if norm.is_finite() {
                    limit * (1.0 / norm).min(1.0 / limit)
                } else {
                    f32::NAN
                };
                for gradient in gradients {
                    gradient.iter_mut().for_each(|g| *g *= scale);
                }
            }
            Clip::Value(limit) if limit > 0.0 => {
                for gradient in gradients {
                    gradient
                        .iter_mut()
                        .for_each(|g| *g = g.clamp(-limit, limit));
                }
            }
            _ => {}
        }
    }
}

fn squared_norm(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v) * f64::from(v)).sum()
}

/// Second moments below this are set to zero: numbers so small are slow on most processors, and with any usual epsilon
/// they change nothing.
#[inline(always)]
pub(crate) fn without_denormals(second_moment: f32) -> f32 {
    if second_moment < 1e-30 {
        0.0
    } else {
        second_moment
    }
}

/// The optimizer of that name with Keras's default settings: `sgd`, `rmsprop`, `adam` or `adagrad`.
///
/// # Errors
///
/// For another name.
pub fn from_name(name: &str) -> Result<Box<dyn Optimizer>> {
    from_config(&json!({ "name": name }))
}

/// The optimizer that [`Optimizer::config`] described; settings left out take their defaults.
///
/// # Errors
///
/// For an unknown name or a learning rate that is none.
pub fn from_config(config: &Value) -> Result<Box<dyn Optimizer>> {
    let number = |key: &str, default: f32| config[key].as_f64().map_or(default, |x| x as f32);
    let flag = |key: &str| config[key].as_bool().unwrap_or(false);
    let name = config["name"].as_str().unwrap_or_default();
    let name = name.to_lowercase();
    let mut optimizer: Box<dyn Optimizer> = match name.as_str() {
        "sgd" => Box::new(
            SGD::default()
                .momentum(number("momentum", 0.0))
                .nesterov(flag("nesterov")),
        ),
        "rmsprop" => Box::new(
            RMSprop::default()
                .rho(number("rho", 0.9))
                .momentum(number("momentum", 0.0))
                .epsilon(number("epsilon", 1e-7))
                .centered(flag("centered")),
        ),
        "adam" => Box::new(
            Adam::default()
                .beta_1(number("beta_1", 0.9))
                .beta_2(number("beta_2", 0.999))
                .epsilon(number("epsilon", 1e-7))
                .amsgrad(flag("amsgrad")),
        ),
        "adagrad" => Box::new(
            Adagrad::default()
                .initial_accumulator_value(number("initial_accumulator_value", 0.1))
                .epsilon(number("epsilon", 1e-7)),
        ),
        _ => {
            return Err(Error::invalid(
                "Optimizer",
                "one of sgd, rmsprop, adam, adagrad",
                name,
            ));
        }
    };
    let pace = optimizer.pace_mut();
    if !config["learning_rate"].is_null() {
        *pace = Pace::new(LearningRate::from_config(&config["learning_rate"])?);
    }
    for (key, kind) in [
        ("clipnorm", Clip::Norm as fn(f32) -> Clip),
        ("global_clipnorm", Clip::GlobalNorm),
        ("clipvalue", Clip::Value),
    ] {
        if let Some(limit) = config[key].as_f64() {
            pace.set_clip(kind(limit as f32));
        }
    }
    Ok(optimizer)
}

/// The three settings that every optimizer has, as methods to be chained.
macro_rules! clipping_methods {
    ($optimizer:ident) => {
        impl $optimizer {
            /// Shortens each weight tensor's gradient to at most this length.
            #[must_use]
            pub fn clip_norm(mut self, limit: f32) -> $optimizer {
                self.pace.set_clip($crate::optimizer::Clip::Norm(limit));
                self
            }

            /// Shortens all gradients together to at most this length.
            #[must_use]
            pub fn global_clip_norm(mut self, limit: f32) -> $optimizer {
                self.pace
                    .set_clip($crate::optimizer::Clip::GlobalNorm(limit));
                self
            }

            /// Cuts each element of the gradient to this absolute value.
            #[must_use]
            pub fn clip_value(mut self, limit: f32) -> $optimizer {
                self.pace.set_clip($crate::optimizer::Clip::Value(limit));
                self
            }
        }
    };
}
pub(crate) use clipping_methods;
