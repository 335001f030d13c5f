//! Training a model: `fit` with its checks, and `train_on_batch`.

use super::evaluation::Evaluation;
use super::fit_options::Fit;
use super::history::History;
use super::inputs::{Purpose, Tensors};
use super::learner::{Learner, diverged, unless_interrupted};
use super::samples::Samples;
use super::samples::{prepare, split_validation, weigh};
use super::step::Pass;
use super::workspace::Rows;
use crate::error::Result;
use crate::models::Model;
use crate::models::not_compiled;
use crate::notebook::interrupt::{Region, interrupted};
use crate::random::{derive, rng};
use crate::tensor::{Origin, Tensor};

impl Model {
    /// Trains the model and gives the loss and the metrics of every epoch.
    ///
    /// The loss of an epoch is the mean over its samples *while the weights move*, penalties included; validation is
    /// measured with the weights at the end of the epoch.
    ///
    /// An interrupt (the notebook's stop button) ends the training after the current batch. The history holds the epochs
    /// that were completed; where there is none, `fit` is [`Error::Interrupted`](crate::Error::Interrupted). The model keeps every finished step in
    /// either case, and so it does when a callback, a loss or a metric of one's own panics. The next `fit` of the same cell
    /// is [`Error::Interrupted`](crate::Error::Interrupted) at once: see [the rule](crate::notebook::interrupt).
    ///
    /// # Errors
    /// When the model is not compiled, data, targets and model do not fit, an option makes no sense, the loss is no longer
    /// a number (the message names epoch and batch), or the cell was interrupted before an epoch was completed.
    pub fn fit(&mut self, x: impl Tensors, y: impl Tensors, options: Fit) -> Result<History> {
        self.fit_lists(&x, &y, options)
    }

    fn fit_lists(&mut self, x: &dyn Tensors, y: &dyn Tensors, mut options: Fit) -> Result<History> {
        let _region = Region::begin("fit")?;
        let (mut x, mut y) = (x.tensors()?, y.tensors()?);
        self.ready("fit", &x)?;
        options.check()?;
        self.origin = self.origin.and(Origin::of_all(x.iter().chain(&y)));
        let mut validation = options.take_validation();
        let mut weights = weigh(&options, &x, &y)?;
        let mut validation_weights = None;
        if options.validation_split > 0.0 && validation.is_none() {
            let split = split_validation(options.validation_split, &mut x, &mut y, &mut weights)?;
            // Weights of classes are for learning alone, weights of samples for measuring as well.
            validation_weights = split.weights.filter(|_| options.sample_weight.is_some());
            validation = Some((split.x, split.y));
        }
        let compiled = self.compiled("fit")?;
        let samples = prepare(Purpose::Fit, &self.plan, compiled, x, y, weights)?;
        let validation = match validation {
            Some((x, y)) => Some(prepare(
                Purpose::Validate,
                &self.plan,
                compiled,
                x,
                y,
                validation_weights,
            )?),
            None => None,
        };
        let mut callbacks = std::mem::take(&mut options.callbacks);
        for callback in &mut callbacks {
            callback.on_train_begin(self)?;
        }
        let mut learner = Learner::new(self, &samples, validation.as_ref())?;
        let history = learner.run_epochs(&options, &mut callbacks);
        drop(learner);
        for callback in &mut callbacks {
            callback.on_train_end(self).or_else(unless_interrupted)?;
        }
        history
    }

    /// Goes through all samples without learning; false if it was interrupted.
    pub(crate) fn measure(&self, pass: &mut Pass, samples: &Samples, batch_size: usize) -> bool {
        pass.reset();
        let rows: Vec<u32> = (0..samples.count as u32).collect();
        for batch in Rows::batches(&rows, batch_size) {
            if interrupted() {
                return false;
            }
            pass.evaluate(&self.plan, samples, batch);
        }
        true
    }

    /// One step of the optimizer on one batch; gives the loss and the metrics of the batch.
    ///
    /// # Errors
    /// As [`fit`](Model::fit).
    pub fn train_on_batch(&mut self, x: impl Tensors, y: impl Tensors) -> Result<Evaluation> {
        self.train_on_lists(&x, &y)
    }

    fn train_on_lists(&mut self, x: &dyn Tensors, y: &dyn Tensors) -> Result<Evaluation> {
        let _region = Region::begin("train_on_batch")?;
        let x: Vec<Tensor> = x.tensors()?;
        let y = y.tensors()?;
        self.ready("train_on_batch", &x)?;
        self.origin = self.origin.and(Origin::of_all(x.iter().chain(&y)));
        let compiled = self.compiled("train_on_batch")?;
        let samples = prepare(Purpose::TrainOnBatch, &self.plan, compiled, x, y, None)?;
        let mut pass = Pass::new(&self.plan, compiled, &samples);
        let compiled = self
            .compiled
            .as_mut()
            .ok_or_else(|| not_compiled("train_on_batch"))?;
        let step = compiled.optimizer.iterations();
        pass.workspace.rng = rng(derive(self.seed, "dropout on a batch", step));
        let rows: Vec<u32> = (0..samples.count as u32).collect();
        let loss = pass.train(&self.plan, compiled, &samples, Rows::all(&rows));
        pass.workspace.leave_room(&self.plan);
        if !loss.is_finite() {
            return Err(diverged(&format!("{loss} in step {}", step + 1)));
        }
        Ok(Evaluation::new(pass.logs()))
    }
}
