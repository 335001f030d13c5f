//! The words of the chapter in other languages: nothing left out, nothing left in English, the glossary's words alone.

use std::fs;

use classroom_tests::editions::{each_pair, editions, notebooks, read, source};
use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind, tokenize};
use serde_json::Value;

/// Whether somebody has translated this cell; one that was only taken over says so in its metadata.
fn is_translated(cell: &Value) -> bool {
    cell["metadata"]["follows"].is_string()
}

/// The comments of a cell of code, and its texts with placeholders.
fn words(code: &str) -> Vec<&str> {
    let mut place = 0;
    let mut found = Vec::new();
    for token in tokenize(code, FrontmatterAllowed::No) {
        let text = &code[place..place + token.len as usize];
        place += token.len as usize;
        match token.kind {
            TokenKind::LineComment { .. } => found.push(text),
            TokenKind::Literal {
                kind: LiteralKind::Str { .. },
                ..
            } if text.contains('{') => found.push(text),
            _ => (),
        }
    }
    found
}

/// Two words of small letters, one after the other, beside the placeholders.
fn is_a_phrase(text: &str) -> bool {
    let outside: String = text
        .split('{')
        .map(|part| part.split_once('}').map_or(part, |(_, after)| after))
        .collect();
    let is_word = |word: &str| word.bytes().all(|letter| letter.is_ascii_lowercase());
    let words: Vec<&str> = outside.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| pair.iter().all(|word| is_word(word)))
}

/// The paragraphs of a text: what stands between empty lines, where a block of code is one.
fn paragraphs(text: &str) -> usize {
    let (mut inside, mut within, mut count) = (false, false, 0);
    for line in text.lines() {
        inside ^= line.starts_with("```");
        let empty = line.trim().is_empty() && !inside;
        count += usize::from(!empty && !within);
        within = !empty;
    }
    count
}

/// A line of text in which code and formulas are but letters.
fn without_code(line: &str) -> String {
    let mut open = None;
    line.chars()
        .map(|letter| match (open, letter) {
            (None, '`' | '$') => {
                open = Some(letter);
                'x'
            }
            (Some(mark), _) => {
                if letter == mark {
                    open = None;
                }
                'x'
            }
            (None, _) => letter,
        })
        .collect()
}

/// The places where `*` should end what is stressed and does not: after a bracket or a quotation mark a letter follows.
fn unclosed(line: &str) -> Vec<String> {
    let letters: Vec<char> = without_code(line).chars().collect();
    let (mut open, mut found, mut place) = (false, Vec::new(), 0);
    while place < letters.len() {
        let stars = letters[place..]
            .iter()
            .take_while(|letter| **letter == '*')
            .count();
        if stars == 0 {
            place += 1;
            continue;
        }
        let (before, after) = (
            place.checked_sub(1).map(|k| letters[k]),
            letters.get(place + stars),
        );
        if open
            && before.is_some_and(|letter| letter.is_ascii_punctuation())
            && after.is_some_and(|letter| letter.is_alphanumeric())
        {
            found.push(
                letters[place.saturating_sub(20)..place + stars]
                    .iter()
                    .collect(),
            );
        }
        open = !open;
        place += stars;
    }
    found
}

#[test]
fn no_paragraph_is_left_out() {
    each_pair(|place, english, translated| {
        if is_translated(translated) && english["cell_type"] == "markdown" {
            let (text, expected) = (source(translated), source(english));
            assert_eq!(paragraphs(&text), paragraphs(&expected), "{place}:\n{text}");
        }
    });
}

#[test]
fn comments_and_sentences_in_code_are_translated() {
    each_pair(|place, english, translated| {
        if is_translated(translated) && english["cell_type"] == "code" {
            let (text, original) = (source(translated), source(english));
            let before = words(&original);
            for left in words(&text) {
                let is_left = is_a_phrase(left) && before.contains(&left);
                assert!(!is_left, "{place} still says in English: {left}");
            }
        }
    });
}

#[test]
fn what_is_stressed_ends_where_it_should() {
    each_pair(|place, _, translated| {
        if translated["cell_type"] == "markdown" {
            let mut inside = false;
            for line in source(translated).lines() {
                inside ^= line.starts_with("```");
                let found = if inside { Vec::new() } else { unclosed(line) };
                assert!(found.is_empty(), "{place}: {found:?}");
            }
        }
    });
}

/// A glossary strikes words out that an edition does not use: `~~word~~`.
#[test]
fn no_word_occurs_that_the_glossary_strikes_out() {
    for edition in editions() {
        let glossary = fs::read_to_string(edition.join("GLOSSARY.md")).unwrap();
        let struck: Vec<&str> = glossary.split("~~").skip(1).step_by(2).collect();
        assert_eq!(glossary.matches("~~").count(), 2 * struck.len());
        let mut texts = vec![(
            "README.md".to_owned(),
            fs::read_to_string(edition.join("README.md")).unwrap(),
        )];
        for name in notebooks(&edition) {
            for cell in read(&edition.join(&name))["cells"].as_array().unwrap() {
                texts.push((format!("{name}, cell {}", cell["id"]), source(cell)));
            }
        }
        for (place, text) in &texts {
            for word in &struck {
                assert!(
                    !text.contains(word),
                    "{}/{place} says {word}",
                    edition.display()
                );
            }
        }
    }
}

#[test]
fn these_checks_find_what_they_are_for() {
    assert_eq!(paragraphs("one\ntwo\n\n```text\na\n\nb\n```\n\nthree"), 3);
    assert!(is_a_phrase("\"{:?}, {:.0} ones in a row\"") && is_a_phrase("// how often"));
    assert!(!is_a_phrase("\"{:.1} ms\"") && !is_a_phrase("// 진짜 숫자"));
    assert_eq!(words("f(\"a {n}\", \"b\"); // c"), ["\"a {n}\"", "// c"]);
    for good in [
        "*하나*를 `a*b`(*c*)는",
        "*(하나)* 를",
        "**둘**(two)입니다",
        "(*셋*)은",
    ] {
        assert!(unclosed(good).is_empty(), "{good}");
    }
    for bad in ["*Rust (nn-lib)*를", "**\"둘\"**이라는 `x`"] {
        assert_eq!(unclosed(bad).len(), 1, "{bad}");
    }
}
