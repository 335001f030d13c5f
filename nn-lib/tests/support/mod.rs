//! What tests need that may be unable to run on a machine, or that start a process: a main function of their own.
//!
//! Such a file says `harness = false` in `Cargo.toml`, and its `main` lists its tests. A test that finds something
//! missing returns `Err(missing(..))`, and is reported as ignored with that reason. The built-in harness can only say "ok".

// Each test program uses its own part of this.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use libtest_mimic::{Arguments, Completion, Trial};

/// Keras's own files, in the directory that `NN_LIB_DATA` names.
pub const REAL_DATA: &str = "the real data";
/// MNIST and Fashion-MNIST, which are larger, in the same directory.
pub const REAL_PICTURES: &str = "the real pictures";
/// Chromium or Chrome.
pub const BROWSER: &str = "a browser";
/// An environment of Python with packages from the network (or from an earlier run).
pub const PYTHON: &str = "Python's packages";
/// The registry of crates.
pub const NETWORK: &str = "a network";
/// The right to mount a file system or to be another user.
pub const RIGHTS: &str = "the rights of root";
/// A Ctrl-C that is not ignored, as it is in what a script starts in the background.
pub const INTERRUPTS: &str = "interrupts";

/// Why a test cannot run here: one of the needs above and what exactly is missing. `.ci/ignored.sh` reads it.
#[derive(Debug)]
pub struct Missing(String);

/// The end of a test that cannot run here.
pub fn missing(need: &str, what: impl std::fmt::Display) -> Missing {
    Missing(format!("needs {need}: {what}"))
}

/// What a test returns: nothing, or what is missing here.
pub trait Verdict {
    /// Whether the test has run to its end.
    fn completion(self) -> Completion;
}

impl Verdict for () {
    fn completion(self) -> Completion {
        Completion::Completed
    }
}

impl Verdict for Result<(), Missing> {
    fn completion(self) -> Completion {
        match self {
            Ok(()) => Completion::Completed,
            Err(Missing(reason)) => Completion::ignored_with(reason),
        }
    }
}

/// The directory of Keras's files that `NN_LIB_DATA` names, if it has these.
pub fn real_data(files: &[&str]) -> Result<PathBuf, Missing> {
    real_files(REAL_DATA, files)
}

/// The same for the files of pictures.
pub fn real_pictures(files: &[&str]) -> Result<PathBuf, Missing> {
    real_files(REAL_PICTURES, files)
}

fn real_files(need: &str, files: &[&str]) -> Result<PathBuf, Missing> {
    let Some(directory) = std::env::var_os("NN_LIB_DATA").map(PathBuf::from) else {
        return Err(missing(need, "NN_LIB_DATA names no directory"));
    };
    match files.iter().find(|file| !directory.join(file).exists()) {
        Some(file) => Err(missing(need, format!("NN_LIB_DATA has no {file}"))),
        None => Ok(directory),
    }
}

/// The Python of an environment with the packages of a list, made on first use and whenever the list has changed.
pub fn python_environment(environment: &Path, requirements: &Path) -> Result<PathBuf, Missing> {
    // One test makes it, and the others wait.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(|lock| lock.into_inner());
    let python = environment.join("bin").join("python");
    let installed = environment.join("installed");
    let wanted = std::fs::read(requirements).expect("it is part of the repository");
    if std::fs::read(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(environment);
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--require-hashes", "-r"]);
    pip.arg(requirements);
    for mut step in [venv, pip] {
        if !step.status().is_ok_and(|status| status.success()) {
            return Err(missing(PYTHON, "no environment could be made"));
        }
    }
    std::fs::write(installed, wanted).expect("the environment can be written to");
    Ok(python)
}

/// The name of a function, as a test is called.
fn name<F>(_: &F) -> &'static str {
    let path = std::any::type_name::<F>();
    path.rsplit("::").next().unwrap_or(path)
}

/// A function that is a test.
pub fn test<V: Verdict, F: Fn() -> V + Send + 'static>(function: F) -> Trial {
    Trial::ignorable_test(name(&function), move || Ok(function().completion()))
}

/// A test that runs only when it is asked for (`--ignored`), as `#[ignore = "reason"]` says it.
pub fn by_name<V: Verdict, F: Fn() -> V + Send + 'static>(
    reason: &'static str,
    function: F,
) -> Trial {
    let arguments = Arguments::from_args();
    let name = name(&function);
    if arguments.ignored || arguments.include_ignored {
        return test(function).with_ignored_flag(true);
    }
    Trial::ignorable_test(name, move || Ok(Completion::ignored_with(reason)))
}

/// Runs the tests that the command line asks for, and ends the process.
pub fn run(tests: impl IntoIterator<Item = Trial>) -> ! {
    let child = std::env::var(CHILD);
    assert!(child.is_err(), "main does not list the child {child:?}");
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, tests.into_iter().collect()).exit()
}

/// Names the function that a process runs in the place of the tests.
const CHILD: &str = "NN_LIB_TEST_CHILD";

/// Runs this function and ends, if this process was started by [`command`] for it. Stands in `main` before the tests.
pub fn child<F: Fn()>(function: F) {
    if std::env::var_os(CHILD).is_some_and(|child| child == OsStr::new(name(&function))) {
        function();
        std::process::exit(0);
    }
}

/// This program, started again to run one function in a process of its own.
pub fn command<F: Fn()>(function: F) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(CHILD, name(&function));
    command
}
