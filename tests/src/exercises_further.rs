//! Answers to the exercises of the notebooks that go further, right and wrong ones.

use crate::exercises::Answers;

/// The notebooks that go further: the cells that their exercises need, and the answers.
///
/// The other cells train for a minute, and the exercises get along without them.
pub const FURTHER: [(&str, &[&str], &[Answers]); 4] = [
    (
        "4.5-how-far-do-bags-of-words-go",
        &["load", "pairs", "start-from"],
        BAGS,
    ),
    ("5.1-convolutions", &[], CONVOLUTIONS),
    ("6.1-words-in-order", &[], ORDER),
    (
        "6.2-your-own-texts",
        &[
            "read",
            "drop-missing",
            "text-dataset",
            "split",
            "vectorization",
            "rows",
            "model",
            "confusion-matrix",
        ],
        TEXTS,
    ),
];

const BAGS: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("vec![[4, 3]]", "✗ each pair stands in the review"),
        near: (
            "vec![[4, 7], [7, 3], [3, 4], [4, 7]]",
            "One pair occurs twice",
        ),
        right: [
            "vec![[3, 4], [4, 7], [7, 3]]",
            "{
                let mut pairs = Vec::new();
                for i in 1..review.len() {
                    let pair = [review[i - 1], review[i]];
                    if !pairs.contains(&pair) {
                        pairs.push(pair);
                    }
                }
                pairs
            }",
        ],
    },
    Answers {
        number: 2,
        wrong: ("1.0", "Hint 1 of 2: Count the positive and the negative"),
        near: ("-0.98", "Did you add 1"),
        right: [
            "-0.56",
            "{
                let rows = vectorize_sequences(&[vec![0, 1], vec![0, 2], vec![1, 2], vec![2]], 3)?;
                log_count_ratio(&rows, &[1, 1, 0, 0], 1.0)?[[2, 0]]
            }",
        ],
    },
    Answers {
        number: 3,
        wrong: ("(90_000, 0.5)", "✗ the layer is about as good as before"),
        near: ("(835_204, 0.884)", "These are all of them."),
        right: [
            "{
                let mut frequent = NGrams::new(3).min_documents(10);
                frequent.adapt(&train_data)?;
                let x = frequent.apply(&train_data)?;
                let mut lean = start_from(&log_count_ratio(&x, &y_train, 1.0)?, 0.03)?;
                lean.fit(&x, &y_train, Fit {
                    epochs: 3, batch_size: 512, verbose: Verbose::Silent, ..Fit::default()
                })?;
                let accuracy = lean.evaluate(&frequent.apply(&test_data)?, &y_test)?[1];
                (frequent.vocabulary_size(), accuracy)
            }",
            "(126_088, 0.917)",
        ],
    },
];

const CONVOLUTIONS: &[Answers] = &[
    Answers {
        number: 1,
        wrong: (
            "([16, 16, 3], 25)",
            "Hint 1 of 2: In each direction there are",
        ),
        near: ("([14, 14, 8], 600)", "Each filter has a bias"),
        right: [
            "([14, 14, 8], 608)",
            "{
                let mut layers = Sequential::new();
                layers.add(Conv2D::new(8, 5).input_shape([32, 32, 3]));
                layers.add(MaxPooling2D::new(2));
                let maps = layers.predict(&Tensor::zeros([1, 32, 32, 3]))?;
                let [_, height, width, channels] = maps.shape()[..] else {
                    panic!(\"four axes\");
                };
                ([height, width, channels], layers.count_params())
            }",
        ],
    },
    Answers {
        number: 2,
        wrong: (
            "Tensor::zeros([3, 3])",
            "✗ paper above ink gives a positive number",
        ),
        near: (
            "Tensor::from([[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]])",
            "Exchange rows and columns.",
        ),
        right: [
            "Tensor::from([[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])",
            "{
                let sideways = Tensor::from([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]);
                sideways.t()
            }",
        ],
    },
    Answers {
        number: 3,
        wrong: (
            "{
                let mut model = Sequential::new();
                model.add(Flatten::new().input_shape([28, 28, 1]));
                model.add(Dense::new(10));
                model
            }",
            "✗ it has the weights of two convolutions",
        ),
        near: (
            "{
                let mut model = Sequential::new();
                let first = Conv2D::new(16, 3).activation(Activation::Relu);
                model.add(first.input_shape([28, 28, 1]));
                model.add(Conv2D::new(32, 3).activation(Activation::Relu));
                model.add(Flatten::new());
                model.add(Dense::new(64).activation(Activation::Relu));
                model.add(Dense::new(10).activation(Activation::Softmax));
                model
            }",
            "With steps of one the maps",
        ),
        right: [
            "{
                let mut model = Sequential::new();
                let first = Conv2D::new(16, 3).strides(2).activation(Activation::Relu);
                model.add(first.input_shape([28, 28, 1]));
                model.add(Conv2D::new(32, 3).strides(2).activation(Activation::Relu));
                model.add(Flatten::new());
                model.add(Dense::new(64).activation(Activation::Relu));
                model.add(Dense::new(10).activation(Activation::Softmax));
                model
            }",
            "{
                let mut model = Sequential::with_seed(3);
                model.add(Conv2D::new(16, [3, 3]).strides([2, 2]).input_shape([28, 28, 1]));
                model.add(Conv2D::new(32, [3, 3]).strides([2, 2]));
                model.add(Flatten::new());
                model.add(Dense::new(64));
                model.add(Dense::new(10));
                model
            }",
        ],
    },
];

const ORDER: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("[0.0, 0.0]", "Hint: The layer passes over"),
        near: ("[3.0, 2.5]", "the mean of all four places"),
        right: ["[2.0, 1.0]", "[(1.0 + 3.0) / 2.0, (3.0 - 1.0) / 2.0]"],
    },
    Answers {
        number: 2,
        wrong: ("5_000", "Hint 1 of 2: Add up the three layers."),
        near: ("40_057", "An LSTM is four small layers"),
        right: [
            "40_213",
            "{
                let mut model = Sequential::new();
                model.add(Embedding::new(5_000, 8).input_shape(20));
                model.add(LSTM::new(4));
                model.add(Dense::new(1));
                model.count_params()
            }",
        ],
    },
    Answers {
        number: 3,
        wrong: ("1.5", "Hint 1 of 2: Write the formula down twice"),
        near: ("0.5_f32.tanh()", "the state after the first number"),
        right: [
            "0.4318",
            "{ let state = (1.0_f32 * 0.5).tanh(); state.tanh() }",
        ],
    },
];

const TEXTS: &[Answers] = &[
    Answers {
        number: 1,
        wrong: ("vec![0.0; 5]", "Hint: Go through the vocabulary"),
        near: ("vec![2.0, 2.0, 0.0, 0.0, 2.0]", "These are the counts."),
        right: [
            "vec![1.0, 1.0, 0.0, 0.0, 1.0]",
            "{
                let mut words = TextVectorization::new().output_mode(\"multi_hot\");
                words.set_vocabulary([\"the\", \"film\", \"good\", \"not\"])?;
                words.apply(\"Not the worst, NOT the best!\")?.to_vec()
            }",
        ],
    },
    Answers {
        number: 2,
        wrong: ("18.0", "✗ it lies between 0 and 1"),
        near: (
            "(found + others) / (found + missed + false_alarms + others)",
            "That is the accuracy",
        ),
        right: [
            "{
                let (mut all, mut hits) = (0.0, 0.0);
                for (label, answer) in test_labels.iter().zip(&answers) {
                    if *label == 0 {
                        all += 1.0;
                        hits += if *answer == 0 { 1.0 } else { 0.0 };
                    }
                }
                hits / all
            }",
            "matrix[[0, 0]] / (matrix[[0, 0]] + matrix[[0, 1]])",
        ],
    },
    Answers {
        number: 3,
        wrong: ("0.1", "Hint 1 of 2: Make all pairs"),
        near: ("0.6", "the accuracy with the threshold 0.5"),
        right: [
            "5.0 / 6.0",
            "roc_curve(&[1, 1, 0, 0, 0], &[0.9, 0.4, 0.6, 0.3, 0.2])?.auc()",
        ],
    },
];
