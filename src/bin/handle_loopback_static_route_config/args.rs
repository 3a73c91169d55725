//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use loopback_static_routes::router::document;

/// Apply the loopback static routes of a router's configuration
#[derive(Debug, Parser)]
#[command(
    name = "handle_loopback_static_route_config",
    version,
    after_help = "\
Exit codes: 0 success, or document, file and kernel agree, or the node never had a document; 1 an \
invalid document or route file, a conflict with another program's route, or drift; 2 usage; 3 a system \
failure: the message says what changed."
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
    pub(crate) wait: u16,

    /// Print only changes, and each state and error once: when it begins, and when it ends
    #[arg(long, global = true)]
    pub(crate) quiet: bool,

    /// Print the result as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// A command.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Command {
    /// Apply the document to the route file and the kernel, as the service does
    Apply,
    /// Show the state of document, file and kernel, and what to do next; exit 1 if they differ
    Status(StatusArguments),
    /// Show what apply would do, without doing it; exit 1 if it would change something
    Check,
    /// Remove the plugin's routes and its part of the route file, regardless of the document
    Remove,
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
