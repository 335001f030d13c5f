//! The classroom's command line: `cargo notebook run | lab | export | install | uninstall | bundle | doctor | bench`.
//!
//! Reading order: `cli.rs` (what can be typed), `setup.rs` (what is made on first use), then one
//! file per command; `runner.rs` executes notebooks for `run` and `export`.

mod bench;
mod browser;
mod bundle;
mod classroom;
mod cli;
mod doctor;
mod export;
mod failure;
mod install;
mod installation;
mod interrupt;
mod jupyter;
mod kernelspec;
mod lab;
mod language;
mod notebook_events;
mod notebook_file;
mod notebooks;
mod output_files;
mod paths;
mod pdf;
mod processes;
mod progress;
mod requirements;
mod run;
mod runner;
mod setup;
mod subprocess;
mod system;
mod uninstall;
mod user;

use std::process::ExitCode;

use rust_nn_template::processors;

use cli::Command;
use failure::{Failure, Result};
use paths::Paths;

fn main() -> ExitCode {
    let command_line = cli::parse();
    interrupt::watch();
    if let Err(problem) = processors::chosen() {
        let mend = format!("set {} to a number, or unset it", processors::THREADS);
        report(&Failure::missing(problem, mend));
        return ExitCode::FAILURE;
    }
    match perform(command_line.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn perform(command: Command) -> Result<()> {
    let paths = Paths::find()?;
    match command {
        Command::Run(arguments) => run::run(&paths, arguments),
        Command::Lab(arguments) => lab::lab(&paths, arguments),
        Command::Export(arguments) => export::export(&paths, arguments),
        Command::Install(arguments) => install::install(&paths, arguments),
        Command::Uninstall(arguments) => uninstall::uninstall(&paths, arguments),
        Command::Bundle(arguments) => bundle::bundle(&paths, arguments),
        Command::Doctor(arguments) => doctor::doctor(&paths, arguments),
        Command::Bench(arguments) => bench::bench(&paths, arguments),
    }
}

fn report(failure: &Failure) {
    if let Failure::Several(failures) = failure {
        return failures.iter().for_each(report);
    }
    eprintln!(
        "{} {}",
        console::style("error:").red().bold().for_stderr(),
        installation::in_words(&failure.to_string())
    );
    if let Some(mend) = failure.mend() {
        eprintln!(
            "  {} {}",
            console::style("to mend it:").bold().for_stderr(),
            installation::in_words(mend)
        );
    }
}
