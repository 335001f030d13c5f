//! Stands between cargo and the compiler while cargo builds the crates that a notebook asks for.
//!
//! nn-lib's shared object has crates in it, compiled once: `ndarray`, `serde` and so on. Where a notebook's crate is one
//! of them, and all that it depends on as well, the template's file is handed over instead of compiling it: so the types
//! are nn-lib's own. Every other crate gets a mark of its own into its identity (`-Cmetadata`), so that the compiler
//! never takes it for the one in nn-lib's shared object that happens to have the same name.
//!
//! A crate from a directory of the reader's may change while its version stays. Its identity also has its content in it,
//! so that a value of the old type is never taken for one of the new.

use crate::home::Home;
use crate::link::Report;
use rust_nn_template::cell::{Inside, Recipe};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is added to the identity of a notebook's crates.
const MARK: &str = "notebook";

/// Whether cargo calls this program as the compiler's wrapper.
pub fn is_call(first: Option<&str>) -> bool {
    first.is_some_and(|first| {
        Path::new(first)
            .file_name()
            .is_some_and(|name| name == "rustc")
    })
}

/// Compiles a crate, or hands over the template's; returns the exit code.
pub fn rustc(arguments: &[OsString]) -> io::Result<i32> {
    let Some((compiler, arguments)) = arguments.split_first() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(compiler);
    command.args(arguments);
    let call = Call::read(arguments);
    if call.name == "___" || call.name.is_empty() || call.kinds.iter().any(|kind| kind == "bin") {
        // A question, or a build script.
        return Err(command.exec());
    }
    let home = Home::from_environment()?;
    if call.is_library() {
        let recipe = home.recipe().map_err(io::Error::other)?;
        if let Some(inside) = call.find(&recipe)
            && call.hand_over(inside, &recipe.template).is_ok()
        {
            return Ok(0);
        }
        let [compiled, _] = recipe.dependencies();
        let compiled = recipe.template.join(compiled);
        command
            .arg("-L")
            .arg(format!("dependency={}", compiled.display()))
            .arg(format!("-Cmetadata={MARK}{}", call.content()?));
        call.remove_links();
    }
    tell(&home);
    Err(command.exec())
}

/// Tells the reader which package is being compiled.
fn tell(home: &Home) {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    // The notebook's own package is empty.
    if std::env::var_os("CARGO_PRIMARY_PACKAGE").is_some() {
        return;
    }
    let line = format!(
        "   Compiling {} v{}",
        variable("CARGO_PKG_NAME"),
        variable("CARGO_PKG_VERSION")
    );
    if let Ok(mut link) = UnixStream::connect(crate::link::socket(&home.path)) {
        // Without a reader nobody misses it.
        let _ = Report::Progress(line).write(&mut link);
    }
}

/// What cargo asks the compiler for, as far as it matters here.
#[derive(Default)]
struct Call {
    name: String,
    kinds: Vec<String>,
    features: Vec<String>,
    dependencies: Vec<PathBuf>,
    directory: PathBuf,
    suffix: String,
    is_for_platform: bool,
    source: PathBuf,
}

impl Call {
    fn read(arguments: &[OsString]) -> Call {
        let mut call = Call {
            source: std::env::var_os("CARGO_MANIFEST_DIR")
                .map(PathBuf::from)
                .unwrap_or_default(),
            ..Call::default()
        };
        let texts: Vec<&str> = arguments
            .iter()
            .filter_map(|argument| argument.to_str())
            .collect();
        for pair in texts.windows(2) {
            let value = pair[1];
            match pair[0] {
                "--crate-name" => call.name = value.to_owned(),
                "--crate-type" => call.kinds.push(value.to_owned()),
                "--out-dir" => call.directory = value.into(),
                "--target" => call.is_for_platform = true,
                "--cfg" => {
                    let feature = value.strip_prefix("feature=\"");
                    call.features
                        .extend(feature.map(|feature| feature.trim_end_matches('"').to_owned()));
                }
                "--extern" => {
                    let path = value.split_once('=').map(|(_, path)| path.into());
                    call.dependencies.extend(path);
                }
                "-C" => {
                    if let Some(suffix) = value.strip_prefix("extra-filename=") {
                        call.suffix = suffix.to_owned();
                    }
                }
                _ => {}
            }
        }
        call
    }

    /// Whether a cell may be linked with it; macros are for the compiler.
    fn is_library(&self) -> bool {
        self.is_for_platform && self.kinds.iter().all(|kind| kind != "proc-macro")
    }

    /// The template's crate that this one is, if its dependencies are the template's as well.
    fn find<'a>(&self, recipe: &'a Recipe) -> Option<&'a Inside> {
        let is_ours = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ending == "so")
                || fs::read_link(path).is_ok_and(|link| link.starts_with(&recipe.template))
        };
        let mut inside = recipe.inside.iter();
        inside.find(|inside| {
            inside.source == self.source
                && has_features(inside, &self.features)
                && self.dependencies.iter().all(is_ours)
        })
    }

    /// Puts links to the template's files where cargo expects its own.
    fn hand_over(&self, inside: &Inside, template: &Path) -> io::Result<()> {
        for file in &inside.files {
            let ending = file.extension().and_then(|ending| ending.to_str());
            let link = self.file(ending.unwrap_or_default());
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(template.join(file), &link)?;
            let emit = match ending {
                Some("rmeta") => "metadata",
                _ => "link",
            };
            let note = json!({ "$message_type": "artifact", "artifact": link, "emit": emit });
            writeln!(io::stderr(), "{note}")?;
        }
        let source = self.source.join("Cargo.toml");
        let made = self.file("rmeta");
        let dependencies = format!(
            "{}: {}\n\n{}:\n",
            escaped(&made),
            escaped(&source),
            escaped(&source)
        );
        let name = format!("{}{}.d", self.name, self.suffix);
        fs::write(self.directory.join(name), dependencies)
    }

    /// Removes links to the template's files, which the compiler would write to.
    fn remove_links(&self) {
        for ending in ["rlib", "rmeta"] {
            let file = self.file(ending);
            if file.is_symlink() {
                let _ = fs::remove_file(file);
            }
        }
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.directory
            .join(format!("lib{}{}.{ending}", self.name, self.suffix))
    }

    /// A hash of a package that may change, with what it depends on; nothing for one of a registry.
    fn content(&self) -> io::Result<String> {
        if is_of_a_registry(&self.source) {
            return Ok(String::new());
        }
        let mut hash = Sha256::new();
        hash.update(self.source.to_string_lossy().as_bytes());
        for file in sources(&self.source) {
            hash.update(file.to_string_lossy().as_bytes());
            hash.update([0]);
            hash.update(fs::read(&file).unwrap_or_default());
        }
        for file in &self.dependencies {
            // The interface, in which the identities of all that it uses are.
            hash.update(fs::read(file).unwrap_or_default());
        }
        let digest = hash.finalize();
        Ok(digest[..8].iter().map(|b| format!("{b:02x}")).collect())
    }
}

/// Whether a template's crate has these features. That it has the default ones is no feature itself.
fn has_features(inside: &Inside, wanted: &[String]) -> bool {
    let mut wanted = wanted.iter();
    wanted.all(|feature| feature == "default" || inside.features.contains(feature))
}

/// Whether a package lies where cargo unpacks those of registries, which never change.
pub fn is_of_a_registry(source: &Path) -> bool {
    let parts: Vec<_> = source.components().map(|part| part.as_os_str()).collect();
    parts
        .windows(2)
        .any(|two| two[0] == "registry" && two[1] == "src")
}

/// The Rust sources and manifests below a directory, sorted.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_directory && name != "target" && !name.to_string_lossy().starts_with('.') {
                waiting.push(path);
            } else if path.extension().is_some_and(|e| e == "rs" || e == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path as the compiler writes it into a list of dependencies.
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace(' ', "\\ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: &str) -> Call {
        let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
        Call::read(&arguments)
    }

    #[test]
    fn a_crate_is_the_templates_where_source_and_features_are_and_its_dependencies_too() {
        let directory = tempfile::tempdir().unwrap();
        let template = directory.path().join("template");
        let deps = directory.path().join("deps");
        fs::create_dir_all(&template).unwrap();
        fs::create_dir(&deps).unwrap();
        let inside = Inside {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            source: PathBuf::from("/registry/src/a"),
            features: vec!["std".to_owned()],
            files: vec!["liba-1.rlib".into(), "liba-1.rmeta".into()],
        };
        let recipe = Recipe {
            toolchain: rust_nn_template::Toolchain {
                sysroot: "/s".into(),
                rustc: "/s/rustc".into(),
                cargo: "/s/cargo".into(),
                host: "host".to_owned(),
                version: String::new(),
            },
            template: template.clone(),
            crates: Vec::new(),
            inside: vec![inside],
        };
        let of = |features: &str, dependencies: &str| Call {
            source: PathBuf::from("/registry/src/a"),
            ..call(&format!(
                "--crate-name a --crate-type lib --target host -C extra-filename=-9 --out-dir {}{features}{dependencies}",
                deps.display()
            ))
        };
        let plain = of(" --cfg feature=\"default\" --cfg feature=\"std\"", "");
        assert!(plain.is_library());
        plain
            .hand_over(plain.find(&recipe).unwrap(), &template)
            .unwrap();
        let link = deps.join("liba-9.rlib");
        assert_eq!(fs::read_link(&link).unwrap(), template.join("liba-1.rlib"));
        assert!(of(" --cfg feature=\"more\"", "").find(&recipe).is_none());
        let known = format!(" --extern b={}", link.display());
        assert!(of("", &known).find(&recipe).is_some());
        fs::write(deps.join("libc-9.rmeta"), "").unwrap();
        let other = format!(" --extern c={}", deps.join("libc-9.rmeta").display());
        assert!(of("", &other).find(&recipe).is_none());
        plain.remove_links();
        assert!(!link.is_symlink());
    }

    #[test]
    fn a_package_of_the_readers_has_its_content_in_its_identity() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("lib.rs"), "one").unwrap();
        let call = Call {
            source: directory.path().to_owned(),
            ..Call::default()
        };
        let before = call.content().unwrap();
        fs::write(directory.path().join("lib.rs"), "two").unwrap();
        assert_ne!(before, call.content().unwrap());
        let registry = Call {
            source: "/c/registry/src/index/a-1.0.0".into(),
            ..Call::default()
        };
        assert_eq!(registry.content().unwrap(), "");
    }
}
