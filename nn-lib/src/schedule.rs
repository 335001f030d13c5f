//! Learning rates: one number, or a schedule that lowers it as training goes on.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::math::decimal;

/// The size of an optimizer's steps: a number or a schedule over the steps (batches) taken so far.
///
/// Optimizers take either: `RMSprop::new(0.001)`, `RMSprop::new(ExponentialDecay::new(0.1, 1000, 0.96))`.
///
/// ```
/// use nn_lib::schedule::{ExponentialDecay, LearningRate};
///
/// let constant = LearningRate::from(0.01);
/// assert_eq!(constant.at(0), constant.at(5000));
///
/// let halving = LearningRate::from(ExponentialDecay::new(0.8, 100, 0.5));
/// assert_eq!(halving.at(0), 0.8);
/// assert_eq!(halving.at(100), 0.4);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum LearningRate {
    /// The same at every step.
    Constant(f32),
    /// Multiplied by a factor again and again.
    ExponentialDecay(ExponentialDecay),
    /// A staircase of given values.
    PiecewiseConstantDecay(PiecewiseConstantDecay),
    /// Divided by a growing number.
    InverseTimeDecay(InverseTimeDecay),
    /// Along a power curve to an end value.
    PolynomialDecay(PolynomialDecay),
    /// Along half a wave of the cosine, after an optional warm-up.
    CosineDecay(CosineDecay),
}

impl LearningRate {
    /// The learning rate of a step; the first step is 0.
    pub fn at(&self, step: u64) -> f32 {
        match self {
            LearningRate::Constant(rate) => *rate,
            LearningRate::ExponentialDecay(schedule) => schedule.at(step),
            LearningRate::PiecewiseConstantDecay(schedule) => schedule.at(step),
            LearningRate::InverseTimeDecay(schedule) => schedule.at(step),
            LearningRate::PolynomialDecay(schedule) => schedule.at(step),
            LearningRate::CosineDecay(schedule) => schedule.at(step),
        }
    }

    /// The learning rate as JSON: a number, or a schedule's name and settings.
    pub fn config(&self) -> Value {
        match self {
            LearningRate::Constant(rate) => json!(decimal(*rate)),
            LearningRate::ExponentialDecay(s) => json!({
                "name": "ExponentialDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "decay_rate": decimal(s.decay_rate),
                "staircase": s.staircase,
            }),
            LearningRate::PiecewiseConstantDecay(s) => json!({
                "name": "PiecewiseConstantDecay",
                "boundaries": s.boundaries,
                "values": s.values.iter().map(|&v| decimal(v)).collect::<Vec<_>>(),
            }),
            LearningRate::InverseTimeDecay(s) => json!({
                "name": "InverseTimeDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "decay_rate": decimal(s.decay_rate),
                "staircase": s.staircase,
            }),
            LearningRate::PolynomialDecay(s) => json!({
                "name": "PolynomialDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "end_learning_rate": decimal(s.end_learning_rate),
                "power": decimal(s.power),
                "cycle": s.cycle,
            }),
            LearningRate::CosineDecay(s) => json!({
                "name": "CosineDecay",
                "initial_learning_rate": decimal(s.initial_learning_rate),
                "decay_steps": s.decay_steps,
                "alpha": decimal(s.alpha),
                "warmup_target": s.warmup.map(|(target, _)| decimal(target)),
                "warmup_steps": s.warmup.map_or(0, |(_, steps)| steps),
            }),
        }
    }

    /// The learning rate that [`LearningRate::config`] described.
    ///
    /// # Errors
    ///
    /// For an unknown schedule or a missing setting.
    pub fn from_config(config: &Value) -> Result<LearningRate> {
        if let Some(rate) = config.as_f64() {
            return Ok(LearningRate::Constant(rate as f32));
        }
        let missing = |key: &str| {
            Error::invalid(
                "LearningRate",
                format!("a number, or a schedule's name and settings with `{key}`"),
                config.to_string(),
            )
        };
        let number = |key: &str| {
            config[key]
                .as_f64()
                .map(|x| x as f32)
                .ok_or_else(|| missing(key))
        };
        let count = |key: &str| config[key].as_u64().ok_or_else(|| missing(key));
        let flag = |key: &str| config[key].as_bool().unwrap_or(false);
        let list = |key: &str| config[key].as_array().ok_or_else(|| missing(key));
        let initial = || number("initial_learning_rate");
        Ok(match config["name"].as_str().unwrap_or_default() {
            "ExponentialDecay" => {
                ExponentialDecay::new(initial()?, count("decay_steps")?, number("decay_rate")?)
                    .staircase(flag("staircase"))
                    .into()
            }
            "InverseTimeDecay" => {
                InverseTimeDecay::new(initial()?, count("decay_steps")?, number("decay_rate")?)
                    .staircase(flag("staircase"))
                    .into()
            }
            "PolynomialDecay" => PolynomialDecay::new(initial()?, count("decay_steps")?)
                .end_learning_rate(number("end_learning_rate")?)
                .power(number("power")?)
                .cycle(flag("cycle"))
                .into(),
            "CosineDecay" => {
                let schedule =
                    CosineDecay::new(initial()?, count("decay_steps")?).alpha(number("alpha")?);
                match config["warmup_target"].as_f64() {
                    Some(target) => schedule
                        .warmup(target as f32, count("warmup_steps")?)
                        .into(),
                    None => schedule.into(),
                }
            }
            "PiecewiseConstantDecay" => {
                let boundaries = list("boundaries")?.iter().filter_map(Value::as_u64);
                let values = list("values")?.iter().filter_map(Value::as_f64);
                PiecewiseConstantDecay::new(
                    boundaries.collect::<Vec<_>>(),
                    values.map(|x| x as f32).collect::<Vec<_>>(),
                )?
                .into()
            }
            _ => return Err(missing("name")),
        })
    }
}

impl From<f32> for LearningRate {
    fn from(rate: f32) -> LearningRate {
        LearningRate::Constant(rate)
    }
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> LearningRate {
        LearningRate::Constant(rate as f32)
    }
}

/// `initial * decay_rate^(step / decay_steps)`; as a staircase the exponent is rounded down.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/>.
#[derive(Clone, Debug, PartialEq)]
pub struct ExponentialDecay {
    initial_learning_rate: f32,
    decay_steps: u64,
    decay_rate: f32,
    staircase: bool,
}

impl ExponentialDecay {
    /// A rate that is multiplied by `decay_rate` in the course of every `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64, decay_rate: f32) -> ExponentialDecay {
        ExponentialDecay {
            initial_learning_rate,
            decay_steps,
            decay_rate,
            staircase: false,
        }
    }

    /// Whether the rate falls in jumps, at every multiple of `decay_steps`.
    #[must_use]
    pub fn staircase(mut self, staircase: bool) -> ExponentialDecay {
        self.staircase = staircase;
        self
    }

    fn at(&self, step: u64) -> f32 {
        let p = periods(step, self.decay_steps, self.staircase);
        self.initial_learning_rate * libm::powf(self.decay_rate, p)
    }
}

/// `initial / (1 + decay_rate * step / decay_steps)`; as a staircase the fraction is rounded down.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/>.
///
/// ```
/// use nn_lib::schedule::{InverseTimeDecay, LearningRate};
///
/// let rate = LearningRate::from(InverseTimeDecay::new(0.6, 10, 0.5));
/// assert_eq!(rate.at(20), 0.3); // 0.6 / (1 + 0.5 * 2)
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct InverseTimeDecay {
    initial_learning_rate: f32,
    decay_steps: u64,
    decay_rate: f32,
    staircase: bool,
}

impl InverseTimeDecay {
    /// A rate whose divisor grows by `decay_rate` every `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64, decay_rate: f32) -> InverseTimeDecay {
        InverseTimeDecay {
            initial_learning_rate,
            decay_steps,
            decay_rate,
            staircase: false,
        }
    }

    /// Whether the rate falls in jumps, at every multiple of `decay_steps`.
    #[must_use]
    pub fn staircase(mut self, staircase: bool) -> InverseTimeDecay {
        self.staircase = staircase;
        self
    }

    fn at(&self, step: u64) -> f32 {
        let p = periods(step, self.decay_steps, self.staircase);
        self.initial_learning_rate / (1.0 + self.decay_rate * p)
    }
}

fn periods(step: u64, decay_steps: u64, staircase: bool) -> f32 {
    let p = step as f32 / decay_steps as f32;
    if staircase { p.floor() } else { p }
}

/// Given values, one after the other: `values[0]` up to and including step `boundaries[0]`, and so on.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/>.
///
/// ```
/// use nn_lib::schedule::{LearningRate, PiecewiseConstantDecay};
///
/// let rate = LearningRate::from(PiecewiseConstantDecay::new([100, 200], [0.1, 0.05, 0.01])?);
/// assert_eq!((rate.at(100), rate.at(101), rate.at(201)), (0.1, 0.05, 0.01));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PiecewiseConstantDecay {
    boundaries: Vec<u64>,
    values: Vec<f32>,
}

impl PiecewiseConstantDecay {
    /// A staircase with these boundaries, in rising order, and one value more.
    ///
    /// # Errors
    ///
    /// If there is no boundary, or not exactly one value more than boundaries, or if the boundaries do not rise.
    pub fn new(
        boundaries: impl Into<Vec<u64>>,
        values: impl Into<Vec<f32>>,
    ) -> Result<PiecewiseConstantDecay> {
        let (boundaries, values) = (boundaries.into(), values.into());
        if boundaries.is_empty() || values.len() != boundaries.len() + 1 {
            return Err(Error::invalid(
                "PiecewiseConstantDecay",
                "one or more boundaries and one value more",
                format!(
                    "{} boundaries and {} values",
                    boundaries.len(),
                    values.len()
                ),
            ));
        }
        if !boundaries.is_sorted_by(|a, b| a < b) {
            return Err(Error::invalid(
                "PiecewiseConstantDecay",
                "boundaries in rising order",
                format!("{boundaries:?}"),
            ));
        }
        Ok(PiecewiseConstantDecay { boundaries, values })
    }

    fn at(&self, step: u64) -> f32 {
        self.values[self.boundaries.partition_point(|&boundary| boundary < step)]
    }
}

/// `(initial - end) * (1 - step / decay_steps)^power + end`, and `end` from then on.
///
/// Source: <https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/>.
///
/// ```
/// use nn_lib::schedule::{LearningRate, PolynomialDecay};
///
/// let straight = LearningRate::from(PolynomialDecay::new(0.5, 100).end_learning_rate(0.0));
/// assert_eq!((straight.at(50), straight.at(1000)), (0.25, 0.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PolynomialDecay {
    initial_learning_rate: f32,
    decay_steps: u64,
    end_learning_rate: f32,
    power: f32,
    cycle: bool,
}

impl PolynomialDecay {
    /// A straight line down to 0.0001, reached after `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64) -> PolynomialDecay {
        PolynomialDecay {
            initial_learning_rate,
            decay_steps,
            end_learning_rate: 0.0001,
            power: 1.0,
            cycle: false,
        }
    }

    /// The last learning rate. Default: 0.0001.
    #[must_use]
    pub fn end_learning_rate(mut self, end_learning_rate: f32) -> PolynomialDecay {
        self.end_learning_rate = end_learning_rate;
        self
    }

    /// The exponent. Default: 1, a straight line.
    #[must_use]
    pub fn power(mut self, power: f32) -> PolynomialDecay {
        self.power = power;
        self
    }

    /// Whether the rate jumps up again at the end, each time with a longer decay. Default: no.
    #[must_use]
    pub fn cycle(mut self, cycle: bool) -> PolynomialDecay {
        self.cycle = cycle;
        self
    }

    fn at(&self, step: u64) -> f32 {
        let mut step = step as f32;
        let mut decay_steps = self.decay_steps as f32;
        if self.cycle {
            decay_steps *= (step / decay_steps).ceil().max(1.0);
        } else {
            step = step.min(decay_steps);
        }
        (self.initial_learning_rate - self.end_learning_rate)
            * libm::powf(1.0 - step / decay_steps, self.power)
            + self.end_learning_rate
    }
}

/// Half a wave of the cosine: `initial * ((1 - alpha) (1 + cos(pi step / decay_steps)) / 2 + alpha)`, after an optional
/// straight warm-up.
///
/// Source: Loshchilov and Hutter 2016;
/// <https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/>.
///
/// ```
/// use nn_lib::schedule::{CosineDecay, LearningRate};
///
/// let rate = LearningRate::from(CosineDecay::new(0.0, 100).warmup(0.5, 10));
/// assert_eq!(rate.at(5), 0.25); // half way up
/// assert_eq!(rate.at(10), 0.5); // the top
/// assert!((rate.at(60) - 0.25).abs() < 1e-6); // half way down
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CosineDecay {
    initial_learning_rate: f32,
    decay_steps: u64,
    alpha: f32,
    warmup: Option<(f32, u64)>,
}

impl CosineDecay {
    /// A rate that falls to 0 within `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64) -> CosineDecay {
        CosineDecay {
            initial_learning_rate,
            decay_steps,
            alpha: 0.0,
            warmup: None,
        }
    }

    /// The last learning rate as a fraction of the largest. Default: 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f32) -> CosineDecay {
        self.alpha = alpha;
        self
    }

    /// First rises from the initial learning rate to `target` within `steps` steps, then decays from there.
    #[must_use]
    pub fn warmup(mut self, target: f32, steps: u64) -> CosineDecay {
        self.warmup = Some((target, steps));
        self
    }

    fn at(&self, step: u64) -> f32 {
        let (top, warmup_steps) = self.warmup.unwrap_or((self.initial_learning_rate, 0));
        if step < warmup_steps {
            let completed = step as f32 / warmup_steps as f32;
            return (top - self.initial_learning_rate) * completed + self.initial_learning_rate;
        }
        let step = (step - warmup_steps).min(self.decay_steps);
        let completed = step as f32 / self.decay_steps as f32;
        let cosine = 0.5 * (1.0 + libm::cosf(std::f32::consts::PI * completed));
        top * ((1.0 - self.alpha) * cosine + self.alpha)
    }
}

impl From<ExponentialDecay> for LearningRate {
    fn from(schedule: ExponentialDecay) -> LearningRate {
        LearningRate::ExponentialDecay(schedule)
    }
}

impl From<PiecewiseConstantDecay> for LearningRate {
    fn from(schedule: PiecewiseConstantDecay) -> LearningRate {
        LearningRate::PiecewiseConstantDecay(schedule)
    }
}

impl From<InverseTimeDecay> for LearningRate {
    fn from(schedule: InverseTimeDecay) -> LearningRate {
        LearningRate::InverseTimeDecay(schedule)
    }
}

impl From<PolynomialDecay> for LearningRate {
    fn from(schedule: PolynomialDecay) -> LearningRate {
        LearningRate::PolynomialDecay(schedule)
    }
}

impl From<CosineDecay> for LearningRate {
    fn from(schedule: CosineDecay) -> LearningRate {
        LearningRate::CosineDecay(schedule)
    }
}
