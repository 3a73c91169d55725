//! The program on a router.

mod args;
mod clock;
#[path = "../common/colours.rs"]
mod colours;
mod output;
mod salt_state;
mod status;
mod systemd;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use loopback_static_routes::contract::Verdict;
use loopback_static_routes::router;
use loopback_static_routes::router::confirm::Intent;
use loopback_static_routes::router::netlink::Netlink;
use loopback_static_routes::router::tcp::Tcp;
use loopback_static_routes::router::{ApplyOptions, Error, Priority, report};

use self::args::{Arguments, Command, WaitArguments};
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
    let text = match &arguments.command {
        _ if arguments.json => report::error_json(error),
        Some(Command::Status(options)) => status::error_text(arguments, *options, error),
        _ => String::new(),
    };
    (exit, text)
}

/// Runs a command. Returns its exit code and its result.
fn run(arguments: &Arguments, output: &Output) -> Result<(Exit, String), Error> {
    let command = arguments.command.clone().unwrap_or(Command::Apply(WaitArguments::default()));
    let (intent, wait) = match &command {
        Command::Apply(wait) => (Intent::Apply, *wait),
        Command::Confirm => (Intent::Confirm, WaitArguments::default()),
        Command::Revert(wait) => (Intent::Revert, *wait),
        Command::Hold(hold) => (Intent::Hold { reason: hold.reason.clone(), now: hold.now }, hold.wait),
        Command::Release(wait) => (Intent::Release, *wait),
        Command::Remove(remove) => (Intent::Remove { now: remove.now }, remove.wait),
        Command::Status(_) | Command::Check | Command::SaltState(_) => (Intent::Apply, WaitArguments::default()),
    };
    let options = ApplyOptions {
        root: arguments.root.clone(),
        config: arguments.config.clone(),
        intent,
        wait: Duration::from_secs(arguments.lock_wait.into()),
        quiet: arguments.quiet,
    };
    let mut kernel = Netlink::open()?;
    match command {
        Command::Status(shown) => {
            let status = router::status(&mut kernel, &options)?;
            let is_fine = matches!(status.verdict(), Verdict::InAgreement | Verdict::NoDocument | Verdict::Held);
            Ok((Exit::of(!is_fine), status::text(arguments, shown, &status)))
        }
        Command::Check => {
            let status = router::status(&mut kernel, &options)?;
            if let Some(error) = status.missing_document() {
                return Err(error);
            }
            let text = if arguments.json { report::check_json } else { report::check_text };
            Ok((Exit::of(status.has_changes() || status.has_conflicts()), text(&status)))
        }
        Command::SaltState(salt) => Ok(salt_state::run(&mut kernel, &options, salt, arguments)),
        _ => Ok(apply(&mut kernel, options, wait, arguments, output)),
    }
}

/// Applies the document, or does what the command says, and waits for the end of a trial. The run
/// logs its own error.
fn apply(
    kernel: &mut Netlink,
    mut options: ApplyOptions,
    wait: WaitArguments,
    arguments: &Arguments,
    output: &Output,
) -> (Exit, String) {
    let waits = wait.waits(output.is_terminal());
    loop {
        let now = clock::now(arguments);
        let mut log = |event: router::Event<'_>| output.log(event.priority(), &event);
        match router::apply(kernel, &mut Tcp::new(), &now, &options, &mut log) {
            Ok(applied) if waits && applied.outcome.is_pending() => {
                output.count_down(applied.outcome.seconds_left(&now.moment), clock::STEP);
                // The operator's command has had its effect.
                options.intent = match options.intent {
                    Intent::Hold { .. } | Intent::Remove { .. } | Intent::Continue => Intent::Continue,
                    _ => Intent::Apply,
                };
                options.quiet = true;
            }
            Ok(applied) => {
                let text = if arguments.json { report::applied_json(&applied) } else { String::new() };
                // The operator has to know if a command has no effect.
                let is_command = options.intent != Intent::Apply;
                let is_refused = applied.outcome.is_refusal() || is_command && applied.outcome.is_postponed();
                return (Exit::of(applied.has_conflicts() || is_refused), text);
            }
            Err(error) => return failed(arguments, &error),
        }
    }
}
