//! A Jupyter kernel for Rust on the evcxr engine, with nn-lib preloaded.
//!
//! One program with seven roles:
//!
//! ```text
//! rust-nn-kernel --template DIR FILE    makes a directory and an environment, becomes the next
//! rust-nn-kernel --serve FILE           the kernel: front end and engine          (front/)
//! rust-nn-kernel --remove               what that becomes at its end: removes the directory
//! rust-nn-kernel --relay                between the engine and its process        (relay/)
//! rust-nn-kernel --child                the process that runs the cells
//! cargo, rustup                         what the engine calls by these names      (standin/)
//! rust-nn-kernel .../rustc ...          what cargo calls for a notebook's crates  (standin/compiler_wrapper.rs)
//! ```

mod alias;
mod directory;
mod engine;
mod front;
mod items;
mod messages;
mod process;
mod relay;
mod run;
mod standin;
mod system_load;
mod trait_paths;
mod variable_types;

use clap::Parser;
use directory::KernelDirectory;
use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// rust-analyzer takes and gives back memory in small pieces, from several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The kernel's command line.
#[derive(Parser)]
#[command(version, about)]
struct Options {
    /// The directory with nn-lib, ready to use.
    #[arg(long, value_name = "DIR")]
    template: PathBuf,
    /// The file that tells the sockets.
    #[arg(value_name = "CONNECTION_FILE")]
    connection_file: PathBuf,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    let role = arguments.first().and_then(|first| first.to_str());
    let done = match (
        Path::new(&name).file_name().and_then(|name| name.to_str()),
        role,
    ) {
        (Some("cargo"), _) => standin::cargo(arguments).map_err(Into::into),
        (Some("rustup"), _) => standin::rustup(arguments).map_err(Into::into),
        (_, Some("--child")) => run_cells(),
        (_, Some("--relay")) => relay::run().map(|()| 0).map_err(Into::into),
        (_, Some("--serve")) => serve(arguments.get(1)),
        (_, Some("--remove")) => remove(),
        (_, first) if standin::is_compilers_call(first) => {
            standin::rustc(&arguments).map_err(Into::into)
        }
        _ => start(&Options::parse()),
    };
    match done {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("{}: {error}", Path::new(&name).display());
            ExitCode::FAILURE
        }
    }
}

/// Makes the kernel's directory, and continues as the kernel in its environment.
fn start(options: &Options) -> Result<i32, Box<dyn Error>> {
    if let Err(problem) = rust_nn_template::processors::chosen() {
        log(&format!(
            "{problem}; as many are used as there are processors"
        ));
    }
    let kernel = KernelDirectory::create(&options.template)?;
    let recipe = kernel.recipe().inspect_err(|_| kernel.remove())?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--serve").arg(&options.connection_file);
    kernel.set_environment(&mut command, &recipe.toolchain);
    let error = command.exec();
    kernel.remove();
    Err(error.into())
}

fn serve(connection_file: Option<&OsString>) -> Result<i32, Box<dyn Error>> {
    let kernel = KernelDirectory::from_environment()?;
    let file = connection_file.ok_or("--serve needs a connection file")?;
    let done = front::serve(kernel.clone(), Path::new(file));
    kernel.remove();
    done.map(|()| 0)
}

/// The last act of a kernel: removes its directory.
fn remove() -> Result<i32, Box<dyn Error>> {
    KernelDirectory::from_environment()?.remove();
    Ok(0)
}

/// Runs cells until standard input ends: the engine's part of the child process.
fn run_cells() -> Result<i32, Box<dyn Error>> {
    process::end_with_parent();
    evcxr::runtime_hook();
    Err("not started by the engine".into())
}

/// Writes a line for the server's log.
fn log(text: &str) {
    // The server may be gone, and its end of the pipe with it.
    let _ = writeln!(std::io::stderr(), "[rust-nn] {text}");
}
