//! The command on the conductor and in CI.

mod args;
mod completion;
mod convert;
mod diff;
mod generate;
mod git;
mod output;
mod rule;
mod salt_setup;
mod schema;
mod validate;
mod why;

use std::process::ExitCode;

use clap::Parser as _;

use self::args::{Arguments, Command};
use self::output::Output;

/// Most of what is allocated is small, lives as long as the process, and is freed by another thread if at all (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a run ended, as its exit code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done.
    Done = 0,
    /// Findings of severity error; or, where a check was asked for, a difference.
    Findings = 1,
    /// The command line names something that does not exist.
    Usage = 2,
    /// A failure of the system's or ours.
    Failure = 3,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::new(arguments.color);
    let exit = match arguments.command {
        Command::Generate(arguments) => generate::run(&arguments, &mut output),
        Command::Validate(arguments) => validate::run(&arguments, &mut output),
        Command::Why(arguments) => why::run(&arguments, &mut output),
        Command::Convert(arguments) => convert::run(&arguments, &mut output),
        Command::Diff(arguments) => diff::run(&arguments, &mut output),
        Command::Rule(arguments) => rule::run(&arguments, &mut output),
        Command::Schema(arguments) => schema::run(&arguments, &mut output),
        Command::SaltSetup(arguments) => salt_setup::run(&arguments, &mut output),
        Command::Completions { shell } => completion::completions(shell, &mut output),
        Command::Man { command } => completion::man(command.as_deref(), &mut output),
    };
    let exit = exit.unwrap_or_else(|error| {
        output.message(&format!("error: {error:#}"));
        Exit::Failure
    });
    ExitCode::from(exit as u8)
}
