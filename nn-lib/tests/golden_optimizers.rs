//! Optimizers take the steps of Keras, and learning rate schedules have its values.

#[path = "golden/support.rs"]
mod support;

use nn_lib::optimizers;
use nn_lib::optimizers::schedules::LearningRate;
use support::{assert_close, cases, largest, matrix, number};

#[test]
fn golden_optimizers_take_the_steps_of_keras() {
    for case in cases("optimizers.json") {
        let mut config = case["config"].clone();
        config["name"] = case["name"].clone();
        let mut optimizer = optimizers::from_config(&config).unwrap();
        let mut weights = matrix(&case["initial"]);
        let weights = weights.as_slice_mut().unwrap();
        let mut slots: Vec<Vec<f32>> = (0..optimizer.slots())
            .map(|slot| vec![optimizer.initial_slot_value(slot); weights.len()])
            .collect();
        let steps = case["grads"].as_array().unwrap().iter();
        for (step, (gradient, after)) in steps
            .zip(case["after_each_step"].as_array().unwrap())
            .enumerate()
        {
            let mut gradient = matrix(gradient);
            let gradient = gradient.as_slice_mut().unwrap();
            optimizer.begin_step();
            optimizer.clip().apply(&mut [&mut *gradient]);
            // In two pieces: an update may be split anywhere.
            let cut = weights.len() / 3;
            for part in [0..cut, cut..weights.len()] {
                let mut pieces: Vec<&mut [f32]> = slots
                    .iter_mut()
                    .map(|slot| &mut slot[part.clone()])
                    .collect();
                optimizer.update(&mut weights[part.clone()], &mut pieces, &gradient[part]);
            }
            let what = format!("{config}, step {step}");
            let expected = matrix(after);
            assert_close(weights.iter(), &expected, largest(&expected), &what);
        }
    }
}

#[test]
fn golden_schedules_have_the_values_of_keras() {
    for case in cases("schedules.json") {
        let schedule = LearningRate::from_config(&case["config"]).unwrap();
        let steps = case["steps"].as_array().unwrap().iter();
        for (step, value) in steps.zip(case["values"].as_array().unwrap()) {
            let step = step.as_u64().unwrap();
            let what = format!("{:?} at {step}", case["config"]);
            assert_close([&schedule.at(step)], [&number(value)], 0.0, &what);
        }
    }
}
