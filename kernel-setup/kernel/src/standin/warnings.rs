//! Takes the compiler's warnings out of what the engine reads.
//!
//! The engine would take a warning for an error that it can mend. Most warnings are noise in a notebook: a variable that
//! no later line of its cell uses is there for the next cell. The few that tell a mistake are left in a file, and the
//! front end shows them when the cell starts to run.
//!
//! Advice to import something lies for the compiler at the first `use` of its file, which may be a line of the reader's; the
//! engine then takes the advice for the error. It gets a place of the engine's own.

use serde_json::Value;
use std::io;
use std::process::{Command, ExitStatus, Stdio};

/// The warnings that are shown: each tells that a line does not do what it seems to do.
const SHOWN: [&str; 6] = [
    "unused_must_use",
    "for_loops_over_fallibles",
    "unconditional_recursion",
    "unreachable_code",
    "unreachable_patterns",
    "unused_comparisons",
];

/// Asks the compiler for the warnings that are shown, and keeps it from looking for the most frequent of the others.
pub fn ask_for(compiler: &mut Command) {
    for group in ["unused", "nonstandard_style", "deprecated"] {
        compiler.args(["-A", group]);
    }
    for lint in SHOWN {
        compiler.args(["-W", lint]);
    }
}

/// What the compiler has said.
pub struct Said {
    /// The warnings that are shown, one a line.
    pub warnings: String,
    /// Its errors, for the engine.
    pub errors: String,
}

/// Runs the compiler.
pub fn run(compiler: &mut Command) -> io::Result<(ExitStatus, Said)> {
    let output = compiler
        .stdin(Stdio::null())
        .stdout(Stdio::inherit())
        .stderr(Stdio::piped())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let (warnings, errors) = sort(&said);
    Ok((output.status, Said { warnings, errors }))
}

/// Puts advice to import something at the first line, which is the engine's; whether there was any.
fn place_imports(message: &mut Value) -> bool {
    let is_import = |span: &Value| {
        let text = span["suggested_replacement"].as_str().unwrap_or_default();
        text.trim_start().starts_with("use ")
    };
    let advice = message["children"].as_array_mut().into_iter().flatten();
    let spans = advice.filter_map(|advice| advice["spans"].as_array_mut());
    let mut any = false;
    for span in spans.flatten().filter(|span| is_import(span)) {
        for (field, first) in [
            ("line_start", 1),
            ("line_end", 1),
            ("byte_start", 0),
            ("byte_end", 0),
        ] {
            span[field] = first.into();
        }
        any = true;
    }
    any
}

/// The warnings that are shown among the lines of the compiler, and the lines that are none.
fn sort(said: &str) -> (String, String) {
    let (mut warnings, mut rest) = (String::new(), String::new());
    for line in said.split_inclusive('\n') {
        match serde_json::from_str::<Value>(line) {
            Ok(message) if message["level"] == "warning" => {
                if SHOWN.iter().any(|lint| message["code"]["code"] == *lint) {
                    warnings.push_str(line);
                }
            }
            Ok(mut message) => match place_imports(&mut message) {
                true => rest.push_str(&format!("{message}\n")),
                false => rest.push_str(line),
            },
            Err(_) => rest.push_str(line),
        }
    }
    (warnings, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_engine_reads_errors_and_the_reader_the_warnings_that_tell_a_mistake() {
        let line = |level: &str, code: &str| {
            format!("{{\"level\":\"{level}\",\"code\":{{\"code\":\"{code}\"}}}}\n")
        };
        let (error, dropped) = (line("error", "E0382"), line("warning", "unused_must_use"));
        let noise = line("warning", "unused_variables");
        let said = format!("{dropped}{error}{noise}no JSON\n");
        assert_eq!(sort(&said), (dropped, error + "no JSON\n"));
    }

    #[test]
    fn advice_to_import_something_lies_in_no_line_of_the_readers() {
        let span = |text: &str| {
            json!({
                "suggested_replacement": text, "line_start": 7, "line_end": 7,
                "byte_start": 90, "byte_end": 90
            })
        };
        let said = |texts: [&str; 2]| {
            let advice = texts.map(|text| json!({ "spans": [span(text)] }));
            json!({ "level": "error", "children": advice }).to_string() + "\n"
        };
        let (_, errors) = sort(&said(["use std::rc::Rc;\n\n", "&"]));
        let error: Value = serde_json::from_str(&errors).unwrap();
        let line = |nth: usize| error["children"][nth]["spans"][0]["line_start"].as_u64();
        assert_eq!((line(0), line(1)), (Some(1), Some(7)));
        let other = said(["&", "mut "]);
        assert_eq!(sort(&other).1, other);
    }
}
