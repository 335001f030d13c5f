//! What a reader sees when a cell fails: a name, one line, and a short traceback.

use super::cell_location::{CellLocation, Cells};
use super::cell_outcome::{CellOutcome, Panic};
use super::compile_errors::{self, Cell};
use super::hints::{HintSource, with_hints};
use super::variable_errors;
use crate::messages::Exit;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

const RED: &str = "\x1b[1;31m";
const BLUE: &str = "\x1b[34m";
const PLAIN: &str = "\x1b[0m";

/// The error of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Its kind, such as `panic` or `CompileError`.
    pub name: String,
    /// What is wrong, in one line.
    pub value: String,
    /// What is wrong and where, in coloured lines.
    pub traceback: Vec<String>,
}

impl Failure {
    /// A failure whose traceback is its name, its value and some more lines.
    pub fn new(name: &str, value: &str, more: &[&str]) -> Failure {
        let mut traceback = vec![format!("{RED}{name}{PLAIN}: {value}")];
        traceback.extend(more.iter().map(|line| (*line).to_owned()));
        Failure {
            name: name.to_owned(),
            value: value.lines().next().unwrap_or_default().to_owned(),
            traceback,
        }
    }

    /// The fields of an error in the protocol.
    pub fn content(&self) -> Value {
        json!({ "ename": self.name, "evalue": self.value, "traceback": self.traceback })
    }

    /// The failure of a cell that ran, if it failed.
    pub fn of_run(outcome: &CellOutcome, interrupted: bool, cells: &Cells) -> Option<Failure> {
        if let Some(exit) = &outcome.exit {
            return Some(of_exit(exit, outcome, interrupted, cells));
        }
        if let Some(panic) = &outcome.panic {
            if interrupted && panic.message == STOPPED_INPUT {
                let value = "the cell was stopped while it waited for a line of text";
                return Some(Failure::new("Interrupted", value, &[]));
            }
            return Some(of_panic(panic, cells));
        }
        outcome
            .error
            .as_ref()
            .map(|error| Failure::new("Error", error.trim_end(), &[]))
    }

    /// The failure of a cell that the engine refused.
    pub fn of_engine(error: &evcxr::Error, cell: &Cell, source: &mut dyn HintSource) -> Failure {
        if is_full_disk(error) {
            return Failure::new(
                "DiskError",
                "the disk is full: the cell cannot be compiled",
                &["Make room, and run the cell again; nothing is lost."],
            );
        }
        match error {
            evcxr::Error::CompilationErrors(errors) => {
                compile_errors::failure(&with_hints(errors, cell, source), cell)
            }
            evcxr::Error::TypeRedefinedVariablesLost(names) => Failure::new(
                "TypeChanged",
                &format!(
                    "the type of {} was redefined, so its value is lost",
                    names.join(", ")
                ),
                &[],
            ),
            evcxr::Error::Message(text) => variable_errors::failure(text, cell.code, source)
                .unwrap_or_else(|| {
                    let text = compile_errors::without_internals(text.trim());
                    Failure::new("Error", &text, &[])
                }),
            // Its relay was ended with it, and could not say how.
            evcxr::Error::SubprocessTerminated(_) => Failure::new(
                "Crash",
                "the process that runs the cells was ended",
                &[LOST],
            ),
        }
    }

    /// The failure of an engine that does not start.
    pub fn of_start(error: &evcxr::Error) -> Failure {
        struct Nothing;
        impl HintSource for Nothing {
            fn describe(&mut self, _: &str) -> Option<String> {
                None
            }
            fn instead_of(&self, _: &str) -> Option<String> {
                None
            }
        }
        Failure::of_engine(error, &Cell::default(), &mut Nothing)
    }

    /// The process ended after the last cell: a thread ended it, or somebody else.
    pub fn of_exit_between_cells(exit: &Exit, statics: bool) -> Failure {
        let value = format!(
            "the process that runs the cells has ended since the last cell: {}",
            reason(exit, "a thread")
        );
        let mut more = vec![LOST, "This cell was not run."];
        if statics {
            more.push("Statics have their first values again.");
        }
        Failure::new(exit_name(exit), &value, &more)
    }

    /// Whether it says that all variables are lost.
    pub fn says_loss(&self) -> bool {
        self.traceback.iter().any(|line| line.contains(LOST))
    }

    /// A stopped compilation.
    pub fn stopped_compiling() -> Failure {
        Failure::new(
            "Interrupted",
            "the cell was stopped before it ran; nothing is lost",
            &[],
        )
    }

    /// A panic of the engine at a cell, after which it still runs others.
    pub fn of_panic(message: &str) -> Failure {
        Failure::new(
            "KernelError",
            &format!("the engine cannot handle this cell: {message}"),
            &["Every variable is kept. The cell may work when it is written differently."],
        )
    }

    /// A panic of the engine itself.
    pub fn of_kernel(message: &str) -> Failure {
        Failure::new(
            "KernelError",
            message,
            &["The kernel has started afresh: run the notebook's cells again from the first."],
        )
    }
}

/// The panic of the runtime's `input` when the reader stops the cell instead of typing.
const STOPPED_INPUT: &str = "stopped while waiting for a line of text";

/// Whether the engine or the compiler could not write a file.
fn is_full_disk(error: &evcxr::Error) -> bool {
    const FULL: &str = "No space left on device";
    match error {
        evcxr::Error::Message(text) => text.contains(FULL),
        evcxr::Error::CompilationErrors(errors) => {
            errors.iter().any(|error| error.message().contains(FULL))
        }
        _ => false,
    }
}

const LOST: &str = "The variables are lost: run the cells that define them again. \
                    `use` lines, functions and types are kept.";

fn of_panic(panic: &Panic, cells: &Cells) -> Failure {
    let message = if panic.message.is_empty() {
        "the cell panicked"
    } else {
        &panic.message
    };
    let mut failure = Failure::new("panic", message, &[]);
    match cells.locate(&panic.place) {
        CellLocation::Cell {
            number,
            line,
            text,
            column,
        } => {
            let gutter = " ".repeat(line.to_string().len());
            failure.traceback.push(format!(
                "{BLUE}{gutter}-->{PLAIN} cell [{number}], line {line}"
            ));
            failure.traceback.push(format!("{BLUE}{gutter} |{PLAIN}"));
            failure
                .traceback
                .push(format!("{BLUE}{line} |{PLAIN} {text}"));
            let caret = column.map_or(String::new(), |column| {
                // A Korean letter before it is as wide as two others.
                let before: String = text.chars().take(column).collect();
                format!(" {}{RED}^{PLAIN}", " ".repeat(before.width()))
            });
            failure
                .traceback
                .push(format!("{BLUE}{gutter} |{PLAIN}{caret}"));
        }
        CellLocation::Library(place) => {
            failure.traceback.push(format!("{BLUE} -->{PLAIN} {place}"))
        }
        CellLocation::Unknown => {}
    }
    failure
}

fn of_exit(exit: &Exit, outcome: &CellOutcome, interrupted: bool, cells: &Cells) -> Failure {
    if outcome.input_refused {
        return Failure::new(
            "InputError",
            "the cell waits for a line of text, and nobody can type one here",
            &[
                "Run the notebook in JupyterLab, or put the text into the cell.",
                LOST,
            ],
        );
    }
    if interrupted {
        return Failure::new(
            "Interrupted",
            "the cell was stopped",
            &[
                "Only nn-lib's own loops (fit, evaluate, predict, downloads) stop without harm.",
                "Other code could only be stopped by ending its process.",
                LOST,
            ],
        );
    }
    if let Some(panic) = &outcome.panic {
        let mut failure = of_panic(panic, cells);
        failure
            .traceback
            .push(format!("It ended the process. {LOST}"));
        return failure;
    }
    Failure::new(exit_name(exit), &reason(exit, "the cell"), &[LOST])
}

/// The kind of an end.
fn exit_name(exit: &Exit) -> &'static str {
    match exit.code {
        Some(_) => "Exit",
        None => "Crash",
    }
}

/// Why the process ended; `who` may have ended it.
fn reason(exit: &Exit, who: &str) -> String {
    let reason = match (exit.crash.as_deref(), exit.signal, exit.code) {
        (Some("Segmentation fault."), ..) | (None, Some(11), _) => {
            "segmentation fault: invalid memory access, or a recursion that never ends"
        }
        (Some(crash), ..) => crash.trim_end_matches('.'),
        (None, Some(6), _) => "the process was aborted (out of memory, stack overflow, or abort())",
        (None, Some(9), _) => "the process was killed, most likely because memory ran out",
        (None, Some(signal), _) => return format!("the process was ended by signal {signal}"),
        (None, None, Some(code)) => return format!("{who} called exit({code})"),
        (None, None, None) => "the process ended",
    };
    reason.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::front::cell_outcome::Place;

    fn plain(failure: &Failure) -> String {
        let mut text = failure.traceback.join("\n");
        for colour in [RED, BLUE, PLAIN] {
            text = text.replace(colour, "");
        }
        text
    }

    #[test]
    fn a_panic_points_into_its_cell() {
        let mut cells = Cells::default();
        cells.add(2, "let v = [1, 2];\n  v[n];");
        cells.compiled("generated\nlet v = [1, 2];\n\n  v[n];\n", "lib.rs");
        let panic = Panic {
            message: "index out of bounds".into(),
            place: Place {
                file: "/x/cell/src/lib.rs".into(),
                line: 4,
                column: 3,
            },
            thread: "main".into(),
        };
        assert_eq!(
            plain(&of_panic(&panic, &cells)),
            "panic: index out of bounds\n --> cell [2], line 2\n  |\n2 |   v[n];\n  |   ^"
        );
    }

    #[test]
    fn a_panic_behind_korean_letters_points_to_its_place() {
        let mut cells = Cells::default();
        cells.add(2, "let 수 = v[n];");
        cells.compiled("let 수 = v[n];\n", "lib.rs");
        let panic = Panic {
            message: "index out of bounds".into(),
            place: Place {
                file: "/x/cell/src/lib.rs".into(),
                line: 1,
                column: 9,
            },
            thread: "main".into(),
        };
        assert_eq!(
            plain(&of_panic(&panic, &cells)),
            "panic: index out of bounds\n --> cell [2], line 1\n  |\n1 | let 수 = v[n];\n  |          ^"
        );
    }

    #[test]
    fn an_interrupted_loop_says_that_variables_are_lost_and_why() {
        let outcome = CellOutcome {
            exit: Some(Exit {
                signal: Some(2),
                ..Exit::default()
            }),
            ..CellOutcome::default()
        };
        let failure = Failure::of_run(&outcome, true, &Cells::default()).unwrap();
        assert_eq!(failure.name, "Interrupted");
        assert!(plain(&failure).contains("variables are lost"));
    }

    #[test]
    fn a_value_is_one_line() {
        assert_eq!(Failure::new("Error", "a\nb", &[]).value, "a");
    }
}
