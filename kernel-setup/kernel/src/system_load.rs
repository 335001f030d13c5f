//! Whether other programs wait for a processor.

use std::fs;

/// Whether more threads want to run on this machine than it has processors. Where the system does not tell, none do.
pub fn is_high() -> bool {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    // The one that asks is among them.
    running(&text).is_some_and(|running| running > processors + 1)
}

/// The threads that run or could run now, as Linux tells it: the fourth word of `0.8 0.5 0.4 3/812 4711`.
fn running(text: &str) -> Option<usize> {
    let word = text.split_whitespace().nth(3)?;
    word.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::running;

    #[test]
    fn the_number_of_running_threads_is_read() {
        assert_eq!(running("0.80 0.54 0.41 3/812 4711\n"), Some(3));
        assert_eq!(running(""), None);
    }
}
