//! What a name stands for: a variable's type and value's documentation, a function, a type.

use super::completion::{cursor, to_bytes};
use super::documentation;
use super::inspection_site::{name_to_describe, questions};
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

/// A description of what the reader asks about at the byte `position`, as a bundle of types.
pub fn describe(engine: &mut Engine, code: &str, position: usize) -> Option<Map<String, Value>> {
    let name = name_to_describe(code, position)?;
    let text = &code[name.start..name.end];
    let variable = engine
        .variables()
        .into_iter()
        .find(|(variable, _)| variable == text && !name.is_member(code));
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
        None => questions(code, name)
            .iter()
            .find_map(|question| named(engine, question)),
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

/// The documentation of the name that ends a piece of code.
fn named(engine: &mut Engine, code: &str) -> Option<(String, String)> {
    // The engine knows a method only as the beginning of a call.
    let call = format!("{code}(");
    let is_path = !code.contains('.');
    if !is_path && let Some(found) = engine.describe(&call, call.len()) {
        return Some(found);
    }
    engine.describe(code, code.len())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
