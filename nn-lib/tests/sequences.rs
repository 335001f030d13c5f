//! Layers for sequences, normalizations and callbacks: slopes, masks, mistakes, files.

use deep::{recurrent, texts};
use nn_lib::prelude::*;
use numbers::numbers;
use says::says;
use slopes::check_gradients;

mod deep;
mod numbers;
mod says;
mod slopes;

fn some() -> Initializer {
    Initializer::RandomUniform {
        min: -0.5,
        max: 0.5,
    }
}

/// Three samples of four words; the 0 stands for none.
fn words() -> Tensor {
    Tensor::from([
        [3.0, 1.0, 0.0, 0.0],
        [2.0, 0.0, 4.0, 1.0],
        [1.0, 1.0, 3.0, 0.0],
    ])
}

/// An embedding below makes the gradient by the input visible, in its weights.
fn check_above_words(mask_zero: bool, layers: impl FnOnce(&mut Sequential)) {
    let mut model = Sequential::with_seed(3);
    let embedding = Embedding::new(5, 3).mask_zero(mask_zero);
    model.add(embedding.embeddings_initializer(some()).input_shape(4));
    layers(&mut model);
    model.add(Dense::new(2).bias_initializer(some()));
    let losses = vec![Loss::MeanSquaredError];
    check_gradients(&mut model, losses, &[words()], &[numbers([3, 2], 2)]);
}

#[test]
fn recurrent_layers_pass_with_their_options() {
    for mask_zero in [false, true] {
        let check = |layers: &dyn Fn(&mut Sequential)| check_above_words(mask_zero, layers);
        check(&|model| model.add(SimpleRNN::new(3).bias_initializer(some())));
        check(&|model| model.add(SimpleRNN::new(2).activation("gelu").go_backwards(true)));
        check(&|model| model.add(LSTM::new(3).recurrent_regularizer(Regularizer::L2(0.1))));
        check(&|model| model.add(LSTM::new(2).activation("silu").recurrent_activation("tanh")));
        check(&|model| {
            model.add(
                GRU::new(3)
                    .bias_initializer(some())
                    .kernel_regularizer("l2"),
            )
        });
        check(&|model| model.add(GRU::new(2).reset_after(false).bias_initializer(some())));
        check(&|model| model.add(GRU::new(2).activation("softplus").go_backwards(true)));
    }
}

#[test]
fn recurrent_layers_on_top_of_each_other_pass() {
    for mask_zero in [false, true] {
        check_above_words(mask_zero, |model| {
            model.add(LSTM::new(2).return_sequences(true));
            model.add(Dense::new(3).activation("tanh"));
            model.add(GRU::new(2).return_sequences(true).reset_after(false));
            model.add(SimpleRNN::new(2).return_sequences(true));
            model.add(GlobalAveragePooling1D::new());
        });
    }
}

#[test]
fn dropout_in_recurrent_layers_passes_with_its_masks() {
    for mask_zero in [false, true] {
        let check = |layers: &dyn Fn(&mut Sequential)| check_above_words(mask_zero, layers);
        check(&|model| model.add(SimpleRNN::new(4).dropout(0.3).recurrent_dropout(0.4)));
        check(&|model| model.add(LSTM::new(4).dropout(0.4)));
        check(&|model| model.add(LSTM::new(4).recurrent_dropout(0.4)));
        check(&|model| model.add(GRU::new(4).dropout(0.2).recurrent_dropout(0.4)));
        check(&|model| model.add(GRU::new(4).reset_after(false).recurrent_dropout(0.4)));
    }
}

#[test]
fn normalizations_pass() {
    for mask_zero in [false, true] {
        let check = |layers: &dyn Fn(&mut Sequential)| {
            check_above_words(mask_zero, |model| {
                layers(model);
                model.add(GlobalAveragePooling1D::new());
            });
        };
        // With a momentum of 1 the averages stay where they are.
        check(&|model| {
            model.add(
                BatchNormalization::new()
                    .momentum(1.0)
                    .beta_initializer(some()),
            )
        });
        check(&|model| {
            model.add(
                BatchNormalization::new()
                    .momentum(1.0)
                    .scale(false)
                    .epsilon(0.1),
            )
        });
        check(&|model| model.add(LayerNormalization::new().beta_initializer(some())));
        check(&|model| model.add(LayerNormalization::new().scale(false).center(false)));
        check(&|model| {
            model.add(LayerNormalization::new().gamma_regularizer(Regularizer::L2(0.1)))
        });
    }
}

#[test]
fn dropout_is_off_when_a_model_is_asked_and_changes_the_training() {
    let model = |rate: f32, recurrent: f32| {
        let mut model = Sequential::with_seed(1);
        model.add(Embedding::new(5, 8).input_shape(4));
        model.add(LSTM::new(8).dropout(rate).recurrent_dropout(recurrent));
        model.add(Dense::new(1));
        model.compile(SGD::new(0.1), "mse", ()).unwrap();
        model
    };
    let y = Tensor::from([1.0, 0.0, 2.0]);
    let plain = model(0.0, 0.0).predict(&words()).unwrap();
    let loss = |mut model: Sequential| model.train_on_batch(&words(), &y).unwrap().loss();
    let without = loss(model(0.0, 0.0));
    for (rate, recurrent) in [(0.5, 0.0), (0.0, 0.5)] {
        assert_eq!(model(rate, recurrent).predict(&words()).unwrap(), plain);
        assert_ne!(loss(model(rate, recurrent)), without);
        assert_eq!(loss(model(rate, recurrent)), loss(model(rate, recurrent)));
    }
}

#[test]
fn what_is_masked_changes_nothing() {
    let mut model = Sequential::with_seed(4);
    model.add(Embedding::new(9, 4).mask_zero(true).input_shape(6));
    model.add(Dropout::new(0.5));
    model.add(GRU::new(3).return_sequences(true));
    model.add(LSTM::new(3));
    let texts = [vec![5, 2, 8], vec![1]];
    let options = |padding| PadSequences {
        maxlen: Some(6),
        padding,
        ..PadSequences::default()
    };
    let before = pad_sequences_with(&texts, options(Side::Pre)).unwrap();
    let behind = pad_sequences_with(&texts, options(Side::Post)).unwrap();
    assert_ne!(before, behind);
    assert_eq!(
        model.predict(&before).unwrap(),
        model.predict(&behind).unwrap()
    );
}

#[test]
fn sequences_are_cut_and_filled_up_at_either_end() {
    let texts = [vec![1, 2, 3, 4], vec![5]];
    let padded = |maxlen, padding, truncating| {
        let options = PadSequences {
            maxlen,
            padding,
            truncating,
            value: 9.0,
        };
        pad_sequences_with(&texts, options).unwrap().to_vec()
    };
    assert_eq!(
        padded(Some(3), Side::Pre, Side::Pre),
        [2.0, 3.0, 4.0, 9.0, 9.0, 5.0]
    );
    assert_eq!(
        padded(Some(3), Side::Post, Side::Post),
        [1.0, 2.0, 3.0, 5.0, 9.0, 9.0]
    );
    assert_eq!(
        padded(None, Side::Post, Side::Pre)[4..],
        [5.0, 9.0, 9.0, 9.0]
    );
}

#[test]
fn mistakes_with_sequences_say_what_is_expected() {
    let (texts, sequence) = (Input::new(4), Input::new([4, 3]));
    says(
        Embedding::new(0, 3).apply(&texts),
        &["Embedding expects at least 1 word, received 0"],
    );
    says(
        Embedding::new(1 << 25, 3).apply(&texts),
        &["at most 16777216 words, received 33554432"],
    );
    says(
        LSTM::new(0).apply(&sequence),
        &["LSTM expects at least 1 unit, received 0"],
    );
    says(
        LSTM::new(2).apply(&texts),
        &[
            "LSTM expects sequences of shape (batch, steps, features), received (None, 4)",
            "Embedding",
            "return_sequences(true)",
        ],
    );
    says(
        GRU::new(2).dropout(1.0).apply(&sequence),
        &["GRU expects a dropout of at least 0 and below 1, received 1"],
    );
    says(
        SimpleRNN::new(2).recurrent_dropout(-0.1).apply(&sequence),
        &["recurrent_dropout", "-0.1"],
    );
    says(
        SimpleRNN::new(2).activation("tnah").apply(&sequence),
        &["did you mean \"tanh\"?"],
    );
    says(
        GlobalAveragePooling1D::new().apply(&texts),
        &["sequences of shape", "(None, 4)"],
    );
    says(
        BatchNormalization::new().momentum(1.5).apply(&texts),
        &["a momentum from 0 to 1, received 1.5"],
    );
    says(
        LayerNormalization::new().epsilon(-1.0).apply(&texts),
        &["an epsilon of 0 or more, received -1"],
    );
    says(
        BatchNormalization::new().apply(&Input::new(1 << 40)),
        &["BatchNormalization expects at most 268435456 weights"],
    );
    let layer = BatchNormalization::new();
    let _ = layer.apply(&texts).unwrap();
    says(
        layer.apply(&sequence),
        &["BatchNormalization expects 4 features, received 3"],
    );
    says(
        pad_sequences(&[vec![1]], 0),
        &["pad_sequences expects a maxlen of at least 1"],
    );
    says(pad_sequences(&[vec![-1]], 3), &["-1 in sequence 0"]);

    let mut model = Sequential::new();
    model.add(Embedding::new(5, 2).input_shape(2));
    model.add(GlobalAveragePooling1D::new());
    model.compile("sgd", "mse", ()).unwrap();
    let y = Tensor::zeros([1, 2]);
    for (row, received, hint) in [
        ([1.0, 5.0], "5 in row 0", "largest word index plus one"),
        ([-1.0, 0.0], "-1 in row 0", "pad_sequences"),
        ([0.5, 1.0], "0.5 in row 0", "pad_sequences"),
    ] {
        let x = Tensor::from([row]);
        says(
            model.predict(&x),
            &["whole numbers from 0 and below 5", received, hint],
        );
        says(model.evaluate(&x, &y), &[received]);
        says(model.train_on_batch(&x, &y), &[received]);
    }
    let callback = |factor: f32| Fit {
        callbacks: vec![Box::new(ReduceLROnPlateau::new("loss").factor(factor))],
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    says(
        model.fit(&Tensor::zeros([1, 2]), &y, callback(1.0)),
        &["ReduceLROnPlateau expects a factor of at least 0 and below 1, received 1"],
    );
    let file = CSVLogger::new("/no/such/directory/log.csv");
    let options = Fit {
        callbacks: vec![Box::new(file)],
        ..callback(0.1)
    };
    says(
        model.fit(&Tensor::zeros([1, 2]), &y, options),
        &["cannot write /no/such/directory/log.csv"],
    );
    says(
        model.compile(AdamW::new(0.1).weight_decay(-1.0), "mse", ()),
        &["adamw expects a weight_decay of 0 or more"],
    );
}

fn options(epochs: usize) -> Fit {
    Fit {
        epochs,
        batch_size: 50,
        verbose: Verbose::Silent,
        seed: 1,
        ..Fit::default()
    }
}

#[test]
fn a_recurrent_network_learns_and_its_names_and_numbers_are_those_of_keras() {
    let mut model = recurrent(1);
    let names = model.layer_names();
    assert_eq!(
        names[..4],
        ["embedding", "lstm", "batch_normalization", "gru"]
    );
    assert_eq!(
        names[4..],
        [
            "layer_normalization",
            "gru_1",
            "simple_rnn",
            "global_average_pooling1d",
            "dense"
        ]
    );
    let summary = model.summary().to_string();
    for line in [
        "Total params: 4,",
        "Trainable params: ",
        "Non-trainable params: 36 (144 B)",
    ] {
        assert!(summary.contains(line), "{summary}");
    }
    let (x, y) = texts(300);
    let history = model.fit(&x, &y, options(20)).unwrap();
    let (first, last) = (history["loss"][0], history["loss"][19]);
    assert!(last < 0.6 * first, "{first} {last}");
}

#[test]
fn a_recurrent_network_is_saved_and_loaded_as_it_is() {
    let (x, y) = texts(60);
    let mut model = recurrent(2);
    model.fit(&x, &y, options(1)).unwrap();
    let path = std::env::temp_dir().join(format!(
        "nn-lib-sequences-{}.safetensors",
        std::process::id()
    ));
    model.save(&path).unwrap();
    let mut loaded = Model::load(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(loaded.to_json(), model.to_json());
    assert_eq!(loaded.get_weights(), model.get_weights());
    assert_eq!(loaded.predict(&x).unwrap(), model.predict(&x).unwrap());
    assert_eq!(
        loaded.fit(&x, &y, options(2)).unwrap(),
        model.fit(&x, &y, options(2)).unwrap()
    );
    assert_eq!(loaded.get_weights(), model.get_weights());
}

#[test]
fn moving_averages_are_none_of_the_optimizers() {
    let mut model = Sequential::new();
    let layer = BatchNormalization::new().momentum(1.0);
    model.add(
        layer
            .moving_mean_initializer(Initializer::Constant(2.0))
            .input_shape(2),
    );
    model
        .compile(AdamW::new(0.1).global_clipnorm(0.1), "mse", ())
        .unwrap();
    let (x, y) = (numbers([6, 2], 1), numbers([6, 2], 2));
    let before = model.get_weights();
    model.fit(&x, &y, options(2)).unwrap();
    let after = model.get_weights();
    assert_eq!(before[2..], after[2..]);
    assert_ne!(before[..2], after[..2]);
    assert_eq!(after[2].to_vec(), [2.0, 2.0]);
}

#[test]
fn a_plateau_has_a_cooldown_and_an_end() {
    let mut model = Sequential::new();
    model.add(
        Dense::new(1)
            .use_bias(false)
            .kernel_initializer("zeros")
            .input_shape(1),
    );
    model.compile(SGD::new(1.0), "mse", ()).unwrap();
    let plateau = ReduceLROnPlateau::new("loss")
        .factor(0.1)
        .patience(1)
        .cooldown(2)
        .min_lr(0.05);
    let options = Fit {
        callbacks: vec![Box::new(plateau)],
        ..options(7)
    };
    let history = model
        .fit(&Tensor::from([[0.0]]), &Tensor::from([1.0]), options)
        .unwrap();
    assert_eq!(
        history["learning_rate"],
        [1.0, 1.0, 0.1, 0.1, 0.05, 0.05, 0.05]
    );
}

#[test]
fn a_log_quotes_names_that_have_its_separator() {
    let path = std::env::temp_dir().join(format!("nn-lib-quoted-{}.csv", std::process::id()));
    let mut model = Sequential::new();
    model.add(Dense::new(1).kernel_initializer("zeros").input_shape(1));
    let metric = Metric::custom("off by 1, or \"more\"", |_, _| 0.5);
    model.compile("sgd", "mse", [metric]).unwrap();
    let options = Fit {
        callbacks: vec![Box::new(CSVLogger::new(&path))],
        ..options(1)
    };
    let (x, y) = (Tensor::from([[0.0]]), Tensor::from([1.0]));
    model.fit(&x, &y, options).unwrap();
    let content = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let expected = "epoch,loss,\"off by 1, or \"\"more\"\"\"\r\n0,1,0.5\r\n";
    assert_eq!(content, expected);
}

#[test]
fn a_log_is_continued() {
    let path = std::env::temp_dir().join(format!("nn-lib-log-{}.csv", std::process::id()));
    let mut model = Sequential::new();
    model.add(
        Dense::new(1)
            .use_bias(false)
            .kernel_initializer("zeros")
            .input_shape(1),
    );
    model.compile("sgd", "mse", ()).unwrap();
    for append in [false, true] {
        let log = CSVLogger::new(&path).separator(";").append(append);
        let options = Fit {
            callbacks: vec![Box::new(log)],
            ..options(1)
        };
        model
            .fit(&Tensor::from([[0.0]]), &Tensor::from([0.5]), options)
            .unwrap();
    }
    let content = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(content, "epoch;loss\r\n0;0.25\r\n0;0.25\r\n");
}

/// An embedding and the average of its steps: the weights after some steps of a training. With `steps_too` the steps are an output
/// as well, so that they must be made.
fn averaged(size: usize, mask: bool, steps_too: bool) -> (Vec<Tensor>, Vec<f32>) {
    let words: Vec<[f32; 9]> = (0..70_u32)
        .map(|text| {
            let word = |step: u32| (text * 31 + step * 17 + text * step) % 23;
            std::array::from_fn(|step| {
                if step < (text % 5) as usize {
                    0.0
                } else {
                    word(step as u32) as f32
                }
            })
        })
        .collect();
    let x = words.into_iter().collect::<Tensor>();
    let y = Tensor::from((0..70).map(|text| (text % 3) as f32).collect::<Vec<_>>());
    let input = Input::new(9);
    let steps = Embedding::new(23, size)
        .mask_zero(mask)
        .apply(&input)
        .unwrap();
    let mean = GlobalAveragePooling1D::new().apply(&steps).unwrap();
    let answer = Dense::new(1).apply(&mean).unwrap();
    let outputs = if steps_too {
        vec![answer, Flatten::new().apply(&steps).unwrap()]
    } else {
        vec![answer]
    };
    let mut model = Model::with_seed([&input], &outputs, 5).unwrap();
    let fit = Fit {
        epochs: 3,
        batch_size: 32,
        verbose: Verbose::Silent,
        seed: 1,
        ..Fit::default()
    };
    if steps_too {
        // The steps count in the loss with a weight of zero: their gradient is zero.
        let losses = [(Loss::MeanSquaredError, 1.0), (Loss::MeanSquaredError, 0.0)];
        model.compile(RMSprop::new(0.01), losses, ()).unwrap();
        let nothing = Tensor::zeros([70, 9 * size]);
        model.fit(&x, [&y, &nothing], fit).unwrap();
    } else {
        model.compile(RMSprop::new(0.01), "mse", ()).unwrap();
        model.fit(&x, &y, fit).unwrap();
    }
    (
        model.get_weights(),
        model.predict_all(&x).unwrap()[0].to_vec(),
    )
}

#[test]
fn words_that_are_averaged_at_once_give_the_same_bits_as_step_by_step() {
    let bits = |(weights, outputs): (Vec<Tensor>, Vec<f32>)| -> Vec<u32> {
        let weights = weights.iter().flat_map(Tensor::to_vec);
        // Zero has a sign that no sum can see.
        weights
            .chain(outputs)
            .map(|number| (number + 0.0).to_bits())
            .collect()
    };
    for size in [1, 5, 16, 32, 43] {
        for mask in [false, true] {
            let at_once = bits(averaged(size, mask, false));
            assert_eq!(
                at_once,
                bits(averaged(size, mask, true)),
                "{size} numbers, mask {mask}"
            );
        }
    }
}
