//! Every mistake that a student can make gives an error that names the operation, what it expects and what it received.

mod says;

use nn_lib::prelude::*;
use says::says;

fn classifier() -> Sequential {
    let mut model = Sequential::new();
    model.add(Dense::new(4).activation(Activation::Relu).input_shape(3));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model
        .compile("rmsprop", "binary_crossentropy", ["accuracy"])
        .unwrap();
    model
}

fn quiet() -> Fit {
    Fit {
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

fn x(rows: usize) -> Tensor {
    Tensor::ones([rows, 3])
}

fn y(rows: usize) -> Tensor {
    Tensor::zeros(rows)
}

#[test]
fn a_slip_in_the_input_shape_names_both_numbers() {
    let mut model = Sequential::new();
    model.add(Dense::new(16).input_shape(1000));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model
        .compile("rmsprop", "binary_crossentropy", ["accuracy"])
        .unwrap();
    let reviews = vectorize_sequences(&[vec![1, 9999], vec![2]], 10_000).unwrap();
    says(
        model.fit(&reviews, &y(2), quiet()),
        &["Dense expects 1000 features, received 10000", "input_shape"],
    );
    says(
        model.predict(&reviews),
        &["Dense expects 1000 features, received 10000"],
    );
}

#[test]
fn wrong_features_are_reported_everywhere() {
    let mut model = classifier();
    let wrong = Tensor::ones([5, 2]);
    says(
        model.fit(&wrong, &y(5), quiet()),
        &["Dense expects 3 features, received 2"],
    );
    says(
        model.evaluate(&wrong, &y(5)),
        &["Dense expects 3 features, received 2"],
    );
    says(
        model.predict(&wrong),
        &["Dense expects 3 features, received 2"],
    );
    says(
        model.predict(&x(2).row(0).unwrap()),
        &["Dense expects", "x.rows(0..1)"],
    );
    says(
        model.predict([&x(2), &x(2)]),
        &["predict expects 1 input, received 2"],
    );
}

#[test]
fn rows_of_x_and_y_that_differ_are_reported() {
    let mut model = classifier();
    says(model.fit(&x(5), &y(4), quiet()), &["5 rows", "received 4"]);
    says(model.evaluate(&x(5), &y(6)), &["5 rows", "received 6"]);
    let options = Fit {
        validation_data: Some((x(3), y(2))),
        ..quiet()
    };
    says(
        model.fit(&x(5), &y(5), options),
        &["validation", "3 rows", "received 2"],
    );
}

#[test]
fn labels_outside_of_the_units_are_reported() {
    let mut model = Sequential::new();
    model.add(Dense::new(3).activation(Activation::Softmax).input_shape(3));
    model
        .compile("sgd", "sparse_categorical_crossentropy", ["accuracy"])
        .unwrap();
    says(model.fit(&x(2), &Tensor::from([0.0, 3.0]), quiet()), &["3"]);
    says(
        model.fit(&x(2), &Tensor::from([0.0, 0.5]), quiet()),
        &["0.5"],
    );
    model
        .compile("sgd", "categorical_crossentropy", ["accuracy"])
        .unwrap();
    says(
        model.fit(&x(2), &y(2), quiet()),
        &["categorical_crossentropy"],
    );
}

#[test]
fn numbers_that_are_none_are_reported_with_their_row() {
    let mut model = classifier();
    let mut data = x(5);
    data[[3, 1]] = f32::NAN;
    says(
        model.fit(&data, &y(5), quiet()),
        &["finite numbers in x", "NaN in row 3"],
    );
    let mut targets = y(5);
    targets[[2]] = f32::INFINITY;
    says(
        model.fit(&x(5), &targets, quiet()),
        &["finite numbers in y", "inf in row 2"],
    );
}

#[test]
fn training_before_compiling_is_reported() {
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(3));
    says(
        model.fit(&x(2), &y(2), quiet()),
        &["fit expects a compiled model", "model.compile"],
    );
    says(
        model.evaluate(&x(2), &y(2)),
        &["evaluate expects a compiled model"],
    );
    says(model.learning_rate(), &["compiled"]);
}

#[test]
fn empty_data_and_an_empty_model_are_reported() {
    let mut model = classifier();
    says(model.fit(&x(0), &y(0), quiet()), &["at least one row"]);
    says(model.evaluate(&x(0), &y(0)), &["at least one row"]);
    let mut empty = Sequential::new();
    says(empty.fit(&x(2), &y(2), quiet()), &["at least one layer"]);
    says(empty.predict(&x(2)), &["at least one layer"]);
}

#[test]
fn options_that_make_no_sense_are_reported() {
    let mut model = classifier();
    let fit = |model: &mut Sequential, options: Fit| model.fit(&x(5), &y(5), options);
    says(
        fit(
            &mut model,
            Fit {
                batch_size: 0,
                ..quiet()
            },
        ),
        &["batch_size", "received 0"],
    );
    says(
        fit(
            &mut model,
            Fit {
                epochs: 0,
                ..quiet()
            },
        ),
        &["epoch"],
    );
    for share in [1.0, -0.1, f32::NAN] {
        says(
            fit(
                &mut model,
                Fit {
                    validation_split: share,
                    ..quiet()
                },
            ),
            &["validation_split"],
        );
    }
    says(
        fit(
            &mut model,
            Fit {
                validation_split: 0.999,
                ..quiet()
            },
        ),
        &["validation_split"],
    );
    let both = Fit {
        class_weight: [(0, 2.0)].into(),
        sample_weight: Some(Tensor::ones(5)),
        ..quiet()
    };
    says(fit(&mut model, both), &["class_weight or sample_weight"]);
    let short = Fit {
        sample_weight: Some(Tensor::ones(4)),
        ..quiet()
    };
    says(fit(&mut model, short), &["sample_weight", "(5,)", "(4,)"]);
    let negative = Fit {
        sample_weight: Some(Tensor::full(5, -1.0)),
        ..quiet()
    };
    says(fit(&mut model, negative), &["at least 0", "-1"]);
}

#[test]
fn a_loss_that_does_not_fit_the_last_activation_is_reported() {
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(3));
    model
        .compile("rmsprop", "binary_crossentropy", ["accuracy"])
        .unwrap();
    says(
        model.fit(&x(2), &y(2), quiet()),
        &["binary_crossentropy", "sigmoid"],
    );
    let mut model = Sequential::new();
    model.add(Dense::new(1).activation(Activation::Softmax).input_shape(3));
    model
        .compile("rmsprop", "categorical_crossentropy", ["accuracy"])
        .unwrap();
    says(model.fit(&x(2), &y(2), quiet()), &["softmax"]);
}

#[test]
fn unknown_names_are_reported() {
    let mut model = classifier();
    says(model.compile("rmsprob", "mse", ["mae"]), &["rmsprob"]);
    says(model.compile("sgd", "msee", ["mae"]), &["msee"]);
    says(model.compile("sgd", "mse", ["akkuracy"]), &["akkuracy"]);
}

#[test]
fn a_loss_that_becomes_nan_is_said_with_epoch_and_batch() {
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(1));
    model.compile(SGD::new(1e30), "mse", ()).unwrap();
    let data = Tensor::from([[1.0], [2.0], [3.0], [4.0]]);
    let options = Fit {
        batch_size: 2,
        epochs: 5,
        shuffle: false,
        ..quiet()
    };
    says(
        model.fit(&data, &data, options),
        &["loss", "epoch 1, batch", "learning rate"],
    );
}

#[test]
fn a_layer_that_cannot_be_stacked_is_reported_by_compile_and_shown_by_the_summary() {
    let mut model = Sequential::new();
    model.add(Dense::new(4).input_shape(3));
    model.add(Add::new());
    model.add(Dense::new(1));
    assert!(
        model
            .summary()
            .to_string()
            .contains("Add expects two or more inputs, received 1")
    );
    says(
        model.compile("sgd", "mse", ()),
        &["Add expects two or more inputs"],
    );
    let mut model = Sequential::new();
    model.add(Dense::new(0).input_shape(3));
    says(
        model.compile("sgd", "mse", ()),
        &["Dense expects at least 1 unit"],
    );
    let mut model = Sequential::new();
    model.add(Dropout::new(1.5).input_shape(3));
    says(model.compile("sgd", "mse", ()), &["Dropout", "1.5"]);
    let mut model = Sequential::new();
    model.add(Dense::new(usize::MAX).input_shape(3));
    says(model.compile("sgd", "mse", ()), &["Dense expects at most"]);
}

#[test]
fn mistakes_in_a_graph_are_reported() {
    let (a, b) = (Input::new(3), Input::new(4));
    let dense = Dense::new(2);
    let left = dense.apply(&a).unwrap();
    says(dense.apply(&b), &["Dense expects 3 features, received 4"]);
    says(
        Add::new().apply([&a, &b]),
        &["Add expects inputs of one shape", "(None, 3)", "(None, 4)"],
    );
    says(Add::new().apply(&a), &["Add expects two or more inputs"]);
    says(Dense::new(2).apply([&a, &b]), &["Dense expects one input"]);
    says(Model::new([&b], [&left]), &["depends on", "(None, 3)"]);
    says(Model::new([&a, &b], [&left]), &["leads to none"]);
    says(Model::new([&a, &a], [&left]), &["twice"]);
    let other = Dense::new(2).name("same").apply(&a).unwrap();
    let third = Dense::new(2).name("same").apply(&other).unwrap();
    says(Model::new([&a], [&third]), &["different name", "same"]);
    let mut two = Model::new([&a], [&left, &other]).unwrap();
    says(two.predict(&x(2)), &["one output", "predict_all"]);
    says(
        two.compile("sgd", "mse", ()),
        &["a loss for each of the 2 outputs"],
    );
    let none: [&Symbol; 0] = [];
    says(
        Model::new([&a], none),
        &["at least one input and one output"],
    );
}

#[test]
fn weights_that_do_not_fit_are_reported_and_change_nothing() {
    let mut model = classifier();
    let before = model.get_weights();
    says(
        model.set_weights(&[]),
        &["set_weights expects 4 tensors, received 0"],
    );
    let mut weights = before.clone();
    weights[3] = Tensor::zeros(2);
    weights[0] = Tensor::zeros([3, 4]);
    says(model.set_weights(&weights), &["(1,)", "(2,)"]);
    assert_eq!(model.get_weights(), before);
}

#[test]
fn mistakes_with_tensors_are_reported() {
    let (a, b) = (Tensor::ones([2, 3]), Tensor::ones([2, 2]));
    says(&a + &b, &["+ expects", "(2, 3)", "(2, 2)"]);
    says(a.dot(&b), &["dot", "(2, 3)", "(2, 2)"]);
    says(a.reshape([4, 2]), &["6 values", "(4, 2)"]);
    says(a.row(2), &["below 2", "received 2"]);
    says(a.select(&[0, 7]), &["received 7"]);
    says(a.sum_axis(2), &["axis 2"]);
    says(Tensor::new([2, 2], vec![1.0]), &["4 values", "received 1"]);
    says(
        Tensor::concatenate(&[a.clone(), b]),
        &["rows of shape (3,)"],
    );
    says(
        vectorize_sequences(&[vec![1], vec![5, 10]], 10),
        &["below 10", "10 in sequence 1", "num_words"],
    );
    says(to_categorical([0, 3], 3), &["below 3", "3 in row 1"]);
    says(k_fold(&a, &a, 1), &["2 to 2 folds"]);
    says(normalize(&a, &Tensor::ones([2, 4])), &["(3,)", "(4,)"]);
    assert_eq!(a.get([5, 5]), None);
}

#[test]
fn a_name_without_values_is_an_error_of_get_and_a_panic_of_brackets() {
    let mut model = classifier();
    let history = model.fit(&x(4), &y(4), quiet()).unwrap();
    assert_eq!(history["acc"], history["accuracy"]);
    says(history.get("val_loss"), &["val_loss", "validation"]);
    let results = model.evaluate(&x(4), &y(4)).unwrap();
    says(results.get("auc"), &["evaluate", "auc", "loss"]);
    let panics = |read: &(dyn Fn() -> f32 + std::panic::RefUnwindSafe)| {
        let message = std::panic::catch_unwind(read).unwrap_err();
        *message.downcast::<String>().unwrap()
    };
    assert!(panics(&|| history["val_loss"][0]).contains("validation_split"));
    assert!(panics(&|| results["auc"]).contains("auc"));
    assert!(panics(&|| results[7]).contains("there is no [7]"));
    assert_eq!(results[0], results["loss"]);
}

#[test]
fn a_callback_that_watches_what_is_not_there_is_reported() {
    let mut model = classifier();
    let options = Fit {
        callbacks: vec![Box::new(EarlyStopping::new("val_loss"))],
        ..quiet()
    };
    says(
        model.fit(&x(4), &y(4), options),
        &["val_loss", "validation_data"],
    );
}

#[test]
fn settings_of_an_optimizer_that_cannot_train_are_reported_by_compile() {
    let mut model = classifier();
    for rate in [-1.0, f32::NAN, f32::INFINITY] {
        says(
            model.compile(SGD::new(rate), "mse", ()),
            &["sgd expects a learning rate of 0 or more"],
        );
        says(model.set_learning_rate(rate), &["a learning rate of 0"]);
    }
    let optimizer = RMSprop::new(0.001).momentum(9.0);
    says(
        model.compile(optimizer, "mse", ()),
        &["rmsprop expects a momentum from 0 to 1, received 9"],
    );
    let mut model = Sequential::new();
    model.add(
        Dense::new(1)
            .kernel_regularizer(Regularizer::L2(-0.1))
            .input_shape(3),
    );
    says(
        model.compile("sgd", "mse", ()),
        &["Regularizer expects factors of 0 or more, received -0.1"],
    );
}

#[test]
fn mistakes_in_the_validation_data_are_not_taken_for_those_of_the_training_data() {
    let mut model = classifier();
    let options = Fit {
        validation_data: Some((Tensor::ones([5, 2]), y(5))),
        ..quiet()
    };
    says(
        model.fit(&x(5), &y(5), options),
        &["Dense expects 3 features, received 2 in the validation data"],
    );
}

#[test]
fn a_validation_loss_that_becomes_infinite_is_said_with_its_epoch() {
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(1));
    model.compile(SGD::new(1e20), "mse", ()).unwrap();
    let data = Tensor::from([[1.0], [2.0]]);
    let options = Fit {
        validation_data: Some((data.clone(), data.clone())),
        ..quiet()
    };
    says(
        model.fit(&data, &data, options),
        &["received inf in the validation of epoch 1"],
    );
}

#[test]
fn one_of_something_is_not_called_several() {
    let mut model = classifier();
    says(
        model.predict([&x(2), &x(2)]),
        &["expects 1 input, received 2"],
    );
    says(
        model.fit(&x(2), [&y(2), &y(2)], quiet()),
        &["targets for 1 output, received 2"],
    );
    says(model.fit(&x(2), &y(1), quiet()), &["received 1 target\n"]);
    says(
        model.fit(&x(2), &Tensor::zeros([2, 2]), quiet()),
        &["1 label per sample"],
    );
    says(
        model.compile("sgd", ["mse", "mae"], ()),
        &["compile expects 1 loss for the one output, received 2"],
    );
}

#[test]
fn a_vector_in_the_place_of_a_matrix_gets_the_advice_that_fits() {
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(1));
    says(
        model.predict(&y(5)),
        &["(None, 1), received (5,)", "reshape([5, 1])?"],
    );
    says(
        classifier().fit(&y(5), &x(5), quiet()),
        &["are x and y swapped?"],
    );
}

#[test]
fn a_callback_that_replaces_the_model_by_another_one_is_reported() {
    let mut model = classifier();
    let replace = OnEpochEnd::new(|training| {
        let a = Input::new(2);
        let b = Dense::new(9).apply(&a).unwrap();
        *training.model = Model::new([&a], [&b]).unwrap();
    });
    let options = Fit {
        epochs: 2,
        callbacks: vec![Box::new(replace)],
        ..quiet()
    };
    says(
        model.fit(&x(5), &y(5), options),
        &["fit expects the model that it began with"],
    );
}

#[test]
fn weights_of_classes_need_a_class_for_each_row() {
    let weighted = || Fit {
        class_weight: [(0, 2.0)].into(),
        validation_split: 0.5,
        ..quiet()
    };
    says(
        classifier().fit(&x(4), &Tensor::zeros([4, 0]), weighted()),
        &["class_weight expects a class for each row", "(4, 0)"],
    );
    says(
        classifier().fit(&x(4), &y(1), weighted()),
        &["a target for each of the 4 rows"],
    );
}

#[test]
fn options_may_be_given_by_name() {
    let mut by_name = Sequential::with_seed(3);
    by_name.add(
        Dense::new(4)
            .activation("relu")
            .kernel_initializer("he_normal")
            .bias_initializer("ones")
            .kernel_regularizer("l2")
            .bias_regularizer(String::from("l1"))
            .input_shape(3),
    );
    by_name.add(ActivationLayer::new("LeakyReLU"));
    let mut by_value = Sequential::with_seed(3);
    by_value.add(
        Dense::new(4)
            .activation(Activation::Relu)
            .kernel_initializer(Initializer::HeNormal)
            .bias_initializer(Initializer::Ones)
            .kernel_regularizer(Regularizer::L2(0.01))
            .bias_regularizer(Regularizer::L1(0.01))
            .input_shape(3),
    );
    by_value.add(ActivationLayer::new(Activation::LeakyRelu));
    let one_metric = "mae";
    by_name
        .compile("sgd".to_string(), "mse", one_metric)
        .unwrap();
    by_value.compile("sgd", "mse", vec!["mae"]).unwrap();
    let losses = [by_name, by_value]
        .map(|mut model| model.fit(&x(4), &Tensor::zeros([4, 4]), quiet()).unwrap());
    assert_eq!(losses[0], losses[1]);
}

#[test]
fn an_unknown_name_of_an_option_is_said_by_compile_with_the_nearest_one() {
    let said = |layer: Dense, parts: &[&str]| {
        // The mistake is said each time until the layer is made again, with an input shape and without one.
        let mut model = Sequential::new();
        model.add(layer.clone().input_shape(3));
        says(model.compile("sgd", "mse", ()), parts);
        says(model.fit(&x(2), &y(2), quiet()), parts);
        let mut model = Sequential::new();
        model.add(layer.clone());
        says(model.compile("sgd", "mse", ()), parts);
        says(model.predict(&x(2)), parts);
        says(layer.apply(&Input::new(3)), parts);
    };
    said(
        Dense::new(1).activation("rleu"),
        &[
            "Activation expects one of linear, relu,",
            "received rleu",
            "did you mean \"relu\"?",
        ],
    );
    said(
        Dense::new(1).kernel_initializer("glorot"),
        &[
            "Initializer expects one of glorot_uniform,",
            "received glorot",
        ],
    );
    said(
        Dense::new(1).bias_regularizer("l3"),
        &["Regularizer expects one of l1, l2, received l3"],
    );
    let layer = ActivationLayer::new("sofmax");
    says(layer.apply(&Input::new(3)), &["did you mean \"softmax\"?"]);
    let mut model = classifier();
    says(model.compile("adm", "mse", ()), &["did you mean \"adam\"?"]);
    says(
        model.compile("sgd", "binary_crossentropie", ()),
        &["did you mean \"binary_crossentropy\"?"],
    );
    says(
        model.compile("sgd", "mse", ["acuracy"]),
        &["did you mean \"accuracy\"?"],
    );
    says(model.compile("sgd", "own", ()), &["Loss::custom"]);
}

#[test]
fn a_layer_on_a_model_with_two_outputs_is_refused_and_no_output_is_lost() {
    let a = Input::new(3);
    let hidden = Dense::new(4).apply(&a).unwrap();
    let other = Dense::new(2).apply(&hidden).unwrap();
    let mut stack = Sequential::from(Model::new([&a], [&hidden, &other]).unwrap());
    assert_eq!(stack.predict_all(&x(2)).unwrap().len(), 2);
    stack.add(Dense::new(1));
    let parts = [
        "add expects a model with one output",
        "received one with 2",
        "apply_all",
    ];
    says(stack.compile("sgd", ["mse", "mse"], ()), &parts);
    says(stack.predict_all(&x(2)), &parts);
}

#[test]
fn a_value_that_a_callback_sets_in_the_third_epoch_stands_in_its_row() {
    let late = OnEpochEnd::new(|training| {
        if training.epoch == 2 {
            training.logs.set("own_error", 0.5);
        }
    });
    let options = Fit {
        epochs: 4,
        callbacks: vec![Box::new(late)],
        ..quiet()
    };
    let history = classifier().fit(&x(4), &y(4), options).unwrap();
    let own = &history["own_error"];
    assert_eq!(own.len(), 4);
    assert!(own[2] == 0.5 && [0, 1, 3].iter().all(|&epoch| own[epoch].is_nan()));
    assert_eq!(history.best("own_error").unwrap(), (3, 0.5));
    let text = history.to_string();
    let rows: Vec<&str> = text.lines().collect();
    assert!(
        rows[4].ends_with("0.5000") && !rows[3].ends_with("0.5000"),
        "{text}"
    );
    assert!(!text.contains("NaN"), "{text}");
}

#[test]
fn the_name_of_a_metric_of_ones_own_is_shown_as_text_everywhere() {
    let own = Metric::custom("error<10 & more", |_, _| 0.5);
    let mut model = classifier();
    model.compile("sgd", "mse", [own]).unwrap();
    let history = model.fit(&x(4), &y(4), quiet()).unwrap();
    let results = model.evaluate(&x(4), &y(4)).unwrap();
    for html in [history.to_html(), results.to_html()] {
        assert!(html.contains("error&lt;10 &amp; more"), "{html}");
        assert!(!html.contains("error<10"), "{html}");
    }
    assert!(history.to_string().contains("error<10 & more"));
    assert!(results.to_string().contains("error<10 & more"));
}
