//! The command line.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use loopback_static_routes::router::document;

/// Apply the loopback static routes of a router's configuration
#[derive(Debug, Parser)]
#[command(
    name = "handle_loopback_static_route_config",
    version,
    after_help = "\
Exit codes: 0 success, or document, file and kernel agree, or the node never had a document; 1 an \
invalid document or route file, a conflict with another program's route, drift, or a change that waits \
or was reverted; 2 usage; 3 a system failure: the message says what changed."
)]
pub(crate) struct Arguments {
    /// The command; the default is apply
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The document that Salt delivers; a relative path starts at the working directory
    #[arg(long, global = true, value_name = "FILE", default_value = document::PATH)]
    pub(crate) config: PathBuf,

    /// A folder to prepend to every absolute path, including that of the document
    #[arg(long, global = true, value_name = "DIR", default_value = "/")]
    pub(crate) root: PathBuf,

    /// Wait this long for another run to end
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 5)]
    pub(crate) lock_wait: u16,

    /// The identifier of this boot, if /proc/sys cannot be read
    #[arg(long, global = true, value_name = "ID", hide = true)]
    pub(crate) boot_id: Option<String>,

    /// Print only changes, and each state and error once: when it begins, and when it ends
    #[arg(long, global = true)]
    pub(crate) quiet: bool,

    /// Print the result as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print colours: auto, always or never; auto respects NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: ColorChoice,
}

/// A command.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Apply the document to the route file and the kernel, as the service does
    Apply(WaitArguments),
    /// Show the state of document, file and kernel, and what to do next; exit 1 if they differ
    Status(StatusArguments),
    /// Show what apply would do, without doing it; exit 1 if it would change something
    Check,
    /// Keep the routes that are tried, or apply a change that waits or was rejected
    Confirm,
    /// Restore the routes from before the trial, and reject those that are tried
    Revert(WaitArguments),
    /// Remove the plugin's routes and its part of the route file, and keep the plugin off
    Hold(HoldArguments),
    /// End a hold, and try a rejected configuration again
    Release(WaitArguments),
    /// Remove the plugin's routes and its part of the route file, regardless of the document
    Remove(RemoveArguments),
    /// Run the service, and print the result for the Salt state
    SaltState(SaltStateArguments),
}

/// The choice to wait for the end of a trial.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct WaitArguments {
    /// Wait for the end of a trial; the default on a terminal
    #[arg(long)]
    wait: bool,

    /// Leave a trial to the watch
    #[arg(long, conflicts_with = "wait")]
    no_wait: bool,
}

impl WaitArguments {
    /// Returns the user's choice, or else the default.
    pub(crate) fn waits(self, default: bool) -> bool {
        self.wait || default && !self.no_wait
    }
}

/// The options of `hold`.
#[derive(Args, Clone, Debug)]
pub(crate) struct HoldArguments {
    /// Why, for those who look at the status
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,

    /// Remove the routes without a trial
    #[arg(long)]
    pub(crate) now: bool,

    #[command(flatten)]
    pub(crate) wait: WaitArguments,
}

/// The options of `remove`.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct RemoveArguments {
    /// Remove the routes without a trial
    #[arg(long)]
    pub(crate) now: bool,

    #[command(flatten)]
    pub(crate) wait: WaitArguments,
}

/// The options of `salt-state`.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct SaltStateArguments {
    /// Exit 1 for every verdict but in-agreement and held
    #[arg(long)]
    pub(crate) strict: bool,

    /// Do not run the service, and show whether it would change something
    #[arg(long)]
    pub(crate) test: bool,
}

/// The options of `status`.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct StatusArguments {
    /// Show all routes, not only those that differ
    #[arg(long, conflicts_with = "summary")]
    pub(crate) all: bool,

    /// Show no routes; the output is smaller than 1 kB
    #[arg(long)]
    pub(crate) summary: bool,

    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// A format of `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text, in 80 columns
    Text,
    /// JSON, like --json
    Json,
    /// Metrics, for the textfile folder of the node exporter
    Openmetrics,
}
