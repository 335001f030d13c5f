//! Signals for the processes that the kernel has started, and never for a number that may have a new owner.
//!
//! The system gives the number of an ended process to another one as soon as its parent has asked how it ended. So a
//! process is only sent a signal by its parent, who knows whether it has asked ([`Running`]), or by itself
//! ([`end_own_group`]).

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, getpgrp, getpid, kill_current_process_group, kill_process,
    waitid,
};
use std::io;
use std::process::{Child, ExitStatus};
use std::sync::{Mutex, MutexGuard};

/// A process that this one has started.
#[derive(Debug)]
pub struct Running {
    /// The number, until the end of the process has been asked for.
    pid: Mutex<Option<Pid>>,
}

impl Running {
    /// The process of `child`, which nobody has waited for yet.
    pub fn new(child: &Child) -> Running {
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        Running {
            pid: Mutex::new(pid),
        }
    }

    /// Asks the process to stop what it does.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Ends the process.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Waits for the end of the process. `child` must be the one that this was made of.
    pub fn wait(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let pid = *self.lock();
        if let Some(pid) = pid {
            // First without asking: the number stays taken while signals may still be sent.
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while waitid(WaitId::Pid(pid), options).err() == Some(rustix::io::Errno::INTR) {}
        }
        let mut pid = self.lock();
        *pid = None;
        child.wait()
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = *self.lock() {
            // It may have ended by itself.
            let _ = kill_process(pid, signal);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pid>> {
        self.pid.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

/// Makes this process the leader of a group of its own, so that it can end with all that it starts.
pub fn lead_group() {
    // Fails only for a process that leads a session, which is as good.
    let _ = rustix::process::setpgid(None, None);
}

/// Ends this process and all that it has started. It must have become the leader of its group.
pub fn end_own_group() {
    if getpgrp() == getpid() {
        let _ = kill_current_process_group(Signal::KILL);
    }
    std::process::exit(1);
}

/// Makes this process end when the one that started it does.
pub fn end_with_parent() {
    #[cfg(target_os = "linux")]
    {
        // Known since Linux 2.2.
        let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;
    use std::sync::Arc;

    #[test]
    fn a_process_is_killed_while_another_thread_waits_for_it() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let running = Arc::new(Running::new(&child));
        let waiting = Arc::clone(&running);
        let thread = std::thread::spawn(move || waiting.wait(&mut child).unwrap());
        std::thread::sleep(std::time::Duration::from_millis(50));
        running.kill();
        assert_eq!(thread.join().unwrap().signal(), Some(9));
    }

    #[test]
    fn a_process_that_was_waited_for_is_sent_nothing() {
        let mut child = Command::new("true").spawn().unwrap();
        let running = Running::new(&child);
        running.wait(&mut child).unwrap();
        assert_eq!(*running.lock(), None);
        running.kill();
    }
}
