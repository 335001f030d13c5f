//! What a name stands for: a variable's type and value's documentation, a function, a type.

use super::completion::{cursor, to_bytes};
use super::documentation;
use super::wire::Request;
use crate::engine::Engine;
use serde_json::{Map, Value, json};

/// The content of an `inspect_reply`.
pub fn reply(engine: &mut Engine, request: &Request) -> Value {
    let code = request.text("code");
    match describe(engine, code, to_bytes(code, cursor(request))) {
        Some(data) => json!({ "status": "ok", "found": true, "data": data, "metadata": {} }),
        None => nothing(),
    }
}

/// The reply about something that is not known.
pub fn nothing() -> Value {
    json!({ "status": "ok", "found": false, "data": {}, "metadata": {} })
}

/// A description of the name around the byte `position`, as a bundle of types.
pub fn describe(engine: &mut Engine, code: &str, position: usize) -> Option<Map<String, Value>> {
    let (name, end) = name_at(code, position)?;
    let variable = engine
        .variables()
        .into_iter()
        .find(|(variable, _)| variable == name);
    let mut html = String::new();
    if let Some((name, kind)) = &variable {
        html = format!("<pre>let {name}: {}</pre>", escape(kind));
    }
    let documented = match &variable {
        // The documentation of a variable is that of its type.
        Some((_, kind)) => {
            let path = kind
                .split('<')
                .next()
                .unwrap_or(kind)
                .trim_start_matches('&');
            engine.describe(path, path.len())
        }
        None => named(engine, code, end),
    };
    if let Some((_, page)) = documented {
        html.push_str(&documentation::tidy(&page));
    }
    (!html.is_empty()).then(|| bundle(html))
}

/// The page about a name that the reader asks for: `Dense`, `Dense.activation`, `Sequential::fit`, `model.fit`.
pub fn page(engine: &mut Engine, name: &str) -> Option<Map<String, Value>> {
    if let Some(found) = describe(engine, name, name.len()) {
        return Some(found);
    }
    let name = name.trim_end_matches('!').replace("::", ".");
    let (owner, member) = name.rsplit_once('.')?;
    let owner = owner.replace('.', "::");
    let of_type = format!("{owner}::{member}");
    // What a type has from the one that it dereferences to is known of its values only.
    let of_value = format!("let value: {owner} = todo!(); value.{member}(");
    let (_, page) = engine
        .describe(&of_type, of_type.len())
        .or_else(|| engine.describe(&of_value, of_value.len()))?;
    Some(bundle(documentation::tidy(&page)))
}

fn bundle(html: String) -> Map<String, Value> {
    Map::from_iter([
        ("text/plain".to_owned(), documentation::plain(&html).into()),
        ("text/html".to_owned(), html.into()),
    ])
}

/// The documentation of the name that ends at a byte.
fn named(engine: &mut Engine, code: &str, end: usize) -> Option<(String, String)> {
    let path = &code[..end];
    // The engine knows a method only as the beginning of a call.
    let call = format!("{path}(");
    let is_path = path
        .rsplit('.')
        .next()
        .is_none_or(|last| last.len() == path.len());
    if !is_path && let Some(found) = engine.describe(&call, call.len()) {
        return Some(found);
    }
    engine.describe(path, end)
}

/// The name around a byte, and the byte after it.
fn name_at(code: &str, position: usize) -> Option<(&str, usize)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = code[position..]
        .find(|c| !is_name(c))
        .map_or(code.len(), |at| position + at);
    let start = code[..end].rfind(|c| !is_name(c)).map_or(0, |at| {
        at + code[at..].chars().next().map_or(1, char::len_utf8)
    });
    (start < end).then(|| (&code[start..end], end))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::name_at;

    #[test]
    fn the_name_around_the_cursor_is_found() {
        assert_eq!(name_at("a + model.fit(x)", 10), Some(("fit", 13)));
        assert_eq!(name_at("a + model.fit(x)", 13), Some(("fit", 13)));
        assert_eq!(name_at("é_x", 2), Some(("é_x", 4)));
        assert_eq!(name_at("+ ", 0), None);
        assert_eq!(name_at("", 0), None);
    }
}
