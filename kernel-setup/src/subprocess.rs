//! Starting other programs: their lines as they come, the end of their output when they fail.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rust_nn_template::pipes;

use crate::failure::{Failure, Result};
use crate::interrupt;

/// So much of a failed program's output is shown.
const LINES_KEPT: usize = 30;
/// For what a program printed right before its end, where something else holds the pipe open.
pub const LAST_LINES: Duration = Duration::from_secs(1);

/// What a program printed on standard output, without the newline at the end.
///
/// # Errors
/// `Missing` when it cannot be started, `Program` when it ends with an error.
pub fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| not_started(&name, &source))?;
    if !output.status.success() {
        let output_text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failure::Program {
            program: name,
            status: output.status.to_string(),
            output: output_text,
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}

/// Runs a program and hands each line of its output, of both kinds, to `on_line`; a carriage
/// return ends a line as well, so that progress bars can be read.
///
/// # Errors
/// `Missing` when it cannot be started, `Program` with its last lines when it ends with an error,
/// `Interrupted` when it failed after Ctrl-C.
pub fn follow(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<()> {
    let name = name(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| not_started(&name, &source))?;
    let mut kept = VecDeque::new();
    let status = pipes::follow(&mut child, |_, line| {
        on_line(&line);
        if kept.len() == LINES_KEPT {
            kept.pop_front();
        }
        kept.push_back(line);
    })
    .map_err(|source| not_started(&name, &source))?;
    if status.success() {
        return Ok(());
    }
    if interrupt::requested() {
        return Err(Failure::Interrupted);
    }
    Err(Failure::Program {
        program: name,
        status: status.to_string(),
        output: Vec::from(kept).join("\n"),
    })
}

/// Finds a program on `PATH`.
pub fn find(name: &str) -> Option<std::path::PathBuf> {
    which::which(name).ok()
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![
        program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy()
            .into_owned(),
    ];
    words.extend(
        command
            .get_args()
            .take(2)
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn not_started(program: &str, source: &std::io::Error) -> Failure {
    Failure::missing(
        format!("cannot start `{program}`: {source}"),
        "`cargo notebook doctor` looks at everything that is needed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_program_shows_the_end_of_its_output() {
        let failure = follow(
            Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]),
            |_| (),
        )
        .expect_err("it exits with 3");
        let Failure::Program { output, status, .. } = failure else {
            panic!("{failure}")
        };
        assert!(output.contains("one") && output.contains("two") && status.contains('3'));
    }
}
