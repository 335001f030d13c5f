//! Nothing that can be typed ends a program: any shapes, numbers, options, graphs and files give a result or an error.

use nn_lib::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Short and empty axes, none of them, and many.
fn shape() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop::sample::select(vec![0usize, 1, 1, 2, 3, 7]), 0..4)
}

/// Ordinary numbers and the ones at the edges.
fn number() -> impl Strategy<Value = f32> {
    prop::sample::select(vec![
        0.0,
        -0.0,
        1.0,
        2.0,
        -1.5,
        0.5,
        1e-40,
        1e30,
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
    ])
}

/// What makes no training diverge by itself.
fn small() -> impl Strategy<Value = f32> {
    prop::sample::select(vec![0.0, -0.0, 1.0, 2.0, -1.5, 0.5, 1e-40])
}

fn filled(shape: &[usize], numbers: &[f32]) -> Tensor {
    let count = shape.iter().product();
    let values = numbers.iter().cycle().take(count).copied().collect();
    Tensor::new(shape, values).unwrap()
}

fn tensor() -> impl Strategy<Value = Tensor> {
    let written = (shape(), prop::collection::vec(number(), 1..9))
        .prop_map(|(shape, numbers)| filled(&shape, &numbers));
    let words = prop::collection::vec(prop::collection::vec(0u32..5, 0..4), 0..4);
    let ones = (words, 5usize..9)
        .prop_map(|(words, dimension)| vectorize_sequences(&words, dimension).unwrap());
    prop_oneof![3 => written, 1 => ones]
}

fn layer_name() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        None,
        None,
        Some("a"),
        Some("dense"),
        Some("dense_1"),
        Some(""),
        Some("loss"),
        Some("a/b"),
    ])
}

/// A layer's kind, its size, and its place among the earlier symbols.
type Step = (u8, usize, usize, usize, Option<&'static str>);

/// Applies the steps to the symbols so far; a step that fails is left out.
fn grow(symbols: &mut Vec<Symbol>, steps: &[Step]) {
    let shared = Dense::new(3).activation(Activation::Tanh);
    for &(kind, units, first, second, name) in steps {
        let (a, b) = (
            symbols[first % symbols.len()].clone(),
            symbols[second % symbols.len()].clone(),
        );
        let name = |layer: Dense| match name {
            Some(name) => layer.name(name),
            None => layer,
        };
        let made = match kind {
            0 | 1 => name(Dense::new(units)).apply(&a),
            2 => shared.apply(&a),
            3 => Add::new().apply([&a, &b]),
            4 => Concatenate::new().apply([&a, &b]),
            5 => Maximum::new().apply([&a, &b, &a]),
            6 => Dropout::new(0.5).apply(&a),
            7 => Flatten::new().apply(&a),
            8 => Multiply::new().apply([&a, &a]),
            9 => Average::new().apply([&b, &a]),
            10 => ActivationLayer::new(Activation::ALL[units % 12]).apply(&a),
            _ => Input::new(units).name("a").pipe(Ok),
        };
        symbols.extend(made);
    }
}

trait Pipe: Sized {
    fn pipe<T>(self, function: impl FnOnce(Self) -> T) -> T {
        function(self)
    }
}

impl Pipe for Symbol {}

const LOSSES: [&str; 6] = [
    "mse",
    "mae",
    "huber",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
];
const METRICS: [&str; 10] = [
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "precision",
    "recall",
    "auc",
    "rmse",
    "huber",
];

/// Puts `value` in the place number `place` of the tree.
fn replace(tree: &mut Value, place: &mut usize, value: &Value) {
    if *place == 0 {
        *tree = value.clone();
    }
    *place = place.wrapping_sub(1);
    match tree {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| replace(item, place, value)),
        Value::Object(items) => items
            .iter_mut()
            .for_each(|(_, item)| replace(item, place, value)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tensors_of_any_shape_take_any_operation(
        a in tensor(), b in tensor(), other in shape(), (first, end) in (0usize..9, 0usize..9), axis in 0usize..4,
    ) {
        let _ = (&a + &b, &a - &b, &a * &b, &a / &b, a.dot(&b), a.reshape(other.as_slice()), a.t());
        let _ = (a.rows(first..end), a.rows(..=end), a.row(first), a.select(&[first, end]), a.select(&[]));
        let _ = (a.sum(), a.mean(), a.std(), a.max(), a.min(), a.argmax(), -&a, &a * 2.0);
        let _ = (a.sum_axis(axis), a.mean_axis(axis), a.std_axis(axis), a.max_axis(axis), a.min_axis(axis));
        let _ = (a.argmax_axis(axis), a.get([first, end]), a.get([]), a.view(), a.to_dense() == a);
        let _ = (Tensor::concatenate(&[a.clone(), b.clone()]), k_fold(&a, &b, first), normalize(&a, &b));
        let _ = format!("{a:?} {b}");
    }

    #[test]
    fn data_of_any_shape_meet_any_model(
        x in tensor(), y in tensor(), weights in prop::option::of(tensor()), given in prop::option::of(shape()),
        units in 0usize..4, (loss, metrics) in (0usize..6, prop::collection::vec(0usize..10, 0..4)),
        (activation, batch_size) in (0usize..12, prop::sample::select(vec![0usize, 1, 2, 5, usize::MAX])),
        (split, class) in (prop::sample::select(vec![0.0f32, 0.3, 0.5, 0.99]), prop::option::of(number())),
        (initial_epoch, rate) in (prop::sample::select(vec![0usize, 1, 9, usize::MAX]), number()),
    ) {
        let mut model = Sequential::new();
        if let Some(given) = given {
            model.add(Input::new(given));
        }
        model.add(Dense::new(units).activation(Activation::ALL[activation]).kernel_regularizer(Regularizer::L1(rate)));
        model.add(Dense::new(1 + units % 2).activation(Activation::ALL[11 - activation]));
        let _ = model.summary().to_string();
        let metrics: Vec<Metric> = metrics.iter().map(|name| Metric::from_name(METRICS[*name]).unwrap()).collect();
        let _ = model.compile("rmsprop", LOSSES[loss], metrics);
        let _ = model.train_on_batch(&x, &y);
        let options = Fit {
            batch_size, initial_epoch, epochs: 2, validation_split: split,
            sample_weight: weights,
            class_weight: class.map(|weight| [(0, weight)].into()).unwrap_or_default(),
            callbacks: vec![Box::new(EarlyStopping::new("loss").restore_best_weights(true))],
            verbose: Verbose::Silent,
            ..Fit::default()
        };
        let _ = model.fit(&x, &y, options);
        let _ = (model.evaluate(&x, &y), model.predict(&x), model.predict([&x, &y]), model.set_weights(&[x, y]));
    }

    #[test]
    fn any_graph_is_a_model_or_an_error(
        (sizes, steps) in (prop::collection::vec(0usize..5, 1..3), prop::collection::vec(
            (0u8..12, 0usize..5, any::<usize>(), any::<usize>(), layer_name()), 0..9)),
        ends in prop::collection::vec(any::<usize>(), 0..3), starts in prop::collection::vec(any::<usize>(), 0..3),
        (rows, numbers) in (0usize..7, prop::collection::vec(small(), 1..9)), losses in prop::collection::vec(0usize..6, 1..4),
    ) {
        let mut symbols: Vec<Symbol> = sizes.iter().map(|size| Input::new(*size)).collect();
        let mut inputs = symbols.clone();
        grow(&mut symbols, &steps);
        inputs.extend(starts.iter().map(|start| symbols[start % symbols.len()].clone()));
        let outputs: Vec<Symbol> = ends.iter().map(|end| symbols[end % symbols.len()].clone()).collect();
        for inputs in [inputs[..sizes.len()].to_vec(), inputs] {
            let Ok(mut model) = Model::new(&inputs, &outputs) else { continue };
            let losses: Vec<Loss> = losses.iter().map(|name| Loss::from_name(LOSSES[*name]).unwrap()).collect();
            let several: Vec<Loss> = losses.iter().cycle().take(outputs.len()).cloned().collect();
            let _ = model.compile("adam", losses, ["accuracy"]);
            let _ = model.compile("adam", several, ["accuracy", "mae"]);
            let data = |symbols: &[Symbol]| -> Vec<Tensor> {
                symbols.iter().map(|symbol| filled(&[&[rows], symbol.shape()].concat(), &numbers)).collect()
            };
            let options = Fit { epochs: 1, batch_size: 4, verbose: Verbose::Silent, ..Fit::default() };
            let _ = model.fit(data(&inputs), data(&outputs), options);
            let _ = (model.evaluate(data(&inputs), data(&outputs)), model.predict_all(data(&inputs)));
            let _ = (model.summary().to_string(), model.clone().apply_all(&inputs), model.plot().svg());
            if let Ok(again) = Model::from_json(&model.to_json()) {
                prop_assert_eq!(again.count_params(), model.count_params());
            }
        }
    }

    #[test]
    fn a_description_with_anything_in_it_is_a_model_or_an_error(place in 0usize..200, value in prop::sample::select(vec![
        json!(null), json!(0), json!(-1), json!(3), json!(u64::MAX), json!(1e300), json!("relu"), json!([]), json!({}),
        json!([0]), json!([u64::MAX, u64::MAX]), json!({"name": "PiecewiseConstantDecay", "boundaries": [1], "values": []}),
    ])) {
        let a = Input::new([2, 3]);
        let flat = Flatten::new().apply(&a).unwrap();
        let dense = Dense::new(2).activation(Activation::Softmax).kernel_regularizer(Regularizer::L2(0.1));
        let left = dense.apply(&flat).unwrap();
        let right = Dropout::new(0.5).apply(&left).unwrap();
        let sum = Concatenate::new().apply([&left, &right]).unwrap();
        let mut model = Model::new([&a], [&sum]).unwrap();
        model.compile(RMSprop::new(ExponentialDecay::new(0.1, 10, 0.5)), "mse", ["accuracy", "top_k_categorical_accuracy"]).unwrap();
        let mut json = model.to_json();
        replace(&mut json, &mut place.clone(), &value);
        if let Ok(mut model) = Model::from_json(&json) {
            let _ = (model.summary().to_string(), model.plot().svg());
            let _ = model.train_on_batch(&Tensor::ones([2, 2, 3]), &Tensor::ones([2, 4]));
            let _ = model.predict(&Tensor::ones([2, 2, 3]));
        }
    }
}

#[test]
fn lengths_beyond_all_memory_are_errors() {
    for huge in [usize::MAX, usize::MAX / 2, 1 << 40] {
        assert!(to_categorical([1, 2], huge).is_err());
        assert!(Tensor::new([huge, 2], vec![1.0]).is_err());
        assert!(Tensor::ones([2, 3]).reshape([huge, 2]).is_err());
        let none = Tensor::new([huge, 0], Vec::new()).unwrap();
        assert!(format!("{none:?}").len() < 100);
        let mut model = Sequential::new();
        model.add(Dense::new(huge).input_shape(3));
        assert!(model.compile("sgd", "mse", ()).is_err());
        let mut model = Sequential::new();
        model.add(Flatten::new().input_shape([huge, 3]));
        model.add(Dense::new(2));
        assert!(model.compile("sgd", "mse", ()).is_err());
        let (a, b) = (Input::new(huge), Input::new(huge));
        let both = Concatenate::new().apply([&a, &b]).unwrap();
        assert!(Dense::new(1).apply(&both).is_err());
        let words = vectorize_sequences(&[vec![1]], huge).unwrap();
        assert!(format!("{words:?}").len() < 200);
    }
}
