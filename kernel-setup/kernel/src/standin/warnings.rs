//! Takes the compiler's warnings out of what the engine reads.
//!
//! The engine would take a warning for an error that it can mend. Most warnings are noise in a notebook: a variable that
//! no later line of its cell uses is there for the next cell. The few that tell a mistake are left in a file, and the
//! front end shows them when the cell starts to run.

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
            _ => rest.push_str(line),
        }
    }
    (warnings, rest)
}

#[cfg(test)]
mod tests {
    use super::sort;

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
}
