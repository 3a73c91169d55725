//! `rule`: prints the page about a code.

use std::fmt::Write as _;
use std::str::FromStr as _;

use clap::Args;

use super::{Console, Exit};
use crate::diagnostics::Code;

/// Print the page about a code: what it means, why it matters, and what to do
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes rule learning-off
  loopback-static-routes rule --list")]
pub struct Arguments {
    /// The code, as validate and generate print it
    #[arg(required_unless_present = "list", value_parser = Code::from_str)]
    pub(crate) code: Option<Code>,

    /// List all codes with their severities
    #[arg(long, conflicts_with = "code")]
    pub(crate) list: bool,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    match arguments.code {
        Some(code) => console.result(code.page())?,
        None => console.result(&list())?,
    }
    Ok(Exit::Done)
}

/// A line a code: severity, code, what was found.
fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or_default();
    let mut text = String::new();
    for code in Code::ALL {
        let _ = writeln!(text, "{:<7}  {:<width$}  {}", code.severity().to_string(), code.name(), code.summary());
    }
    text
}
