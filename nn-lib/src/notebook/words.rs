//! What the library says around exercises and controls, in the language of the notebook.
//!
//! The words lie in `assets/words.json`: for each language an object, from the English text to the one that takes its
//! place. Messages of errors are not among them: they stay English, since that is how a reader finds help.

use serde_json::{Map, Value};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// The variable with the language's short name, `ko`; whoever starts a notebook's process may set it.
const LANGUAGE: &str = "NN_LIB_LANGUAGE";
/// The variable by which Jupyter's server tells a kernel the path of its notebook.
const NOTEBOOK: &str = "JPY_SESSION_NAME";

/// From each English text to the one in the notebook's language; empty in English.
static WORDS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let given = std::env::var(LANGUAGE).ok();
    let named = || language_of(Path::new(&std::env::var_os(NOTEBOOK)?));
    let language = given.filter(|name| !name.is_empty()).or_else(named);
    language.map(|name| table(&name)).unwrap_or_default()
});

/// The English text, or what stands for it in the notebook's language.
pub(super) fn word(english: &str) -> &str {
    in_words(&WORDS, english)
}

/// Finds out the language as long as the notebook's file has the name that the kernel was started with.
pub(super) fn find_language() {
    LazyLock::force(&WORDS);
}

fn in_words<'a>(words: &'a Map<String, Value>, english: &'a str) -> &'a str {
    words
        .get(english)
        .and_then(Value::as_str)
        .unwrap_or(english)
}

/// The words of a language; those of `pt`, where there are none of `pt-BR`.
fn table(language: &str) -> Map<String, Value> {
    let mut tables: Map<String, Value> =
        serde_json::from_str(include_str!("../../assets/words.json"))
            .expect("a test reads the file");
    let general = language.split('-').next().unwrap_or_default();
    match tables.remove(language).or_else(|| tables.remove(general)) {
        Some(Value::Object(words)) => words,
        _ => Map::new(),
    }
}

/// The language that a notebook's metadata names as "lang".
fn language_of(notebook: &Path) -> Option<String> {
    let notebook: Value = serde_json::from_slice(&fs::read(notebook).ok()?).ok()?;
    Some(notebook["metadata"]["lang"].as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_its_words_and_an_unknown_one_the_english_ones() {
        assert_eq!(in_words(&table("ko"), "right."), "맞았습니다.");
        assert_eq!(in_words(&table("ko-KR"), "right."), "맞았습니다.");
        for english in ["en", "tlh", ""] {
            assert_eq!(in_words(&table(english), "right."), "right.");
        }
        assert_eq!(in_words(&table("ko"), "no such text"), "no such text");
    }

    #[test]
    fn a_notebook_says_its_language_in_its_metadata() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let says = |text: &str| {
            std::fs::write(file.path(), text).unwrap();
            language_of(file.path())
        };
        assert_eq!(
            says(r#"{"cells": [], "metadata": {"lang": "ko"}}"#).as_deref(),
            Some("ko")
        );
        assert_eq!(says(r#"{"cells": [], "metadata": {}}"#), None);
        assert_eq!(says("no notebook"), None);
        assert_eq!(language_of(Path::new("gone.ipynb")), None);
    }

    /// Each text that the library asks for stands in each table, and no table has a text that nobody asks for.
    #[test]
    fn every_table_has_just_the_words_that_are_asked_for() {
        let sources = [
            include_str!("check/verdict.rs"),
            include_str!("explore/page/markup.rs"),
            include_str!("explore/question.rs"),
            include_str!("explore/live/desk.rs"),
            include_str!("explore/live/panel.rs"),
        ]
        .concat();
        let asked = sources.matches("word(").count();
        let tables: Map<String, Value> =
            serde_json::from_str(include_str!("../../assets/words.json")).unwrap();
        let names =
            |table: &Value| -> Vec<String> { table.as_object().unwrap().keys().cloned().collect() };
        let all = names(&tables["ko"]);
        assert!(
            all.len() > 15 && all.len() <= asked,
            "{} {asked}",
            all.len()
        );
        for (language, table) in &tables {
            assert_eq!(names(table), all, "{language}");
            for (english, text) in table.as_object().unwrap() {
                let text = text.as_str().unwrap();
                assert!(sources.contains(&format!("\"{english}\"")), "{english}");
                assert!(!text.trim().is_empty(), "{language}: {english}");
                let holes = |text: &str| text.matches("{}").count();
                assert_eq!(holes(text), holes(english), "{language}: {english}");
            }
        }
    }
}
