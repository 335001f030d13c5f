//! How far a download is, in one line that is rewritten, or in a few lines where that is not possible.

use crate::notebook::{FrontEnd, front_end};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// The time between two reports on one line that is rewritten.
const LIVE: Duration = Duration::from_millis(500);
/// The time between two reports that each take a line.
const LINES: Duration = Duration::from_secs(3);

/// Reports the progress of one download on standard output.
pub(crate) struct Progress {
    name: String,
    bytes: u64,
    rewrites: bool,
    last: Option<Instant>,
}

impl Progress {
    /// Progress of the file `name` of about `bytes`.
    pub(crate) fn new(name: &str, bytes: u64) -> Progress {
        // The chapter's own kernel and a terminal carry a line over; other kernels need whole lines.
        Progress {
            name: name.to_string(),
            bytes,
            rewrites: match front_end() {
                FrontEnd::NnKernel => true,
                FrontEnd::Evcxr => false,
                FrontEnd::Terminal => std::io::stdout().is_terminal(),
            },
            last: None,
        }
    }

    /// Reports that `received` bytes are there, if it is time for a report.
    pub(crate) fn update(&mut self, received: u64) {
        let pause = if self.rewrites { LIVE } else { LINES };
        if self.last.is_none_or(|last| last.elapsed() >= pause) {
            self.last = Some(Instant::now());
            self.print(&line(&self.name, received, self.bytes), false);
        }
    }

    /// Reports the end.
    pub(crate) fn finish(&mut self, received: u64) {
        self.print(&line(&self.name, received, received), true);
    }

    /// Ends a line that was to be rewritten.
    pub(crate) fn abandon(&mut self) {
        if self.rewrites && self.last.is_some() {
            println!();
        }
    }

    fn print(&self, text: &str, last: bool) {
        if self.rewrites && !last {
            print!("\r{text}");
            // A report that cannot be shown is no reason to stop a download.
            let _ = std::io::stdout().flush();
        } else if self.rewrites {
            println!("\r{text}");
        } else {
            println!("{text}");
        }
    }
}

/// `Downloading imdb.npz:  42 %   7.0 of 16.7 MiB`
fn line(name: &str, received: u64, bytes: u64) -> String {
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let percent = (received * 100).checked_div(bytes).unwrap_or(100).min(100);
    format!(
        "Downloading {name}: {percent:3} % {:5.1} of {:.1} MiB",
        mib(received),
        mib(bytes.max(received))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_percent_and_mebibytes() {
        let half = line("imdb.npz", 1 << 20, 2 << 20);
        assert_eq!(half, "Downloading imdb.npz:  50 %   1.0 of 2.0 MiB");
        assert_eq!(line("x", 0, 0), "Downloading x: 100 %   0.0 of 0.0 MiB");
        assert!(line("x", 3 << 20, 2 << 20).contains("100 %   3.0 of 3.0 MiB"));
    }
}
