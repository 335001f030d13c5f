//! Lets cargo build a set, shows the reader what it is doing, and finds the files in its answer.

use super::set::{Ready, Set, write};
use super::{Result, change, message};
use crate::directory::KernelDirectory;
use crate::messages::Report;
use crate::standin;
use crate::standin::compiler_call;
use crate::standin::crate_store::Store;
use rust_nn_template::Toolchain;
use rust_nn_template::recipe::{self, Recipe};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The lines of cargo that a reader wants to see; what is compiled is told by the compiler's wrapper.
const STEPS: [&str; 4] = ["Updating", "Downloading", "Downloaded", "Blocking"];

/// Builds a set.
///
/// # Errors
/// A text for the reader: a crate does not exist, does not compile, or the network is missing.
pub fn build(kernel: &KernelDirectory, recipe: &Recipe, set: &Set, offline: bool) -> Result<Ready> {
    let toolchain = Toolchain {
        cargo: standin::real_cargo(recipe).ok_or_else(message::no_cargo)?,
        ..recipe.toolchain.clone()
    };
    let target =
        rust_nn_template::crates_build(&recipe.template, &kernel.store(), &kernel.crates())
            .map_err(|error| error.to_string())?;
    set.write_package(kernel, recipe, true)?;
    let cargo = Cargo {
        kernel,
        recipe,
        toolchain: &toolchain,
        set,
        target: &target,
    };
    let mut answer = cargo.build(offline);
    if answer
        .as_ref()
        .is_err_and(|said| message::is_conflict(said))
    {
        // Nn-lib's versions do not fit the wish: then the notebook has its own.
        set.write_package(kernel, recipe, false)?;
        answer = cargo.build(offline);
    }
    if !offline && answer.as_ref().is_err_and(|said| message::is_network(said)) {
        // What has been downloaded once is enough, where it is enough.
        if let Ok(messages) = cargo.build(true) {
            answer = Ok(messages);
        }
    }
    let messages = answer.map_err(|said| message::short(&said, &set.dependencies))?;
    let metadata = cargo.metadata()?;
    let ready = cargo.read(&messages, &metadata)?;
    set.finish(&ready, &metadata)?;
    Ok(ready)
}

struct Cargo<'a> {
    kernel: &'a KernelDirectory,
    recipe: &'a Recipe,
    toolchain: &'a Toolchain,
    set: &'a Set,
    target: &'a Path,
}

impl Cargo<'_> {
    /// Where the compiled crates are.
    fn store(&self) -> PathBuf {
        self.target.join("store")
    }

    /// A command that neither the reader's environment nor settings turn into another kind of build. What says where
    /// crates come from still counts: proxies, registries, replaced sources, `net.offline`.
    fn command(&self, subcommand: &str) -> Result<Command> {
        let mut command = recipe::cargo(self.toolchain, subcommand);
        self.kernel.restore_environment(&mut command);
        recipe::without_settings(&mut command, self.toolchain);
        let profile = self.kernel.crates().join("profile.toml");
        let start = "[profile.dev]\n";
        let whole = format!("{start}panic = \"unwind\"\nlto = \"off\"\n");
        write(&profile, &recipe::PROFILE.replacen(start, &whole, 1))?;
        let wrapper = std::env::current_exe().map_err(|error| error.to_string())?;
        command
            .arg("--config")
            .arg(profile)
            .arg("--manifest-path")
            .arg(self.set.manifest())
            .env_remove("CARGO")
            .env("RUSTC_WRAPPER", wrapper)
            .env("CARGO_BUILD_BUILD_DIR", self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_QUIET", "false")
            .env("CARGO_TERM_VERBOSE", "false")
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
        // A network that does not answer is told within seconds.
        for (name, value) in [("CARGO_NET_RETRY", "1"), ("CARGO_HTTP_TIMEOUT", "15")] {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        // Cargo reads the settings of the directories above this one.
        if let Some(notebook) = self.kernel.notebook() {
            command.current_dir(notebook);
        }
        Ok(command)
    }

    /// Builds; what cargo has said is the error.
    fn build(&self, offline: bool) -> Result<String> {
        let mut command = self.command("build")?;
        command
            .arg("--message-format=json-render-diagnostics")
            .arg("--target-dir")
            .arg(self.target)
            .args(["--target", &self.recipe.toolchain.host])
            .args(offline.then_some("--offline"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Store::tell(&mut command, &self.store(), &change::fixed(self.kernel))
            .map_err(|error| error.to_string())?;
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut stdout = child.stdout.take().expect("standard output is piped");
        let messages = std::thread::spawn(move || {
            let mut text = Vec::new();
            stdout.read_to_end(&mut text).map(|_| text)
        });
        let stderr = child.stderr.take().expect("standard error is piped");
        let mut link = crate::messages::connect(&self.kernel.path).ok();
        let mut said = String::new();
        for line in BufReader::new(stderr)
            .split(b'\n')
            .map_while(|line| line.ok())
        {
            let line = String::from_utf8_lossy(&line);
            let word = line.split_whitespace().next().unwrap_or_default();
            if !STEPS.contains(&word) {
                said += &line;
                said.push('\n');
            } else if let Some(link) = &mut link {
                // Without a reader nobody misses it.
                let _ = Report::Progress(line.into_owned()).write(link);
            }
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        let messages = messages.join().expect("reading a pipe does not panic");
        match messages {
            Ok(messages) if status.success() => Ok(String::from_utf8_lossy(&messages).into_owned()),
            _ => Err(said),
        }
    }

    /// Cargo's description of what it has built.
    fn metadata(&self) -> Result<String> {
        let mut command = self.command("metadata")?;
        command
            .args(["--format-version=1", "--offline", "--filter-platform"])
            .arg(&self.recipe.toolchain.host);
        let output = command.output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Finds in cargo's messages what a cell is linked with.
    fn read(&self, messages: &str, metadata: &str) -> Result<Ready> {
        let metadata: Value = serde_json::from_str(metadata).map_err(|error| error.to_string())?;
        let [compiled, macros] = self.recipe.dependencies();
        // Relative to the directory of the build, which has no `target` of its own.
        let below = |path: &Path| {
            self.target
                .join(path.strip_prefix("target").unwrap_or(path))
        };
        let mut ready = Ready::default();
        let mut search = BTreeSet::new();
        let mut files: Vec<(String, PathBuf)> = Vec::new();
        // A package may also be compiled for a macro: those for the platform go first.
        let mut macros_found: Vec<(String, PathBuf)> = Vec::new();
        for message in messages.lines() {
            let Ok(message) = serde_json::from_str::<Value>(message) else {
                continue;
            };
            if message["reason"] == "build-script-executed" {
                search.extend(texts(&message["linked_paths"]).map(str::to_owned));
            }
            let Some(file) = library(&message) else {
                continue;
            };
            let package = message["package_id"].as_str().unwrap_or_default();
            if file.starts_with(below(&compiled)) || !file.starts_with(self.target) {
                let name = message["target"]["name"].as_str().unwrap_or_default();
                let file = compiler_call::origin(&file, self.recipe);
                let builds = ready.builds.entry(name.replace('-', "_")).or_default();
                builds.insert(file.clone());
                files.push((package.to_owned(), file));
            } else {
                macros_found.push((
                    package.to_owned(),
                    compiler_call::origin(&file, self.recipe),
                ));
            }
        }
        for (name, package) in direct(&metadata) {
            let mut all = files.iter().chain(&macros_found);
            let file = all.find(|(id, _)| *id == package);
            ready
                .externs
                .extend(file.map(|(_, file)| (name, file.clone())));
        }
        for directory in [self.store(), below(&macros)] {
            ready
                .search
                .push(format!("dependency={}", directory.display()));
        }
        ready.search.extend(search);
        Ok(ready)
    }
}

/// The file of the library that a message tells of: the one that is linked, or a macro's.
fn library(message: &Value) -> Option<PathBuf> {
    const KINDS: [&str; 4] = ["lib", "rlib", "dylib", "proc-macro"];
    if message["reason"] != "compiler-artifact"
        || !texts(&message["target"]["kind"]).any(|kind| KINDS.contains(&kind))
    {
        return None;
    }
    let files: Vec<&Path> = texts(&message["filenames"]).map(Path::new).collect();
    let ending = |wanted: &str| {
        let has = |file: &&&Path| file.extension().is_some_and(|ending| ending == wanted);
        files.iter().find(has).map(|file| file.to_path_buf())
    };
    ending("rlib").or_else(|| ending(std::env::consts::DLL_EXTENSION))
}

/// The names by which the package's code calls its dependencies, and their packages.
fn direct(metadata: &Value) -> Vec<(String, String)> {
    let root = &metadata["resolve"]["root"];
    let nodes = metadata["resolve"]["nodes"].as_array();
    let root = nodes.into_iter().flatten().find(|node| node["id"] == *root);
    let dependencies = root.and_then(|root| root["deps"].as_array());
    dependencies
        .into_iter()
        .flatten()
        .filter_map(|dependency| {
            let text = |key: &str| dependency[key].as_str().map(str::to_owned);
            Some((text("name")?, text("pkg")?))
        })
        .collect()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
