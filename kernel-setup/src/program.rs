//! Starting other programs: their lines as they come, the end of their output when they fail.

use std::collections::VecDeque;
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result};
use crate::interrupt;

/// So much of a failed program's output is shown.
const LINES_KEPT: usize = 30;
/// How often it is asked whether a silent program has ended.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// For what a program printed right before its end.
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
    let stdout = child.stdout.take().expect("standard output is piped");
    let stderr = child.stderr.take().expect("standard error is piped");
    let mut kept = VecDeque::new();
    let (sender, lines) = mpsc::channel::<String>();
    let other = sender.clone();
    thread::spawn(move || split_lines(stdout, |line| drop(sender.send(line))));
    thread::spawn(move || split_lines(stderr, |line| drop(other.send(line))));
    // The program ends the output. A process that it leaves behind may hold the pipes open (the server of a compiler
    // wrapper does): then the threads that read them are left waiting.
    let mut ended: Option<Instant> = None;
    loop {
        match lines.recv_timeout(LOOK_INTERVAL) {
            Ok(line) => {
                on_line(&line);
                if kept.len() == LINES_KEPT {
                    kept.pop_front();
                }
                kept.push_back(line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => (),
        }
        if ended.is_none() && matches!(child.try_wait(), Ok(Some(_))) {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|ended| ended.elapsed() >= LAST_LINES) {
            break;
        }
    }
    let status = child.wait().map_err(|source| not_started(&name, &source))?;
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
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|directory| directory.join(&file))
        .find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

fn split_lines(source: impl Read, mut each: impl FnMut(String)) {
    let mut line = Vec::new();
    for byte in BufReader::new(source).bytes() {
        match byte {
            Ok(b'\n' | b'\r') => {
                if !line.is_empty() {
                    each(String::from_utf8_lossy(&line).into_owned());
                    line.clear();
                }
            }
            Ok(byte) => line.push(byte),
            Err(_) => break,
        }
    }
    if !line.is_empty() {
        each(String::from_utf8_lossy(&line).into_owned());
    }
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
    fn carriage_returns_end_lines_too() {
        let mut lines = Vec::new();
        split_lines("a 1/2\ra 2/2\r\nend".as_bytes(), |line| lines.push(line));
        assert_eq!(lines, ["a 1/2", "a 2/2", "end"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_process_that_a_build_leaves_behind_does_not_hold_up_set_up() {
        let started = Instant::now();
        let mut lines = Vec::new();
        follow(
            Command::new("sh").args(["-c", "echo first; sleep 20 & echo last"]),
            |line| lines.push(line.to_owned()),
        )
        .expect("it ends well");
        assert_eq!(lines, ["first", "last"]);
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[cfg(unix)]
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
