use super::*;
use ndarray::{Array2, array};

fn losses_and_samples() -> Vec<(Loss, Array2<f32>, Array2<f32>)> {
    let numbers = array![[0.3_f32, -1.2], [2.0, 0.1], [0.0, 0.7]];
    let predicted = array![[0.1_f32, 0.9], [1.7, -0.4], [-2.0, 0.2]];
    let yes_or_no = array![[1.0_f32, 0.0], [0.0, 0.0], [1.0, 0.25]];
    let probabilities = array![[0.8_f32, 0.3], [0.1, 0.6], [0.55, 0.4]];
    let one_hot = array![[0.0_f32, 1.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.5, 0.3]];
    let classes = array![[1.0_f32], [0.0], [2.0]];
    // Rows that do not sum to one: they are divided by their sum.
    let rows = array![[0.2_f32, 0.5, 0.3], [0.7, 0.2, 0.2], [0.3, 0.3, 0.6]];
    let logits = array![[0.2_f32, -1.5, 2.3], [4.0, 0.2, 0.2], [-0.3, 0.3, -3.0]];
    let cube = |t: &[f32], p: &[f32]| t.iter().zip(p).map(|(t, p)| (p - t).abs().powi(3)).sum();
    vec![
        (Loss::BinaryCrossentropy, yes_or_no.clone(), probabilities),
        (
            Loss::BinaryCrossentropy.from_logits(true),
            yes_or_no,
            predicted.clone(),
        ),
        (Loss::CategoricalCrossentropy, one_hot.clone(), rows.clone()),
        (
            Loss::CategoricalCrossentropy.from_logits(true),
            one_hot,
            logits.clone(),
        ),
        (Loss::SparseCategoricalCrossentropy, classes.clone(), rows),
        (
            Loss::SparseCategoricalCrossentropy.from_logits(true),
            classes,
            logits,
        ),
        (Loss::MeanSquaredError, numbers.clone(), predicted.clone()),
        (Loss::MeanAbsoluteError, numbers.clone(), predicted.clone()),
        (Loss::Huber.delta(1.0), numbers.clone(), predicted.clone()),
        (Loss::custom("cube", cube), numbers, predicted),
    ]
}

fn gradient(loss: &Loss, t: &Array2<f32>, p: &Array2<f32>, factor: &[f32]) -> Array2<f32> {
    let mut out = Array2::from_elem(p.dim(), f32::NAN);
    loss.gradient(t.view(), p.view(), factor, out.view_mut());
    out
}

#[test]
fn every_loss_passes_a_finite_difference_check() {
    let factor = [0.5, 2.0, 1.0];
    for (loss, t, p) in losses_and_samples() {
        let received = gradient(&loss, &t, &p, &factor);
        for index in ndarray::indices(p.dim()) {
            let total = |shift: f32| {
                let mut moved = p.clone();
                moved[index] += shift;
                let mut values = [0.0; 3];
                loss.per_sample(t.view(), moved.view(), &mut values);
                let weighted = values.iter().zip(factor);
                weighted.map(|(&v, f)| f64::from(v * f)).sum::<f64>()
            };
            let step = 5e-3_f32;
            let expected = (total(step) - total(-step)) / (2.0 * f64::from(step));
            let received = f64::from(received[index]);
            assert!(
                (received - expected).abs() < 2e-3 * (1.0 + expected.abs()),
                "{} at {index:?}: {received} against {expected}",
                loss.name()
            );
        }
    }
}

#[test]
fn the_fused_gradient_is_the_chain_rule_through_the_last_activation() {
    let logits = array![[0.3_f32, -1.2, 0.5], [2.0, 0.1, -0.4]];
    let factor = [0.25, 3.0];
    for (loss, last, t) in [
        (
            Loss::BinaryCrossentropy,
            Activation::Sigmoid,
            array![[1.0_f32, 0.0, 0.5], [0.0, 1.0, 1.0]],
        ),
        (
            Loss::CategoricalCrossentropy,
            Activation::Softmax,
            array![[0.0_f32, 1.0, 0.0], [0.3, 0.6, 0.1]],
        ),
        (
            Loss::SparseCategoricalCrossentropy,
            Activation::Softmax,
            array![[2.0_f32], [0.0]],
        ),
    ] {
        let mut p = logits.clone();
        last.forward(p.view_mut());
        let mut expected = gradient(&loss, &t, &p, &factor);
        last.backward(logits.view(), p.view(), expected.view_mut());
        let mut fused = Array2::zeros(p.dim());
        assert!(loss.fused_gradient(last, t.view(), p.view(), &factor, fused.view_mut()));
        for (f, e) in fused.iter().zip(&expected) {
            assert!(
                (f - e).abs() < 1e-6,
                "{}: {fused} against {expected}",
                loss.name()
            );
        }
        let from_logits = gradient(&loss.clone().from_logits(true), &t, &logits, &factor);
        for (f, e) in fused.iter().zip(&from_logits) {
            assert!(
                (f - e).abs() < 1e-6,
                "{}: {fused} against {from_logits}",
                loss.name()
            );
        }
    }
}

#[test]
fn a_fused_gradient_is_refused_where_there_is_none() {
    let (t, p) = (array![[1.0_f32]], array![[0.5_f32]]);
    for (loss, last) in [
        (Loss::MeanSquaredError, Activation::Sigmoid),
        (Loss::BinaryCrossentropy, Activation::Softmax),
        (
            Loss::BinaryCrossentropy.from_logits(true),
            Activation::Linear,
        ),
    ] {
        let mut out = array![[7.0_f32]];
        assert!(!loss.fused_gradient(last, t.view(), p.view(), &[1.0], out.view_mut()));
        assert_eq!(out, array![[7.0]]);
    }
}

#[test]
fn the_layout_of_the_arrays_does_not_matter() {
    for (loss, t, p) in losses_and_samples() {
        let turned = |a: &Array2<f32>| a.t().as_standard_layout().into_owned().reversed_axes();
        let factor = [1.0, 0.5, 0.25];
        let mut out = Array2::zeros((p.ncols(), p.nrows())).reversed_axes();
        loss.gradient(
            turned(&t).view(),
            turned(&p).view(),
            &factor,
            out.view_mut(),
        );
        assert_eq!(out, gradient(&loss, &t, &p, &factor), "{}", loss.name());
        let mean = loss.mean(t.view(), p.view());
        assert_eq!(loss.mean(turned(&t).view(), turned(&p).view()), mean);
    }
}

#[test]
fn certain_and_wrong_predictions_cost_sixteen_not_infinity() {
    // -ln(1e-7) = 16.118
    let value = Loss::BinaryCrossentropy.mean(array![[1.0]].view(), array![[0.0]].view());
    assert!((value - 16.118_096).abs() < 1e-4, "{value}");
    let row = array![[0.0, 1.0, 0.0]];
    let value = Loss::SparseCategoricalCrossentropy.mean(array![[0.0]].view(), row.view());
    assert!((value - 16.118_096).abs() < 1e-4, "{value}");
    assert_eq!(
        Loss::CategoricalCrossentropy.mean(row.view(), row.view()),
        1.192_093e-7
    );
}

#[test]
fn large_logits_stay_finite() {
    for z in [-1e4_f32, -100.0, 100.0, 1e4] {
        let (t, z) = (array![[1.0_f32, 0.0]], array![[z, 0.0]]);
        for loss in [
            Loss::BinaryCrossentropy.from_logits(true),
            Loss::CategoricalCrossentropy.from_logits(true),
        ] {
            assert!(loss.mean(t.view(), z.view()).is_finite());
            assert!(
                gradient(&loss, &t, &z, &[1.0])
                    .iter()
                    .all(|g| g.is_finite())
            );
        }
    }
}

#[test]
fn not_a_number_in_a_prediction_shows_in_the_loss() {
    for (loss, t, mut p) in losses_and_samples() {
        p.fill(f32::NAN);
        assert!(loss.mean(t.view(), p.view()).is_nan(), "{}", loss.name());
    }
}

#[test]
fn no_samples_have_no_loss() {
    let nothing = Array2::<f32>::zeros((0, 2));
    assert_eq!(
        Loss::MeanSquaredError.mean(nothing.view(), nothing.view()),
        0.0
    );
}

#[test]
fn a_custom_gradient_replaces_the_tried_one() {
    let tried = Loss::custom("square", |t, p| (p[0] - t[0]).powi(2));
    let given = Loss::custom_with_gradient(
        "square",
        |t, p| (p[0] - t[0]).powi(2),
        |t, p| vec![2.0 * (p[0] - t[0])],
    );
    let (t, p) = (array![[1.0_f32]], array![[4.0_f32]]);
    assert_eq!(gradient(&given, &t, &p, &[0.5]), array![[3.0]]);
    assert!((gradient(&tried, &t, &p, &[0.5])[[0, 0]] - 3.0).abs() < 1e-3);
    assert_ne!(tried, given);
    assert_eq!(given, given.clone());
}

#[test]
fn a_custom_gradient_keeps_away_from_where_the_function_ends() {
    // d/dp -ln p = -1/p, and ln is not defined below 0.
    let log = Loss::custom("log", |_, p| -p[0].ln());
    for p in [0.9_f32, 0.1, 0.004] {
        let slope = gradient(&log, &array![[1.0]], &array![[p]], &[1.0])[[0, 0]];
        assert!((slope * p + 1.0).abs() < 0.02, "at {p}: {slope}");
    }
}

#[test]
fn every_name_leads_back_to_its_loss() {
    for (loss, ..) in losses_and_samples() {
        match loss.is_custom() {
            true => assert!(Loss::from_config(&loss.config()).is_err()),
            false => assert_eq!(Loss::from_config(&loss.config()).unwrap(), loss),
        }
    }
    let delta = Loss::Huber.delta(0.7);
    assert_eq!(Loss::from_config(&delta.config()).unwrap(), delta);
    let message = Loss::from_name("crossentropy").unwrap_err().to_string();
    assert!(
        message.contains("received crossentropy") && message.contains("hint"),
        "{message}"
    );
}

/// The message of the mistake, or `ok`.
fn check(loss: Loss, labels: &Array2<f32>, units: usize, last: Activation) -> String {
    match loss.check(&[labels.ncols()], &[units], labels.view(), Some(last)) {
        Ok(()) => "ok".into(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_fits_together_passes_the_check() {
    use Activation::{Linear, Sigmoid, Softmax};
    let (zero_one, one_hot) = (array![[1.0], [0.0]], array![[0.0, 1.0], [1.0, 0.0]]);
    let (classes, numbers) = (array![[0.0], [45.0]], array![[-3.5], [50.0]]);
    assert_eq!(check(Loss::BinaryCrossentropy, &zero_one, 1, Sigmoid), "ok");
    assert_eq!(
        check(
            Loss::BinaryCrossentropy.from_logits(true),
            &zero_one,
            1,
            Linear
        ),
        "ok"
    );
    assert_eq!(
        check(Loss::CategoricalCrossentropy, &one_hot, 2, Softmax),
        "ok"
    );
    assert_eq!(
        check(Loss::SparseCategoricalCrossentropy, &classes, 46, Softmax),
        "ok"
    );
    assert_eq!(check(Loss::MeanSquaredError, &numbers, 1, Linear), "ok");
    assert!(
        Loss::MeanSquaredError
            .check(&[], &[1], numbers.view(), Some(Linear))
            .is_ok()
    );
}

#[test]
fn a_missing_sigmoid_or_softmax_is_found() {
    use Activation::{Linear, Relu, Sigmoid, Softmax};
    assert_eq!(
        check(Loss::BinaryCrossentropy, &array![[1.0]], 1, Linear),
        "binary_crossentropy expects probabilities, from a last layer with sigmoid, received linear\n\
         hint: end the model with .activation(Activation::Sigmoid), or use Loss::BinaryCrossentropy.from_logits(true)"
    );
    assert!(
        check(Loss::SparseCategoricalCrossentropy, &array![[1.0]], 3, Relu).contains("softmax")
    );
    assert!(check(Loss::BinaryCrossentropy, &array![[1.0]], 1, Softmax).contains("always 1"));
    assert!(check(Loss::MeanSquaredError, &array![[1.0]], 1, Softmax).contains("2 or more units"));
    let logits = Loss::BinaryCrossentropy.from_logits(true);
    assert!(check(logits, &array![[1.0]], 1, Sigmoid).contains("expects logits"));
}

#[test]
fn class_numbers_and_one_hot_rows_are_not_mixed_up() {
    use Activation::{Linear, Sigmoid, Softmax};
    let (classes, one_hot) = (array![[1.0], [2.0]], array![[0.0, 1.0, 0.0]]);
    assert_eq!(
        check(Loss::CategoricalCrossentropy, &classes, 3, Softmax),
        "categorical_crossentropy expects 3 labels per sample, one for each unit, received 1\n\
         hint: class numbers go with Loss::SparseCategoricalCrossentropy, or make them one-hot with to_categorical"
    );
    assert!(
        check(Loss::SparseCategoricalCrossentropy, &one_hot, 3, Softmax)
            .contains("hint: one-hot rows go with Loss::CategoricalCrossentropy")
    );
    assert!(check(Loss::BinaryCrossentropy, &one_hot, 1, Sigmoid).contains("received 3"));
    assert!(check(Loss::MeanSquaredError, &classes, 3, Linear).contains("received 1"));
    assert!(check(Loss::CategoricalCrossentropy, &array![[1.0]], 1, Sigmoid).contains("2 or more"));
}

#[test]
fn labels_out_of_range_are_named_with_their_row() {
    use Activation::{Linear, Sigmoid, Softmax};
    assert_eq!(
        check(
            Loss::SparseCategoricalCrossentropy,
            &array![[0.0], [46.0]],
            46,
            Softmax
        ),
        "sparse_categorical_crossentropy expects whole class numbers from 0 to 45, received 46 in row 1\n\
         hint: classes count from 0: the last layer needs 47 units or more"
    );
    for (label, shown) in [(-1.0, "-1"), (0.5, "0.5"), (f32::NAN, "NaN")] {
        let message = check(
            Loss::SparseCategoricalCrossentropy,
            &array![[label]],
            3,
            Softmax,
        );
        assert!(
            message.contains(&format!("received {shown} in row 0")),
            "{message}"
        );
    }
    let message = check(
        Loss::BinaryCrossentropy,
        &array![[1.0], [0.0], [2.0]],
        1,
        Sigmoid,
    );
    assert!(
        message.contains("labels from 0 to 1, received 2 in row 2"),
        "{message}"
    );
    let message = check(Loss::MeanSquaredError, &array![[f32::NAN]], 1, Linear);
    assert!(message.contains("received NaN in row 0"), "{message}");
}

#[test]
fn a_custom_gradient_of_the_wrong_length_is_found() {
    let loss = Loss::custom_with_gradient("odd", |_, _| 0.0, |_, _| vec![0.0]);
    let message = check(loss, &array![[1.0, 2.0]], 2, Activation::Linear);
    assert_eq!(
        message,
        "odd expects a gradient of 2 values, one for each prediction, received 1"
    );
}
