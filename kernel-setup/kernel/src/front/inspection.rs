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
    let questions = questions(code, &name);
    let (text, page) = questions.iter().find_map(|code| named(engine, code))?;
    let name = &code[name];
    let Some(kind) = type_of_variable(&text, name) else {
        return Some(bundle(documentation::tidy(&page)));
    };
    let mut html = format!("<pre>let {name}: {}</pre>", escape(kind));
    // The documentation of a variable is that of its type.
    let path = kind.trim_start_matches('&').trim_start_matches("mut ");
    let path = path.split('<').next().unwrap_or(path);
    if let Some((_, page)) = engine.describe(path, path.len()) {
        html.push_str(&documentation::tidy(&page));
    }
    Some(bundle(html))
}

/// The type in a description of a variable: `let mut n: i32`, or `n: i32` for one of an earlier cell or a parameter.
fn type_of_variable<'a>(description: &'a str, name: &str) -> Option<&'a str> {
    let line = description.lines().next()?;
    let declared = line.trim_start_matches("let ").trim_start_matches("mut ");
    let kind = declared.strip_prefix(name)?.strip_prefix(": ")?;
    Some(kind.trim())
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

#[cfg(test)]
mod tests {
    use super::type_of_variable;

    #[test]
    fn a_variable_is_told_from_a_field_and_a_constant() {
        for (description, kind) in [
            ("let x: Vec<f32>\n\nsize = 24", Some("Vec<f32>")),
            ("let mut x: &str", Some("&str")),
            ("mut x: Tensor", Some("Tensor")),
            ("x: usize", Some("usize")),
            ("nn_lib::Fit\n\npub x: usize", None),
            ("const x: f32 = 1.0", None),
            ("xs: usize", None),
        ] {
            assert_eq!(type_of_variable(description, "x"), kind, "{description}");
        }
    }
}
