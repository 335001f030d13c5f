//! `cargo notebook uninstall`: nothing stays behind, neither files nor processes.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use sysinfo::{Process, ProcessRefreshKind, ProcessesToUpdate, Signal, System, UpdateKind};

use crate::cli::UninstallArguments;
use crate::failure::{Failure, Result};
use crate::kernelspec;
use crate::places::{Places, user_jupyter_data};
use crate::setup::Lock;

/// A process that was asked to end gets this long before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends what runs from the cache, removes kernelspecs and cache, and says what was removed.
///
/// # Errors
/// `File` when something cannot be removed.
pub fn uninstall(places: &Places, arguments: UninstallArguments) -> Result<()> {
    let mut removed = Vec::new();
    let prefix = arguments
        .prefix
        .map(|prefix| prefix.join("share").join("jupyter"));
    for data in prefix.into_iter().chain(user_jupyter_data().ok()) {
        removed.extend(kernelspec::remove(&data.join("kernels"))?);
    }
    if places.cache.is_dir() {
        let lock = Lock::acquire(&places.cache)?;
        let ended = end_processes(&places.cache);
        if ended > 0 {
            println!(
                "Ended {ended} running {} of the classroom.",
                if ended == 1 { "process" } else { "processes" }
            );
        }
        remove(&places.cache)?;
        drop(lock);
        removed.push(places.cache.clone());
    }
    if removed.is_empty() {
        println!("Nothing to remove: there is neither a kernelspec nor a cache.");
        return Ok(());
    }
    println!("Removed:");
    removed
        .iter()
        .for_each(|path| println!("  {}", path.display()));
    println!(
        "The data sets (in ~/.keras/datasets, shared with Keras) and the repository with its target directory stay."
    );
    Ok(())
}

/// A process that is just ending can still write a file: then the rest is removed again.
fn remove(directory: &Path) -> Result<()> {
    let mut attempts = 5;
    loop {
        match fs::remove_dir_all(directory) {
            Ok(()) => return Ok(()),
            Err(_) if !directory.exists() => return Ok(()),
            Err(_) if attempts > 1 => attempts -= 1,
            Err(source) => {
                return Err(Failure::File {
                    action: "remove",
                    path: directory.to_owned(),
                    source,
                });
            }
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// Ends kernels, their children and JupyterLab, all of which run from the cache.
fn end_processes(cache: &Path) -> usize {
    let mut system = System::new();
    let mut ask = |signal: Signal| {
        let kind = ProcessRefreshKind::nothing()
            .with_cmd(UpdateKind::Always)
            .with_exe(UpdateKind::Always)
            .without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
        let ours: Vec<_> = system
            .processes()
            .values()
            .filter(|process| runs_from(process, cache))
            .collect();
        ours.iter().for_each(|process| {
            process.kill_with(signal).unwrap_or_else(|| process.kill());
        });
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

/// The program, or the name it was started by, lies in the cache. (The private environment's
/// Python is a link to the system's, so its real path is not enough.)
fn runs_from(process: &Process, cache: &Path) -> bool {
    let by_path = process.exe().is_some_and(|path| path.starts_with(cache));
    let by_name = process
        .cmd()
        .first()
        .is_some_and(|name| Path::new(name).starts_with(cache));
    by_path || by_name
}
