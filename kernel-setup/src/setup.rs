//! Everything that must be there before a notebook runs: kernel, template, Python's packages;
//! made side by side on the first use and only looked at afterwards.

mod data;
mod fingerprint;
mod installed;
mod kernel;
mod lock;
mod pip;
mod python;
mod python_variables;
mod state;
mod template;

use std::fs::{self, File};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use crate::failure::{Failure, Result};
use crate::kernelspec;
use crate::paths::Paths;
use crate::progress::{Progress, seconds};
use crate::requirements;

pub use data::{Data, look as look_for_data};
pub use fingerprint::Fingerprint;
pub use installed::check as check_installation;
pub use lock::Lock;
pub use pip::explain as explain_pip;
pub use python::{Environment, Kind};
pub use python_variables::{with_mirrors_alone, without_pythons};

use state::Parts;

/// What the caller is going to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The kernel alone, for somebody else's Jupyter.
    Kernel,
    /// The kernel and a Python with Jupyter.
    KernelAndPython,
    /// Python alone: nothing is executed.
    Python,
}

/// What set-up has made. While the value lives, no other set-up removes it.
#[derive(Debug)]
pub struct Classroom {
    /// The template that the kernels clone.
    pub template: Option<PathBuf>,
    /// The Python with Jupyter.
    pub python: Option<Environment>,
    /// What is known about the data and the network, where something is executed.
    pub data: Option<Data>,
    _template_in_use: Option<File>,
}

/// Makes what is missing; returns at once when nothing is.
///
/// # Errors
/// `Missing` for what the machine lacks, each with its remedy; `Program` when a build fails.
pub fn ensure(paths: &Paths, need: Need, given_python: Option<PathBuf>) -> Result<Classroom> {
    fs::create_dir_all(&paths.cache).map_err(Failure::file("create", &paths.cache))?;
    let _lock = Lock::acquire(&paths.cache)?;
    if let Some(installation) = &paths.installation {
        installed::check(installation)?;
    } else if need != Need::Python {
        requirements::rust()?;
        requirements::linker()?;
        requirements::rust_source(true)?;
    }
    let parts = Parts::find(paths, need, given_python)?;
    parts.check_space(paths)?;

    let progress = Progress::new();
    let started = Instant::now();
    if parts.something_is_missing() {
        let takes = match paths.installation {
            Some(_) => "less than a minute",
            None => "a few minutes",
        };
        progress.line(&format!(
            "Setting up the classroom (once; {takes}). Everything goes to:"
        ));
        progress.line(&format!("  {}", paths.cache.display()));
    }
    let (template, data) = make_side_by_side(paths, &parts, need, &progress)?;
    if parts.something_is_missing() {
        progress.line(&format!(
            "The classroom is ready ({}).",
            seconds(started.elapsed())
        ));
    }

    if let Some(template) = &template {
        let kernels = paths.jupyter().join("kernels");
        kernelspec::write(&kernels, &paths.kernel(), template)?;
    }
    let in_use = template.as_deref().map(template::hold).transpose()?;
    let python = parts.python.map(python::Plan::environment).transpose()?;
    Ok(Classroom {
        template,
        python,
        data,
        _template_in_use: in_use,
    })
}

/// Makes the missing parts at the same time, and looks for the data meanwhile.
fn make_side_by_side(
    paths: &Paths,
    parts: &Parts,
    need: Need,
    progress: &Progress,
) -> Result<(Option<PathBuf>, Option<Data>)> {
    thread::scope(|scope| {
        let kernel = parts.missing_kernel.as_deref().map(|key| {
            scope.spawn(|| progress.run("kernel", |step| kernel::build(paths, key, step)))
        });
        let template = parts
            .template_is_missing
            .then(|| scope.spawn(|| progress.run("nn-lib", |step| template::build(paths, step))));
        let python = parts.missing_python().map(|plan| {
            scope.spawn(|| progress.run("Jupyter", |step| pip::install(paths, plan, step)))
        });
        let data = (need == Need::KernelAndPython).then(|| scope.spawn(|| data::look(paths)));

        // All are waited for: what the others make is kept for the next attempt.
        let kernel = kernel.map(|step| step.join().expect("no step panics"));
        let template = template.map(|step| step.join().expect("no step panics"));
        let python = python.map(|step| step.join().expect("no step panics"));
        let data = data.map(|look| look.join().expect("looking does not panic"));
        kernel.transpose()?;
        let template = template.transpose()?.or_else(|| parts.template.clone());
        python.transpose()?;
        Ok((template, data))
    })
}

/// Which parts of the classroom are complete and fit the present sources.
#[derive(Debug)]
pub struct State {
    /// The kernel in the cache.
    pub kernel: bool,
    /// nn-lib, compiled for notebooks.
    pub template: bool,
    /// The Python with Jupyter.
    pub python: bool,
}

/// What is complete already (`doctor` asks).
///
/// # Errors
/// As `ensure`, for what the machine lacks.
pub fn state(paths: &Paths, given_python: Option<PathBuf>) -> Result<State> {
    let parts = Parts::find(paths, Need::Kernel, None)?;
    Ok(State {
        kernel: parts.missing_kernel.is_none(),
        template: !parts.template_is_missing,
        python: python::plan(paths, given_python).is_ok_and(|plan| plan.is_complete()),
    })
}
