//! What stands around controls in words of ours, in the reader's language.

use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The variable with the words: an object in JSON, from each English text to the one that takes its place.
const WORDS: &str = "NN_LIB_WORDS";

static GIVEN: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let given = std::env::var(WORDS).unwrap_or_default();
    serde_json::from_str(&given).unwrap_or_default()
});

/// The English text, or what stands for it in the reader's language.
pub fn word(english: &str) -> &str {
    GIVEN
        .get(english)
        .and_then(Value::as_str)
        .unwrap_or(english)
}
