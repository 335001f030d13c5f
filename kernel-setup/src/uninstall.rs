//! `cargo notebook uninstall`: nothing stays behind, neither files nor processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::cli::UninstallArguments;
use crate::failure::{Failure, Result};
use crate::kernelspec;
use crate::places::{Places, kernels_elsewhere, user_jupyter_data};
use crate::processes::end_processes;
use crate::setup::Lock;

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
    let has_cache = places.cache.is_dir();
    let lock = has_cache
        .then(|| Lock::acquire(&places.cache))
        .transpose()?;
    let directories: Vec<PathBuf> = has_cache
        .then(|| places.cache.clone())
        .into_iter()
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
