//! Where things are: the repository, the cache and Jupyter's directories.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// The kernel's name in Jupyter.
pub const KERNEL_NAME: &str = "rust-nn";

/// The directories that the commands work with.
#[derive(Debug, Clone)]
pub struct Places {
    /// The clone of the repository.
    pub repository: PathBuf,
    /// Everything that set-up makes: kernel, template, Python's environment.
    pub cache: PathBuf,
}

impl Places {
    /// Finds the repository (this crate's parent directory) and the cache
    /// (`$RUST_NN_CACHE`, else the platform's cache directory + `rust-nn`).
    ///
    /// # Errors
    /// `Missing` when neither `RUST_NN_CACHE` nor a home directory is set.
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let manifest = if manifest.join("requirements.txt").exists() {
            manifest
        } else {
            PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        };
        let repository = manifest
            .parent()
            .expect("the crate is a directory of the repository")
            .to_owned();
        let cache = match variable("RUST_NN_CACHE") {
            Some(directory) => {
                std::path::absolute(&directory).map_err(Failure::file("find", &directory))?
            }
            None => platform_cache()?.join(KERNEL_NAME),
        };
        Ok(Places { repository, cache })
    }

    /// The chapter.
    pub fn notebooks(&self) -> PathBuf {
        self.repository.join("notebooks")
    }

    /// Where `run` and `export` write.
    pub fn executed(&self) -> PathBuf {
        self.notebooks().join("executed")
    }

    /// The library that the kernel preloads.
    pub fn nn_lib(&self) -> PathBuf {
        self.repository.join("nn-lib")
    }

    /// Python scripts, page templates and styles.
    pub fn assets(&self) -> PathBuf {
        self.repository.join("kernel-setup").join("assets")
    }

    /// The kernel that Jupyter starts.
    pub fn kernel(&self) -> PathBuf {
        self.cache
            .join("bin")
            .join(format!("rust-nn-kernel{}", env::consts::EXE_SUFFIX))
    }

    /// A data directory for Jupyter of our own, so that nothing of the user's is touched.
    pub fn jupyter(&self) -> PathBuf {
        self.cache.join("jupyter")
    }
}

/// The user's own data directory of Jupyter, as `jupyter --data-dir` finds it.
///
/// # Errors
/// `Missing` when there is no home directory.
pub fn user_jupyter_data() -> Result<PathBuf> {
    if let Some(directory) = variable("JUPYTER_DATA_DIR") {
        return Ok(directory);
    }
    if cfg!(target_os = "macos") {
        return Ok(home()?.join("Library").join("Jupyter"));
    }
    if cfg!(windows) {
        return Ok(variable("APPDATA").unwrap_or(home()?).join("jupyter"));
    }
    Ok(variable("XDG_DATA_HOME")
        .map_or_else(|| home().map(|home| home.join(".local").join("share")), Ok)?
        .join("jupyter"))
}

/// Where kernels keep their files for a user without a cache who uses somebody else's installation; those of these
/// directories that exist and are the user's own. (`kernel/src/home/place.rs` chooses.)
pub fn kernels_elsewhere() -> Vec<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    let session = variable("XDG_RUNTIME_DIR").map(|directory| directory.join(KERNEL_NAME));
    let temporary = env::temp_dir().join(format!("{KERNEL_NAME}-{user}"));
    let mut places: Vec<PathBuf> = session.into_iter().chain([temporary]).collect();
    places.retain(|place| {
        place
            .symlink_metadata()
            .is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user)
    });
    places
}

/// Where a data set's file is looked for: `NN_LIB_DATA`, then Keras's own directory.
pub fn data_directories() -> Vec<PathBuf> {
    let keras = variable("KERAS_HOME").or_else(|| home().ok().map(|home| home.join(".keras")));
    variable("NN_LIB_DATA")
        .into_iter()
        .chain(keras.map(|keras| keras.join("datasets")))
        .collect()
}

/// A path for people: relative to the working directory where it lies below it.
pub fn shown(path: &Path) -> String {
    let here = env::current_dir().ok();
    let below = here
        .as_deref()
        .and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
}

fn platform_cache() -> Result<PathBuf> {
    if cfg!(target_os = "macos") {
        return Ok(home()?.join("Library").join("Caches"));
    }
    if cfg!(windows) {
        return Ok(variable("LOCALAPPDATA").unwrap_or(home()?));
    }
    variable("XDG_CACHE_HOME").map_or_else(|| home().map(|home| home.join(".cache")), Ok)
}

fn home() -> Result<PathBuf> {
    env::home_dir()
        .filter(|home| home.is_absolute())
        .ok_or_else(|| {
            Failure::missing(
                "there is no home directory (HOME is not set)",
                "set HOME, or RUST_NN_CACHE to a directory for the classroom's files",
            )
        })
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
