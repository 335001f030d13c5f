//! What is there and what is missing, before anything is made.

use std::path::PathBuf;

use crate::failure::Result;
use crate::paths::Paths;
use crate::requirements;

use super::{Need, kernel, python, template};

/// With room to spare: on Linux the kernel's build directory takes 1.2 GiB, the template 140 MiB, Python's packages
/// 150 MiB.
const BUILD_BYTES: u64 = 1_600 << 20;
const TEMPLATE_BYTES: u64 = 400 << 20;
const PYTHON_BYTES: u64 = 250 << 20;

/// The parts of the classroom that a command needs.
#[derive(Debug)]
pub struct Parts {
    /// The key of the kernel that has to be compiled.
    pub missing_kernel: Option<String>,
    /// The template, if it is complete.
    pub template: Option<PathBuf>,
    /// A template is needed and not there.
    pub template_is_missing: bool,
    /// The Python that will be used.
    pub python: Option<python::Plan>,
}

impl Parts {
    /// Looks at the cache.
    ///
    /// # Errors
    /// `Missing` when there is no Python that can be used; `File` when sources cannot be read.
    pub fn find(paths: &Paths, need: Need, given_python: Option<PathBuf>) -> Result<Self> {
        let mut parts = Parts {
            missing_kernel: None,
            template: None,
            template_is_missing: false,
            python: None,
        };
        if let Some(installation) = &paths.installation {
            parts.template = Some(installation.template());
        } else if need != Need::Python {
            let key = kernel::key(paths)?;
            parts.missing_kernel = Some(key).filter(|key| !kernel::is_current(paths, key));
            parts.template = template::find(paths)?;
            parts.template_is_missing = parts.template.is_none();
        }
        if need != Need::Kernel {
            parts.python = Some(python::plan(paths, given_python)?);
        }
        Ok(parts)
    }

    /// Has anything to be made?
    pub fn something_is_missing(&self) -> bool {
        self.missing_kernel.is_some() || self.template_is_missing || self.missing_python().is_some()
    }

    /// The Python environment that has to be made.
    pub fn missing_python(&self) -> Option<&python::Plan> {
        self.python.as_ref().filter(|plan| !plan.is_complete())
    }

    /// Is there room for what is missing?
    ///
    /// # Errors
    /// `Missing` when there is not.
    pub fn check_space(&self, paths: &Paths) -> Result<()> {
        let template = if self.template_is_missing {
            TEMPLATE_BYTES
        } else {
            0
        };
        let python = if self.missing_python().is_some() {
            PYTHON_BYTES
        } else {
            0
        };
        requirements::space(&paths.cache, template + python)?;
        if self.missing_kernel.is_some() {
            requirements::space(
                &kernel::target_directory(paths),
                template + python + BUILD_BYTES,
            )?;
        }
        Ok(())
    }
}
