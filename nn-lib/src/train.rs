//! Training, measuring and asking a model: `fit`, `evaluate`, `predict`.

use crate::callbacks::Training;
use crate::compile::Compiled;
use crate::data::{Tensors, check_inputs};
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::history::{Evaluation, History, Logs};
use crate::model::Model;
use crate::network::Workspace;
use crate::prepare::{prepare, split_validation, weigh};
use crate::progress::{Progress, interrupted};
use crate::random::rng;
use crate::seed::derive;
use crate::shape::Shape;
use crate::step::{Pass, Samples, append_rows};
use crate::tensor::Tensor;

/// How many samples `predict` and `evaluate` take at once; the results do not depend on it.
const BATCH: usize = 512;

impl Model {
    /// Trains the model and gives the loss and the metrics of every epoch.
    ///
    /// The loss of an epoch is the mean over its samples *while the weights move*, penalties included; validation is
    /// measured with the weights at the end of the epoch. An interrupt (the notebook's stop button) ends the training
    /// after the current batch; the history holds the epochs that were completed, and the model is as trained so far.
    ///
    /// # Errors
    /// When the model is not compiled, data, targets and model do not fit, an option makes no sense, or the loss is
    /// no longer a number (which names epoch and batch).
    pub fn fit(&mut self, x: impl Tensors, y: impl Tensors, mut options: Fit) -> Result<History> {
        let (mut x, mut y) = (x.tensors(), y.tensors());
        self.ready("fit", &x)?;
        check_options(&options)?;
        let lists = options.validation_lists.take();
        let pair = options.validation_data.take();
        let mut validation = lists.or(pair.map(|(x, y)| (vec![x], vec![y])));
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
            Some((x, y)) => {
                let operation = "fit with validation data";
                Some(prepare(
                    operation,
                    &self.plan,
                    compiled,
                    x,
                    y,
                    validation_weights,
                )?)
            }
            None => None,
        };
        let mut callbacks = std::mem::take(&mut options.callbacks);
        let history = self.run_epochs(&samples, validation.as_ref(), &options, &mut callbacks);
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
        callbacks: &mut [Box<dyn crate::callbacks::Callback>],
    ) -> Result<History> {
        let mut history = History::default();
        let batches = samples.count.div_ceil(options.batch_size);
        let mut progress = Progress::new(options.verbose, options.epochs, batches);
        let mut pass = Pass::new(&self.plan, self.compiled("fit")?, samples);
        let mut validation_pass = match validation {
            Some(validation) => Some(Pass::new(&self.plan, self.compiled("fit")?, validation)),
            None => None,
        };
        let mut order: Vec<u32> = Vec::with_capacity(samples.count);
        for epoch in options.initial_epoch..options.epochs {
            let (mut logs, mut stop) = (Logs::default(), false);
            for callback in callbacks.iter_mut() {
                callback.on_epoch_begin(&mut Training {
                    model: self,
                    epoch,
                    logs: &mut logs,
                    stop: &mut stop,
                })?;
            }
            progress.begin_epoch();
            order.clear();
            order.extend(0..samples.count as u32);
            if options.shuffle {
                rng(derive(options.seed, "shuffle", epoch as u64)).shuffle(&mut order);
            }
            pass.reset();
            pass.workspace.rng = rng(derive(options.seed, "dropout", epoch as u64));
            for (batch, rows) in order.chunks(options.batch_size).enumerate() {
                let Some(compiled) = &mut self.compiled else {
                    return Err(not_compiled("fit"));
                };
                let loss = pass.train(&self.plan, compiled, samples, rows);
                if !loss.is_finite() {
                    return Err(diverged(loss, epoch, batch));
                }
                if interrupted() {
                    return Ok(history);
                }
            }
            logs = pass.logs();
            if let (Some(pass), Some(validation)) = (&mut validation_pass, validation) {
                if !self.measure(pass, validation, options.batch_size) {
                    return Ok(history);
                }
                logs.extend_prefixed("val_", &pass.logs());
            }
            for callback in callbacks.iter_mut() {
                callback.on_epoch_end(&mut Training {
                    model: self,
                    epoch,
                    logs: &mut logs,
                    stop: &mut stop,
                })?;
            }
            progress.end_epoch(epoch, &logs);
            history.push(epoch, &logs);
            if stop {
                break;
            }
        }
        Ok(history)
    }

    /// Goes through all samples without learning; false if it was interrupted.
    fn measure(&self, pass: &mut Pass, samples: &Samples, batch_size: usize) -> bool {
        pass.reset();
        let rows: Vec<u32> = (0..samples.count as u32).collect();
        for batch in rows.chunks(batch_size) {
            pass.evaluate(&self.plan, samples, batch);
            if interrupted() {
                return false;
            }
        }
        true
    }

    /// Loss and metrics on data that the model does not learn from: `[loss, accuracy]`.
    ///
    /// # Errors
    /// When the model is not compiled, data and model do not fit, or the user interrupts it.
    pub fn evaluate(&mut self, x: impl Tensors, y: impl Tensors) -> Result<Evaluation> {
        let x = x.tensors();
        self.ready("evaluate", &x)?;
        let compiled = self.compiled("evaluate")?;
        let samples = prepare("evaluate", &self.plan, compiled, x, y.tensors(), None)?;
        let mut pass = Pass::new(&self.plan, compiled, &samples);
        if !self.measure(&mut pass, &samples, BATCH) {
            return Err(stopped("evaluate"));
        }
        Ok(Evaluation::new(pass.logs()))
    }

    /// The outputs for new data; a row for each sample.
    ///
    /// # Errors
    /// When the data do not fit, the user interrupts it, or the model has several outputs
    /// (see [`predict_all`](Model::predict_all)).
    pub fn predict(&self, x: impl Tensors) -> Result<Tensor> {
        let mut outputs = self.predict_all(x)?;
        match (outputs.pop(), outputs.is_empty()) {
            (Some(output), true) => Ok(output),
            _ => Err(Error::invalid(
                "predict",
                "a model with one output",
                format!("one with {}", self.plan.outputs.len()),
            )
            .with_hint("predict_all gives the list of outputs")),
        }
    }

    /// All outputs for new data.
    ///
    /// # Errors
    /// When the data do not fit, or the user interrupts it.
    pub fn predict_all(&self, x: impl Tensors) -> Result<Vec<Tensor>> {
        let x = x.tensors();
        if self.plan.layers.is_empty() || !self.waiting.is_empty() {
            let mut built = self.clone();
            built.ready("predict", &x)?;
            if built.waiting.is_empty() {
                return built.predict_all(x);
            }
        }
        let count = check_inputs("predict", &self.plan, &x)?;
        let mut workspace = Workspace::new(&self.plan);
        let mut outputs = vec![Vec::new(); self.plan.outputs.len()];
        let rows: Vec<u32> = (0..count as u32).collect();
        for batch in rows.chunks(BATCH) {
            workspace.forward(&self.plan, &x, batch, false);
            for (all, node) in outputs.iter_mut().zip(&self.plan.outputs) {
                append_rows(workspace.output(&self.plan, *node), all);
            }
            if interrupted() {
                return Err(stopped("predict"));
            }
        }
        let shapes = self
            .plan
            .outputs
            .iter()
            .map(|node| &self.plan.shapes[*node]);
        let tensors = outputs.into_iter().zip(shapes).map(|(values, shape)| {
            Tensor::dense(Shape::from([&[count], &shape[..]].concat()), values)
        });
        Ok(tensors.collect())
    }

    /// One step of the optimizer on one batch; gives the loss and the metrics of the batch.
    ///
    /// # Errors
    /// As [`fit`](Model::fit).
    pub fn train_on_batch(&mut self, x: impl Tensors, y: impl Tensors) -> Result<Evaluation> {
        let x = x.tensors();
        self.ready("train_on_batch", &x)?;
        let compiled = self.compiled("train_on_batch")?;
        let samples = prepare("train_on_batch", &self.plan, compiled, x, y.tensors(), None)?;
        let mut pass = Pass::new(&self.plan, compiled, &samples);
        let Some(compiled) = &mut self.compiled else {
            return Err(not_compiled("train_on_batch"));
        };
        pass.workspace.rng = rng(derive(self.seed, "batch", compiled.optimizer.iterations()));
        let rows: Vec<u32> = (0..samples.count as u32).collect();
        let loss = pass.train(&self.plan, compiled, &samples, &rows);
        if !loss.is_finite() {
            return Err(diverged(loss, 0, 0));
        }
        Ok(Evaluation::new(pass.logs()))
    }

    /// The learning rate of the next step.
    ///
    /// # Errors
    /// When the model is not compiled.
    pub fn learning_rate(&self) -> Result<f32> {
        Ok(self.compiled("learning_rate")?.optimizer.learning_rate())
    }

    /// Changes the learning rate; a schedule of the optimizer ends.
    ///
    /// # Errors
    /// When the model is not compiled.
    pub fn set_learning_rate(&mut self, learning_rate: f32) -> Result<()> {
        let compiled = self
            .compiled
            .as_mut()
            .ok_or_else(|| not_compiled("set_learning_rate"))?;
        compiled.optimizer.set_learning_rate(learning_rate);
        Ok(())
    }

    fn compiled(&self, operation: &str) -> Result<&Compiled> {
        self.compiled
            .as_ref()
            .ok_or_else(|| not_compiled(operation))
    }
}

fn not_compiled(operation: &str) -> Error {
    Error::invalid(
        operation,
        "a compiled model",
        "one that was not compiled since its last layer was added",
    )
    .with_hint("call model.compile(optimizer, loss, metrics)? first")
}

fn stopped(operation: &str) -> Error {
    Error::Interrupted {
        operation: operation.to_string(),
    }
}

fn diverged(loss: f64, epoch: usize, batch: usize) -> Error {
    Error::invalid(
        "training",
        "a loss that is a finite number",
        format!("{loss} in epoch {}, batch {}", epoch + 1, batch + 1),
    )
    .with_hint("a smaller learning rate, normalized inputs or gradient clipping keep the loss finite; the weights are spoiled, so build the model again")
}

fn check_options(options: &Fit) -> Result<()> {
    if options.batch_size == 0 {
        return Err(Error::invalid("fit", "a batch_size of at least 1", "0"));
    }
    if options.epochs == 0 {
        return Err(Error::invalid("fit", "at least 1 epoch", "0"));
    }
    if !(0.0..1.0).contains(&options.validation_split) {
        let received = format!("{}", options.validation_split);
        return Err(Error::invalid(
            "fit",
            "a validation_split of at least 0 and below 1",
            received,
        ));
    }
    if options.validation_data.is_some() && options.validation_lists.is_some() {
        return Err(Error::invalid(
            "fit",
            "validation_data or validation_lists",
            "both",
        ));
    }
    Ok(())
}
