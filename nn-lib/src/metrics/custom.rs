//! A metric from a function of your own.

use std::fmt;
use std::sync::Arc;

/// Copies share the function, and two are equal if they do.
#[derive(Clone)]
pub(super) struct CustomMetric {
    name: String,
    value: Arc<Function>,
}

type Function = dyn Fn(&[f32], &[f32]) -> f32 + Send + Sync;

impl CustomMetric {
    pub(super) fn new(
        name: &str,
        value: impl Fn(&[f32], &[f32]) -> f32 + Send + Sync + 'static,
    ) -> CustomMetric {
        CustomMetric {
            name: name.to_string(),
            value: Arc::new(value),
        }
    }

    /// The name it was given.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn of_row(&self, t: &[f32], p: &[f32]) -> f32 {
        (self.value)(t, p)
    }
}

impl fmt::Debug for CustomMetric {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("CustomMetric").field(&self.name).finish()
    }
}

impl PartialEq for CustomMetric {
    fn eq(&self, other: &CustomMetric) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.value, &other.value)
    }
}
