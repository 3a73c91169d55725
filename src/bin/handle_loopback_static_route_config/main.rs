//! The program on a router.

mod args;
mod output;
mod status;
mod systemd;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use loopback_static_routes::router;
use loopback_static_routes::router::netlink::Netlink;
use loopback_static_routes::router::status::Verdict;
use loopback_static_routes::router::{ApplyOptions, Error, Priority, report};

use self::args::{Arguments, Command};
use self::output::Output;

/// The exit codes, except for 2: clap reports errors of usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Success, or agreement.
    Done = 0,
    /// An invalid document or route file, a conflict, or drift.
    Findings = 1,
    /// A failure of the system.
    Failure = 3,
}

impl Exit {
    fn of(has_findings: bool) -> Self {
        if has_findings { Self::Findings } else { Self::Done }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new();
    let (exit, text) = run(&arguments, &output).unwrap_or_else(|error| {
        output.log(Priority::Error, &error);
        failed(&arguments, &error)
    });
    let exit = match output.result(&text) {
        Ok(()) => exit,
        Err(error) => {
            output.log(Priority::Error, &format!("cannot write to standard output: {error}"));
            Exit::Failure
        }
    };
    ExitCode::from(exit as u8)
}

/// Returns the exit code and the result of a command that failed.
fn failed(arguments: &Arguments, error: &Error) -> (Exit, String) {
    let exit = if error.is_finding() { Exit::Findings } else { Exit::Failure };
    let text = match arguments.command {
        _ if arguments.json => report::error_json(error),
        Some(Command::Status(options)) => status::error_text(arguments, options, error),
        _ => String::new(),
    };
    (exit, text)
}

/// Runs a command. Returns its exit code and its result.
fn run(arguments: &Arguments, output: &Output) -> Result<(Exit, String), Error> {
    let command = arguments.command.unwrap_or(Command::Apply);
    let options = ApplyOptions {
        root: arguments.root.clone(),
        config: (!matches!(command, Command::Remove)).then(|| arguments.config.clone()),
        wait: Duration::from_secs(arguments.wait.into()),
        quiet: arguments.quiet,
    };
    let mut kernel = Netlink::open()?;
    match command {
        Command::Apply | Command::Remove => Ok(apply(&mut kernel, &options, arguments, output)),
        Command::Status(shown) => {
            let status = router::status(&mut kernel, &options)?;
            let has_drift = status.verdict() == Verdict::Drift;
            Ok((Exit::of(has_drift), status::text(arguments, shown, &status)))
        }
        Command::Check => {
            let status = router::status(&mut kernel, &options)?;
            if let Some(error) = status.missing_document() {
                return Err(error);
            }
            let text = if arguments.json { report::check_json } else { report::check_text };
            Ok((Exit::of(status.has_changes() || status.has_conflicts()), text(&status)))
        }
    }
}

/// Applies the document. The run logs its own error.
fn apply(kernel: &mut Netlink, options: &ApplyOptions, arguments: &Arguments, output: &Output) -> (Exit, String) {
    match router::apply(kernel, options, &mut |event| output.log(event.priority(), &event)) {
        Ok(applied) => {
            let text = if arguments.json { report::applied_json(&applied) } else { String::new() };
            (Exit::of(applied.has_conflicts()), text)
        }
        Err(error) => failed(arguments, &error),
    }
}
