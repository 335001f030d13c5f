//! A kernel's own directory, and the environment that makes the engine work in it.
//!
//! ```text
//! <place of the user's own>/kernels/<random>/       (location.rs)
//!   lock      held as long as the kernel lives
//!   socket    where the processes of the kernel meet (messages.rs)
//!   bin/      cargo and rustup: this program under other names (standin/)
//!   cargo-home/bin/   the same, where rust-analyzer looks first
//!   engine/   where the engine writes the package of a cell
//!   libraries/  archives without content, for the linker (standin/linker.rs)
//!   statics/  the objects that have defined statics (standin/statics.rs)
//!   library   a link to the standard library's source, once type inference is to read it
//!   cell/ out/   what is compiled instead (rust-nn-template)
//!   crates/   the crates that the notebook has asked for (standin/crates/)
//! ```

mod environment;
mod location;

pub use location::is_trusted;

use crate::standin;
use rust_nn_template::recipe::{self, Recipe};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How much a cell's code is optimized if the reader wishes nothing else.
pub const OPT_LEVEL: &str = "1";

/// What stands in the engine's manifest while type inference reads nothing: a comment behind the level of optimization,
/// the one thing in it that can be chosen.
const UNREAD: &str = " # unread";

/// The file with the number of the process that made the directory.
const OWNER: &str = "owner";

/// The file with the names of variables whose types are defined again.
const RETYPED: &str = "retyped";
/// The file with the types of the variables that a cell declares.
const DECLARED: &str = "declared";

/// The file that a living kernel holds.
const LOCK: &str = "lock";

/// How long a kernel may take from making its directory to holding it: far longer than it does.
const UNTIL_LOCKED: Duration = Duration::from_secs(600);

/// The kernel's directory and its template.
#[derive(Clone, Debug)]
pub struct KernelDirectory {
    /// The directory.
    pub path: PathBuf,
    /// The template that its cells are compiled with.
    pub template: PathBuf,
}

impl KernelDirectory {
    /// Makes a directory for a new kernel, and removes those that dead kernels have left.
    pub fn create(template: &Path) -> io::Result<KernelDirectory> {
        let template = template.canonicalize().map_err(|error| {
            let text = format!(
                "nn-lib's build {} cannot be read ({error}): set the classroom up again, by `cargo notebook install` or as \
                 it was installed",
                template.display()
            );
            io::Error::new(error.kind(), text)
        })?;
        let own = location::own(&template)?;
        let kernels = own.join(location::KERNELS);
        location::make_private(&kernels)?;
        for place in location::all(&template) {
            sweep(&place.join(location::KERNELS));
        }
        location::remove_unused(&own, &template);
        // Removed again if something fails here. Nobody else can look into it.
        let directory = tempfile::Builder::new()
            .prefix("")
            .rand_bytes(8)
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&kernels)?;
        let owner = std::process::id().to_string();
        fs::write(directory.path().join(OWNER), owner)?;
        let kernel = KernelDirectory {
            path: directory.path().to_owned(),
            template,
        };
        for directory in ["bin", "cargo-home/bin", "engine", "config", "out"] {
            fs::create_dir_all(kernel.path.join(directory))?;
        }
        let program = std::env::current_exe()?;
        for directory in ["bin", "cargo-home/bin"] {
            for name in ["cargo", "rustup"] {
                std::os::unix::fs::symlink(&program, kernel.path.join(directory).join(name))?;
            }
        }
        standin::write_libraries(&kernel.libraries())?;
        // The user's own settings for evcxr are neither read nor changed.
        let settings = format!("[evcxr]\nopt_level = \"{OPT_LEVEL}{UNREAD}\"\n");
        fs::write(kernel.path.join("config").join("evcxr.toml"), settings)?;
        // A library in which there is nothing.
        fs::create_dir_all(kernel.path.join("nothing").join("core"))?;
        std::os::unix::fs::symlink("nothing", kernel.path.join(recipe::LIBRARY))?;
        let _ = directory.keep();
        Ok(kernel)
    }

    /// Whether type inference still reads neither the library nor the preloaded crates.
    pub fn reads_nothing(&self) -> bool {
        let manifest = fs::read_to_string(self.engine().join("Cargo.toml"));
        manifest.is_ok_and(|text| text.contains(UNREAD))
    }

    /// Lets type inference read the library and the preloaded crates, from its next question on.
    pub fn read_all(&self) -> io::Result<()> {
        let new = self.path.join("library.part");
        std::os::unix::fs::symlink(self.template.join(recipe::LIBRARY), &new)?;
        fs::rename(new, self.path.join(recipe::LIBRARY))?;
        // A manifest that has changed is what makes the engine look.
        let manifest = self.engine().join("Cargo.toml");
        let text = fs::read_to_string(&manifest)?;
        fs::write(manifest, text.replace(UNREAD, ""))
    }

    /// Holds the directory for as long as the returned file is open.
    pub fn lock(&self) -> io::Result<File> {
        // Locked before it has its name: another kernel that starts now finds no lock, or a held one.
        let unnamed = self.path.join("lock.part");
        let lock = File::create(&unnamed)?;
        lock.lock()?;
        fs::rename(unnamed, self.path.join(LOCK))?;
        Ok(lock)
    }

    /// Where this user's compiled cells and remembered answers are kept.
    pub fn store(&self) -> PathBuf {
        location::store(&self.path, &self.template)
    }

    /// How cells are compiled.
    pub fn recipe(&self) -> rust_nn_template::Result<Recipe> {
        Recipe::read(&self.template)
    }

    /// Where the engine writes.
    pub fn engine(&self) -> PathBuf {
        self.path.join("engine")
    }

    /// The package that is compiled in the place of the engine's.
    pub fn cell(&self) -> PathBuf {
        self.path.join("cell")
    }

    /// What stands for the libraries that every process has loaded, for the linker.
    pub fn libraries(&self) -> PathBuf {
        self.path.join("libraries")
    }

    /// Where the crates of the notebook are put together.
    pub fn crates(&self) -> PathBuf {
        self.path.join("crates")
    }

    /// The file whose presence tells that the reader has interrupted the cell.
    pub fn interrupted(&self) -> PathBuf {
        self.path.join("interrupted")
    }

    /// Where the objects are kept that have defined statics.
    pub fn statics(&self) -> PathBuf {
        self.path.join("statics")
    }

    /// Leaves the names of the variables whose types a cell defines again, for its compilation.
    pub fn set_retyped(&self, names: &[String]) -> io::Result<()> {
        let file = self.path.join(RETYPED);
        match names {
            [] if !file.exists() => Ok(()),
            [] => fs::remove_file(file),
            names => fs::write(file, names.join("\n")),
        }
    }

    /// The names of the variables whose types the cell defines again.
    pub fn retyped(&self) -> Vec<String> {
        let names = fs::read_to_string(self.path.join(RETYPED)).unwrap_or_default();
        names.lines().map(str::to_owned).collect()
    }

    /// Adds variables and their types to those that the cell's compilations have declared.
    pub fn note_declared(&self, variables: &[(String, String)]) -> io::Result<()> {
        if variables.is_empty() {
            return Ok(());
        }
        let mut all = self.declared();
        all.retain(|(name, _)| !variables.iter().any(|(new, _)| new == name));
        all.extend_from_slice(variables);
        fs::write(self.path.join(DECLARED), serde_json::to_vec(&all)?)
    }

    /// The variables that the cell's compilations have declared, those that it moves included.
    pub fn declared(&self) -> Vec<(String, String)> {
        let text = fs::read(self.path.join(DECLARED)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Forgets the variables that an earlier cell has declared.
    pub fn forget_declared(&self) {
        let _ = fs::remove_file(self.path.join(DECLARED));
    }

    /// The file with the compiler's warnings about the code that runs next.
    pub fn warnings(&self) -> PathBuf {
        self.path.join("warnings")
    }

    /// Removes the directory.
    pub fn remove(&self) {
        // A process that is just ending may still add a file: then a second time succeeds.
        for _ in 0..5 {
            if fs::remove_dir_all(&self.path).is_ok() || !self.path.exists() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Removes the directory if its kernel has died.
    pub fn remove_after_death(&self) {
        let Ok(lock) = File::open(self.path.join(LOCK)) else {
            return;
        };
        for _ in 0..20 {
            if lock.try_lock().is_ok() {
                self.remove();
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Removes the directories whose kernels are dead.
fn sweep(kernels: &Path) {
    let Ok(entries) = fs::read_dir(kernels) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let dead = match File::open(path.join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            // A kernel that has just started has no lock yet.
            Err(_) => died_at_its_start(&path),
        };
        if dead {
            let kernel = KernelDirectory {
                path,
                template: PathBuf::new(),
            };
            kernel.remove();
        }
    }
}

/// Whether the kernel that made this directory is gone, or has had more than enough time to lock it.
fn died_at_its_start(path: &Path) -> bool {
    let owner = fs::read_to_string(path.join(OWNER));
    let owner = owner.ok().and_then(|text| text.parse().ok());
    if let Some(owner) = owner.and_then(rustix::process::Pid::from_raw)
        && rustix::process::test_kill_process(owner) == Err(rustix::io::Errno::SRCH)
    {
        return true;
    }
    let made = fs::metadata(path).and_then(|metadata| metadata.modified());
    made.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > UNTIL_LOCKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_of_nn_lib_that_is_gone_is_named_with_what_to_do() {
        let gone = tempfile::tempdir().unwrap().path().join("template-x");
        let error = KernelDirectory::create(&gone).unwrap_err().to_string();
        assert!(error.contains(&gone.display().to_string()), "{error}");
        assert!(error.contains("cargo notebook install"), "{error}");
    }

    #[test]
    fn a_new_kernel_removes_the_directories_of_dead_ones_only() {
        let cache = tempfile::tempdir().unwrap();
        let template = cache.path().join("template-x");
        fs::create_dir(&template).unwrap();
        let living = KernelDirectory::create(&template).unwrap();
        let _lock = living.lock().unwrap();
        let dead = KernelDirectory::create(&template).unwrap();
        drop(dead.lock().unwrap());
        let starting = KernelDirectory::create(&template).unwrap();
        let killed_early = KernelDirectory::create(&template).unwrap();
        let mut ended = std::process::Command::new("true").spawn().unwrap();
        ended.wait().unwrap();
        fs::write(killed_early.path.join(OWNER), ended.id().to_string()).unwrap();
        KernelDirectory::create(&template).unwrap();
        assert!(living.path.exists());
        assert!(!killed_early.path.exists());
        assert!(starting.path.exists());
        assert!(!dead.path.exists());
    }

    #[test]
    fn of_many_kernels_that_start_at_once_none_removes_anothers_directory() {
        let cache = tempfile::tempdir().unwrap();
        let template = cache.path().join("template-x");
        fs::create_dir(&template).unwrap();
        let start = |_| {
            let template = template.clone();
            std::thread::spawn(move || {
                for _ in 0..25 {
                    let kernel = KernelDirectory::create(&template).unwrap();
                    let lock = kernel.lock().unwrap();
                    // Others look at it while it lives.
                    std::thread::sleep(Duration::from_millis(2));
                    assert!(kernel.path.join(LOCK).exists());
                    kernel.remove();
                    drop(lock);
                }
            })
        };
        let threads: Vec<_> = (0..8).map(start).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    }

    #[test]
    fn a_directory_is_removed_after_the_death_of_its_kernel() {
        let cache = tempfile::tempdir().unwrap();
        let template = cache.path().join("template-x");
        fs::create_dir(&template).unwrap();
        let kernel = KernelDirectory::create(&template).unwrap();
        drop(kernel.lock().unwrap());
        kernel.remove_after_death();
        assert!(!kernel.path.exists());
    }
}
