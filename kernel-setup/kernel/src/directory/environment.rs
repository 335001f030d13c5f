//! The environments of the programs that a kernel starts: the engine's, the cells', and the one that it was started in.

use super::KernelDirectory;
use rust_nn_template::{Toolchain, processors, recipe};
use std::io;
use std::path::PathBuf;
use std::process::Command;

const DIRECTORY: &str = "RUST_NN_DIRECTORY";
const TEMPLATE: &str = "RUST_NN_TEMPLATE";
const NOTEBOOK: &str = "RUST_NN_NOTEBOOK";
const SAVED: &str = "RUST_NN_SAVED_";

/// The variables that differ for the engine; their old values are saved for everything else.
const CHANGED: [&str; 8] = [
    "PATH",
    // rust-analyzer sets it to the compiler's directory, which has no cargo in an installation.
    "RUSTUP_TOOLCHAIN",
    "CARGO",
    "CARGO_HOME",
    "RUSTC",
    "RUST_SRC_PATH",
    "EVCXR_TMPDIR",
    "EVCXR_CONFIG_DIR",
];

impl KernelDirectory {
    /// The directory that this process was started for.
    pub fn from_environment() -> io::Result<KernelDirectory> {
        let variable = |name| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .ok_or_else(|| io::Error::other(format!("{name} is not set")))
        };
        Ok(KernelDirectory {
            path: variable(DIRECTORY)?,
            template: variable(TEMPLATE)?,
        })
    }

    /// Sets the engine's environment.
    pub fn set_environment(&self, command: &mut Command, toolchain: &Toolchain) {
        for name in CHANGED {
            if let Some(value) = std::env::var_os(name) {
                command.env(format!("{SAVED}{name}"), value);
            }
        }
        let mut path = vec![self.path.join("bin")];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        if let Ok(notebook) = std::env::current_dir() {
            command.env(NOTEBOOK, notebook);
        }
        command
            .env(DIRECTORY, &self.path)
            .env(TEMPLATE, &self.template)
            .env("PATH", std::env::join_paths(path).unwrap_or_default())
            .env("CARGO", self.path.join("bin").join("cargo"))
            .env("CARGO_HOME", self.path.join("cargo-home"))
            .env("RUSTC", &toolchain.rustc)
            .env("RUST_SRC_PATH", self.path.join(recipe::LIBRARY))
            .env("EVCXR_TMPDIR", self.engine())
            .env("EVCXR_CONFIG_DIR", self.path.join("config"));
        processors::hand_on(command);
    }

    /// Gives a command the environment that the kernel was started in.
    pub fn restore_environment(&self, command: &mut Command) {
        for name in CHANGED {
            match std::env::var_os(format!("{SAVED}{name}")) {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
            command.env_remove(format!("{SAVED}{name}"));
        }
        command.env_remove("RUST_BACKTRACE");
    }

    /// Makes the loader find this kernel's nn-lib and the standard library that belongs to it.
    ///
    /// A cell's shared object says what it needs, and not where that lies: it may have been compiled elsewhere. And
    /// `cargo run` and `cargo test` put the workspace's own build of nn-lib where the loader looks first.
    pub fn prefer_own_libraries(&self, command: &mut Command) {
        const SEARCHED_FIRST: &str = if cfg!(target_os = "macos") {
            "DYLD_LIBRARY_PATH"
        } else {
            "LD_LIBRARY_PATH"
        };
        let Ok(recipe) = self.recipe() else { return };
        let [compiled, _] = recipe.dependencies();
        let own = [self.template.join(&compiled), recipe.toolchain.libraries()];
        let given = std::env::var_os(SEARCHED_FIRST).filter(|value| !value.is_empty());
        let given = given.iter().flat_map(std::env::split_paths);
        if let Ok(paths) = std::env::join_paths(own.into_iter().chain(given)) {
            command.env(SEARCHED_FIRST, paths);
        }
    }

    /// Tells nn-lib of the data sets that came with an installation; a directory of the user's goes first.
    pub fn show_installed_data(&self, command: &mut Command) {
        const DATA: &str = "NN_LIB_DATA";
        let is_set = std::env::var_os(DATA).is_some_and(|value| !value.is_empty());
        let data = rust_nn_template::installed_data(&self.template);
        if let (false, Some(data)) = (is_set, data) {
            command.env(DATA, data);
        }
    }

    /// A variable of the environment that the kernel was started in.
    pub fn saved(name: &str) -> Option<std::ffi::OsString> {
        std::env::var_os(format!("{SAVED}{name}"))
    }

    /// The notebook's directory, if it is still there.
    pub fn notebook(&self) -> Option<PathBuf> {
        let notebook = PathBuf::from(std::env::var_os(NOTEBOOK)?);
        notebook.is_dir().then_some(notebook)
    }
}
