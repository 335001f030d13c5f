//! What hints and help can know beside the cell: from the engine's type inference, and from the manifests of the preloaded
//! crates.

use super::hints::HintSource;
use crate::engine::Engine;
use std::path::Path;
use toml::Table;

/// The engine and the template of one kernel.
pub struct EngineAndManifests<'a> {
    /// The engine.
    pub engine: &'a mut Engine,
    /// The directory with the preloaded crates' sources.
    pub template: &'a Path,
}

impl HintSource for EngineAndManifests<'_> {
    fn describe(&mut self, code: &str) -> Option<String> {
        let (plain, _) = self.engine.describe(code, code.len())?;
        Some(plain)
    }

    /// nn-lib's manifest lists the names of Python's libraries that it has something for, in
    /// `[package.metadata.notebook.instead]`.
    fn instead_of(&self, name: &str) -> Option<String> {
        let manifest = self.template.join("nn-lib").join("Cargo.toml");
        let manifest: Table = std::fs::read_to_string(manifest).ok()?.parse().ok()?;
        let notebook = manifest.get("package")?.get("metadata")?.get("notebook")?;
        let line = notebook.get("instead")?.get(name)?.as_str()?;
        Some(line.to_owned())
    }
}
