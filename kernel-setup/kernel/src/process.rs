//! Signals for the processes that the kernel has started.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Asks a process to stop what it does.
pub fn interrupt(pid: u32) {
    signal(pid, Signal::INT);
}

/// Ends a process.
pub fn kill(pid: u32) {
    signal(pid, Signal::KILL);
}

/// Ends a group of processes.
pub fn kill_group(leader: u32) {
    if let Some(pid) = to_pid(leader) {
        // It may have ended by itself.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// Makes this process the leader of a group of its own, so that it can be ended with all that it
/// starts.
pub fn lead_group() {
    // Fails only for a process that leads a session, which is as good.
    let _ = rustix::process::setpgid(None, None);
}

/// Makes this process end when the one that started it does.
pub fn end_with_parent() {
    #[cfg(target_os = "linux")]
    {
        // Known since Linux 2.2.
        let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    }
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = to_pid(pid) {
        // It may have ended by itself.
        let _ = kill_process(pid, signal);
    }
}

fn to_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}
