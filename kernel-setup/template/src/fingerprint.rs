//! The name of a template: a hash of everything that its build depends on.

use crate::{Error, Result, Toolchain, crate_sources, recipe, std_source};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The code that makes what is in a template.
const MAKERS: [&str; 7] = [
    include_str!("build.rs"),
    include_str!("build_once.rs"),
    include_str!("crate_sources.rs"),
    include_str!("private_names.rs"),
    include_str!("recipe.rs"),
    include_str!("std_source.rs"),
    include_str!("std_source/lean.rs"),
];

/// The key of the template for these sources, this lock file and this compiler.
pub(crate) fn key(nn_lib: &Path, lock: &Path, toolchain: &Toolchain) -> Result<String> {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(env!("CARGO_PKG_VERSION").as_bytes());
    add(toolchain.version.as_bytes());
    add(toolchain.sysroot.to_string_lossy().as_bytes());
    add(recipe::template_profile().as_bytes());
    add(recipe::RUSTFLAGS.as_bytes());
    add(std_source::HASHBROWN.as_bytes());
    for code in MAKERS {
        add(code.as_bytes());
    }
    for (path, text) in crate_sources::RUNTIME {
        add(path.as_bytes());
        add(text.as_bytes());
    }
    add(&std::fs::read(lock).map_err(Error::io("cannot read", lock))?);
    for path in crate_sources::files(nn_lib)? {
        let file = nn_lib.join(&path);
        add(path.to_string_lossy().as_bytes());
        add(&std::fs::read(&file).map_err(Error::io("cannot read", &file))?);
    }
    let digest = hash.finalize();
    Ok(digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}
