//! The options of a training.

use std::fmt;

use super::display::Verbose;
use crate::callbacks::Callback;
use crate::error::{Error, Result};
use crate::random::random_seed;
use crate::tensor::Tensor;

/// How to train; what is not mentioned keeps Keras's default. Fields may be added: end with `..Fit::default()`.
///
/// ```
/// use nn_lib::prelude::*;
/// let options = Fit { epochs: 20, batch_size: 512, ..Fit::default() };
/// assert!(options.shuffle);
/// ```
#[must_use = "options do nothing until `fit` gets them"]
pub struct Fit {
    /// How often all samples are gone through; 1 at first.
    pub epochs: usize,
    /// After how many samples the weights are changed; 32 at first.
    pub batch_size: usize,
    /// Samples and targets that the model is measured on after every epoch, but not trained on.
    pub validation_data: Option<(Tensor, Tensor)>,
    /// The same for a model with several inputs or outputs.
    pub validation_lists: Option<(Vec<Tensor>, Vec<Tensor>)>,
    /// The share of the samples, taken from the end before shuffling, that is set apart for validation.
    pub validation_split: f32,
    /// Whether the samples are brought into a new order before every epoch; true at first.
    pub shuffle: bool,
    /// How much the samples of a class count in the loss: `[(0, 1.0), (1, 2.5)].into()`; 1 for a class not named.
    pub class_weight: Vec<(u32, f32)>,
    /// How much each sample counts in the loss, shape (samples,).
    pub sample_weight: Option<Tensor>,
    /// The epoch to start from (counted from 0) when a training is taken up again; `epochs` is the last one. Taken up
    /// with the same seed it goes on with the orders of an unbroken training.
    pub initial_epoch: usize,
    /// What is called at the end of every epoch: early stopping, checkpoints, a function of your own.
    pub callbacks: Vec<Box<dyn Callback>>,
    /// What is shown.
    pub verbose: Verbose,
    /// The seed of the order of the samples and of dropout: another seed, another training.
    pub seed: u64,
}

impl Default for Fit {
    fn default() -> Fit {
        Fit {
            epochs: 1,
            batch_size: 32,
            validation_data: None,
            validation_lists: None,
            validation_split: 0.0,
            shuffle: true,
            class_weight: Vec::new(),
            sample_weight: None,
            initial_epoch: 0,
            callbacks: Vec::new(),
            verbose: Verbose::default(),
            seed: random_seed(),
        }
    }
}

impl Fit {
    /// Finds options that make no sense.
    pub(crate) fn check(&self) -> Result<()> {
        if self.batch_size == 0 {
            return Err(Error::invalid("fit", "a batch_size of at least 1", "0"));
        }
        if self.epochs == 0 {
            return Err(Error::invalid("fit", "at least 1 epoch", "0"));
        }
        if !(0.0..1.0).contains(&self.validation_split) {
            let received = format!("{}", self.validation_split);
            return Err(Error::invalid(
                "fit",
                "a validation_split of at least 0 and below 1",
                received,
            )
            .with_hint("it is a share of the samples: 0.2 is a fifth"));
        }
        if self.validation_data.is_some() && self.validation_lists.is_some() {
            return Err(Error::invalid(
                "fit",
                "validation_data or validation_lists",
                "both",
            ));
        }
        Ok(())
    }

    /// The validation data as lists.
    pub(crate) fn take_validation(&mut self) -> Option<(Vec<Tensor>, Vec<Tensor>)> {
        let pair = self.validation_data.take();
        let lists = self.validation_lists.take();
        lists.or(pair.map(|(x, y)| (vec![x], vec![y])))
    }
}

impl fmt::Debug for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fit")
            .field("epochs", &self.epochs)
            .field("batch_size", &self.batch_size)
            .field("validation_split", &self.validation_split)
            .field("shuffle", &self.shuffle)
            .field("class_weight", &self.class_weight)
            .field("initial_epoch", &self.initial_epoch)
            .field("callbacks", &self.callbacks.len())
            .field("verbose", &self.verbose)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
