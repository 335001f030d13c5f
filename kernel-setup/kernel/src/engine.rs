//! The evcxr engine, made ready for cells that use nn-lib.

use crate::directory::{KernelDirectory, OPT_LEVEL};
use crate::items::Items;
use crate::standin;
use crate::variable_types::{self, Known, Past};
use evcxr::{CommandContext, Completions, Error, EvalContext, EvalOutputs};
use std::os::unix::process::CommandExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// What every notebook starts with.
const PRELUDE: &str = "use nn_lib::prelude::*;";

/// Code whose completion makes rust-analyzer infer types of the standard library: the first
/// inference takes seconds, and so it is not left to the first cell.
const WARM_UP: &str =
    "let warm = vec![1.0f32].iter().map(|x| x * 2.0).collect::<Vec<f32>>(); warm.";

/// A cell that needs no type inference of values, and changes nothing.
const PROBE: &str = "();";

/// Where every name that a cell can use is listed: a statement that has not begun.
const ANY_NAME: &str = "{ ();; loop {} }";

/// What is said where a package of Python's is asked for.
const PACKAGES: &str = "a package of Python's is of no use in Rust: a crate is brought in by `:dep name = \"1\"`, and `pip` runs in a terminal";

/// The engine of one kernel.
pub struct Engine {
    context: CommandContext,
    /// The names of the prelude and of Rust's own, once rust-analyzer is warm.
    scope: Vec<String>,
    /// The kernel's directory.
    pub(crate) kernel: KernelDirectory,
    /// The items of the cells that have run.
    pub(crate) items: Items,
    /// The cells that have run, as far as types depend on them.
    past: Past,
    /// Whether rust-analyzer reads the library and the preloaded crates, or has read them.
    reads: bool,
}

impl Engine {
    /// Starts the engine and its process for cells, and loads nn-lib.
    ///
    /// # Errors
    /// The compiler is missing or does not work.
    pub fn start(kernel: &KernelDirectory) -> Result<Engine, Error> {
        // Settings in the notebook's directory are not for this kernel.
        let elsewhere = Elsewhere::go(&kernel.path)?;
        let mut relay = Command::new(std::env::current_exe()?);
        // A group of its own: the relay survives what kills the kernel, and cleans up.
        relay
            .arg("--relay")
            .current_dir(&elsewhere.back)
            .process_group(0);
        let (context, outputs) = EvalContext::with_subprocess_command(relay)?;
        drop(elsewhere);
        // The relay takes all output; what still comes here is its own last words.
        std::thread::spawn(move || {
            for line in outputs.stderr {
                crate::log(&line);
            }
        });
        let mut engine = Engine {
            context: CommandContext::with_eval_context(context),
            scope: Vec::new(),
            kernel: kernel.clone(),
            items: Items::default(),
            past: Past::new(kernel),
            reads: false,
        };
        engine.execute(PRELUDE)?;
        Ok(engine)
    }

    /// Makes rust-analyzer do the work that its first answer needs.
    pub fn warm_up(&mut self) {
        let start = Instant::now();
        let _ = self.completions(WARM_UP, WARM_UP.len());
        if let Some(found) = self.completions(ANY_NAME, 5) {
            let names = found.completions.iter().map(|item| &item.code);
            let is_name = |name: &&String| name.chars().all(|c| c.is_alphanumeric() || c == '_');
            self.scope = names.filter(is_name).cloned().collect();
        }
        crate::log(&format!(
            "rust-analyzer is warm after {:?}",
            start.elapsed()
        ));
    }

    /// Lets rust-analyzer read the library and the preloaded crates, if it has not yet: before its next answer it does.
    fn read_all(&mut self) {
        if self.reads {
            return;
        }
        self.reads = true;
        // Where the disk is full, nothing is compiled either.
        let read = self.kernel.read_all().map_err(Error::from);
        if let Err(error) = read.and_then(|()| self.context.set_opt_level(OPT_LEVEL)) {
            crate::log(&format!("types are not inferred: {error}"));
        }
    }

    /// Compiles and runs a cell. Where the types of its variables are known, or it declares none, it does not wait for
    /// rust-analyzer to read.
    ///
    /// # Errors
    /// The code does not compile, or its process ended.
    pub fn execute_cell(&mut self, code: &str) -> Result<EvalOutputs, Error> {
        let names = variable_types::names(code);
        let key = self.past.key(&self.variables(), code);
        let known = match &key {
            Some(key) if !self.reads => Known::read(&self.kernel, key, &names),
            _ => None,
        };
        self.kernel.forget_declared();
        let result = match &known {
            Some(known) => self.execute(&known.write_into(code, &names)),
            None => {
                if !names.is_empty() || key.is_none() {
                    self.read_all();
                }
                self.execute(code)
            }
        };
        match &result {
            Ok(_) => {
                if let Some(key) = key
                    .as_ref()
                    .filter(|_| !names.is_empty() && known.is_none())
                    && let Some(found) = Known::among(&self.kernel.declared(), &names)
                {
                    // What cannot be kept now is inferred again next time.
                    let _ = found.keep(&self.kernel, key);
                }
                self.past.add(key);
            }
            Err(Error::CompilationErrors(_) | Error::Message(_)) => {
                if known.is_some() && !self.reads {
                    // Nothing has run. What was known may be wrong, and the errors must be the cell's own.
                    self.read_all();
                    return self.execute_cell(code);
                }
            }
            Err(_) => self.past.add(None),
        }
        result
    }

    /// Compiles and runs code as it is.
    ///
    /// # Errors
    /// The code does not compile, or its process ended.
    pub fn execute(&mut self, code: &str) -> Result<EvalOutputs, Error> {
        check_commands(code)?;
        let asks = code.lines().any(is_dependency);
        standin::begin_cell(&self.kernel, asks.then(|| self.variables()))?;
        let outputs = match asks && code.lines().all(is_no_code) {
            // With a statement the engine compiles and runs the cell, and a crate that does not fit is told here.
            true => self.context.execute(&format!("{code}\n();")),
            false => self.context.execute(code),
        };
        if code.lines().any(|line| line.trim() == ":clear") {
            standin::forget_crates(&self.kernel);
            // It has taken nn-lib's names away as well.
            self.context.execute(PRELUDE)?;
        }
        outputs
    }

    /// Whether the process that runs cells is there.
    pub fn process_lives(&self) -> bool {
        let process = self.context.process_handle();
        let mut process = process.lock().unwrap_or_else(|lock| lock.into_inner());
        matches!(process.try_wait(), Ok(None))
    }

    /// Starts a new process for cells in the place of the one that there is, or was.
    ///
    /// # Errors
    /// The engine does not work any more.
    pub fn restart(&mut self) -> Result<(), Error> {
        {
            let process = self.context.process_handle();
            let mut process = process.lock().unwrap_or_else(|lock| lock.into_inner());
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
        // The engine finds its process gone, starts another one, and forgets the variables.
        match self.context.execute(PRELUDE) {
            Err(Error::SubprocessTerminated(_)) => Ok(()),
            result => result.map(|_| ()),
        }
    }

    /// What can follow the byte `position` of `code`.
    ///
    /// This and [`describe`](Self::describe) touch no values: a panic of rust-analyzer costs one answer.
    pub fn completions(&mut self, code: &str, position: usize) -> Option<Completions> {
        self.read_all();
        let code = without_dependencies(code, position);
        analysed(|| self.context.completions(&code, position).ok())
    }

    /// What is known about the name that ends at the byte `position`: plain text and HTML.
    pub fn describe(&mut self, code: &str, position: usize) -> Option<(String, String)> {
        self.read_all();
        let code = without_dependencies(code, position);
        let (plain, html) = analysed(|| self.context.hover_at(&code, position).ok())?;
        (plain != "No documentation found").then_some((plain, html))
    }

    /// The variables and their types.
    pub fn variables(&self) -> Vec<(String, String)> {
        self.context
            .variables_and_types()
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .collect()
    }

    /// The names that the notebook has given: variables, functions and types.
    pub fn own_names(&self) -> Vec<String> {
        let variables = self.context.variables_and_types().map(|(name, _)| name);
        let items = self.context.defined_item_names();
        let own = variables.chain(items.filter(|name| self.items.shows(name)));
        own.map(str::to_owned).collect()
    }

    /// The names that a cell can use: the notebook's own, imports, and those of the prelude.
    pub fn names(&self) -> Vec<String> {
        let mut names = self.own_names();
        names.extend_from_slice(&self.scope);
        names.sort();
        names.dedup();
        names
    }

    /// Whether cells still run after a panic of the engine: it kept its state, and the process its variables.
    pub fn is_sound(&mut self) -> bool {
        analysed(|| self.context.execute(PROBE).ok()).is_some()
    }
}

/// The answer of an analysis of code; none if it panics.
fn analysed<T>(analysis: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(analysis)).ok().flatten()
}

/// The process is in another directory until this is dropped, also by a panic.
struct Elsewhere {
    back: PathBuf,
}

impl Elsewhere {
    fn go(directory: &Path) -> std::io::Result<Elsewhere> {
        let back = std::env::current_dir()?;
        std::env::set_current_dir(directory)?;
        Ok(Elsewhere { back })
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        if let Err(error) = std::env::set_current_dir(&self.back) {
            crate::log(&format!("the notebook's directory is gone: {error}"));
        }
    }
}

/// Whether a line asks for a crate.
fn is_dependency(line: &str) -> bool {
    line.split_whitespace().next() == Some(":dep")
}

/// Whether a line is a command of the engine, a comment, or empty.
fn is_no_code(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with(':') || line.starts_with("//")
}

/// The code with spaces for the lines that ask for crates, except the one with the byte `position`: while a reader
/// types, no crate is looked for.
fn without_dependencies(code: &str, position: usize) -> String {
    let mut end = 0;
    let lines = code.split_inclusive('\n').map(|line| {
        let start = end;
        end += line.len();
        let is_here = (start..end).contains(&position) || position == code.len() && end == position;
        match is_dependency(line) && !is_here {
            true => line.replace(|character: char| character != '\n', " "),
            false => line.to_owned(),
        }
    });
    lines.collect()
}

/// Refuses what the engine would take, and after which cells do not work any more, and what cannot help.
fn check_commands(code: &str) -> Result<(), Error> {
    const LEVELS: [&str; 4] = ["0", "1", "2", "3"];
    for line in code.lines() {
        if line.trim() == ":restart" {
            let message =
                "`:restart` is not for notebooks: the kernel is restarted in Jupyter's menu";
            return Err(Error::Message(message.to_owned()));
        }
        let packages = ["!pip ", "!pip3 ", "!conda ", "%pip ", "%conda "];
        if packages.iter().any(|command| line.starts_with(command)) {
            return Err(Error::Message(PACKAGES.to_owned()));
        }
        let mut words = line.split_whitespace();
        if let (Some(":opt"), Some(level)) = (words.next(), words.next())
            && !LEVELS.contains(&level)
        {
            let message = format!("{level} is no level of optimization: `:opt` takes 0, 1, 2 or 3");
            return Err(Error::Message(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Elsewhere;

    #[test]
    fn a_panic_while_the_engine_starts_leaves_the_notebooks_directory_as_it_was() {
        let before = std::env::current_dir().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let panic = std::panic::catch_unwind(|| {
            let _elsewhere = Elsewhere::go(directory.path()).unwrap();
            panic!("the engine fails");
        });
        assert!(panic.is_err());
        assert_eq!(std::env::current_dir().unwrap(), before);
    }
}
