//! A loss from a function of your own.

use std::fmt;
use std::sync::Arc;

type Value = dyn Fn(&[f32], &[f32]) -> f32 + Send + Sync;
type Gradient = dyn Fn(&[f32], &[f32]) -> Vec<f32> + Send + Sync;

/// Copies share the function, and two are equal if they do.
#[derive(Clone)]
pub(super) struct CustomLoss {
    name: String,
    value: Arc<Value>,
    gradient: Option<Arc<Gradient>>,
}

impl CustomLoss {
    pub(super) fn new(
        name: &str,
        value: impl Fn(&[f32], &[f32]) -> f32 + Send + Sync + 'static,
    ) -> CustomLoss {
        CustomLoss {
            name: name.to_string(),
            value: Arc::new(value),
            gradient: None,
        }
    }

    pub(super) fn with_gradient(
        mut self,
        gradient: impl Fn(&[f32], &[f32]) -> Vec<f32> + Send + Sync + 'static,
    ) -> CustomLoss {
        self.gradient = Some(Arc::new(gradient));
        self
    }

    /// The name it was given.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn of_row(&self, t: &[f32], p: &[f32]) -> f32 {
        (self.value)(t, p)
    }

    /// The length of the gradient that the user's function gives, if there is one.
    pub(super) fn gradient_length(&self, t: &[f32], p: &[f32]) -> Option<usize> {
        self.gradient.as_ref().map(|gradient| gradient(t, p).len())
    }

    pub(super) fn gradient_of_row(&self, t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
        if let Some(gradient) = &self.gradient {
            for (g, slope) in out.iter_mut().zip(gradient(t, p)) {
                *g = slope * factor;
            }
            return;
        }
        let mut moved = p.to_vec();
        for (j, g) in out.iter_mut().enumerate() {
            *g = (self.slope(t, &mut moved, j) * f64::from(factor)) as f32;
        }
    }

    /// The derivative by the prediction `j`, from the function's values on both sides.
    ///
    /// With steps `h` and `2 h` the errors of order `h^2` cancel (Richardson's extrapolation). Where the function has no
    /// finite value, such as the logarithm of a negative number, the step is made smaller.
    fn slope(&self, t: &[f32], p: &mut [f32], j: usize) -> f64 {
        let middle = p[j];
        let mut at = |x: f32| {
            p[j] = x;
            let value = f64::from((self.value)(t, p));
            p[j] = middle;
            value
        };
        let mut central = |step: f32| {
            // The step really taken, after rounding.
            let (above, below) = (middle + step, middle - step);
            (at(above) - at(below)) / (f64::from(above) - f64::from(below))
        };
        let mut step = 0.01 * middle.abs().max(1.0);
        let mut slope = f64::NAN;
        for _ in 0..5 {
            slope = (4.0 * central(step) - central(2.0 * step)) / 3.0;
            if slope.is_finite() {
                break;
            }
            step *= 0.1;
        }
        slope
    }
}

impl fmt::Debug for CustomLoss {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("CustomLoss").field(&self.name).finish()
    }
}

impl PartialEq for CustomLoss {
    fn eq(&self, other: &CustomLoss) -> bool {
        let same_gradient = match (&self.gradient, &other.gradient) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        self.name == other.name && Arc::ptr_eq(&self.value, &other.value) && same_gradient
    }
}
