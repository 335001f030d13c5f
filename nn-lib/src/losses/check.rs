//! The mistakes that loss, labels and last layer can make together, found before training starts.

use ndarray::ArrayView2;

use super::Loss;
use super::kind::Kind::*;
use crate::activations::Activation;
use crate::activations::Activation::*;
use crate::error::{Error, Result, counted};

impl Loss {
    /// Finds labels and last layers that do not fit the loss, before they train to nonsense.
    ///
    /// # Shapes
    ///
    /// `target_shape` and `prediction_shape` are those of one sample, without the batch axis (`[]` or `[1]` for single
    /// labels); `targets` is `(batch, target units)`. The last activation is `None` where the last layer has none of its
    /// own, such as a mean of two branches: what comes out of it is taken on trust.
    ///
    /// # Errors
    ///
    /// If the last activation cannot give what the loss expects (probabilities or logits), if softmax has a single unit,
    /// if the number of labels per sample is not the number of units (class numbers and one-hot rows mixed up), or if
    /// a label is not a number or out of range.
    pub fn check(
        &self,
        target_shape: &[usize],
        prediction_shape: &[usize],
        targets: ArrayView2<f32>,
        last_activation: Option<Activation>,
    ) -> Result<()> {
        let labels: usize = target_shape.iter().product();
        let units: usize = prediction_shape.iter().product();
        if let Some(last) = last_activation {
            self.check_activation(units, last)?;
        }
        self.check_units(labels, units)?;
        self.check_labels(units, targets)?;
        self.check_custom(units, targets)
    }

    fn check_activation(&self, units: usize, last: Activation) -> Result<()> {
        if last == Softmax && units == 1 {
            return Err(self
                .mistake("2 or more units for softmax", "1, which is always 1.0")
                .with_hint(
                    "end the model with Dense::new(1).activation(Activation::Sigmoid), \
                     or without an activation if it predicts a number",
                ));
        }
        let bounded = matches!(last, Sigmoid | Softmax);
        if self.expects_logits() && bounded {
            return Err(self
                .mistake("logits, a last layer without activation", last.name())
                .with_hint("leave out the activation of the last layer, or from_logits(true)"));
        }
        if bounded || self.expects_logits() {
            return Ok(());
        }
        match self.kind {
            BinaryCrossentropy { .. } => Err(self
                .mistake("probabilities, from a last layer with sigmoid", last.name())
                .with_hint(
                    "end the model with .activation(Activation::Sigmoid), \
                     or use Loss::BinaryCrossentropy.from_logits(true)",
                )),
            CategoricalCrossentropy { .. } | SparseCategoricalCrossentropy { .. }
                if !matches!(last, Softplus | Exponential) =>
            {
                Err(self
                    .mistake("probabilities, from a last layer with softmax", last.name())
                    .with_hint(
                        "end the model with .activation(Activation::Softmax), \
                         or use the loss with .from_logits(true)",
                    ))
            }
            _ => Ok(()),
        }
    }

    fn check_units(&self, labels: usize, units: usize) -> Result<()> {
        let sparse = self.is_sparse();
        let categorical = matches!(self.kind, CategoricalCrossentropy { .. });
        if (sparse || categorical) && units == 1 {
            return Err(self
                .mistake(
                    "one unit for each class, 2 or more",
                    "a last layer of 1 unit",
                )
                .with_hint("for two classes: 1 unit with sigmoid and Loss::BinaryCrossentropy"));
        }
        if sparse {
            return match labels {
                1 => Ok(()),
                _ => Err(self
                    .mistake(
                        "1 class number per sample",
                        format!("rows of {labels} labels"),
                    )
                    .with_hint("one-hot rows go with Loss::CategoricalCrossentropy")),
            };
        }
        if labels == units || self.is_custom() {
            return Ok(());
        }
        let hint = match (labels, units) {
            (1, _) if categorical => {
                "class numbers go with Loss::SparseCategoricalCrossentropy, \
                 or make them one-hot with to_categorical"
            }
            (1, _) => "the last layer should have 1 unit, one for each label",
            (_, 1) => "the last layer should have one unit for each label",
            _ => "labels and the last layer's units must agree in number",
        };
        Err(self
            .mistake(
                format!("{} per sample, one for each unit", counted(units, "label")),
                labels.to_string(),
            )
            .with_hint(hint))
    }

    fn check_labels(&self, units: usize, targets: ArrayView2<f32>) -> Result<()> {
        let classes = units as f32;
        let (expected, fits): (String, &dyn Fn(f32) -> bool) = match self.kind {
            BinaryCrossentropy { .. } | CategoricalCrossentropy { .. } => {
                ("labels from 0 to 1".into(), &|t| (0.0..=1.0).contains(&t))
            }
            SparseCategoricalCrossentropy { .. } => (
                format!("whole class numbers from 0 to {}", units.saturating_sub(1)),
                &|t| t.fract() == 0.0 && t >= 0.0 && t < classes,
            ),
            _ => ("numbers as targets".into(), &|t| t.is_finite()),
        };
        let Some(((row, _), label)) = targets.indexed_iter().find(|&(_, &t)| !fits(t)) else {
            return Ok(());
        };
        let error = self.mistake(expected, format!("{label} in row {row}"));
        Err(match self.kind {
            _ if !label.is_finite() => error.with_hint("look for missing values in the data"),
            BinaryCrossentropy { .. } if *label < 0.0 => {
                error.with_hint("the two classes are 0 and 1")
            }
            BinaryCrossentropy { .. } => {
                error.with_hint("for more than two classes: Loss::SparseCategoricalCrossentropy")
            }
            SparseCategoricalCrossentropy { .. } if label.fract() == 0.0 && *label >= 0.0 => error
                .with_hint(format!(
                    "classes count from 0: the last layer needs {} units or more",
                    label + 1.0
                )),
            _ => error,
        })
    }

    fn check_custom(&self, units: usize, targets: ArrayView2<f32>) -> Result<()> {
        let (Custom(custom), Some(first)) = (&self.kind, targets.outer_iter().next()) else {
            return Ok(());
        };
        match custom.gradient_length(&first.to_vec(), &vec![0.5; units]) {
            Some(length) if length != units => Err(self.mistake(
                format!("a gradient of {units} values, one for each prediction"),
                length.to_string(),
            )),
            _ => Ok(()),
        }
    }

    fn mistake(&self, expected: impl Into<String>, received: impl Into<String>) -> Error {
        Error::invalid(self.name(), expected, received)
    }
}
