use super::*;
use ndarray::{Array2, array};

fn all() -> Vec<Metric> {
    vec![
        Metric::Accuracy,
        Metric::BinaryAccuracy,
        Metric::BinaryAccuracy.threshold(0.3),
        Metric::CategoricalAccuracy,
        Metric::SparseCategoricalAccuracy,
        Metric::TopKCategoricalAccuracy.k(2),
        Metric::SparseTopKCategoricalAccuracy.k(2),
        Metric::Precision,
        Metric::Precision.threshold(0.3),
        Metric::Recall,
        Metric::Recall.threshold(0.3),
        Metric::Auc,
        Metric::MeanSquaredError,
        Metric::RootMeanSquaredError,
        Metric::MeanAbsoluteError,
        Metric::loss(Loss::Huber.delta(0.5)),
        Metric::custom("sum", |t, p| t.iter().sum::<f32>() + p.iter().sum::<f32>()),
    ]
}

fn value(metric: &Metric, t: &Array2<f32>, p: &Array2<f32>, weight: Option<&[f32]>) -> f32 {
    let mut state = metric.accumulator();
    state.update(t.view(), p.view(), weight);
    state.result()
}

/// Labels and predictions that suit the metric.
fn sample(metric: &Metric) -> (Array2<f32>, Array2<f32>) {
    let rows = array![
        [0.2, 0.5, 0.3],
        [0.4, 0.35, 0.25],
        [0.1, 0.2, 0.7],
        [0.5, 0.1, 0.4]
    ];
    match metric.kind {
        Kind::CategoricalAccuracy | Kind::TopKCategoricalAccuracy { .. } => {
            let one_hot = array![[0., 1., 0.], [0., 1., 0.], [1., 0., 0.], [1., 0., 0.]];
            (one_hot, rows)
        }
        Kind::SparseCategoricalAccuracy | Kind::SparseTopKCategoricalAccuracy { .. } => {
            (array![[1.0], [1.0], [0.0], [0.0]], rows)
        }
        _ => (
            array![[1.0], [0.0], [1.0], [0.0]],
            array![[0.9], [0.6], [0.35], [0.1]],
        ),
    }
}

#[test]
fn batches_give_what_the_whole_gives() {
    for metric in all() {
        let (t, p) = sample(&metric);
        let weight = [1.0, 0.5, 2.0, 0.25];
        let mut state = metric.accumulator();
        for rows in [0..1, 1..3, 3..4] {
            let slice = ndarray::s![rows.clone(), ..];
            state.update(t.slice(slice), p.slice(slice), Some(&weight[rows]));
        }
        assert_eq!(
            state.result(),
            value(&metric, &t, &p, Some(&weight)),
            "{metric:?}"
        );
        state.reset();
        assert_eq!(state.result(), 0.0, "{metric:?} after a reset");
    }
}

#[test]
fn a_sample_of_weight_two_counts_like_two_samples() {
    for metric in all() {
        let (t, p) = sample(&metric);
        let weighted = value(&metric, &t, &p, Some(&[2.0, 1.0, 1.0, 0.0]));
        let pick = |a: &Array2<f32>| a.select(ndarray::Axis(0), &[0, 0, 1, 2]);
        let repeated = value(&metric, &pick(&t), &pick(&p), None);
        assert!(
            (weighted - repeated).abs() < 1e-6,
            "{metric:?}: {weighted} {repeated}"
        );
    }
}

#[test]
fn values_are_those_computed_by_hand() {
    let (t, p) = (
        array![[1.0], [0.0], [1.0], [0.0]],
        array![[0.9], [0.6], [0.35], [0.1]],
    );
    let check = |metric: Metric, expected: f32| {
        let received = value(&metric, &t, &p, None);
        assert!((received - expected).abs() < 1e-6, "{metric:?}: {received}");
    };
    check(Metric::BinaryAccuracy, 0.5);
    check(Metric::BinaryAccuracy.threshold(0.3), 0.75);
    check(Metric::Precision, 0.5); // above 0.5: 0.9 right, 0.6 wrong
    check(Metric::Recall, 0.5);
    check(Metric::Precision.threshold(0.3), 2.0 / 3.0);
    check(Metric::Recall.threshold(0.3), 1.0);
    check(Metric::Auc, 0.75); // of four pairs only (0.35, 0.6) is the wrong way round
    check(Metric::MeanAbsoluteError, (0.1 + 0.6 + 0.65 + 0.1) / 4.0);
    check(
        Metric::RootMeanSquaredError,
        ((0.01 + 0.36 + 0.4225 + 0.01) / 4.0_f32).sqrt(),
    );
}

#[test]
fn a_prediction_on_the_threshold_is_not_above_it() {
    let (t, p) = (array![[1.0], [0.0]], array![[0.5], [0.5]]);
    assert_eq!(value(&Metric::BinaryAccuracy, &t, &p, None), 0.5);
    assert_eq!(value(&Metric::Precision, &t, &p, None), 0.0);
    assert_eq!(value(&Metric::Recall, &t, &p, None), 0.0);
}

#[test]
fn ties_count_as_in_the_top_and_the_first_is_the_largest() {
    let (t, p) = (
        array![[0.0], [1.0], [2.0]],
        array![[0.4, 0.4, 0.2], [0.4, 0.4, 0.2], [0.4, 0.3, 0.3]],
    );
    let top = |k| value(&Metric::SparseTopKCategoricalAccuracy.k(k), &t, &p, None);
    assert!((top(1) - 2.0 / 3.0).abs() < 1e-6);
    assert_eq!(top(2), 1.0);
    let accuracy = value(&Metric::SparseCategoricalAccuracy, &t, &p, None);
    assert!((accuracy - 1.0 / 3.0).abs() < 1e-6);
}

#[test]
fn the_area_is_one_for_a_perfect_order_a_half_for_none_and_zero_for_one_class() {
    let t = array![[0.0], [0.0], [1.0], [1.0]];
    assert_eq!(
        value(&Metric::Auc, &t, &array![[0.1], [0.2], [0.8], [0.9]], None),
        1.0
    );
    assert_eq!(
        value(&Metric::Auc, &t, &array![[0.4], [0.4], [0.4], [0.4]], None),
        0.5
    );
    assert_eq!(
        value(&Metric::Auc, &t, &array![[0.0], [1.0], [0.0], [1.0]], None),
        0.5
    );
    assert_eq!(
        value(&Metric::Auc, &array![[1.0]], &array![[0.3]], None),
        0.0
    );
}

/// Values of Keras 3.15.1: `keras.metrics.AUC()`.
#[test]
fn predictions_between_the_same_thresholds_are_not_told_apart() {
    let auc = |t: [f32; 3], p: [f32; 3]| {
        let column = |values: [f32; 3]| Array2::from_shape_vec((3, 1), values.to_vec()).unwrap();
        value(&Metric::Auc, &column(t), &column(p), None)
    };
    assert_eq!(auc([1.0, 0.0, 0.0], [0.004, 0.0, 0.9]), 0.25);
    assert_eq!(auc([1.0, 0.0, 1.0], [1.0, 0.996, 0.9]), 0.25);
}

#[test]
fn accuracy_is_resolved_from_labels_and_units_as_keras_does() {
    assert_eq!(Metric::Accuracy.resolve(1, 1), Metric::BinaryAccuracy);
    assert_eq!(
        Metric::Accuracy.resolve(1, 46),
        Metric::SparseCategoricalAccuracy
    );
    assert_eq!(
        Metric::Accuracy.resolve(46, 46),
        Metric::CategoricalAccuracy
    );
    assert_eq!(Metric::Precision.resolve(1, 46), Metric::Precision);
}

#[test]
fn labels_that_do_not_fit_are_found() {
    let message =
        |metric: Metric, labels, units| metric.check(labels, units).unwrap_err().to_string();
    assert_eq!(
        message(Metric::CategoricalAccuracy, 1, 46),
        "categorical_accuracy expects 46 labels per sample, for 46 units, received 1\n\
         hint: Metric::Accuracy finds the kind that fits by itself"
    );
    assert!(message(Metric::SparseCategoricalAccuracy, 46, 46).contains("expects 1 label per"));
    assert!(message(Metric::MeanAbsoluteError, 1, 3).contains("received 1"));
    assert!(
        message(Metric::SparseTopKCategoricalAccuracy.k(5), 1, 3).contains("k from 1 to the 3")
    );
    assert!(message(Metric::Precision.threshold(1.5), 1, 1).contains("received 1.5"));
    for (metric, labels, units) in [
        (Metric::Accuracy, 1, 46),
        (Metric::BinaryAccuracy, 1, 1),
        (Metric::SparseCategoricalAccuracy, 1, 46),
        (Metric::TopKCategoricalAccuracy.k(3), 46, 46),
        (Metric::custom("any", |_, _| 0.0), 2, 7),
    ] {
        assert!(metric.check(labels, units).is_ok(), "{metric:?}");
    }
}

#[test]
fn every_name_leads_back_to_its_metric() {
    for metric in all() {
        match metric.is_custom() {
            true => assert!(Metric::from_config(&metric.config()).is_err()),
            false => assert_eq!(Metric::from_config(&metric.config()).unwrap(), metric),
        }
    }
    let loss = Loss::BinaryCrossentropy;
    assert_eq!(
        Metric::from_name("binary_crossentropy").unwrap(),
        Metric::loss(loss)
    );
    let message = Metric::from_name("acuracy").unwrap_err().to_string();
    assert!(message.contains("received acuracy\n"), "{message}");
}
