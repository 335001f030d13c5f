//! What was learned, in a file of JSON.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::files::write_whole;

const VERSION: u64 = 1;

/// Writes `{"class_name": …, "config": …}`, as Keras describes a layer.
pub(super) fn save(path: &Path, class: &str, config: Value) -> Result<()> {
    let description = json!({ "class_name": class, "config": config, "nn-lib": VERSION });
    write_whole(path, format!("{description:#}\n").as_bytes())
}

/// Reads what [`save`] has written for this class.
pub(super) fn load<T>(
    path: &Path,
    class: &str,
    read: impl FnOnce(&Value) -> Result<T, String>,
) -> Result<T> {
    let content = fs::read(path).map_err(|source| Error::io("read", path, source))?;
    let config = || {
        let value: Value =
            serde_json::from_slice(&content).map_err(|problem| problem.to_string())?;
        match value["class_name"].as_str() {
            Some(found) if found == class => {}
            Some(found) => return Err(format!("it describes a {found}, not a {class}")),
            None => return Err(format!("it does not describe a {class}")),
        }
        match value["nn-lib"].as_u64() {
            Some(VERSION) => read(&value["config"]),
            Some(other) => Err(format!(
                "it is of version {other}, and this nn-lib reads version {VERSION}"
            )),
            None => Err("it names no version of nn-lib".to_string()),
        }
    };
    config().map_err(|problem| Error::Format {
        path: path.to_path_buf(),
        format: "description (JSON)",
        problem,
        hint: format!("take the file that {class}'s save has written, or adapt and save again"),
    })
}

/// The texts of a JSON list.
pub(super) fn texts(value: &Value, name: &str) -> Result<Vec<String>, String> {
    let texts = value[name].as_array().map(|list| {
        let texts = list.iter().map(|text| text.as_str().map(str::to_string));
        texts.collect::<Option<Vec<String>>>()
    });
    texts
        .flatten()
        .ok_or_else(|| format!("its {name} is not a list of texts"))
}

/// A whole number that may be missing (`null`).
pub(super) fn optional_number(value: &Value, name: &str) -> Result<Option<usize>, String> {
    match &value[name] {
        Value::Null => Ok(None),
        number => match number.as_u64() {
            Some(number) => Ok(Some(number as usize)),
            None => Err(format!("its {name} is not a whole number")),
        },
    }
}

/// A text that must be there.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    value[name]
        .as_str()
        .ok_or_else(|| format!("its {name} is not a text"))
}
