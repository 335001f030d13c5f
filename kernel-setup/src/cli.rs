//! What can be typed after `cargo notebook`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::installation;
use crate::language::Language;

const LEFT_OUT: &str = "\
What a page cannot have in it (a picture that is missing, something on another machine, a formula that cannot be
converted) is said once for each notebook, stands on the page as a link or as text, and does not fail the command.
A failing cell does. A notebook is never overwritten: where one lies in the output folder that was not made here,
the executed one is NAME.executed.ipynb. Notebooks of one name get their folder's name in front.";

const BUNDLE: &str = "\
The file has everything in it: kernel, nn-lib, compiler, Python's packages, the chapter with its cells compiled, and the
licenses. Students need no Rust, no C compiler, no rights and no network:

  tar xf nn-lib-classroom-*.tar.gz && ./nn-lib-classroom/notebook lab

It works on the same kind of processor, and on systems whose glibc is not older than the file needs; ./notebook says so.";

const FOR_ALL: &str = "\
With --system everything goes to /opt/rust-nn, the kernel is offered to every Jupyter of the machine
(/usr/local/share/jupyter), and `rust-nn` is a command for all users. Only root may do that. With --prefix DIR
nothing is written outside of DIR, which may be your own. A newer installation replaces an older one in one step;
kernels that run go on.";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "cargo notebook",
    bin_name = "cargo notebook",
    version,
    about = "A Rust classroom: notebooks in which nn-lib is already loaded",
    after_help = "The first `run` or `lab` sets everything up (a few minutes); later ones start at once.\n\
                  Everything lives in one cache directory ($RUST_NN_CACHE, by default the platform's cache\n\
                  directory + rust-nn); `uninstall` removes it."
)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Reads the command line; one that cannot be read ends the process with an explanation. In an installation the command
/// has another name, and what needs the repository is not offered.
pub fn parse() -> CommandLine {
    let mut command = CommandLine::command();
    if installation::is_here() {
        command = command
            .name("notebook")
            .bin_name("./notebook")
            .after_help("The first `run` or `lab` makes a private Python environment in the user's cache directory\n\
                         ($RUST_NN_CACHE, by default ~/.cache/rust-nn); `uninstall` removes it.");
        for name in ["bench", "bundle"] {
            command = command.mut_subcommand(name, |command| command.hide(true));
        }
    }
    let matches = command.get_matches();
    CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// One of the things that `cargo notebook` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Execute the chapter's notebooks and write them as HTML pages
    #[command(after_help = LEFT_OUT)]
    Run(RunArguments),
    /// Open JupyterLab on the chapter
    Lab(LabArguments),
    /// Write the notebooks as files for a lecture; they need no network to be viewed
    #[command(after_help = LEFT_OUT)]
    Export(ExportArguments),
    /// Offer the kernel to an existing Jupyter or VS Code
    Install(InstallArguments),
    /// Remove the kernel, its running processes and everything that set-up made
    Uninstall(UninstallArguments),
    /// Make one file with the classroom for machines that have nothing but Python
    #[command(after_help = BUNDLE)]
    Bundle(BundleArguments),
    /// Check what the classroom needs and say for each failure what to do
    Doctor(DoctorArguments),
    /// Measure training and the kernel, beside what one would use instead
    Bench(BenchArguments),
}

/// The Python that runs Jupyter.
#[derive(Debug, Args)]
pub struct PythonArguments {
    /// Use this Python, which has JupyterLab and nbconvert, instead of a private environment
    #[arg(long, value_name = "PATH")]
    pub python: Option<PathBuf>,
}

/// The language of the text: of the edition that is taken, and of the words around it.
#[derive(Debug, Args)]
pub struct LanguageArguments {
    /// The chapter's edition in this language (ko: Korean), and its words on the pages
    /// (default: English, and for each notebook the language that its metadata names as "lang")
    #[arg(long, value_name = "LANGUAGE", value_parser = Language::parse)]
    pub lang: Option<Language>,
}

/// How notebooks are executed.
#[derive(Debug, Args)]
pub struct ExecutionArguments {
    /// Notebooks to take (default: all of the chapter, in order)
    #[arg(value_name = "NOTEBOOK")]
    pub notebooks: Vec<PathBuf>,
    /// Take the chapter and the notebooks that go further
    #[arg(long, conflicts_with = "notebooks")]
    pub all: bool,
    /// Directory for the files that are written (default: notebooks/executed, and below it a folder for another language)
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Seconds that one cell may take
    #[arg(long, value_name = "SECONDS", default_value_t = 1800)]
    pub timeout: u64,
    /// Notebooks to execute at once (default: one per processor, up to 4)
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// The language of the text.
    #[command(flatten)]
    pub language: LanguageArguments,
    /// The Python to use.
    #[command(flatten)]
    pub python: PythonArguments,
}

/// `cargo notebook run`
#[derive(Debug, Args)]
pub struct RunArguments {
    /// What to execute and where the results go.
    #[command(flatten)]
    pub execution: ExecutionArguments,
}

/// A kind of file for a lecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One self-contained page per notebook
    Html,
    /// reveal.js slides in one self-contained file per notebook
    Slides,
    /// A printed page (needs Chromium or Chrome)
    Pdf,
}

/// Whether answers and solutions are folded away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Solutions {
    /// As in the notebook: a reader opens them one by one
    Folded,
    /// All are open, for the teacher's copy
    Open,
}

/// `cargo notebook export`
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The kind of file
    #[arg(long, value_enum, default_value_t = Format::Html)]
    pub to: Format,
    /// Take the outputs of the last `run` instead of executing again
    #[arg(long)]
    pub no_execute: bool,
    /// Of sliders and other controls, show the first result alone, as a PDF does
    #[arg(long, conflicts_with = "no_execute")]
    pub no_widgets: bool,
    /// Whether answers and solutions are folded away, or open for the teacher's copy
    #[arg(long, value_enum, default_value_t = Solutions::Folded)]
    pub solutions: Solutions,
    /// What to execute and where the results go.
    #[command(flatten)]
    pub execution: ExecutionArguments,
}

/// `cargo notebook lab`
#[derive(Debug, Args)]
pub struct LabArguments {
    /// Do not open a browser; the address is printed
    #[arg(long)]
    pub no_browser: bool,
    /// Port of the server (default: 8888, or the next free one)
    #[arg(long)]
    pub port: Option<u16>,
    /// The language of the text.
    #[command(flatten)]
    pub language: LanguageArguments,
    /// The Python to use.
    #[command(flatten)]
    pub python: PythonArguments,
    /// More options for JupyterLab, after `--`
    #[arg(last = true, value_name = "JUPYTER_OPTION")]
    pub jupyter: Vec<String>,
}

/// `cargo notebook install`
#[derive(Debug, Args)]
#[command(after_help = FOR_ALL)]
pub struct InstallArguments {
    /// Install below this prefix (PREFIX/share/jupyter), for instance a virtual environment,
    /// instead of the user's Jupyter directory
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<PathBuf>,
    /// Install everything once for all users of this machine (as root; with --prefix, all of it below that directory)
    #[arg(long)]
    pub system: bool,
    /// With --system: install JupyterHub as well, for a class in the browser
    #[arg(long, requires = "system")]
    pub hub: bool,
}

/// `cargo notebook uninstall`
#[derive(Debug, Args)]
pub struct UninstallArguments {
    /// Also remove the kernelspec below this prefix (where `install --prefix` put it)
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<PathBuf>,
    /// Remove what `install --system` has made (with --prefix: there), and nothing else
    #[arg(long)]
    pub system: bool,
}

/// `cargo notebook bundle`
#[derive(Debug, Args)]
pub struct BundleArguments {
    /// The file (default: nn-lib-classroom-VERSION-PROCESSOR-linux.tar.gz in this folder)
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also pack Keras's data files from this folder, where you may hand them out
    #[arg(long, value_name = "DIR")]
    pub with_data: Option<PathBuf>,
}

/// `cargo notebook doctor`
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// The Python to use.
    #[command(flatten)]
    pub python: PythonArguments,
}

/// `cargo notebook bench`
#[derive(Debug, Args)]
pub struct BenchArguments {
    /// Also install Keras (with JAX and TensorFlow) and scikit-learn, for this once, and measure them in the same run
    #[arg(long)]
    pub keras: bool,
    /// Also install evcxr's own Jupyter kernel, and measure it in the same run
    #[arg(long)]
    pub stock: bool,
}
