use super::*;
use serde_json::json;

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
