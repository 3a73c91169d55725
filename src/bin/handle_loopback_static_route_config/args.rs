//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Brings a router's Linux routes through kni254 to what its configuration says.
#[derive(Debug, Parser)]
#[command(
    name = "handle_loopback_static_route_config",
    version,
    after_help = "Exit codes: 0 done, or in agreement; 1 a document or file that is not followed, a route that is another's, or drift; \
                  2 usage; 3 a failure of the system's, and all is as it was."
)]
pub(crate) struct Arguments {
    /// What to do; without a command, apply.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The document that Salt brought.
    #[arg(long, global = true, value_name = "FILE", default_value = loopback_static_routes::router::files::CONFIG)]
    pub(crate) config: PathBuf,

    /// A folder to put before every path, the document's too.
    #[arg(long, global = true, value_name = "DIR", default_value = "/")]
    pub(crate) root: PathBuf,

    /// Wait this long for another run to end.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 5)]
    pub(crate) wait: u16,

    /// Say nothing of a run that changes nothing, but what failed.
    #[arg(long, global = true)]
    pub(crate) quiet: bool,

    /// Print the result as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring route file and kernel to what the document says, as the service does.
    Apply,
    /// Show document, file and kernel side by side; exit 1 where they differ.
    Status,
    /// Show what apply would do, and do nothing; exit 1 where there is something.
    Check,
    /// Take off all that is this plugin's, whatever the document says: its routes, and its part of the file.
    Remove,
}
