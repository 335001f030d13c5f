//! The manifest of an installation: what it is, what it needs, and each file with its checksum.

use std::env::consts::ARCH;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use rust_nn_template::MANIFEST;
use rust_nn_template::recipe::Recipe;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::files;
use super::needs::Needs;
use crate::failure::{Failure, Result};
use crate::progress::Step;

/// Writes the manifest without the files.
///
/// # Errors
/// `File` when it cannot be written.
pub fn write(root: &Path, recipe: &Recipe, template: &Path, needs: &Needs) -> Result<()> {
    let lists = fs::read_to_string(root.join("python").join("wheels.json")).unwrap_or_default();
    let lists: Map<String, Value> = serde_json::from_str(&lists).unwrap_or_default();
    let mut pythons: Vec<(u32, u32)> = lists.keys().filter_map(|name| minor(name)).collect();
    pythons.sort_unstable();
    pythons.dedup();
    let pythons: Vec<String> = pythons
        .iter()
        .map(|(major, minor)| format!("{major}.{minor}"))
        .collect();
    let manifest = json!({
        "name": "nn-lib-classroom",
        "version": env!("CARGO_PKG_VERSION"),
        "system": "linux",
        "processor": ARCH,
        "glibc": format!("2.{}", needs.glibc),
        "libraries": needs.libraries.iter().collect::<Vec<_>>(),
        "python": pythons,
        "rustc": recipe.toolchain.version.lines().next(),
        "template": template.file_name().map(|name| name.to_string_lossy()),
        "files": {},
    });
    save(root, &manifest)
}

/// Adds every file with its checksum.
///
/// # Errors
/// `File` when something cannot be read or written.
pub fn add_files(root: &Path, step: &mut Step) -> Result<((), String)> {
    let path = root.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    let mut manifest: Value =
        serde_json::from_str(&text).expect("the manifest was written by this program");
    let all = files::tree(root, &[MANIFEST])?;
    let mut sums = Map::new();
    for (done, file) in all.iter().enumerate() {
        step.position(done as u64, all.len() as u64, "files");
        let name = file.strip_prefix(root).expect("it was found below");
        sums.insert(name.to_string_lossy().into_owned(), sum(file)?.into());
    }
    manifest["files"] = sums.into();
    save(root, &manifest)?;
    Ok(((), format!("{} files", all.len())))
}

/// The SHA-256 checksum of a file.
///
/// # Errors
/// `File` when it cannot be read.
pub fn sum(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path).map_err(Failure::file("read", path))?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file
            .read(&mut buffer)
            .map_err(Failure::file("read", path))?
        {
            0 => break,
            length => hash.update(&buffer[..length]),
        }
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

fn save(root: &Path, manifest: &Value) -> Result<()> {
    let text = serde_json::to_string_pretty(manifest).expect("names and numbers are valid JSON");
    files::write(&root.join(MANIFEST), &(text + "\n"))
}

fn minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map_while(|part| part.parse().ok());
    Some((parts.next()?, parts.next()?))
}
