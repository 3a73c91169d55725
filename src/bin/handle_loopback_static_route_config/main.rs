//! The program on a router.

mod args;
mod output;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use loopback_static_routes::router;
use loopback_static_routes::router::netlink::Netlink;
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
        let exit = if error.is_finding() { Exit::Findings } else { Exit::Failure };
        (exit, if arguments.json { report::error_json(&error) } else { String::new() })
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

/// Runs a command. Returns its exit code and its result.
fn run(arguments: &Arguments, output: &Output) -> Result<(Exit, String), Error> {
    let command = arguments.command.unwrap_or(Command::Apply);
    let options = ApplyOptions {
        root: arguments.root.clone(),
        config: (!matches!(command, Command::Remove)).then(|| arguments.config.clone()),
        wait: Duration::from_secs(arguments.wait.into()),
    };
    let mut kernel = Netlink::open()?;
    match command {
        Command::Apply | Command::Remove => apply(&mut kernel, &options, arguments, output),
        Command::Status => {
            let status = router::status(&mut kernel, &options)?;
            let text = if arguments.json { report::status_json } else { report::status_text };
            Ok((Exit::of(!status.is_in_agreement()), text(&status)))
        }
        Command::Check => {
            let status = router::status(&mut kernel, &options)?;
            let text = if arguments.json { report::check_json } else { report::check_text };
            Ok((Exit::of(status.has_changes() || status.has_conflicts()), text(&status)))
        }
    }
}

/// Applies the document. A quiet run delays its messages about states until it changes something.
fn apply(
    kernel: &mut Netlink,
    options: &ApplyOptions,
    arguments: &Arguments,
    output: &Output,
) -> Result<(Exit, String), Error> {
    let mut held = Vec::new();
    let applied = router::apply(kernel, options, &mut |event| match arguments.quiet && event.is_state() {
        true => held.push((event.priority(), event.to_string())),
        false => output.log(event.priority(), &event),
    })?;
    if applied.has_changes() {
        held.iter().for_each(|(priority, message)| output.log(*priority, message));
    }
    let text = if arguments.json { report::applied_json(&applied) } else { String::new() };
    Ok((Exit::of(applied.has_conflicts()), text))
}
