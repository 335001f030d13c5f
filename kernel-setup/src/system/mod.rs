//! `install --system` and `uninstall --system`: one installation for all users of a machine.
//!
//! ```text
//! PREFIX/                      /opt/rust-nn
//!   installation-<key>-1/      as installation.rs describes it, and beside that
//!     environment/             JupyterLab, complete: nobody writes to it
//!     hub/                     JupyterHub's configuration and start (--hub)
//!     complete                 written last
//!   current -> installation-.. replaced in one step
//! ```
//!
//! An installation is never changed. A newer one is made beside it, and then the link is replaced; what runs from the older
//! one goes on, and the next command that finds it out of use removes it.

mod environment;
mod python;
mod rights;
mod site;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::cli::InstallArguments;
use crate::failure::{Failure, Result};
use crate::installation::Installation;
use crate::paths::Paths;
use crate::processes;
use crate::progress::{Progress, seconds};
use crate::setup::{Fingerprint, Lock};

use python::Base;
use site::Site;
use tree::Tree;

pub use environment::{interpreter, works};

/// The program of an installation that users call.
const COMMAND: &str = "notebook";

/// Makes an installation for all users and lets everything point to it.
///
/// # Errors
/// `Missing` when the user may not, or others could not use it; what set-up lacks; nothing half-made stays.
pub fn install(paths: &Paths, arguments: &InstallArguments) -> Result<()> {
    let started = Instant::now();
    let site = Site::find(arguments.prefix.as_deref())?;
    site.check_user(paths.installation.as_ref(), "install")?;
    site.check_open()?;
    let base = python::for_all()?;
    site.check_space()?;
    rights::create_open(&site.prefix)?;
    let _lock = lock(&site.prefix)?;
    let made = make(paths, &site, &base, arguments.hub);
    // A place in which nothing was there, and nothing could be made, is left as it was.
    let directory = made
        .inspect_err(|_| site.remove_if_empty())
        .map_err(site::explain)?;
    let outside = site.publish(&Installation::read(&directory)?)?;
    remove_unused(&site, &directory);
    tell(&site, &directory, &outside);
    println!("({})", seconds(started.elapsed()));
    Ok(())
}

/// Makes the installation, unless the same is there.
fn make(paths: &Paths, site: &Site, base: &Base, hub: bool) -> Result<PathBuf> {
    println!("Installing for all users in {} ...", site.prefix.display());
    let tree = Tree::prepare(paths, &site.prefix)?;
    let key = Fingerprint::default()
        .text(&tree.identity())
        .text(&base.path.to_string_lossy())
        .text(&base.version)
        .text(if hub { "hub" } else { "" })
        .key();
    let mut existing = site.installations(&key).into_iter();
    if let Some(found) =
        existing.find(|there| site::is_complete(there) && environment::works(there))
    {
        println!("The same is installed already; nothing was made.");
        return Ok(found);
    }
    let directory = site.new_directory(&key);
    let mut unfinished = Unfinished(Some(directory.clone()));
    let progress = Progress::new();
    let mut step = progress.step("files", "copying");
    let installation = tree.put(&directory, &mut step)?;
    step.done("copied");
    let mut step = progress.step("Jupyter", "starting");
    environment::make(&installation, base, hub, &mut step)?;
    step.done("complete");
    rights::open_to_all(&directory)?;
    rights::open_to_all(&site::complete(&directory)?)?;
    unfinished.0 = None;
    Ok(directory)
}

/// Removes every installation below the prefix, what points to it, and every process that runs from it.
///
/// # Errors
/// `Missing` when the user may not; `File` when something cannot be removed.
pub fn uninstall(paths: &Paths, prefix: Option<&Path>) -> Result<()> {
    let site = Site::find(prefix)?;
    let installations = site.installations("");
    if installations.is_empty() && site.current().is_none() {
        println!(
            "Nothing to remove: there is no installation in {}.",
            site.prefix.display()
        );
        return Ok(());
    }
    site.check_user(paths.installation.as_ref(), "uninstall")?;
    let lock = lock(&site.prefix)?;
    let mut removed = site.withdraw()?;
    let ended = processes::end_processes(std::slice::from_ref(&site.prefix));
    if ended > 0 {
        println!("Ended {ended} processes that ran from it.");
    }
    for installation in installations {
        site::remove(&installation)?;
        removed.push(installation);
    }
    drop(lock);
    site.remove_if_empty();
    println!("Removed:");
    removed
        .iter()
        .for_each(|path| println!("  {}", path.display()));
    println!(
        "What belongs to users stays: their notebooks, and the cells compiled for them (~/.cache/rust-nn)."
    );
    Ok(())
}

/// An installation that is being made: removed again unless it becomes complete.
struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(directory) = &self.0 {
            // What cannot be removed now has no mark, and is removed by the next command.
            let _ = fs::remove_dir_all(directory);
        }
    }
}

/// Only the owner may open the lock: another user could hold it for ever.
fn lock(prefix: &Path) -> Result<Lock> {
    let file = site::lock_file(prefix);
    if !file.exists() {
        fs::write(&file, "").map_err(Failure::file("write", &file))?;
    }
    rights::set(&file, 0o600)?;
    Lock::acquire(prefix)
}

/// Removes the other installations, except those that something runs from.
fn remove_unused(site: &Site, current: &Path) {
    for other in site.installations("") {
        if other != current && !processes::any_runs(&other) {
            // What cannot be removed now is tried again the next time.
            let _ = site::remove(&other);
        }
    }
}

/// Says what is where, and what users do with it.
fn tell(site: &Site, installation: &Path, outside: &[PathBuf]) {
    println!("Installed for all users:");
    println!("  {}", installation.display());
    outside
        .iter()
        .for_each(|path| println!("  {}", path.display()));
    let command = site.prefix.join("current").join(COMMAND);
    match &site.outside {
        Some(_) => println!(
            "Users type `rust-nn lab`, or choose \"{}\" in a Jupyter of their own.",
            crate::kernelspec::DISPLAY_NAME
        ),
        None => println!(
            "Nothing was written outside of {}. Users type\n  {} lab\nA Jupyter of their own finds the kernel with\n  export JUPYTER_PATH={}",
            site.prefix.display(),
            command.display(),
            site.prefix
                .join("current/environment/share/jupyter")
                .display()
        ),
    }
    if environment::hub(installation).is_some() {
        println!(
            "The hub for a class is started as root by\n  {}/current/hub/jupyterhub",
            site.prefix.display()
        );
    }
    let removal = match &site.outside {
        Some(_) => "`rust-nn uninstall --system`".to_owned(),
        None => format!(
            "`{} uninstall --system --prefix {}`",
            command.display(),
            site.prefix.display()
        ),
    };
    println!("{removal} removes it all.");
}
