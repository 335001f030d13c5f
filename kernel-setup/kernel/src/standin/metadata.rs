//! Cuts the packages that type inference has no use for out of cargo's description.
//!
//! rust-analyzer reads every package that is named to it, and looks for trait implementations in all of them. A cell
//! sees the preloaded crates and, through their signatures, a few of their dependencies: those that a preloaded crate
//! lists as `visible` in `[package.metadata.notebook]` of its manifest, and of what these depend on, those in the list.
//! Without such a list it keeps all of them.
//!
//! The crates that a notebook has asked for are described by another answer, which is joined to this one. They keep all
//! that they depend on, but for what macros need to be compiled: type inference does not run macros.

use rust_nn_template::recipe::Recipe;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The output of `cargo metadata` without the packages that cells do not see; other text as it is.
pub fn cut(text: &str, recipe: &Recipe) -> String {
    let Ok(mut metadata) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    let preloaded = |name: &str| {
        let name = name.replace('-', "_");
        recipe.crates.iter().any(|known| known.name == name)
    };
    cut_packages(&mut metadata, preloaded);
    metadata.to_string()
}

/// The output of `cargo metadata` with nothing but the cells' own package.
pub fn alone(text: &str) -> String {
    let Ok(mut metadata) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    let root = metadata["resolve"]["root"].clone();
    for node in array(&mut metadata["resolve"]["nodes"]) {
        if node["id"] == root {
            array(&mut node["dependencies"]).clear();
            array(&mut node["deps"]).clear();
        }
    }
    keep_reached(&mut metadata, root.as_str().unwrap_or_default());
    metadata.to_string()
}

fn cut_packages(metadata: &mut Value, preloaded: impl Fn(&str) -> bool) {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut visible: HashMap<String, Vec<Value>> = HashMap::new();
    for package in array(&mut metadata["packages"]) {
        let (id, name) = (text(&package["id"]), text(&package["name"]));
        if let (true, Value::Array(list)) = (
            preloaded(&name),
            &package["metadata"]["notebook"]["visible"],
        ) {
            visible.insert(id.clone(), list.clone());
        }
        names.insert(id, name);
    }
    let Some(root) = metadata["resolve"]["root"].as_str().map(str::to_owned) else {
        return;
    };
    let lists: Vec<Value> = visible.values().flatten().cloned().collect();
    for node in array(&mut metadata["resolve"]["nodes"]) {
        let id = text(&node["id"]);
        let is_listed = names
            .get(&id)
            .is_some_and(|name| lists.iter().any(|listed| listed == name));
        if let Some(list) = visible.get(&id).or(is_listed.then_some(&lists)) {
            let sees = |id: &Value| {
                let name = names.get(id.as_str().unwrap_or_default());
                name.is_some_and(|name| list.iter().any(|visible| visible == name))
            };
            array(&mut node["dependencies"]).retain(sees);
            array(&mut node["deps"]).retain(|dependency| sees(&dependency["pkg"]));
        }
    }
    keep_reached(metadata, &root);
}

/// Keeps the packages that the root depends on.
fn keep_reached(metadata: &mut Value, root: &str) {
    let mut edges: HashMap<String, Vec<String>> = HashMap::new();
    for node in array(&mut metadata["resolve"]["nodes"]) {
        let dependencies = array(&mut node["dependencies"]).iter().map(text).collect();
        edges.insert(text(&node["id"]), dependencies);
    }
    let mut reached: HashSet<String> = HashSet::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(id) = waiting.pop() {
        waiting.extend(edges.remove(&id).unwrap_or_default());
        reached.insert(id);
    }
    let is_reached = |item: &Value| reached.contains(item["id"].as_str().unwrap_or_default());
    array(&mut metadata["packages"]).retain(is_reached);
    array(&mut metadata["resolve"]["nodes"]).retain(is_reached);
}

/// The description of the cells with that of the notebook's crates, which are the dependencies of an empty package.
pub fn join(cells: &str, crates: &str) -> String {
    let parsed = [cells, crates].map(serde_json::from_str::<Value>);
    let [Ok(mut cells), Ok(mut crates)] = parsed else {
        return cells.to_owned();
    };
    join_answers(&mut cells, &mut crates);
    cells.to_string()
}

fn join_answers(cells: &mut Value, crates: &mut Value) {
    let (to, from) = (
        text(&cells["resolve"]["root"]),
        text(&crates["resolve"]["root"]),
    );
    let is_macro = |package: &Value| package["targets"][0]["kind"][0] == "proc-macro";
    let macros: HashSet<String> = array(&mut crates["packages"])
        .iter()
        .filter(|package| is_macro(package))
        .map(|package| text(&package["id"]))
        .collect();
    for node in array(&mut crates["resolve"]["nodes"]) {
        let is_macro = macros.contains(&text(&node["id"]));
        array(&mut node["deps"]).retain_mut(|dependency| {
            // Nothing of a build script is in a type.
            let kinds = array(&mut dependency["dep_kinds"]);
            kinds.retain(|kind| kind["kind"].is_null());
            !is_macro && !kinds.is_empty()
        });
        let deps = array(&mut node["deps"]).iter();
        node["dependencies"] = deps.map(|dependency| dependency["pkg"].clone()).collect();
    }
    keep_reached(crates, &from);
    for package in std::mem::take(array(&mut crates["packages"])) {
        let id = if package["id"] == *from {
            &to
        } else {
            &text(&package["id"])
        };
        let known = array(&mut cells["packages"])
            .iter_mut()
            .find(|known| known["id"] == **id);
        match known {
            Some(known) => add(known, &package, "dependencies"),
            None => array(&mut cells["packages"]).push(package),
        }
    }
    for node in std::mem::take(array(&mut crates["resolve"]["nodes"])) {
        let id = if node["id"] == *from {
            &to
        } else {
            &text(&node["id"])
        };
        let nodes = array(&mut cells["resolve"]["nodes"]);
        let known = nodes.iter_mut().find(|known| known["id"] == **id);
        match known {
            Some(known) => {
                for key in ["dependencies", "deps", "features"] {
                    add(known, &node, key);
                }
            }
            None => nodes.push(node),
        }
    }
}

/// Adds the items of an array that are missing in another.
fn add(to: &mut Value, from: &Value, key: &str) {
    for item in from[key].as_array().into_iter().flatten() {
        if !array(&mut to[key]).contains(item) {
            array(&mut to[key]).push(item.clone());
        }
    }
}

/// The items of an array; what is none becomes an empty one.
fn array(value: &mut Value) -> &mut Vec<Value> {
    if !value.is_array() {
        *value = Value::Array(Vec::new());
    }
    value.as_array_mut().expect("it has just been made one")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn node(id: &str, dependencies: &[&str]) -> Value {
        let deps: Vec<Value> = dependencies.iter().map(|id| json!({ "pkg": id })).collect();
        json!({ "id": id, "dependencies": dependencies, "deps": deps })
    }

    #[test]
    fn a_preloaded_crate_keeps_what_it_shows_and_a_users_crate_keeps_all() {
        let package = |id: &str, visible: Value| json!({ "id": id, "name": id, "metadata": { "notebook": visible } });
        let mut metadata = json!({
            "packages": [
                package("ctx", Value::Null), package("nn-lib", json!({ "visible": ["ndarray", "num"] })),
                package("ndarray", Value::Null), package("num", Value::Null), package("png", Value::Null),
                package("matrix", Value::Null),
                package("regex", json!({ "visible": [] })), package("memchr", Value::Null)
            ],
            "resolve": { "root": "ctx", "nodes": [
                node("ctx", &["nn-lib", "regex"]), node("nn-lib", &["ndarray", "png"]),
                node("ndarray", &["num", "matrix"]), node("num", &[]), node("png", &[]), node("matrix", &[]),
                node("regex", &["memchr"]), node("memchr", &[])
            ] }
        });
        cut_packages(&mut metadata, |name| name == "nn-lib");
        let names = |list: &Value| -> Vec<String> {
            list.as_array()
                .unwrap()
                .iter()
                .map(|item| text(&item["id"]))
                .collect()
        };
        let kept = ["ctx", "nn-lib", "ndarray", "num", "regex", "memchr"];
        assert_eq!(names(&metadata["packages"]), kept);
        assert_eq!(names(&metadata["resolve"]["nodes"]), kept);
        assert_eq!(
            metadata["resolve"]["nodes"][1],
            node("nn-lib", &["ndarray"])
        );
    }

    #[test]
    fn the_crates_of_a_notebook_join_the_cells_without_what_macros_are_compiled_from() {
        let package =
            |id: &str, kind: &str| json!({ "id": id, "name": id, "targets": [{ "kind": [kind] }] });
        let needs = |id: &str, kind: Value| json!({ "name": id, "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let node = |id: &str, deps: &[Value]| json!({ "id": id, "deps": deps, "features": [] });
        let mut cells = json!({
            "packages": [package("ctx", "lib"), package("nn-lib", "lib")],
            "resolve": { "root": "ctx", "nodes": [
                node("ctx", &[needs("nn-lib", Value::Null)]), node("nn-lib", &[])
            ] }
        });
        let mut crates = json!({
            "packages": [
                package("notebook", "lib"), package("serde", "lib"), package("derive", "proc-macro"),
                package("syn", "lib"), package("cc", "lib")
            ],
            "resolve": { "root": "notebook", "nodes": [
                node("notebook", &[needs("serde", Value::Null)]),
                node("serde", &[needs("derive", Value::Null), needs("cc", "build".into())]),
                node("derive", &[needs("syn", Value::Null)]), node("syn", &[]), node("cc", &[])
            ] }
        });
        join_answers(&mut cells, &mut crates);
        let ids = |list: &mut Value| -> Vec<String> {
            array(list).iter().map(|item| text(&item["id"])).collect()
        };
        assert_eq!(
            ids(&mut cells["packages"]),
            ["ctx", "nn-lib", "serde", "derive"]
        );
        let root = &mut cells["resolve"]["nodes"][0]["deps"];
        let names: Vec<String> = array(root).iter().map(|dep| text(&dep["pkg"])).collect();
        assert_eq!(names, ["nn-lib", "serde"]);
    }

    #[test]
    fn an_answer_without_dependencies_stays_as_it_is() {
        let mut metadata = json!({ "packages": [{ "id": "ctx", "name": "ctx" }], "resolve": null });
        let before = metadata["packages"].clone();
        cut_packages(&mut metadata, |_| true);
        assert_eq!(metadata["packages"], before);
    }
}
