//! Which steps of a sequence count.

use std::fmt;
use std::sync::Arc;

/// For each sample of a batch and each of its steps, whether the step counts: (samples, steps).
///
/// [`Embedding`](super::Embedding) makes one of the zeros that fill up short texts. It travels with the numbers from layer to
/// layer, as in Keras, until a layer makes one row of all steps.
///
/// ```
/// use nn_lib::layers::Mask;
/// let mask = Mask::new(2, [true, false, true, true]);
/// assert_eq!(mask.sample(0), [true, false]);
/// assert_eq!(mask.steps(), 2);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    steps: usize,
    counts: Arc<[bool]>,
}

impl Mask {
    /// A mask of so many steps for each sample.
    ///
    /// # Panics
    /// If the number of values is no multiple of `steps`.
    pub fn new(steps: usize, counts: impl Into<Arc<[bool]>>) -> Mask {
        let counts = counts.into();
        assert!(
            counts.len().is_multiple_of(steps.max(1)),
            "{} values for {steps} steps",
            counts.len()
        );
        Mask { steps, counts }
    }

    /// The steps that count in any of several masks; all do where one of them is none.
    pub(crate) fn either<'a>(masks: impl Iterator<Item = Option<&'a Mask>>) -> Option<Mask> {
        let masks: Vec<Mask> = masks.map(|mask| mask.cloned()).collect::<Option<_>>()?;
        let joined = masks.into_iter();
        joined.reduce(|one, other| one.joined(&other, |a, b| a || b))
    }

    /// The steps that count in every one of several masks.
    pub(crate) fn all<'a>(masks: impl Iterator<Item = Option<&'a Mask>>) -> Option<Mask> {
        let masks = masks.flatten().cloned();
        masks.reduce(|one, other| one.joined(&other, |a, b| a && b))
    }

    /// Whether it is one of so many samples with so many steps.
    pub(crate) fn fits(&self, samples: usize, steps: usize) -> bool {
        self.steps == steps && self.counts.len() == samples * steps
    }

    fn joined(&self, other: &Mask, join: impl Fn(bool, bool) -> bool) -> Mask {
        let pairs = self.counts.iter().zip(&*other.counts);
        let joined: Vec<bool> = pairs.map(|(one, other)| join(*one, *other)).collect();
        Mask::new(self.steps, joined)
    }

    /// How many steps a sample has.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The steps of a sample.
    pub fn sample(&self, nth: usize) -> &[bool] {
        &self.counts[nth * self.steps..(nth + 1) * self.steps]
    }

    /// All values, sample after sample.
    pub fn as_slice(&self) -> &[bool] {
        &self.counts
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let samples = self.counts.len() / self.steps.max(1);
        write!(f, "Mask({samples} samples, {} steps)", self.steps)
    }
}
