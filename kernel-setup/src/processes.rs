//! Ending the processes that belong to the classroom, and no others.
//!
//! The number of a process that has just ended may belong to another one a moment later. So a process is looked at once
//! more after it is held, and only then sent a signal.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, Signal, System, UpdateKind};

/// A process that was asked to end gets this long before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// The variable by which every process of a kernel knows the kernel's directory.
const KERNEL: &str = "RUST_NN_DIRECTORY=";

/// Ends kernels, their children and JupyterLab, all of which run from one of the directories or work in one; returns how
/// many there were.
pub fn end_processes(directories: &[PathBuf]) -> usize {
    let mut system = System::new();
    let mut ask = |signal: Signal| {
        refresh(&mut system, ProcessesToUpdate::All);
        let ours: Vec<Pid> = system
            .processes()
            .iter()
            .filter(|(pid, _)| pid.as_u32() != std::process::id())
            .filter(|(_, process)| is_ours(process, directories))
            .map(|(pid, _)| *pid)
            .collect();
        for pid in &ours {
            send(*pid, signal, directories);
        }
        ours.len()
    };
    let ended = ask(Signal::Term);
    let started = Instant::now();
    let mut left = ended;
    while left > 0 && started.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(200));
        left = ask(Signal::Term);
    }
    if left > 0 {
        ask(Signal::Kill);
    }
    ended
}

/// Whether a process runs from a directory.
pub fn any_runs(directory: &Path) -> bool {
    let mut system = System::new();
    refresh(&mut system, ProcessesToUpdate::All);
    let directories = [directory.to_owned()];
    let mut processes = system.processes().iter();
    processes
        .any(|(pid, process)| pid.as_u32() != std::process::id() && is_ours(process, &directories))
}

fn refresh(system: &mut System, which: ProcessesToUpdate<'_>) {
    let kind = ProcessRefreshKind::nothing()
        .with_cmd(UpdateKind::Always)
        .with_exe(UpdateKind::Always)
        .with_environ(UpdateKind::Always)
        .without_tasks();
    system.refresh_processes_specifics(which, true, kind);
}

/// Sends a signal to the process with a number, if that is still one of ours.
fn send(pid: Pid, signal: Signal, directories: &[PathBuf]) {
    let still_ours = || {
        let mut system = System::new();
        refresh(&mut system, ProcessesToUpdate::Some(&[pid]));
        let process = system.process(pid);
        process.is_some_and(|process| is_ours(process, directories))
    };
    // From here on the signal reaches the process that has the number now, or nobody.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{self, PidfdFlags};
        let signal = match signal {
            Signal::Kill => process::Signal::KILL,
            _ => process::Signal::TERM,
        };
        let number = i32::try_from(pid.as_u32()).ok();
        let Some(number) = number.and_then(process::Pid::from_raw) else {
            return;
        };
        if let Ok(held) = process::pidfd_open(number, PidfdFlags::empty())
            && still_ours()
        {
            // It may have ended by itself.
            let _ = process::pidfd_send_signal(held, signal);
        }
    }
    #[cfg(not(target_os = "linux"))]
    if still_ours() {
        let mut system = System::new();
        refresh(&mut system, ProcessesToUpdate::Some(&[pid]));
        if let Some(process) = system.process(pid) {
            process.kill_with(signal);
        }
    }
}

/// The program, the name it was started by, or the directory of its kernel lies in one of the directories. (The private
/// environment's Python is a link to the system's, so its real path is not enough; the kernel of an installation for all
/// users lies elsewhere.)
fn is_ours(process: &Process, directories: &[PathBuf]) -> bool {
    let lies_in_one = |path: &Path| directories.iter().any(|known| path.starts_with(known));
    let variable = process.environ().iter().find_map(|variable| {
        let value = variable.to_str()?.strip_prefix(KERNEL)?;
        Some(PathBuf::from(value))
    });
    process.exe().is_some_and(lies_in_one)
        || (process.cmd().first()).is_some_and(|name| lies_in_one(Path::new(name)))
        || variable.is_some_and(|directory| lies_in_one(&directory))
}
