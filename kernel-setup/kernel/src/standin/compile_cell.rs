//! Compiles a cell by rustc alone: with the preloaded crates, and with those that the notebook has asked for.

use super::cell_cache::Kept;
use super::crates;
use super::linker::{self, Linker};
use super::rewrite::{declared, patch};
use super::statics::Statics;
use super::warnings;
use crate::directory::KernelDirectory;
use rust_nn_template::recipe::{self, Recipe};
use serde_json::json;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use toml::Table;

/// What a compilation is for.
#[derive(Clone, Copy, PartialEq)]
pub enum Goal {
    /// A shared object to load.
    Run,
    /// The errors.
    Check,
}

/// The engine's wish for a place where the name of the shared object is left.
const RESULT: &str = "EVCXR_EXECUTION_SO_PATH";

/// Compiles what the engine has written.
pub fn compile(kernel: &KernelDirectory, goal: Goal, offline: bool) -> io::Result<i32> {
    let recipe = kernel.recipe().map_err(io::Error::other)?;
    let wish = Wish::read(kernel)?;
    let code = fs::read_to_string(kernel.engine().join("src").join("lib.rs"))?;
    let source = kernel.cell().join("src").join("lib.rs");
    if goal == Goal::Run {
        kernel.note_declared(&declared(&code))?;
    }
    let mut code = patch(&code, &kernel.retyped());
    let statics = Statics::declare(kernel, &mut code);
    fs::write(&source, &code)?;
    let found = crates::ready(kernel, &recipe, &wish.dependencies, offline).and_then(|ready| {
        // What is only checked runs nothing, and so loses nothing.
        if goal == Goal::Run {
            crates::check_change(kernel, ready.as_ref(), &code).inspect_err(|_| {
                // Where that fails, the next cell is refused as well, and nothing is lost.
                let _ = crates::take_back(kernel, &wish.dependencies);
            })?;
        }
        Ok(ready)
    });
    let ready = match found {
        Ok(ready) => ready,
        Err(text) => {
            // As the compiler writes its errors.
            let error = json!({
                "$message_type": "diagnostic", "message": text, "level": "error",
                "spans": [], "children": []
            });
            eprintln!("{error}");
            return Ok(101);
        }
    };
    let compiler = |linker: &Linker| {
        let mut compiler = rustc(kernel, &recipe, &wish, goal, &source);
        compiler.args(statics.arguments(linker));
        for path in ready.iter().flat_map(|ready| &ready.search) {
            compiler.arg("-L").arg(path);
        }
        for (name, file) in ready.iter().flat_map(|ready| &ready.externs) {
            compiler
                .arg("--extern")
                .arg(format!("{name}={}", file.display()));
        }
        linker.set(&mut compiler, kernel);
        compiler
    };
    if goal == Goal::Check {
        let mut compiler = compiler(&Linker::System);
        let (status, said) = warnings::run(compiler.arg("-Awarnings"))?;
        io::stderr().write_all(said.errors.as_bytes())?;
        return Ok(status.code().unwrap_or(1));
    }
    let linkers = Linker::choose(&recipe.toolchain, ready.is_some());
    let compilers: Vec<Command> = linkers.iter().map(compiler).collect();
    let code = make_object(kernel, &recipe, &code, &source, compilers, &statics)?;
    if code == 0 {
        crates::remember(kernel, &wish.dependencies, ready)?;
    }
    Ok(code)
}

/// Compiles the code to a shared object, unless that was done before. The compilers differ in how they link.
fn make_object(
    kernel: &KernelDirectory,
    recipe: &Recipe,
    code: &str,
    source: &Path,
    mut compilers: Vec<Command>,
    statics: &Statics,
) -> io::Result<i32> {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let object = kernel.path.join("out").join(format!("{prefix}ctx{suffix}"));
    if let Some(path) = std::env::var_os(RESULT) {
        fs::write(path, object.as_os_str().as_encoded_bytes())?;
    }
    compilers.iter_mut().for_each(warnings::ask_for);
    let kept = Kept::place(kernel, recipe, code, &compilers[0]);
    if let Some(warnings) = kept.take(&object, source) {
        statics.keep(kernel, &object)?;
        fs::write(kernel.warnings(), warnings)?;
        return Ok(0);
    }
    let (mut status, mut said) = warnings::run(&mut compilers[0])?;
    if let Some(other) = compilers.get_mut(1)
        && linker::lacks_library(&said.errors)
    {
        (status, said) = warnings::run(other)?;
    }
    io::stderr().write_all(said.errors.as_bytes())?;
    if status.success() {
        statics.keep(kernel, &object)?;
        fs::write(kernel.warnings(), &said.warnings)?;
        // What cannot be kept now is compiled again next time.
        let read = kernel.path.join("out").join("ctx.d");
        let _ = kept.keep(&object, source, &said.warnings, &read);
    }
    Ok(status.code().unwrap_or(1))
}

/// The part of the engine's manifest that a cell can change.
pub struct Wish {
    /// The crates asked for by `:dep`.
    pub dependencies: Table,
    /// The level asked for by `:opt`.
    pub opt_level: i64,
}

impl Wish {
    /// Reads the engine's manifest.
    pub fn read(kernel: &KernelDirectory) -> io::Result<Wish> {
        let text = fs::read_to_string(kernel.engine().join("Cargo.toml"))?;
        let manifest: Table = text.parse().map_err(io::Error::other)?;
        Ok(Wish {
            dependencies: crates::dependencies(&text).map_err(io::Error::other)?,
            opt_level: manifest
                .get("profile")
                .and_then(|profile| profile.get("dev")?.get("opt-level")?.as_integer())
                .unwrap_or(1),
        })
    }
}

/// The compiler's command line; it follows the profile in `rust_nn_template::recipe`.
fn rustc(
    kernel: &KernelDirectory,
    recipe: &Recipe,
    wish: &Wish,
    goal: Goal,
    source: &Path,
) -> Command {
    let mut command = Command::new(&recipe.toolchain.rustc);
    command
        .args(["--crate-name=ctx", "--edition=2024", "--crate-type=cdylib"])
        .arg(source)
        .arg("--error-format=json")
        .arg(if goal == Goal::Run {
            "--emit=link,dep-info"
        } else {
            "--emit=metadata"
        })
        .arg(format!("-Copt-level={}", wish.opt_level))
        .args([
            "-Ccodegen-units=1",
            "-Cdebug-assertions=on",
            "-Coverflow-checks=on",
        ])
        .args(["-Cstrip=debuginfo", recipe::RUSTFLAGS, "--out-dir"])
        .arg(kernel.path.join("out"));
    for directory in recipe.dependencies() {
        let directory = kernel.template.join(directory);
        command
            .arg("-L")
            .arg(format!("dependency={}", directory.display()));
    }
    for preloaded in &recipe.crates {
        for file in &preloaded.files {
            let file = kernel.template.join(file);
            command
                .arg("--extern")
                .arg(format!("{}={}", preloaded.name, file.display()));
        }
    }
    command
}
