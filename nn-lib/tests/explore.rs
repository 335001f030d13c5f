//! Controls where nothing can be moved, and how a cell with them is written.

mod support;

use nn_lib::prelude::*;
use std::process::Stdio;
use support::{child, run, test};

fn main() {
    child(child_explores_with_all_controls);
    child(child_shows_results_of_many_kinds);
    child(child_makes_mistakes);
    child(child_panics);
    run([
        test(in_a_terminal_the_closure_runs_once_with_the_controls_at_their_start),
        test(charts_tables_numbers_and_text_are_shown_in_their_order),
        test(mistakes_and_errors_are_told_in_the_place_of_the_controls),
        test(in_a_terminal_a_panic_of_the_closure_is_a_panic_of_the_program),
    ])
}

/// Runs one of the `child_...` functions below in a process of its own, as a terminal or a kernel would.
fn said<F: Fn()>(child: F, variables: &[(&str, &str)]) -> String {
    let mut command = support::command(child);
    command
        .env_remove("RUST_NN_KERNEL")
        .env_remove("EVCXR_IS_RUNTIME")
        .env_remove("NN_LIB_EXPLORE")
        .envs(variables.iter().copied())
        .stderr(Stdio::inherit());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn child_explores_with_all_controls() {
    let x = Tensor::from([1.0, 2.0]);
    let controls = (
        slider("units", 1..=64).start(16),
        slider("dropout", 0.0..=1.0).step(0.05).start(0.3),
        log_slider("rate", 1e-4..=1.0).start(1e-2),
        range("between", 0..=100).start(20..=80),
        choice("optimizer", ["rmsprop", "sgd"]).start("sgd"),
        checkbox("bias").start(true),
        text("review", "a great film"),
        &x,
    );
    explore(
        "Everything",
        controls,
        |(units, dropout, rate, (low, high), optimizer, bias, review, x)| {
            let _layers = (Dense::new(units), Dropout::new(dropout));
            let _optimizer = RMSprop::new(rate);
            Ok(format!(
                "{units} {dropout} {rate} {low} {high} {optimizer} {bias} {review} {}",
                x.mean()
            ))
        },
    );
    println!("{x:?}");
}

fn in_a_terminal_the_closure_runs_once_with_the_controls_at_their_start() {
    for variables in [&[][..], &[("EVCXR_IS_RUNTIME", "1")]] {
        let said = said(child_explores_with_all_controls, variables);
        let head = "Everything (units = 16, dropout = 0.3, rate = 0.01, between = 20 – 80, optimizer = sgd, bias = on, \
                    review = a great film)\n";
        let result = "16 0.3 0.01 20 80 sgd true a great film 1.5\n";
        assert!(said.contains(&format!("{head}{result}")), "{said}");
        assert_eq!(said.matches(head).count(), 1, "{said}");
    }
}

fn child_shows_results_of_many_kinds() {
    let figure = Figure::new("Loss").line([1, 2], [0.5, 0.25], "training");
    explore("One", button("again"), move |times| {
        let mut table = Table::new(["times"]);
        table.row([times.to_string()]);
        Ok(((figure.clone(), table), vec![1.5, 2.5], "words"))
    })
    .show();
    let shown_later = explore("Two", checkbox("on"), |_| Ok(()));
    println!("before the second");
    drop(shown_later);
}

fn charts_tables_numbers_and_text_are_shown_in_their_order() {
    let said = said(child_shows_results_of_many_kinds, &[]);
    let order = [
        "One (again = 0)",
        "Loss",
        "times",
        "1.5\n2.5\nwords\n",
        "before the second",
        "Two (on = off)",
    ];
    let places = order.map(|words| {
        said.find(words)
            .unwrap_or_else(|| panic!("{words}: {said}"))
    });
    assert!(places.is_sorted(), "{said}");
}

#[allow(clippy::reversed_empty_ranges)] // that is the mistake
fn child_makes_mistakes() {
    let nothing = |_| -> Result<(), Box<dyn std::error::Error>> { Ok(()) };
    explore("1", slider("units", 64..=1), nothing);
    explore("2", slider("units", 1..=64).start(65), nothing);
    explore("3", slider("rate", 0.0..=1.0).step(2.0), |_: f64| Ok(()));
    explore("4", log_slider("rate", 0.0..=1.0), |_: f64| Ok(()));
    explore("5", choice("optimizer", ["a", "b"]).start("c"), |_| Ok(()));
    explore("6", choice("optimizer", Vec::<String>::new()), |_| Ok(()));
    explore("7", (checkbox("on"), checkbox("on")), |_| Ok(()));
    explore("8", &5, |_| Ok(()));
    explore("9", checkbox("on"), |_| Ok(())).ask("Why?", ["a", "b"], "c", "So.");
    explore("10", range("words", 0..=9).start(8..=2), |_| Ok(()));
    explore("11", checkbox("on"), |_| {
        let model = Sequential::new();
        model.get_weights();
        Err::<(), _>("no data".into())
    });
}

fn mistakes_and_errors_are_told_in_the_place_of_the_controls() {
    let said = said(child_makes_mistakes, &[]);
    for words in [
        "the slider \"units\" needs a range from a smaller to a larger number, as `1..=64`, and has 64..=1",
        "the slider \"units\" starts at 65, which is not between 1 and 64",
        "the slider \"rate\" needs a step above 0 and up to its range of 1, and has 2",
        "the slider \"rate\" needs a range from a smaller to a larger number, both above 0",
        "the choice \"optimizer\" starts at \"c\", which is not in its list: a, b",
        "the choice \"optimizer\" needs something to choose from",
        "two controls have the name \"on\"",
        "\"8\" has no control to move",
        "the right answer \"c\" to the question \"Why?\" is not among its answers: a, b",
        "the range \"words\" starts with its higher number",
        "no data",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

fn child_panics() {
    let panic = std::panic::catch_unwind(|| {
        explore("One", checkbox("on"), |_| -> Result<(), _> {
            panic!("on purpose")
        });
    });
    assert_eq!(
        panic.unwrap_err().downcast_ref::<&str>(),
        Some(&"on purpose")
    );
}

fn in_a_terminal_a_panic_of_the_closure_is_a_panic_of_the_program() {
    assert!(said(child_panics, &[]).contains("One (on = off)"));
}
