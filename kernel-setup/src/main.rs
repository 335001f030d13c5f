//! The classroom's command line: `cargo notebook run | lab | export | install | uninstall | bundle | doctor | bench`.
//!
//! Reading order: `cli.rs` (what can be typed), `setup.rs` (what is made on first use), then one
//! file per command; `runner.rs` executes notebooks for `run` and `export`.

mod bench;
mod bundle;
mod checks;
mod classroom;
mod cli;
mod doctor;
mod events;
mod export;
mod failure;
mod input;
mod install;
mod installation;
mod interrupt;
mod jupyter;
mod kernelspec;
mod lab;
mod notebooks;
mod pdf;
mod places;
mod processes;
mod program;
mod progress;
mod run;
mod runner;
mod setup;
mod system;
mod targets;
mod uninstall;
mod user;

use std::process::ExitCode;

use rust_nn_template::share;

use cli::Command;
use failure::{Failure, Result};
use places::Places;

fn main() -> ExitCode {
    let command_line = cli::parse();
    interrupt::watch();
    if let Err(problem) = share::chosen() {
        let mend = format!("set {} to a number, or unset it", share::THREADS);
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
    let places = Places::find()?;
    match command {
        Command::Run(arguments) => run::run(&places, arguments),
        Command::Lab(arguments) => lab::lab(&places, arguments),
        Command::Export(arguments) => export::export(&places, arguments),
        Command::Install(arguments) => install::install(&places, arguments),
        Command::Uninstall(arguments) => uninstall::uninstall(&places, arguments),
        Command::Bundle(arguments) => bundle::bundle(&places, arguments),
        Command::Doctor(arguments) => doctor::doctor(&places, arguments),
        Command::Bench(arguments) => bench::bench(&places, arguments),
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
