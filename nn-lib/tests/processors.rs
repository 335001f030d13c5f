//! A training starts no more threads than the process is given processors: by `NN_LIB_THREADS`, by the processors that it
//! may run on, by the quota of its control group or of one above it.
//!
//! What is given belongs to a whole process: so every training runs in a process of its own, which is this very program
//! started again.

mod support;

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nn_lib::prelude::*;
use support::{by_name, child, run, test};

fn main() {
    child(a_training_tells_how_many_threads_work);
    // Only Linux tells a process what it is given.
    if cfg!(not(target_os = "linux")) {
        run([]);
    }
    run([
        test(a_training_has_as_many_threads_as_the_variable_says),
        test(a_bad_number_of_threads_is_named_once_and_the_training_goes_on),
        test(a_training_that_may_run_on_one_processor_has_one_thread),
        by_name(
            "needs a control group of its own",
            a_training_whose_control_group_has_a_quota_keeps_within_it,
        ),
    ])
}

/// What stands in front of the numbers of threads in a child's output.
const MARK: &str = "threads that work: ";

/// How many threads of this process have a name that begins so.
fn threads(beginning: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).ok();
    let names = tasks.filter_map(name);
    names.filter(|name| name.starts_with(beginning)).count()
}

/// Trains a large layer, and gives the greatest number of threads with such names meanwhile.
fn count_in_training(x: &Tensor, features: usize, beginning: &'static str) -> usize {
    let mut model = Sequential::with_seed(1);
    model.add(Dense::new(256).input_shape(features));
    let loss = Loss::MeanSquaredError;
    model.compile(SGD::new(0.01), loss, ()).unwrap();
    let y = Tensor::new([200, 256], vec![1.0; 200 * 256]).unwrap();
    let options = Fit {
        epochs: 20,
        batch_size: 200,
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most = 0;
            while !ended.load(Ordering::Relaxed) {
                most = most.max(threads(beginning));
                std::thread::sleep(Duration::from_millis(1));
            }
            most
        });
        let trained = model.fit(x, &y, options);
        ended.store(true, Ordering::Relaxed);
        trained.unwrap();
        watch.join().unwrap()
    })
}

fn a_training_tells_how_many_threads_work() {
    let numbers = Tensor::new([200, 500], vec![0.5; 200 * 500]).unwrap();
    // Alone the thread that calls does everything; otherwise it waits for those.
    let dense = count_in_training(&numbers, 500, "nn-lib dense").max(1);
    let row = |first: u32| (0..50).map(|i| (first + i * 97) % 20_000).collect();
    let rows: Vec<Vec<u32>> = (0..200).map(row).collect();
    let words = vectorize_sequences(&rows, 20_000).unwrap();
    // The thread that calls works as well. Those above are still there.
    let sleeping = threads("nn-lib dense");
    let words = count_in_training(&words, 20_000, "nn-lib") - sleeping + 1;
    println!("{MARK}{dense} and {words}");
}

/// What a training prints that a shell command starts: in the command, `"$@"` is the training.
fn training(shell: &str, threads: Option<&str>) -> String {
    let program = support::command(a_training_tells_how_many_threads_work);
    let mut child = Command::new("sh");
    child.args(["-c", shell, "sh"]).arg(program.get_program());
    child.envs(
        program
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    child.env_remove("NN_LIB_THREADS");
    if let Some(threads) = threads {
        child.env("NN_LIB_THREADS", threads);
    }
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

fn expect_threads(said: &str, number: usize) {
    let expected = format!("{MARK}{number} and {number}");
    assert!(said.contains(&expected), "not {number}:\n{said}");
}

fn a_training_has_as_many_threads_as_the_variable_says() {
    for number in [1, 3] {
        expect_threads(&training("\"$@\"", Some(&number.to_string())), number);
    }
}

fn a_bad_number_of_threads_is_named_once_and_the_training_goes_on() {
    let given = std::thread::available_parallelism().unwrap().get();
    let said = training("\"$@\"", Some("zero"));
    expect_threads(&said, given);
    let complaint = "NN_LIB_THREADS is \"zero\", which is no number of threads from 1 to 1024";
    assert_eq!(said.matches(complaint).count(), 1, "{said}");
}

fn a_training_that_may_run_on_one_processor_has_one_thread() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let allowed = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))
        .unwrap();
    let first: String = allowed
        .trim()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    expect_threads(&training(&format!("taskset -c {first} \"$@\""), None), 1);
}

/// A control group with another one in it, removed at the end.
struct Group(PathBuf);

impl Group {
    /// One processor and a half for both of them; `None` where none can be made.
    fn of_one_and_a_half() -> Option<Group> {
        let name = format!("nn-lib-test-{}", std::process::id());
        let (second, first) = ("/sys/fs/cgroup", "/sys/fs/cgroup/cpu");
        for (root, file, quota) in [
            (first, "cpu.cfs_quota_us", "150000"),
            (second, "cpu.max", "150000 100000"),
        ] {
            let group = Group(PathBuf::from(root).join(&name));
            // The system's files are there as soon as the directory is.
            if std::fs::create_dir_all(group.0.join("inner")).is_ok()
                && group.0.join(file).exists()
                && std::fs::write(group.0.join(file), quota).is_ok()
            {
                return Some(group);
            }
        }
        None
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for directory in [self.0.join("inner"), self.0.clone()] {
            let _ = std::fs::remove_dir(directory);
        }
    }
}

fn a_training_whose_control_group_has_a_quota_keeps_within_it() {
    let group = Group::of_one_and_a_half().expect("a control group with a quota can be made");
    for directory in [group.0.clone(), group.0.join("inner")] {
        let enter = format!(
            "echo $$ > {}/cgroup.procs && exec \"$@\"",
            directory.display()
        );
        expect_threads(&training(&enter, None), 1);
    }
}
