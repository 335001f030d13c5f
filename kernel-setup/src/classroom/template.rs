//! The template in an installation: its compiled crates, and a recipe whose paths are relative.

use std::path::{Path, PathBuf};

use rust_nn_template::private_names;
use rust_nn_template::recipe::{Inside, RECIPE, Recipe};
use serde_json::Value;

use super::files;
use crate::failure::{Failure, Result};

/// The directories that are copied as they are; of the build only what the recipe names.
const WHOLE: [&str; 4] = ["nn-lib", "runtime", "library", "cell"];

/// Copies a template below `root`, under its own name.
///
/// # Errors
/// `File` when something cannot be read or written.
pub fn copy(recipe: &Recipe, template: &Path, root: &Path) -> Result<()> {
    let to = root.join(template.file_name().unwrap_or_default());
    for directory in WHOLE {
        files::copy_tree(&template.join(directory), &to.join(directory), &["target"])?;
    }
    files::copy(
        &template.join(private_names::FILE),
        &to.join(private_names::FILE),
    )?;
    let preloaded = recipe.crates.iter().flat_map(|known| &known.files);
    let inside = recipe.inside.iter().flat_map(|inside| &inside.files);
    for file in preloaded.chain(inside) {
        files::copy(&template.join(file), &to.join(file))?;
    }
    // Of nn-lib's dependencies, type inference reads the source of those that its interface shows.
    let visible = visible(&template.join("nn-lib"))?;
    for inside in &recipe.inside {
        if visible.contains(&inside.name)
            && let Some(place) = place(&inside.source)
        {
            files::copy_tree(
                &inside.source,
                &to.join(place),
                &["target", "tests", "benches"],
            )?;
        }
    }
    let text = serde_json::to_string_pretty(&relative(recipe)).expect("a recipe is text");
    files::write(&to.join(RECIPE), &text)?;
    files::write(&to.join("complete"), "")
}

/// The recipe with its paths relative to the template, and without a cargo.
fn relative(recipe: &Recipe) -> Recipe {
    let mut recipe = recipe.clone();
    let sysroot = &recipe.toolchain.sysroot;
    let rustc = recipe.toolchain.rustc.strip_prefix(sysroot);
    let toolchain = Path::new("..").join("toolchain");
    recipe.toolchain.rustc = toolchain.join(rustc.unwrap_or(Path::new("bin/rustc")));
    recipe.toolchain.sysroot = toolchain;
    recipe.toolchain.cargo = PathBuf::new();
    recipe.template = PathBuf::from(".");
    for Inside { source, .. } in &mut recipe.inside {
        if let Some(place) = place(source) {
            *source = place;
        }
    }
    recipe
}

/// Where in a template the source of a registry's package lies: `registry/src/<registry>/<package>`.
fn place(source: &Path) -> Option<PathBuf> {
    let parts: Vec<_> = source.components().collect();
    let at = parts
        .windows(2)
        .position(|two| two[0].as_os_str() == "registry" && two[1].as_os_str() == "src")?;
    Some(parts[at..].iter().collect())
}

/// The dependencies that nn-lib's manifest calls visible.
fn visible(nn_lib: &Path) -> Result<Vec<String>> {
    let path = nn_lib.join("Cargo.toml");
    let text = std::fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    let manifest: toml::Table = text.parse().unwrap_or_default();
    let manifest = serde_json::to_value(manifest).unwrap_or(Value::Null);
    let list = manifest["package"]["metadata"]["notebook"]["visible"].as_array();
    Ok(list
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_a_registrys_package_has_a_place_in_the_template() {
        let source = Path::new("/home/u/.cargo/registry/src/index-1/ndarray-0.17.2");
        let inside = Path::new("registry/src/index-1/ndarray-0.17.2");
        assert_eq!(place(source).as_deref(), Some(inside));
        assert_eq!(place(Path::new("/src/nn-lib")), None);
    }
}
