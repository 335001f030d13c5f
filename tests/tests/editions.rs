//! The chapter in other languages: the same cells, the same code but for its words, and nothing that lags behind.

use std::fs;
use std::path::Path;
use std::process::Command;

use classroom_tests::editions::{each_pair, editions, fenced, notebooks, read, source};
use classroom_tests::kernel::repository;
use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind, tokenize};
use serde_json::Value;

/// What code is without its words: comments are gone, and of a text its placeholders stay.
fn skeleton(code: &str) -> Vec<String> {
    let mut place = 0;
    let mut parts = Vec::new();
    for token in tokenize(code, FrontmatterAllowed::No) {
        let text = &code[place..place + token.len as usize];
        place += token.len as usize;
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. } => (),
            TokenKind::Literal {
                kind: LiteralKind::Str { .. } | LiteralKind::RawStr { .. },
                ..
            } => {
                let mut holes: Vec<&str> = text
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}'))
                    .map(|(hole, _)| hole)
                    .collect();
                // In another language a sentence has another order.
                holes.sort_unstable();
                parts.push(format!("a text with {holes:?}"));
            }
            _ => parts.push(text.to_owned()),
        }
    }
    parts
}

/// The levels of the headings in a text, which is not that of a code block.
fn headings(text: &str) -> Vec<usize> {
    let mut inside = false;
    let mut levels = Vec::new();
    for line in text.lines() {
        inside ^= line.starts_with("```");
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if !inside && level > 0 && line[level..].starts_with(' ') {
            levels.push(level);
        }
    }
    levels
}

#[test]
fn every_edition_has_the_notebooks_of_the_english_one_and_a_glossary() {
    let english = notebooks(&repository().join("notebooks"));
    for edition in editions() {
        assert_eq!(notebooks(&edition), english, "{}", edition.display());
        for file in ["README.md", "GLOSSARY.md"] {
            assert!(edition.join(file).is_file(), "{}/{file}", edition.display());
        }
        for name in english.iter() {
            let notebook = read(&edition.join(name));
            let folder = edition.file_name().unwrap().to_string_lossy();
            assert_eq!(notebook["metadata"]["lang"], *folder, "{name}");
        }
    }
}

#[test]
fn every_edition_has_the_same_cells_in_the_same_order() {
    for edition in editions() {
        for name in notebooks(&edition) {
            let cells = |path: &Path| -> Vec<String> {
                let notebook = read(path);
                let cells = notebook["cells"].as_array().unwrap().iter();
                cells
                    .map(|cell| format!("{} {}", cell["cell_type"], cell["id"]))
                    .collect()
            };
            assert_eq!(
                cells(&edition.join(&name)),
                cells(&repository().join("notebooks").join(&name)),
                "{name}: python3 tests/follow.py ko --take"
            );
        }
    }
}

/// What is not translated yet stands there in English, and whoever reads it sees so. What was translated must follow.
#[test]
fn every_translated_cell_was_written_from_the_english_cell_as_it_is() {
    for edition in editions() {
        let language = edition.file_name().unwrap().to_owned();
        let output = Command::new("python3")
            .arg(repository().join("tests/follow.py"))
            .arg(language)
            .output()
            .unwrap();
        assert!(output.stderr.is_empty(), "{output:?}");
        let listed = String::from_utf8_lossy(&output.stdout);
        let behind: Vec<&str> = listed
            .lines()
            .filter(|line| !line.ends_with("is not translated yet"))
            .collect();
        assert!(
            behind.is_empty(),
            "these cells must follow the English ones:\n{}",
            behind.join("\n")
        );
    }
}

#[test]
fn code_is_the_same_but_for_texts_and_comments() {
    each_pair(|place, english, translated| {
        let (english_text, text) = (source(english), source(translated));
        if english["cell_type"] == "code" {
            assert_eq!(skeleton(&text), skeleton(&english_text), "{place}");
        }
        let (expected, found) = (fenced(&english_text), fenced(&text));
        assert_eq!(found.len(), expected.len(), "{place}: code blocks");
        for ((language, code), (_, expected)) in found.iter().zip(&expected) {
            match language.as_str() {
                "rust" => assert_eq!(skeleton(code), skeleton(expected), "{place}"),
                _ => assert_eq!(code.lines().count(), expected.lines().count(), "{place}"),
            }
        }
    });
}

#[test]
fn headings_folds_links_formulas_and_metadata_are_the_same() {
    each_pair(|place, english, translated| {
        let (expected, found) = (source(english), source(translated));
        assert_eq!(headings(&found), headings(&expected), "{place}: headings");
        for part in [
            "<details>",
            "</details>",
            "<summary>",
            "](",
            "\n| ",
            "![",
            "$$",
            "<kbd>",
        ] {
            let count = |text: &str| text.matches(part).count();
            assert_eq!(count(&found), count(&expected), "{place}: {part}");
        }
        let mut metadata = translated["metadata"].clone();
        metadata.as_object_mut().unwrap().remove("follows");
        assert_eq!(metadata, english["metadata"], "{place}");
        let names = |cell: &Value| -> Vec<String> {
            cell["attachments"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect()
        };
        assert_eq!(names(translated), names(english), "{place}");
    });
}

/// Any text of the code may become one of a chart.
#[test]
fn the_charts_fonts_have_every_letter_of_the_code() {
    each_pair(|place, english, translated| {
        if english["cell_type"] == "code" {
            let missing = nn_lib::plot::missing_letters(&source(translated));
            assert!(missing.is_empty(), "{place}: {missing:?}");
        }
    });
}

#[test]
fn the_tool_takes_over_new_cells_drops_old_ones_and_tells_what_is_left() {
    let place = tempfile::tempdir().unwrap();
    let tool = place.path().join("tests/follow.py");
    let (english, edition) = (
        place.path().join("notebooks/1.ipynb"),
        place.path().join("notebooks/de/1.ipynb"),
    );
    fs::create_dir_all(tool.parent().unwrap()).unwrap();
    fs::create_dir_all(english.parent().unwrap()).unwrap();
    fs::copy(repository().join("tests/follow.py"), &tool).unwrap();
    let notebook = |cells: &[(&str, &str)]| {
        let cells: Vec<Value> = cells
            .iter()
            .map(|(id, text)| serde_json::json!({ "cell_type": "markdown", "id": id, "metadata": {}, "source": [text] }))
            .collect();
        fs::write(
            &english,
            serde_json::json!({ "cells": cells, "metadata": {}, "nbformat": 4 }).to_string(),
        )
        .unwrap();
    };
    let follow = |arguments: &[&str]| {
        let output = Command::new("python3")
            .arg(&tool)
            .args(arguments)
            .output()
            .unwrap();
        let said =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.success(), said)
    };
    notebook(&[("a", "one"), ("b", "two")]);
    let (good, said) = follow(&["de"]);
    assert!(!good && said.contains("--take makes it"), "{said}");
    let (good, said) = follow(&["de", "--take"]);
    assert!(
        !good && said.lines().count() == 2 && said.contains("cell a: is not translated yet"),
        "{said}"
    );
    assert_eq!(read(&edition)["metadata"]["lang"], "de");
    assert!(
        follow(&["de", "--done", "a"])
            .1
            .contains("cell b: is not translated yet")
    );
    assert_eq!(follow(&["de", "--done"]), (true, String::new()));
    notebook(&[("c", "new"), ("a", "one, changed")]);
    let (good, said) = follow(&["de"]);
    assert!(!good, "{said}");
    for line in [
        "cell c: is new",
        "cell a: has changed in English",
        "cell b: is gone in English",
    ] {
        assert!(said.contains(line), "no {line:?} in {said}");
    }
    follow(&["de", "--take"]);
    let cells = read(&edition)["cells"].clone();
    assert_eq!(
        (
            &cells[0]["id"],
            &cells[1]["id"],
            cells.as_array().unwrap().len()
        ),
        (&"c".into(), &"a".into(), 2)
    );
    let (good, said) = follow(&["de", "--done", "x"]);
    assert!(!good && said.contains("no cell has the name x"), "{said}");
}

#[test]
fn a_changed_number_or_name_in_the_code_is_found_and_a_changed_word_is_not() {
    let code = "let x = f(\"one {n} {:.3}\", 4); // a word\nx";
    assert_eq!(
        skeleton(code),
        skeleton("let x = f(\"{:.3} 하나 {n}\", 4); // 낱말\nx")
    );
    for other in [
        "let x = f(\"one {n}\", 4);\nx",
        "let x = f(\"one {n} {:.3}\", 5);\nx",
        "let y = f(\"one {n} {:.3}\", 4);\nx",
    ] {
        assert_ne!(skeleton(code), skeleton(other), "{other}");
    }
}
