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

use crate::checks;
use crate::cli::InstallArguments;
use crate::failure::{Failure, Result};
use crate::places::Places;
use crate::processes;
use crate::progress::{Progress, seconds};
use crate::setup::{Fingerprint, Lock};

use environment::Sources;
use python::Base;
use site::Site;

pub use environment::{interpreter, works};

/// The program of an installation that users call.
const COMMAND: &str = "notebook";
/// With room to spare: the tree, the environment, and what of both is written twice for a moment.
const BYTES: u64 = 1_500 << 20;

/// Makes an installation for all users and lets everything point to it.
///
/// # Errors
/// `Missing` when the user may not, or others could not use it; what set-up lacks; nothing half-made stays.
pub fn install(places: &Places, arguments: &InstallArguments) -> Result<()> {
    let site = Site::find(arguments.prefix.as_deref())?;
    site.check_user("install")?;
    site.check_open()?;
    let base = python::for_all()?;
    let started = std::time::Instant::now();
    let tree = tree::prepare(places)?;
    let key = key(&tree, &base, arguments.hub)?;

    rights::create_open(&site.prefix)?;
    let _lock = lock(&site.prefix)?;
    let mut existing = site.installations(&key).into_iter();
    let found = existing.find(|there| site::is_complete(there) && environment::works(there));
    let installation = match found {
        Some(found) => {
            println!("The same is installed already; nothing was made.");
            found
        }
        None => {
            checks::space(&site.prefix, BYTES)?;
            make(places, &site, &tree, &base, &key, arguments.hub)?
        }
    };
    let (kernel, template) = (tree::kernel(&installation), tree::template(&installation)?);
    let outside = site.publish(&installation, &kernel, &template)?;
    remove_unused(&site, &installation);
    tell(&site, &installation, &outside);
    println!("({})", seconds(started.elapsed()));
    Ok(())
}

/// Removes every installation below the prefix, what points to it, and every process that runs from it.
///
/// # Errors
/// `Missing` when the user may not; `File` when something cannot be removed.
pub fn uninstall(prefix: Option<&Path>) -> Result<()> {
    let site = Site::find(prefix)?;
    let installations = site.installations("");
    if installations.is_empty() && site.current().is_none() {
        println!("Nothing to remove: there is no installation in {}.", site.prefix.display());
        return Ok(());
    }
    site.check_user("uninstall")?;
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
    let _ = fs::remove_file(lock_file(&site.prefix));
    // Something of somebody else's may lie in it.
    if fs::remove_dir(&site.prefix).is_ok() {
        removed.push(site.prefix.clone());
    }
    println!("Removed:");
    removed.iter().for_each(|path| println!("  {}", path.display()));
    println!("What belongs to users stays: their notebooks, and the cells compiled for them (~/.cache/rust-nn).");
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

fn make(
    places: &Places,
    site: &Site,
    tree: &tree::Tree,
    base: &Base,
    key: &str,
    hub: bool,
) -> Result<PathBuf> {
    let installation = site.new_directory(key);
    println!("Installing for all users in {} ...", site.prefix.display());
    let mut unfinished = Unfinished(Some(installation.clone()));
    rights::create_open(&installation)?;
    let progress = Progress::new();
    let mut step = progress.step("files", "copying");
    tree.put(&installation, &mut step)?;
    step.done("copied");
    let mut step = progress.step("Jupyter", "starting");
    let sources = Sources {
        base,
        wheels: &tree::wheels(&installation),
        assets: &places.assets().join("hub"),
        hub,
    };
    let (kernel, template) = (tree::kernel(&installation), tree::template(&installation)?);
    environment::make(&installation, &sources, &kernel, &template, &mut step)?;
    step.done("complete");
    rights::open_to_all(&installation)?;
    site::complete(&installation)?;
    rights::open_to_all(&installation.join("complete"))?;
    unfinished.0 = None;
    Ok(installation)
}

/// Changes with everything that an installation is made from.
fn key(tree: &tree::Tree, base: &Base, hub: bool) -> Result<String> {
    let hub = if hub { "hub" } else { "" };
    Ok(Fingerprint::default()
        .text(&tree.identity()?)
        .text(&base.path.to_string_lossy())
        .text(&base.version)
        .text(hub)
        .key())
}

fn lock_file(prefix: &Path) -> PathBuf {
    prefix.join("set-up.lock")
}

/// Only the owner may open the lock: another user could hold it for ever.
fn lock(prefix: &Path) -> Result<Lock> {
    let file = lock_file(prefix);
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
    outside.iter().for_each(|path| println!("  {}", path.display()));
    let command = site.prefix.join("current").join(COMMAND);
    match &site.outside {
        Some(_) => println!("Users type `rust-nn lab`, or choose \"{}\" in a Jupyter of their own.", crate::kernelspec::DISPLAY_NAME),
        None => println!(
            "Nothing was written outside of {}. Users type\n  {} lab\nA Jupyter of their own finds the kernel with\n  export JUPYTER_PATH={}",
            site.prefix.display(),
            command.display(),
            site.prefix.join("current/environment/share/jupyter").display()
        ),
    }
    if environment::hub(installation).is_some() {
        println!("The hub for a class is started as root by\n  {}/current/hub/jupyterhub", site.prefix.display());
    }
    let removal = match &site.outside {
        Some(_) => "`rust-nn uninstall --system`".to_owned(),
        None => format!("`{} uninstall --system --prefix {}`", command.display(), site.prefix.display()),
    };
    println!("{removal} removes it all.");
}
