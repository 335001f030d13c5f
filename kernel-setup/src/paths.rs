//! Where things are: the repository, the cache and Jupyter's directories.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::installation::Installation;

/// The kernel's name in Jupyter.
pub const KERNEL_NAME: &str = "rust-nn";

/// The user's own copy of the chapter, below the home directory.
const OWN_COPY: &str = "nn-lib-classroom";

/// A file that a copy of the chapter has.
const FIRST_COPIED: &str = "README.md";

/// The directories that the commands work with.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The clone of the repository.
    pub repository: PathBuf,
    /// Everything that set-up makes: kernel, template, Python's environment.
    pub cache: PathBuf,
    /// The installation that takes the repository's place, where this program is part of one.
    pub installation: Option<Installation>,
}

impl Paths {
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
            None => rust_nn_template::user_cache()
                .ok_or_else(homeless)?
                .join(KERNEL_NAME),
        };
        let installation = Installation::find()?;
        let root = installation
            .as_ref()
            .map(|installation| installation.root.clone());
        Ok(Paths {
            repository: root.unwrap_or(repository),
            cache,
            installation,
        })
    }

    /// The chapter as it was written.
    pub fn chapter(&self) -> PathBuf {
        self.repository.join("notebooks")
    }

    /// The chapter that the user works with: a copy of the user's own, where the other cannot be written to and a copy has
    /// been made.
    pub fn notebooks(&self) -> PathBuf {
        match self.own_copy() {
            Some(copy) if copy.join(FIRST_COPIED).exists() => copy,
            _ => self.chapter(),
        }
    }

    /// Where the user's own copy of the chapter goes, if there has to be one.
    pub fn own_copy(&self) -> Option<PathBuf> {
        use rustix::fs::{Access, access};
        let is_fixed =
            self.installation.is_some() && access(self.chapter(), Access::WRITE_OK).is_err();
        is_fixed
            .then(|| home().map(|home| home.join(OWN_COPY)).ok())
            .flatten()
    }

    /// Where `run` and `export` write.
    pub fn executed(&self) -> PathBuf {
        self.own_copy()
            .unwrap_or_else(|| self.chapter())
            .join("executed")
    }

    /// The library that the kernel preloads.
    pub fn nn_lib(&self) -> PathBuf {
        self.repository.join("nn-lib")
    }

    /// Python scripts, page templates and styles.
    pub fn assets(&self) -> PathBuf {
        match &self.installation {
            Some(installation) => installation.root.join("assets"),
            None => self.repository.join("kernel-setup").join("assets"),
        }
    }

    /// The font for Korean letters on paper, where the system may have none.
    pub fn korean_font(&self) -> PathBuf {
        let fonts = match &self.installation {
            Some(_) => self.assets().join("fonts"),
            None => self.nn_lib().join("assets").join("fonts"),
        };
        fonts.join("NotoSansKR-Regular.ttf")
    }

    /// The pinned packages of the private environment.
    pub fn requirements(&self) -> PathBuf {
        match &self.installation {
            Some(installation) => installation.wheels().join("wheels.json"),
            None => self
                .repository
                .join("kernel-setup")
                .join("requirements.txt"),
        }
    }

    /// The kernel that Jupyter starts.
    pub fn kernel(&self) -> PathBuf {
        match &self.installation {
            Some(installation) => installation.kernel(),
            None => kernel_in(&self.cache),
        }
    }

    /// A data directory for Jupyter of our own, so that nothing of the user's is touched.
    pub fn jupyter(&self) -> PathBuf {
        match self.installation {
            Some(_) => self.cache.join("jupyter-installed"),
            None => self.cache.join("jupyter"),
        }
    }
}

/// The kernel of a cache or of an installation.
pub fn kernel_in(directory: &Path) -> PathBuf {
    directory.join("bin").join("rust-nn-kernel")
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
    Ok(variable("XDG_DATA_HOME")
        .map_or_else(|| home().map(|home| home.join(".local").join("share")), Ok)?
        .join("jupyter"))
}

/// Where kernels keep their files for a user without a cache who uses somebody else's installation; those of these
/// directories that exist and are the user's own. (`kernel/src/directory/location.rs` chooses.)
pub fn kernels_elsewhere() -> Vec<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    let session = variable("XDG_RUNTIME_DIR").map(|directory| directory.join(KERNEL_NAME));
    let temporary = env::temp_dir().join(format!("{KERNEL_NAME}-{user}"));
    let mut paths: Vec<PathBuf> = session.into_iter().chain([temporary]).collect();
    paths.retain(|place| {
        place
            .symlink_metadata()
            .is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user)
    });
    paths
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

fn home() -> Result<PathBuf> {
    env::home_dir()
        .filter(|home| home.is_absolute())
        .ok_or_else(homeless)
}

fn homeless() -> Failure {
    Failure::missing(
        "there is no home directory (HOME is not set)",
        "set HOME, or RUST_NN_CACHE to a directory for the classroom's files",
    )
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
