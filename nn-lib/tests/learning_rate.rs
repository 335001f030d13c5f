//! The search for a learning rate: it finds the rate that is known to be right, says mistakes, and leaves the model as it was.

use nn_lib::prelude::*;
use says::says;

mod says;

/// One feature whose square has the mean 1: plain gradient descent on the squared error diverges from a rate of 1 on.
fn model() -> (Sequential, Tensor, Tensor) {
    let x = (0..256)
        .map(|nth| [if nth % 2 == 0 { 1.0 } else { -1.0 }])
        .collect::<Tensor>();
    let y = &x * 3.0;
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
fn the_loss_falls_and_rises_where_it_must() {
    let (mut model, x, y) = model();
    let options = LearningRateFinder {
        from: 1e-4,
        to: 100.0,
        steps: 120,
        ..Default::default()
    };
    let found = model.find_learning_rate(&x, &y, options).unwrap();
    let (rates, losses) = (found.rates(), found.losses());
    assert!(rates.windows(2).all(|two| two[0] < two[1]));
    assert_eq!((rates[0], rates.len()), (1e-4, losses.len()));
    // Each rate is the same multiple of the one before: 10^(6/119).
    assert!(
        rates
            .windows(2)
            .all(|two| (two[1] / two[0] - 1.123_13).abs() < 1e-4)
    );
    assert_eq!(losses[0], 9.0);
    // The first step moves the weight by 2 · rate · 3, and the loss of the second batch is (3 - 6 · rate)².
    assert!(
        (losses[1] - (3.0 - 6.0e-4_f32).powi(2)).abs() < 1e-4,
        "{}",
        losses[1]
    );
    assert!(rates.len() < 120, "it ends when the loss goes out of hand");
    let last = *rates.last().unwrap();
    assert!(last > 1.0 && last < 10.0, "{last}");
    assert!(
        (0.01..1.0).contains(&found.suggestion()),
        "{}",
        found.suggestion()
    );
    assert_eq!(found.smoothed()[0], 9.0);
    let second = (0.9 * 0.9 + 0.1 * f64::from(losses[1])) / (1.0 - 0.81);
    assert!((f64::from(found.smoothed()[1]) - second).abs() < 1e-5);
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
