//! The verbs of the program `loopback-static-routes`: a folder or file each, with its arguments, logic and output formats.

pub mod completions;
pub mod configuration;
pub mod console;
pub mod convert;
pub mod diff;
pub mod findings;
mod formats;
pub mod generate;
pub mod man;
pub mod rule;
pub mod salt_setup;
pub mod schema;
pub mod validate;
pub mod why;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

pub use console::{Console, Exit};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Manages a Session Smart Router's Linux routes through kni254: from an authority configuration to route files and Salt
/// pillar data.
#[derive(Debug, Parser)]
#[command(
    version,
    styles = STYLES,
    after_help = "Exit codes: 0 done, 1 findings of severity error (or a difference, with --check), 2 usage, 3 failure."
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
    #[arg(help = "When to print colours: auto, always or never; auto heeds NO_COLOR")]
    #[allow(missing_docs, reason = "clap has the help")]
    pub color: clap::ColorChoice,

    #[command(subcommand)]
    #[allow(missing_docs, reason = "the type says it")]
    pub command: Command,
}

/// Declares the verbs: a line each, with its module.
macro_rules! verbs {
    ($($verb:ident: $module:ident,)+) => {
        /// A verb and its arguments.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $(#[allow(missing_docs, reason = "clap takes the help from the arguments")] $verb($module::Arguments),)+
        }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            ///
            /// A failure of the system: a file that cannot be read or written, for instance.
            pub fn run(&self, console: &mut dyn Console) -> anyhow::Result<Exit> {
                match self {
                    $(Self::$verb(arguments) => $module::run(arguments, console),)+
                }
            }
        }
    };
}

verbs! {
    Generate: generate,
    Validate: validate,
    Diff: diff,
    Why: why,
    Convert: convert,
    Rule: rule,
    Schema: schema,
    SaltSetup: salt_setup,
    Completions: completions,
    Man: man,
}
