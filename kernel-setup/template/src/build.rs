//! The one long step: cargo compiles the preloaded crates.

use crate::cell::{self, Preloaded, Recipe};
use crate::{Error, PRELOADED, Result, Toolchain};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A cargo command for the cells' package, the same for the template and for a kernel, so that
/// what the one has built is fresh for the other.
pub(crate) fn cargo(toolchain: &Toolchain, subcommand: &str) -> Command {
    let mut command = Command::new(&toolchain.cargo);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PROFILE_")
            || text.starts_with("CARGO_BUILD_")
            || text.starts_with("CARGO_TARGET_")
            || text.starts_with("RUSTC")
            || ["CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL"].contains(&text.as_ref())
        {
            command.env_remove(&name);
        }
    }
    command
        .arg(subcommand)
        .env("RUSTC", &toolchain.rustc)
        .env("RUSTFLAGS", cell::RUSTFLAGS)
        .env("CARGO_TERM_COLOR", "never");
    command
}

/// Compiles the cells' package in a template and returns the recipe.
pub(crate) fn build(
    template: &Path,
    toolchain: &Toolchain,
    progress: &mut dyn FnMut(&str),
) -> Result<Recipe> {
    let manifest = template.join("cell").join("Cargo.toml");
    let mut command = cargo(toolchain, "build");
    command
        .arg("--manifest-path")
        .arg(&manifest)
        .arg("--target-dir")
        .arg(template.join("target"))
        .args([
            "--target",
            &toolchain.host,
            "--message-format=json-render-diagnostics",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if works_offline(&manifest, toolchain) {
        command.arg("--offline");
    }
    let mut child = command
        .spawn()
        .map_err(Error::io("cannot run", &toolchain.cargo))?;
    let mut stdout = child.stdout.take().expect("standard output is piped");
    let messages = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let stderr = child.stderr.take().expect("standard error is piped");
    let mut said = Vec::new();
    for line in BufReader::new(stderr)
        .split(b'\n')
        .map_while(|line| line.ok())
    {
        let line = String::from_utf8_lossy(&line).into_owned();
        progress(line.trim());
        said.push(line);
    }
    let status = child
        .wait()
        .map_err(Error::io("cannot run", &toolchain.cargo))?;
    let messages = messages.join().expect("reading a pipe does not panic");
    if !status.success() {
        let errors = said.iter().position(|line| line.starts_with("error"));
        return Err(Error::Build(said[errors.unwrap_or(0)..].join("\n")));
    }
    let messages = messages.map_err(Error::io("cannot read the answer of", &toolchain.cargo))?;
    Ok(Recipe {
        toolchain: toolchain.clone(),
        template: template.to_owned(),
        crates: preloaded(template, &messages)?,
    })
}

/// Whether everything is already downloaded: then the network is not asked.
fn works_offline(manifest: &Path, toolchain: &Toolchain) -> bool {
    cargo(toolchain, "metadata")
        .args(["--offline", "--format-version=1", "--manifest-path"])
        .arg(manifest)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Finds the files of the preloaded crates in cargo's messages.
fn preloaded(template: &Path, messages: &str) -> Result<Vec<Preloaded>> {
    let artifacts: Vec<Value> = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|message: &Value| message["reason"] == "compiler-artifact")
        .collect();
    PRELOADED
        .iter()
        .map(|package| {
            let name = package.replace('-', "_");
            let files: Vec<PathBuf> = artifacts
                .iter()
                .filter(|artifact| artifact["target"]["name"] == name)
                .filter_map(|artifact| artifact["filenames"].as_array())
                .flatten()
                .filter_map(|file| file.as_str())
                .filter_map(|file| Path::new(file).strip_prefix(template).ok())
                .map(Path::to_owned)
                .collect();
            if files.is_empty() {
                return Err(Error::Build(format!("cargo named no file of {package}")));
            }
            Ok(Preloaded { name, files })
        })
        .collect()
}
