//! Everything that must be there before a notebook runs: kernel, template, Python's packages;
//! made side by side on the first use and only looked at afterwards.

mod data;
mod fingerprint;
mod kernel;
mod lock;
mod python;
mod template;

use std::fs;
use std::path::PathBuf;
use std::thread;

use crate::checks;
use crate::failure::{Failure, Result};
use crate::kernelspec;
use crate::places::Places;
use crate::progress::{Progress, Step, seconds};

pub use data::{Data, look as look_for_data};
pub use lock::Lock;
pub use python::Environment;

/// Measured on Linux: the kernel's build directory, the template and Python's packages.
const BUILD_BYTES: u64 = 1_600 << 20;
const TEMPLATE_BYTES: u64 = 400 << 20;
const PYTHON_BYTES: u64 = 250 << 20;

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

/// What set-up has made.
#[derive(Debug)]
pub struct Classroom {
    /// The template that the kernels clone.
    pub template: Option<PathBuf>,
    /// The Python with Jupyter.
    pub python: Option<Environment>,
    /// What is known about the data and the network, where something is executed.
    pub data: Option<Data>,
}

/// Makes what is missing; returns at once when nothing is.
///
/// # Errors
/// `Missing` for what the machine lacks, each with its remedy; `Program` when a build fails.
pub fn ensure(places: &Places, need: Need, given_python: Option<PathBuf>) -> Result<Classroom> {
    let with_kernel = need != Need::Python;
    let with_python = need != Need::Kernel;
    fs::create_dir_all(&places.cache).map_err(Failure::file("create", &places.cache))?;
    let _lock = Lock::acquire(&places.cache)?;

    if with_kernel {
        checks::rust()?;
        checks::linker()?;
        checks::rust_source(true)?;
    }
    let kernel_key = if with_kernel {
        kernel::key(places)?
    } else {
        String::new()
    };
    let kernel_missing = with_kernel && !kernel::is_current(places, &kernel_key);
    let template_missing = with_kernel && template::find(places)?.is_none();
    let python_plan = if with_python {
        Some(python::plan(places, given_python)?)
    } else {
        None
    };
    let python_missing = python_plan.as_ref().is_some_and(|plan| !plan.is_complete());
    let needed =
        u64::from(template_missing) * TEMPLATE_BYTES + u64::from(python_missing) * PYTHON_BYTES;
    checks::space(&places.cache, needed)?;
    if kernel_missing {
        checks::space(&kernel::target_directory(places), needed + BUILD_BYTES)?;
    }

    let progress = Progress::new();
    if kernel_missing || template_missing || python_missing {
        progress.line("Setting up the classroom (once; a few minutes). Everything goes to:");
        progress.line(&format!("  {}", places.cache.display()));
    }
    let started = std::time::Instant::now();
    let (kernel, template, python, data) = thread::scope(|scope| {
        let kernel = kernel_missing.then(|| {
            scope.spawn(|| {
                step(&progress, "kernel", |step| {
                    kernel::build(places, &kernel_key, step)
                })
            })
        });
        let template = template_missing.then(|| {
            scope.spawn(|| step(&progress, "nn-lib", |step| template::build(places, step)))
        });
        let python = python_missing.then(|| {
            let plan = python_plan.as_ref().expect("a missing Python has a plan");
            scope.spawn(|| {
                step(&progress, "Jupyter", |step| {
                    python::install(places, plan, step)
                })
            })
        });
        let data = (need == Need::KernelAndPython).then(|| scope.spawn(data::look));
        let join = |handle: Option<thread::ScopedJoinHandle<'_, Result<()>>>| {
            handle.map_or(Ok(()), |handle| {
                handle.join().expect("a step does not panic")
            })
        };
        (
            join(kernel),
            join(template),
            join(python),
            data.map(|data| data.join().expect("looking for files does not panic")),
        )
    });
    first_failure([kernel, template, python])?;
    if kernel_missing || template_missing || python_missing {
        progress.line(&format!(
            "The classroom is ready ({}).",
            seconds(started.elapsed())
        ));
    }

    let template = if with_kernel {
        template::find(places)?
    } else {
        None
    };
    if let Some(template) = &template {
        kernelspec::write(
            &places.jupyter().join("kernels"),
            &places.kernel(),
            template,
        )?;
    }
    let python = python_plan.map(python::Plan::environment).transpose()?;
    Ok(Classroom {
        template,
        python,
        data,
    })
}

/// What is complete already: kernel, template and Python's packages (`doctor` asks).
///
/// # Errors
/// As `ensure`, for what the machine lacks.
pub fn state(places: &Places, given_python: Option<PathBuf>) -> Result<State> {
    let plan = python::plan(places, given_python);
    Ok(State {
        kernel: kernel::is_current(places, &kernel::key(places)?),
        template: template::find(places)?,
        python: plan.is_ok_and(|plan| plan.is_complete()),
    })
}

/// Which parts of the classroom are complete and fit the present sources.
#[derive(Debug)]
pub struct State {
    /// The kernel in the cache.
    pub kernel: bool,
    /// nn-lib, compiled for notebooks.
    pub template: Option<PathBuf>,
    /// The Python with Jupyter.
    pub python: bool,
}

/// Runs one step, with its end shown at once whatever the others do.
fn step(
    progress: &Progress,
    name: &str,
    work: impl FnOnce(&mut Step) -> Result<String>,
) -> Result<()> {
    let mut step = progress.step(name, "starting");
    match work(&mut step) {
        Ok(message) => {
            step.done(&message);
            Ok(())
        }
        Err(failure) => {
            step.failed(failure.to_string().lines().next().unwrap_or("failed"));
            Err(failure)
        }
    }
}

fn first_failure(results: [Result<()>; 3]) -> Result<()> {
    results.into_iter().find(Result::is_err).unwrap_or(Ok(()))
}
