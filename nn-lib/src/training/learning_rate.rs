//! The search for a learning rate: a training whose rate rises from batch to batch, and the loss that goes with each rate.

use super::inputs::{Purpose, Tensors};
use super::samples::{Samples, prepare};
use super::step::Pass;
use super::workspace::Rows;
use crate::compute::within;
use crate::error::{Error, Result};
use crate::models::{Model, not_compiled};
use crate::notebook::explore::shows;
use crate::notebook::interrupt::{Region, interrupted, stopped};
use crate::notebook::stage::carried;
#[cfg(feature = "plot")]
use crate::plot::Figure;
use crate::random::{derive, random_seed, rng};
use crate::tensor::Origin;

/// The part of the old mean that stays when a loss is added to it.
const INERTIA: f64 = 0.9;
/// The search ends where the smoothed loss is so many times its smallest value: the training has gone out of hand.
const OUT_OF_HAND: f64 = 4.0;

/// How [`Model::find_learning_rate`] searches. Fields may be added: end with `..LearningRateFinder::default()`.
///
/// ```
/// use nn_lib::prelude::*;
/// let options = LearningRateFinder { to: 10.0, ..LearningRateFinder::default() };
/// assert_eq!((options.from, options.steps), (1e-5, 100));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "options do nothing until `find_learning_rate` gets them"]
pub struct LearningRateFinder {
    /// The first rate; 0.00001 at first.
    pub from: f32,
    /// The last rate; 1 at first.
    pub to: f32,
    /// How many batches are trained on, each with a rate of its own; 100 at first.
    pub steps: usize,
    /// Samples in a batch: as many as the training will have; 32 at first.
    pub batch_size: usize,
    /// The seed of the order of the samples and of dropout.
    pub seed: u64,
}

impl Default for LearningRateFinder {
    fn default() -> LearningRateFinder {
        LearningRateFinder {
            from: 1e-5,
            to: 1.0,
            steps: 100,
            batch_size: 32,
            seed: random_seed(),
        }
    }
}

impl LearningRateFinder {
    fn check(&self) -> Result<()> {
        let wrong = |expected: &str, received: String| {
            Err(Error::invalid("find_learning_rate", expected, received))
        };
        if !(self.from > 0.0 && self.from < self.to && self.to.is_finite()) {
            let received = format!("from {} to {}", self.from, self.to);
            return wrong("rates from a number above 0 to a larger one", received);
        }
        if self.steps < 2 {
            return wrong("2 steps at least", self.steps.to_string());
        }
        if self.batch_size == 0 {
            return wrong("a batch_size of 1 at least", "0".to_string());
        }
        Ok(())
    }

    /// The rate of a step: `from · (to / from)^(step / (steps - 1))`, so each is the same multiple of the one before.
    fn rate(&self, step: usize) -> f32 {
        let (from, to) = (
            libm::log(f64::from(self.from)),
            libm::log(f64::from(self.to)),
        );
        let part = step as f64 / (self.steps - 1) as f64;
        libm::exp(from + part * (to - from)) as f32
    }
}

/// The loss at each learning rate. Shown, it is a chart with a logarithmic axis of rates.
///
/// A rate is good where the loss falls fast: to the left of it the training is slow, to the right, where the loss rises, it
/// goes out of hand.
#[derive(Clone, Debug, PartialEq)]
pub struct LearningRates {
    rates: Vec<f32>,
    losses: Vec<f32>,
    smoothed: Vec<f32>,
    origin: Origin,
}

#[cfg(feature = "plot")]
shows!(LearningRates, |rates| rates.figure().quick());
#[cfg(not(feature = "plot"))]
shows!(LearningRates, |rates| rates.table().bundle());

impl LearningRates {
    /// The rates that were tried, rising.
    pub fn rates(&self) -> &[f32] {
        &self.rates
    }

    /// The loss of the batch that was trained on with each rate, penalties included, measured before the step.
    pub fn losses(&self) -> &[f32] {
        &self.losses
    }

    /// The losses as a mean that forgets: `m = 0.9 m + 0.1 loss`, divided by `1 - 0.9^n` for the n losses so far.
    pub fn smoothed(&self) -> &[f32] {
        &self.smoothed
    }

    /// The rate at which the smoothed loss falls most steeply over the logarithm of the rate, on its way to its smallest value;
    /// the rate of the smallest value itself where the way is too short to tell. A rule of thumb: look at the chart.
    pub fn suggestion(&self) -> f32 {
        let lowest =
            (0..self.smoothed.len()).min_by(|a, b| self.smoothed[*a].total_cmp(&self.smoothed[*b]));
        let lowest = lowest.unwrap_or(0);
        // Over a tenth of the way: from one batch to the next there is more chance than slope.
        let wide = (self.rates.len() / 10).max(1);
        let slope = |at: &usize| self.smoothed[at + wide] - self.smoothed[*at];
        let steepest =
            (0..(lowest + 1).saturating_sub(wide)).min_by(|a, b| slope(a).total_cmp(&slope(b)));
        self.rates[steepest.map_or(lowest, |start| start + wide / 2)]
    }

    /// The chart.
    #[cfg(feature = "plot")]
    pub fn figure(&self) -> Figure {
        let (rate, losses) = (self.suggestion(), self.losses.iter().chain(&self.smoothed));
        let ends = losses.fold((f32::MAX, f32::MIN), |(low, high), loss| {
            (low.min(*loss), high.max(*loss))
        });
        Figure::new("Loss at each learning rate")
            .points(&self.rates, &self.losses, "batches")
            .line(&self.rates, &self.smoothed, "smoothed")
            .line(
                [rate, rate],
                [ends.0, ends.1],
                format!("steepest fall: {}", two_digits(rate)),
            )
            .log_x()
            .x_label("Learning rate")
            .y_label("Loss")
            .of(self.origin)
    }

    /// Called by the notebook when the rates are the last expression of a cell.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        #[cfg(feature = "plot")]
        self.figure().show();
        #[cfg(not(feature = "plot"))]
        self.table().evcxr_display();
    }

    /// About ten of the rates with their smoothed losses.
    #[cfg(not(feature = "plot"))]
    fn table(&self) -> crate::notebook::Table {
        let mut table = crate::notebook::Table::new(["learning rate", "loss"]);
        for place in (0..self.rates.len()).step_by(self.rates.len().div_ceil(10).max(1)) {
            let (rate, loss) = (self.rates[place], self.smoothed[place]);
            table.row([format!("{rate:.1e}"), format!("{loss:.4}")]);
        }
        table
    }
}

/// Two digits of a rate, with zeros before them where these are few.
#[cfg(feature = "plot")]
fn two_digits(rate: f32) -> String {
    let rounded: f32 = format!("{rate:.1e}").parse().unwrap_or(rate);
    match rounded {
        0.0001.. => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}

impl Model {
    /// Searches for a learning rate: trains a copy of the model, batch after batch, with a rate that rises from batch to batch,
    /// and gives the loss of each. The model itself, its weights and what its optimizer remembers stay as they are.
    ///
    /// The search ends early where the loss is four times as large as it was at best, or no number any more.
    ///
    /// Source: Smith, *Cyclical learning rates for training neural networks*, 2017, section 3.3,
    /// <https://arxiv.org/abs/1506.01186>.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// let x = (0..64).map(|i| [i as f32 / 64.0]).collect::<Tensor>();
    /// let y = &x * 3.0;
    /// let mut model = Sequential::new();
    /// model.add(Dense::new(1).input_shape(1));
    /// model.compile(SGD::new(0.01), "mse", ())?;
    /// let before = model.get_weights();
    /// let rates = model.find_learning_rate(&x, &y, LearningRateFinder { to: 100.0, ..Default::default() })?;
    /// assert!(rates.suggestion() > 0.001 && rates.suggestion() < 10.0);
    /// assert_eq!(model.get_weights(), before);
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Model::fit); options that make no sense, and a loss that is no number from the first batch on.
    pub fn find_learning_rate(
        &mut self,
        x: impl Tensors,
        y: impl Tensors,
        options: LearningRateFinder,
    ) -> Result<LearningRates> {
        self.find_rate(&x, &y, &options)
    }

    fn find_rate(
        &mut self,
        x: &dyn Tensors,
        y: &dyn Tensors,
        options: &LearningRateFinder,
    ) -> Result<LearningRates> {
        let _region = Region::begin("find_learning_rate")?;
        let (x, y) = (x.tensors()?, y.tensors()?);
        self.ready("find_learning_rate", &x)?;
        options.check()?;
        let origin = self.origin.and(Origin::of_all(x.iter().chain(&y)));
        let mut copy = self.clone();
        let compiled = copy.compiled("find_learning_rate")?;
        let samples = prepare(Purpose::Fit, &copy.plan, compiled, x, y, None)?;
        let losses = within(carried(|| copy.losses_at(&samples, options)))?;
        let rates = (0..losses.len()).map(|step| options.rate(step)).collect();
        let (losses, smoothed) = losses.into_iter().unzip();
        Ok(LearningRates {
            rates,
            losses,
            smoothed,
            origin,
        })
    }

    /// Trains with one rate after the other; gives each batch's loss and the smoothed one.
    fn losses_at(
        &mut self,
        samples: &Samples,
        options: &LearningRateFinder,
    ) -> Result<Vec<(f32, f32)>> {
        let mut pass = Pass::new(&self.plan, self.compiled("find_learning_rate")?, samples);
        pass.workspace.rng = rng(derive(options.seed, "dropout", 0));
        let mut order: Vec<u32> = (0..samples.count as u32).collect();
        let mut losses = Vec::with_capacity(options.steps);
        let (mut mean, mut weight, mut best) = (0.0, 1.0, f64::INFINITY);
        for epoch in 0.. {
            rng(derive(options.seed, "shuffle", epoch)).shuffle(&mut order);
            for rows in Rows::batches(&order, options.batch_size) {
                if interrupted() {
                    return Err(stopped("find_learning_rate"));
                }
                self.set_learning_rate(options.rate(losses.len()))?;
                let compiled = self.compiled.as_mut();
                let compiled = compiled.ok_or_else(|| not_compiled("find_learning_rate"))?;
                let loss = pass.train(&self.plan, compiled, samples, rows);
                mean = INERTIA * mean + (1.0 - INERTIA) * loss;
                weight *= INERTIA;
                let smoothed = mean / (1.0 - weight);
                best = smoothed.min(best);
                if !smoothed.is_finite() && losses.is_empty() {
                    return Err(super::learner::diverged(&format!(
                        "{loss} in the first batch"
                    )));
                }
                if !smoothed.is_finite()
                    || smoothed > OUT_OF_HAND * best.abs().max(f64::MIN_POSITIVE)
                {
                    return Ok(losses);
                }
                losses.push((loss as f32, smoothed as f32));
                if losses.len() == options.steps {
                    return Ok(losses);
                }
            }
        }
        Ok(losses)
    }
}
