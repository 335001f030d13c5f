//! Which metric fits the labels, and which does not.

use super::Metric;
use super::kind::Kind::*;
use crate::error::{Error, Result, counted};

impl Metric {
    /// The metric that is really computed: `Accuracy` becomes binary for one unit, sparse categorical for several units
    /// and one label per sample, and else categorical, as in Keras. The name in the history stays `accuracy`.
    pub fn resolve(&self, target_units: usize, prediction_units: usize) -> Metric {
        match &self.kind {
            Accuracy if prediction_units == 1 => Metric::BinaryAccuracy,
            Accuracy if target_units == 1 => Metric::SparseCategoricalAccuracy,
            Accuracy => Metric::CategoricalAccuracy,
            _ => self.clone(),
        }
    }

    /// Finds labels that do not fit the metric.
    ///
    /// # Errors
    ///
    /// If the number of labels per sample is not what the metric compares with `prediction_units`, or if `k` or a
    /// threshold is out of range.
    pub fn check(&self, target_units: usize, prediction_units: usize) -> Result<()> {
        let sparse = match &self.kind {
            SparseCategoricalAccuracy | SparseTopKCategoricalAccuracy { .. } => true,
            Loss(loss) => loss.is_sparse(),
            _ => false,
        };
        let expected = match &self.kind {
            Accuracy | Custom(_) => target_units,
            _ if sparse => 1,
            _ => prediction_units,
        };
        if target_units != expected {
            let labels = counted(expected, "label");
            let error = Error::invalid(
                self.name(),
                format!(
                    "{labels} per sample, for {}",
                    counted(prediction_units, "unit")
                ),
                target_units.to_string(),
            );
            return Err(match &self.kind {
                TopKCategoricalAccuracy { .. } => {
                    error.with_hint("class numbers go with Metric::SparseTopKCategoricalAccuracy")
                }
                SparseTopKCategoricalAccuracy { .. } => {
                    error.with_hint("one-hot rows go with Metric::TopKCategoricalAccuracy")
                }
                BinaryAccuracy { .. } | CategoricalAccuracy | SparseCategoricalAccuracy => {
                    error.with_hint("Metric::Accuracy finds the kind that fits by itself")
                }
                _ => error,
            });
        }
        match &self.kind {
            TopKCategoricalAccuracy { k } | SparseTopKCategoricalAccuracy { k }
                if *k == 0 || *k > prediction_units =>
            {
                let expected = format!("a k from 1 to the {prediction_units} units");
                Err(Error::invalid(self.name(), expected, k.to_string()))
            }
            Precision { threshold } | Recall { threshold } if !(0.0..=1.0).contains(threshold) => {
                let expected = "a threshold from 0 to 1";
                Err(Error::invalid(self.name(), expected, threshold.to_string()))
            }
            _ => Ok(()),
        }
    }
}
