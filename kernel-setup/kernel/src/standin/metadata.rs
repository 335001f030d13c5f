//! Cuts the packages that type inference has no use for out of cargo's description.
//!
//! rust-analyzer reads every package that is named to it, and looks for trait implementations in all of them. A cell
//! sees the preloaded crates and, through their signatures, a few of their dependencies: those that a preloaded crate
//! lists as `visible` in `[package.metadata.notebook]` of its manifest. Without such a list it keeps all of them.

use rust_nn_template::cell::Recipe;
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
    let mut edges: HashMap<String, Vec<String>> = HashMap::new();
    for node in array(&mut metadata["resolve"]["nodes"]) {
        let id = text(&node["id"]);
        if let Some(list) = visible.get(&id) {
            let sees = |id: &Value| {
                let name = names.get(id.as_str().unwrap_or_default());
                name.is_some_and(|name| list.iter().any(|visible| visible == name))
            };
            array(&mut node["dependencies"]).retain(sees);
            array(&mut node["deps"]).retain(|dependency| sees(&dependency["pkg"]));
        }
        let dependencies = array(&mut node["dependencies"]).iter().map(text).collect();
        edges.insert(id, dependencies);
    }
    let mut reached: HashSet<String> = HashSet::new();
    let mut waiting = vec![root];
    while let Some(id) = waiting.pop() {
        waiting.extend(edges.remove(&id).unwrap_or_default());
        reached.insert(id);
    }
    let is_reached = |item: &Value| reached.contains(item["id"].as_str().unwrap_or_default());
    array(&mut metadata["packages"]).retain(is_reached);
    array(&mut metadata["resolve"]["nodes"]).retain(is_reached);
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
                package("ctx", Value::Null), package("nn-lib", json!({ "visible": ["ndarray"] })),
                package("ndarray", Value::Null), package("num", Value::Null), package("png", Value::Null),
                package("regex", json!({ "visible": [] })), package("memchr", Value::Null)
            ],
            "resolve": { "root": "ctx", "nodes": [
                node("ctx", &["nn-lib", "regex"]), node("nn-lib", &["ndarray", "png"]),
                node("ndarray", &["num"]), node("num", &[]), node("png", &[]),
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
    fn an_answer_without_dependencies_stays_as_it_is() {
        let mut metadata = json!({ "packages": [{ "id": "ctx", "name": "ctx" }], "resolve": null });
        let before = metadata["packages"].clone();
        cut_packages(&mut metadata, |_| true);
        assert_eq!(metadata["packages"], before);
    }
}
