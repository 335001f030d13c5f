//! Answers to the exercises of the chapter, right and wrong ones, for the test of what the exercises say to them.

/// What is written in the place of an exercise's stub, and a part of what is then said.
type Told = (&'static str, &'static str);

/// The answers to one exercise.
#[derive(Debug)]
pub struct Answers {
    /// Its number in the notebook.
    pub number: usize,
    /// Far from right.
    pub wrong: Told,
    /// A mistake that one makes.
    pub near: Told,
    /// Two that are right.
    pub right: [&'static str; 2],
}

/// The chapter's notebooks with the answers to their exercises.
pub const CHAPTER: [(&str, &[Answers]); 7] = [
    ("3.1-anatomy-of-a-neural-network", ANATOMY),
    ("3.2-introduction-to-nn-lib", INTRODUCTION),
    ("3.3-the-workstation", WORKSTATION),
    ("3.4-classifying-movie-reviews", REVIEWS),
    ("3.5-classifying-newswires", NEWSWIRES),
    ("3.6-predicting-house-prices", PRICES),
    ("4.4-overfitting", OVERFITTING),
];

const ANATOMY: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("1_000", "Hint 1 of 2: A layer has inputs × units weights"),
        near: ("406_528", "without the biases"),
        right: [
            "407_050",
            "{
                let mut network = Sequential::new();
                network.add(Dense::new(512).input_shape(784));
                network.add(Dense::new(10));
                network.count_params()
            }",
        ],
    },
    Answers {
        number: 2,
        wrong: (
            "{
                let sentence = Input::new(50);
                Model::new([&sentence], [&Dense::new(1).apply(&sentence)?])?
            }",
            "✗ it compares two sentences",
        ),
        near: (
            "{
                let (left, right) = (Input::new(50), Input::new(50));
                let one = Dense::new(16).apply(&left)?;
                let other = Dense::new(16).apply(&right)?;
                let pair = Concatenate::new().apply([&one, &other])?;
                Model::new([&left, &right], [&Dense::new(1).apply(&pair)?])?
            }",
            "There are two layers for the sentences",
        ),
        right: [
            "{
                let (left, right) = (Input::new(50), Input::new(50));
                let encoder = Dense::new(16).activation(Activation::Relu);
                let pair = Concatenate::new().apply([&encoder.apply(&left)?, &encoder.apply(&right)?])?;
                let alike = Dense::new(1).activation(Activation::Sigmoid).apply(&pair)?;
                Model::new([&left, &right], [&alike])?
            }",
            "{
                let (left, right) = (Input::new(50), Input::new(50));
                let encoder = Dense::new(8);
                let product = Multiply::new().apply([&encoder.apply(&left)?, &encoder.apply(&right)?])?;
                Model::new([&left, &right], [&Dense::new(1).apply(&product)?])?
            }",
        ],
    },
    Answers {
        number: 3,
        wrong: ("vec![1.0; 3]", "✗ there are ten losses"),
        near: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).input_shape(2));
                model.compile(SGD::new(0.02), Loss::MeanSquaredError, ())?;
                model.set_weights(&[w.clone(), b.clone()])?;
                let mut losses = Vec::new();
                for _ in 0..10 {
                    losses.push(model.train_on_batch(&inputs, &targets)?[0]);
                }
                losses
            }",
            "Is the learning rate 0.2?",
        ),
        right: [
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).input_shape(2));
                model.compile(SGD::new(0.2), Loss::MeanSquaredError, ())?;
                model.set_weights(&[w.clone(), b.clone()])?;
                let mut losses = Vec::new();
                for _ in 0..10 {
                    losses.push(model.train_on_batch(&inputs, &targets)?[0]);
                }
                losses
            }",
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).input_shape(2));
                model.compile(SGD::new(0.2), \"mse\", ())?;
                model.set_weights(&[w.clone(), b.clone()])?;
                (0..10)
                    .map(|_| Ok(model.train_on_batch(&inputs, &targets)?[0]))
                    .collect::<Result<Vec<f32>, Error>>()?
            }",
        ],
    },
    Answers {
        number: 4,
        wrong: ("0.1", "Hint 1 of 2: Compute the new predictions first"),
        near: ("0.18377", "after the first step"),
        right: [
            "0.4885",
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).input_shape(2));
                model.compile(RMSprop::new(0.1), Loss::MeanSquaredError, ())?;
                model.set_weights(&[w.clone(), b.clone()])?;
                model.train_on_batch(&inputs, &targets)?;
                model.train_on_batch(&inputs, &targets)?;
                model.get_weights()[0][[0, 0]]
            }",
        ],
    },
];

const INTRODUCTION: &[Answers] = &[
    Answers {
        number: 1,
        wrong: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(10).activation(Activation::Softmax).input_shape(784));
                model.compile(RMSprop::new(0.001), Loss::CategoricalCrossentropy, [Metric::Accuracy])?;
                model.fit(&x_train, &y_train, Fit { epochs: 1, verbose: Verbose::Silent, ..Fit::default() })?
            }",
            "✗ the training has ten epochs",
        ),
        near: ("first_history.clone()", "that of the mean squared error"),
        right: [
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(32).activation(Activation::Relu).input_shape(784));
                model.add(Dense::new(10).activation(Activation::Softmax));
                model.compile(RMSprop::new(0.001), Loss::CategoricalCrossentropy, [Metric::Accuracy])?;
                model.fit(&x_train, &y_train, Fit {
                    epochs: 10, batch_size: 128, verbose: Verbose::Silent, ..Fit::default()
                })?
            }",
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(64).activation(Activation::Relu).input_shape(784));
                model.add(Dense::new(10).activation(Activation::Softmax));
                model.compile(\"adam\", \"categorical_crossentropy\", [\"accuracy\"])?;
                model.fit(&x_train, &y_train, Fit {
                    epochs: 10, batch_size: 64, verbose: Verbose::Silent, ..Fit::default()
                })?
            }",
        ],
    },
    Answers {
        number: 2,
        wrong: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(10).activation(Activation::Softmax).input_shape(784));
                model.compile(RMSprop::new(0.001), Loss::SparseCategoricalCrossentropy, [Metric::Accuracy])?;
                model.evaluate(&x_test, &Tensor::from(&test_digits))?
            }",
            "The network has learned too little",
        ),
        near: ("results.clone()", "✗ the loss is a cross-entropy"),
        right: [
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(32).activation(Activation::Relu).input_shape(784));
                model.add(Dense::new(10).activation(Activation::Softmax));
                model.compile(RMSprop::new(0.001), Loss::SparseCategoricalCrossentropy, [Metric::Accuracy])?;
                model.fit(&x_train, &Tensor::from(&train_digits), Fit {
                    epochs: 10, batch_size: 128, verbose: Verbose::Silent, ..Fit::default()
                })?;
                model.evaluate(&x_test, &Tensor::from(&test_digits))?
            }",
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(32).activation(Activation::Tanh).input_shape(784));
                model.add(Dense::new(10).activation(Activation::Softmax));
                model.compile(\"rmsprop\", \"sparse_categorical_crossentropy\", [\"accuracy\"])?;
                model.fit(&x_train, &Tensor::from(&train_digits), Fit {
                    epochs: 12, batch_size: 128, verbose: Verbose::Silent, ..Fit::default()
                })?;
                model.evaluate(&x_test, &Tensor::from(&test_digits))?
            }",
        ],
    },
    Answers {
        number: 3,
        wrong: ("(1, 1)", "✗ they are two digits, and not the same"),
        near: (
            "{
                let others = (0..100).filter(|n| n / 10 != n % 10);
                let most = others.max_by_key(|n| confused(n / 10, n % 10, &test_digits, &answers)).unwrap();
                (most % 10, most / 10)
            }",
            "The other way round",
        ),
        right: [
            "{
                let others = (0..100).filter(|n| n / 10 != n % 10);
                let most = others.max_by_key(|n| confused(n / 10, n % 10, &test_digits, &answers)).unwrap();
                (most / 10, most % 10)
            }",
            "{
                let mut most = (0, 1);
                let mut largest = 0;
                for truth in 0..10 {
                    for answer in 0..10 {
                        let count = confused(truth, answer, &test_digits, &answers);
                        if truth != answer && count > largest {
                            (most, largest) = ((truth, answer), count);
                        }
                    }
                }
                most
            }",
        ],
    },
    Answers {
        number: 4,
        wrong: ("[0.95, 0.95]", "✗ another seed gives another number"),
        near: ("[0.0081, 0.0089]", "These are losses"),
        right: [
            "{
                let mut accuracies = [0.0, 0.0];
                for (place, seed) in [7, 8].into_iter().enumerate() {
                    let mut model = Sequential::new();
                    model.add(Dense::new(32).activation(Activation::Relu).input_shape(784));
                    model.add(Dense::new(10).activation(Activation::Softmax));
                    model.compile(RMSprop::new(0.001), Loss::MeanSquaredError, [Metric::Accuracy])?;
                    model.fit(&x_train, &y_train, Fit {
                        epochs: 10, batch_size: 128, seed, verbose: Verbose::Silent, ..Fit::default()
                    })?;
                    accuracies[place] = model.evaluate(&x_test, &y_test)?[1];
                }
                accuracies
            }",
            "[0.949, 0.939]",
        ],
    },
];

const WORKSTATION: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("Box::new(|x| x + 2.0)", "Hint: A closure goes into a box"),
        near: ("Box::new(|x| x * x)", "That is the square"),
        right: [
            "Box::new(|x| 2.0 * x)",
            "{ fn doubled(x: f32) -> f32 { x + x } Box::new(doubled) }",
        ],
    },
    Answers {
        number: 2,
        wrong: ("Tensor::ones([2, 2])", "✗ its numbers are sums of ones"),
        near: ("(&left * &right)?", "The dot product is `dot`"),
        right: ["left.dot(&right.t())?", "left.t().dot(&right)?"],
    },
    Answers {
        number: 3,
        wrong: (
            "values.first().map(|_| 0)",
            "✗ the largest may stand anywhere",
        ),
        near: (
            "let mut best = None;
    let mut largest = 0.0;
    for (place, value) in values.iter().enumerate() {
        if *value > largest {
            (best, largest) = (Some(place), *value);
        }
    }
    best",
            "Do you begin to compare with 0?",
        ),
        right: [
            "values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(place, _)| place)",
            "let mut best = None;
    for place in 0..values.len() {
        if best.is_none_or(|best: usize| values[place] > values[best]) {
            best = Some(place);
        }
    }
    best",
        ],
    },
    Answers {
        number: 4,
        wrong: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).input_shape(1));
                model.compile(SGD::new(0.01), Loss::MeanSquaredError, ())?;
                let x = Tensor::ones([4, 1]);
                model.fit(&x, &x, Fit { epochs: 1, verbose: Verbose::Silent, ..Fit::default() })?
            }",
            "✗ the training had begun",
        ),
        near: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).input_shape(1));
                model.compile(SGD::new(5.0), Loss::MeanSquaredError, ())?;
                let x = Tensor::ones([4, 1]);
                let y = Tensor::zeros([4, 1]);
                model.fit(&x, &y, Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() })?
            }",
            "✗ it had learned something",
        ),
        right: [
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).input_shape(1));
                model.compile(SGD::new(0.01), Loss::MeanSquaredError, ())?;
                let x = Tensor::ones([4, 1]);
                let y = Tensor::zeros([4, 1]);
                model.fit(&x, &y, Fit { epochs: 20, verbose: Verbose::Silent, ..Fit::default() })?
            }",
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(4).activation(Activation::Tanh).input_shape(1));
                model.add(Dense::new(1));
                model.compile(\"adam\", \"mse\", ())?;
                let x = Tensor::ones([4, 1]);
                let y = Tensor::zeros([4, 1]);
                model.fit(&x, &y, Fit { epochs: 50, verbose: Verbose::Silent, ..Fit::default() })?
            }",
        ],
    },
    Answers {
        number: 5,
        wrong: ("2", "Hint: A message of the compiler has a number"),
        near: ("6", "One of them compiles"),
        right: ["5", "[1, 2, 3, 4, 5].len()"],
    },
];

const REVIEWS: &[Answers] = &[
    Answers {
        number: 1,
        wrong: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(10_000));
                model.compile(RMSprop::new(0.001), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
                let (x, y) = (x_val.rows(..500), y_val.rows(..500));
                model.fit(&x, &y, Fit { epochs: 1, verbose: Verbose::Silent, ..Fit::default() })?
            }",
            "✗ it had learned something",
        ),
        near: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(10_000));
                model.compile(RMSprop::new(0.001), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
                let (x, y) = (x_val.rows(..500), y_val.rows(..500));
                model.fit(&x, &y, Fit { epochs: 4, verbose: Verbose::Silent, ..Fit::default() })?
            }",
            "✗ it was validated",
        ),
        right: [
            "history.clone()",
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(10_000));
                model.compile(RMSprop::new(0.001), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
                let (x, y) = (x_val.rows(..500), y_val.rows(..500));
                let validation = Some((x.clone(), y.clone()));
                let options = Fit { epochs: 3, validation_data: validation, verbose: Verbose::Silent, ..Fit::default() };
                model.fit(&x, &y, options)?
            }",
        ],
    },
    Answers {
        number: 2,
        wrong: ("history.clone()", "✗ it stopped before the 20th epoch"),
        near: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(10_000));
                model.compile(RMSprop::new(0.001), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
                let (x, y) = (x_val.rows(..500), y_val.rows(..500));
                model.fit(&x, &y, Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() })?
            }",
            "Without `validation_data`",
        ),
        right: [
            "{
                let stop = EarlyStopping::new(\"val_loss\").patience(1).restore_best_weights(true);
                let mut model = Sequential::new();
                model.add(Dense::new(16).activation(Activation::Relu).input_shape(10_000));
                model.add(Dense::new(16).activation(Activation::Relu));
                model.add(Dense::new(1).activation(Activation::Sigmoid));
                model.compile(RMSprop::new(0.001), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
                model.fit(&partial_x_train, &partial_y_train, Fit {
                    epochs: 20,
                    batch_size: 512,
                    validation_data: Some((x_val.clone(), y_val.clone())),
                    callbacks: vec![Box::new(stop)],
                    verbose: Verbose::Silent,
                    ..Fit::default()
                })?
            }",
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(32).activation(Activation::Tanh).input_shape(10_000));
                model.add(Dense::new(1).activation(Activation::Sigmoid));
                model.compile(\"adam\", \"binary_crossentropy\", [\"accuracy\"])?;
                model.fit(&partial_x_train, &partial_y_train, Fit {
                    epochs: 20,
                    batch_size: 256,
                    validation_data: Some((x_val.clone(), y_val.clone())),
                    callbacks: vec![Box::new(EarlyStopping::new(\"val_loss\").patience(2))],
                    verbose: Verbose::Silent,
                    ..Fit::default()
                })?
            }",
        ],
    },
    Answers {
        number: 3,
        wrong: (
            "{
                let mut model = Sequential::new();
                model.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(10_000));
                model.compile(RMSprop::new(0.001), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
                model.evaluate(&x_test, &y_test)?
            }",
            "✗ the network is far better than a guess",
        ),
        near: ("results.clone()", "As good as with 10,000 words"),
        right: [
            "{
                let ((words, labels), (test, test_labels)) = imdb::load_data(1_000)?;
                let mut small = Sequential::new();
                small.add(Dense::new(16).activation(Activation::Relu).input_shape(1_000));
                small.add(Dense::new(1).activation(Activation::Sigmoid));
                small.compile(RMSprop::new(0.001), Loss::BinaryCrossentropy, [Metric::Accuracy])?;
                let x = vectorize_sequences(&words, 1_000)?;
                small.fit(&x, &Tensor::from(&labels), Fit {
                    epochs: 4, batch_size: 512, verbose: Verbose::Silent, ..Fit::default()
                })?;
                small.evaluate(&vectorize_sequences(&test, 1_000)?, &Tensor::from(&test_labels))?
            }",
            "{
                let ((words, labels), (test, test_labels)) = imdb::load_data(1_000)?;
                let mut small = Sequential::new();
                small.add(Dense::new(1).activation(Activation::Sigmoid).input_shape(1_000));
                small.compile(\"adam\", \"binary_crossentropy\", [\"accuracy\"])?;
                let x = vectorize_sequences(&words, 1_000)?;
                small.fit(&x, &Tensor::from(&labels), Fit {
                    epochs: 8, batch_size: 256, verbose: Verbose::Silent, ..Fit::default()
                })?;
                small.evaluate(&vectorize_sequences(&test, 1_000)?, &Tensor::from(&test_labels))?
            }",
        ],
    },
    Answers {
        number: 4,
        wrong: ("2.5", "✗ it is a probability"),
        near: (
            "{
                let kernel = linear.get_weights()[0].to_vec();
                let mut sum = linear.get_weights()[1].to_vec()[0];
                for index in &encoded {
                    sum += kernel[*index as usize];
                }
                sum
            }",
            "The sigmoid is still missing.",
        ),
        right: [
            "{
                let kernel = linear.get_weights()[0].to_vec();
                let mut sum = linear.get_weights()[1].to_vec()[0];
                for index in &encoded {
                    sum += kernel[*index as usize];
                }
                1.0 / (1.0 + (-sum).exp())
            }",
            "{
                let row = vectorize_sequences(&[encoded.clone()], 10_000)?;
                linear.predict(&row)?[[0, 0]]
            }",
        ],
    },
];

const NEWSWIRES: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("[0.8, 0.7, 0.7, 0.7]", "✗ four units are the worst"),
        near: ("[1.5, 1.1, 1.0, 1.0]", "These are losses"),
        right: [
            "{
                let mut best = [0.0; 4];
                for (place, units) in [4, 16, 64, 128].into_iter().enumerate() {
                    let history = train_with(units, &partial_x_train, &partial_y_train, &x_val, &y_val)?;
                    best[place] = history.best(\"val_accuracy\")?.1;
                }
                best
            }",
            "[0.66, 0.77, 0.8, 0.805]",
        ],
    },
    Answers {
        number: 2,
        wrong: ("90.0", "✗ it is a share"),
        near: ("results[1]", "how often the right topic is the first"),
        right: [
            "{
                let metric = Metric::TopKCategoricalAccuracy.k(3);
                model.compile(RMSprop::new(0.001), Loss::CategoricalCrossentropy, [metric])?;
                model.evaluate(&x_test, &y_test)?[1]
            }",
            "{
                let mut hits = 0;
                for row in 0..predictions.len() {
                    let probabilities = predictions.row(row)?.to_vec();
                    let own = probabilities[test_labels[row] as usize];
                    if probabilities.iter().filter(|other| **other > own).count() < 3 {
                        hits += 1;
                    }
                }
                hits as f32 / predictions.len() as f32
            }",
        ],
    },
    Answers {
        number: 3,
        wrong: ("\"sugar\"", "Hint 1 of 2: Leave out the topics"),
        near: ("\"earn\"", "That is the largest topic"),
        right: [
            "{
                let (mut newswires, mut hits) = ([0.0_f32; 46], [0.0_f32; 46]);
                for (label, answer) in test_labels.iter().zip(&answers) {
                    let topic = *label as usize;
                    newswires[topic] += 1.0;
                    if topic == *answer {
                        hits[topic] += 1.0;
                    }
                }
                let topics = (0..46).filter(|topic| newswires[*topic] >= 20.0);
                let share = |topic: usize| hits[topic] / newswires[topic];
                let hardest = topics.min_by(|a, b| share(*a).total_cmp(&share(*b))).unwrap();
                reuters::TOPICS[hardest]
            }",
            "\"gnp\"",
        ],
    },
];

const PRICES: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("{
                let fair = build_model()?;
                let second = 2.5;
                (fair, second)
            }", "✗ the network takes twelve features"),
        near: (
            "{
                let fair = {
                let mut model = Sequential::new();
                model.add(Dense::new(64).activation(Activation::Relu).input_shape(12));
                model.add(Dense::new(1));
                model
            };
                let second = 14.5;
                (fair, second)
            }",
            "That is the mean squared error",
        ),
        right: [
            "{
                let fair = {
                let without = |x: &Tensor| {
                    let kept = x.to_vec().into_iter().enumerate().filter(|(place, _)| place % 13 != 11);
                    Tensor::new([x.len(), 12], kept.map(|(_, value)| value).collect::<Vec<f32>>())
                };
                let mut model = Sequential::new();
                model.add(Dense::new(64).activation(Activation::Relu).input_shape(12));
                model.add(Dense::new(64).activation(Activation::Relu));
                model.add(Dense::new(1));
                model.compile(RMSprop::new(0.001), Loss::MeanSquaredError, [Metric::MeanAbsoluteError])?;
                model.fit(&without(&x_train)?, &train_targets, Fit {
                    epochs: 80, batch_size: 16, verbose: Verbose::Silent, ..Fit::default()
                })?;
                model
            };
                let second = {
                let kept = x_test.to_vec().into_iter().enumerate().filter(|(place, _)| place % 13 != 11);
                let x = Tensor::new([x_test.len(), 12], kept.map(|(_, value)| value).collect::<Vec<f32>>())?;
                fair.clone().evaluate(&x, &test_targets)?[1]
            };
                (fair, second)
            }",
            "{
                let fair = {
                let mut model = Sequential::new();
                model.add(Dense::new(32).activation(Activation::Relu).input_shape(12));
                model.add(Dense::new(1));
                model
            };
                let second = 2.9;
                (fair, second)
            }",
        ],
    },
    Answers {
        number: 2,
        wrong: ("2.6", "That is as good as before"),
        near: ("60.0", "That is the mean squared error"),
        right: [
            "{
                let mut raw = build_model()?;
                raw.fit(&train_data, &train_targets, Fit {
                    epochs: 80, batch_size: 16, verbose: Verbose::Silent, ..Fit::default()
                })?;
                raw.evaluate(&test_data, &test_targets)?[1]
            }",
            "5.1",
        ],
    },
    Answers {
        number: 3,
        wrong: ("[2.0, 3.0, 4.0, 5.0]", "✗ four units are too few"),
        near: ("[14.6, 9.7, 9.2, 9.3]", "Are these sums?"),
        right: [
            "{
                let mut errors = [0.0; 4];
                for (place, units) in [4, 16, 64, 256].into_iter().enumerate() {
                    for fold in &folds {
                        let mut model = Sequential::new();
                        model.add(Dense::new(units).activation(Activation::Relu).input_shape(13));
                        model.add(Dense::new(units).activation(Activation::Relu));
                        model.add(Dense::new(1));
                        model.compile(RMSprop::new(0.001), Loss::MeanSquaredError, [Metric::MeanAbsoluteError])?;
                        model.fit(&fold.x_train, &fold.y_train, Fit {
                            epochs: 80, batch_size: 16, verbose: Verbose::Silent, ..Fit::default()
                        })?;
                        errors[place] += model.evaluate(&fold.x_val, &fold.y_val)?[1] / 4.0;
                    }
                }
                errors
            }",
            "[3.6, 2.5, 2.3, 2.2]",
        ],
    },
];

const OVERFITTING: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("[0.9, 0.8, 0.75]", "✗ they are losses"),
        near: ("[0.29, 0.34, 0.4]", "The other way round"),
        right: [
            "{
                let mut lowest = [0.0; 3];
                for (place, size) in [2_500, 5_000, 15_000].into_iter().enumerate() {
                    let (x, y) = (partial_x_train.rows(..size), partial_y_train.rows(..size));
                    let history = train(network(16), &x, &y, &x_val, &y_val)?;
                    lowest[place] = history.best(\"val_binary_crossentropy\")?.1;
                }
                lowest
            }",
            "[0.41, 0.35, 0.29]",
        ],
    },
    Answers {
        number: 2,
        wrong: ("0.9", "Hint: Underfitting"),
        near: ("0.5", "With this rate it learns well"),
        right: ["0.8", "8.0 / 10.0"],
    },
    Answers {
        number: 3,
        wrong: ("[0.1, 0.2, 0.3]", "✗ they are losses without the penalty"),
        near: ("[0.41, 0.4, 0.5]", "Is the penalty in it?"),
        right: [
            "{
                let regularizers = [
                    Regularizer::L2(0.001),
                    Regularizer::L1(0.0001),
                    Regularizer::L1L2 { l1: 0.0001, l2: 0.001 },
                ];
                let mut last = [0.0; 3];
                for (place, regularizer) in regularizers.into_iter().enumerate() {
                    let mut model = Sequential::new();
                    model.add(Dense::new(16).activation(Activation::Relu).input_shape(10_000)
                        .kernel_regularizer(regularizer));
                    model.add(Dense::new(16).activation(Activation::Relu).kernel_regularizer(regularizer));
                    model.add(Dense::new(1).activation(Activation::Sigmoid));
                    let history = train(model, &partial_x_train, &partial_y_train, &x_val, &y_val)?;
                    last[place] = history[\"val_binary_crossentropy\"][19];
                }
                last
            }",
            "[0.35, 0.33, 0.32]",
        ],
    },
    Answers {
        number: 4,
        wrong: ("[0.1, 0.05, 0.9]", "✗ they are losses"),
        near: ("[0.31, 0.31, 0.31]", "All three are the same"),
        right: [
            "{
                let mut lowest = [0.0; 3];
                for seed in [0, 1, 2] {
                    let mut model = Sequential::with_seed(seed);
                    model.add(Dense::new(4).activation(Activation::Relu).input_shape(10_000));
                    model.add(Dense::new(4).activation(Activation::Relu));
                    model.add(Dense::new(1).activation(Activation::Sigmoid));
                    let history = train(model, &partial_x_train, &partial_y_train, &x_val, &y_val)?;
                    lowest[seed as usize] = history.best(\"val_binary_crossentropy\")?.1;
                }
                lowest
            }",
            "[0.31, 0.3, 0.69]",
        ],
    },
];
