//! Initializers: the weights that a layer starts with.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::math::decimal;
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
/// use nn_lib::init::Initializer;
///
/// let kernel = Initializer::GlorotUniform.sample(&[10, 2], 42);
/// assert_eq!(kernel.len(), 20);
/// let limit = (6.0_f32 / (10.0 + 2.0)).sqrt();
/// assert!(kernel.iter().all(|w| w.abs() <= limit));
/// assert_eq!(Initializer::Zeros.sample(&[2], 42), [0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Default)]
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

    /// The name that Keras uses: `glorot_uniform`.
    pub fn name(&self) -> &'static str {
        match self {
            GlorotUniform => "glorot_uniform",
            GlorotNormal => "glorot_normal",
            HeUniform => "he_uniform",
            HeNormal => "he_normal",
            LecunUniform => "lecun_uniform",
            LecunNormal => "lecun_normal",
            Zeros => "zeros",
            Ones => "ones",
            Constant(_) => "constant",
            RandomUniform { .. } => "random_uniform",
            RandomNormal { .. } => "random_normal",
            TruncatedNormal { .. } => "truncated_normal",
        }
    }

    /// The initializer of that name, with Keras's defaults where it has settings.
    ///
    /// # Errors
    ///
    /// For an unknown name; the message lists the known ones.
    pub fn from_name(name: &str) -> Result<Initializer> {
        let defaults = [
            GlorotUniform,
            GlorotNormal,
            HeUniform,
            HeNormal,
            LecunUniform,
            LecunNormal,
            Zeros,
            Ones,
            Constant(0.0),
            RandomUniform {
                min: -0.05,
                max: 0.05,
            },
            RandomNormal {
                mean: 0.0,
                stddev: 0.05,
            },
            TruncatedNormal {
                mean: 0.0,
                stddev: 0.05,
            },
        ];
        let names = defaults.map(|i| i.name()).join(", ");
        let found = defaults.into_iter().find(|i| i.name() == name);
        found.ok_or_else(|| Error::invalid("Initializer", format!("one of {names}"), name))
    }

    /// The initializer as JSON: its name and its settings.
    pub fn config(&self) -> Value {
        let mut config = json!({ "name": self.name() });
        let settings = match *self {
            Constant(value) => vec![("value", value)],
            RandomUniform { min, max } => vec![("min", min), ("max", max)],
            RandomNormal { mean, stddev } | TruncatedNormal { mean, stddev } => {
                vec![("mean", mean), ("stddev", stddev)]
            }
            _ => vec![],
        };
        for (key, value) in settings {
            config[key] = json!(decimal(value));
        }
        config
    }

    /// The initializer that [`Initializer::config`] described; settings left out take Keras's defaults.
    ///
    /// # Errors
    ///
    /// If the name is missing or unknown.
    pub fn from_config(config: &Value) -> Result<Initializer> {
        let name = config["name"].as_str().unwrap_or_default();
        let or = |key: &str, default: f32| config[key].as_f64().map_or(default, |x| x as f32);
        Ok(match Initializer::from_name(name)? {
            Constant(value) => Constant(or("value", value)),
            RandomUniform { min, max } => RandomUniform {
                min: or("min", min),
                max: or("max", max),
            },
            RandomNormal { mean, stddev } => RandomNormal {
                mean: or("mean", mean),
                stddev: or("stddev", stddev),
            },
            TruncatedNormal { mean, stddev } => TruncatedNormal {
                mean: or("mean", mean),
                stddev: or("stddev", stddev),
            },
            other => other,
        })
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
mod tests {
    use super::*;

    fn moments(values: &[f32]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
        let variance = values
            .iter()
            .map(|&v| (f64::from(v) - mean).powi(2))
            .sum::<f64>()
            / n;
        (mean, variance.sqrt())
    }

    #[test]
    fn the_spread_is_what_the_formulas_say() {
        // 300 inputs, 100 units. A uniform distribution within +-limit has the deviation limit / sqrt(3).
        let (n, m) = (300.0_f64, 100.0_f64);
        for (initializer, expected) in [
            (GlorotUniform, (2.0 / (n + m)).sqrt()),
            (GlorotNormal, (2.0 / (n + m)).sqrt()),
            (HeUniform, (2.0 / n).sqrt()),
            (HeNormal, (2.0 / n).sqrt()),
            (LecunUniform, (1.0 / n).sqrt()),
            (LecunNormal, (1.0 / n).sqrt()),
        ] {
            let (mean, deviation) = moments(&initializer.sample(&[300, 100], 3));
            assert!(mean.abs() < 0.03 * expected, "{initializer:?}: mean {mean}");
            assert!(
                (deviation / expected - 1.0).abs() < 0.02,
                "{initializer:?}: {deviation} against {expected}"
            );
        }
    }

    #[test]
    fn the_uniform_kinds_reach_but_do_not_pass_their_limit() {
        let values = GlorotUniform.sample(&[300, 100], 9);
        let limit = (6.0_f32 / 400.0).sqrt();
        let largest = values.iter().fold(0.0_f32, |a, v| a.max(v.abs()));
        assert!(largest <= limit && largest > 0.999 * limit);
    }

    #[test]
    fn a_seed_repeats_the_weights_and_another_changes_them() {
        assert_eq!(HeNormal.sample(&[4, 3], 1), HeNormal.sample(&[4, 3], 1));
        assert_ne!(HeNormal.sample(&[4, 3], 1), HeNormal.sample(&[4, 3], 2));
    }

    #[test]
    fn constants_are_constant() {
        assert_eq!(Ones.sample(&[2, 2], 0), [1.0; 4]);
        assert_eq!(Constant(0.25).sample(&[3], 0), [0.25; 3]);
    }

    #[test]
    fn the_random_kinds_have_the_mean_and_deviation_asked_for() {
        let (mean, deviation) = moments(
            &RandomNormal {
                mean: 2.0,
                stddev: 0.5,
            }
            .sample(&[100, 100], 5),
        );
        assert!((mean - 2.0).abs() < 0.02 && (deviation - 0.5).abs() < 0.02);
        let cut = TruncatedNormal {
            mean: 0.0,
            stddev: 0.5,
        };
        assert!(cut.sample(&[100, 100], 5).iter().all(|v| v.abs() <= 1.0));
        let interval = RandomUniform { min: 1.0, max: 3.0 };
        let (mean, _) = moments(&interval.sample(&[100, 100], 5));
        assert!((mean - 2.0).abs() < 0.03);
    }

    #[test]
    fn an_initializer_survives_json() {
        for initializer in [
            GlorotUniform,
            HeNormal,
            Zeros,
            Constant(0.1),
            RandomUniform {
                min: -0.2,
                max: 0.7,
            },
            TruncatedNormal {
                mean: 0.3,
                stddev: 0.01,
            },
        ] {
            let again = Initializer::from_config(&initializer.config()).unwrap();
            assert_eq!(again, initializer);
        }
        assert!(Initializer::from_config(&json!({ "name": "xavier" })).is_err());
    }
}
