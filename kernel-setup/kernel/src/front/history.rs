//! The cells that have been run, for the arrow keys of `jupyter console`.

use super::wire::Request;
use serde_json::{Value, json};

/// The only session that is kept.
const SESSION: i64 = 1;

/// The cells of this kernel, in order.
#[derive(Default)]
pub struct History(Vec<Entry>);

struct Entry {
    line: i64,
    input: String,
    output: String,
}

impl History {
    /// Adds a cell and the text of its results.
    pub fn add(&mut self, line: usize, input: &str, output: &str) {
        self.0.push(Entry {
            line: i64::try_from(line).unwrap_or(i64::MAX),
            input: input.to_owned(),
            output: output.to_owned(),
        });
    }

    /// The content of a `history_reply`.
    pub fn reply(&self, request: &Request) -> Value {
        let with_output = request.flag("output", false);
        let entries: Vec<Value> = self
            .select(request)
            .into_iter()
            .map(|entry| {
                if with_output {
                    json!([SESSION, entry.line, [entry.input, entry.output]])
                } else {
                    json!([SESSION, entry.line, entry.input])
                }
            })
            .collect();
        json!({ "status": "ok", "history": entries })
    }

    fn select(&self, request: &Request) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = match request.text("hist_access_type") {
            "range" => {
                // Session 0 is this one, -1 the one before.
                if ![0, SESSION].contains(&request.number("session").unwrap_or(0)) {
                    return Vec::new();
                }
                let start = request.number("start").unwrap_or(0);
                let stop = request.number("stop").unwrap_or(i64::MAX);
                return self
                    .0
                    .iter()
                    .filter(|entry| entry.line >= start && entry.line < stop)
                    .collect();
            }
            "search" => {
                let pattern = request.text("pattern");
                self.0
                    .iter()
                    .filter(|entry| matches(pattern, &entry.input))
                    .collect()
            }
            _ => self.0.iter().collect(),
        };
        if request.flag("unique", false) {
            let mut seen = std::collections::HashSet::new();
            entries.reverse();
            entries.retain(|entry| seen.insert(&entry.input));
            entries.reverse();
        }
        if let Some(count) = request.number("n") {
            let count = usize::try_from(count).unwrap_or(0);
            entries.drain(..entries.len().saturating_sub(count));
        }
        entries
    }
}

/// Whether a text matches a pattern with `*` and `?`.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star was, and how much of the text it covers.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, covered)) => {
                    star = Some((at, covered + 1));
                    p = at + 1;
                    t = covered + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text_and_a_question_mark_for_one_character() {
        assert!(matches("*let*=*", "x; let a = 1"));
        assert!(matches("a?c", "abc"));
        assert!(matches("", ""));
        assert!(matches("*", ""));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("let", "let a"));
    }
}
