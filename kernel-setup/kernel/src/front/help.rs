//! Pages of help: how the notebook works, its commands, and the documentation of a name.
//!
//! `?`, `?name`, `name?`, `:help`, `:help :dep`, `:doc name`. A page is a payload of the reply: the console shows it in its
//! pager, JupyterLab and VS Code below the cell.

use serde_json::{Map, Value};

/// What a line asks for.
#[derive(Debug, PartialEq)]
pub enum Request<'a> {
    /// How the notebook works.
    Guide,
    /// The list of commands, or what one of them does.
    Commands(&'a str),
    /// The documentation of a name.
    Name(&'a str),
}

/// What the first line of a cell asks for, and the cell without it: blank, so that all lines keep their numbers.
///
/// `name?` is Rust's own where the value may be an error: `can_fail` tells that of a variable.
pub fn requested<'a>(
    code: &'a str,
    can_fail: impl Fn(&str) -> bool,
) -> Option<(Request<'a>, String)> {
    let line = code.lines().find(|line| !line.trim().is_empty())?;
    let request = asked(line.trim()).or_else(|| {
        let whole = code.trim();
        let name = whole.strip_suffix('?')?.trim_end_matches('?');
        let is_path = |c: char| c.is_alphanumeric() || "_:.!".contains(c);
        let is_name = !name.is_empty() && name.chars().all(is_path) && !can_fail(name);
        is_name.then_some(Request::Name(name))
    })?;
    let request = match request {
        Request::Name(name) if name.starts_with(':') => Request::Commands(name),
        request => request,
    };
    Some((request, code.replacen(line, "", 1)))
}

fn asked(line: &str) -> Option<Request<'_>> {
    if line.trim_matches('?').is_empty() {
        return Some(Request::Guide);
    }
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let name = match word {
        ":help" => rest,
        ":doc" if rest.trim().is_empty() => return Some(Request::Guide),
        ":doc" => rest,
        _ => line.strip_prefix('?')?.trim_start_matches('?'),
    };
    let name = name.trim().trim_end_matches(';');
    // `?f(x)` asks for `f`.
    let name = name.split_once('(').map_or(name, |(name, _)| name);
    Some(match name {
        "" => Request::Commands(""),
        name => Request::Name(name),
    })
}

/// The commands of this kernel: how they are written, and what they do. The engine has more; those are for its own
/// ways of compiling, which this kernel does not use.
const COMMANDS: [(&str, &str); 11] = [
    (
        "?name",
        "shows the documentation of a name: `?Vec`, `?str::len`, `?variable`; `?` alone tells how the notebook works",
    ),
    (":vars", "lists the variables and their types"),
    (":type name", "tells the type of a variable"),
    (
        ":dep name = \"1\"",
        "brings in a crate from crates.io: `:dep csv = \"1\"`, `:dep serde = { version = \"1\", features = [\"derive\"] }`; the variables stay",
    ),
    (":show_deps", "lists the crates that `:dep` has brought in"),
    (
        ":timing",
        "tells after each cell how long it was compiled and how long it ran; a second time, no more",
    ),
    (
        ":opt 3",
        "compiles the cells that follow with optimization 0, 1, 2 or 3; 1 at first. The libraries always have 3",
    ),
    (
        ":explain",
        "explains the last error of the compiler at length",
    ),
    (
        ":clear",
        "forgets all variables, functions, types and crates",
    ),
    (
        ":help",
        "shows this list; `:help :dep` tells of one command",
    ),
    ("!command", "runs a command of the shell: `!ls`"),
];

/// The list of commands, or what is known about one; `None` if there is no such command.
pub fn commands(name: &str) -> Option<Map<String, Value>> {
    let known = |written: &str| written.split(' ').next().is_some_and(|word| word == name);
    let chosen: Vec<_> = COMMANDS
        .iter()
        .filter(|(written, _)| name.is_empty() || known(written))
        .collect();
    if chosen.is_empty() {
        return None;
    }
    let width = chosen.iter().map(|(written, _)| written.len()).max();
    let width = width.unwrap_or_default();
    let mut plain = String::new();
    let mut markdown = "| command | what it does |\n| --- | --- |\n".to_owned();
    for (written, does) in chosen {
        plain.push_str(&format!("{written:width$}  {does}\n"));
        markdown.push_str(&format!("| `{written}` | {does} |\n"));
    }
    Some(page(&plain, &markdown))
}

/// How the notebook works.
pub fn guide() -> Map<String, Value> {
    page(GUIDE, GUIDE)
}

fn page(plain: &str, markdown: &str) -> Map<String, Value> {
    Map::from_iter([
        ("text/plain".to_owned(), plain.into()),
        ("text/markdown".to_owned(), markdown.into()),
    ])
}

const GUIDE: &str = "\
### How this notebook works

- **A cell** is run by Shift+Enter. Its last value is shown; with `;` behind it, it is not.
- **Variables** are made by `let` and last from cell to cell. One that changes is made by `let mut`. `:vars` lists them.
- **A value has one owner.** After `let b = a;` or `f(a)` there is no `a` any more. Lend it, `f(&a)`, or give away a copy, `f(a.clone())`.
- **`?` behind a call** means: if this failed, stop here and show the error. `fs::read_to_string(\"a.txt\")?`
- **Help.** Tab completes a name. Shift+Tab tells what the name at the cursor is. `?name` shows its documentation: `?Vec`, `?Vec::push`, `?variable`.
- **Stop** (■) ends what nn-lib is doing after its current step, and the variables stay. Other code can only be stopped by ending its process: then the variables are lost, and their cells are run again.
- **Crates.** nn-lib is loaded already. Another crate comes in by `:dep name = \"1\"`, in any cell.
- **Commands** begin with a colon; `:help` lists them.
- **To read on:** the Rust book, https://doc.rust-lang.org/book; the standard library, https://doc.rust-lang.org/std; nn-lib, by `cargo doc --open -p nn-lib` in its directory.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn request(code: &str) -> Option<Request<'_>> {
        Some(requested(code, |name| name == "result")?.0)
    }

    #[test]
    fn help_is_asked_for_in_the_ways_of_both_languages() {
        for (code, expected) in [
            ("?", Request::Guide),
            (" ?? ", Request::Guide),
            (":doc", Request::Guide),
            (":help", Request::Commands("")),
            (":help :dep", Request::Commands(":dep")),
            ("?:dep", Request::Commands(":dep")),
            ("?Dense", Request::Name("Dense")),
            ("??Dense", Request::Name("Dense")),
            ("? Dense;", Request::Name("Dense")),
            ("Dense?", Request::Name("Dense")),
            ("Dense??", Request::Name("Dense")),
            ("m.fit?", Request::Name("m.fit")),
            ("?m.fit(x, y)", Request::Name("m.fit")),
            (":doc Dense::new", Request::Name("Dense::new")),
        ] {
            assert_eq!(request(code), Some(expected), "{code}");
        }
    }

    #[test]
    fn rusts_question_mark_is_no_request() {
        for code in [
            "result?",
            "f()?",
            "f(x)?;",
            "let a = b?;",
            "1 + 1",
            ":dep a",
            ":helpful",
            "f\n?",
            "",
        ] {
            assert_eq!(request(code), None, "{code}");
        }
    }

    #[test]
    fn the_lines_below_a_request_keep_their_numbers() {
        let (_, rest) = requested("\n?Dense\nlet a = 1;", |_| false).unwrap();
        assert_eq!(rest, "\n\nlet a = 1;");
    }

    #[test]
    fn each_command_tells_what_it_does() {
        let all = commands("").unwrap();
        assert!(
            all["text/markdown"]
                .as_str()
                .unwrap()
                .contains("| `:vars` |")
        );
        let one = commands(":dep").unwrap();
        assert_eq!(one["text/plain"].as_str().unwrap().lines().count(), 1);
        assert_eq!(commands(":nonsense"), None);
    }
}
