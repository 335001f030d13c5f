//! A call of the compiler by cargo, for a notebook's crate: what is compiled, of what, and where cargo expects it.

use super::crate_store::Kind;
use rust_nn_template::recipe::{Inside, Recipe};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What cargo asks the compiler for, as far as it matters here.
#[derive(Default)]
pub struct Call {
    pub name: String,
    pub kinds: Vec<String>,
    pub features: Vec<String>,
    dependencies: Vec<PathBuf>,
    directory: PathBuf,
    suffix: String,
    is_for_platform: bool,
    pub source: PathBuf,
    /// All else that has an effect on the result, in order.
    others: Vec<String>,
}

impl Call {
    pub fn read(arguments: &[OsString]) -> Call {
        let mut call = Call {
            source: std::env::var_os("CARGO_MANIFEST_DIR")
                .map(PathBuf::from)
                .unwrap_or_default(),
            ..Call::default()
        };
        let mut rest = arguments.iter().map(|argument| argument.to_string_lossy());
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().unwrap_or_default().into_owned();
            match &*argument {
                "--crate-name" => call.name = value(),
                "--crate-type" => call.kinds.push(value()),
                "--out-dir" => call.directory = value().into(),
                "--target" => {
                    call.is_for_platform = true;
                    call.others.push(value());
                }
                "--extern" => {
                    let value = value();
                    let path = value.split_once('=').map(|(_, path)| path.into());
                    call.dependencies.extend(path);
                }
                "-C" => {
                    let value = value();
                    if let Some(suffix) = value.strip_prefix("extra-filename=") {
                        call.suffix = suffix.to_owned();
                    } else if !value.starts_with("metadata=") {
                        call.others.push(value);
                    }
                }
                // Where dependencies are found, and what is warned of, is no part of the result.
                "-L" | "--check-cfg" => drop(value()),
                "--cfg" => {
                    let value = value();
                    let feature = value.strip_prefix("feature=\"");
                    let feature = feature.map(|feature| feature.trim_end_matches('"').to_owned());
                    call.features.extend(feature);
                    call.others.push(value);
                }
                other => call.others.push(other.to_owned()),
            }
        }
        call
    }

    /// Whether it is a crate that others are compiled with.
    pub fn is_crate(&self) -> bool {
        let kinds = ["lib", "rlib", "proc-macro"];
        let mut given = self.kinds.iter();
        !self.kinds.is_empty() && given.all(|kind| kinds.contains(&&**kind))
    }

    /// Who uses what is compiled.
    pub fn kind(&self) -> Kind {
        match self.is_for_platform {
            _ if self.kinds.iter().any(|kind| kind == "proc-macro") => Kind::Macro,
            true => Kind::Library,
            false => Kind::PartOfMacros,
        }
    }

    /// Where the template has its crates of this kind, relative to it.
    pub fn place(&self, recipe: &Recipe) -> PathBuf {
        let [compiled, macros] = recipe.dependencies();
        match self.is_for_platform {
            true => compiled,
            false => macros,
        }
    }

    /// The template's crate that this one is, if its dependencies are the template's as well.
    pub fn find<'a>(&self, recipe: &'a Recipe) -> Option<&'a Inside> {
        let place = self.place(recipe);
        let is_ours = |path: &PathBuf| origin(path, recipe).starts_with(&recipe.template);
        let mut inside = recipe.inside.iter();
        inside.find(|inside| {
            is_same_package(&inside.source, &self.source)
                && inside.files.iter().all(|file| file.starts_with(&place))
                && has_features(&inside.features, &self.features)
                && self.dependencies.iter().all(is_ours)
        })
    }

    /// A hash of all that the crate is made of.
    pub fn identity(&self, recipe: &Recipe) -> io::Result<String> {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update(text);
            hash.update([0]);
        };
        add(&self.source.to_string_lossy());
        for text in &self.others {
            add(text);
        }
        let mut dependencies: Vec<String> = self
            .dependencies
            .iter()
            .map(|path| origin(path, recipe).to_string_lossy().into_owned())
            .collect();
        dependencies.sort();
        for text in dependencies {
            add(&text);
        }
        if !is_of_a_registry(&self.source) {
            add(&content(&self.source));
        }
        let digest = hash.finalize();
        Ok(digest[..8].iter().map(|b| format!("{b:02x}")).collect())
    }

    /// Puts links to files where cargo expects its own, and tells it what a compiler would.
    pub fn hand_over(&self, files: &[PathBuf]) -> io::Result<()> {
        for link in self.link(files)? {
            let emit = match link.extension().is_some_and(|ending| ending == "rmeta") {
                true => "metadata",
                false => "link",
            };
            let note = json!({ "$message_type": "artifact", "artifact": link, "emit": emit });
            writeln!(io::stderr(), "{note}")?;
        }
        self.write_sources(files)
    }

    /// Puts links to files where cargo expects its own.
    pub fn link(&self, files: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
        self.remove_links();
        let links = files.iter().map(|file| {
            let ending = file.extension().unwrap_or_default().to_string_lossy();
            let link = self.file(&ending);
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(file, &link).map(|()| link)
        });
        links.collect()
    }

    /// Writes the list of sources, by which cargo judges what is fresh.
    pub fn write_sources(&self, files: &[PathBuf]) -> io::Result<()> {
        let list = format!("{}{}.d", self.name, self.suffix);
        let list = self.directory.join(list);
        let written = files.first().and_then(|file| {
            let stem = file.file_stem()?.to_str()?.strip_prefix("lib")?;
            let written = file.with_file_name(format!("{stem}.d"));
            written.exists().then_some(written)
        });
        if let Some(written) = written {
            return fs::copy(written, list).map(|_| ());
        }
        let source = escaped(&self.source.join("Cargo.toml"));
        let made = escaped(&self.file("rmeta"));
        fs::write(list, format!("{made}: {source}\n\n{source}:\n"))
    }

    /// Removes links to files of others, which the compiler would write to.
    fn remove_links(&self) {
        for ending in ["rlib", "rmeta", std::env::consts::DLL_EXTENSION] {
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

    /// The arguments without the names that cargo has for the crate's files and its identity.
    pub fn without_names<'a>(&self, arguments: &'a [OsString]) -> Vec<&'a OsString> {
        let mut kept = Vec::new();
        let mut rest = arguments.iter().peekable();
        while let Some(argument) = rest.next() {
            let value = rest
                .peek()
                .and_then(|value| value.to_str())
                .unwrap_or_default();
            let is_name = argument == "--out-dir"
                || argument == "-C"
                    && ["metadata=", "extra-filename="]
                        .iter()
                        .any(|start| value.starts_with(start));
            match is_name {
                true => drop(rest.next()),
                false => kept.push(argument),
            }
        }
        kept
    }
}

/// A hash of the sources of a package that may change while its version stays.
fn content(source: &Path) -> String {
    let mut hash = Sha256::new();
    for file in sources(source) {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(fs::read(&file).unwrap_or_default());
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The file that a crate's file stands for: what a link leads to, or the template's file that it shares.
pub fn origin(path: &Path, recipe: &Recipe) -> PathBuf {
    if let Ok(link) = fs::read_link(path) {
        return link;
    }
    let [_, macros] = recipe.dependencies();
    let theirs = recipe
        .template
        .join(macros)
        .join(path.file_name().unwrap_or_default());
    let place = |path: &Path| fs::metadata(path).ok().map(|file| (file.dev(), file.ino()));
    match place(&theirs) {
        Some(place_of_theirs) if place(path) == Some(place_of_theirs) => theirs,
        _ => path.to_owned(),
    }
}

/// Whether a crate with these features has those that are wanted. That it has the default ones is no feature itself.
pub fn has_features(features: &[String], wanted: &[String]) -> bool {
    let mut wanted = wanted.iter();
    wanted.all(|feature| feature == "default" || features.contains(feature))
}

/// Whether a package lies where cargo unpacks those of registries, which never change.
pub fn is_of_a_registry(source: &Path) -> bool {
    in_registry(source).is_some()
}

/// Whether two directories have the same package in them: a registry's is the same wherever cargo has unpacked it.
pub fn is_same_package(one: &Path, other: &Path) -> bool {
    one == other || in_registry(one).is_some() && in_registry(one) == in_registry(other)
}

/// The registry and the package of a directory where cargo unpacks those of registries.
fn in_registry(source: &Path) -> Option<PathBuf> {
    let mut parts = source.components().map(|part| part.as_os_str());
    parts.by_ref().find(|part| *part == "registry")?;
    (parts.next()? == "src").then(|| parts.collect())
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

    fn recipe(template: &Path, inside: Vec<Inside>) -> Recipe {
        Recipe {
            toolchain: rust_nn_template::Toolchain {
                sysroot: "/s".into(),
                rustc: "/s/rustc".into(),
                cargo: "/s/cargo".into(),
                host: "host".to_owned(),
                version: String::new(),
            },
            template: template.to_owned(),
            crates: Vec::new(),
            inside,
        }
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
            files: ["rlib", "rmeta"]
                .map(|ending| format!("target/host/debug/deps/liba-1.{ending}").into())
                .to_vec(),
        };
        let recipe = recipe(&template, vec![inside]);
        let of = |features: &str, dependencies: &str| Call {
            source: PathBuf::from("/registry/src/a"),
            ..call(&format!(
                "--crate-name a --crate-type lib --target host -C extra-filename=-9 --out-dir {}{features}{dependencies}",
                deps.display()
            ))
        };
        let plain = of(" --cfg feature=\"default\" --cfg feature=\"std\"", "");
        assert_eq!(plain.kind(), Kind::Library);
        let elsewhere = Call {
            source: PathBuf::from("/home/u/.cargo/registry/src/a"),
            ..of("", "")
        };
        assert!(elsewhere.find(&recipe).is_some());
        let files = &plain.find(&recipe).unwrap().files;
        let files: Vec<PathBuf> = files.iter().map(|file| template.join(file)).collect();
        plain.hand_over(&files).unwrap();
        let link = deps.join("liba-9.rlib");
        assert_eq!(fs::read_link(&link).unwrap(), files[0]);
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
    fn a_crate_is_another_when_its_sources_or_dependencies_are_and_not_when_cargo_renames_it() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("lib.rs"), "one").unwrap();
        let recipe = recipe(directory.path(), Vec::new());
        let identity = |arguments: &str| {
            let call = Call {
                source: directory.path().to_owned(),
                ..call(arguments)
            };
            call.identity(&recipe).unwrap()
        };
        let before =
            identity("--crate-name a -C metadata=1 -C extra-filename=-1 -L x --extern b=/b");
        let renamed =
            identity("--crate-name a -C metadata=2 -C extra-filename=-2 -L y --extern b=/b");
        assert_eq!(before, renamed);
        assert_ne!(before, identity("--crate-name a --extern b=/c"));
        assert_ne!(before, identity("--crate-name a --extern b=/b --cfg x"));
        fs::write(directory.path().join("lib.rs"), "two").unwrap();
        assert_ne!(before, identity("--crate-name a --extern b=/b"));
    }

    #[test]
    fn a_registrys_package_is_the_same_wherever_cargo_has_unpacked_it() {
        let here = Path::new("/home/u/.cargo/registry/src/index-1/a-1.0.0");
        let same = |other: &str| is_same_package(here, Path::new(other));
        assert!(same("/opt/class/template-1/registry/src/index-1/a-1.0.0"));
        assert!(!same("/root/.cargo/registry/src/index-1/a-1.0.1"));
        assert!(!same("/root/.cargo/registry/src/index-2/a-1.0.0"));
        assert!(!same("/src/a-1.0.0"));
    }
}
