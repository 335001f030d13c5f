//! Measures a kernel: start, the latency of short cells, memory, throughput of printing.
//!
//! `cargo run --release -p classroom-tests --example kernel_latency`

use classroom_tests::kernel::{Kernel, descendants};
use std::time::{Duration, Instant};

/// Cells of the kind that a chapter has between its trainings.
const CELLS: [&str; 10] = [
    "let words = vec![\"a\", \"b\", \"c\"];",
    "words.len()",
    "println!(\"{}\", words[0]);",
    "let lengths: Vec<usize> = words.iter().map(|word| word.len()).collect();",
    "lengths",
    "let t = Tensor::from(vec![1.0, 2.0, 3.0]);",
    "t.shape()",
    "let mut model = Sequential::new();",
    "model.add(Dense::new(16).activation(Activation::Relu).input_shape(10_000));",
    "let half = t.shape()[0] as f32 / 2.0;\nhalf",
];

fn main() {
    let rounds = 3;
    let mut firsts = Vec::new();
    let mut cells: Vec<Vec<Duration>> = vec![Vec::new(); CELLS.len()];
    for round in 0..rounds {
        let mut kernel = Kernel::start();
        kernel.ok("1 + 1");
        firsts.push(kernel.started.elapsed());
        for (code, times) in CELLS.iter().zip(&mut cells) {
            times.push(kernel.ok(code).took);
        }
        if round == 0 {
            let start = Instant::now();
            kernel.ok("for i in 0..100_000 { println!(\"{i}\"); }");
            println!("100,000 lines: {:?}", start.elapsed());
            for pid in [vec![kernel.pid()], descendants(kernel.pid())].concat() {
                println!("memory of process {pid}: {} MiB", resident(pid));
            }
        }
        kernel.shut_down();
    }
    println!("start to first result: {:?}", median(&mut firsts));
    let mut medians = Vec::new();
    for (code, times) in CELLS.iter().zip(&mut cells) {
        let time = median(times);
        medians.push(time);
        println!("{:4} ms  {code}", time.as_millis());
    }
    println!("median of the cells: {:?}", median(&mut medians));
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The resident memory of a process, in MiB.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
