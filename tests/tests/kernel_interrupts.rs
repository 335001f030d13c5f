//! Interrupts, crashes and deaths: what is kept, what is lost, what is left behind.

use classroom_tests::kernel::Kernel;
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
    // An expansion of 2^n arms keeps the compiler busy for longer than any test waits.
    let slow = "macro_rules! m { ($($t:tt)*) => { [$(stringify!($t)),*].len() + \
                [$(stringify!($t)),*].len() } } \
                const fn f(n: u64) -> u64 { if n < 2 { n } else { f(n - 1) + f(n - 2) } } \
                #[allow(long_running_const_eval)] const X: u64 = f(60); let b = X + m!(a) as u64;";
    let start = Instant::now();
    let id = kernel.begin(slow);
    std::thread::sleep(Duration::from_secs(3));
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted", "{answer:#?}");
    assert!(answer.traceback().contains("nothing is lost"));
    assert_eq!(kernel.ok("a + 1").result(), Some("42"));
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
