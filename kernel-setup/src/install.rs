//! `cargo notebook install`: the kernel for an existing Jupyter or VS Code.

use crate::cli::InstallArguments;
use crate::failure::Result;
use crate::installation::in_words;
use crate::kernelspec;
use crate::paths::{Paths, user_jupyter_data};
use crate::setup::{self, Need};
use crate::system;

/// Builds the kernel and writes its kernelspec where Jupyter looks for it.
///
/// # Errors
/// What set-up lacks; `File` when the kernelspec cannot be written.
pub fn install(paths: &Paths, arguments: InstallArguments) -> Result<()> {
    if arguments.system {
        return system::install(paths, &arguments);
    }
    let classroom = setup::ensure(paths, Need::Kernel, None)?;
    let template = classroom
        .template
        .expect("set-up of the kernel makes the template");
    let kernels = match arguments.prefix {
        Some(prefix) => prefix.join("share").join("jupyter").join("kernels"),
        None => user_jupyter_data()?.join("kernels"),
    };
    let directory = kernelspec::write(&kernels, &paths.kernel(), &template)?;
    println!("Installed \"{}\":", kernelspec::DISPLAY_NAME);
    println!("  kernelspec  {}", directory.display());
    println!("  kernel      {}", paths.kernel().display());
    println!("  nn-lib      {}", template.display());
    let last = "Choose it as a notebook's kernel in Jupyter or VS Code. `cargo notebook uninstall` removes it.";
    println!("{}", in_words(last));
    Ok(())
}
