use super::schedules::ExponentialDecay;
use super::*;

/// Every optimizer with every combination of its switches.
fn all() -> Vec<Box<dyn Optimizer>> {
    vec![
        Box::new(SGD::new(0.1)),
        Box::new(SGD::new(0.1).momentum(0.9)),
        Box::new(SGD::new(0.1).momentum(0.9).nesterov(true).clipvalue(0.5)),
        Box::new(RMSprop::new(0.01)),
        Box::new(RMSprop::new(0.01).momentum(0.3).clipnorm(2.0)),
        Box::new(RMSprop::new(0.01).centered(true).rho(0.8)),
        Box::new(
            RMSprop::new(0.01)
                .centered(true)
                .momentum(0.3)
                .epsilon(1e-5),
        ),
        Box::new(AdamW::new(0.01).weight_decay(0.1).amsgrad(true)),
        Box::new(Adam::new(ExponentialDecay::new(0.01, 5, 0.5))),
        Box::new(
            Adam::new(0.01)
                .amsgrad(true)
                .beta_1(0.8)
                .beta_2(0.99)
                .epsilon(1e-6),
        ),
        Box::new(
            Adagrad::new(0.1)
                .initial_accumulator_value(0.5)
                .global_clipnorm(3.0),
        ),
    ]
}

fn new_slots(optimizer: &dyn Optimizer, weights: usize) -> Vec<Vec<f32>> {
    (0..optimizer.slots())
        .map(|slot| vec![optimizer.initial_slot_value(slot); weights])
        .collect()
}

fn update(
    optimizer: &dyn Optimizer,
    weights: &mut [f32],
    slots: &mut [Vec<f32>],
    gradient: &[f32],
) {
    let mut slots: Vec<&mut [f32]> = slots.iter_mut().map(Vec::as_mut_slice).collect();
    optimizer.update(weights, &mut slots, gradient);
}

#[test]
fn every_optimizer_finds_the_bottom_of_a_bowl() {
    for mut optimizer in all() {
        let name = format!("{optimizer:?}");
        optimizer.set_learning_rate(0.05);
        let mut weights = [1.5_f32, -1.0, 0.3];
        let mut slots = new_slots(&*optimizer, 3);
        let height = |w: &[f32]| w.iter().map(|w| w * w).sum::<f32>();
        let start = height(&weights);
        for _ in 0..200 {
            let gradient = weights.map(|w| 2.0 * w);
            optimizer.begin_step();
            update(&*optimizer, &mut weights, &mut slots, &gradient);
        }
        assert!(height(&weights) < 0.1 * start, "{name}: {weights:?}");
    }
}

#[test]
fn an_update_may_be_split_anywhere() {
    let start: Vec<f32> = (0..37).map(|i| (i as f32 * 0.7).sin()).collect();
    let gradients: Vec<Vec<f32>> = (1..4)
        .map(|step| (0..37).map(|i| ((i * step) as f32 * 0.3).cos()).collect())
        .collect();
    for cut in [1, 8, 16, 36] {
        for mut optimizer in all() {
            let (mut whole, mut split) = (start.clone(), start.clone());
            let mut whole_slots = new_slots(&*optimizer, 37);
            let mut split_slots = whole_slots.clone();
            for gradient in &gradients {
                optimizer.begin_step();
                update(&*optimizer, &mut whole, &mut whole_slots, gradient);
                for part in [0..cut, cut..37] {
                    let mut slots: Vec<&mut [f32]> = split_slots
                        .iter_mut()
                        .map(|s| &mut s[part.clone()])
                        .collect();
                    optimizer.update(&mut split[part.clone()], &mut slots, &gradient[part]);
                }
            }
            assert_eq!(whole, split, "{optimizer:?} cut at {cut}");
            assert_eq!(whole_slots, split_slots);
        }
    }
}

#[test]
fn an_optimizer_survives_json() {
    for optimizer in all() {
        let again = from_config(&optimizer.config()).unwrap();
        assert_eq!(again.config(), optimizer.config());
        assert_eq!(again.clip(), optimizer.clip());
        assert_eq!(again.slots(), optimizer.slots());
        assert_eq!(format!("{again:?}"), format!("{optimizer:?}"));
    }
}

#[test]
fn a_name_alone_gives_keras_defaults() {
    for (name, expected) in [
        ("sgd", Box::new(SGD::default()) as Box<dyn Optimizer>),
        ("rmsprop", Box::new(RMSprop::default())),
        ("Adam", Box::new(Adam::default())),
        ("AdamW", Box::new(AdamW::default())),
        ("adagrad", Box::new(Adagrad::default())),
    ] {
        assert_eq!(from_name(name).unwrap().config(), expected.config());
    }
    let message = from_name("adamx").unwrap_err().to_string();
    assert_eq!(
        message,
        "Optimizer expects one of sgd, rmsprop, adam, adamw, adagrad, received adamx\nhint: did you mean \"adam\"?"
    );
}

#[test]
fn steps_are_counted_and_a_schedule_follows_them() {
    let mut optimizer = SGD::new(ExponentialDecay::new(0.8, 1, 0.5));
    let mut weights = [0.0];
    for expected in [-0.8, -1.2, -1.4] {
        optimizer.begin_step();
        optimizer.update(&mut weights, &mut [], &[1.0]);
        assert!((weights[0] - expected as f32).abs() < 1e-6, "{weights:?}");
    }
    assert_eq!(
        (optimizer.iterations(), optimizer.learning_rate()),
        (3, 0.1)
    );
    optimizer.set_iterations(1);
    assert_eq!(optimizer.learning_rate(), 0.4);
    optimizer.set_learning_rate(0.25);
    optimizer.begin_step();
    optimizer.update(&mut weights, &mut [], &[-1.0]);
    assert!((weights[0] + 1.15).abs() < 1e-6, "{weights:?}");
}

#[test]
fn a_gradient_of_zero_moves_nothing_and_makes_no_nan() {
    // Only a decay moves weights without a gradient.
    for mut optimizer in all().into_iter().filter(|own| own.name() != "adamw") {
        let mut weights = [1.0, -2.0];
        let mut slots = new_slots(&*optimizer, 2);
        for _ in 0..3 {
            optimizer.begin_step();
            update(&*optimizer, &mut weights, &mut slots, &[0.0, 0.0]);
        }
        assert_eq!(weights, [1.0, -2.0], "{optimizer:?}");
    }
}

#[test]
fn second_moments_end_at_zero_instead_of_denormal_numbers() {
    let mut optimizer = RMSprop::new(0.001);
    let (mut weights, mut slots) = ([1.0], vec![vec![1.0]]);
    for _ in 0..1000 {
        optimizer.begin_step();
        update(&optimizer, &mut weights, &mut slots, &[0.0]);
    }
    assert_eq!(slots[0][0], 0.0);
}

#[test]
fn clipping_limits_each_tensor_or_all_or_each_element() {
    let clipped = |clip: Clip| {
        let (mut a, mut b) = ([3.0, 4.0], [0.0, 12.0]);
        clip.apply(&mut [&mut a, &mut b]);
        [a[0], a[1], b[0], b[1]]
    };
    let close = |a: [f32; 4], b: [f32; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
    assert_eq!(clipped(Clip::None), [3.0, 4.0, 0.0, 12.0]);
    // Lengths 5 and 12; together 13.
    assert!(close(clipped(Clip::Norm(6.0)), [3.0, 4.0, 0.0, 6.0]));
    assert!(close(clipped(Clip::GlobalNorm(6.5)), [1.5, 2.0, 0.0, 6.0]));
    assert_eq!(clipped(Clip::GlobalNorm(100.0)), [3.0, 4.0, 0.0, 12.0]);
    assert_eq!(clipped(Clip::Value(3.5)), [3.0, 3.5, 0.0, 3.5]);
    assert_eq!(clipped(Clip::Norm(0.0)), [3.0, 4.0, 0.0, 12.0]);
}

#[test]
fn clipping_leaves_zero_alone_and_does_not_hide_nan() {
    for clip in [Clip::Norm(1.0), Clip::GlobalNorm(1.0), Clip::Value(1.0)] {
        let mut zero = [0.0, 0.0];
        clip.apply(&mut [&mut zero]);
        assert_eq!(zero, [0.0, 0.0], "{clip:?}");
        let mut broken = [f32::NAN, 1.0];
        clip.apply(&mut [&mut broken]);
        assert!(broken[0].is_nan(), "{clip:?}");
    }
}

#[test]
fn settings_that_cannot_train_are_found() {
    for optimizer in all() {
        assert!(optimizer.check().is_ok(), "{optimizer:?}");
    }
    for (optimizer, message) in [
        (
            Box::new(SGD::new(-0.1)) as Box<dyn Optimizer>,
            "sgd expects a learning rate of 0 or more, received -0.1\nhint: 0.001 is usual",
        ),
        (
            Box::new(RMSprop::new(0.1).rho(1.5)),
            "rmsprop expects a rho from 0 to 1, received 1.5",
        ),
        (
            Box::new(Adam::new(0.1).beta_2(-1.0)),
            "adam expects a beta_2 from 0 to 1, received -1",
        ),
    ] {
        assert_eq!(optimizer.check().unwrap_err().to_string(), message);
    }
    assert!(Adagrad::new(f32::NAN).check().is_err());
}
