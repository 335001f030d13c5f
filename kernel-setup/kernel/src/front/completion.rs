//! What can follow the cursor.

use super::wire::Request;
use crate::engine::Engine;
use serde_json::{Value, json};

/// The content of a `complete_reply`, from the engine.
pub fn reply(engine: &mut Engine, request: &Request) -> Value {
    let code = request.text("code");
    let cursor = cursor(request);
    let Some(found) = engine.completions(code, to_bytes(code, cursor)) else {
        return json!({
            "status": "ok", "matches": [], "cursor_start": cursor, "cursor_end": cursor,
            "metadata": {}
        });
    };
    let start = to_characters(code, found.start_offset);
    let end = to_characters(code, found.end_offset);
    let mut seen = std::collections::HashSet::new();
    let mut items: Vec<_> = found
        .completions
        .iter()
        .filter(|item| seen.insert(&item.code) && !internal(&item.code))
        .collect();
    // The engine gives them in no order that helps, and private fields with the rest.
    items.sort_by_key(|item| (rank(&item.code, item.kind), item.code.to_lowercase()));
    let types: Vec<Value> = items
        .iter()
        .map(|item| {
            json!({
                "start": start, "end": end, "text": item.code, "type": item.kind,
                "signature": item.label
            })
        })
        .collect();
    let matches: Vec<&str> = items.iter().map(|item| item.code.as_str()).collect();
    json!({
        "status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
        "metadata": { "_jupyter_types_experimental": types }
    })
}

/// The content of a `complete_reply` while a cell runs: the known names that begin alike.
pub fn by_name(names: &[String], request: &Request) -> Value {
    let code = request.text("code");
    let cursor = cursor(request);
    let before = &code[..to_bytes(code, cursor)];
    let word = before
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default();
    let start = cursor - word.chars().count();
    // After a dot only the engine knows what may follow.
    let after_dot = before[..before.len() - word.len()].ends_with('.');
    let matches: Vec<&String> = names
        .iter()
        .filter(|name| !after_dot && !word.is_empty() && name.starts_with(word))
        .collect();
    json!({
        "status": "ok", "matches": matches, "cursor_start": start, "cursor_end": cursor,
        "metadata": {}
    })
}

/// The cursor, in characters from the start of the code.
pub fn cursor(request: &Request) -> usize {
    let length = request.text("code").chars().count();
    let cursor = request.number("cursor_pos").unwrap_or(0);
    usize::try_from(cursor).unwrap_or(0).min(length)
}

/// The byte at which a character begins.
pub fn to_bytes(code: &str, characters: usize) -> usize {
    code.char_indices()
        .nth(characters)
        .map_or(code.len(), |(at, _)| at)
}

fn to_characters(code: &str, bytes: usize) -> usize {
    code[..code.floor_char_boundary(bytes)].chars().count()
}

/// Methods and functions first, then fields and other names, then what every type has.
fn rank(code: &str, kind: &str) -> u8 {
    const EVERY_TYPE: [&str; 14] = [
        "borrow",
        "borrow_mut",
        "clone",
        "clone_from",
        "clone_into",
        "eq",
        "fmt",
        "from",
        "into",
        "ne",
        "to_owned",
        "try_from",
        "try_into",
        "type_id",
    ];
    let name = code.split('(').next().unwrap_or_default();
    match (EVERY_TYPE.contains(&name), kind) {
        (true, _) => 2,
        (false, "function") => 0,
        (false, _) => 1,
    }
}

fn internal(name: &str) -> bool {
    name.contains("evcxr") || name.contains("Evcxr") || name.contains("rust_nn_runtime")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_own_methods_come_before_what_every_type_has() {
        let mut names = ["into()", "seed", "fit(x, y, options)", "add(part)"];
        let kind = |name: &str| match name.contains('(') {
            true => "function",
            false => "instance",
        };
        names.sort_by_key(|name| (rank(name, kind(name)), name.to_lowercase()));
        assert_eq!(names, ["add(part)", "fit(x, y, options)", "seed", "into()"]);
    }

    #[test]
    fn offsets_count_characters() {
        let code = "\"é🦀\".";
        assert_eq!(to_bytes(code, 5), 9);
        assert_eq!(to_characters(code, 9), 5);
        assert_eq!(to_bytes(code, 99), code.len());
    }
}
