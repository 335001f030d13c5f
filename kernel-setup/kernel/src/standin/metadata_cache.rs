//! Answers what rust-analyzer and the engine ask cargo about the package.
//!
//! The questions are always the same, and the answers depend on the template alone: they are asked once per template and
//! remembered there. The description of the crates that the notebook has asked for is joined to them.

use super::cell_cache::read_trusted;
use super::compile_cell::Wish;
use super::{crates, metadata};
use crate::directory::KernelDirectory;
use rust_nn_template::recipe::{self, Recipe};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

/// What stands for the kernel's directory and for the template in a remembered answer: both may lie elsewhere next time.
const HERE: &str = "{kernel}";
const TEMPLATE: &str = "{template}";

/// The directory with remembered answers.
const ANSWERS: &str = "answers";

#[derive(Serialize, Deserialize)]
struct Answer {
    code: i32,
    stdout: String,
    stderr: String,
}

/// Answers a question, and returns the exit code.
pub fn answer(kernel: &KernelDirectory, arguments: &[OsString]) -> io::Result<i32> {
    let recipe = kernel.recipe().map_err(io::Error::other)?;
    let engine = kernel.engine().to_string_lossy().into_owned();
    let cell = kernel.cell().to_string_lossy().into_owned();
    let here = kernel.path.to_string_lossy().into_owned();
    let template = kernel.template.to_string_lossy().into_owned();

    let is_metadata = arguments.iter().any(|argument| argument == "metadata");
    let names_manifest = arguments
        .iter()
        .any(|argument| argument == "--manifest-path");
    let mut arguments: Vec<String> = arguments
        .iter()
        .map(|argument| argument.to_string_lossy().replace(&engine, &cell))
        .collect();
    if is_metadata && !names_manifest {
        arguments.push("--manifest-path".to_owned());
        arguments.push(format!("{cell}/Cargo.toml"));
        // What other platforms need has not been downloaded.
        arguments.push("--filter-platform".to_owned());
        arguments.push(recipe.toolchain.host.clone());
    }
    let general = |text: &str| text.replace(&here, HERE).replace(&template, TEMPLATE);
    let name = name(&arguments, general);
    // In a directory of the user's own, where the template is somebody else's.
    let places = [&kernel.store(), &kernel.template].map(|place| place.join(ANSWERS).join(&name));
    let text = places.map(|path| read_trusted(&path, &kernel.template));
    let text = text.into_iter().flatten().next();
    let known = text.and_then(|text| serde_json::from_slice(&text).ok());
    let answer = match known {
        Some(answer) => answer,
        None => {
            let answer = ask(kernel, &recipe, &arguments, general)?;
            // A question that this cargo does not know stays unknown; missing packages may come, and so may a cargo.
            let lasting = answer.code == 0 || !is_metadata && super::real_cargo(&recipe).is_some();
            if lasting {
                remember(&kernel.store().join(ANSWERS).join(name), &answer)?;
            }
            answer
        }
    };
    // What is remembered is cargo's own words, whatever a later kernel makes of them.
    let mut stdout = answer.stdout;
    if is_metadata {
        stdout = metadata::cut(&stdout, &recipe);
        let manifest = format!("{cell}/Cargo.toml");
        let is_about_cells =
            arguments.contains(&manifest) && !arguments.iter().any(|a| a == "--no-deps");
        if is_about_cells && kernel.reads_nothing() {
            stdout = metadata::alone(&stdout);
        } else if let Some(more) = is_about_cells.then(|| crates(kernel, &recipe)).flatten() {
            stdout = metadata::join(&stdout, &more);
        }
    }
    let engines = |text: &str| {
        let text = text.replace(TEMPLATE, &template).replace(HERE, &here);
        text.replace(&cell, &engine)
    };
    io::stdout().write_all(engines(&stdout).as_bytes())?;
    io::stderr().write_all(engines(&answer.stderr).as_bytes())?;
    Ok(answer.code)
}

fn ask(
    kernel: &KernelDirectory,
    recipe: &Recipe,
    arguments: &[String],
    general: impl Fn(&str) -> String,
) -> io::Result<Answer> {
    let Some(cargo) = super::real_cargo(recipe) else {
        return Ok(Answer {
            code: 101,
            stdout: String::new(),
            stderr: "error: there is no cargo here\n".to_owned(),
        });
    };
    let mut command = Command::new(cargo);
    kernel.restore_environment(&mut command);
    recipe::without_settings(&mut command, &recipe.toolchain);
    if arguments.iter().any(|argument| argument == "metadata") {
        // Everything that the template was built from is there; the network is not needed.
        command.env("CARGO_NET_OFFLINE", "true");
    }
    let output = command.args(arguments).output()?;
    let text = |bytes: &[u8]| general(&String::from_utf8_lossy(bytes));
    Ok(Answer {
        code: output.status.code().unwrap_or(1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    })
}

/// The name of the file with the answer to a question, wherever the kernel and the template lie.
fn name(arguments: &[String], general: impl Fn(&str) -> String) -> String {
    let mut hash = DefaultHasher::new();
    for argument in arguments {
        general(argument).hash(&mut hash);
    }
    if let Ok(directory) = std::env::current_dir() {
        general(&directory.to_string_lossy()).hash(&mut hash);
    }
    format!("{:016x}.json", hash.finish())
}

/// Writes an answer under another name first: several kernels may start at once.
fn remember(path: &Path, answer: &Answer) -> io::Result<()> {
    let directory = path.parent().expect("an answer has a directory");
    fs::create_dir_all(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    serde_json::to_writer(&mut file, answer)?;
    file.persist(path)?;
    Ok(())
}

/// Cargo's description of the crates that the notebook has asked for.
fn crates(kernel: &KernelDirectory, recipe: &Recipe) -> Option<String> {
    let wish = Wish::read(kernel).ok()?;
    // What cannot be built is told when the cell is compiled.
    crates::ready(kernel, recipe, &wish.dependencies, false).ok()??;
    crates::metadata(kernel, &wish.dependencies)
}

/// Whether the engine asks about the manifest by which it tries a dependency.
pub fn is_trial(kernel: &KernelDirectory, arguments: &[OsString]) -> bool {
    let names_manifest = arguments
        .iter()
        .any(|argument| argument == "--manifest-path");
    !names_manifest
        && fs::read_to_string(kernel.engine().join("Cargo.toml"))
            .is_ok_and(|text| text.contains("evcxr_dummy_validate_dep"))
}
