//! Whatever happens during a training, everybody sees the same weights: those after the last finished step.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use nn_lib::callbacks::Callback;
use nn_lib::layers::{Backward, Base, Forward, Layer, Variable};
use nn_lib::optimizers::Settings;
use nn_lib::prelude::*;
use serde_json::{Value, json};

const WORDS: usize = 5_000;
/// The last batch of an epoch is smaller.
const ROWS: usize = 290;
const BATCH: usize = 64;

/// Multi-hot rows and their classes.
fn data() -> (Tensor, Tensor) {
    let row = |row: u32| (0..40).map(|i| (row * 37 + i * i * 11) % 5_000).collect();
    let rows: Vec<Vec<u32>> = (0..ROWS as u32).map(row).collect();
    let labels: Vec<u32> = rows.iter().map(|row| u32::from(row[0] < 2_500)).collect();
    let x = vectorize_sequences(&rows, WORDS).unwrap();
    (x, Tensor::from(labels))
}

fn first() -> Dense {
    Dense::new(16).activation(Activation::Relu)
}

fn stack(first: impl Layer) -> Sequential {
    let mut model = Sequential::with_seed(1);
    model.add(first.input_shape(WORDS));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model
}

/// The chapter's network with a metric.
fn network(metric: Metric) -> Sequential {
    let mut model = stack(first());
    let rate = ExponentialDecay::new(0.01, 3, 0.9);
    model
        .compile(RMSprop::new(rate), Loss::BinaryCrossentropy, [metric])
        .unwrap();
    model
}

fn quiet(epochs: usize) -> Fit {
    Fit {
        epochs,
        batch_size: BATCH,
        verbose: Verbose::Silent,
        seed: 7,
        ..Fit::default()
    }
}

/// A metric that is 1, and does something when it is asked for the nth time.
fn at_row(nth: usize, action: impl Fn() + Send + Sync + 'static) -> Metric {
    let rows = AtomicUsize::new(0);
    Metric::custom("one", move |_, _| {
        if rows.fetch_add(1, Ordering::Relaxed) == nth {
            action();
        }
        1.0
    })
}

fn one() -> Metric {
    Metric::custom("one", |_, _| 1.0)
}

fn values(model: &Model) -> Vec<Vec<f32>> {
    model.get_weights().iter().map(Tensor::to_vec).collect()
}

fn assert_close(a: &[Vec<f32>], b: &[Vec<f32>], what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (nth, (a, b)) in a.iter().zip(b).enumerate() {
        let far = a.iter().zip(b).find(|(a, b)| (*a - *b).abs() > 1e-3);
        assert!(far.is_none(), "{what}, weight {nth}: {far:?}");
    }
}

/// Weights, `predict`, `evaluate`, a clone and a saved copy say the same.
fn assert_one_state(model: &mut Sequential, x: &Tensor, y: &Tensor) {
    let predicted = model.predict(x).unwrap().to_vec();
    assert_eq!(predicted, model.predict(x).unwrap().to_vec());
    // Few rows take another way than many.
    let few = model.predict(&x.rows(..20)).unwrap().to_vec();
    assert_eq!(predicted[..20], few);
    let mut fresh = stack(first());
    fresh.set_weights(&model.get_weights()).unwrap();
    assert_eq!(predicted, fresh.predict(x).unwrap().to_vec());
    assert_eq!(predicted, model.clone().predict(x).unwrap().to_vec());
    let name = format!(
        "nn-lib-{}-{:?}.safetensors",
        std::process::id(),
        std::thread::current().id()
    );
    let path = std::env::temp_dir().join(name);
    model.save(&path).unwrap();
    let mut saved = stack(first());
    saved.load_weights(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(predicted, saved.predict(x).unwrap().to_vec());
    let loss = model.evaluate(x, y).unwrap()[0];
    assert_eq!(loss, model.evaluate(x, y).unwrap()[0]);
}

/// A training without an accident.
fn two_epochs() -> Sequential {
    let (x, y) = data();
    let mut model = network(one());
    model.fit(&x, &y, quiet(2)).unwrap();
    model
}

/// Asserts that a model whose training broke in the first batch of the third epoch has two epochs behind it: its weights,
/// and, as the next training shows, the optimizer's memory and its count of steps.
fn assert_two_epochs(mut model: Sequential) {
    let (x, y) = data();
    let mut expected = two_epochs();
    assert!(values(&model) == values(&expected), "other weights");
    assert_one_state(&mut model, &x, &y);
    let rates = (model.learning_rate().unwrap(), expected.learning_rate());
    assert_eq!(rates.0, rates.1.unwrap());
    model.fit(&x, &y, quiet(1)).unwrap();
    expected.fit(&x, &y, quiet(1)).unwrap();
    assert!(values(&model) == values(&expected), "another memory");
}

fn breaks<R>(work: impl FnOnce() -> R) {
    assert!(catch_unwind(AssertUnwindSafe(work)).is_err(), "no panic");
}

#[test]
fn a_metric_that_panics_in_the_third_epoch_leaves_the_model_as_trained_so_far() {
    let (x, y) = data();
    let mut model = network(at_row(2 * ROWS + 5, || panic!("the metric broke")));
    breaks(|| model.fit(&x, &y, quiet(60)));
    assert_two_epochs(model);
}

#[test]
fn a_metric_that_panics_within_an_epoch_leaves_the_steps_that_were_finished() {
    let (x, y) = data();
    let metric = || at_row(2 * BATCH + 5, || panic!("the metric broke"));
    let train = |x: &Tensor| {
        let mut model = network(metric());
        let before = values(&model);
        breaks(|| model.fit(x, &y, quiet(60)));
        assert!(values(&model) != before, "two steps moved the weights");
        model
    };
    // On the matrix that the rows stand for no step is ever noted to be taken later.
    let (mut rows, matrix) = (train(&x), train(&x.to_dense()));
    assert_close(&values(&rows), &values(&matrix), "two steps");
    assert_one_state(&mut rows, &x, &y);
}

#[test]
fn a_metric_that_panics_while_the_validation_is_measured_costs_no_epoch() {
    let (x, y) = data();
    let mut model = network(at_row(2 * ROWS + 50 + 5, || panic!("the metric broke")));
    let options = Fit {
        validation_data: Some((x.rows(..50), y.rows(..50))),
        ..quiet(60)
    };
    breaks(|| model.fit(&x, &y, options));
    assert_two_epochs(model);
}

#[test]
fn a_loss_that_panics_in_the_third_epoch_leaves_the_steps_that_were_finished() {
    let (x, y) = data();
    let train = |x: &Tensor| {
        let breaks_now = Arc::new(AtomicBool::new(false));
        let broken = Arc::clone(&breaks_now);
        let loss = Loss::custom("error", move |truth, predicted| {
            assert!(!broken.load(Ordering::Relaxed), "the loss broke");
            (truth[0] - predicted[0]).powi(2)
        });
        let switch = Arc::clone(&breaks_now);
        let metric = at_row(2 * ROWS + 5, move || switch.store(true, Ordering::Relaxed));
        let mut model = stack(first());
        model.compile(SGD::new(0.1), loss, [metric]).unwrap();
        let before = values(&model);
        breaks(|| model.fit(x, &y, quiet(60)));
        assert!(values(&model) != before, "nothing learned");
        breaks_now.store(false, Ordering::Relaxed);
        model
    };
    let (mut rows, mut matrix) = (train(&x), train(&x.to_dense()));
    assert_close(&values(&rows), &values(&matrix), "two epochs");
    assert_one_state(&mut rows, &x, &y);
    rows.fit(&x, &y, quiet(1)).unwrap();
    matrix.fit(&x.to_dense(), &y, quiet(1)).unwrap();
    assert_close(&values(&rows), &values(&matrix), "and one more");
}

struct Breaks {
    at: &'static str,
}

impl Callback for Breaks {
    fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        assert!(self.at != "begin" || training.epoch < 2, "at the beginning");
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        assert!(self.at != "end" || training.epoch < 1, "at the end");
        Ok(())
    }
}

#[test]
fn a_callback_that_panics_after_the_second_epoch_leaves_the_model_as_trained_so_far() {
    for at in ["begin", "end"] {
        let (x, y) = data();
        let mut model = network(one());
        let options = Fit {
            callbacks: vec![Box::new(Breaks { at })],
            ..quiet(60)
        };
        breaks(|| model.fit(&x, &y, options));
        assert_two_epochs(model);
    }
}

/// Plain gradient descent that breaks in one of its steps.
#[derive(Clone)]
struct Fragile {
    settings: Settings,
    breaks_in: u64,
}

impl Optimizer for Fragile {
    fn name(&self) -> &'static str {
        "fragile"
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn slots(&self) -> usize {
        0
    }

    fn update(&self, weights: &mut [f32], _slots: &mut [&mut [f32]], gradient: &[f32]) {
        assert!(
            self.settings.step() != self.breaks_in,
            "the optimizer broke"
        );
        for (weight, gradient) in weights.iter_mut().zip(gradient) {
            *weight -= self.settings.rate() * gradient;
        }
    }

    fn config(&self) -> Value {
        json!({ "name": "fragile" })
    }

    fn clone_box(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}

#[test]
fn an_optimizer_that_panics_leaves_a_model_that_can_be_asked_and_trained() {
    let (x, y) = data();
    // The last step of an epoch is the fifth, the last of the training the tenth.
    for breaks_in in [3, 5, 10] {
        let settings = Settings::new(0.1);
        let mut model = stack(first());
        model
            .compile(
                Fragile {
                    settings,
                    breaks_in,
                },
                Loss::BinaryCrossentropy,
                (),
            )
            .unwrap();
        breaks(|| model.fit(&x, &y, quiet(2)));
        assert_one_state(&mut model, &x, &y);
        model.fit(&x, &y, quiet(1)).unwrap();
        assert_one_state(&mut model, &x, &y);
    }
}

/// `output = input · kernel`, for multi-hot rows.
#[derive(Clone, Debug)]
struct Table {
    base: Base,
    units: usize,
    penalty: Option<Regularizer>,
    /// Whether it lets the model keep its kernel by columns.
    by_columns: bool,
    breaks: Arc<AtomicBool>,
    kernel: Option<Variable>,
}

impl Table {
    fn new(units: usize, by_columns: bool) -> Table {
        Table {
            base: Base::default(),
            units,
            penalty: None,
            by_columns,
            breaks: Arc::default(),
            kernel: None,
        }
    }
}

impl Layer for Table {
    fn kind(&self) -> &'static str {
        "Table"
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn base_mut(&mut self) -> &mut Base {
        &mut self.base
    }

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let (shape, penalty) = ([inputs[0][0], self.units], self.penalty);
        self.kernel.get_or_insert_with(|| {
            Variable::new("kernel", shape, Initializer::GlorotUniform, penalty)
        });
        Ok(Shape::from([self.units]))
    }

    fn forward(&self, mut call: Forward<'_>) {
        let kernel = self.kernel.as_ref().unwrap();
        let rows = call.inputs.multi_hot(0).expect("multi-hot rows");
        let output = call.output.as_slice_mut().unwrap();
        if self.by_columns {
            rows.multiply(kernel, output);
        } else {
            rows.gather(&kernel.values, self.units, output);
        }
    }

    fn backward(&mut self, call: Backward<'_>) {
        let kernel = self.kernel.as_mut().unwrap();
        let rows = call.inputs.multi_hot(0).expect("multi-hot rows");
        let delta = call.upstream.as_slice().unwrap();
        if self.by_columns {
            rows.add_gradient(delta, kernel);
        } else {
            rows.scatter(delta, self.units, &mut kernel.gradient);
        }
        assert!(!self.breaks.load(Ordering::Relaxed), "the layer broke");
    }

    fn variables(&self) -> Vec<&Variable> {
        self.kernel.iter().collect()
    }

    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        self.kernel.iter_mut().collect()
    }

    fn takes_multi_hot(&self) -> bool {
        true
    }

    fn kernel_by_columns(&self) -> Option<usize> {
        self.by_columns.then_some(0)
    }

    fn config(&self) -> Value {
        json!({})
    }

    fn boxed_clone(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

#[test]
fn a_layer_of_ones_own_on_multi_hot_rows_trains_as_dense_does() {
    let (x, y) = data();
    let train = |mut model: Sequential| {
        let optimizer = RMSprop::new(0.01);
        model
            .compile(optimizer, Loss::BinaryCrossentropy, [Metric::Accuracy])
            .unwrap();
        let options = Fit {
            validation_split: 0.2,
            ..quiet(4)
        };
        let history = model.fit(&x, &y, options).unwrap();
        let evaluated = model.evaluate(&x, &y).unwrap().to_vec();
        let log = [history["loss"].to_vec(), history["val_loss"].to_vec()];
        (values(&model), log, evaluated)
    };
    // 20 units: one full strip of vector lanes and a part of another.
    for (units, penalty) in [(16, Some(Regularizer::L2(0.01))), (20, None)] {
        let mut dense = Dense::new(units).use_bias(false);
        if let Some(penalty) = penalty {
            dense = dense.kernel_regularizer(penalty);
        }
        let expected = train(stack(dense));
        for by_columns in [false, true] {
            let mut table = Table::new(units, by_columns);
            table.penalty = penalty;
            let trained = train(stack(table));
            let what = format!("{units} units, by columns: {by_columns}");
            if by_columns || penalty.is_none() {
                assert!(trained == expected, "{what}");
            } else {
                // The penalty's derivative is the first term of the sum instead of the last.
                assert_close(&trained.0, &expected.0, &what);
                assert_close(&trained.1, &expected.1, &what);
            }
        }
    }
}

#[test]
fn a_layer_of_ones_own_that_panics_on_the_way_back_leaves_the_steps_before() {
    let (x, y) = data();
    for by_columns in [false, true] {
        let table = Table::new(16, by_columns);
        let breaks_now = Arc::clone(&table.breaks);
        let mut model = stack(table);
        let switch = Arc::clone(&breaks_now);
        let metric = at_row(2 * ROWS + 5, move || switch.store(true, Ordering::Relaxed));
        let compile = |model: &mut Sequential, metric| {
            model
                .compile(RMSprop::new(0.01), Loss::BinaryCrossentropy, [metric])
                .unwrap();
        };
        compile(&mut model, metric);
        breaks(|| model.fit(&x, &y, quiet(60)));
        let mut expected = stack(Table::new(16, by_columns));
        compile(&mut expected, one());
        expected.fit(&x, &y, quiet(2)).unwrap();
        assert!(values(&model) == values(&expected));
        // The broken step is not half in the next one.
        breaks_now.store(false, Ordering::Relaxed);
        model.fit(&x, &y, quiet(1)).unwrap();
        expected.fit(&x, &y, quiet(1)).unwrap();
        assert!(values(&model) == values(&expected));
    }
}

/// Two models with one first layer; the second has a head of its own.
fn siblings(metric: Metric) -> (Model, Model) {
    let x = Input::new(WORDS);
    let shared = first().apply(&x).unwrap();
    let head = |units| Dense::new(units).activation(Activation::Sigmoid);
    let one_class = head(1).apply(&shared).unwrap();
    let two_classes = head(2).apply(&shared).unwrap();
    let mut model = Model::with_seed([&x], [&one_class], 1).unwrap();
    let other = Model::with_seed([&x], [&two_classes], 2).unwrap();
    let optimizer = RMSprop::new(0.01);
    model
        .compile(optimizer, Loss::BinaryCrossentropy, [metric])
        .unwrap();
    (model, other)
}

#[test]
fn validation_data_that_are_a_matrix_are_measured_with_the_weights_of_now() {
    let (x, y) = data();
    let train = |x_val: Tensor| {
        let mut model = network(one());
        let options = Fit {
            validation_data: Some((x_val, y.clone())),
            ..quiet(3)
        };
        model.fit(&x, &y, options).unwrap()["val_loss"].clone()
    };
    let (rows, matrix) = (train(x.clone()), train(x.to_dense()));
    assert_close(&[rows.to_vec()], &[matrix.to_vec()], "losses");
}

#[test]
fn another_model_that_shares_a_layer_sees_every_finished_step() {
    let (x, y) = data();
    let train = |x: &Tensor| {
        let other = Arc::new(Mutex::new(None::<Model>));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (asked, sees) = (Arc::clone(&other), Arc::clone(&seen));
        let rows = AtomicUsize::new(0);
        let metric = Metric::custom("one", move |_, _| {
            if rows.fetch_add(1, Ordering::Relaxed).is_multiple_of(97) {
                let other = asked.lock().unwrap();
                let weights = other.as_ref().unwrap().get_weights();
                sees.lock().unwrap().push(weights[0].to_vec());
            }
            1.0
        });
        let (mut model, sibling) = siblings(metric);
        *other.lock().unwrap() = Some(sibling);
        model.fit(x, &y, quiet(3)).unwrap();
        let seen = seen.lock().unwrap().clone();
        (seen, values(&model))
    };
    let (rows, matrix) = (train(&x), train(&x.to_dense()));
    assert_eq!(rows.0.len(), (3 * ROWS).div_ceil(97));
    assert!(rows.0[0] != rows.0[8]);
    assert_close(&rows.0, &matrix.0, "as seen");
    assert_close(&rows.1, &matrix.1, "at the end");
    // Whoever only looks changes no bit.
    let (mut alone, _) = siblings(one());
    alone.fit(&x, &y, quiet(3)).unwrap();
    assert!(rows.1 == values(&alone));
}

/// Passes everything on; on the nth way back it does something.
#[derive(Clone)]
struct Pass {
    base: Base,
    calls: Arc<AtomicUsize>,
    nth: usize,
    action: Arc<dyn Fn() + Send + Sync>,
}

impl Layer for Pass {
    fn kind(&self) -> &'static str {
        "Pass"
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn base_mut(&mut self) -> &mut Base {
        &mut self.base
    }

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        Ok(inputs[0].clone())
    }

    fn forward(&self, mut call: Forward<'_>) {
        call.output.assign(&call.inputs.matrix(0));
    }

    fn backward(&mut self, mut call: Backward<'_>) {
        if let Some(mut gradient) = call.gradients.matrix(0) {
            gradient += &call.upstream;
        }
        if self.calls.fetch_add(1, Ordering::Relaxed) == self.nth {
            (self.action)();
        }
    }

    fn config(&self) -> Value {
        json!({})
    }

    fn boxed_clone(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

/// Trains a model while another one, which shares its first layer, sets this layer's weights to their halves: while the
/// loss is measured, or on the way back, when the shared layer has its gradient already.
fn trains_while_another_sets(x: &Tensor, on_the_way_back: bool) -> Vec<Vec<f32>> {
    let (_, y) = data();
    let other = Arc::new(Mutex::new(None::<Model>));
    let sets = Arc::clone(&other);
    let halve = Arc::new(move || {
        let mut other = sets.lock().unwrap();
        let other = other.as_mut().unwrap();
        let weights = other.get_weights();
        let halves: Vec<Tensor> = weights.iter().map(|weight| weight * 0.5).collect();
        other.set_weights(&halves).unwrap();
    });
    let (in_metric, in_pass) = match on_the_way_back {
        false => (ROWS + BATCH + 5, usize::MAX),
        true => (usize::MAX, 6),
    };
    let pass = Pass {
        base: Base::default(),
        calls: Arc::default(),
        nth: in_pass,
        action: Arc::clone(&halve) as Arc<dyn Fn() + Send + Sync>,
    };
    let (words, numbers) = (Input::new(WORDS), Input::new(2));
    let layer = first().kernel_regularizer(Regularizer::L2(0.01));
    let shared = layer.apply(&words).unwrap();
    // The way back goes through the shared layer first, then through these two.
    let aside = Dense::new(2).apply(&numbers).unwrap();
    let aside = pass.apply(&aside).unwrap();
    let both = Concatenate::new().apply([&aside, &shared]).unwrap();
    let end = Dense::new(1).activation(Activation::Sigmoid);
    let end = end.apply(&both).unwrap();
    let mut model = Model::with_seed([&words, &numbers], [&end], 1).unwrap();
    *other.lock().unwrap() = Some(Model::with_seed([&words], [&shared], 2).unwrap());
    let metric = at_row(in_metric, move || halve());
    model
        .compile(RMSprop::new(0.01), Loss::BinaryCrossentropy, [metric])
        .unwrap();
    let numbers = (0..2 * ROWS).map(|i| (i as f32 * 0.7).sin()).collect();
    let numbers = Tensor::new([ROWS, 2], numbers).unwrap();
    model.fit([x, &numbers], &y, quiet(3)).unwrap();
    values(&model)
}

#[test]
fn another_model_that_shares_a_layer_may_set_its_weights_in_the_middle_of_a_step() {
    let (x, _) = data();
    for on_the_way_back in [false, true] {
        let rows = trains_while_another_sets(&x, on_the_way_back);
        let matrix = trains_while_another_sets(&x.to_dense(), on_the_way_back);
        let what = format!("on the way back: {on_the_way_back}");
        assert_close(&rows, &matrix, &what);
    }
}

/// Fails when the work takes longer than a minute: then somebody waits for ever.
fn within_a_minute<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    let result = receiver.recv_timeout(Duration::from_secs(60));
    result.expect("a deadlock, or a panic that is told above")
}

#[test]
fn a_model_that_predicts_on_another_thread_takes_nothing_away_from_a_training() {
    let (x, y) = data();
    let (mut alone, _) = siblings(one());
    alone.fit(&x, &y, quiet(20)).unwrap();
    let (learned, asked) = within_a_minute(move || {
        let (mut model, mut other) = siblings(one());
        other
            .compile("sgd", Loss::SparseCategoricalCrossentropy, ())
            .unwrap();
        let mut asked = 0;
        std::thread::scope(|scope| {
            let training = scope.spawn(|| model.fit(&x, &y, quiet(20)).unwrap());
            while !training.is_finished() {
                // Few and many rows, and the weights themselves.
                let _ = other.predict(&x.rows(..20)).unwrap();
                let _ = other.predict(&x).unwrap();
                let _ = other.get_weights();
                asked += 1;
            }
        });
        (values(&model), asked)
    });
    assert!(asked > 0);
    assert!(learned == values(&alone), "something was lost");
}

#[test]
fn two_models_that_train_a_shared_layer_on_two_threads_both_learn() {
    let (model, other, x, y) = within_a_minute(|| {
        let (x, y) = data();
        let (mut model, mut other) = siblings(Metric::Accuracy);
        other
            .compile("rmsprop", Loss::SparseCategoricalCrossentropy, ["accuracy"])
            .unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| model.fit(&x, &y, quiet(30)).unwrap());
            scope.spawn(|| other.fit(&x, &y, quiet(30)).unwrap());
        });
        (model, other, x, y)
    });
    assert_eq!(values(&model)[0], values(&other)[0]);
    for mut model in [model, other] {
        let results = model.evaluate(&x, &y).unwrap();
        assert!(results["accuracy"] > 0.9, "{results}");
    }
}

#[test]
fn layers_in_opposite_orders_are_trained_on_two_threads_without_a_deadlock() {
    // Small layers, and such whose products are shared out to threads; with and without clipping.
    for (size, epochs) in [(8, 40), (150, 4)] {
        for clip in [false, true] {
            within_a_minute(move || {
                let (a, b) = (Dense::new(size), Dense::new(size));
                let x = Input::new(size);
                let forth = b.apply(&a.apply(&x).unwrap()).unwrap();
                let back = a.apply(&b.apply(&x).unwrap()).unwrap();
                let models = [forth, back].map(|end| {
                    let mut model = Model::with_seed([&x], [&end], 1).unwrap();
                    let sgd = SGD::new(1e-4);
                    let sgd = if clip { sgd.global_clipnorm(1.0) } else { sgd };
                    model.compile(sgd, Loss::MeanSquaredError, ()).unwrap();
                    model
                });
                let numbers = (0..200 * size).map(|i| (i as f32 * 0.7).sin()).collect();
                let data = Tensor::new([200, size], numbers).unwrap();
                std::thread::scope(|scope| {
                    for mut model in models {
                        let data = &data;
                        scope.spawn(move || model.fit(data, data, quiet(epochs)).unwrap());
                    }
                });
            });
        }
    }
}
