//! Compiles a cell: by rustc alone as long as it uses nothing beyond the preloaded crates, else
//! by cargo.

use super::kept::Kept;
use super::patch::patch;
use super::statics::Statics;
use super::warnings;
use crate::home::Home;
use crate::link::Report;
use rust_nn_template::cell::{self, Recipe};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use toml::{Table, Value};

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
pub fn compile(home: &Home, goal: Goal) -> io::Result<i32> {
    let recipe = home.recipe().map_err(io::Error::other)?;
    let wish = Wish::read(home)?;
    let code = fs::read_to_string(home.engine().join("src").join("lib.rs"))?;
    let source = home.cell().join("src").join("lib.rs");
    let mut code = patch(&code, &home.retyped());
    let statics = Statics::declare(home, &mut code);
    fs::write(&source, &code)?;
    if wish.dependencies.is_empty() {
        let mut compiler = rustc(home, &recipe, &wish, goal, &source);
        compiler.args(statics.arguments());
        return match goal {
            Goal::Run => make_object(home, &code, &source, compiler, &statics),
            Goal::Check => Ok(compiler.arg("-Awarnings").status()?.code().unwrap_or(1)),
        };
    }
    by_cargo(home, &recipe, &wish, goal)
}

/// Compiles the code to a shared object, unless that was done before.
fn make_object(
    home: &Home,
    code: &str,
    source: &Path,
    mut compiler: Command,
    statics: &Statics,
) -> io::Result<i32> {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let object = home.path.join("out").join(format!("{prefix}ctx{suffix}"));
    if let Some(path) = std::env::var_os(RESULT) {
        fs::write(path, object.as_os_str().as_encoded_bytes())?;
    }
    warnings::ask_for(&mut compiler);
    let kept = Kept::place(&home.template, &home.store(), code, &compiler, &home.path);
    if let Some(warnings) = kept.take(&object, source) {
        statics.keep(home, &object)?;
        fs::write(home.warnings(), warnings)?;
        return Ok(0);
    }
    let (status, warnings) = warnings::run(&mut compiler)?;
    if status.success() {
        statics.keep(home, &object)?;
        fs::write(home.warnings(), &warnings)?;
        // What cannot be kept now is compiled again next time.
        let read = home.path.join("out").join("ctx.d");
        let _ = kept.keep(&object, source, &warnings, &read);
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
    pub fn read(home: &Home) -> io::Result<Wish> {
        let manifest: Table = fs::read_to_string(home.engine().join("Cargo.toml"))?
            .parse()
            .map_err(io::Error::other)?;
        let table = |name: &str| manifest.get(name).and_then(Value::as_table);
        Ok(Wish {
            dependencies: table("dependencies").cloned().unwrap_or_default(),
            opt_level: table("profile")
                .and_then(|profile| profile.get("dev")?.get("opt-level")?.as_integer())
                .unwrap_or(1),
        })
    }

    /// Writes the manifest of the package that is compiled in the place of the engine's.
    pub fn write_manifest(&self, home: &Home) -> io::Result<()> {
        let text = cell::manifest(&home.template, &self.dependencies)
            .map_err(io::Error::other)?
            .replacen(
                "opt-level = 1",
                &format!("opt-level = {}", self.opt_level),
                1,
            );
        let path = home.cell().join("Cargo.toml");
        // Cargo judges by the time of the file.
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        fs::write(path, text)
    }
}

/// The compiler's command line; it follows the profile in `rust_nn_template::cell`.
fn rustc(home: &Home, recipe: &Recipe, wish: &Wish, goal: Goal, source: &Path) -> Command {
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
        .args(["-Cstrip=debuginfo", "-Crpath", cell::RUSTFLAGS, "--out-dir"])
        .arg(home.path.join("out"));
    for directory in recipe.dependencies() {
        let directory = home.template.join(directory);
        command
            .arg("-L")
            .arg(format!("dependency={}", directory.display()));
    }
    for preloaded in &recipe.crates {
        for file in &preloaded.files {
            let file = home.template.join(file);
            command
                .arg("--extern")
                .arg(format!("{}={}", preloaded.name, file.display()));
        }
    }
    command
}

/// Lets cargo compile in a build of this kernel's own, and shows the reader what it is doing.
fn by_cargo(home: &Home, recipe: &Recipe, wish: &Wish, goal: Goal) -> io::Result<i32> {
    rust_nn_template::clone_build(&home.template, &home.path).map_err(io::Error::other)?;
    wish.write_manifest(home)?;
    let subcommand = if goal == Goal::Run { "build" } else { "check" };
    let mut command = recipe.cargo(subcommand, &home.path);
    home.restore_environment(&mut command);
    command.env("RUSTC", &recipe.toolchain.rustc);
    command.arg("--message-format=json");
    with_progress(home, command)
}

/// Runs cargo; the lines of its progress go to the cell, and all others to the engine.
pub fn with_progress(home: &Home, mut command: Command) -> io::Result<i32> {
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let stderr = child.stderr.take().expect("standard error is piped");
    let mut link = crate::link::connect(&home.path).ok();
    for line in BufReader::new(stderr).split(b'\n') {
        let line = line?;
        let text = String::from_utf8_lossy(&line);
        let word = text.split_whitespace().next().unwrap_or_default();
        let steps = [
            "Updating",
            "Downloading",
            "Downloaded",
            "Compiling",
            "Blocking",
        ];
        // What the reader sees is no concern of the engine, which would print it once more, and panic if it cannot.
        if steps.contains(&word)
            && !text.contains(" ctx v")
            && let Some(link) = &mut link
            && Report::Progress(text.clone().into_owned())
                .write(link)
                .is_ok()
        {
            continue;
        }
        let mut stderr = io::stderr().lock();
        stderr.write_all(&line)?;
        stderr.write_all(b"\n")?;
    }
    Ok(child.wait()?.code().unwrap_or(1))
}
