//! The commands of the program `loopback-static-routes`.
//!
//! Each command has a folder or a file with its arguments, its logic and its output formats. It
//! also has a line in the registry below, and a page in `docs/commands/`.

mod codes;
mod completions;
mod configuration;
mod console;
mod convert;
mod count;
mod deploy;
mod diff;
mod error;
mod exclusions;
mod findings;
mod fleet;
mod formats;
mod generate;
mod list;
mod man;
mod memory;
mod nodes;
mod output;
mod page;
mod printable;
pub mod push;
mod report;
mod route_summary;
mod rule;
pub mod salt_setup;
pub mod schema;
mod settings;
mod skipped;
mod until_exit;
pub mod validate;
mod why;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

pub use self::console::{Console, Exit};
pub use self::error::{CommandError, SettingsError};
pub use self::settings::Settings;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Manage the static routes of Session Smart Routers through kni254: check an authority
/// configuration, and write route files and Salt pillar data.
#[derive(Debug, Parser)]
#[command(
    version,
    styles = STYLES,
    after_help = "Exit codes: 0 done, 1 findings of severity error or a difference, 2 usage error, 3 failure."
)]
pub struct Arguments {
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        display_order = 900
    )]
    #[arg(help = "Print colours: auto, always or never; auto respects NO_COLOR")]
    #[allow(missing_docs, reason = "clap has the help")]
    pub color: clap::ColorChoice,

    #[command(subcommand)]
    #[allow(missing_docs, reason = "the type says it")]
    pub command: Command,
}

/// Declares the commands, one per line, with the name and the module of each, and with names that
/// people guess.
macro_rules! commands {
    ($($command:ident: $module:ident $(($($alias:literal),+))?,)+) => {
        /// A command and its arguments.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $(
                #[allow(missing_docs, reason = "clap takes the help from the arguments")]
                $(#[command(aliases = [$($alias),+])])?
                $command($module::Arguments),
            )+
        }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            ///
            /// The arguments or settings are invalid, or the system fails: for example, a file
            /// cannot be read.
            pub fn run(&self, console: &mut dyn Console) -> Result<Exit, CommandError> {
                match self {
                    $(Self::$command(arguments) => Ok($module::run(arguments, console)?),)+
                }
            }
        }
    };
}

commands! {
    Generate: generate,
    Validate: validate ("check", "lint"),
    Diff: diff,
    Why: why,
    Report: report,
    Convert: convert,
    Rule: rule ("explain"),
    Schema: schema,
    SaltSetup: salt_setup,
    Push: push,
    Fleet: fleet,
    Deploy: deploy,
    Completions: completions,
    Man: man,
}
