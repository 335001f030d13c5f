//! Asking a trained model: how good is it, and what does it say to new data?

use ndarray::Axis;

use super::column_kernels::Kernels;
use super::evaluation::Evaluation;
use super::inputs::{Purpose, Tensors, check_inputs};
use super::predict_options::{Evaluate, Predict, check_batch_size};
use super::samples::{prepare, sample_weights};
use super::step::Pass;
use super::workspace::{Rows, Workspace};
use crate::error::{Error, Result};
use crate::models::Model;
use crate::notebook::interrupt::{Region, go_on, stopped};
use crate::tensor::{Origin, Shape, Tensor};

/// From so many samples on, threads are worth starting.
const MANY: usize = 256;

impl Model {
    /// Loss and metrics on data that the model does not learn from: `[loss, accuracy]`.
    ///
    /// # Errors
    /// When the model is not compiled, data and model do not fit, or the cell is interrupted.
    pub fn evaluate(&mut self, x: impl Tensors, y: impl Tensors) -> Result<Evaluation> {
        self.evaluate_lists(&x, &y, Evaluate::default())
    }

    /// The same with options: `model.evaluate_with(&x, &y, Evaluate { batch_size: 32, ..Evaluate::default() })`.
    ///
    /// # Errors
    /// As [`evaluate`](Model::evaluate), and for options that make no sense.
    pub fn evaluate_with(
        &mut self,
        x: impl Tensors,
        y: impl Tensors,
        options: Evaluate,
    ) -> Result<Evaluation> {
        self.evaluate_lists(&x, &y, options)
    }

    fn evaluate_lists(
        &mut self,
        x: &dyn Tensors,
        y: &dyn Tensors,
        options: Evaluate,
    ) -> Result<Evaluation> {
        let _region = Region::begin("evaluate")?;
        let x = x.tensors()?;
        self.ready("evaluate", &x)?;
        let compiled = self.compiled("evaluate")?;
        check_batch_size("evaluate", options.batch_size)?;
        let weights = match &options.sample_weight {
            Some(weights) => Some(sample_weights("evaluate", weights, &x)?),
            None => None,
        };
        let samples = prepare(
            Purpose::Evaluate,
            &self.plan,
            compiled,
            x,
            y.tensors()?,
            weights,
        )?;
        let mut pass = Pass::new(&self.plan, compiled, &samples);
        if samples.count >= MANY {
            pass.workspace.kernels = Kernels::copies(&self.plan, &samples.x);
        }
        if !self.measure(&mut pass, &samples, options.batch_size) {
            return Err(stopped("evaluate"));
        }
        Ok(Evaluation::new(pass.logs()))
    }

    /// The outputs for new data; a row for each sample.
    ///
    /// # Errors
    /// When the data do not fit, the cell is interrupted, or the model has several outputs
    /// (see [`predict_all`](Model::predict_all)).
    pub fn predict(&self, x: impl Tensors) -> Result<Tensor> {
        self.predict_list(&x, Predict::default())
    }

    /// The same with options: `model.predict_with(&x, Predict { batch_size: 32, ..Predict::default() })`.
    ///
    /// # Errors
    /// As [`predict`](Model::predict), and for options that make no sense.
    pub fn predict_with(&self, x: impl Tensors, options: Predict) -> Result<Tensor> {
        self.predict_list(&x, options)
    }

    fn predict_list(&self, x: &dyn Tensors, options: Predict) -> Result<Tensor> {
        if self.plan.outputs.len() > 1 {
            let received = format!("one with {}", self.plan.outputs.len());
            return Err(
                Error::invalid("predict", "a model with one output", received)
                    .with_hint("predict_all gives the list of outputs"),
            );
        }
        Ok(self.predict_lists(x, options)?.swap_remove(0))
    }

    /// All outputs for new data.
    ///
    /// # Errors
    /// When the data do not fit, or the cell is interrupted.
    pub fn predict_all(&self, x: impl Tensors) -> Result<Vec<Tensor>> {
        self.predict_lists(&x, Predict::default())
    }

    fn predict_lists(&self, x: &dyn Tensors, options: Predict) -> Result<Vec<Tensor>> {
        check_batch_size("predict", options.batch_size)?;
        let _region = Region::begin("predict")?;
        let x = x.tensors()?;
        if self.plan.layers.is_empty() || !self.waiting.is_empty() {
            // A stack without an input shape is built by the data; this one stays as it is.
            let mut built = self.clone();
            built.ready("predict", &x)?;
            return built.predict_lists(&x, options);
        }
        let count = check_inputs(Purpose::Predict, &self.plan, &x)?;
        let origin = self.origin.and(Origin::of_all(&x));
        let outputs = self.outputs(&x, count, options.batch_size)?;
        let shapes = self
            .plan
            .outputs
            .iter()
            .map(|node| &self.plan.shapes[*node]);
        let tensors = outputs.into_iter().zip(shapes).map(|(values, shape)| {
            let shape = Shape::from([&[count], &shape[..]].concat());
            Tensor::dense(shape, values).with_origin(origin)
        });
        Ok(tensors.collect())
    }

    /// The numbers of every output, row after row.
    fn outputs(&self, x: &[Tensor], count: usize, batch_size: usize) -> Result<Vec<Vec<f32>>> {
        let mut workspace = Workspace::new(&self.plan);
        if count >= MANY {
            workspace.kernels = Kernels::copies(&self.plan, x);
        }
        let mut outputs = vec![Vec::new(); self.plan.outputs.len()];
        let rows: Vec<u32> = (0..count as u32).collect();
        for batch in Rows::batches(&rows, batch_size) {
            go_on("predict")?;
            workspace.forward(&self.plan, x, batch, false);
            for (all, node) in outputs.iter_mut().zip(&self.plan.outputs) {
                for row in workspace.output(&self.plan, *node).axis_iter(Axis(0)) {
                    all.extend(row.iter());
                }
            }
        }
        Ok(outputs)
    }
}
