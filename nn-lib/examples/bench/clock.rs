//! What the benchmarks share: a clock, and the JSON object with what it measured.

use std::time::Instant;

use serde_json::{Map, Value, json};

/// Measures from the start of the program, and keeps what was measured by its name.
pub(crate) struct Clock {
    start: Instant,
    notes: Map<String, Value>,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock {
            start: Instant::now(),
            notes: Map::new(),
        }
    }

    pub(crate) fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.notes.insert(name.to_string(), value.into());
    }

    /// Does the work and notes how many seconds it took.
    pub(crate) fn time<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let (result, time) = seconds(work);
        self.note(name, time);
        result
    }

    /// Prints the object, with the time of the whole program and the most memory that it ever had.
    pub(crate) fn finish(mut self) {
        self.note("total", self.start.elapsed().as_secs_f64());
        self.note("peak_rss_mib", json!(peak_rss_mib()));
        println!("{}", Value::Object(self.notes));
    }
}

/// The result of the work and how many seconds it took.
pub(crate) fn seconds<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

/// The middle one of the times.
#[allow(dead_code, reason = "two of the benchmarks measure once")]
pub(crate) fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The number after an option such as `--repeat`, 1 if it is not there.
pub(crate) fn number_after(option: &str) -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != option);
    let number = arguments.nth(1).and_then(|text| text.parse().ok());
    number.unwrap_or(1)
}

/// The most memory that the program ever had, in MiB; `None` where the system does not say it as Linux does.
fn peak_rss_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
