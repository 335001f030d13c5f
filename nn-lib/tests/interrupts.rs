//! An interrupt belongs to the cell that it was sent to: each test runs a child process as a kernel would.

mod support;

use nn_lib::notebook::clear_interrupt;
use nn_lib::notebook::interrupt::Region;
use nn_lib::prelude::*;
use nn_lib::training::Tensors;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{child, run, test};

fn main() {
    child(is_stopped_in_the_third_epoch);
    child(loops_over_trainings);
    child(is_stopped_in_its_first_epoch);
    child(is_stopped_while_data_are_prepared);
    child(is_stopped_while_a_data_set_is_made);
    child(is_stopped_in_a_callback);
    if cfg!(not(unix)) {
        run([]);
    }
    run([
        test(a_stopped_training_ends_its_cell_and_no_later_one),
        test(a_loop_of_trainings_ends_when_one_is_stopped),
        test(a_training_without_a_completed_epoch_is_interrupted_and_keeps_its_steps),
        test(a_stop_while_data_are_prepared_costs_nothing),
        test(a_stop_while_a_data_set_is_made_costs_nothing),
        test(a_stop_within_a_callback_ends_the_training_with_its_history),
    ])
}

/// What a child says that ends well: one of the functions that `main` names, in a process of its own, in a notebook.
fn said(child: impl Fn()) -> String {
    let mut command = support::command(child);
    command
        .env("RUST_NN_KERNEL", "1")
        .env("NN_LIB_OFFLINE", "1")
        .env("KERAS_HOME", "/nowhere")
        .env_remove("NN_LIB_DATA")
        .stderr(Stdio::inherit());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The reader presses stop.
fn stop() {
    signal_hook::low_level::raise(signal_hook::consts::SIGINT).unwrap();
}

fn data() -> (Tensor, Tensor) {
    let numbers = (0..600).map(|i| (i as f32 * 0.7).sin()).collect();
    let x = Tensor::new([300, 2], numbers).unwrap();
    (x, Tensor::from(vec![1.0; 300]))
}

/// A network that stops itself at the nth row.
fn network(stops_at: usize) -> Sequential {
    let rows = AtomicUsize::new(0);
    let metric = Metric::custom("one", move |_, _| {
        if rows.fetch_add(1, Ordering::Relaxed) == stops_at {
            stop();
        }
        1.0
    });
    let mut model = Sequential::with_seed(1);
    model.add(Dense::new(1).input_shape(2));
    model.compile("sgd", "mse", [metric]).unwrap();
    model
}

fn fit(epochs: usize, verbose: Verbose) -> Fit {
    Fit {
        epochs,
        batch_size: 30,
        verbose,
        ..Fit::default()
    }
}

fn interrupted<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::Interrupted { .. }))
}

fn is_stopped_in_the_third_epoch() {
    let (x, y) = data();
    let mut model = network(650);
    let history = model.fit(&x, &y, fit(1_000_000, Verbose::Silent)).unwrap();
    assert_eq!(history.epochs(), [1, 2]);
    assert_eq!(history["one"].len(), 2);
    // The rest of the cell.
    let weights = model.get_weights();
    assert!(interrupted(model.fit(&x, &y, fit(1, Verbose::Lines))));
    assert!(interrupted(model.evaluate(&x, &y)));
    assert!(interrupted(model.predict(&x)));
    assert!(interrupted(model.predict_all(&x)));
    assert!(interrupted(model.train_on_batch(&x, &y)));
    assert!(interrupted(k_fold(&x, &y, 3)));
    assert!(interrupted(vectorize_sequences(&[vec![1]], 3)));
    assert!(interrupted(imdb::load_data(100)));
    assert!(interrupted(reuters::load_data(100)));
    assert!(interrupted(imdb::get_word_index()));
    assert_eq!(model.get_weights(), weights);
    // What was learned may still be saved.
    let path = std::env::temp_dir().join(format!("nn-lib-stopped-{}", std::process::id()));
    model.save(&path).unwrap();
    model.load_weights(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    // The next cell.
    clear_interrupt();
    let history = model.fit(&x, &y, fit(3, Verbose::Silent)).unwrap();
    assert_eq!(history.epochs(), [1, 2, 3]);
    assert!(model.evaluate(&x, &y).is_ok() && model.predict(&x).is_ok());
}

fn a_stopped_training_ends_its_cell_and_no_later_one() {
    let text = said(is_stopped_in_the_third_epoch);
    let line =
        "interrupted in epoch 3: the model keeps what it has learned, the history holds 2 epochs";
    assert_eq!(text.matches(line).count(), 1, "{text}");
}

fn loops_over_trainings() {
    let (x, y) = data();
    let mut begun = 0;
    let mut scores = Vec::new();
    let mut cell = || -> Result<()> {
        for _ in 0..4 {
            begun += 1;
            let mut model = network(350);
            let history = model.fit(&x, &y, fit(1_000_000, Verbose::Silent))?;
            scores.push(*history["one"].last().unwrap());
        }
        Ok(())
    };
    assert!(interrupted(cell()));
    assert_eq!((begun, scores.len()), (2, 1));
}

fn a_loop_of_trainings_ends_when_one_is_stopped() {
    said(loops_over_trainings);
}

fn is_stopped_in_its_first_epoch() {
    for verbose in [Verbose::Silent, Verbose::Lines, Verbose::Chart] {
        clear_interrupt();
        let (x, y) = data();
        let mut model = network(100);
        let before = model.get_weights();
        let error = model.fit(&x, &y, fit(9, verbose)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "fit, in its first epoch, was interrupted"
        );
        assert!(model.get_weights() != before, "the steps are kept");
    }
}

fn a_training_without_a_completed_epoch_is_interrupted_and_keeps_its_steps() {
    let text = said(is_stopped_in_its_first_epoch);
    let line =
        "interrupted in epoch 1: the model keeps what it has learned, the history holds 0 epochs";
    assert!(text.matches(line).count() >= 3, "{text}");
}

/// Data that take their time; meanwhile the reader presses stop.
struct Slow(Tensor);

impl Tensors for Slow {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        stop();
        Ok(vec![self.0.clone()])
    }
}

fn is_stopped_while_data_are_prepared() {
    let (x, y) = data();
    let mut model = network(usize::MAX);
    let weights = model.get_weights();
    assert!(interrupted(model.fit(
        Slow(x.clone()),
        &y,
        fit(1, Verbose::Silent)
    )));
    clear_interrupt();
    assert!(interrupted(model.train_on_batch(Slow(x.clone()), &y)));
    clear_interrupt();
    assert!(interrupted(model.evaluate(Slow(x.clone()), &y)));
    clear_interrupt();
    assert!(interrupted(model.predict(Slow(x))));
    assert_eq!(model.get_weights(), weights);
}

fn a_stop_while_data_are_prepared_costs_nothing() {
    said(is_stopped_while_data_are_prepared);
}

fn is_stopped_while_a_data_set_is_made() {
    // Keeps a slow machine from raising the signal before the work begins.
    let _region = Region::enter();
    let soon = || {
        std::thread::spawn(|| {
            std::thread::sleep(Duration::from_millis(5));
            stop();
        })
    };
    let timer = soon();
    assert!(interrupted(imdb::load_data(10_000)));
    timer.join().unwrap();
    clear_interrupt();
    let rows = vec![(0..1_000).collect::<Vec<u32>>(); 30_000];
    let timer = soon();
    assert!(interrupted(vectorize_sequences(&rows, 10_000)));
    timer.join().unwrap();
}

fn a_stop_while_a_data_set_is_made_costs_nothing() {
    said(is_stopped_while_a_data_set_is_made);
}

fn is_stopped_in_a_callback() {
    let (x, y) = data();
    let mut model = network(usize::MAX);
    let (data, targets) = (x.clone(), y.clone());
    let (sender, answers) = std::sync::mpsc::channel();
    let asks = OnEpochEnd::new(move |training| {
        if training.epoch == 1 {
            stop();
        }
        let answer = training.model.evaluate(&data, &targets);
        sender.send(answer.is_ok()).unwrap();
    });
    let options = Fit {
        callbacks: vec![
            Box::new(EarlyStopping::new("val_loss").patience(9)),
            Box::new(asks),
        ],
        validation_split: 0.2,
        ..fit(9, Verbose::Silent)
    };
    let history = model.fit(&x, &y, options).unwrap();
    assert_eq!(history.epochs(), [1, 2]);
    assert_eq!(answers.iter().collect::<Vec<bool>>(), [true, false]);
}

fn a_stop_within_a_callback_ends_the_training_with_its_history() {
    said(is_stopped_in_a_callback);
}
