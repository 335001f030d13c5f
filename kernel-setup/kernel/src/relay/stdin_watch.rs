//! Notices that a cell waits for its standard input.
//!
//! The engine's commands come over the same descriptor, so the input cannot simply be connected
//! to the notebook. On Linux the system says which call a process waits in: a cell that has been
//! reading from descriptor 0 for a moment is given a prompt. Elsewhere `input("…")` is the way.

use std::time::Duration;

/// How often a running cell is looked at.
pub const INTERVAL: Duration = Duration::from_millis(100);

/// Whether the main thread of a process waits in `read(0, …)`.
pub fn is_reading(pid: u32) -> bool {
    if !cfg!(target_os = "linux") {
        return false;
    }
    // "0 0x0 0x7f… 0x2000 …": the number of the call and its arguments, or "running".
    let Ok(call) = std::fs::read_to_string(format!("/proc/{pid}/syscall")) else {
        return false;
    };
    let mut words = call.split_ascii_whitespace();
    let read = if cfg!(target_arch = "x86_64") {
        "0"
    } else {
        "63"
    };
    words.next() == Some(read) && words.next() == Some("0x0")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    #[test]
    fn a_process_that_reads_its_input_is_told_from_one_that_sleeps() {
        let mut reading = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut sleeping = Command::new("sleep").arg("60").spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while !super::is_reading(reading.id()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(super::is_reading(reading.id()));
        assert!(!super::is_reading(sleeping.id()));
        for child in [&mut reading, &mut sleeping] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}
