//! `cargo notebook uninstall`: nothing stays behind, neither files nor processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::cli::UninstallArguments;
use crate::failure::{Failure, Result};
use crate::kernelspec;
use crate::paths::{Paths, kernels_elsewhere, user_jupyter_data};
use crate::processes::end_processes;
use crate::setup::Lock;
use crate::system;

/// Ends what runs from the cache, removes kernelspecs and cache, and says what was removed.
///
/// # Errors
/// `File` when something cannot be removed.
pub fn uninstall(paths: &Paths, arguments: UninstallArguments) -> Result<()> {
    if arguments.system {
        return system::uninstall(paths, arguments.prefix.as_deref());
    }
    let mut removed = Vec::new();
    let prefix = arguments
        .prefix
        .map(|prefix| prefix.join("share").join("jupyter"));
    for data in prefix.into_iter().chain(user_jupyter_data().ok()) {
        removed.extend(kernelspec::remove(&data.join("kernels"))?);
    }
    let has_cache = paths.cache.is_dir();
    let lock = has_cache.then(|| Lock::acquire(&paths.cache)).transpose()?;
    let directories: Vec<PathBuf> = has_cache
        .then(|| own_parts(paths))
        .into_iter()
        .flatten()
        .chain(kernels_elsewhere())
        .collect();
    let ended = end_processes(&directories);
    if ended > 0 {
        println!(
            "Ended {ended} running {} of the classroom.",
            if ended == 1 { "process" } else { "processes" }
        );
    }
    for directory in directories {
        remove(&directory)?;
        removed.push(directory);
    }
    drop(lock);
    if removed.is_empty() {
        println!("Nothing to remove: there is neither a kernelspec nor a cache.");
        return Ok(());
    }
    println!("Removed:");
    removed
        .iter()
        .for_each(|path| println!("  {}", path.display()));
    match &paths.installation {
        Some(installation) => println!(
            "The folder {} with its notebooks stays: remove it when nobody uses it any more.",
            installation.root.display()
        ),
        None => println!(
            "The data sets (in ~/.keras/datasets, shared with Keras) and the repository with its target directory stay."
        ),
    }
    if let Some(copy) = paths.own_copy().filter(|copy| copy.is_dir()) {
        println!("Your own notebooks stay, too: {}", copy.display());
    }
    Ok(())
}

/// What this program has put into the cache: all of it, unless there is a set-up from a repository as well.
fn own_parts(paths: &Paths) -> Vec<PathBuf> {
    let entries = fs::read_dir(&paths.cache).into_iter().flatten().flatten();
    let entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    let begins = |path: &Path, start: &str| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(start)
    };
    let has_set_up = entries.iter().any(|path| begins(path, "template-"));
    if paths.installation.is_none() || !has_set_up {
        return vec![paths.cache.clone()];
    }
    let own = entries.into_iter();
    own.filter(|path| begins(path, "kept") || begins(path, "jupyter-installed"))
        .collect()
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
