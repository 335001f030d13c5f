//! A line typed by the reader of the notebook.

use std::io::Write;

/// Asks the reader for a line of text.
///
/// Works where the front end offers a prompt (JupyterLab, `jupyter console`); in a run without a
/// reader (nbconvert) the cell ends with an error.
pub fn input(prompt: &str) -> String {
    ask("EVCXR_INPUT_REQUEST", prompt)
}

/// Asks the reader for a line of text that is not shown while it is typed.
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
    line.trim_end_matches(['\r', '\n']).to_owned()
}
