//! The compiler's advice: a sentence, and the reader's lines as they should be.

use super::origin::Origin;
use serde_json::Value;
use std::ops::Range;

/// The most ways that are shown where the compiler names several.
const MOST: usize = 3;

/// One piece of advice.
#[derive(Debug, PartialEq)]
pub struct Suggestion {
    /// What to do.
    pub message: String,
    /// Ways to do it: each is a list of parts of the cell with what to write there.
    pub ways: Vec<Vec<(Range<usize>, String)>>,
}

/// The advice that comes with an error.
pub fn of(error: &Value, origin: &Origin) -> Vec<Suggestion> {
    let children = error["children"].as_array();
    children
        .into_iter()
        .flatten()
        .filter(|child| child["level"] == "help")
        .filter_map(|child| suggestion(child, origin))
        .collect()
}

fn suggestion(child: &Value, origin: &Origin) -> Option<Suggestion> {
    let message = child["message"].as_str()?.to_owned();
    let spans = child["spans"].as_array();
    let changes: Vec<(&Value, &str)> = spans
        .into_iter()
        .flatten()
        .filter_map(|span| Some((span, span["suggested_replacement"].as_str()?)))
        .collect();
    if changes.is_empty() {
        return Some(Suggestion {
            message,
            ways: Vec::new(),
        });
    }
    let imports: Vec<&str> = changes.iter().map(|(_, text)| text.trim()).collect();
    if imports.iter().all(|text| text.starts_with("use ")) {
        // The compiler would put them at the head of its file.
        let lines = imports[..imports.len().min(MOST)].join("` or `");
        return Some(Suggestion {
            message: format!("{message}: `{lines}`"),
            ways: Vec::new(),
        });
    }
    // Advice about code that the reader has not written is none.
    let parts: Vec<(Range<usize>, String)> = changes
        .iter()
        .map(|(span, text)| Some((origin.span(span)?, (*text).to_owned())))
        .collect::<Option<_>>()?;
    Some(Suggestion {
        message,
        ways: ways(parts),
    })
}

/// The parts of one change, or several changes where parts are at the same place.
fn ways(parts: Vec<(Range<usize>, String)>) -> Vec<Vec<(Range<usize>, String)>> {
    let overlap =
        |a: &Range<usize>, b: &Range<usize>| a == b || (a.start < b.end && b.start < a.end);
    let several = parts.iter().enumerate().any(|(at, (range, _))| {
        let mut before = parts[..at].iter();
        before.any(|(other, _)| overlap(range, other))
    });
    if several {
        return parts
            .into_iter()
            .take(MOST)
            .map(|part| vec![part])
            .collect();
    }
    vec![parts]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn help(changes: &[(usize, usize, &str)]) -> Value {
        let spans: Vec<Value> = changes
            .iter()
            .map(|(start, end, text)| {
                json!({ "file_name": "src/lib.rs", "byte_start": start, "byte_end": end, "suggested_replacement": text })
            })
            .collect();
        json!({ "children": [{ "level": "help", "message": "do it", "spans": spans }] })
    }

    #[test]
    fn advice_is_the_readers_code_with_the_change_in_it() {
        let generated = "fn run_user_code_0(\nlen(v)\n}";
        let origin = Origin::new("len(v)", generated);
        let found = of(&help(&[(20, 24, ""), (25, 26, ".len()")]), &origin);
        let change = vec![(0..4, String::new()), (5..6, ".len()".to_owned())];
        assert_eq!(found[0].ways, [change]);
        let several = of(&help(&[(20, 23, "a"), (20, 23, "b")]), &origin);
        assert_eq!(several[0].ways.len(), 2);
    }

    #[test]
    fn advice_about_the_engines_code_is_dropped_and_an_import_is_a_line_to_write() {
        let origin = Origin::new("a", "fn run_user_code_0(\na\n}");
        assert_eq!(of(&help(&[(0, 2, "x")]), &origin), []);
        let import = of(&help(&[(0, 0, "use std::cmp::max;\n\n")]), &origin);
        assert_eq!(import[0].message, "do it: `use std::cmp::max;`");
    }
}
