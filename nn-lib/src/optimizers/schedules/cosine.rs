//! A learning rate that falls along half a wave of the cosine.

use super::LearningRate;

/// Half a wave of the cosine: `initial * ((1 - alpha) (1 + cos(pi step / decay_steps)) / 2 + alpha)`, after an optional
/// straight warm-up.
///
/// Source: Loshchilov and Hutter 2016;
/// <https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/>.
///
/// ```
/// use nn_lib::optimizers::schedules::{CosineDecay, LearningRate};
///
/// let rate = LearningRate::from(CosineDecay::new(0.0, 100).warmup(0.5, 10));
/// assert_eq!(rate.at(5), 0.25); // half way up
/// assert_eq!(rate.at(10), 0.5); // the top
/// assert!((rate.at(60) - 0.25).abs() < 1e-6); // half way down
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a schedule does nothing until an optimizer gets it as its learning rate"]
pub struct CosineDecay {
    pub(super) initial_learning_rate: f32,
    pub(super) decay_steps: u64,
    pub(super) alpha: f32,
    pub(super) warmup: Option<(f32, u64)>,
}

impl CosineDecay {
    /// A rate that falls to 0 within `decay_steps` steps.
    pub fn new(initial_learning_rate: f32, decay_steps: u64) -> CosineDecay {
        CosineDecay {
            initial_learning_rate,
            decay_steps: decay_steps.max(1),
            alpha: 0.0,
            warmup: None,
        }
    }

    /// The last learning rate as a fraction of the largest. Default: 0.
    pub fn alpha(mut self, alpha: f32) -> CosineDecay {
        self.alpha = alpha;
        self
    }

    /// First rises from the initial learning rate to `target` within `steps` steps, then decays from there.
    pub fn warmup(mut self, target: f32, steps: u64) -> CosineDecay {
        self.warmup = Some((target, steps));
        self
    }

    pub(super) fn at(&self, step: u64) -> f32 {
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

impl From<CosineDecay> for LearningRate {
    fn from(schedule: CosineDecay) -> LearningRate {
        LearningRate::CosineDecay(schedule)
    }
}
