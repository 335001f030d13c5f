//! Python's operators and expressions, and how they are written in Rust.

use super::{Hint, Mistake};
use crate::front::cell::Cell;
use std::ops::Range;

/// `and`, `or`, `not`, `is`, `in`, `++`, `//`
pub fn operator(line: &str, cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let here = cell.part(&mistake.at);
    let before = cell.code[..mistake.at.start].trim_end();
    let before = before
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    let is = |word: &str| here == word || before == word;
    if is("and") || is("or") || is("not") {
        let says = "Rust writes `&&` for `and`, `||` for `or`, and `!` for `not`";
        return Hint::new(says, in_rust(line));
    }
    if is("is") {
        let line = line
            .replace(" is not None", ".is_some()")
            .replace(" is None", ".is_none()")
            .replace(" is not ", " != ")
            .replace(" is ", " == ");
        return Hint::new(
            "Rust has no `is`: values are compared by `==`, and a value that may be missing is asked by `is_none()`",
            line,
        );
    }
    if here == "type" && cell.code[mistake.at.end..].starts_with('(') {
        let of = cell.code[mistake.at.end + 1..].split(')').next()?;
        return Hint::new(
            "a command tells the type of a variable",
            format!(":type {of}"),
        );
    }
    if here == "in" && !line.starts_with("for") {
        return Hint::new(
            "whether something is in a list is a method of the list",
            "list.contains(&item)",
        );
    }
    if mistake.message.contains("increment") || line.contains("++") {
        let line = line.replace("++", " += 1").replace("--", " -= 1");
        return Hint::new("Rust has no `++`", line);
    }
    if mistake
        .message
        .starts_with("expected one of `:`, `@`, or `|`")
        && line.starts_with("fn ")
    {
        let (head, rest) = line.split_once('(')?;
        let (arguments, body) = rest.split_once(')')?;
        let arguments: Vec<String> = arguments
            .split(',')
            .map(|argument| match argument.trim() {
                typed if typed.contains(':') => typed.to_owned(),
                name => format!("{name}: f32"),
            })
            .collect();
        let gives = if body.contains("->") { "" } else { " -> f32" };
        return Hint::new(
            "a function names the types of its arguments and of its value",
            format!("{head}({}){gives}{body}", arguments.join(", ")),
        );
    }
    if mistake.message.contains("chained") {
        return Hint::explaining("a comparison has two sides; two comparisons are joined by `&&`");
    }
    let (code, comment) = line.split_once("//")?;
    let goes_on = comment.ends_with([';', ')']) && mistake.message.contains("expected");
    if goes_on
        && code
            .trim_end()
            .ends_with(|c: char| c.is_alphanumeric() || c == ')')
    {
        return Hint::new(
            "`//` begins a comment; `/` between whole numbers drops what is behind the point",
            line.replacen("//", "/", 1),
        );
    }
    None
}

/// `lambda`, `a if b else c`, `[a for b in c]`, `a[1:2]`
pub fn expression(line: &str, cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let at = place_in_line(line, cell, mistake);
    if let Some((before, rest)) = line.split_once("lambda ") {
        let (arguments, body) = rest.split_once(':')?;
        let line = format!("{before}|{}|{body}", arguments.trim());
        return Hint::new("a function without a name is a closure", line);
    }
    let here = cell.part(&mistake.at);
    let open = line[..at.start].rfind('[');
    if let (Some(open), true) = (open, contains_word(line, "for")) {
        let inside = &line[open + 1..line.rfind(']')?];
        let (value, rest) = inside.split_once(" for ")?;
        let (name, source) = rest.split_once(" in ")?;
        let (source, condition) = source.split_once(" if ").unwrap_or((source, ""));
        let source = in_rust(source.trim());
        let source = match source.contains("..") {
            true => format!("({source})"),
            false => format!("{source}.iter()"),
        };
        let filter = match condition {
            "" => String::new(),
            condition => format!(".filter(|{name}| {})", in_rust(condition)),
        };
        let close = line.rfind(']')?;
        let line = format!(
            "{}{source}{filter}.map(|{name}| {}).collect::<Vec<_>>(){}",
            &line[..open],
            value.trim(),
            &line[close + 1..]
        );
        return Hint::new(
            "a list that is made in one line is an iterator, mapped and collected",
            line,
        );
    }
    if here == "if" && line.contains(" else ") {
        let (before, rest) = line.split_at(at.start);
        let (condition, other) = rest["if".len()..].split_once(" else ")?;
        let start = before.rfind(['=', '(']).map_or(0, |at| at + 1);
        let (head, value) = before.split_at(start);
        let space = if head.ends_with('=') { " " } else { "" };
        let (other, end) = match other.strip_suffix(';') {
            Some(other) => (other, ";"),
            None => (other, ""),
        };
        let line = format!(
            "{head}{space}if {} {{ {} }} else {{ {} }}{end}",
            in_rust(condition.trim()),
            value.trim(),
            other.trim()
        );
        return Hint::new("`if` comes first, and both values stand in braces", line);
    }
    let before = line[..at.start].trim_end();
    if let (":", true, Some(start)) = (here, before.ends_with('"'), line.rfind('{')) {
        let pairs = line[start + 1..line.rfind('}')?].split(',');
        let pairs: Vec<String> = pairs
            .filter_map(|pair| pair.split_once(':'))
            .map(|(key, value)| format!("({}, {})", key.trim(), value.trim()))
            .collect();
        let made = format!("std::collections::HashMap::from([{}])", pairs.join(", "));
        let end = &line[line.rfind('}')? + 1..];
        let line = format!("{}{made}{end}", &line[..start]);
        return Hint::new("a dictionary is a `HashMap`", line);
    }
    if here == ":" && open.is_some_and(|open| !line[open..at.start].contains(']')) {
        let line = format!("{}..{}", &line[..at.start], &line[at.end..]);
        return Hint::new("a range is written with two points", line);
    }
    None
}

/// The part of the trimmed line that a mistake is about.
fn place_in_line(line: &str, cell: &Cell, mistake: &Mistake) -> Range<usize> {
    let offset = line.as_ptr() as usize - cell.code.as_ptr() as usize;
    let start = mistake.at.start.saturating_sub(offset).min(line.len());
    let end = mistake
        .at
        .end
        .saturating_sub(offset)
        .clamp(start, line.len());
    start..end
}

pub fn contains_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|found| found == word)
}

/// Python's words in an expression, in Rust; texts in quotes stay as they are.
pub fn in_rust(expression: &str) -> String {
    let mut rust = String::new();
    let mut word = String::new();
    let mut quote = None;
    for character in expression.chars().chain(['\0']) {
        if quote.is_none() && (character.is_alphanumeric() || character == '_') {
            word.push(character);
            continue;
        }
        rust.push_str(match word.as_str() {
            "and" => "&&",
            "or" => "||",
            "not" => "!",
            "True" => "true",
            "False" => "false",
            "elif" => "else if",
            word => word,
        });
        let negated = word == "not";
        word.clear();
        match quote {
            Some(open) if character == open => quote = None,
            None if character == '"' => quote = Some(character),
            _ => {}
        }
        if character != '\0' && !(negated && character == ' ') {
            rust.push(character);
        }
    }
    counted(&rust)
}

/// `range(10)` and `range(1, 10)` as Rust's ranges.
fn counted(expression: &str) -> String {
    let Some((before, rest)) = expression.split_once("range(") else {
        return expression.to_owned();
    };
    let Some((inside, after)) = rest.split_once(')') else {
        return expression.to_owned();
    };
    // `range(len(v))`
    let (inside, after) = match (inside.strip_prefix("len("), after.strip_prefix(')')) {
        (Some(list), Some(after)) => (format!("{list}.len()"), after),
        _ => (inside.to_owned(), after),
    };
    let range = match inside.split_once(',') {
        Some((from, to)) => format!("{}..{}", from.trim(), to.trim()),
        None => format!("0..{inside}"),
    };
    format!("{before}{range}{after}")
}
