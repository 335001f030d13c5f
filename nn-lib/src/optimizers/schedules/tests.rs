use super::*;
use serde_json::json;

fn all() -> Vec<LearningRate> {
    vec![
        0.01.into(),
        ExponentialDecay::new(0.1, 7, 0.9).staircase(true).into(),
        InverseTimeDecay::new(0.1, 5, 0.5).into(),
        PolynomialDecay::new(0.1, 11).power(0.5).cycle(true).into(),
        CosineDecay::new(0.1, 13).alpha(0.1).into(),
        CosineDecay::new(0.01, 13).warmup(0.2, 6).into(),
        PiecewiseConstantDecay::new([5, 12], [0.1, 0.03, 0.004])
            .unwrap()
            .into(),
    ]
}

#[test]
fn a_schedule_survives_json() {
    for schedule in all() {
        assert_eq!(
            LearningRate::from_config(&schedule.config()).unwrap(),
            schedule
        );
    }
}

#[test]
fn every_schedule_is_finite_and_positive_at_any_step() {
    for schedule in all() {
        for step in [0, 1, 2, 5, 6, 13, 100, 1_000_000, u64::MAX] {
            let rate = schedule.at(step);
            assert!(
                (0.0..=0.2).contains(&rate),
                "{schedule:?} at {step}: {rate}"
            );
        }
    }
}

#[test]
fn a_decay_within_no_steps_counts_as_one_step() {
    assert_eq!(ExponentialDecay::new(0.5, 0, 0.5).at(1), 0.25);
    assert_eq!(CosineDecay::new(0.5, 0).at(0), 0.5);
    assert_eq!(PolynomialDecay::new(0.5, 0).at(0), 0.5);
}

#[test]
fn a_staircase_keeps_its_rate_within_a_step() {
    let stairs = ExponentialDecay::new(1.0, 10, 0.5).staircase(true);
    assert_eq!(
        (stairs.at(9), stairs.at(10), stairs.at(19)),
        (1.0, 0.5, 0.5)
    );
}

#[test]
fn boundaries_and_values_must_fit_together() {
    let message = |boundaries: &[u64], values: &[f32]| {
        let made = PiecewiseConstantDecay::new(boundaries.to_vec(), values.to_vec());
        made.unwrap_err().to_string()
    };
    assert!(message(&[5], &[0.1]).ends_with("received 1 boundaries and 1 values"));
    assert!(message(&[], &[0.1]).contains("one or more boundaries"));
    assert!(message(&[5, 5], &[0.1, 0.2, 0.3]).contains("rising order, received [5, 5]"));
}

#[test]
fn broken_json_is_an_error() {
    for config in [
        json!(null),
        json!("fast"),
        json!({ "name": "StepDecay" }),
        json!({ "name": "ExponentialDecay", "initial_learning_rate": 0.1 }),
        json!({ "name": "PiecewiseConstantDecay", "boundaries": [1], "values": [0.1] }),
    ] {
        assert!(LearningRate::from_config(&config).is_err(), "{config}");
    }
}
