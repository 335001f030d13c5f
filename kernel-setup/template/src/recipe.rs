//! The package that a cell is compiled as, and the recipe that compiles it without cargo.

use crate::{Error, Result, Toolchain, processors};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use toml::{Table, Value};

/// The profile of the cells' package: a cell is cheap to compile and checks its arithmetic, what
/// it calls is as fast as it gets.
pub const PROFILE: &str = "[profile.dev]
opt-level = 1
debug = false
strip = \"debuginfo\"
rpath = true
codegen-units = 16
incremental = false
debug-assertions = true
overflow-checks = true

[profile.dev.package.\"*\"]
opt-level = 3
codegen-units = 16
debug-assertions = false
overflow-checks = false
";

/// The procedural macros that nn-lib is built with: they run for a moment and take long to optimize.
const MACROS: [&str; 6] = [
    "proc-macro2",
    "quote",
    "serde_derive",
    "syn",
    "thiserror-impl",
    "unicode-ident",
];

/// The profile of the template's build: [`PROFILE`], without optimization of procedural macros.
pub fn template_profile() -> String {
    let unoptimized = MACROS.map(|name| {
        format!(
            "\n[profile.dev.package.{name}]\nopt-level = 0\ncodegen-units = 16\n\
             debug-assertions = false\noverflow-checks = false\n"
        )
    });
    PROFILE.to_owned() + &unoptimized.concat()
}

/// The flags of every compilation of the package and its dependencies.
pub const RUSTFLAGS: &str = "-Cprefer-dynamic";

/// The file that a template keeps its [`Recipe`] in.
pub const RECIPE: &str = "recipe.json";

/// The directory of a template with the standard library's source for type inference.
pub const LIBRARY: &str = "library";

/// How to compile a cell without asking cargo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The compiler.
    pub toolchain: Toolchain,
    /// The template that this recipe belongs to.
    pub template: PathBuf,
    /// The preloaded crates.
    pub crates: Vec<Preloaded>,
    /// All that they were built from, macros included: a crate that a notebook asks for is one of these where it is the
    /// same.
    pub inside: Vec<Inside>,
}

/// A crate that every cell can use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preloaded {
    /// The crate's name in code, such as `nn_lib`.
    pub name: String,
    /// Its compiled files, relative to the template or to a clone of it.
    pub files: Vec<PathBuf>,
}

/// A crate that was compiled for a preloaded one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// The package's name, such as `ndarray`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The directory of its source.
    pub source: PathBuf,
    /// Its features.
    pub features: Vec<String>,
    /// Its compiled files, relative to the template.
    pub files: Vec<PathBuf>,
}

impl Recipe {
    /// Reads the recipe of a template.
    ///
    /// # Errors
    /// The file is missing or damaged.
    pub fn read(template: &Path) -> Result<Recipe> {
        let path = template.join(RECIPE);
        let text = std::fs::read_to_string(&path).map_err(Error::io("cannot read", &path))?;
        let mut recipe: Recipe =
            serde_json::from_str(&text).map_err(|error| Error::format(&path, error))?;
        recipe.resolve(template);
        Ok(recipe)
    }

    /// Completes the paths: in an installation, which may lie anywhere, they are relative to the template.
    fn resolve(&mut self, template: &Path) {
        let Toolchain { sysroot, rustc, .. } = &mut self.toolchain;
        let sources = self.inside.iter_mut().map(|inside| &mut inside.source);
        let paths = [&mut self.template, sysroot, rustc];
        for path in paths.into_iter().chain(sources) {
            if path.is_relative() {
                *path = joined(template, path);
            }
        }
    }

    /// Where the compiled dependencies lie, relative to the template or to a clone of it: those
    /// for the platform, and the macros that the compiler itself loads.
    pub fn dependencies(&self) -> [PathBuf; 2] {
        [
            ["target", &self.toolchain.host, "debug", "deps"]
                .iter()
                .collect(),
            ["target", "debug", "deps"].iter().collect(),
        ]
    }

    /// A command of cargo for the cells' package in `root`, the template or a clone of it.
    ///
    /// What the one has built is fresh for the other.
    pub fn cargo(&self, subcommand: &str, root: &Path) -> Command {
        let mut command = cargo(&self.toolchain, subcommand);
        command
            .arg("--manifest-path")
            .arg(root.join("cell").join("Cargo.toml"));
        if subcommand == "build" || subcommand == "check" {
            command
                .arg("--target-dir")
                .arg(root.join("target"))
                .env("CARGO_BUILD_BUILD_DIR", root.join("target"))
                .args(["--target", &self.toolchain.host]);
        }
        command
    }
}

/// A relative path completed, without `.` and `..` in it: paths are compared.
fn joined(base: &Path, relative: &Path) -> PathBuf {
    let mut whole = base.to_owned();
    for part in relative.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    whole
}

/// A command of cargo that no variable of the user's environment changes.
pub fn cargo(toolchain: &Toolchain, subcommand: &str) -> Command {
    let mut command = Command::new(&toolchain.cargo);
    without_settings(&mut command, toolchain);
    command.arg(subcommand).env("CARGO_TERM_COLOR", "never");
    command
}

/// Takes away the variables that turn a build of cargo into another one, and sets the compiler, without a wrapper. How much
/// cargo does at once is the user's choice.
pub fn without_settings(command: &mut Command, toolchain: &Toolchain) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let changes = ["CARGO_PROFILE_", "CARGO_BUILD_", "CARGO_TARGET_", "RUSTC_"]
            .iter()
            .any(|start| text.starts_with(start) && text != "CARGO_BUILD_JOBS")
            || [
                "CARGO_ENCODED_RUSTFLAGS",
                "CARGO_INCREMENTAL",
                "CARGO_MAKEFLAGS",
            ]
            .contains(&text.as_ref());
        if changes {
            command.env_remove(&name);
        }
    }
    command
        .env("RUSTC", &toolchain.rustc)
        .env("RUSTFLAGS", RUSTFLAGS)
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", "");
    processors::hand_on(command);
}

/// The manifest of the cells' package: it depends on the preloaded crates.
///
/// # Errors
/// The template's path does not fit into a manifest.
pub fn manifest(template: &Path) -> Result<String> {
    let path = |directory: &str| {
        let path = template.join(directory).to_string_lossy().into_owned();
        Value::Table(Table::from_iter([("path".to_owned(), path.into())]))
    };
    let mut dependencies = Table::new();
    dependencies.insert("nn-lib".to_owned(), path("nn-lib"));
    dependencies.insert("rust-nn-runtime".to_owned(), path("runtime"));
    let dependencies = toml::to_string(&Table::from_iter([(
        "dependencies".to_owned(),
        dependencies.into(),
    )]))
    .map_err(|error| Error::format(Path::new("Cargo.toml"), error))?;
    Ok(format!(
        "[package]\nname = \"ctx\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n\
         [lib]\ncrate-type = [\"cdylib\"]\npath = \"src/lib.rs\"\n\n[workspace]\n\n\
         {}\n{dependencies}",
        template_profile()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_of_an_installation_are_relative_to_where_it_lies() {
        let directory = tempfile::tempdir().unwrap();
        let template = directory.path().join("template-1");
        std::fs::create_dir(&template).unwrap();
        let recipe = r#"{
            "toolchain": { "sysroot": "../toolchain", "rustc": "../toolchain/bin/rustc", "cargo": "", "host": "h",
                           "version": "" },
            "template": ".", "crates": [],
            "inside": [{ "name": "a", "version": "1", "source": "registry/src/i/a-1", "features": [], "files": [] }]
        }"#;
        std::fs::write(template.join(RECIPE), recipe).unwrap();
        let recipe = Recipe::read(&template).unwrap();
        assert_eq!(recipe.template, template);
        let toolchain = directory.path().join("toolchain");
        assert_eq!(recipe.toolchain.sysroot, toolchain);
        assert_eq!(recipe.toolchain.rustc, toolchain.join("bin/rustc"));
        assert_eq!(recipe.inside[0].source, template.join("registry/src/i/a-1"));
    }

    #[test]
    fn the_manifest_has_the_preloaded_crates() {
        let text = manifest(Path::new("/t")).unwrap();
        let table: Table = text.parse().unwrap();
        let dependencies = table["dependencies"].as_table().unwrap();
        assert_eq!(dependencies["nn-lib"]["path"].as_str(), Some("/t/nn-lib"));
        assert_eq!(table["profile"]["dev"]["rpath"].as_bool(), Some(true));
    }
}
