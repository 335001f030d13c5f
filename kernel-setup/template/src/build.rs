//! The one long step: cargo compiles the preloaded crates.

use crate::pipes::{self, Pipe};
use crate::recipe::{Inside, Preloaded, Recipe};
use crate::{Error, PRELOADED, Result, Toolchain};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Compiles the cells' package in a template and returns the recipe.
pub(crate) fn build(
    template: &Path,
    toolchain: &Toolchain,
    progress: &mut dyn FnMut(&str),
) -> Result<Recipe> {
    let mut recipe = Recipe {
        toolchain: toolchain.clone(),
        template: template.to_owned(),
        crates: Vec::new(),
        inside: Vec::new(),
    };
    let mut command = recipe.cargo("build", template);
    command
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if works_offline(&recipe) {
        command.arg("--offline");
    }
    let mut child = command
        .spawn()
        .map_err(Error::io("cannot run", &toolchain.cargo))?;
    let mut said = Vec::new();
    let mut messages = String::new();
    let status = pipes::follow(&mut child, |pipe, line| match pipe {
        Pipe::Output => {
            messages.push_str(&line);
            messages.push('\n');
        }
        Pipe::Error => {
            progress(line.trim());
            said.push(line);
        }
    })
    .map_err(Error::io("cannot run", &toolchain.cargo))?;
    if !status.success() {
        let errors = said.iter().position(|line| line.starts_with("error"));
        return Err(Error::Build(said[errors.unwrap_or(0)..].join("\n")));
    }
    let artifacts = artifacts(&messages);
    recipe.crates = preloaded(template, &artifacts)?;
    let places = recipe.dependencies();
    recipe.inside = artifacts
        .iter()
        .filter_map(|artifact| inside(template, &places, artifact))
        .collect();
    Ok(recipe)
}

/// Whether everything is already downloaded: then the network is not asked.
fn works_offline(recipe: &Recipe) -> bool {
    recipe
        .cargo("metadata", &recipe.template)
        .args(["--offline", "--format-version=1", "--filter-platform"])
        .arg(&recipe.toolchain.host)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Cargo's messages about what it has compiled.
fn artifacts(messages: &str) -> Vec<Value> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|message: &Value| message["reason"] == "compiler-artifact")
        .collect()
}

/// The crate that a message is about, if it is not a preloaded one itself.
fn inside(template: &Path, places: &[PathBuf], artifact: &Value) -> Option<Inside> {
    let files: Vec<PathBuf> = texts(&artifact["filenames"])
        .filter_map(|file| Path::new(file).strip_prefix(template).ok())
        .filter(|file| places.iter().any(|place| file.starts_with(place)))
        .map(Path::to_owned)
        .collect();
    let is_library = texts(&artifact["target"]["kind"])
        .any(|kind| ["lib", "rlib", "proc-macro"].contains(&kind));
    // `registry+https://…#ndarray@0.17.2`; a package in a directory of its own name has the version alone.
    let (_, package) = artifact["package_id"].as_str()?.rsplit_once('#')?;
    let (name, version) = package.split_once('@')?;
    let source = Path::new(artifact["manifest_path"].as_str()?).parent()?;
    (is_library && !files.is_empty() && !source.starts_with(template)).then(|| Inside {
        name: name.to_owned(),
        version: version.to_owned(),
        source: source.to_owned(),
        features: texts(&artifact["features"]).map(str::to_owned).collect(),
        files,
    })
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Finds the files of the preloaded crates in cargo's messages.
fn preloaded(template: &Path, artifacts: &[Value]) -> Result<Vec<Preloaded>> {
    PRELOADED
        .iter()
        .map(|package| {
            let name = package.replace('-', "_");
            let files: Vec<PathBuf> = artifacts
                .iter()
                .filter(|artifact| artifact["target"]["name"] == name)
                .flat_map(|artifact| texts(&artifact["filenames"]))
                .map(|file| beside_the_others(Path::new(file)))
                .filter_map(|file| file.strip_prefix(template).map(Path::to_owned).ok())
                .collect();
            if files.is_empty() {
                return Err(Error::Build(format!("cargo named no file of {package}")));
            }
            Ok(Preloaded { name, files })
        })
        .collect()
}

/// Cargo names the link of a dylib in the directory above; the run-time search path of a cell has
/// only the directory with all the dependencies.
fn beside_the_others(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default();
    let beside = file.with_file_name("deps").join(name);
    if beside.exists() {
        beside
    } else {
        file.to_owned()
    }
}
