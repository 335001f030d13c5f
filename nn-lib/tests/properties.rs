//! What holds for all shapes and options: tried on random ones.

use nn_lib::prelude::*;
use numbers::numbers;
use proptest::prelude::*;

mod numbers;

fn network(features: usize, units: usize) -> Sequential {
    let mut model = Sequential::with_seed(7);
    model.add(
        Dense::new(units)
            .activation(Activation::Relu)
            .input_shape(features),
    );
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model
        .compile(
            RMSprop::new(0.01),
            Loss::BinaryCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    model
}

fn activation() -> impl Strategy<Value = Activation> {
    prop::sample::select(Activation::ALL.to_vec())
}

/// Rows of word indices below 40, duplicates and empty rows among them.
fn sequences() -> impl Strategy<Value = Vec<Vec<u32>>> {
    prop::collection::vec(prop::collection::vec(0u32..40, 0..12), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn splitting_a_batch_changes_no_prediction(
        rows in 1usize..70, features in 1usize..20, units in 1usize..40, cut in 0usize..70, seed in 0u64..1000,
    ) {
        let x = numbers([rows, features], seed);
        let model = network(features, units);
        let cut = cut.min(rows);
        let whole = model.predict(&x).unwrap();
        let parts = [model.predict(&x.rows(..cut)).unwrap(), model.predict(&x.rows(cut..)).unwrap()];
        let joined = Tensor::concatenate(&parts).unwrap();
        for (a, b) in whole.to_vec().iter().zip(joined.to_vec()) {
            // The order of a matrix product's sums may depend on its size: the last bits may differ.
            prop_assert!((a - b).abs() <= 1e-6);
        }
    }

    #[test]
    fn splitting_a_batch_of_multi_hot_rows_changes_no_bit(rows in sequences(), cut in 0usize..30) {
        let mut model = Sequential::with_seed(7);
        model.add(Dense::new(6).activation(Activation::Tanh).input_shape(40));
        let x = vectorize_sequences(&rows, 40).unwrap();
        let cut = cut.min(rows.len());
        let parts = [model.predict(&x.rows(..cut)).unwrap(), model.predict(&x.rows(cut..)).unwrap()];
        prop_assert_eq!(model.predict(&x).unwrap(), Tensor::concatenate(&parts).unwrap());
    }

    #[test]
    fn views_of_rows_equal_copies(rows in 1usize..20, width in 1usize..6, start in 0usize..20, end in 0usize..25) {
        let x = numbers([rows, width], 3);
        let view = x.rows(start..end);
        let (start, end) = (start.min(rows), end.min(rows));
        let indices: Vec<usize> = (start.min(end)..end).collect();
        prop_assert_eq!(&view, &x.select(&indices).unwrap());
        prop_assert_eq!(view.sum_axis(0).unwrap(), x.select(&indices).unwrap().sum_axis(0).unwrap());
    }

    #[test]
    fn multi_hot_rows_equal_the_matrix_they_stand_for(rows in sequences(), start in 0usize..30, wide in any::<bool>()) {
        // Above 65,536 columns the indices are stored in 32 bits.
        let dimension = if wide { 70_000 } else { 40 };
        let x = vectorize_sequences(&rows, dimension).unwrap();
        let start = start.min(rows.len());
        let (x, dense) = (x.rows(start..), x.to_dense().rows(start..));
        prop_assert!(x.is_multi_hot() && !dense.is_multi_hot());
        prop_assert_eq!(&x, &dense);
        prop_assert_eq!(x.sum(), dense.sum());
        if !wide {
            prop_assert_eq!(x.t(), dense.t());
            prop_assert_eq!(x.max_axis(1).unwrap(), dense.max_axis(1).unwrap());
            prop_assert_eq!(&x * 2.0, &dense * 2.0);
            prop_assert_eq!(format!("{x:?}"), format!("{dense:?}"));
            let kernel = numbers([40, 3], 5);
            let (a, b) = (x.dot(&kernel).unwrap(), dense.dot(&kernel).unwrap());
            prop_assert_eq!(a.shape(), b.shape());
            for (a, b) in a.to_vec().iter().zip(b.to_vec()) {
                prop_assert!((a - b).abs() < 1e-5);
            }
        }
        if !x.is_empty() {
            let indices: Vec<usize> = (0..x.len()).rev().collect();
            prop_assert_eq!(x.select(&indices).unwrap(), dense.select(&indices).unwrap());
            prop_assert_eq!(x.row(0).unwrap(), dense.row(0).unwrap());
        }
    }

    #[test]
    fn multi_hot_and_dense_inputs_train_alike(rows in sequences(), batch_size in 1usize..20, dropout in any::<bool>()) {
        let x = vectorize_sequences(&rows, 40).unwrap();
        let y: Vec<u32> = rows.iter().map(|row| row.len() as u32 % 2).collect();
        let train = |x: &Tensor| {
            let mut model = Sequential::with_seed(7);
            if dropout {
                // A layer that cannot read multi-hot rows gets them written out.
                model.add(Dropout::new(0.2).input_shape(40));
            }
            model.add(Dense::new(5).activation(Activation::Tanh).input_shape(40));
            model.add(Dense::new(1).activation(Activation::Sigmoid));
            model.compile(SGD::new(0.1), Loss::BinaryCrossentropy, [Metric::Accuracy]).unwrap();
            let options = Fit { epochs: 2, batch_size, verbose: Verbose::Silent, ..Fit::default() };
            model.fit(x, &Tensor::from(&y), options).unwrap();
            model.predict(x).unwrap().to_vec()
        };
        for (a, b) in train(&x).iter().zip(train(&x.to_dense())) {
            prop_assert!((a - b).abs() < 1e-4, "{} {}", a, b);
        }
    }

    #[test]
    fn a_penalty_counts_alike_for_multi_hot_and_dense_inputs(
        rows in sequences(), units in 1usize..40, (l1, l2) in (0.0f32..0.1, 0.0f32..0.1), zeros in any::<bool>(),
    ) {
        let x = vectorize_sequences(&rows, 40).unwrap();
        let y: Vec<u32> = rows.iter().map(|row| row.len() as u32 % 2).collect();
        let train = |x: &Tensor| {
            let mut model = Sequential::with_seed(7);
            let first = Dense::new(units).kernel_regularizer(Regularizer::L1L2 { l1, l2 }).input_shape(40);
            let initializer = if zeros { Initializer::Zeros } else { Initializer::GlorotUniform };
            model.add(first.kernel_initializer(initializer));
            model.add(Dense::new(1).activation(Activation::Sigmoid));
            model.compile(SGD::new(0.1), Loss::BinaryCrossentropy, ()).unwrap();
            let options = Fit { epochs: 3, batch_size: 8, verbose: Verbose::Silent, ..Fit::default() };
            let history = model.fit(x, &Tensor::from(&y), options).unwrap();
            [history["loss"].to_vec(), model.get_weights()[0].to_vec()].concat()
        };
        for (a, b) in train(&x).iter().zip(train(&x.to_dense())) {
            prop_assert!((a - b).abs() < 1e-3, "{} {}", a, b);
        }
    }

    #[test]
    fn any_shapes_and_options_train_or_give_an_error(
        (rows, features, units) in (0usize..20, 0usize..6, 0usize..6),
        activations in (activation(), activation()),
        y_columns in 0usize..4,
        (epochs, batch_size, initial_epoch) in (0usize..3, 0usize..25, 0usize..3),
        (split, rate) in (-0.2f32..1.2, prop::sample::select(vec![0.0f32, 1e-3, 1.0, 1e30, f32::NAN, -1.0])),
        (loss, optimizer) in (
            prop::sample::select(vec![
                "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy", "mse", "mae",
                "huber",
            ]),
            0usize..4,
        ),
        (dropout, seed) in (-0.5f32..1.5, any::<u64>()),
    ) {
        let x = numbers([rows, features], seed % 100);
        let y = Initializer::RandomUniform { min: 0.0, max: 3.0 }.sample(&[rows * y_columns], seed % 100);
        let y = Tensor::new([rows, y_columns], y).unwrap().map(f32::floor);
        let mut model = Sequential::with_seed(seed);
        model.add(Dense::new(units).activation(activations.0));
        model.add(Dropout::new(dropout));
        model.add(Dense::new(y_columns.max(1)).activation(activations.1));
        let compiled = match optimizer {
            0 => model.compile(SGD::new(rate).momentum(0.9), loss, ["accuracy"]),
            1 => model.compile(RMSprop::new(rate), loss, ["accuracy", "auc"]),
            2 => model.compile(Adam::new(rate).clipnorm(1.0), loss, ["accuracy"]),
            _ => model.compile(Adagrad::new(rate), loss, ["precision", "mae"]),
        };
        let options = Fit {
            epochs, batch_size, initial_epoch, seed,
            validation_split: split,
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        let trained = compiled.and_then(|()| model.fit(&x, &y, options));
        if let Err(error) = &trained {
            prop_assert!(!error.to_string().is_empty());
        }
        let _ = model.evaluate(&x, &y);
        let _ = model.predict(&x);
        let _ = format!("{:?} {}", model, model.summary());
    }
}
