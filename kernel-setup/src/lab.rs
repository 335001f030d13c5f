//! `cargo notebook lab`: JupyterLab on the chapter.

use std::fs;
use std::process::Stdio;

use crate::classroom::files;
use crate::cli::LabArguments;
use crate::failure::{Failure, Result};
use crate::interrupt;
use crate::jupyter;
use crate::paths::Paths;
use crate::setup::{self, Need};
use crate::user;

/// Sets everything up and runs JupyterLab until Ctrl-C.
///
/// # Errors
/// What set-up lacks; `Program` when JupyterLab ends with an error.
pub fn lab(paths: &Paths, arguments: LabArguments) -> Result<()> {
    copy_chapter(paths)?;
    let language = arguments.language.lang;
    let notebooks = match &language {
        Some(language) => language.edition(&paths.notebooks())?,
        None => paths.notebooks(),
    };
    let classroom = setup::ensure(paths, Need::KernelAndPython, arguments.python.python)?;
    if let Some(data) = &classroom.data {
        eprintln!("Data: {}.", data.sentence());
    }
    let mut command = jupyter::python(paths, &classroom)?;
    command.arg(paths.assets().join("lab.py"));
    if let Some(language) = &language {
        // Its settings lie apart: JupyterLab may be open in another language as well.
        let settings = paths.jupyter().join(format!("config-{language}"));
        command.env("CLASSROOM_LANGUAGE", language.name());
        command.env("JUPYTER_CONFIG_PATH", settings);
    }
    command.arg(format!("--ServerApp.root_dir={}", notebooks.display()));
    // Ctrl-C ends the server and its kernels without a question.
    command.args([
        "--JupyterApp.answer_yes=True",
        "--MultiKernelManager.default_kernel_name=rust-nn",
    ]);
    if arguments.no_browser {
        command.arg("--no-browser");
    }
    if let Some(port) = arguments.port {
        command.arg(format!("--port={port}"));
    }
    if user::is_root() {
        command.arg("--allow-root"); // containers have no other user
    }
    command.args(&arguments.jupyter);
    eprintln!("JupyterLab starts; Ctrl-C ends it and its kernels.");
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(|error| {
        Failure::missing(
            format!("cannot start JupyterLab: {error}"),
            "cargo notebook doctor",
        )
    })?;
    let stdin = child.stdin.take(); // its end tells the server that this process is gone
    let status = child
        .wait()
        .map_err(Failure::file("wait for", &paths.assets().join("lab.py")))?;
    drop(stdin);
    if status.success() || interrupt::requested() {
        return Ok(());
    }
    Err(Failure::Program {
        program: "JupyterLab".to_owned(),
        status: status.to_string(),
        output: "its own messages are above".to_owned(),
    })
}

/// Makes a copy of the chapter that the user can write to, where the folder is somebody else's. What is in it already
/// stays.
fn copy_chapter(paths: &Paths) -> Result<()> {
    let Some(copy) = paths.own_copy() else {
        return Ok(());
    };
    fs::create_dir_all(&copy).map_err(Failure::file("create", &copy))?;
    let chapter = paths.chapter();
    for source in files::tree(&chapter, &["executed", ".ipynb_checkpoints"])? {
        let below = source.strip_prefix(&chapter).expect("it was found below");
        let target = copy.join(below);
        if !target.exists() {
            files::make_parent(&target)?;
            // Its permissions are not copied: the original may be read-only.
            let content = fs::read(&source).map_err(Failure::file("read", &source))?;
            files::write(&target, content)?;
        }
    }
    eprintln!("Your own notebooks are in {}.", copy.display());
    Ok(())
}
