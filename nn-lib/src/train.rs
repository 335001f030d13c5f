//! Training: epochs of batches, with everything that happens between them.

use std::time::Instant;

use crate::attach::{attach, detach};
use crate::callbacks::{Callback, Training};
use crate::compile::Compiled;
use crate::data::{Tensors, VALIDATION};
use crate::error::{Error, Result};
use crate::evaluation::Evaluation;
use crate::fit::Fit;
use crate::history::{History, Logs};
use crate::model::Model;
use crate::notebook::TrainingDisplay;
use crate::notebook::interrupt::{Region, interrupted};
use crate::prepare::{prepare, split_validation, weigh};
use crate::random::rng;
use crate::seed::derive;
use crate::step::{Pass, Samples};
use crate::tensor::Tensor;

impl Model {
    /// Trains the model and gives the loss and the metrics of every epoch.
    ///
    /// The loss of an epoch is the mean over its samples *while the weights move*, penalties included; validation is
    /// measured with the weights at the end of the epoch. An interrupt (the notebook's stop button) ends the training
    /// after the current batch; the history holds the epochs that were completed, and the model is as trained so far.
    ///
    /// # Errors
    /// When the model is not compiled, data, targets and model do not fit, an option makes no sense, or the loss is
    /// no longer a number (the message names epoch and batch).
    pub fn fit(&mut self, x: impl Tensors, y: impl Tensors, mut options: Fit) -> Result<History> {
        let (mut x, mut y) = (x.tensors(), y.tensors());
        self.ready("fit", &x)?;
        options.check()?;
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
        let samples = prepare("fit", &self.plan, compiled, x, y, weights)?;
        let validation = match validation {
            Some((x, y)) => Some(prepare(
                VALIDATION,
                &self.plan,
                compiled,
                x,
                y,
                validation_weights,
            )?),
            None => None,
        };
        let mut callbacks = std::mem::take(&mut options.callbacks);
        if callbacks.is_empty() {
            attach(&self.plan, self.compiled.as_mut(), &samples.x);
        }
        let history = self.run_epochs(&samples, validation.as_ref(), &options, &mut callbacks);
        detach(&self.plan, self.compiled.as_mut());
        for callback in &mut callbacks {
            callback.on_train_end(self)?;
        }
        history
    }

    fn run_epochs(
        &mut self,
        samples: &Samples,
        validation: Option<&Samples>,
        options: &Fit,
        callbacks: &mut [Box<dyn Callback>],
    ) -> Result<History> {
        let _region = Region::enter();
        let mut history = History::default();
        let mut display =
            TrainingDisplay::new(options.verbose, options.initial_epoch, options.epochs);
        let mut pass = Pass::new(&self.plan, self.compiled("fit")?, samples);
        let mut validation = match validation {
            Some(data) => Some((Pass::new(&self.plan, self.compiled("fit")?, data), data)),
            None => None,
        };
        for epoch in options.initial_epoch..options.epochs {
            let (mut logs, mut stop) = (Logs::default(), false);
            for callback in callbacks.iter_mut() {
                let mut training = Training {
                    model: self,
                    epoch,
                    logs: &mut logs,
                    stop: &mut stop,
                };
                callback.on_epoch_begin(&mut training)?;
            }
            if !callbacks.is_empty() {
                attach(&self.plan, self.compiled.as_mut(), &samples.x);
            }
            let started = Instant::now();
            let mut completed =
                self.run_batches(&mut pass, samples, epoch, options, &mut display)?;
            logs = pass.logs();
            if let Some((pass, data)) = validation.as_mut().filter(|_| completed) {
                completed = self.measure(pass, data, options.batch_size);
                let measured = pass.logs();
                if let Some(loss) = measured.get("loss").filter(|loss| !loss.is_finite()) {
                    let place = format!("{loss} in the validation of epoch {}", epoch + 1);
                    return Err(diverged(&place));
                }
                logs.extend_prefixed("val_", &measured);
            }
            if !completed {
                display.note(format!(
                    "interrupted in epoch {}: the model keeps what it has learned, the history holds {} epochs",
                    epoch + 1,
                    history.epochs().len()
                ));
                break;
            }
            // A callback sees, and may change, the model's own weights.
            if !callbacks.is_empty() {
                detach(&self.plan, self.compiled.as_mut());
            }
            for callback in callbacks.iter_mut() {
                let mut training = Training {
                    model: self,
                    epoch,
                    logs: &mut logs,
                    stop: &mut stop,
                };
                callback.on_epoch_end(&mut training)?;
            }
            display.epoch(started.elapsed().as_secs_f64(), logs.as_slice());
            history.push(epoch, &logs);
            if stop {
                break;
            }
        }
        Ok(history)
    }

    /// Trains on all samples once; false if it was interrupted.
    fn run_batches(
        &mut self,
        pass: &mut Pass,
        samples: &Samples,
        epoch: usize,
        options: &Fit,
        display: &mut TrainingDisplay,
    ) -> Result<bool> {
        let mut order: Vec<u32> = (0..samples.count as u32).collect();
        if options.shuffle {
            rng(derive(options.seed, "shuffle", epoch as u64)).shuffle(&mut order);
        }
        pass.reset();
        pass.workspace.rng = rng(derive(options.seed, "dropout", epoch as u64));
        let batches = samples.count.div_ceil(options.batch_size);
        for (batch, rows) in order.chunks(options.batch_size).enumerate() {
            if interrupted() {
                return Ok(false);
            }
            let compiled = self.compiled.as_mut().ok_or_else(|| not_compiled("fit"))?;
            let loss = pass.train(&self.plan, compiled, samples, rows);
            if !loss.is_finite() {
                return Err(diverged(&format!(
                    "{loss} in epoch {}, batch {}",
                    epoch + 1,
                    batch + 1
                )));
            }
            if display.wants_batch() {
                display.batch(batch + 1, batches, pass.logs().as_slice());
            }
        }
        Ok(true)
    }

    /// Goes through all samples without learning; false if it was interrupted.
    pub(crate) fn measure(&self, pass: &mut Pass, samples: &Samples, batch_size: usize) -> bool {
        pass.reset();
        let rows: Vec<u32> = (0..samples.count as u32).collect();
        for batch in rows.chunks(batch_size) {
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
        let x: Vec<Tensor> = x.tensors();
        self.ready("train_on_batch", &x)?;
        let compiled = self.compiled("train_on_batch")?;
        let samples = prepare("train_on_batch", &self.plan, compiled, x, y.tensors(), None)?;
        let mut pass = Pass::new(&self.plan, compiled, &samples);
        let compiled = self
            .compiled
            .as_mut()
            .ok_or_else(|| not_compiled("train_on_batch"))?;
        let step = compiled.optimizer.iterations();
        pass.workspace.rng = rng(derive(self.seed, "dropout on a batch", step));
        let rows: Vec<u32> = (0..samples.count as u32).collect();
        let loss = pass.train(&self.plan, compiled, &samples, &rows);
        if !loss.is_finite() {
            return Err(diverged(&format!("{loss} in step {}", step + 1)));
        }
        Ok(Evaluation::new(pass.logs()))
    }

    pub(crate) fn compiled(&self, operation: &str) -> Result<&Compiled> {
        self.compiled
            .as_ref()
            .ok_or_else(|| not_compiled(operation))
    }
}

pub(crate) fn not_compiled(operation: &str) -> Error {
    Error::invalid(
        operation,
        "a compiled model",
        "one that was not compiled since its last layer was added",
    )
    .with_hint("call model.compile(optimizer, loss, metrics)? first")
}

fn diverged(received: &str) -> Error {
    Error::invalid("training", "a loss that is a finite number", received).with_hint(
        "a smaller learning rate, normalized inputs or gradient clipping keep the loss finite; \
         the weights are spoiled, so build the model again",
    )
}
