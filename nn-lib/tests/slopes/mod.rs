//! Finite differences: the gradients of all weights against the slopes of the loss.

use nn_lib::prelude::*;

/// Steps to both sides of a weight. The smaller ones are for a weight with an edge nearby, such as that of relu.
const STEPS: [f32; 3] = [1e-2, 1e-3, 2e-4];

/// The loss of a training step that starts from these weights; the model itself stays as it is.
fn loss(model: &Model, weights: &[Tensor], x: &[Tensor], y: &[Tensor]) -> f32 {
    let mut copy = model.clone();
    copy.set_weights(weights).unwrap();
    copy.train_on_batch(x, y).unwrap().loss()
}

/// Compares the gradients of all weights with the slopes of the loss.
#[track_caller]
pub fn check_gradients(model: &mut Model, losses: Vec<Loss>, x: &[Tensor], y: &[Tensor]) {
    model.compile(SGD::new(1.0), losses, ()).unwrap();
    let before = model.get_weights();
    let mut stepped = model.clone();
    stepped.train_on_batch(x, y).unwrap();
    let after = stepped.get_weights();
    let mut compared = 0;
    for nth in 0..before.len() {
        for place in 0..before[nth].to_vec().len() {
            let moved = |by: f32| {
                let mut weights = before.clone();
                let mut values = weights[nth].to_vec();
                values[place] += by;
                weights[nth] = Tensor::new(weights[nth].shape(), values).unwrap();
                loss(model, &weights, x, y)
            };
            let gradient = before[nth].to_vec()[place] - after[nth].to_vec()[place];
            let slopes = STEPS.map(|step| (moved(step) - moved(-step)) / (2.0 * step));
            let near = |slope: f32| (slope - gradient).abs() < 2e-3 * slope.abs().max(0.2);
            assert!(
                slopes.into_iter().any(near),
                "weight {nth}, place {place}: slopes {slopes:?}, gradient {gradient}"
            );
            let [slope, ..] = slopes;
            compared += usize::from(slope.abs() > 1e-4);
        }
    }
    assert!(
        compared > 3,
        "too few weights have any influence on the loss"
    );
}
