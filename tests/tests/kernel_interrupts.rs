//! Interrupts, crashes and deaths: what is kept, what is lost, what is left behind.

use classroom_tests::kernel::{Kernel, PATIENCE, SLOW_TO_COMPILE};
use classroom_tests::kernel_left::Left;
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn an_interrupted_loop_says_that_variables_are_lost_and_the_next_cell_works() {
    let mut kernel = Kernel::shared();
    kernel.ok("let a = 1; fn kept() -> i32 { 3 }");
    let id = kernel.begin("println!(\"started\"); loop { std::hint::black_box(0); }");
    kernel.wait_for(&id, |message| message.kind == "stream");
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted");
    assert!(answer.traceback().contains("variables are lost"));
    assert_eq!(kernel.ok("kept()").result(), Some("3"));
    assert_eq!(kernel.run("a").reply["status"], "error");
}

#[test]
fn an_interrupted_compilation_loses_nothing() {
    let mut kernel = Kernel::shared();
    kernel.ok("let a = 41;");
    let start = Instant::now();
    let id = kernel.begin(SLOW_TO_COMPILE);
    std::thread::sleep(Duration::from_secs(3));
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted", "{answer:#?}");
    assert!(answer.traceback().contains("nothing is lost"));
    assert_eq!(kernel.ok("a + 1").result(), Some("42"));
}

#[test]
fn a_crate_that_takes_too_long_is_stopped_and_nothing_is_lost() {
    let crate_directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = crate_directory.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[package]\nname = \"takes-long\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    );
    write(
        "build.rs",
        "fn main() { std::thread::sleep(std::time::Duration::from_secs(600)); }",
    );
    write("src/lib.rs", "");
    let mut kernel = Kernel::shared();
    kernel.ok("let a = 41;");
    let start = Instant::now();
    let id = kernel.begin(&format!(
        ":dep takes-long = {{ path = {:?} }}\nlet b = 1;",
        crate_directory.path()
    ));
    let building = || {
        let pids = kernel.descendants().into_iter();
        let names = pids.map(|pid| std::fs::read_to_string(format!("/proc/{pid}/cmdline")));
        names
            .flatten()
            .any(|name| name.contains("build-script-build"))
    };
    while !building() {
        assert!(start.elapsed() < PATIENCE, "the crate is not built");
        std::thread::sleep(Duration::from_millis(50));
    }
    let left = Left::of(&kernel);
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted", "{answer:#?}");
    assert!(answer.took < Duration::from_secs(10), "{:?}", answer.took);
    assert_eq!(kernel.ok("a + 1").result(), Some("42"));
    let builds = left.still_running("build-script-build");
    assert!(builds.is_empty(), "{builds:?}");
}

/// A model that learns for as long as it is let.
const MODEL: &str = "let x = Tensor::ones([256, 32]); let y = Tensor::zeros([256, 1]);
let mut model = Sequential::new();
model.add(Dense::new(8).activation(Activation::Relu).input_shape(32));
model.add(Dense::new(1));
model.compile(SGD::new(0.01), Loss::MeanSquaredError, [\"mae\"])?;";

const LONG: &str = "Fit { epochs: 10_000_000, batch_size: 64, ..Fit::default() }";

/// A training of three epochs has three.
fn expect_three_epochs(kernel: &mut Kernel) {
    let answer = kernel.ok(
        "model.fit(&x, &y, Fit { epochs: 3, batch_size: 64, ..Fit::default() })?[\"loss\"].len()",
    );
    assert_eq!(answer.result(), Some("3"));
}

#[test]
fn a_stopped_cell_that_goes_on_to_fail_leaves_the_next_training_its_epochs() {
    let mut kernel = Kernel::shared();
    kernel.ok(MODEL);
    let code =
        format!("let history = model.fit(&x, &y, {LONG})?; let results = model.evaluate(&x, &y)?;");
    let id = kernel.begin(&code);
    kernel.wait_for(&id, |message| message.kind == "update_display_data");
    // Cells that wait behind it are not run.
    let waiting = kernel.begin("println!(\"not run\");");
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["status"], "error", "{answer:#?}");
    assert_eq!(kernel.wait(&waiting, start).reply["status"], "aborted");
    expect_three_epochs(&mut kernel);
    kernel.ok("model.evaluate(&x, &y)?; model.predict(&x)?;");
}

#[test]
fn a_loop_of_evaluations_is_stopped_and_the_next_training_has_its_epochs() {
    let mut kernel = Kernel::shared();
    kernel.ok(MODEL);
    let id =
        kernel.begin("println!(\"started\"); for _ in 0..10_000_000 { model.evaluate(&x, &y)?; }");
    kernel.wait_for(&id, |message| message.kind == "stream");
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["status"], "error", "{answer:#?}");
    if !answer.traceback().contains("variables are lost") {
        expect_three_epochs(&mut kernel);
    }
}

#[test]
fn a_training_stopped_at_any_moment_is_stopped_and_the_next_one_has_its_epochs() {
    stop_at_random_moments(10);
}

/// `cargo test --release -p classroom-tests --test kernel_interrupts -- --ignored`
#[test]
#[ignore = "takes two minutes"]
fn a_training_stopped_at_a_hundred_moments_is_stopped_each_time() {
    stop_at_random_moments(100);
}

/// Stops a training while it is inferred, compiled, begun and run: no interrupt is lost, and none reaches the next cell.
fn stop_at_random_moments(count: u64) {
    let mut kernel = Kernel::shared();
    kernel.ok(MODEL);
    for time in 0..count {
        // A cell that was compiled before, and one that was not, by turns.
        let code = match time % 2 {
            0 => format!("model.fit(&x, &y, {LONG})?;"),
            _ => format!("let moment = {time}; model.fit(&x, &y, {LONG})?;"),
        };
        let start = Instant::now();
        let id = kernel.begin(&code);
        kernel.wait_for(&id, |message| message.kind == "status");
        // From 0 to 0.6 seconds, spread evenly.
        std::thread::sleep(Duration::from_millis(time * 367 % 600));
        kernel.interrupt();
        let answer = kernel.wait(&id, start);
        assert!(answer.took < Duration::from_secs(10), "lost: {answer:#?}");
        let said = answer.traceback();
        assert!(!said.contains("variables are lost"), "after {time}: {said}");
        if time % 5 == 4 {
            expect_three_epochs(&mut kernel);
        }
    }
    expect_three_epochs(&mut kernel);
}

#[test]
fn a_cell_stopped_right_after_it_was_sent_is_not_run_and_the_next_one_is() {
    let mut kernel = Kernel::shared();
    kernel.ok("let mut count = 0;");
    for _ in 0..10 {
        let id =
            kernel.begin("count += 1; std::thread::sleep(std::time::Duration::from_millis(1));");
        kernel.wait_for(&id, |message| message.kind == "execute_input");
        kernel.interrupt();
        let answer = kernel.wait(&id, Instant::now());
        if answer.reply["status"] == "error" {
            assert_eq!(answer.reply["ename"], "Interrupted", "{answer:#?}");
        }
        // However it ended, the interrupt has ended with it.
        let next = kernel.ok("std::thread::sleep(std::time::Duration::from_millis(20)); 1 + 1");
        assert_eq!(next.result(), Some("2"));
    }
}

#[test]
fn a_cell_that_waits_for_the_kernel_to_start_is_stopped_and_the_next_one_runs() {
    let mut kernel = Kernel::start();
    // It has been sent, and the engine is not there yet, or has just begun to compile.
    let id = kernel.begin(SLOW_TO_COMPILE);
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted", "{answer:#?}");
    assert!(
        answer.traceback().contains("nothing is lost"),
        "{}",
        answer.traceback()
    );
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
    kernel.shut_down();
}

#[test]
fn an_impatient_reader_who_stops_a_training_twice_loses_nothing() {
    let mut kernel = Kernel::shared();
    kernel.ok(MODEL);
    let id = kernel.begin(&format!("let history = model.fit(&x, &y, {LONG})?;"));
    kernel.wait_for(&id, |message| message.kind == "update_display_data");
    kernel.interrupt();
    // The cell may have ended before it arrives, and then it is for none.
    kernel.interrupt_now();
    let answer = kernel.wait(&id, Instant::now());
    assert!(
        !answer.traceback().contains("variables are lost"),
        "{}",
        answer.traceback()
    );
    expect_three_epochs(&mut kernel);
}

#[test]
fn a_cell_that_is_stopped_instead_of_being_typed_to_loses_nothing() {
    let mut kernel = Kernel::shared();
    kernel.ok("let a = 41;");
    let id = kernel.begin("let name = rust_nn_runtime::input(\"name? \");");
    while kernel.next().kind != "input_request" {}
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted", "{answer:#?}");
    assert!(answer.took < Duration::from_secs(5), "{:?}", answer.took);
    assert_eq!(kernel.ok("a + 1").result(), Some("42"));
}

#[test]
fn an_endless_expression_beside_a_cell_is_stopped_and_its_cost_is_said_in_the_cell() {
    let mut kernel = Kernel::shared();
    kernel.ok("let a = 41;");
    let start = Instant::now();
    let id = kernel.client.send(
        "execute_request",
        json!({
            "code": "println!(\"started\");", "silent": false, "store_history": true,
            "user_expressions": { "x": "loop { std::hint::black_box(0); }", "y": "1 + 1" },
            "allow_stdin": false, "stop_on_error": true
        }),
    );
    kernel.wait_for(&id, |message| message.kind == "stream");
    std::thread::sleep(Duration::from_secs(2));
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["status"], "ok", "{answer:#?}");
    assert_eq!(
        answer.reply["user_expressions"]["x"]["ename"],
        "Interrupted"
    );
    assert_eq!(answer.reply["user_expressions"]["y"]["status"], "error");
    let told = answer.stream("stderr");
    assert!(told.contains("variables are lost"), "{told}");
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
}

#[test]
fn an_interrupt_of_an_idle_kernel_does_nothing() {
    let mut kernel = Kernel::shared();
    kernel.ok("let a = 1;");
    kernel.interrupt();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(kernel.ok("a").result(), Some("1"));
}

#[test]
fn a_crash_is_said_plainly_and_the_next_cell_works() {
    let mut kernel = Kernel::shared();
    let crashes = [
        (
            "print!(\"before\"); unsafe { std::ptr::null_mut::<u8>().write_volatile(1) }",
            "segmentation",
        ),
        ("println!(\"before\"); std::process::abort();", "aborted"),
        (
            "println!(\"before\"); fn f(n: u64) -> u64 { std::hint::black_box(f(n + 1)) + 1 } f(0)",
            "recursion",
        ),
        (
            "println!(\"before\"); let v: Vec<u8> = Vec::with_capacity(1 << 62); std::hint::black_box(&v);",
            "out of memory",
        ),
    ];
    for (code, word) in crashes {
        let answer = kernel.run(code);
        assert_eq!(answer.reply["ename"], "Crash", "{code}");
        let value = answer.reply["evalue"].as_str().unwrap();
        assert!(value.contains(word), "{value}");
        if code.starts_with("println") {
            assert!(
                answer.stream("stdout").contains("before"),
                "{code}: {answer:#?}"
            );
        }
        assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
    }
}

#[test]
fn exit_ends_the_process_and_not_the_kernel() {
    let mut kernel = Kernel::shared();
    let answer = kernel.run("println!(\"bye\"); std::process::exit(3);");
    assert_eq!(answer.reply["ename"], "Exit");
    assert!(answer.reply["evalue"].as_str().unwrap().contains("exit(3)"));
    assert_eq!(answer.stream("stdout"), "bye\n");
    assert_eq!(kernel.ok("1").result(), Some("1"));
}

#[test]
fn a_kill_of_the_process_that_runs_cells_is_survived() {
    let mut kernel = Kernel::shared();
    kernel.ok("let a = 1;");
    let id = kernel.begin("println!(\"started\"); loop { std::hint::black_box(0); }");
    kernel.wait_for(&id, |message| message.kind == "stream");
    for pid in kernel.descendants() {
        let _ = std::process::Command::new("kill")
            .args(["-9", &pid.to_string()])
            .status();
    }
    let answer = kernel.wait(&id, Instant::now());
    assert_eq!(answer.reply["status"], "error");
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
}

#[test]
fn a_shutdown_leaves_no_process_and_no_directory() {
    let mut kernel = Kernel::start();
    kernel.ok("1");
    assert!(!kernel.descendants().is_empty());
    let left = Left::of(&kernel);
    kernel.shut_down();
    left.expect_nothing();
}

#[test]
fn a_killed_kernel_leaves_no_process_and_no_directory() {
    let mut kernel = Kernel::start();
    kernel.ok("1");
    let id = kernel.begin("println!(\"started\"); loop { std::hint::black_box(0); }");
    kernel.wait_for(&id, |message| message.kind == "stream");
    let left = Left::of(&kernel);
    kernel.kill();
    left.expect_nothing();
}

#[test]
fn a_kernel_killed_while_it_starts_leaves_nothing_after_the_next_start() {
    let mut left = Vec::new();
    for milliseconds in [5, 50, 300, 1000] {
        let mut kernel = Kernel::start();
        std::thread::sleep(Duration::from_millis(milliseconds));
        left.push(Left::of(&kernel));
        kernel.kill();
    }
    let mut next = Kernel::start();
    assert_eq!(next.ok("1").result(), Some("1"));
    next.shut_down();
    for left in left {
        left.expect_nothing();
    }
}

#[test]
fn requests_are_answered_while_a_cell_runs() {
    let mut kernel = Kernel::shared();
    kernel.ok("let my_variable = 1;");
    let id = kernel
        .begin("println!(\"started\"); std::thread::sleep(std::time::Duration::from_secs(4));");
    kernel.wait_for(&id, |message| message.kind == "stream");
    let start = Instant::now();
    let info = kernel.request("kernel_info_request", json!({}));
    assert_eq!(info.reply["language_info"]["name"], "rust");
    let complete = kernel.request(
        "complete_request",
        json!({ "code": "my_v", "cursor_pos": 4 }),
    );
    assert_eq!(complete.reply["matches"], json!(["my_variable"]));
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn the_librarys_names_are_completed_while_a_cell_runs() {
    let mut kernel = Kernel::shared();
    let start = Instant::now();
    loop {
        // Between two cells the kernel learns them, as soon as the machine has the time.
        std::thread::sleep(Duration::from_millis(500));
        let id = kernel
            .begin("println!(\"started\"); std::thread::sleep(std::time::Duration::from_secs(1));");
        kernel.wait_for(&id, |message| message.kind == "stream");
        let content = json!({ "code": "model.add(Dens", "cursor_pos": 14 });
        let complete = kernel.request("complete_request", content);
        kernel.wait(&id, start);
        if complete.reply["matches"] == json!(["Dense"]) {
            return;
        }
        let waited = start.elapsed();
        assert!(waited < Duration::from_secs(60), "{complete:?}");
    }
}
