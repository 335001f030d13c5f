//! Python's lines: statements, blocks, comments and texts.

use super::expressions::{contains_word, expression, in_rust, operator};
use super::{Hint, Mistake};
use crate::front::cell::Cell;

/// The hint for an error of syntax whose line is one of Python's.
pub fn hint(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    // Where something is missing, the next word is the one that is too much.
    let rest = &cell.code[mistake.at.start..];
    let mut moved = mistake.at.clone();
    if cell.part(&mistake.at).trim().is_empty() && !rest.trim_start_matches(' ').starts_with('\n') {
        moved.start += rest.len() - rest.trim_start().len();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let length = cell.code[moved.start..].find(|c| !word(c));
        moved.end = length.map_or(cell.code.len(), |length| moved.start + length);
    }
    let mistake = &Mistake {
        at: moved,
        others: Vec::new(),
        ..*mistake
    };
    let line = cell.line(mistake.at.start);
    statement(line)
        .or_else(|| block(line, cell, mistake))
        .or_else(|| comment(cell, mistake))
        .or_else(|| text(cell, mistake))
        .or_else(|| operator(line, cell, mistake))
        .or_else(|| expression(line, cell, mistake))
        .or_else(|| semicolon(cell, mistake))
}

/// A statement without its `;`, with another line behind it.
fn semicolon(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let ends_line = cell.code[mistake.at.start..].trim_start_matches(' ');
    let missing = mistake.message.starts_with("expected `;`");
    if !missing || !(ends_line.is_empty() || ends_line.starts_with('\n')) {
        return None;
    }
    Hint::explaining(
        "a statement ends with `;`; only the last value of a cell, which is shown, does not",
    )
}

/// A line that begins with a word of Python's.
fn statement(line: &str) -> Option<Hint> {
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim().trim_end_matches([';', ':']);
    match first {
        "import" => Hint::new(
            "Rust has no `import`: nn-lib is loaded already, a name of the standard library comes in by `use`, another crate by `:dep`",
            "use std::collections::HashMap;",
        ),
        "from" if line.contains(" import ") => statement("import"),
        "def" => {
            let (name, arguments) = rest.split_once('(')?;
            let arguments: Vec<String> = arguments
                .split(')')
                .next()?
                .split(',')
                .map(|argument| argument.split([':', '=']).next().unwrap_or_default().trim())
                .filter(|argument| !argument.is_empty())
                .map(|argument| format!("{argument}: f32"))
                .collect();
            Hint::new(
                "a function begins with `fn`, names its types, and stands in braces",
                format!("fn {name}({}) -> f32 {{ … }}", arguments.join(", ")),
            )
        }
        "class" => {
            let name = rest.split('(').next()?.trim();
            Hint::new(
                "Rust has no `class`: the data is a `struct`, its methods stand in an `impl`",
                format!(
                    "struct {name} {{ size: usize }}\nimpl {name} {{ fn double(&self) -> usize {{ 2 * self.size }} }}"
                ),
            )
        }
        "assert" => Hint::new("`assert` is a macro, with `!`", format!("assert!({rest});")),
        "del" => Hint::new(
            "a value ends by `drop`, or at the end of its block",
            format!("drop({rest});"),
        ),
        "try:" | "try" | "except" | "except:" | "raise" => Hint::new(
            "Rust has no exceptions: a call that can fail returns a `Result`; `?` hands its error on, and `match` looks at it",
            "match \"5\".parse::<i32>() { Ok(number) => println!(\"{number}\"), Err(error) => println!(\"{error}\") }",
        ),
        "with" if line.ends_with(':') => Hint::new(
            "Rust has no `with`: what is open is closed at the end of its block",
            "let text = std::fs::read_to_string(\"file.txt\")?;",
        ),
        "pass" => Hint::new("an empty block needs no word", "if true {}"),
        "print" if rest.starts_with(['"', '\'']) => Hint::new(
            "`println` is a macro, with `!`",
            format!("println!(\"{}\");", rest.trim_matches(['"', '\''])),
        ),
        _ if first.starts_with('%') && first.len() > 1 => magic(first),
        _ => assigned_together(line),
    }
}

/// A command of IPython.
fn magic(word: &str) -> Option<Hint> {
    match word.trim_start_matches('%') {
        "timeit" | "time" => Hint::new(
            &format!("`{word}` is a command of Python's notebooks; here a clock is a line of Rust"),
            "let start = std::time::Instant::now(); let sum: u64 = (0..1000).sum(); start.elapsed()",
        ),
        "matplotlib" => Hint::sentence(&format!(
            "`{word}` is a command of Python's notebooks; here it is not needed: a chart that ends a cell shows itself"
        )),
        _ => Hint::sentence(&format!(
            "`{word}` is a command of Python's notebooks; the commands of this kernel begin with `:`, and `:help` lists them"
        )),
    }
}

/// `a, b = 1, 2`
fn assigned_together(line: &str) -> Option<Hint> {
    let (names, values) = line.split_once(" = ")?;
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let all = names.split(',').map(str::trim);
    if !names.contains(',') || !all.clone().all(is_name) {
        return None;
    }
    Hint::new(
        "new variables begin with `let`, and several at once stand in parentheses",
        format!("let ({names}) = ({});", values.trim_end_matches(';')),
    )
}

/// A head that ends with a colon.
fn block(line: &str, cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let first = line.split(|c: char| !c.is_alphanumeric()).next()?;
    if !["for", "while", "if", "elif", "else"].contains(&first) {
        return None;
    }
    let code = line.split(" #").next().unwrap_or(line).trim();
    let colon = code.ends_with(':') || cell.part(&mistake.at) == ":";
    let head = match colon {
        true => code.split(':').next()?.trim(),
        false => code,
    };
    if !colon && !contains_word(line, "elif") {
        return None;
    }
    let head = in_rust(head);
    let line = match first {
        _ if !colon => head,
        "elif" | "else" => format!("}} {head} {{ … }}"),
        _ => format!("{head} {{ … }}"),
    };
    match contains_word(code, "elif") {
        true => Hint::new(
            "Rust writes `else if` for `elif`, and a block stands in braces",
            line,
        ),
        false => Hint::new("a block stands in braces, not behind a colon", line),
    }
}

/// `# a comment`
fn comment(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let start = mistake.at.start;
    let hash = match cell.code[start..].starts_with('#') {
        true => start,
        false => cell.code[..start]
            .trim_end_matches(' ')
            .strip_suffix('#')?
            .len(),
    };
    if cell.code[hash + 1..].starts_with(['[', '!']) {
        return None;
    }
    Hint::new(
        "a comment begins with `//`",
        cell.line_with(hash..hash + 1, "//"),
    )
}

/// `'text'` and `f"{text}"`
fn text(cell: &Cell, mistake: &Mistake) -> Option<Hint> {
    let line = cell.line(mistake.at.start);
    let about = |words: &[&str]| words.iter().any(|word| mistake.message.contains(word));
    if let Some(at) = line.find("f\"")
        && !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
        && about(&["prefix", "expected"])
    {
        let text = line[at + 2..].split('"').next()?;
        let says = "a text takes names in braces without an `f`: `println!` prints it, `format!` makes a value of it";
        let whole = format!("f\"{text}\"");
        let line = match line.contains(&format!("print({whole})")) {
            true => line.replace(&format!("print({whole})"), &format!("println!(\"{text}\")")),
            false if line[..at].ends_with("!(") => line.replace(&whole, &format!("\"{text}\"")),
            false => line.replace(&whole, &format!("format!(\"{text}\")")),
        };
        return Hint::new(says, line);
    }
    if about(&["codepoint", "character literal", "prefix", "terminat"]) {
        let quoted = line.split('\'').nth(1)?;
        if quoted.chars().count() != 1 && line.matches('\'').count().is_multiple_of(2) {
            let line = line.replace('"', "\\\"").replace('\'', "\"");
            return Hint::new(
                "a text stands in double quotes, and a single character in single ones",
                line,
            );
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::front::hints::tests::{given, line};

    /// The line that is shown for an error of syntax at a text.
    fn shown(code: &str, at: &str) -> String {
        line(code, "", "expected one of 8 possible tokens", at)
    }

    #[test]
    fn a_line_of_pythons_is_shown_in_rust() {
        for (code, at, rust) in [
            (
                "import numpy as np",
                "numpy",
                "use std::collections::HashMap;",
            ),
            (
                "from keras import layers",
                "keras",
                "use std::collections::HashMap;",
            ),
            (
                "def f(x, y=2):\n    return x",
                "f",
                "fn f(x: f32, y: f32) -> f32 { … }",
            ),
            (
                "for i in range(10):\n    print(i)",
                ":",
                "for i in 0..10 { … }",
            ),
            ("for i in range(len(v)):", ":", "for i in 0..v.len() { … }"),
            ("if n > 1 and not done:", "and", "if n > 1 && !done { … }"),
            ("elif n == 2:", "n", "} else if n == 2 { … }"),
            (
                "if n > 1 { 1 } elif n > 2 { 2 }",
                "n > 2",
                "if n > 1 { 1 } else if n > 2 { 2 }",
            ),
            ("let a = 1; # one", "one", "let a = 1; // one"),
            ("n > 1 and n < 3", "and", "n > 1 && n < 3"),
            ("x is None", "is", "x.is_none()"),
            ("lambda x: x + 1", "x:", "|x| x + 1"),
            (
                "let y = [2 * i for i in range(3)];",
                "for",
                "let y = (0..3).map(|i| 2 * i).collect::<Vec<_>>();",
            ),
            (
                "let a = 5 if n > 1 else 6;",
                "if",
                "let a = if n > 1 { 5 } else { 6 };",
            ),
            ("v[1:3]", ":", "v[1..3]"),
            ("n++;", "++", "n += 1;"),
            ("type(n)", "type", ":type n"),
            (
                "let d = {\"a\": 1, \"b\": 2};",
                ":",
                "let d = std::collections::HashMap::from([(\"a\", 1), (\"b\", 2)]);",
            ),
            ("a, b = 1, 2", ",", "let (a, b) = (1, 2);"),
            ("assert n == 1", "n", "assert!(n == 1);"),
            ("let h = n // 2;", "let", "let h = n / 2;"),
        ] {
            assert_eq!(shown(code, at), rust, "{code}");
        }
    }

    #[test]
    fn texts_stand_in_double_quotes_and_take_names_without_an_f() {
        let message = "character literal may only contain one codepoint";
        assert_eq!(
            line("let s = 'text';", "", message, "'text'"),
            "let s = \"text\";"
        );
        let message = "prefix `f` is unknown";
        assert_eq!(
            line("print(f\"{n}\")", "", message, "f"),
            "println!(\"{n}\")"
        );
        assert_eq!(
            line("let s = f\"{n}\";", "", message, "f\""),
            "let s = format!(\"{n}\");"
        );
    }

    #[test]
    fn rusts_own_lines_with_another_mistake_get_no_hint() {
        for (code, at) in [
            ("let a = (1;", ";"),
            ("fn f<'a>(x: &'a str y: u8) {}", "y"),
            ("for i in 0..3 { println!(\"{i}\" }", "}"),
            ("#[derive(Debug) struct A;", "struct"),
            ("let important = 1 2;", "2"),
            ("let a: Vec<i32> = vec![1, 2;", ";"),
            ("match a { 1 => 2, 3 -> 4 }", "->"),
            ("let v = [1, 2, 3; // three\nv", "v"),
        ] {
            assert_eq!(given(code, "", "expected one of", at), None, "{code}");
        }
    }
}
