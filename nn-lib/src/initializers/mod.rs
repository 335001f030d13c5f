//! Initializers: the weights that a layer starts with.

mod names;
mod orthogonal;

use crate::random::{Rng, rng};

/// How the first values of a weight matrix are chosen.
///
/// The glorot, he and lecun kinds scale the spread with the number of connections, so that signals neither fade nor
/// explode from layer to layer. With `n` incoming and `m` outgoing connections of a unit:
///
/// | variant | uniform within | or normal with deviation |
/// | --- | --- | --- |
/// | `GlorotUniform`, `GlorotNormal` | `sqrt(6 / (n + m))` | `sqrt(2 / (n + m))` |
/// | `HeUniform`, `HeNormal` | `sqrt(6 / n)` | `sqrt(2 / n)` |
/// | `LecunUniform`, `LecunNormal` | `sqrt(3 / n)` | `sqrt(1 / n)` |
///
/// As in Keras the normal kinds are cut at two standard deviations and widened to have that deviation after the cut.
/// The numbers drawn are this library's own: the same on every machine, but not those of Keras.
///
/// Sources: Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998; <https://keras.io/api/layers/initializers/>.
///
/// ```
/// use nn_lib::initializers::Initializer;
///
/// let kernel = Initializer::GlorotUniform.sample(&[10, 2], 42);
/// assert_eq!(kernel.len(), 20);
/// let limit = (6.0_f32 / (10.0 + 2.0)).sqrt();
/// assert!(kernel.iter().all(|w| w.abs() <= limit));
/// assert_eq!(Initializer::Zeros.sample(&[2], 42), [0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Default)]
#[non_exhaustive]
pub enum Initializer {
    /// The default for kernels.
    #[default]
    GlorotUniform,
    /// Glorot's spread, normally distributed.
    GlorotNormal,
    /// For layers followed by relu.
    HeUniform,
    /// He's spread, normally distributed.
    HeNormal,
    /// LeCun's spread.
    LecunUniform,
    /// LeCun's spread, normally distributed: for selu.
    LecunNormal,
    /// Rows (or columns, if there are fewer) at right angles to each other and of length 1: the default for what a recurrent
    /// layer multiplies its own state by. Signals neither fade nor explode from step to step (Saxe et al. 2014).
    Orthogonal,
    /// All 0: the default for biases.
    Zeros,
    /// All 1.
    Ones,
    /// All the same value.
    Constant(f32),
    /// Every number of an interval equally likely (Keras's default: -0.05 to 0.05).
    RandomUniform {
        /// The smallest value.
        min: f32,
        /// The bound that is not reached.
        max: f32,
    },
    /// Normally distributed (Keras's default: mean 0, deviation 0.05).
    RandomNormal {
        /// The mean.
        mean: f32,
        /// The standard deviation.
        stddev: f32,
    },
    /// Normally distributed, values beyond two standard deviations drawn again.
    TruncatedNormal {
        /// The mean.
        mean: f32,
        /// The standard deviation before the cut.
        stddev: f32,
    },
}

use Initializer::*;

/// The standard deviation of a standard normal distribution that is cut at plus and minus two.
const CUT_DEVIATION: f64 = 0.879_625_661_034_239_8;

impl Initializer {
    /// New values for a weight of that shape. The same seed gives the same values.
    ///
    /// # Shapes
    ///
    /// `shape` is `[inputs, units]` for a kernel and `[units]` for a bias; the result has as many values, row by row.
    pub fn sample(&self, shape: &[usize], seed: u64) -> Vec<f32> {
        let mut values = vec![0.0; shape.iter().product()];
        self.fill(shape, &mut rng(seed), &mut values);
        values
    }

    /// Fills `out`, the values of a weight of that shape, from the generator.
    pub(crate) fn fill(&self, shape: &[usize], rng: &mut Rng, out: &mut [f32]) {
        let (fan_in, fan_out) = fans(shape);
        let fan_average = (fan_in + fan_out) / 2.0;
        match *self {
            GlorotUniform => scaled_uniform(1.0, fan_average, rng, out),
            GlorotNormal => scaled_normal(1.0, fan_average, rng, out),
            HeUniform => scaled_uniform(2.0, fan_in, rng, out),
            HeNormal => scaled_normal(2.0, fan_in, rng, out),
            LecunUniform => scaled_uniform(1.0, fan_in, rng, out),
            LecunNormal => scaled_normal(1.0, fan_in, rng, out),
            Orthogonal => orthogonal::fill(shape, rng, out),
            Zeros => out.fill(0.0),
            Ones => out.fill(1.0),
            Constant(value) => out.fill(value),
            RandomUniform { min, max } => out.fill_with(|| rng.uniform(min, max)),
            RandomNormal { mean, stddev } => out.fill_with(|| mean + stddev * rng.normal()),
            TruncatedNormal { mean, stddev } => {
                out.fill_with(|| mean + stddev * rng.truncated_normal());
            }
        }
    }
}

/// How many connections lead into a unit and out of it.
fn fans(shape: &[usize]) -> (f64, f64) {
    match *shape {
        [] => (1.0, 1.0),
        [units] => (units as f64, units as f64),
        [ref receptive @ .., inputs, units] => {
            let field = receptive.iter().product::<usize>() as f64;
            (inputs as f64 * field, units as f64 * field)
        }
    }
}

fn scaled_uniform(scale: f64, fan: f64, rng: &mut Rng, out: &mut [f32]) {
    let limit = (3.0 * scale / fan.max(1.0)).sqrt() as f32;
    out.fill_with(|| rng.uniform(-limit, limit));
}

fn scaled_normal(scale: f64, fan: f64, rng: &mut Rng, out: &mut [f32]) {
    let deviation = ((scale / fan.max(1.0)).sqrt() / CUT_DEVIATION) as f32;
    out.fill_with(|| deviation * rng.truncated_normal());
}

#[cfg(test)]
mod tests;
