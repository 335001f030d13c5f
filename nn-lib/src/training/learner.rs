//! A model in training: epochs of batches, with everything that happens between them.

use crate::compute::Moment;

use super::column_kernels::Kernels;
use super::display::TrainingDisplay;
use super::fit_options::Fit;
use super::history::History;
use super::samples::Samples;
use super::step::Pass;
use super::workspace::Rows;
use crate::callbacks::{Callback, Training};
use crate::compute::{MOST_WEIGHTS, within};
use crate::error::{Error, Result, counted};
use crate::metrics::Logs;
use crate::models::Model;
use crate::models::not_compiled;
use crate::notebook::interrupt::{interrupted, stopped};
use crate::notebook::stage::carried;
use crate::random::{derive, rng};

/// The samples of an epoch in their order, to be cut into batches.
struct Batches {
    epoch: usize,
    order: Vec<u32>,
    size: usize,
}

impl Batches {
    fn new(options: &Fit, epoch: usize, samples: usize) -> Batches {
        let mut order: Vec<u32> = (0..samples as u32).collect();
        if options.shuffle {
            rng(derive(options.seed, "shuffle", epoch as u64)).shuffle(&mut order);
        }
        Batches {
            epoch,
            order,
            size: options.batch_size,
        }
    }
}

/// A model while it is trained.
///
/// The kernels that it has borrowed are given back when it is dropped. So the model has what was learned however the training
/// ends: also by a panic in a metric of one's own, after which a notebook goes on with the model.
pub(crate) struct Learner<'a> {
    model: &'a mut Model,
    samples: &'a Samples,
    pass: Pass,
    validation: Option<(Pass, &'a Samples)>,
}

impl Drop for Learner<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl<'a> Learner<'a> {
    pub(crate) fn new(
        model: &'a mut Model,
        samples: &'a Samples,
        validation: Option<&'a Samples>,
    ) -> Result<Learner<'a>> {
        let pass = |samples| Ok(Pass::new(&model.plan, model.compiled("fit")?, samples));
        let validation = validation.map(|data| Ok((pass(data)?, data)));
        Ok(Learner {
            pass: pass(samples)?,
            validation: validation.transpose()?,
            samples,
            model,
        })
    }

    /// Borrows the kernels that read multi-hot rows.
    fn borrow(&mut self) {
        let Model { plan, compiled, .. } = &mut *self.model;
        if let Some(compiled) = compiled.as_mut() {
            let kernels = &mut self.pass.workspace.kernels;
            kernels.borrow(plan, compiled, &self.samples.x);
            if let Some((pass, data)) = &mut self.validation {
                pass.workspace.kernels = kernels.shared(plan, &data.x);
            }
        }
    }

    fn give_back(&mut self) {
        let Model { plan, compiled, .. } = &mut *self.model;
        if let Some((pass, _)) = &mut self.validation {
            pass.workspace.kernels = Kernels::default();
        }
        let kernels = &mut self.pass.workspace.kernels;
        kernels.give_back(plan, compiled.as_mut());
    }

    pub(crate) fn run_epochs(
        &mut self,
        options: &Fit,
        callbacks: &mut [Box<dyn Callback>],
    ) -> Result<History> {
        let mut origin = self.model.origin.and(self.samples.origin);
        if let Some((_, data)) = &self.validation {
            origin = origin.and(data.origin);
        }
        let mut history = History::of(origin);
        let mut display =
            TrainingDisplay::new(options.verbose, options.initial_epoch, options.epochs).of(origin);
        for epoch in options.initial_epoch..options.epochs {
            let (mut logs, mut stop) = (Logs::default(), false);
            self.call(
                callbacks,
                epoch,
                &mut logs,
                &mut stop,
                |callback, training| callback.on_epoch_begin(training),
            )
            .or_else(unless_interrupted)?;
            self.borrow();
            let started = Moment::now();
            let batches = Batches::new(options, epoch, self.samples.count);
            self.pass.reset();
            self.pass.workspace.rng = rng(derive(options.seed, "dropout", epoch as u64));
            let large = self.has_large_products();
            let mut completed = match callbacks {
                [] if large => within(carried(|| self.run_batches(&batches, &mut display))),
                [] => self.run_batches(&batches, &mut display),
                _ => self.run_watched(&batches, &mut display, callbacks, &mut stop, large),
            }?;
            logs = self.pass.logs();
            if let Some((pass, data)) = self.validation.as_mut().filter(|_| completed) {
                completed = self.model.measure(pass, data, options.batch_size);
                let measured = pass.logs();
                let loss = measured.get("loss").ok().filter(|loss| !loss.is_finite());
                if let (Some(loss), true) = (loss, completed) {
                    let place = format!("{loss} in the validation of epoch {}", epoch + 1);
                    return Err(diverged(&place));
                }
                logs.extend_prefixed("val_", &measured);
            }
            if !completed {
                let epochs = history.epochs().len();
                display.stopped(&format!(
                    "interrupted in epoch {}: the model keeps what it has learned, the history holds {}",
                    epoch + 1,
                    counted(epochs, "epoch"),
                ));
                if epochs == 0 {
                    return Err(stopped("fit, in its first epoch,"));
                }
                break;
            }
            // A callback sees, and may change, the model's own weights.
            if !callbacks.is_empty() {
                self.give_back();
            }
            self.call(
                callbacks,
                epoch,
                &mut logs,
                &mut stop,
                |callback, training| callback.on_epoch_end(training),
            )
            .or_else(unless_interrupted)?;
            display.epoch(started.elapsed().as_secs_f64(), logs.as_slice());
            history.push(epoch, &logs);
            if stop {
                break;
            }
        }
        Ok(history)
    }

    /// Calls every callback. One may change the weights, but not put a model of another build in the place of this one.
    fn call(
        &mut self,
        callbacks: &mut [Box<dyn Callback>],
        epoch: usize,
        logs: &mut Logs,
        stop: &mut bool,
        function: impl Fn(&mut dyn Callback, &mut Training<'_>) -> Result<()>,
    ) -> Result<()> {
        for callback in callbacks {
            let plan = &self.model.plan;
            let (shapes, inputs) = (plan.shapes.clone(), plan.inputs.clone());
            let outputs = plan.outputs.clone();
            let mut training = Training {
                model: self.model,
                epoch,
                logs,
                stop,
            };
            function(callback.as_mut(), &mut training)?;
            let plan = &self.model.plan;
            if plan.shapes != shapes || plan.inputs != inputs || plan.outputs != outputs {
                return Err(Error::invalid(
                    "fit",
                    "the model that it began with",
                    "one with other layers, put in its place by a callback",
                )
                .with_hint("a callback sets weights with training.model.set_weights(...)"));
            }
        }
        Ok(())
    }

    /// Trains on all samples once; false if it was interrupted.
    fn run_batches(&mut self, batches: &Batches, display: &mut TrainingDisplay) -> Result<bool> {
        for (batch, rows) in Rows::batches(&batches.order, batches.size).enumerate() {
            if interrupted() {
                return Ok(false);
            }
            self.run_batch(batches, batch, rows, display)?;
        }
        Ok(true)
    }

    /// The same with callbacks at every batch. They may not leave the caller's thread, so `large` products get their threads
    /// batch by batch.
    fn run_watched(
        &mut self,
        batches: &Batches,
        display: &mut TrainingDisplay,
        callbacks: &mut [Box<dyn Callback>],
        stop: &mut bool,
        large: bool,
    ) -> Result<bool> {
        let epoch = batches.epoch;
        let mut after_this_batch = false;
        let stop_here = &mut after_this_batch;
        for (batch, rows) in Rows::batches(&batches.order, batches.size).enumerate() {
            if interrupted() {
                return Ok(false);
            }
            self.call_of_batch(callbacks, epoch, stop_here, |callback, training| {
                callback.on_train_batch_begin(batch, training)
            })?;
            let mut run = || self.run_batch(batches, batch, rows, display);
            if large { within(carried(run)) } else { run() }?;
            self.call_of_batch(callbacks, epoch, stop_here, |callback, training| {
                callback.on_train_batch_end(batch, training)
            })?;
            if *stop_here {
                *stop = true;
                break;
            }
        }
        Ok(true)
    }

    /// Trains on one batch.
    fn run_batch(
        &mut self,
        batches: &Batches,
        batch: usize,
        rows: Rows<'_>,
        display: &mut TrainingDisplay,
    ) -> Result<()> {
        let Model { plan, compiled, .. } = &mut *self.model;
        let compiled = compiled.as_mut().ok_or_else(|| not_compiled("fit"))?;
        let loss = self.pass.train(plan, compiled, self.samples, rows);
        if !loss.is_finite() {
            return Err(diverged(&format!(
                "{loss} in epoch {}, batch {}",
                batches.epoch + 1,
                batch + 1
            )));
        }
        if display.wants_batch() {
            let count = batches.order.len().div_ceil(batches.size);
            display.batch(batch + 1, count, self.pass.logs().as_slice());
        }
        Ok(())
    }

    /// Calls every callback at a batch, with the values of the epoch so far.
    fn call_of_batch(
        &mut self,
        callbacks: &mut [Box<dyn Callback>],
        epoch: usize,
        stop: &mut bool,
        function: impl Fn(&mut dyn Callback, &mut Training<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut logs = self.pass.logs();
        self.call(callbacks, epoch, &mut logs, stop, function)
            .or_else(unless_interrupted)
    }

    /// Whether a batch is large enough work for several threads.
    fn has_large_products(&self) -> bool {
        let kernels = &self.pass.workspace.kernels;
        self.model
            .plan
            .layers
            .iter()
            .enumerate()
            .any(|(nth, layer)| {
                let layer = layer.lock();
                if layer.shares_work() {
                    return true;
                }
                let mut variables = layer.variables().into_iter().enumerate();
                variables.any(|(place, variable)| {
                    variable.values.len() > MOST_WEIGHTS && !kernels.has(nth, place)
                })
            })
    }
}

/// A callback that was interrupted is no failure: the training stops at the next batch.
pub(crate) fn unless_interrupted(error: Error) -> Result<()> {
    match error {
        Error::Interrupted { .. } if interrupted() => Ok(()),
        error => Err(error),
    }
}

pub(crate) fn diverged(received: &str) -> Error {
    Error::invalid("training", "a loss that is a finite number", received).with_hint(
        "a smaller learning rate, normalized inputs or gradient clipping keep the loss finite; \
         the weights are spoiled, so build the model again",
    )
}
