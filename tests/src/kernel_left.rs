//! What a kernel may leave behind: its processes and its directory.

use crate::kernel::{Kernel, descendants};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The processes and the directory of a kernel that is about to end.
pub struct Left {
    processes: Vec<u32>,
    directory: PathBuf,
}

impl Left {
    /// What this kernel has now.
    pub fn of(kernel: &Kernel) -> Left {
        let mut processes = descendants(kernel.pid());
        processes.push(kernel.pid());
        Left {
            processes,
            directory: directory_of(kernel.pid()),
        }
    }

    /// Waits until nothing of it is left.
    pub fn expect_nothing(&self) {
        self.expect(true);
    }

    /// Waits until its processes have ended. Its directory may stay for the next kernel to remove: a compiler that
    /// outlived the kernel by a moment may have written into it.
    pub fn expect_no_process(&self) {
        self.expect(false);
    }

    /// Those of its processes that still run and whose command contains `name`.
    pub fn still_running(&self, name: &str) -> Vec<u32> {
        let command = |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
        let mut pids = self.processes.clone();
        pids.retain(|pid| lives(*pid) && command(pid).is_ok_and(|text| text.contains(name)));
        pids
    }

    fn expect(&self, removed: bool) {
        let start = Instant::now();
        loop {
            let processes: Vec<_> = self.processes.iter().filter(|pid| lives(**pid)).collect();
            let directory = removed && self.directory.exists();
            if processes.is_empty() && !directory {
                return;
            }
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "left: processes {processes:?}, directory {directory} ({})",
                self.directory.display()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn lives(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// The directory of a kernel, which its environment names.
pub fn directory_of(pid: u32) -> PathBuf {
    let start = Instant::now();
    loop {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
        let found = environment
            .split(|byte| *byte == 0)
            .filter_map(|variable| std::str::from_utf8(variable).ok())
            .find_map(|variable| variable.strip_prefix("RUST_NN_DIRECTORY="));
        if let Some(path) = found {
            return path.into();
        }
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
