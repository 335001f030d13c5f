//! What is said about an answer, in text and on a page.

use crate::notebook::words::word;
use crate::notebook::{Bundle, escaped};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// How often each exercise was answered wrongly in this notebook.
static TRIES: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// What holds of an answer and what does not.
pub(super) struct Verdict {
    name: String,
    conditions: Vec<(String, bool)>,
    /// Whether one of the secret answers fits, if there are any.
    equal: Option<bool>,
    remarks: Vec<String>,
    hints: Vec<String>,
}

impl Verdict {
    pub(super) fn new(name: String) -> Verdict {
        Verdict {
            name,
            conditions: Vec::new(),
            equal: None,
            remarks: Vec::new(),
            hints: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn condition(&mut self, words: &str, holds: bool) {
        self.conditions.push((words.to_owned(), holds));
    }

    pub(super) fn equal(&mut self, fits: bool) {
        self.equal = Some(self.equal.unwrap_or(false) || fits);
    }

    pub(super) fn remark(&mut self, words: &str) {
        self.remarks.push(words.to_owned());
    }

    pub(super) fn hint(&mut self, words: &str) {
        self.hints.push(words.to_owned());
    }

    fn all(&self) -> impl Iterator<Item = bool> + '_ {
        let conditions = self.conditions.iter().map(|(_, holds)| *holds);
        conditions.chain(self.equal)
    }

    pub(super) fn is_right(&self) -> bool {
        self.all().all(|holds| holds)
    }

    /// The share of the conditions that hold.
    pub(super) fn share(&self) -> f64 {
        let (count, right) = (
            self.all().count(),
            self.all().filter(|holds| *holds).count(),
        );
        if count == 0 {
            1.0
        } else {
            right as f64 / count as f64
        }
    }

    pub(super) fn judged(&self) -> Bundle {
        let right = self.is_right();
        let mut lines: Vec<String> = self
            .conditions
            .iter()
            .map(|(words, holds)| format!("{} {words}", if *holds { "✓" } else { "✗" }))
            .collect();
        if right {
            return self.said("✓", word("right."), &lines);
        }
        if self.remarks.is_empty() {
            lines.extend(self.next_hint());
        } else {
            lines.extend(self.remarks.iter().cloned());
        }
        self.said("✗", word("not yet."), &lines)
    }

    /// The hint that belongs to this try.
    fn next_hint(&self) -> Option<String> {
        let count = self.hints.len();
        let mut tries = TRIES.lock().unwrap_or_else(|lock| lock.into_inner());
        let tried = tries.entry(self.name.clone()).or_default();
        let place = (*tried).min(count.checked_sub(1)?);
        *tried += 1;
        let hint = self.hints[place].as_str();
        Some(match count {
            1 => filled(word("Hint: {}"), &[hint]),
            _ => {
                let [which, of] = [place + 1, count].map(|number| number.to_string());
                filled(word("Hint {} of {}: {}"), &[&which, &of, hint])
            }
        })
    }

    pub(super) fn not_answered(&self) -> Bundle {
        let words =
            word("not answered yet. In the place of todo!() write code that ends in Ok(answer).");
        self.said("○", words, &[])
    }

    pub(super) fn stopped(&self, words: &str) -> Bundle {
        self.said("✗", &filled(word("your code stopped: {}"), &[words]), &[])
    }

    fn said(&self, mark: &str, words: &str, lines: &[String]) -> Bundle {
        // The chapter's exercises are named "3.4, exercise 1" in every language: their secret answers go by the name.
        let name = self.name.replace(", exercise ", word(", exercise "));
        let first = format!("{mark} {name}: {words}");
        let color = match mark {
            "✓" => "#009e73",
            "✗" => "#d55e00",
            _ => "#8a929c",
        };
        let items: String = lines
            .iter()
            .map(|line| format!("<div>{}</div>", escaped(line)))
            .collect();
        let html = format!(
            "<div role=\"status\" style=\"border-left:4px solid {color};padding:.3em .8em\"><div><strong>{}</strong></div>{items}</div>",
            escaped(&first)
        );
        let text = [vec![first], lines.to_vec()].concat().join("\n");
        Bundle::text(text).html(html)
    }
}

/// The text with the parts in the places of its `{}`, in this order.
fn filled(text: &str, parts: &[&str]) -> String {
    let mut pieces = text.split("{}");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for (piece, part) in pieces.zip(parts) {
        filled.push_str(part);
        filled.push_str(piece);
    }
    filled
}
