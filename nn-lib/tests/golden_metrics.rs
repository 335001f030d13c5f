//! Metrics are those of Keras, in one batch and in several, with and without weights.

#[path = "golden/support.rs"]
mod support;

use ndarray::{Axis, s};
use nn_lib::metrics::Metric;
use support::{assert_close, cases, matrix, number};

#[test]
fn golden_metrics_are_those_of_keras() {
    for case in cases("metrics.json") {
        let metric = Metric::from_config(&case).unwrap();
        let (y_true, y_pred) = (matrix(&case["y_true"]), matrix(&case["y_pred"]));
        let weight = case["sample_weight"]
            .is_array()
            .then(|| matrix(&case["sample_weight"]));
        let weight = weight.as_ref().map(|w| w.as_slice().unwrap());
        let rows = y_pred.len_of(Axis(0));
        let what = format!(
            "{} of {:?}, weighted: {}",
            metric.config(),
            y_pred.dim(),
            weight.is_some()
        );
        for batch in [rows, rows / 2, 1] {
            let mut state = metric.accumulator();
            for start in (0..rows).step_by(batch) {
                let part = start..rows.min(start + batch);
                let slice = s![part.clone(), ..];
                state.update(
                    y_true.slice(slice),
                    y_pred.slice(slice),
                    weight.map(|w| &w[part]),
                );
            }
            assert_close([&state.result()], [&number(&case["value"])], 0.0, &what);
        }
    }
}
