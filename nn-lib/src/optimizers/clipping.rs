//! Clipping: gradients kept within bounds.

/// How gradients are limited, so that one bad batch cannot throw the weights far away.
///
/// ```
/// use nn_lib::optimizers::Clip;
///
/// let mut gradient = [3.0, 4.0]; // of length 5
/// Clip::Norm(1.0).apply(&mut [&mut gradient]);
/// assert_eq!(gradient, [0.6, 0.8]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Clip {
    /// Not at all.
    #[default]
    None,
    /// Each weight tensor's gradient is shortened to at most this length (Keras's `clipnorm`).
    Norm(f32),
    /// All gradients together are shortened to at most this length (`global_clipnorm`).
    GlobalNorm(f32),
    /// Each element is cut to this absolute value (`clipvalue`).
    Value(f32),
}

impl Clip {
    /// Limits the gradients of one step, one slice for each weight tensor. As in Keras a limit of 0 or less is none.
    pub fn apply(self, gradients: &mut [&mut [f32]]) {
        match self {
            Clip::Norm(limit) if limit > 0.0 => {
                for gradient in gradients {
                    let norm = squared_norm(gradient).sqrt() as f32;
                    let longest = norm.max(limit);
                    gradient.iter_mut().for_each(|g| *g = *g * limit / longest);
                }
            }
            Clip::GlobalNorm(limit) if limit > 0.0 => {
                let total: f64 = gradients
                    .iter()
                    .map(|gradient| squared_norm(gradient))
                    .sum();
                let norm = total.sqrt() as f32;
                // A norm that is infinite or not a number makes the weights NaN: a mistake to be seen, not hidden.
                let scale = if norm.is_finite() {
                    limit * (1.0 / norm).min(1.0 / limit)
                } else {
                    f32::NAN
                };
                for gradient in gradients {
                    gradient.iter_mut().for_each(|g| *g *= scale);
                }
            }
            Clip::Value(limit) if limit > 0.0 => {
                for gradient in gradients {
                    gradient
                        .iter_mut()
                        .for_each(|g| *g = g.clamp(-limit, limit));
                }
            }
            _ => {}
        }
    }
}

fn squared_norm(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v) * f64::from(v)).sum()
}
