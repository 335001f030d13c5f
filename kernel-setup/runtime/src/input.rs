//! A line typed by the reader of the notebook.

use std::io::Write;

/// The line that the kernel sends when the reader stops the cell instead of typing: the key that stops a program in a
/// terminal.
const STOP: &str = "\u{3}";

/// What the kernel knows such a cell by.
const STOPPED: &str = "stopped while waiting for a line of text";

/// Asks the reader for a line of text.
///
/// Works where the front end offers a prompt (JupyterLab, `jupyter console`); in a run without a
/// reader (nbconvert) the cell ends with an error.
///
/// # Panics
/// The reader stops the cell instead of typing.
pub fn input(prompt: &str) -> String {
    ask("EVCXR_INPUT_REQUEST", prompt)
}

/// Asks the reader for a line of text that is not shown while it is typed.
///
/// # Panics
/// The reader stops the cell instead of typing.
pub fn password(prompt: &str) -> String {
    ask("EVCXR_INPUT_REQUEST_PASSWORD", prompt)
}

fn ask(command: &str, prompt: &str) -> String {
    // The request is one line.
    let prompt = prompt.replace('\n', " ");
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(format!("{command}:{prompt}\n").as_bytes());
    let _ = stdout.flush();
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line);
    if line.trim_end_matches(['\r', '\n']) == STOP {
        // Leaves the cell, and the other variables are kept.
        panic!("{STOPPED}");
    }
    line.trim_end_matches(['\r', '\n']).to_owned()
}
