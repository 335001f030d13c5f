//! What can follow the cursor.

use super::complete_code::closing;
use super::completion_order::Order;
use super::completion_site::{self, Site};
use super::wire::Request;
use crate::engine::Engine;
use evcxr::Completions;
use serde_json::{Value, json};
use std::collections::HashSet;

/// The content of a `complete_reply`: from the engine, or else the known names that begin alike.
///
/// `is_private` says of the name of a method or field whether no cell can use it.
pub fn reply(
    engine: &mut Engine,
    names: &[String],
    is_private: &dyn Fn(&str) -> bool,
    request: &Request,
) -> Value {
    let code = request.text("code");
    let position = to_bytes(code, cursor(request));
    match complete(engine, is_private, code, position) {
        Some(found) => found.reply(code),
        None => by_name(names, request),
    }
}

/// A name, what kind of thing it is, and how it is declared.
struct Item {
    name: String,
    kind: &'static str,
    signature: String,
}

/// Names that can stand at a place.
struct Found {
    items: Vec<Item>,
    start: usize,
    end: usize,
}

/// Asks the engine: for the name apart from what is around it, as it stands, after an iterator, and before a name.
fn complete(
    engine: &mut Engine,
    is_private: &dyn Fn(&str) -> bool,
    code: &str,
    position: usize,
) -> Option<Found> {
    let mut start = completion_site::name_at(code, position).0;
    // The engine's own commands begin with a colon.
    let line = code[..start].lines().last().unwrap_or_default();
    if line.trim_start() == ":" {
        start -= 1;
    }
    let word = &code[start..position];
    let is_member = completion_site::follows_dot_or_path(&code[..start]);
    let order = match is_member {
        true => Order::Members,
        false => Order::Names(engine.own_names()),
    };
    let mut ask = |site: Site| {
        let found = engine.completions(&site.code, site.position)?;
        let mut items = items(&found, word, &order);
        if is_member {
            items.retain(|item| !is_private(&item.name));
        }
        (!items.is_empty()).then_some(Found {
            items,
            start,
            end: position,
        })
    };
    // A bracket is closed last, and within a macro or a function rust-analyzer understands nothing before.
    let code = &format!("{code}{}", closing(code));
    let apart = completion_site::apart(code, position).and_then(&mut ask);
    let as_it_stands = || Site {
        code: code.to_owned(),
        position,
    };
    apart
        .or_else(|| ask(as_it_stands()))
        .or_else(|| ask(completion_site::after_iterator(code, position)?))
        .or_else(|| ask(completion_site::before_a_name(code, position)?))
}

/// The names among what the engine has found that begin with a word, in an order that helps.
fn items(found: &Completions, word: &str, order: &Order) -> Vec<Item> {
    let mut items: Vec<Item> = found
        .completions
        .iter()
        .filter(|item| !internal(&item.code))
        .map(|item| Item {
            name: name(&item.code).to_owned(),
            kind: item.kind,
            signature: item.label.clone(),
        })
        .filter(|item| !item.name.is_empty() && item.name.starts_with(word))
        .collect();
    // The engine gives them in no order that helps.
    items.sort_by_cached_key(|item| (order.rank(&item.name, item.kind), item.name.to_lowercase()));
    let mut seen = HashSet::new();
    items.retain(|item| seen.insert(item.name.clone()));
    items
}

impl Found {
    fn reply(&self, code: &str) -> Value {
        let start = to_characters(code, self.start);
        let end = to_characters(code, self.end);
        let matches: Vec<&str> = self.items.iter().map(|item| item.name.as_str()).collect();
        let types = self.items.iter().map(|item| {
            json!({
                "start": start, "end": end, "text": item.name, "type": item.kind,
                "signature": item.signature
            })
        });
        json!({
            "status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
            "metadata": { "_jupyter_types_experimental": types.collect::<Vec<Value>>() }
        })
    }
}

/// The name at the start of what the engine would insert: without arguments to be deleted, or a body to be filled in.
fn name(code: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '!' | '#' | '\'');
    let end = code.find(|c| !is_part(c)).unwrap_or(code.len());
    code[..end].trim_end_matches(':')
}

/// The content of a `complete_reply` with the known names that begin alike: while a cell runs, or where the engine
/// finds nothing.
pub fn by_name(names: &[String], request: &Request) -> Value {
    let code = request.text("code");
    let position = to_bytes(code, cursor(request));
    let (start, _) = completion_site::name_at(code, position);
    let word = &code[start..position];
    // After a dot or a path only the engine knows what may follow.
    let alone = !completion_site::follows_dot_or_path(&code[..start]);
    let mut matches: Vec<&String> = names
        .iter()
        .filter(|name| alone && !word.is_empty() && name.starts_with(word))
        .collect();
    matches.sort();
    matches.dedup();
    json!({
        "status": "ok", "matches": matches, "cursor_start": to_characters(code, start),
        "cursor_end": to_characters(code, position), "metadata": {}
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

fn internal(name: &str) -> bool {
    name.contains("evcxr") || name.contains("Evcxr") || name.contains("rust_nn_runtime")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_inserted_without_words_to_delete() {
        for (code, inserted) in [
            ("with_capacity(capacity)", "with_capacity"),
            ("println!()", "println!"),
            ("collections::", "collections"),
            ("Activation::Relu", "Activation::Relu"),
            ("if  {\n    \n}", "if"),
            ("r#type", "r#type"),
            ("훈련(x)", "훈련"),
            ("&mut x", ""),
        ] {
            assert_eq!(name(code), inserted);
        }
    }

    #[test]
    fn offsets_count_characters() {
        let code = "\"é🦀\".";
        assert_eq!(to_bytes(code, 5), 9);
        assert_eq!(to_characters(code, 9), 5);
        assert_eq!(to_bytes(code, 99), code.len());
    }
}
