//! Moves of controls in a notebook: which of them counts, who waits for whom, and what stops a run.

use classroom_tests::kernel_widgets::Widgets;
use serde_json::json;
use std::time::{Duration, Instant};

/// A closure that takes its time, looks whether it is to stop, and counts how often it has run.
const PATIENT: &str = "use nn_lib::notebook::interrupted; use std::sync::atomic::{AtomicUsize, Ordering};\n\
    static RUNS: AtomicUsize = AtomicUsize::new(0);\n\
    static DONE: AtomicUsize = AtomicUsize::new(0);\n\
    fn work(tenths: usize) { RUNS.fetch_add(1, Ordering::SeqCst); \
    for _ in 0..tenths * 10 { if interrupted() { return; } \
    std::thread::sleep(std::time::Duration::from_millis(10)); } DONE.fetch_add(1, Ordering::SeqCst); }";

#[test]
fn of_many_moves_the_last_wins_and_the_older_run_is_stopped() {
    let mut front = Widgets::start();
    front.ok(PATIENT);
    front.ok("explore(\"Slow\", slider(\"n\", 0..=100), |n| { if n > 0 { work(10); } Ok(format!(\"n is {n}\")) })");
    let slider = front.find("IntSliderModel", "n");
    let start = Instant::now();
    for n in 1..=100 {
        front.set(&slider, json!({ "value": n }));
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Instant::now();
    let shown = front.until("Slow", "n is 100");
    assert!(start.elapsed() > Duration::from_millis(1400));
    assert!(
        shown - sent < Duration::from_millis(2500),
        "{:?}",
        shown - sent
    );
    let results = front
        .news
        .iter()
        .filter(|news| news.content["data"].to_string().contains("n is "));
    assert_eq!(results.count(), 1, "what is no longer wanted is not shown");
    assert_eq!(
        front.kernel.ok("DONE.load(Ordering::SeqCst)").result(),
        Some("1")
    );
    front.kernel.shut_down();
}

#[test]
fn a_training_in_the_closure_is_stopped_by_the_next_move_and_shows_how_far_it_is() {
    let mut front = Widgets::start();
    front.ok("let x = Tensor::new([512, 4], (0..2048).map(|i| (i as f32).sin()).collect())?; let y = Tensor::ones([512, 1]);");
    front.ok(
        "explore(\"Fit\", (slider(\"n\", 1..=50), &x, &y), |(n, x, y)| {\n\
            let epochs = if n == 50 { 2_000_000 } else { n };\n\
            let mut model = Sequential::new();\n\
            model.add(Dense::new(1).input_shape(4));\n\
            model.compile(\"sgd\", \"mse\", ())?;\n\
            let history = model.fit(&x, &y, Fit { epochs, ..Fit::default() })?;\n\
            Ok(format!(\"{} epochs\", history.epochs().len()))\n})",
    );
    front.until("Fit", "1 epochs");
    let slider = front.find("IntSliderModel", "n");
    front.set(&slider, json!({ "value": 50 }));
    front.until("Fit", "/2000000");
    assert!(
        front.shown("Fit")[0].contains("computing … Epoch"),
        "{:?}",
        front.shown("Fit")
    );
    let start = Instant::now();
    front.set(&slider, json!({ "value": 3 }));
    let shown = front.until("Fit", "3 epochs");
    assert!(
        shown - start < Duration::from_secs(2),
        "{:?}",
        shown - start
    );
    front.kernel.shut_down();
}

#[test]
fn a_cell_has_the_right_of_way_and_the_slider_waits_and_says_so() {
    let mut front = Widgets::start();
    front.ok(PATIENT);
    front.ok("explore(\"Waits\", slider(\"n\", 0..=100), |n| { if n > 0 { work(if n == 1 { 600 } else { 1 }); } Ok(format!(\"n is {n}\")) })");
    let slider = front.find("IntSliderModel", "n");
    front.set(&slider, json!({ "value": 1 }));
    front.until("Waits", "computing");
    // The run is stopped by the cell, and begins again after it; a move meanwhile waits.
    let cell = front.kernel.begin(
        "std::thread::sleep(std::time::Duration::from_secs(2)); DONE.load(Ordering::SeqCst)",
    );
    front.until("Waits", "waits for the cell");
    front.set(&slider, json!({ "value": 7 }));
    let reply =
        front.wait_for(|message| message.parent == cell && message.kind == "execute_result");
    assert_eq!(reply.content["data"]["text/plain"], "0");
    front.until("Waits", "computing");
    front.until("Waits", "n is 7");
    assert!(!front.shown("Waits")[0].contains("waits"));
    front.kernel.shut_down();
}

#[test]
fn stop_ends_what_a_slider_computes_and_leaves_the_rest_alone() {
    let mut front = Widgets::start();
    front.ok(PATIENT);
    front.ok("let kept = 5usize; explore(\"Stops\", slider(\"n\", 0..=100), |n| { if n > 0 { work(600); } Ok(format!(\"n is {n}\")) });");
    let slider = front.find("IntSliderModel", "n");
    front.set(&slider, json!({ "value": 1 }));
    front.until("Stops", "computing");
    front
        .kernel
        .client
        .send_control("interrupt_request", json!({}));
    front.until("Stops", "stopped");
    assert!(
        front.shown("Stops")[1].contains("n is 0"),
        "the last result stays"
    );
    assert_eq!(
        front
            .kernel
            .ok("kept + DONE.load(Ordering::SeqCst)")
            .result(),
        Some("5")
    );
    // An interrupt of a cell is not for the run that follows it.
    let cell = front.kernel.begin("loop { if interrupted() { break; } }");
    std::thread::sleep(Duration::from_millis(500));
    front.set(&slider, json!({ "value": 0 }));
    front.kernel.interrupt();
    front.wait_for(|message| message.parent == cell && message.kind == "execute_reply");
    front.until("Stops", "n is 0");
    front.kernel.shut_down();
}

#[test]
fn a_closure_that_looks_at_nothing_for_long_holds_up_no_cell_and_no_stop() {
    let mut front = Widgets::start();
    front.ok(
        "explore(\"Deaf\", slider(\"n\", 0..=9), |n| { if n > 0 { std::thread::sleep(std::time::Duration::from_secs(10)); } \
         Ok(format!(\"n is {n}\")) })",
    );
    // Compiled before, the second time it only runs.
    front.kernel.ok("1");
    let slider = front.find("IntSliderModel", "n");
    let start = Instant::now();
    front.set(&slider, json!({ "value": 1 }));
    front.until("Deaf", "computing");
    front.kernel.ok("1");
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );
    // It was not told that a cell came first: what it gives is whole.
    front.until("Deaf", "n is 1");
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "{:?}",
        start.elapsed()
    );
    front.set(&slider, json!({ "value": 2 }));
    front.until("Deaf", "computing");
    front
        .kernel
        .client
        .send_control("interrupt_request", json!({}));
    // It stops, or where the closure had not begun yet, it is stopped already.
    front.until("Deaf", "stop");
    assert_eq!(front.kernel.ok("let kept = 3; kept").result(), Some("3"));
    front.until("Deaf", "stopped");
    front.kernel.shut_down();
}

#[test]
fn two_widgets_are_computed_one_after_the_other_and_none_stops_the_other() {
    let mut front = Widgets::start();
    front.ok(PATIENT);
    front.ok("explore(\"One\", slider(\"n\", 0..=9), |n| { work(n); Ok(format!(\"n is {n}\")) })");
    front.ok("explore(\"Two\", slider(\"m\", 0..=9), |m| { work(m); Ok(format!(\"m is {m}\")) })");
    let (one, two) = (
        front.find("IntSliderModel", "n"),
        front.find("IntSliderModel", "m"),
    );
    front.set(&one, json!({ "value": 9 }));
    front.set(&two, json!({ "value": 5 }));
    front.until("One", "n is 9");
    front.until("Two", "m is 5");
    assert_eq!(
        front.kernel.ok("DONE.load(Ordering::SeqCst)").result(),
        Some("4")
    );
    front.kernel.shut_down();
}

#[test]
fn a_move_costs_little_beyond_the_closure_itself() {
    let mut front = Widgets::start();
    front.ok("explore(\"Quick\", slider(\"n\", 0..=1000), |n| Ok(format!(\"n is {n}.\")))");
    let slider = front.find("IntSliderModel", "n");
    let mut times: Vec<Duration> = (1..=50)
        .map(|n| {
            let start = Instant::now();
            front.set(&slider, json!({ "value": n }));
            front.until("Quick", &format!("n is {n}.")) - start
        })
        .collect();
    times.sort();
    println!("a move: {:?} (median), {:?} (worst)", times[25], times[49]);
    assert!(times[25] < Duration::from_millis(20), "{times:?}");
    assert!(front.news.len() > 50);
    front.kernel.shut_down();
}
