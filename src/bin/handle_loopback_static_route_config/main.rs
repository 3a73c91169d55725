//! The command on a router.

mod args;
mod output;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use loopback_static_routes::router;
use loopback_static_routes::router::netlink::Netlink;
use loopback_static_routes::router::{Error, Level, Options, Status, report};

use self::args::{Arguments, Command};
use self::output::Output;

/// How a run ended, as its exit code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done, or in agreement.
    Done = 0,
    /// Something that was given is not followed; or a conflict, or drift.
    Findings = 1,
    /// A failure of the system's or ours. (2 is usage, of which clap tells.)
    Failure = 3,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new();
    let command = arguments.command.unwrap_or(Command::Apply);
    let config = (!matches!(command, Command::Remove)).then_some(arguments.config);
    let options = Options { root: arguments.root, config, wait: Duration::from_secs(arguments.wait.into()) };
    let result = Netlink::open().map_err(Error::from).and_then(|mut kernel| {
        let kernel = &mut kernel;
        match command {
            Command::Apply | Command::Remove => {
                let mut held = Vec::new();
                let applied =
                    router::apply(kernel, &options, &mut |event| match arguments.quiet && event.is_state() {
                        true => held.push((event.level(), event.to_string())),
                        false => output.log(event.level(), &event),
                    })?;
                held.iter().filter(|_| applied.changed()).for_each(|(level, said)| output.log(*level, said));
                let exit = if applied.conflicts.is_empty() { Exit::Done } else { Exit::Findings };
                Ok((exit, if arguments.json { report::applied_json(&applied) } else { String::new() }))
            }
            Command::Status => router::status(kernel, &options).map(|status| {
                let text = if arguments.json { report::status_json } else { report::status_text };
                (drift(!status.in_agreement()), text(&status))
            }),
            Command::Check => router::status(kernel, &options).map(|status| {
                let text = if arguments.json { report::check_json } else { report::check_text };
                (drift(would_do(&status)), text(&status))
            }),
        }
    });
    let (exit, text) = result.unwrap_or_else(|error| {
        output.log(Level::Error, &error);
        let exit = if error.is_finding() { Exit::Findings } else { Exit::Failure };
        (exit, if arguments.json { report::error_json(&error) } else { String::new() })
    });
    let exit = match output.result(&text) {
        Ok(()) => exit,
        Err(error) => {
            output.log(Level::Error, &format!("cannot write to standard output: {error}"));
            Exit::Failure
        }
    };
    ExitCode::from(exit as u8)
}

/// Apply would change something, or leave a conflict.
fn would_do(status: &Status) -> bool {
    status.would_change() || !status.conflicts.is_empty()
}

fn drift(drifts: bool) -> Exit {
    if drifts { Exit::Findings } else { Exit::Done }
}
