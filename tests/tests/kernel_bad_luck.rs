//! Bad luck: a client that does not read, a kernel that is killed while it prints, a thread that ends the process, many
//! kernels at once.

use classroom_tests::kernel::Kernel;
use classroom_tests::kernel_left::Left;
use classroom_tests::silent_subscriber::SilentSubscriber;
use serde_json::json;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Prints without end, some hundred megabytes a second.
const FLOOD: &str = "let line = \"x\".repeat(10_000); loop { println!(\"{line}\"); }";

fn signal(name: &str, pid: u32) {
    let status = Command::new("kill").args([name, &pid.to_string()]).status();
    assert!(status.unwrap().success());
}

#[test]
fn a_suspended_client_blocks_neither_the_others_nor_an_interrupt_nor_the_end() {
    let mut kernel = Kernel::start();
    kernel.ok("let a = 41;");
    let mut suspended = SilentSubscriber::connect(kernel.connection.iopub_port);
    let id = kernel.begin(FLOOD);
    let (start, mut printed) = (Instant::now(), 0);
    // Far more than all buffers on the way to the client that does not read.
    while printed < 60_000_000 {
        let message = kernel.wait_for(&id, |message| message.kind == "stream");
        printed += message.content["text"].as_str().unwrap().len();
        assert!(start.elapsed() < Duration::from_secs(60), "{printed}");
    }
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted");
    assert!(answer.took < Duration::from_secs(5), "{:?}", answer.took);
    assert_eq!(kernel.ok("40 + 2").result(), Some("42"));

    // When it reads again, it is told that something is missing, and gets what came after.
    kernel.ok("println!(\"the last line\");");
    let patience = Duration::from_secs(30);
    let missing = suspended.read_until("of output are missing here", patience);
    assert!(
        missing.is_some_and(|bytes| bytes < 60_000_000),
        "{missing:?}"
    );
    assert!(suspended.read_until("the last line", patience).is_some());

    // Suspended once more, it does not keep the kernel alive.
    kernel.begin(FLOOD);
    std::thread::sleep(Duration::from_secs(3));
    let (left, start) = (Left::of(&kernel), Instant::now());
    signal("-TERM", kernel.pid());
    kernel.wait_for_end();
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );
    left.expect_nothing();
}

#[test]
fn the_only_client_is_suspended_and_the_kernel_is_shut_down_all_the_same() {
    let mut kernel = Kernel::start();
    kernel.ok("1");
    let _suspended = SilentSubscriber::connect(kernel.connection.iopub_port);
    kernel.begin(FLOOD);
    // Nobody reads what is published now.
    std::thread::sleep(Duration::from_secs(4));
    let (left, start) = (Left::of(&kernel), Instant::now());
    kernel.shut_down();
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );
    left.expect_nothing();
}

#[test]
fn a_kernel_killed_while_a_cell_prints_leaves_no_process_and_no_directory() {
    for code in [FLOOD, "loop { eprint!(\".\"); }"] {
        let mut kernel = Kernel::start();
        let id = kernel.begin(code);
        kernel.wait_for(&id, |message| message.kind == "stream");
        let left = Left::of(&kernel);
        kernel.kill();
        left.expect_nothing();
    }
}

#[test]
fn a_kernel_killed_while_it_compiles_leaves_no_process() {
    let mut kernel = Kernel::start();
    kernel.ok("1");
    kernel.begin(classroom_tests::kernel::SLOW_TO_COMPILE);
    std::thread::sleep(Duration::from_secs(2));
    let left = Left::of(&kernel);
    kernel.kill();
    left.expect_nothing();
}

#[test]
fn a_cell_that_ends_while_the_machine_is_busy_elsewhere_is_not_taken_for_one_that_reads_a_line() {
    let mut kernel = Kernel::start();
    let relay = kernel.ok("std::os::unix::process::parent_id()");
    let relay: u32 = relay.result().unwrap().parse().unwrap();
    for _ in 0..3 {
        // The relay does not get to run until the cell has ended, which writes once.
        let code = format!(
            "std::process::Command::new(\"kill\").args([\"-STOP\", \"{relay}\"]).status()?;"
        );
        // Nobody can type anything in, as when a notebook is executed by a program.
        let content = json!({
            "code": code, "silent": false, "store_history": true, "user_expressions": {},
            "allow_stdin": false, "stop_on_error": true
        });
        let id = kernel.client.send("execute_request", content);
        let start = Instant::now();
        while !is_stopped(relay) {
            assert!(start.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(300));
        signal("-CONT", relay);
        let answer = kernel.wait(&id, start);
        assert_eq!(answer.reply["status"], "ok", "{}", answer.traceback());
    }
}

fn is_stopped(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .unwrap_or_default()
        .trim_start()
        .starts_with('T')
}

#[test]
fn a_flood_of_output_is_stopped_within_a_second_or_two() {
    let mut kernel = Kernel::shared();
    let id = kernel.begin("for i in 0u64.. { println!(\"line {i}\"); }");
    kernel.wait_for(&id, |message| message.kind == "stream");
    std::thread::sleep(Duration::from_secs(1));
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["ename"], "Interrupted");
    assert!(answer.took < Duration::from_secs(3), "{:?}", answer.took);
}

#[test]
fn a_thread_that_ends_the_process_between_two_cells_is_told_in_the_next_one_at_once() {
    let mut kernel = Kernel::shared();
    let endings = [
        ("std::process::exit(3)", "exit(3)"),
        ("std::process::abort()", "aborted"),
    ];
    for (end, word) in endings {
        kernel.ok("let data = vec![1, 2]; fn kept() -> i32 { 3 }");
        kernel.ok(&format!(
            "std::thread::spawn(|| {{ std::thread::sleep(std::time::Duration::from_millis(300)); {end} }});"
        ));
        std::thread::sleep(Duration::from_millis(1500));
        let answer = kernel.run("data.len()");
        assert!(answer.took < Duration::from_secs(5), "{:?}", answer.took);
        assert_eq!(answer.reply["status"], "error");
        let said = answer.traceback();
        for part in [
            "since the last cell",
            word,
            "variables are lost",
            "was not run",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        // It is told once, and everything works again.
        assert_eq!(
            kernel
                .ok("let data = vec![1]; data.len() as i32 + kept()")
                .result(),
            Some("4")
        );
    }
}

#[test]
fn a_thread_that_ends_the_process_while_the_next_cell_compiles_costs_no_ten_seconds() {
    let mut kernel = Kernel::shared();
    kernel.ok("let data = vec![1, 2];");
    kernel.ok("std::thread::spawn(|| { std::thread::sleep(std::time::Duration::from_millis(150)); std::process::exit(3) });");
    // Does not compile, and is still being found out when the process ends.
    let answer = kernel.run("data.unknown()");
    assert!(answer.took < Duration::from_secs(6), "{:?}", answer.took);
    assert_eq!(answer.reply["status"], "error");
    let next = kernel.run("data.len()");
    assert!(next.took < Duration::from_secs(6), "{:?}", next.took);
    let said = answer.traceback() + &next.traceback();
    assert!(said.contains("variables are lost"), "{said}");
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
}

/// A whole class opens the notebook at once.
///
/// `cargo test --release -p classroom-tests --test kernel_bad_luck -- --ignored`
#[test]
#[ignore = "takes 6 GB of memory and a minute"]
fn twenty_kernels_that_start_at_once_all_answer() {
    // Their cells are new, and then known.
    let unit = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let [new, known] = [(); 2].map(|()| start_twenty(unit));
    eprintln!(
        "first results after {new:?} at the latest, and after {known:?} when the cells are known"
    );
    assert!(known * 2 < new, "{known:?} beside {new:?}");
}

/// How long the last of twenty kernels takes to its first result.
fn start_twenty(unit: u128) -> Duration {
    let threads: Vec<_> = (0..20)
        .map(|number| {
            std::thread::spawn(move || {
                let mut kernel = Kernel::start_with_log(Stdio::inherit());
                let answer = kernel.ok(&format!("let number = {number}; number // {unit}"));
                assert_eq!(answer.result(), Some(number.to_string().as_str()));
                (kernel.started.elapsed(), Left::of(&kernel), kernel)
            })
        })
        .collect();
    let kernels: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    let slowest = kernels.iter().map(|(took, ..)| *took).max().unwrap();
    for (_, left, kernel) in kernels {
        kernel.shut_down();
        left.expect_nothing();
    }
    slowest
}
