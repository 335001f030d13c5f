//! Copies of the preloaded crates' sources that build outside the workspace.

use crate::{Error, Result};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The runtime crate, which travels inside this one.
pub(crate) const RUNTIME: [(&str, &str); 7] = [
    ("src/lib.rs", include_str!("../../runtime/src/lib.rs")),
    ("src/cell.rs", include_str!("../../runtime/src/cell.rs")),
    ("src/debug.rs", include_str!("../../runtime/src/debug.rs")),
    ("src/show.rs", include_str!("../../runtime/src/show.rs")),
    ("src/panics.rs", include_str!("../../runtime/src/panics.rs")),
    ("src/store.rs", include_str!("../../runtime/src/store.rs")),
    ("src/input.rs", include_str!("../../runtime/src/input.rs")),
];

const RUNTIME_MANIFEST: &str = "[package]
name = \"rust-nn-runtime\"
version = \"0.1.0\"
edition = \"2024\"

[lib]
crate-type = [\"rlib\", \"dylib\"]
";

/// What a library needs neither to be built nor to be read.
const LEFT_OUT: [&str; 7] = [
    "target",
    "tests",
    "benches",
    "examples",
    "fuzz",
    ".git",
    "Cargo.lock",
];

/// The files of a package that go into its copy, relative to it and sorted.
pub(crate) fn files(package: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(relative) = waiting.pop() {
        let directory = package.join(&relative);
        let entries =
            std::fs::read_dir(&directory).map_err(Error::io("cannot read", &directory))?;
        for entry in entries {
            let entry = entry.map_err(Error::io("cannot read", &directory))?;
            let name = entry.file_name();
            if relative.as_os_str().is_empty() && LEFT_OUT.iter().any(|left| name == *left) {
                continue;
            }
            let path = relative.join(&name);
            let kind = entry
                .file_type()
                .map_err(Error::io("cannot read", &directory))?;
            if kind.is_dir() {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies nn-lib, with a manifest that does not mention the workspace.
pub(crate) fn copy_nn_lib(from: &Path, root: &Path, to: &Path) -> Result<()> {
    for path in files(from)? {
        let (source, target) = (from.join(&path), to.join(&path));
        if path == Path::new("Cargo.toml") {
            let manifest = standalone(&source, &root.join("Cargo.toml"))?;
            write(&target, &as_dylib(&manifest, &source)?)?;
        } else {
            copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Copies a file, and makes the directories above the copy.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    make_parent(to)?;
    std::fs::copy(from, to).map_err(Error::io("cannot copy to", to))?;
    Ok(())
}

/// Writes the runtime crate.
pub(crate) fn write_runtime(to: &Path) -> Result<()> {
    write(&to.join("Cargo.toml"), RUNTIME_MANIFEST)?;
    for (path, text) in RUNTIME {
        write(&to.join(path), text)?;
    }
    Ok(())
}

/// Writes a file and the directories above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    make_parent(path)?;
    std::fs::write(path, text).map_err(Error::io("cannot write", path))
}

fn make_parent(path: &Path) -> Result<()> {
    let parent = path.parent().expect("a file has a directory");
    std::fs::create_dir_all(parent).map_err(Error::io("cannot create", parent))
}

/// The manifest of a member, with every `workspace = true` replaced by what the workspace says.
fn standalone(manifest: &Path, workspace: &Path) -> Result<String> {
    let mut member = read_manifest(manifest)?;
    let root = read_manifest(workspace)?;
    let empty = Table::new();
    let shared = |part: &str| -> &Table {
        root.get("workspace")
            .and_then(|table| table.get(part))
            .and_then(Value::as_table)
            .unwrap_or(&empty)
    };
    for part in [
        "lints",
        "dev-dependencies",
        "bench",
        "test",
        "example",
        "profile",
    ] {
        member.remove(part);
    }
    if let Some(Value::Table(package)) = member.get_mut("package") {
        package.retain(|name, value| !inherits(value) || shared("package").contains_key(name));
        for (name, value) in package.iter_mut() {
            if inherits(value) {
                *value = shared("package")[name].clone();
            }
        }
    }
    for part in ["dependencies", "build-dependencies"] {
        if let Some(Value::Table(dependencies)) = member.get_mut(part) {
            for (name, value) in dependencies.iter_mut() {
                if inherits(value) {
                    *value =
                        inherited(shared("dependencies").get(name), value).ok_or_else(|| {
                            Error::format(manifest, format!("{name}: not in the workspace"))
                        })?;
                }
            }
        }
    }
    toml::to_string(&member).map_err(|error| Error::format(manifest, error))
}

/// The manifest of a library that is a shared object too: with it a notebook's cells link in no time, and all of them have one
/// copy of the library's statics.
fn as_dylib(manifest: &str, path: &Path) -> Result<String> {
    let error = |error| Error::format(path, error);
    let mut manifest: Table = manifest.parse().map_err(error)?;
    let library = manifest
        .entry("lib")
        .or_insert_with(|| Value::Table(Table::new()));
    let kinds = ["rlib", "dylib"].map(|kind| Value::String(kind.to_owned()));
    if let Value::Table(library) = library {
        library.insert("crate-type".to_owned(), Value::Array(kinds.into()));
    }
    toml::to_string(&manifest).map_err(|error| Error::format(path, error))
}

/// The workspace's dependency with what the member adds to it (`features`, `optional`).
fn inherited(shared: Option<&Value>, member: &Value) -> Option<Value> {
    let mut whole = match shared? {
        Value::Table(table) => table.clone(),
        version => Table::from_iter([("version".to_owned(), version.clone())]),
    };
    for (name, value) in member.as_table()? {
        match (name.as_str(), value) {
            ("workspace", _) => {}
            ("features", Value::Array(more)) => {
                let features = whole
                    .entry("features")
                    .or_insert_with(|| Value::Array(Vec::new()));
                features.as_array_mut()?.extend(more.iter().cloned());
            }
            (_, value) => {
                whole.insert(name.clone(), value.clone());
            }
        }
    }
    Some(Value::Table(whole))
}

fn inherits(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

fn read_manifest(path: &Path) -> Result<Table> {
    std::fs::read_to_string(path)
        .map_err(Error::io("cannot read", path))?
        .parse()
        .map_err(|error| Error::format(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_members_manifest_stands_alone_after_the_workspace_is_written_into_it() {
        let directory = tempfile::tempdir().unwrap();
        let member = directory.path().join("member.toml");
        let root = directory.path().join("root.toml");
        std::fs::write(
            &member,
            "[package]\nname = \"a\"\nversion.workspace = true\n[lints]\nworkspace = true\n\
             [dependencies]\nb = { workspace = true, features = [\"y\"] }\nc = \"1\"\n\
             [dev-dependencies]\nd = \"1\"\n[[bench]]\nname = \"e\"\n",
        )
        .unwrap();
        std::fs::write(
            &root,
            "[workspace.package]\nversion = \"7.0.0\"\n\
             [workspace.dependencies]\nb = { version = \"2\", features = [\"x\"] }\n",
        )
        .unwrap();
        let table: Table = standalone(&member, &root).unwrap().parse().unwrap();
        let expected: Table = "[package]\nname = \"a\"\nversion = \"7.0.0\"\n\
             [dependencies]\nc = \"1\"\nb = { version = \"2\", features = [\"x\", \"y\"] }\n"
            .parse()
            .unwrap();
        assert_eq!(table, expected);
    }

    #[test]
    fn the_copy_of_a_library_is_a_shared_object_too() {
        let manifest = "[package]\nname = \"a\"\n[lib]\nbench = false\n";
        let text = as_dylib(manifest, Path::new("Cargo.toml")).unwrap();
        let table: Table = text.parse().unwrap();
        let expected =
            "[package]\nname = \"a\"\n[lib]\nbench = false\ncrate-type = [\"rlib\", \"dylib\"]\n";
        assert_eq!(table, expected.parse::<Table>().unwrap());
    }

    #[test]
    fn the_runtime_travels_whole() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
        let mut inside: Vec<PathBuf> = RUNTIME.iter().map(|(path, _)| path.into()).collect();
        inside.sort();
        let sources = files(&package).unwrap();
        let sources = sources.into_iter().filter(|path| path.starts_with("src"));
        assert_eq!(sources.collect::<Vec<_>>(), inside);
    }

    #[test]
    fn tests_and_builds_are_left_out_of_a_copy() {
        let directory = tempfile::tempdir().unwrap();
        for path in ["src/a.rs", "target/x", "tests/t.rs", "assets/target/f"] {
            write(&directory.path().join(path), "").unwrap();
        }
        assert_eq!(
            files(directory.path()).unwrap(),
            [PathBuf::from("assets/target/f"), PathBuf::from("src/a.rs")]
        );
    }
}
