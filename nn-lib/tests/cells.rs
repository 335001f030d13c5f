//! The chapter's cells compile and run as they are written in the notebooks: no types to spell out, no lifetimes.

use nn_lib::prelude::*;

/// The stand-in for the reviews: the words 0 to 9 are good, 10 to 19 bad.
fn reviews() -> (Vec<Vec<u32>>, Vec<u32>) {
    let review = |nth: u32| {
        (0..5)
            .map(|word| (nth * 7 + word * 3) % 10 + 10 * (nth % 2))
            .collect()
    };
    (
        (0..80).map(review).collect(),
        (0..80).map(|nth| 1 - nth % 2).collect(),
    )
}

#[test]
fn the_cells_of_section_3_4_run() -> Result<()> {
    let (train_data, train_labels) = reviews();
    let x_train = vectorize_sequences(&train_data, 20)?;
    let y_train = Tensor::from(&train_labels);
    let x_val = x_train.rows(..20);
    let partial_x_train = x_train.rows(20..);
    let y_val = y_train.rows(..20);
    let partial_y_train = y_train.rows(20..);

    let mut model = Sequential::new();
    model.add(Dense::new(16).activation(Activation::Relu).input_shape(20));
    model.add(Dense::new(16).activation(Activation::Relu));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    let _ = model.summary();

    // Listings 3.4 to 3.6: by name, configured, with functions of one's own.
    model.compile("rmsprop", "binary_crossentropy", ["accuracy"])?;
    model.compile(
        RMSprop::new(0.001),
        Loss::BinaryCrossentropy,
        [Metric::BinaryAccuracy],
    )?;
    model.compile(
        RMSprop::new(0.01),
        Loss::BinaryCrossentropy,
        [Metric::Accuracy],
    )?;
    let history = model.fit(
        &partial_x_train,
        &partial_y_train,
        Fit {
            epochs: 20,
            batch_size: 8,
            validation_data: Some((x_val, y_val)),
            verbose: Verbose::Silent,
            ..Fit::default()
        },
    )?;
    assert_eq!(
        history.keys(),
        ["accuracy", "loss", "val_accuracy", "val_loss"]
    );
    let epochs = history.epochs();
    let figure = Figure::new("Training and validation loss")
        .points(&epochs, &history["loss"], "Training loss")
        .line(&epochs, &history["val_loss"], "Validation loss")
        .x_label("Epochs")
        .y_label("Loss");
    assert!(figure.svg()?.contains("Validation loss"));

    let results = model.evaluate(&x_train, &y_train)?;
    assert!(results[1] > 0.95, "{results}");
    let p = model.predict(&x_train)?;
    assert_eq!(p.shape(), [80, 1]);
    assert!(p[[0, 0]] > 0.5 && p[[1, 0]] < 0.5);
    Ok(())
}

#[test]
fn the_cells_of_the_functional_api_run() -> Result<()> {
    let a = Input::new(20);
    let b = Input::new(20);
    let hidden = Dense::new(6).activation(Activation::Relu);
    let left = hidden.apply(&a)?;
    let right = hidden.apply(&b)?;
    let both = Concatenate::new().apply([&left, &right])?;
    let other = Dense::new(1).activation(Activation::Sigmoid).apply(&both)?;
    let mut model = Model::new([&a, &b], [&left, &other])?;
    model.compile(
        Adam::new(0.01),
        [
            (Loss::MeanSquaredError, 0.1),
            (Loss::BinaryCrossentropy, 1.0),
        ],
        (),
    )?;
    let (data, labels) = reviews();
    let x = vectorize_sequences(&data, 20)?;
    let y = Tensor::from(labels);
    let codes = Tensor::zeros([80, 6]);
    let history = model.fit(
        [&x, &x],
        [&codes, &y],
        Fit {
            epochs: 2,
            verbose: Verbose::Silent,
            ..Fit::default()
        },
    )?;
    assert_eq!(history.keys(), ["dense_1_loss", "dense_loss", "loss"]);
    assert_eq!(model.predict_all([&x, &x])?.len(), 2);
    Ok(())
}
