//! Looks whether other builds of crates would take the place of those that values of earlier cells are made of.
//!
//! A feature that is added, or a version that moves, makes a crate another one: a value of the old crate's types cannot
//! be used with the new. Such a cell is refused before it runs, and says how to go on.

use super::set::{self, Ready};
use crate::directory::KernelDirectory;
use ra_ap_syntax::ast::{self, HasModuleItem, HasName};
use ra_ap_syntax::{AstNode, Edition, SourceFile, SyntaxNode};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::PathBuf;

/// Whether a cell may run with these crates.
///
/// # Errors
/// The variables that would be lost, and the way out, for the reader.
pub fn check(kernel: &KernelDirectory, ready: Option<&Ready>, code: &str) -> super::Result<()> {
    let Some(before) = set::current(kernel).map(|current| current.ready) else {
        return Ok(());
    };
    let nothing = Ready::default();
    let changed = changed(&before, ready.unwrap_or(&nothing));
    if changed.is_empty() {
        return Ok(());
    }
    let items = Items::of(code);
    let mut lost: Vec<(String, String)> = Vec::new();
    let mut crates: BTreeSet<String> = BTreeSet::new();
    for (name, kind) in variables(code) {
        let used = items.behind(&kind);
        let used: Vec<&String> = changed.iter().filter(|name| used.contains(*name)).collect();
        if !used.is_empty() {
            lost.push((name, kind));
            crates.extend(used.into_iter().cloned());
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    lost.sort();
    let crates: Vec<String> = crates.into_iter().collect();
    let kinds: Vec<String> = lost.iter().map(|(n, k)| format!("`{n}` ({k})")).collect();
    let drops: Vec<String> = lost.iter().map(|(n, _)| format!("drop({n});")).collect();
    Err(format!(
        "this would put another build of {} (other features, version or content) in the place of the one that {} \
         {} made with\n\
         Nothing is lost and nothing has changed. Either give the old values up first, in a cell of their own: `{}`. \
         Or restart the kernel, with this `:dep` line in the first cell that uses the crate.",
        crates.join(", "),
        kinds.join(", "),
        if kinds.len() == 1 { "was" } else { "were" },
        drops.join(" ")
    ))
}

/// The crates that the values of the notebook's variables are made of, with their files: they are not built again.
pub fn fixed(kernel: &KernelDirectory) -> HashMap<String, Vec<PathBuf>> {
    let Some(current) = set::current(kernel) else {
        return HashMap::new();
    };
    let variables: Vec<(String, String)> = fs::read(super::variables_file(kernel))
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default();
    // The code of the last cell has all types and imports in it.
    let code = fs::read_to_string(kernel.cell().join("src").join("lib.rs")).unwrap_or_default();
    let items = Items::of(&code);
    let used: HashSet<String> = variables
        .iter()
        .flat_map(|(_, kind)| items.behind(kind))
        .collect();
    let ready = current.ready;
    // A crate may have another name in the notebook than its own.
    let named = ready.externs.iter().filter(|(name, _)| used.contains(name));
    let files: HashSet<&PathBuf> = named.map(|(_, file)| file).collect();
    let builds = ready.builds.iter().filter(|(name, builds)| {
        used.contains(*name) || builds.iter().any(|file| files.contains(file))
    });
    builds
        .map(|(name, builds)| (name.clone(), builds.iter().cloned().collect()))
        .collect()
}

/// The crates of which a build is no longer there, by the names that code has for them.
fn changed(before: &Ready, after: &Ready) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for (name, builds) in &before.builds {
        let same = after.builds.get(name);
        if !same.is_some_and(|same| builds.is_subset(same)) {
            changed.insert(name.clone());
        }
    }
    for (name, file) in &before.externs {
        let same = after.externs.iter().find(|(after, _)| after == name);
        if same.is_none_or(|(_, same)| same != file) {
            changed.insert(name.clone());
        }
    }
    changed
}

/// The variables that the engine's code takes from earlier cells, and their types.
fn variables(code: &str) -> Vec<(String, String)> {
    let lines = code.lines().filter_map(|line| {
        let rest = line.split_once("evcxr_variable_store.check_variable::<")?.1;
        let (kind, rest) = rest.split_once(">(stringify!(")?;
        let (name, _) = rest.split_once("))")?;
        Some((name.to_owned(), kind.to_owned()))
    });
    lines.collect()
}

/// The types and imports of a notebook, with the names in them.
struct Items {
    names: HashMap<String, HashSet<String>>,
    /// The names in imports of everything.
    everywhere: HashSet<String>,
}

impl Items {
    fn of(code: &str) -> Items {
        let mut items = Items {
            names: HashMap::new(),
            everywhere: HashSet::new(),
        };
        for item in SourceFile::parse(code, Edition::Edition2024).tree().items() {
            match &item {
                ast::Item::Use(import) => items.add_import(import.syntax()),
                ast::Item::Struct(it) => items.add(it.name(), it.syntax()),
                ast::Item::Enum(it) => items.add(it.name(), it.syntax()),
                ast::Item::Union(it) => items.add(it.name(), it.syntax()),
                ast::Item::TypeAlias(it) => items.add(it.name(), it.syntax()),
                _ => {}
            }
        }
        items
    }

    fn add(&mut self, name: Option<ast::Name>, node: &SyntaxNode) {
        if let Some(name) = name {
            let names = self.names.entry(name.text().to_string()).or_default();
            names.extend(names_in(node));
        }
    }

    fn add_import(&mut self, node: &SyntaxNode) {
        let text = node.text().to_string();
        if text.contains("nn_lib") {
            return;
        }
        let names: HashSet<String> = names_in(node).collect();
        if text.contains('*') {
            self.everywhere.extend(names);
            return;
        }
        let renamed = node.descendants().filter_map(ast::Rename::cast);
        let renamed = renamed.filter_map(|rename| Some(rename.name()?.text().to_string()));
        for name in names.iter().cloned().chain(renamed) {
            self.names.entry(name).or_default().extend(names.clone());
        }
    }

    /// The names in a type, and in the types and imports that these stand for.
    fn behind(&self, kind: &str) -> HashSet<String> {
        let alias = format!("type T = {kind};");
        let file = SourceFile::parse(&alias, Edition::Edition2024).tree();
        let mut found = self.everywhere.clone();
        let mut waiting: Vec<String> = names_in(file.syntax()).collect();
        while let Some(name) = waiting.pop() {
            if found.insert(name.clone()) {
                waiting.extend(self.names.get(&name).into_iter().flatten().cloned());
            }
        }
        found
    }
}

/// The names that a piece of code uses, not those that it gives, and not those of its attributes.
fn names_in(node: &SyntaxNode) -> impl Iterator<Item = String> {
    let of_attribute = |node: &SyntaxNode| {
        node.ancestors()
            .any(|above| ast::Attr::can_cast(above.kind()))
    };
    node.descendants()
        .filter_map(ast::NameRef::cast)
        .filter(move |name| !of_attribute(name.syntax()))
        .map(|name| name.text().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "use serde_json::Value;\nuse csv as tables;\nuse other::*;\n\
        #[derive(serde::Serialize)] struct Row { image: u8, inner: Inner }\nstruct Inner(Vec<Value>);\n\
        vars_ok &= evcxr_variable_store.check_variable::<Vec<Row>>(stringify!(rows));\n";

    #[test]
    fn a_type_is_followed_through_the_notebooks_own_types_and_imports() {
        let items = Items::of(CODE);
        let behind = |kind: &str, name: &str| items.behind(kind).contains(name);
        assert!(behind("Vec<Row>", "serde_json"));
        assert!(behind("tables::StringRecord", "csv"));
        assert!(behind("u8", "other"));
        assert!(
            !behind("Vec<Row>", "serde"),
            "an attribute is no part of the type"
        );
        assert!(!behind("Vec<Row>", "image"), "a field's name is no crate");
        assert!(!behind("Vec<Row>", "csv"));
    }

    #[test]
    fn variables_are_read_with_their_types() {
        let found = variables(CODE);
        assert_eq!(found, [("rows".to_owned(), "Vec<Row>".to_owned())]);
    }

    #[test]
    fn a_crate_is_changed_when_one_of_its_builds_is_gone() {
        let ready = |builds: &[&str], file: &str| Ready {
            externs: vec![("a".to_owned(), file.into())],
            builds: [("b".to_owned(), builds.iter().map(PathBuf::from).collect())].into(),
            ..Ready::default()
        };
        let before = ready(&["1"], "/a");
        assert!(changed(&before, &ready(&["1", "2"], "/a")).is_empty());
        assert_eq!(
            changed(&before, &ready(&["2"], "/a")),
            ["b".to_owned()].into()
        );
        assert_eq!(
            changed(&before, &ready(&["1"], "/c")),
            ["a".to_owned()].into()
        );
    }
}
