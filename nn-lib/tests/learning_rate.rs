//! The search for a learning rate: it finds the rate that is known to be right, says mistakes, and leaves the model as it was.

use nn_lib::prelude::*;
use says::says;

mod says;

/// One feature whose square has the mean 1, and targets that are not exact: plain gradient descent on the squared error goes out of
/// hand from a rate of 1 on.
fn model() -> (Sequential, Tensor, Tensor) {
    let sign = |nth: usize| if nth.is_multiple_of(2) { 1.0 } else { -1.0 };
    let x = (0..256).map(|nth| [sign(nth)]).collect::<Tensor>();
    let y = (0..256)
        .map(|nth| [3.0 * sign(nth) + 0.5 * sign(nth / 2)])
        .collect::<Tensor>();
    let mut model = Sequential::with_seed(1);
    model.add(
        Dense::new(1)
            .use_bias(false)
            .kernel_initializer("zeros")
            .input_shape(1),
    );
    model.compile(SGD::new(0.01), "mse", ()).unwrap();
    (model, x, y)
}

#[test]
fn each_rate_is_the_same_multiple_of_the_one_before_and_has_the_loss_of_its_batch() {
    let (mut model, x, y) = model();
    let options = LearningRateFinder {
        from: 1e-4,
        to: 0.1,
        steps: 4,
        batch_size: 256,
        ..Default::default()
    };
    let found = model.find_learning_rate(&x, &y, options).unwrap();
    for (rate, expected) in found.rates().iter().zip([1e-4, 1e-3, 1e-2, 1e-1]) {
        assert!((rate / expected - 1.0).abs() < 1e-6, "{rate}");
    }
    // The weight is 0 at first, and a step moves the error 3 - w to (1 - 2 rate) of it; the targets are off by 1/2.
    let mut error = 3.0;
    let mut mean = 0.0;
    for (step, (loss, rate)) in found.losses().iter().zip(found.rates()).enumerate() {
        let expected = error * error + 0.25;
        assert!((loss - expected).abs() < 1e-4, "{loss} and {expected}");
        error *= 1.0 - 2.0 * rate;
        mean = 0.9 * mean + 0.1 * expected;
        let smoothed = mean / (1.0 - 0.9_f32.powi(step as i32 + 1));
        assert!((found.smoothed()[step] - smoothed).abs() < 1e-4);
    }
}

#[test]
fn the_loss_falls_and_rises_where_it_must() {
    let (mut model, x, y) = model();
    let options = LearningRateFinder {
        from: 1e-4,
        to: 100.0,
        steps: 120,
        ..Default::default()
    };
    let found = model.find_learning_rate(&x, &y, options).unwrap();
    let (rates, suggestion) = (found.rates(), found.suggestion());
    assert!(rates.windows(2).all(|two| two[0] < two[1]));
    assert!(rates.len() < 120, "it ends when the loss goes out of hand");
    let last = rates.last().unwrap();
    assert!((1.0..20.0).contains(last), "{last}");
    assert!((0.005..1.0).contains(&suggestion), "{suggestion}");
}

#[test]
fn the_model_its_optimizer_and_the_training_after_it_stay_as_they_were() {
    let train = |search: bool| {
        let (mut model, x, y) = model();
        model.compile(Adam::new(0.01), "mse", ()).unwrap();
        let fit = || Fit {
            epochs: 2,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        model.fit(&x, &y, fit()).unwrap();
        if search {
            let first = model
                .find_learning_rate(&x, &y, LearningRateFinder::default())
                .unwrap();
            assert_eq!(
                first,
                model
                    .find_learning_rate(&x, &y, LearningRateFinder::default())
                    .unwrap()
            );
            assert_eq!(model.learning_rate().unwrap(), 0.01);
        }
        let history = model.fit(&x, &y, fit()).unwrap();
        (history["loss"].to_vec(), model.get_weights())
    };
    assert_eq!(train(true), train(false));
}

#[test]
fn multi_hot_rows_and_several_inputs_are_searched_too() {
    let texts: Vec<Vec<u32>> = (0..64).map(|text| vec![text % 7, 7 + text % 5]).collect();
    let x = vectorize_sequences(&texts, 12).unwrap();
    let y = Tensor::from((0..64).map(|text| (text % 2) as f32).collect::<Vec<_>>());
    let (a, b) = (Input::new(12), Input::new(12));
    let both = Concatenate::new().apply([&a, &b]).unwrap();
    let answer = Dense::new(1).activation("sigmoid").apply(&both).unwrap();
    let mut model = Model::new([&a, &b], [&answer]).unwrap();
    model.compile("rmsprop", "binary_crossentropy", ()).unwrap();
    let options = LearningRateFinder {
        steps: 30,
        batch_size: 16,
        ..Default::default()
    };
    let found = model.find_learning_rate([&x, &x], &y, options).unwrap();
    assert_eq!(found.rates().len(), 30);
}

#[test]
fn the_chart_has_an_axis_of_powers_of_ten() {
    let (mut model, x, y) = model();
    let found = model
        .find_learning_rate(&x, &y, LearningRateFinder::default())
        .unwrap();
    let svg = found.figure().svg().unwrap();
    for part in [
        "Learning rate",
        "smoothed",
        "steepest fall",
        "Loss at each learning rate",
    ] {
        assert!(svg.contains(part), "{part}");
    }
}

#[test]
fn mistakes_say_what_is_expected() {
    let (mut model, x, y) = model();
    let mut find = |options| model.find_learning_rate(&x, &y, options);
    says(
        find(LearningRateFinder {
            from: 0.0,
            ..Default::default()
        }),
        &["above 0", "from 0 to 1"],
    );
    says(
        find(LearningRateFinder {
            from: 2.0,
            ..Default::default()
        }),
        &["to a larger one", "from 2 to 1"],
    );
    says(
        find(LearningRateFinder {
            steps: 1,
            ..Default::default()
        }),
        &["2 steps", "1"],
    );
    says(
        find(LearningRateFinder {
            batch_size: 0,
            ..Default::default()
        }),
        &["batch_size", "0"],
    );
    let nothing = Tensor::full([256, 1], f32::NAN);
    says(
        model.find_learning_rate(&nothing, &y, LearningRateFinder::default()),
        &[],
    );
    let mut raw = Sequential::new();
    raw.add(Dense::new(1).input_shape(1));
    says(
        raw.find_learning_rate(&x, &y, LearningRateFinder::default()),
        &["compile"],
    );
}
